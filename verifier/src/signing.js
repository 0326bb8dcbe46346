/** secp256k1 signatures over 32-byte digests: r ‖ s ‖ v, 65 bytes, low s, v 27 or 28, and no other form. */

import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bareHex, integer } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { SignatureError } from "./errors.js";
import { checksummed } from "./identifiers.js";

const ORDER = secp256k1.Point.Fn.ORDER;
const HALF_ORDER = ORDER / 2n;
const REMEMBERED = 4096; // a verification asks for each answer's signer twice, and a page for the same file again

/** @type {Map<string, string>} */
const known = new Map();

/**
 * The address whose key signed `digest`. Throws `SignatureError` for any but the one strict form.
 * @param {Uint8Array} digest
 * @param {Uint8Array} signature
 */
export function recover(digest, signature) {
  const question = `${bareHex(digest)} ${bareHex(signature)}`;
  const answer = known.get(question) ?? recovered(digest, signature);
  if (known.size >= REMEMBERED) known.clear();
  known.set(question, answer);
  return answer;
}

/**
 * @param {Uint8Array} digest
 * @param {Uint8Array} signature
 */
function recovered(digest, signature) {
  if (signature.length !== 65)
    throw new SignatureError(`expected a signature of 65 bytes, got ${signature.length} bytes`);
  const r = integer(signature.subarray(0, 32));
  const s = integer(signature.subarray(32, 64));
  const v = signature[64];
  if (v !== 27 && v !== 28) throw new SignatureError(`expected v 27 or 28, got ${v}`);
  if (r === 0n || r >= ORDER) throw new SignatureError("expected r between 1 and the group order, got another number");
  if (s === 0n || s > HALF_ORDER) {
    throw new SignatureError("expected s in the lower half of the group order, got a high or zero s");
  }
  try {
    const key = new secp256k1.Signature(r, s, v - 27).recoverPublicKey(digest).toBytes(false);
    return checksummed(keccak256(key.subarray(1)).subarray(12));
  } catch {
    throw new SignatureError("expected a signature that some key made, got none");
  }
}
