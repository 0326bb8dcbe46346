/**
 * Ed25519 signatures (RFC 8032 section 5.1.7), judged as OpenSSL judges them, to which Python hands them.
 *
 * The library's own check multiplies by the cofactor, and so holds for signatures that OpenSSL refuses. Here R is computed
 * and its bytes compared: no other spelling of R, no point of small order added to it, and S below the group's order. Of a
 * key, as OpenSSL does, any spelling of a point is taken; which keys count is said by who pins them.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, integer } from "./bytes.js";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;

/**
 * Did this key, of 32 bytes, make this signature of 64 bytes over `message`?
 * @param {Uint8Array} key
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 */
export function isSignedBy(key, signature, message) {
  const made = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const point = pointOf(key);
  if (!point || s >= ORDER) return false;
  const challenge = littleEndian(sha512(concat(made, key, message))) % ORDER;
  const wanted = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(challenge));
  return equal(wanted.toBytes(), made);
}

/** @param {Uint8Array} key */
function pointOf(key) {
  try {
    return Point.fromBytes(key, true);
  } catch {
    return null;
  }
}

/** @param {Uint8Array} data */
const littleEndian = (data) => integer(data.slice().reverse());
