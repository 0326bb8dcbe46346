/**
 * Observations: one statement about one thing at one time, as salted fields under one Merkle root.
 *
 * Each field is the leaf SHA-256(0x00 ‖ canonical([salt_hex, name, value])). A redacted copy shows some fields and the
 * bare leaves of the others, under the same root. In JSON an observation is the list of its leaves in order:
 * `[salt_hex, name, value]`, the leaf in hex when hidden, and `{"erased": leaf}` when value and salt are said to be
 * destroyed.
 */

import { bareHex, fromHex, shown } from "./bytes.js";
import { canonical } from "./canonical.js";
import { UnreadableError } from "./errors.js";
import { leafHash, rootOf } from "./merkle.js";
import { bareHexOf, kindOf, listOf, objectOf, textOf } from "./reading.js";

/** @typedef {string | number | boolean | null} Scalar */
/** @typedef {{leaf: Uint8Array, name?: string, value?: Scalar, erased?: boolean}} Field without a name when not shown */

const MAX_FIELDS = 256; // our widest type has under thirty
const NAME = /^[a-z][a-z0-9_]{0,63}$/;

export class Observation {
  /** @param {Field[]} fields */
  constructor(fields) {
    if (!fields.length) throw new UnreadableError(`expected 1 to ${MAX_FIELDS} fields, got none`);
    const shownFields = fields.filter(({ name }) => name !== undefined);
    const names = shownFields.map(({ name }) => /** @type {string} */ (name));
    if (names.some((name, index) => index && names[index - 1] >= name)) {
      throw new UnreadableError("expected each field once and in name order, got another order");
    }
    this.root = rootOf(fields.map(({ leaf }) => leaf));
    this.erased = fields.filter(({ erased }) => erased).length;
    this.hidden = fields.length - names.length - this.erased;
    this.whole = names.length === fields.length; // every field is shown
    /** @type {Map<string, Scalar>} the fields that are shown */
    this.values = new Map(shownFields.map(({ name, value }) => [/** @type {string} */ (name), value ?? null]));
  }

  /**
   * Throws `UnreadableError`.
   * @param {import("./json.js").Json} json
   */
  static fromJson(json) {
    return new Observation(listOf(json, MAX_FIELDS).map(fieldOf));
  }
}

/**
 * @param {import("./json.js").Json} item
 * @returns {Field}
 */
function fieldOf(item) {
  if (typeof item === "string") return { leaf: fromHex(item, 32) };
  if (item instanceof Map) return { leaf: fromHex(objectOf(item, ["erased"]).get("erased"), 32), erased: true };
  const parts = listOf(item);
  if (parts.length !== 3) throw new UnreadableError(`expected [salt, name, value], got ${parts.length} items`);
  const salt = bareHexOf(parts[0], 32);
  const name = textOf(parts[1]);
  const value = parts[2];
  if (!NAME.test(name)) throw new UnreadableError(`expected a field name in snake case, got ${shown(name)}`);
  if (value !== null && typeof value === "object") {
    throw new UnreadableError(`expected text, an integer, a truth value or null, got ${kindOf(value)}`);
  }
  return { leaf: leafHash(canonical([bareHex(salt), name, value])), name, value };
}
