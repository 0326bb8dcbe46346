/**
 * Strict DER (X.690), as far as time-stamp tokens and certificates need it: one spelling, and nothing after the end.
 *
 * Tags of one byte and lengths of at most four only. Whatever else is in the bytes throws `TimestampError`.
 */

import { integer as unsigned, latin, shown } from "./bytes.js";
import { TimestampError } from "./errors.js";

export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BITS = 0x03;
export const OCTETS = 0x04;
export const NULL = 0x05;
export const OID = 0x06;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;

const UTC_TIME_TEXT = /^([0-9]{12})Z$/;
const GENERALIZED_TIME_TEXT = /^([0-9]{14})(?:\.[0-9]*[1-9])?Z$/;
const MAX_ARC = 2n ** 128n; // as wide as a UUID (X.667), the widest in use

/**
 * The tag [number] of a context.
 * @param {number} number
 * @param {boolean} [constructed]
 */
export const context = (number, constructed = true) => (constructed ? 0xa0 : 0x80) | number;

/** One element: its tag, its content, and the whole of its bytes. */
export class Element {
  /**
   * @param {number} tag
   * @param {Uint8Array} body
   * @param {Uint8Array} raw
   */
  constructor(tag, body, raw) {
    this.tag = tag;
    this.body = body;
    this.raw = raw;
  }

  /**
   * The one element that `data` is.
   * @param {Uint8Array} data
   */
  static parse(data) {
    const found = Element.allIn(data);
    if (found.length !== 1) throw new TimestampError(`expected one DER element, got ${found.length}`);
    return found[0];
  }

  /**
   * The elements that follow each other in `data`.
   * @param {Uint8Array} data
   */
  static allIn(data) {
    /** @type {Element[]} */
    const found = [];
    for (let start = 0; start < data.length;) {
      const [begin, end] = bounds(data, start);
      found.push(new Element(data[start], data.subarray(begin, end), data.subarray(start, end)));
      start = end;
    }
    return found;
  }

  /**
   * Itself, if it has this tag.
   * @param {number} tag
   * @returns {Element}
   */
  expect(tag) {
    if (this.tag !== tag) throw new TimestampError(`expected DER tag ${named(tag)}, got ${named(this.tag)}`);
    return this;
  }

  /**
   * The elements inside, if it has this tag.
   * @param {number} [tag]
   */
  items(tag = SEQUENCE) {
    return Element.allIn(this.expect(tag).body);
  }
}

/** The fields of a SEQUENCE, taken in their order. */
export class Fields {
  /** @param {Element} element */
  constructor(element) {
    this.left = element.items().reverse();
  }

  /**
   * The next field, which must have one of these tags.
   * @param {...number} tags
   */
  take(...tags) {
    const found = this.optional(...tags);
    if (found) return found;
    const next = this.left.at(-1);
    throw new TimestampError(
      `expected a field with DER tag ${tags.map(named).join(" or ")}, got ${next ? named(next.tag) : "none"}`,
    );
  }

  /**
   * The next field if it has one of these tags.
   * @param {...number} tags
   * @returns {Element | undefined}
   */
  optional(...tags) {
    const next = this.left.at(-1);
    return next && tags.includes(next.tag) ? this.left.pop() : undefined;
  }

  /** Throws when a field is left. */
  end() {
    const next = this.left.at(-1);
    if (next) throw new TimestampError(`expected no further field, got one with DER tag ${named(next.tag)}`);
  }
}

/**
 * An INTEGER.
 * @param {Element} element
 */
export function integer(element) {
  const body = element.expect(INTEGER).body;
  const [first, second] = body;
  if (!body.length || (body.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))) {
    throw new TimestampError("expected a minimal integer, got another form");
  }
  return BigInt.asIntN(8 * body.length, unsigned(body));
}

/**
 * An OBJECT IDENTIFIER, dotted.
 * @param {Element} element
 */
export function oid(element) {
  /** @type {bigint[]} */
  const arcs = [];
  let value = 0n;
  let fresh = true;
  for (const byte of element.expect(OID).body) {
    if (fresh && byte === 0x80) {
      throw new TimestampError("expected a minimal object identifier, got a padded one");
    }
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (value >= MAX_ARC) throw new TimestampError("expected an object identifier of short numbers, got a long one");
    fresh = byte < 0x80;
    if (fresh) {
      arcs.push(value);
      value = 0n;
    }
  }
  if (!arcs.length || !fresh) throw new TimestampError("expected an object identifier, got another form");
  const first = arcs[0] < 80n ? arcs[0] / 40n : 2n;
  return [first, arcs[0] - 40n * first, ...arcs.slice(1)].join(".");
}

/**
 * A BOOLEAN DEFAULT FALSE: absent, or TRUE in its one spelling.
 * @param {Element | undefined} element
 */
export function truth(element) {
  if (!element) return false;
  const body = element.expect(BOOLEAN).body;
  if (body.length !== 1 || body[0] !== 0xff) {
    throw new TimestampError("expected TRUE where a boolean is given, got another value");
  }
  return true;
}

/**
 * A BIT STRING of whole bytes.
 * @param {Element} element
 */
export function bits(element) {
  const body = element.expect(BITS).body;
  if (body[0] !== 0) throw new TimestampError("expected a bit string of whole bytes, got another");
  return body.subarray(1);
}

/**
 * A time in UTC seconds, a fraction of a second dropped.
 * @param {Element} element
 */
export function time({ tag, body }) {
  const text = latin(body);
  const found =
    (tag === UTC_TIME && UTC_TIME_TEXT.exec(text)) || (tag === GENERALIZED_TIME && GENERALIZED_TIME_TEXT.exec(text));
  if (!found) throw new TimestampError(`expected a time in UTC, got ${shown(text)}`);
  const century = tag === GENERALIZED_TIME ? "" : found[1] < "50" ? "20" : "19"; // RFC 5280 section 4.1.2.5.1
  const written = (century + found[1]).replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6.000Z");
  const moment = new Date(written); // takes a 30 February for the 2 March, and a year 0
  if (Number.isNaN(moment.getTime()) || moment.toISOString() !== written || written.startsWith("0000")) {
    throw new TimestampError(`expected a time in UTC, got ${written}`);
  }
  return moment.getTime() / 1000;
}

/**
 * @param {Uint8Array} data
 * @param {number} start
 * @returns {[number, number]} where the content of the element at `start` begins and ends
 */
function bounds(data, start) {
  if (data.length - start < 2 || (data[start] & 0x1f) === 0x1f) {
    throw new TimestampError("expected a DER tag of one byte and a length, got another form");
  }
  let length = data[start + 1];
  let begin = start + 2;
  if (length >= 0x80) {
    const size = length & 0x7f;
    const digits = data.subarray(begin, begin + size);
    const short = size === 1 && digits[0] < 0x80;
    if (digits.length !== size || size < 1 || size > 4 || digits[0] === 0 || short) {
      throw new TimestampError("expected a minimal DER length, got another form");
    }
    length = Number(unsigned(digits));
    begin += size;
  }
  if (data.length - begin < length) {
    throw new TimestampError(`expected ${length} bytes of DER content, got ${data.length - begin}`);
  }
  return [begin, begin + length];
}

/** @param {number} tag */
const named = (tag) => `0x${tag.toString(16).padStart(2, "0")}`;
