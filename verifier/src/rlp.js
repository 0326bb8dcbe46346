/** Strict RLP (Ethereum Yellow Paper, appendix B): one spelling for each value, and nothing left over. */

import { concat, fromDigits, integer, join } from "./bytes.js";
import { TrieError } from "./errors.js";

/** @typedef {Uint8Array | Item[]} Item */

const MAX_DEPTH = 64; // headers and trie nodes nest three deep; bounds work on foreign input
const STRING = 0x80;
const LIST = 0xc0;

/**
 * The RLP of bytes or of a list of items.
 * @param {Item} item
 * @returns {Uint8Array}
 */
export function encode(item) {
  if (item instanceof Uint8Array) {
    return item.length === 1 && item[0] < STRING ? item : concat(prefix(STRING, item.length), item);
  }
  const body = join(item.map(encode));
  return concat(prefix(LIST, body.length), body);
}

/**
 * The one item that `data` spells. Throws `TrieError` for any other spelling, or trailing bytes.
 * @param {Uint8Array} data
 * @returns {Item}
 */
export function decode(data) {
  const [item, end] = read(data, 0, data.length, 0);
  if (end !== data.length) throw new TrieError(`expected one RLP item, got ${data.length - end} bytes after it`);
  return item;
}

/**
 * Bytes of this length?
 * @param {Item} item
 * @param {number} length
 */
export const isWord = (item, length = 32) => item instanceof Uint8Array && item.length === length;

/**
 * A number in as few big-endian bytes as it needs; zero is empty.
 * @param {number} value
 */
export function minimal(value) {
  const digits = value ? value.toString(16) : "";
  return /** @type {Uint8Array} */ (fromDigits(digits.length % 2 ? `0${digits}` : digits));
}

/**
 * @param {number} base
 * @param {number} length
 */
function prefix(base, length) {
  if (length < 56) return Uint8Array.of(base + length);
  const size = minimal(length);
  return concat(Uint8Array.of(base + 55 + size.length), size);
}

/**
 * @param {Uint8Array} data
 * @param {number} at
 * @param {number} end
 * @param {number} depth
 * @returns {[Item, number]} the item, and where it ends
 */
function read(data, at, end, depth) {
  if (at >= end) throw new TrieError("expected an RLP item, got the end of the data");
  if (depth > MAX_DEPTH) throw new TrieError(`expected RLP at most ${MAX_DEPTH} deep`);
  const first = data[at];
  if (first < STRING) return [data.subarray(at, at + 1), at + 1];
  const base = first < LIST ? STRING : LIST;
  const [start, length] = lengthAt(data, at, end, first - base);
  const stop = start + length;
  if (stop > end) throw new TrieError(`expected ${length} bytes of RLP, got ${end - start}`);
  if (base === STRING) {
    if (length === 1 && data[start] < STRING) {
      throw new TrieError("expected a byte below 0x80 to stand for itself, got it with a prefix");
    }
    return [data.subarray(start, stop), stop];
  }
  /** @type {Item[]} */
  const found = [];
  for (let next = start; next < stop;) {
    const [item, after] = read(data, next, stop, depth + 1);
    found.push(item);
    next = after;
  }
  return [found, stop];
}

/**
 * @param {Uint8Array} data
 * @param {number} at
 * @param {number} end
 * @param {number} code
 * @returns {[number, number]} where the content starts, and its length
 */
function lengthAt(data, at, end, code) {
  if (code < 56) return [at + 1, code];
  const start = at + 1 + code - 55;
  if (start > end || data[at + 1] === 0) {
    throw new TrieError("expected an RLP length without leading zeros, got something else");
  }
  const length = Number(integer(data.subarray(at + 1, start))); // a rounded one is beyond any data, too
  if (length < 56) throw new TrieError(`expected the short form for ${length} bytes, got the long one`);
  return [start, length];
}
