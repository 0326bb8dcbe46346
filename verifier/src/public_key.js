/**
 * Signatures of time-stamp authorities: RSA PKCS #1 v1.5 of 2048 to 4096 bits, ECDSA over P-256 and P-384, SHA-2.
 *
 * No other algorithm, parameter or encoding: exponent 65537, named curves, uncompressed points, an ECDSA signature in
 * its one DER spelling, with s in either half of the order. A padded message is compared whole (RFC 8017 section 8.2.2).
 */

import { p256, p384 } from "@noble/curves/nist.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { bareHex, concat, integer } from "./bytes.js";
import * as der from "./der.js";
import { TimestampError } from "./errors.js";

const { Element, Fields } = der;

const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
export const HASHES = new Map([
  ["sha256", sha256],
  ["sha384", sha384],
  ["sha512", sha512],
]);
const HASH_NAMES = new Map([...HASHES.keys()].map((name, at) => [`2.16.840.1.101.3.4.2.${at + 1}`, name]));

/** By object identifier: kind of key; hash, undefined for the signer's digest. */
const SIGNATURES = /** @type {Map<string, [string, string | undefined]>} */ (
  new Map([
    [RSA, [RSA, undefined]],
    ["1.2.840.113549.1.1.11", [RSA, "sha256"]],
    ["1.2.840.113549.1.1.12", [RSA, "sha384"]],
    ["1.2.840.113549.1.1.13", [RSA, "sha512"]],
    ["1.2.840.10045.4.3.2", [EC, "sha256"]],
    ["1.2.840.10045.4.3.3", [EC, "sha384"]],
    ["1.2.840.10045.4.3.4", [EC, "sha512"]],
  ])
);
const CURVES = new Map([
  ["1.2.840.10045.3.1.7", p256],
  ["1.3.132.0.34", p384],
]);
const EXPONENT = 65537n;
const MIN_BITS = 2048;
const MAX_BITS = 4096;
const HASH_OID = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2]; // 2.16.840.1.101.3.4.2, and a number after it
const NULL = "0500";
const PLAIN = ["", NULL]; // parameters of a hash or an RSA algorithm: absent or NULL, both are in use

/**
 * The name of the hash in an AlgorithmIdentifier.
 * @param {der.Element} algorithm
 */
export function hashOf(algorithm) {
  const [name, parameters] = identifier(algorithm);
  const found = HASH_NAMES.get(name);
  if (!found || !PLAIN.includes(bareHex(parameters))) {
    throw new TimestampError(`expected SHA-256, SHA-384 or SHA-512, got ${name}`);
  }
  return found;
}

/**
 * Check a signature over `message` by `key`, a SubjectPublicKeyInfo. Throws `TimestampError`.
 *
 * `algorithm` is the AlgorithmIdentifier beside the signature, `digest` the hash it must have, or null for any of ours.
 * @param {der.Element} key
 * @param {der.Element} algorithm
 * @param {string | null} digest
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 */
export function checkSignature(key, algorithm, digest, signature, message) {
  const [name, parameters] = identifier(algorithm);
  const [kind, own] = SIGNATURES.get(name) ?? [];
  if (!kind || !(kind === RSA ? PLAIN : [""]).includes(bareHex(parameters))) {
    throw new TimestampError(`expected a signature by RSA or ECDSA with SHA-2, got ${name}`);
  }
  const used = own ?? digest;
  if (used === null || (digest !== null && digest !== used)) {
    throw new TimestampError(`expected a signature over ${digest ?? "a hash that it names"}, got ${used}`);
  }
  const holds = kind === RSA ? rsaHolds : ecdsaHolds;
  if (!holds(key, used, signature, message)) {
    throw new TimestampError("expected a signature that holds, got a false one");
  }
}

/**
 * @param {der.Element} key
 * @param {string} hash
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 */
function rsaHolds(key, hash, signature, message) {
  const modulus = rsaModulus(key);
  const length = Math.ceil(modulus.toString(2).length / 8);
  const number = integer(signature);
  if (signature.length !== length || number >= modulus) return false;
  return power(number, modulus) === integer(padded(hash, message, length));
}

/**
 * `base` to the 65537th, by sixteen squares.
 * @param {bigint} base
 * @param {bigint} modulus
 */
function power(base, modulus) {
  let value = base;
  for (let left = EXPONENT; left > 1n; left >>= 1n) value = (value * value) % modulus;
  return (value * base) % modulus;
}

/**
 * EMSA-PKCS1-v1_5 (RFC 8017 section 9.2): 00 01 FF … FF 00, and the DigestInfo with NULL parameters.
 * @param {string} hash
 * @param {Uint8Array} message
 * @param {number} length
 */
function padded(hash, message, length) {
  const number = [...HASHES.keys()].indexOf(hash) + 1;
  const value = hashed(hash, message);
  const head = Uint8Array.of(0x30, 17 + value.length, 0x30, 13, ...HASH_OID, number, 5, 0, 4, value.length);
  const filler = new Uint8Array(length - head.length - value.length - 3).fill(0xff);
  return concat(Uint8Array.of(0, 1), filler, Uint8Array.of(0), head, value);
}

/**
 * @param {der.Element} key
 * @param {string} hash
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 */
function ecdsaHolds(key, hash, signature, message) {
  const [r, s] = ecdsaNumbers(signature);
  const [curve, point] = ecKey(key);
  const order = curve.Point.Fn.ORDER;
  if (r >= order || s >= order) return false;
  const compact = new curve.Signature(r, s).toBytes("compact");
  return curve.verify(compact, hashed(hash, message), point, { prehash: false, lowS: false });
}

/**
 * @param {string} name
 * @param {Uint8Array} data
 */
const hashed = (name, data) => /** @type {typeof sha256} */ (HASHES.get(name))(data);

/**
 * @param {der.Element} algorithm
 * @returns {[string, Uint8Array]} object identifier and parameters of an AlgorithmIdentifier, empty when there are none
 */
function identifier(algorithm) {
  const fields = algorithm.items();
  if (fields.length < 1 || fields.length > 2) {
    throw new TimestampError(`expected an algorithm and at most one parameter, got ${fields.length} fields`);
  }
  return [der.oid(fields[0]), fields[1]?.raw ?? new Uint8Array(0)];
}

/**
 * @param {der.Element} info
 * @returns {[string, Uint8Array, Uint8Array]} the algorithm and parameters of a SubjectPublicKeyInfo, and the key's bytes
 */
function keyIn(info) {
  const fields = new Fields(info);
  const algorithm = fields.take(der.SEQUENCE);
  const key = fields.take(der.BITS);
  fields.end();
  return [...identifier(algorithm), der.bits(key)];
}

/** @param {der.Element} info */
function rsaModulus(info) {
  const [kind, parameters, key] = keyIn(info);
  if (kind !== RSA || bareHex(parameters) !== NULL) throw new TimestampError("expected an RSA key, got another");
  const fields = new Fields(Element.parse(key));
  const modulus = der.integer(fields.take(der.INTEGER));
  const exponent = der.integer(fields.take(der.INTEGER));
  fields.end();
  const bits = modulus > 0n && modulus & 1n ? modulus.toString(2).length : 0;
  if (bits < MIN_BITS || bits > MAX_BITS || exponent !== EXPONENT) {
    throw new TimestampError(
      `expected an RSA key of ${MIN_BITS} to ${MAX_BITS} bits, exponent ${EXPONENT}, got another`,
    );
  }
  return modulus;
}

/**
 * @param {der.Element} info
 * @returns {[typeof p256, Uint8Array]}
 */
function ecKey(info) {
  const [kind, parameters, point] = keyIn(info);
  const curve = kind === EC && parameters[0] === der.OID ? CURVES.get(der.oid(Element.parse(parameters))) : undefined;
  if (!curve) throw new TimestampError("expected a key on P-256 or P-384, got another");
  if (point[0] !== 4) throw new TimestampError("expected an uncompressed point, got another form");
  try {
    curve.Point.fromBytes(point);
  } catch {
    throw new TimestampError("expected a point on the curve, got another");
  }
  return [curve, point];
}

/**
 * An ECDSA signature is a SEQUENCE of two positive integers.
 * @param {Uint8Array} signature
 */
function ecdsaNumbers(signature) {
  const fields = new Fields(Element.parse(signature));
  const numbers = [der.integer(fields.take(der.INTEGER)), der.integer(fields.take(der.INTEGER))];
  fields.end();
  if (numbers.some((number) => number <= 0n)) {
    throw new TimestampError("expected an ECDSA signature of positive numbers, got another");
  }
  return numbers;
}
