/** Taking JSON values apart without guessing: each function returns the type it names or throws `UnreadableError`. */

import { fromBase64, fromDigits, shown } from "./bytes.js";
import { UnreadableError } from "./errors.js";
import { Float, MAX_INTEGER } from "./json.js";

/** @typedef {import("./json.js").Json} Json */

/**
 * An object with all `required` keys, perhaps some `optional` ones, and no others.
 * @param {Json} value
 * @param {readonly string[]} required
 * @param {readonly string[]} [optional]
 */
export function objectOf(value, required, optional = []) {
  const found = mapOf(value);
  const missing = required.filter((key) => !found.has(key));
  const known = new Set([...required, ...optional]);
  const unknown = [...found.keys()].filter((key) => !known.has(key));
  if (missing.length || unknown.length) {
    throw new UnreadableError(
      `expected all of ${required.join(", ")}, got missing ${missing.length}, unknown ${unknown.length}`,
    );
  }
  return found;
}

/**
 * An object with any keys.
 * @param {Json} value
 */
export function mapOf(value) {
  if (!(value instanceof Map)) throw new UnreadableError(`expected an object, got ${kindOf(value)}`);
  return value;
}

/**
 * A list of at most `most` items.
 * @param {Json | undefined} value
 * @param {number} [most]
 */
export function listOf(value, most = Infinity) {
  if (!Array.isArray(value)) throw new UnreadableError(`expected a list, got ${kindOf(value)}`);
  if (value.length > most) throw new UnreadableError(`expected at most ${most} items, got ${value.length}`);
  return value;
}

/**
 * @param {unknown} value
 * @returns {string}
 */
export function textOf(value) {
  if (typeof value !== "string") throw new UnreadableError(`expected text, got ${kindOf(value)}`);
  return value;
}

/** @param {unknown} value */
export const optionalTextOf = (value) => (value === null ? null : textOf(value));

/**
 * An integer (never a boolean, never one with a fraction or exponent) from `low` to `high`.
 * @param {unknown} value
 * @param {number} [low]
 * @param {number} [high]
 * @returns {number}
 */
export function integerOf(value, low = 0, high = MAX_INTEGER) {
  if (typeof value !== "number" || value < low || value > high) {
    throw new UnreadableError(`expected an integer from ${low} to ${high}, got ${shown(value)}`);
  }
  return value;
}

/**
 * The bytes of lowercase hex without 0x, as salts and payload names are written.
 * @param {unknown} value
 * @param {number} length
 */
export function bareHexOf(value, length) {
  const text = textOf(value);
  const data = text.length === 2 * length ? fromDigits(text) : null;
  if (data === null) throw new UnreadableError(`expected ${length} bytes of bare lowercase hex, got ${shown(text)}`);
  return data;
}

/**
 * The bytes of a file as it stands in JSON: base64 (RFC 4648) in its one spelling.
 * @param {unknown} value
 */
export const fileOf = (value) => fromBase64(textOf(value));

/** @param {unknown} value */
export function kindOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "an object";
  if (value instanceof Float) return "a number with a fraction or exponent";
  return { boolean: "a truth value", number: "an integer", string: "text" }[typeof value] ?? "nothing";
}
