/** Merkle trees over SHA-256 after RFC 9162 section 2.1: roots and the check of inclusion paths. */

import { concat, equal } from "./bytes.js";
import { sha256 } from "./canonical.js";
import { InclusionError } from "./errors.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1); // domain separation: a node never reads back as a leaf
const EMPTY_ROOT = sha256(new Uint8Array(0));

/** @param {Uint8Array} data */
export const leafHash = (data) => sha256(concat(LEAF, data));

/**
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 */
const nodeHash = (left, right) => sha256(concat(NODE, left, right));

/**
 * The root over leaf hashes, in their order; a last node without sibling is carried up unchanged.
 * @param {Uint8Array[]} leafHashes
 */
export function rootOf(leafHashes) {
  let level = leafHashes;
  while (level.length > 1) {
    /** @type {Uint8Array[]} */
    const parents = [];
    for (let at = 0; at < level.length; at += 2) {
      parents.push(at + 1 < level.length ? nodeHash(level[at], level[at + 1]) : level[at]);
    }
    level = parents;
  }
  return level[0] ?? EMPTY_ROOT;
}

/**
 * Check that a leaf hash sits at `index` of the `size` leaves under `root` (RFC 9162 section 2.1.3.2).
 *
 * Returning means the proof holds. Throws `InclusionError` saying what was expected.
 * @param {Uint8Array} leaf
 * @param {number | bigint} index
 * @param {number | bigint} size
 * @param {Uint8Array[]} path
 * @param {Uint8Array} root
 */
export function checkInclusion(leaf, index, size, path, root) {
  // (1) the position exists, and every hash is whole
  if (leaf.length !== 32 || index < 0 || index >= size) {
    throw new InclusionError(`expected a 32-byte leaf below ${size}, got ${leaf.length} bytes at ${index}`);
  }
  if (path.some((sibling) => sibling.length !== 32)) {
    throw new InclusionError("expected path elements of 32 bytes, got another length");
  }
  // (2), (3) climb from the leaf; big integers, as bit operations on numbers end at 32 bits
  let first = BigInt(index);
  let last = BigInt(size) - 1n;
  let running = leaf;
  for (const sibling of path) {
    // (4) the root is reached while path elements are left
    if (last === 0n) {
      throw new InclusionError(`expected a shorter path for leaf ${index} of ${size}, got ${path.length} elements`);
    }
    if (first & 1n || first === last) {
      running = nodeHash(sibling, running);
      while (!(first & 1n) && first) [first, last] = [first >> 1n, last >> 1n];
    } else {
      running = nodeHash(running, sibling);
    }
    [first, last] = [first >> 1n, last >> 1n];
  }
  // (5) the path led all the way up, to this root
  if (last !== 0n) {
    throw new InclusionError(`expected a longer path for leaf ${index} of ${size}, got ${path.length} elements`);
  }
  if (!equal(running, root)) throw new InclusionError("expected another root than the path leads to");
}
