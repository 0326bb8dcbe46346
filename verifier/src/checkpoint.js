/**
 * Cosignatures of witnesses outside the consortium on checkpoints of the log of block hashes.
 *
 * Format: c2sp.org/tlog-cosignature, Ed25519 (signature type 0x04), times from 1 to 2^53 - 1. Lines by keys that nobody
 * pinned are not judged.
 *
 *     signature = time in 8 bytes, big-endian ‖ Ed25519 signature of 64 bytes
 *     signed    = "cosignature/v1" ⏎ "time " decimal time ⏎ the checkpoint, without the empty line
 *     key id    = the first four bytes of SHA-256(name ⏎ 0x04 ‖ public key of 32 bytes)
 *     vkey      = name + "+" + hex(key id) + "+" + base64(0x04 ‖ public key)
 */

import { ascii, bareHex, concat, integer, shown } from "./bytes.js";
import { sha256 } from "./canonical.js";
import { isSignedBy, isWeak } from "./ed25519.js";
import { CheckpointError, InclusionError, TooFewWitnesses } from "./errors.js";
import { checkInclusion, leafHash } from "./merkle.js";
import { SignatureLine, decode64, encode64, isName } from "./note.js";

/** @typedef {import("./note.js").Note} Note */
/**
 * That a block is in a checkpoint's tree: the note, and the path to its root.
 * @typedef {{note: Note, path: Uint8Array[]}} CheckpointProof
 */

const COSIGNATURE = 4; // the signature type

/**
 * The public key of a witness, as a trust root pins it.
 *
 * Anybody can sign for a key of small order, and one point in two spellings would be two keys: neither is a witness's.
 */
export class WitnessKey {
  /**
   * @param {string} name
   * @param {Uint8Array} key
   */
  constructor(name, key) {
    if (!isName(name) || key.length !== 32) {
      throw new CheckpointError(`expected a name and a key of 32 bytes, got ${shown(name)}, ${key.length}`);
    }
    if (isWeak(key)) {
      throw new CheckpointError(
        `expected the key of ${name} to be of large order, in its one spelling, got a weak one`,
      );
    }
    this.name = name;
    this.public = key;
    this.keyId = sha256(concat(ascii(`${name}\n`), Uint8Array.of(COSIGNATURE), key)).subarray(0, 4);
  }

  /** The key as it is handed out and compared. */
  vkey() {
    return `${this.name}+${bareHex(this.keyId)}+${encode64(concat(Uint8Array.of(COSIGNATURE), this.public))}`;
  }

  /**
   * The key in its text form. Throws `CheckpointError`.
   * @param {string} vkey
   */
  static parse(vkey) {
    const [name, keyId = "", ...data] = vkey.split("+"); // base64 has plus signs, too
    const material = decode64(data.join("+"));
    if (material[0] !== COSIGNATURE) {
      throw new CheckpointError(`expected an Ed25519 cosignature key (type 4), got ${shown(vkey)}`);
    }
    const key = new WitnessKey(name, material.subarray(1));
    if (bareHex(key.keyId) !== keyId) {
      throw new CheckpointError(`expected key id ${bareHex(key.keyId)} of ${name}, got ${shown(keyId)}`);
    }
    return key;
  }
}

/**
 * When this witness cosigned, in UTC seconds; null when it did not. Throws `CheckpointError` for a false line of its.
 * @param {Note} note
 * @param {WitnessKey} key
 */
export function cosignedAt(note, key) {
  const { signer } = new SignatureLine(key.name, key.keyId, key.public);
  const line = note.lines.find((each) => each.signer === signer);
  if (!line) return null;
  const time = integer(line.signature.subarray(0, 8));
  if (line.signature.length !== 72 || time <= 0n || time > Number.MAX_SAFE_INTEGER) {
    throw new CheckpointError(`expected a time and 64 bytes of signature by ${key.name}, got another form`);
  }
  const message = ascii(`cosignature/v1\ntime ${time}\n${note.checkpoint.toText()}`);
  if (!isSignedBy(key.public, line.signature.subarray(8), message)) {
    throw new CheckpointError(`expected a cosignature by ${key.name}, got a false one`);
  }
  return Number(time);
}

/**
 * No key may count twice. Throws `CheckpointError`.
 *
 * One name may have several keys: a witness that replaced its key, and counts once.
 * @param {WitnessKey[]} witnesses
 */
export function checkDistinct(witnesses) {
  const keys = witnesses.map((key) => bareHex(key.public));
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice) throw new CheckpointError(`expected each key of a witness once, got ${twice} twice`);
}

/**
 * Check that block `number` has this hash in checkpoints of the log `origin`, and that enough witnesses cosigned them.
 *
 * Returns the UTC second by which `threshold` of the pinned witnesses had done so: each counts once, by its name, with
 * the earliest of its cosignatures here, and the result is the latest of the `threshold` earliest. They may have signed
 * different sizes, for every tree that holds the block fixes it. Throws `CheckpointError`; also for a false line by a
 * pinned key, however many true ones there are, and where two pinned keys are the same.
 * @param {Uint8Array} blockHash
 * @param {number | bigint} number
 * @param {CheckpointProof[]} proofs
 * @param {string} origin
 * @param {WitnessKey[]} witnesses
 * @param {number} threshold
 */
export function checkInCheckpoints(blockHash, number, proofs, origin, witnesses, threshold) {
  // (1) the rule can be met by somebody
  checkDistinct(witnesses);
  if (threshold < 1) throw new CheckpointError(`expected a threshold from 1, got ${threshold}`);
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const { note, path } of proofs) {
    checkHolds(note.checkpoint, blockHash, number, path, origin);
    // (4) who cosigned, and when first
    for (const key of witnesses) {
      const time = cosignedAt(note, key);
      if (time !== null) times.set(key.name, Math.min(time, times.get(key.name) ?? time));
    }
  }
  // (5) enough of them
  if (times.size < threshold) {
    throw new TooFewWitnesses(`expected cosignatures of ${threshold} witnesses, got ${times.size}`);
  }
  return [...times.values()].sort((early, late) => early - late)[threshold - 1];
}

/**
 * @param {import("./note.js").Checkpoint} checkpoint
 * @param {Uint8Array} blockHash
 * @param {number | bigint} number
 * @param {Uint8Array[]} path
 * @param {string} origin
 */
function checkHolds(checkpoint, blockHash, number, path, origin) {
  // (2) it is this chain's log
  if (checkpoint.origin !== origin) {
    throw new CheckpointError(`expected a checkpoint of ${origin}, got one of ${checkpoint.origin}`);
  }
  // (3) the block is in it
  try {
    checkInclusion(leafHash(blockHash), number, checkpoint.size, path, checkpoint.root);
  } catch (error) {
    if (!(error instanceof InclusionError)) throw error;
    throw new CheckpointError(`block ${number} is not in the checkpoint of size ${checkpoint.size}: ${error.message}`);
  }
}
