/** Bytes and their one spelling in our JSON: lowercase hex with 0x, bare hex for salts, padded base64 for files. */

import { bytesToHex as bareHex } from "@noble/hashes/utils.js";
import { UnreadableError } from "./errors.js";

export { bareHex };

export const ZERO = new Uint8Array(32); // "none": no listing, no product, nothing superseded

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTET = values(ALPHABET);
const NIBBLE = values("0123456789abcdef");

/** @param {Uint8Array} data */
export const toHex = (data) => `0x${bareHex(data)}`;

/**
 * All parts in a row. A list, as a foreign one may be longer than a call takes arguments.
 * @param {Uint8Array[]} parts
 */
export function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array[]} parts */
export const concat = (...parts) => join(parts);

/**
 * The bytes that `toHex` wrote. Throws `UnreadableError` for any other spelling or length.
 * @param {unknown} text
 * @param {number} [length]
 */
export function fromHex(text, length) {
  const data = typeof text === "string" && text.startsWith("0x") ? fromDigits(text, 2) : null;
  if (data === null) throw new UnreadableError(`expected lowercase 0x hex, got ${shown(text)}`);
  if (length !== undefined && data.length !== length) {
    throw new UnreadableError(`expected ${length} bytes of hex, got ${data.length}`);
  }
  return data;
}

/**
 * The bytes of lowercase hex from character `start` on, or null for any other text.
 * @param {string} text
 * @param {number} [start]
 */
export function fromDigits(text, start = 0) {
  if ((text.length - start) % 2) return null;
  const data = new Uint8Array((text.length - start) / 2);
  for (let index = 0, at = start; index < data.length; index += 1, at += 2) {
    const high = NIBBLE[text.charCodeAt(at)];
    const low = NIBBLE[text.charCodeAt(at + 1)];
    if (high === undefined || low === undefined) return null;
    data[index] = (high << 4) | low;
  }
  return data;
}

/**
 * The bytes of base64 in its one spelling: padded, and no bits left over. Throws `UnreadableError` for another.
 * @param {string} text
 */
export function fromBase64(text) {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - padding;
  const data = new Uint8Array(Math.floor((digits * 3) / 4));
  let bits = 0;
  let held = 0;
  let index = 0;
  for (let at = 0; at < digits; at += 1) {
    const sextet = SEXTET[text.charCodeAt(at)];
    if (sextet === undefined) throw new UnreadableError("expected base64, got another character");
    bits = (bits << 6) | sextet;
    held += 6;
    if (held >= 8) data[index++] = bits >> (held -= 8);
    bits &= (1 << held) - 1;
  }
  if (text.length % 4 || bits) throw new UnreadableError("expected base64 in its one spelling, got another");
  return data;
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export const equal = (one, other) => one.length === other.length && one.every((byte, index) => byte === other[index]);

/**
 * The big-endian integer.
 * @param {Uint8Array} data
 */
export const integer = (data) => (data.length ? BigInt(toHex(data)) : 0n);

/**
 * An unsigned integer as 32 bytes.
 * @param {number | bigint} value
 */
export const word = (value) => /** @type {Uint8Array} */ (fromDigits(value.toString(16).padStart(64, "0")));

/**
 * A character for each byte.
 * @param {Uint8Array} data
 */
export const latin = (data) => Array.from(data, (byte) => String.fromCharCode(byte)).join("");

/** @param {string} text ASCII */
export const ascii = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/**
 * A foreign value in a message: printable ASCII, short.
 * @param {unknown} value
 */
export function shown(value) {
  if (value !== null && typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  const text = (JSON.stringify(value) ?? String(value)).replace(/[^ -~]/g, escaped);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** @param {string} unit */
const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** @param {string} alphabet */
function values(alphabet) {
  /** @type {(number | undefined)[]} */
  const found = new Array(128).fill(undefined);
  [...alphabet].forEach((character, value) => (found[character.charCodeAt(0)] = value));
  return found;
}
