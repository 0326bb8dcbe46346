/** Canonical JSON after RFC 8785, and the two hashes of the protocol. */

import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 as keccak256 } from "@noble/hashes/sha3.js";
import { CanonicalError } from "./errors.js";
import { Float } from "./json.js";

export { keccak256, sha256 };

const ENCODER = new TextEncoder();

/**
 * The one RFC 8785 form of `value`. ECMAScript writes strings and numbers as the RFC wants them.
 * @param {import("./json.js").Json | Record<string, any>} value
 */
export const canonical = (value) => ENCODER.encode(written(value));

/**
 * SHA-256 of the canonical form.
 * @param {import("./json.js").Json | Record<string, any>} value
 */
export const digestOf = (value) => sha256(canonical(value));

/**
 * @param {any} value
 * @returns {string}
 */
function written(value) {
  if (value === null || ["boolean", "number", "string"].includes(typeof value)) return JSON.stringify(value);
  if (value instanceof Float) return JSON.stringify(value.value);
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (typeof value !== "object")
    throw new CanonicalError(`expected a value with a canonical form, got ${typeof value}`);
  const members = [...(value instanceof Map ? value : Object.entries(value))];
  members.sort(([one], [other]) => (one < other ? -1 : 1)); // keys differ; strings compare by UTF-16 unit
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${written(item)}`).join(",")}}`;
}
