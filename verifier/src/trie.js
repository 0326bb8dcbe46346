/**
 * Strict proofs in Ethereum's Merkle Patricia trie (Yellow Paper, appendix D).
 *
 * Each node is used once, in order, and none is left; a node stands by its hash exactly when it is 32 bytes or longer;
 * encodings are canonical; absence counts only where the path visibly turns away.
 */

import { equal } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { TrieError } from "./errors.js";
import { decode, encode } from "./rlp.js";

/** @typedef {import("./rlp.js").Item} Item */
/** @typedef {{value: Uint8Array | null} | {reference: Item, path: number[]}} Found where the path ends, or goes on */

export const EMPTY_ROOT = keccak256(Uint8Array.of(0x80));
export const MAX_NODES = 80; // a path has at most 64 nibbles, and one node more than that

/**
 * The value under `key` in the trie with this root, or null when the proof shows that there is none.
 *
 * Throws `TrieError` for everything that is no proof of either.
 * @param {Uint8Array} root
 * @param {Uint8Array} key
 * @param {Uint8Array[]} nodes
 */
export function lookup(root, key, nodes) {
  if (!nodes.length && equal(root, EMPTY_ROOT)) return null;
  if (!nodes.length || nodes.length > MAX_NODES) {
    throw new TrieError(`expected 1 to ${MAX_NODES} trie nodes, got ${nodes.length}`);
  }
  const waiting = [...nodes];
  let path = nibblesOf(key);
  let node = byHash(root, waiting, 1);
  for (;;) {
    const found = step(node, path);
    if ("value" in found) {
      if (waiting.length) throw new TrieError(`expected no trie node after the end of the path, got ${waiting.length}`);
      return found.value;
    }
    path = found.path;
    node = found.reference instanceof Uint8Array ? byHash(found.reference, waiting, 32) : found.reference;
  }
}

/**
 * The next node of the proof, which must have this hash. Below the root, shorter nodes stand inline.
 * @param {Uint8Array} expected
 * @param {Uint8Array[]} waiting
 * @param {number} atLeast
 */
function byHash(expected, waiting, atLeast) {
  const data = waiting.shift();
  if (data === undefined) throw new TrieError("expected a further trie node, got the end of the proof");
  if (!equal(keccak256(data), expected)) throw new TrieError("expected a trie node with another hash");
  if (data.length < atLeast) {
    throw new TrieError(`expected a node of less than ${atLeast} bytes to stand inline, got it by its hash`);
  }
  const node = decode(data);
  if (node instanceof Uint8Array) throw new TrieError("expected a trie node to be a list, got bytes");
  return node;
}

/**
 * One node on: a reference and the rest of the path, the value, or null where the path turns away.
 * @param {Item[]} node
 * @param {number[]} path
 * @returns {Found}
 */
function step(node, path) {
  if (node.length === 17) {
    if (path.length) return follow(node[path[0]], path.slice(1));
    const value = node[16];
    if (!(value instanceof Uint8Array)) throw new TrieError("expected bytes as a branch's value, got a list");
    return { value: value.length ? value : null };
  }
  if (node.length !== 2 || !(node[0] instanceof Uint8Array)) {
    throw new TrieError(`expected a trie node of 2 or 17 items, got ${node.length}`);
  }
  const { leaf, nibbles } = compact(node[0]);
  return leaf ? atLeaf(node[1], nibbles, path) : alongExtension(node[1], nibbles, path);
}

/**
 * @param {Item} value
 * @param {number[]} nibbles
 * @param {number[]} path
 * @returns {Found}
 */
function atLeaf(value, nibbles, path) {
  if (!(value instanceof Uint8Array) || !value.length) {
    throw new TrieError("expected a leaf to hold bytes, got something else");
  }
  return { value: nibbles.length === path.length && startsWith(path, nibbles) ? value : null };
}

/**
 * @param {Item} reference
 * @param {number[]} nibbles
 * @param {number[]} path
 * @returns {Found}
 */
function alongExtension(reference, nibbles, path) {
  if (!nibbles.length) throw new TrieError("expected an extension to cover at least one nibble, got none");
  if (!startsWith(path, nibbles)) return { value: null };
  const found = follow(reference, path.slice(nibbles.length));
  if ("value" in found) throw new TrieError("expected an extension to lead on, got nothing behind it");
  return found;
}

/**
 * @param {Item} reference
 * @param {number[]} path
 * @returns {Found}
 */
function follow(reference, path) {
  if (!(reference instanceof Uint8Array)) {
    if (encode(reference).length >= 32) {
      throw new TrieError("expected a node of 32 bytes or more to stand by its hash, got it inline");
    }
  } else if (!reference.length) {
    return { value: null };
  } else if (reference.length !== 32) {
    throw new TrieError(`expected a node's hash of 32 bytes, got ${reference.length}`);
  }
  return { reference, path };
}

/**
 * The hex-prefix encoding: is it a leaf, and which nibbles.
 * @param {Uint8Array} data
 */
function compact(data) {
  const flag = data.length ? data[0] >> 4 : 4;
  if (flag > 3) throw new TrieError("expected a hex-prefix path, got something else");
  const [, odd, ...rest] = nibblesOf(data);
  if (flag & 1) return { leaf: flag >= 2, nibbles: [odd, ...rest] };
  if (odd) throw new TrieError("expected zero padding in a hex-prefix path, got something else");
  return { leaf: flag >= 2, nibbles: rest };
}

/** @param {Uint8Array} data */
function nibblesOf(data) {
  /** @type {number[]} */
  const found = [];
  for (const byte of data) found.push(byte >> 4, byte & 15);
  return found;
}

/**
 * @param {number[]} path
 * @param {number[]} nibbles
 */
const startsWith = (path, nibbles) => nibbles.every((nibble, index) => path[index] === nibble);
