/**
 * Ed25519 signatures (RFC 8032 section 5.1.7), judged as OpenSSL judges them, to which Python hands them.
 *
 * The library's own check multiplies by the cofactor, and so holds for signatures that OpenSSL refuses. Here R is computed
 * and its bytes compared: no other spelling of R, no point of small order added to it, and S below the group's order. Of a
 * key, as OpenSSL does, any spelling of a point is taken; `isWeak` says which of them nobody may pin.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, integer } from "./bytes.js";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const FIELD = Point.Fp.ORDER; // a key is the y of a point in it, with the sign of x in the top bit
const ORDER_EIGHT = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n; // y of a point of order eight
const SMALL_ORDER = [0n, 1n, FIELD - 1n, ORDER_EIGHT, FIELD - ORDER_EIGHT]; // y of all points that eight times are zero
const Y_BITS = 255;

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

/**
 * Is this key, of 32 bytes, of small order, so that anybody can sign for it, or not in its one spelling?
 * @param {Uint8Array} key
 */
export function isWeak(key) {
  const y = BigInt.asUintN(Y_BITS, littleEndian(key));
  return y >= FIELD || SMALL_ORDER.includes(y);
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
