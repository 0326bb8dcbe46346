/**
 * A strict reader of JSON (RFC 8259, I-JSON): it refuses what two programs could understand differently.
 *
 * Refused: duplicate keys, NaN, lone surrogates, bytes that are no UTF-8, numbers beyond 2^53 - 1, deep nesting.
 * An object becomes a Map, so that no key is special; an integer becomes a number, a number that is written with a
 * fraction or an exponent becomes a `Float`, as the two are different values to the protocol.
 */

import { CanonicalError } from "./errors.js";

export const MAX_INTEGER = Number.MAX_SAFE_INTEGER; // 2^53 - 1: I-JSON, RFC 7493 section 2.2
export const MAX_DEPTH = 64; // our own records nest less than ten deep

/** A number that was written with a fraction or an exponent. */
export class Float {
  /** @param {number} value */
  constructor(value) {
    this.value = value;
    Object.freeze(this);
  }
}

/** @typedef {null | boolean | number | Float | string | Json[] | Map<string, Json>} Json */

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NUMBER = /-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
const LONE_SURROGATE = /\p{Surrogate}/u;
const MARKS = Uint8Array.from({ length: 128 }, (_, code) => Number(",:[{".includes(String.fromCharCode(code))));
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const SPACES = new Set([SPACE, 0x09, 0x0a, 0x0d]);

/**
 * The JSON value in `data`, UTF-8. Throws `CanonicalError` for anything ambiguous.
 *
 * `maxMarks` bounds the commas, colons and opening brackets, and so the work on foreign input.
 * @param {Uint8Array} data
 * @param {number} [maxMarks]
 * @returns {Json}
 */
export function parse(data, maxMarks = Infinity) {
  const marks = maxMarks === Infinity ? 0 : data.reduce((sum, byte) => sum + (MARKS[byte] ?? 0), 0);
  if (marks > maxMarks) {
    throw new CanonicalError(`expected at most ${maxMarks} commas, colons and brackets, got ${marks}`);
  }
  const reader = new Reader(utf8(data), MAX_DEPTH);
  const value = reader.value(0);
  reader.end();
  return value;
}

/**
 * The text in `data`. Throws `CanonicalError` when it is no UTF-8. A byte order mark stays, and is no JSON.
 * @param {Uint8Array} data
 */
export function utf8(data) {
  try {
    return UTF8.decode(data);
  } catch {
    throw new CanonicalError("expected strict JSON, got bytes that are no UTF-8");
  }
}

class Reader {
  /**
   * @param {string} text
   * @param {number} maxDepth
   */
  constructor(text, maxDepth) {
    this.text = text;
    this.at = 0;
    this.maxDepth = maxDepth;
  }

  /**
   * @param {number} depth
   * @returns {Json}
   */
  value(depth) {
    this.#space();
    switch (this.text[this.at]) {
      case '"':
        return this.#string();
      case "{":
        return this.#object(this.#deeper(depth));
      case "[":
        return this.#list(this.#deeper(depth));
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  end() {
    this.#space();
    if (this.at !== this.text.length) this.#fail("the end");
  }

  /** @param {number} depth */
  #deeper(depth) {
    if (depth < this.maxDepth) return depth + 1;
    throw new CanonicalError(`expected at most ${depth} levels of nesting, got more`);
  }

  /**
   * @template T
   * @param {string} word
   * @param {T} value
   */
  #word(word, value) {
    if (!this.text.startsWith(word, this.at)) this.#fail("a value");
    this.at += word.length;
    return value;
  }

  /** @param {number} depth */
  #object(depth) {
    /** @type {Map<string, Json>} */
    const found = new Map();
    this.at += 1;
    if (this.#take("}")) return found;
    do {
      this.#space();
      if (this.text[this.at] !== '"') this.#fail("a key");
      const key = this.#string();
      if (found.has(key))
        throw new CanonicalError(`expected each key once, got ${JSON.stringify(key).slice(0, 60)} twice`);
      if (!this.#take(":")) this.#fail("a colon");
      found.set(key, this.value(depth));
    } while (this.#take(","));
    if (!this.#take("}")) this.#fail("a comma or the end of the object");
    return found;
  }

  /** @param {number} depth */
  #list(depth) {
    /** @type {Json[]} */
    const found = [];
    this.at += 1;
    if (this.#take("]")) return found;
    do found.push(this.value(depth));
    while (this.#take(","));
    if (!this.#take("]")) this.#fail("a comma or the end of the list");
    return found;
  }

  #string() {
    const start = this.at;
    let escaped = false;
    for (this.at += 1; ; this.at += 1) {
      const code = this.text.charCodeAt(this.at);
      if (!(code >= SPACE)) this.#fail("a character of a string"); // also NaN, the end of the text
      if (code === QUOTE) break;
      if (code !== BACKSLASH) continue;
      escaped = true;
      this.at += 1; // what is escaped ends no string
    }
    this.at += 1;
    const found = escaped ? this.#unescaped(this.text.slice(start, this.at)) : this.text.slice(start + 1, this.at - 1);
    if (LONE_SURROGATE.test(found)) throw new CanonicalError("expected Unicode text, got a lone surrogate");
    return found;
  }

  /**
   * A string with escapes, as the language itself reads it; of what it takes only lone surrogates are not for us.
   * @param {string} token with its quotation marks
   * @returns {string}
   */
  #unescaped(token) {
    try {
      return JSON.parse(token);
    } catch {
      return this.#fail("an escape");
    }
  }

  #number() {
    NUMBER.lastIndex = this.at;
    const [whole, tail] = NUMBER.exec(this.text) ?? this.#fail("a value");
    this.at += whole.length;
    const number = Number(whole);
    if (!(Math.abs(number) <= MAX_INTEGER)) {
      throw new CanonicalError(`expected a number within 2^53 - 1, got ${whole.slice(0, 57)}`);
    }
    return tail === "" ? number + 0 : new Float(number); // + 0 turns -0, which JSON can spell, into the integer 0
  }

  /** @param {string} mark */
  #take(mark) {
    this.#space();
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  #space() {
    while (SPACES.has(this.text.charCodeAt(this.at))) this.at += 1;
  }

  /**
   * @param {string} wanted
   * @returns {never}
   */
  #fail(wanted) {
    throw new CanonicalError(`expected strict JSON, got something else than ${wanted} at character ${this.at}`);
  }
}
