/**
 * Certificates of time-stamp authorities (RFC 5280), as much of them as a time-stamp token rests on.
 *
 * No chain building: an authority's certificate is pinned, or issued directly by a pinned one. Revocation is not asked
 * for: it would need a network, and whoever keeps the trust root takes a pin away. Names are compared byte for byte.
 */

import { equal } from "./bytes.js";
import * as der from "./der.js";
import { TimestampError } from "./errors.js";
import { checkSignature } from "./public_key.js";

const { Element, Fields } = der;

/** @typedef {{critical: boolean, value: Uint8Array}} Extension */
/**
 * How a signed message names its signer's certificate: the issuer's name in DER, the content of the serial number.
 * @typedef {{issuer: Uint8Array, serial: Uint8Array}} Names
 */

const MAX_BYTES = 2 ** 16;
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const SIGNING = 0x80; // these three in the first byte of keyUsage
const NON_REPUDIATION = 0x40;
const CERTIFICATE_SIGNING = 0x04;

/** An X.509 certificate of version 3. */
export class Certificate {
  /**
   * Use `parse`.
   * @param {{raw: Uint8Array, signed: der.Element, algorithm: der.Element, signature: Uint8Array, names: Names,
   *   subject: Uint8Array, notBefore: number, notAfter: number, key: der.Element,
   *   extensions: Map<string, Extension>}} fields
   */
  constructor(fields) {
    this.raw = fields.raw;
    this.signed = fields.signed;
    this.algorithm = fields.algorithm;
    this.signature = fields.signature;
    this.names = fields.names;
    this.subject = fields.subject;
    this.notBefore = fields.notBefore;
    this.notAfter = fields.notAfter;
    this.key = fields.key;
    this.extensions = fields.extensions;
  }

  /**
   * The certificate in DER. Throws `TimestampError`.
   * @param {Uint8Array} data
   */
  static parse(data) {
    if (data.length > MAX_BYTES) {
      throw new TimestampError(`expected a certificate of at most ${MAX_BYTES} bytes, got ${data.length}`);
    }
    const outer = new Fields(Element.parse(data));
    const signed = outer.take(der.SEQUENCE);
    const algorithm = outer.take(der.SEQUENCE);
    const signature = outer.take(der.BITS);
    outer.end();
    const fields = new Fields(signed);
    if (!equal(fields.take(der.context(0)).body, Uint8Array.of(2, 1, 2))) {
      throw new TimestampError("expected a certificate of version 3, got another");
    }
    const serial = fields.take(der.INTEGER);
    const [inner, issuer, validity, subject, key] = [1, 2, 3, 4, 5].map(() => fields.take(der.SEQUENCE));
    const extensions = extensionsIn(Element.parse(fields.take(der.context(3)).body).items());
    fields.end();
    if (!equal(inner.raw, algorithm.raw)) {
      throw new TimestampError("expected one signature algorithm in a certificate, got two");
    }
    const [notBefore, notAfter] = span(validity);
    const names = { issuer: issuer.raw, serial: serial.body };
    return new Certificate({
      ...{ raw: data, signed, algorithm, signature: der.bits(signature), names },
      ...{ subject: subject.raw, notBefore, notAfter, key, extensions },
    });
  }

  /** This certificate is for time-stamping and for nothing else (RFC 3161 section 2.3). */
  checkStamps() {
    this.checkCritical();
    const purposes = this.extensions.get(EXTENDED_KEY_USAGE);
    if (!purposes?.critical) {
      throw new TimestampError("expected a critical extended key usage in the authority's certificate, got none");
    }
    const given = Element.parse(purposes.value).items().map(der.oid);
    if (given.length !== 1 || given[0] !== TIME_STAMPING) {
      throw new TimestampError("expected a certificate for time-stamping alone, got another purpose");
    }
    if (!(this.usage() & (SIGNING | NON_REPUDIATION))) {
      throw new TimestampError("expected a key that may sign, got another usage");
    }
  }

  /**
   * This certificate is of a certification authority that signed `other`.
   * @param {Certificate} other
   */
  checkIssued(other) {
    this.checkCritical();
    const constraints = this.extensions.get(BASIC_CONSTRAINTS);
    if (!constraints || !isAuthority(constraints.value) || !(this.usage() & CERTIFICATE_SIGNING)) {
      throw new TimestampError("expected a certificate that may issue others, got another usage");
    }
    if (!equal(other.names.issuer, this.subject)) {
      throw new TimestampError("expected the issuer that a certificate names, got another");
    }
    checkSignature(this.key, other.algorithm, null, other.signature, other.signed.raw);
  }

  /**
   * The time, in UTC seconds, is within the certificate's own; both ends count.
   * @param {number} time
   */
  checkValid(time) {
    if (time < this.notBefore || time > this.notAfter) {
      throw new TimestampError(
        `expected a certificate valid at ${time}, got one from ${this.notBefore} to ${this.notAfter}`,
      );
    }
  }

  /** The first byte of keyUsage; all bits where the extension is absent. */
  usage() {
    const usage = this.extensions.get(KEY_USAGE);
    const body = usage ? Element.parse(usage.value).expect(der.BITS).body : Uint8Array.of(0, 0xff);
    if (body.length < 2 || body.length > 3 || body[0] > 7) {
      throw new TimestampError("expected the bits of a key usage, got another form");
    }
    return body[1];
  }

  checkCritical() {
    const known = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE];
    for (const [name, { critical }] of this.extensions) {
      if (critical && !known.includes(name)) {
        throw new TimestampError(`expected no critical extension that is not known here, got ${name}`);
      }
    }
  }
}

/**
 * What an embedded certificate says of its issuer and serial number; the rest of it is not looked at.
 * @param {der.Element} certificate
 * @returns {Names}
 */
export function namesIn(certificate) {
  const fields = new Fields(certificate.items()[0] ?? certificate);
  fields.optional(der.context(0));
  const serial = fields.take(der.INTEGER);
  fields.take(der.SEQUENCE);
  return { issuer: fields.take(der.SEQUENCE).raw, serial: serial.body };
}

/**
 * @param {Names} one
 * @param {Names} other
 */
export const sameNames = (one, other) => equal(one.issuer, other.issuer) && equal(one.serial, other.serial);

/**
 * Extensions by their object identifiers, each once.
 * @param {der.Element[]} items
 */
export function extensionsIn(items) {
  /** @type {Map<string, Extension>} */
  const found = new Map();
  for (const item of items) {
    const fields = new Fields(item);
    const name = der.oid(fields.take(der.OID));
    const critical = der.truth(fields.optional(der.BOOLEAN));
    const value = fields.take(der.OCTETS).body;
    fields.end();
    if (found.has(name)) throw new TimestampError(`expected each extension once, got ${name} twice`);
    found.set(name, { critical, value });
  }
  return found;
}

/** @param {der.Element} validity */
function span(validity) {
  const fields = new Fields(validity);
  const times = [1, 2].map(() => der.time(fields.take(der.UTC_TIME, der.GENERALIZED_TIME)));
  fields.end();
  return times;
}

/**
 * BasicConstraints: cA; the length of paths plays no part, for ours have one step.
 * @param {Uint8Array} constraints
 */
function isAuthority(constraints) {
  const fields = new Fields(Element.parse(constraints));
  const authority = der.truth(fields.optional(der.BOOLEAN));
  fields.optional(der.INTEGER);
  fields.end();
  return authority;
}
