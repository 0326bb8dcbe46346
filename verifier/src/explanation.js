/** Why a bureau scored as it did: the vector, what came out, and how much each feature moved it, all in integers. */

import { fromHex, shown } from "./bytes.js";
import { digestOf } from "./canonical.js";
import { UnreadableError } from "./errors.js";
import { MAX_BPS } from "./finding.js";
import { MAX_INTEGER } from "./json.js";
import { MAX_FEATURES, SCOPES } from "./manifest.js";
import { integerOf, listOf, objectOf, textOf } from "./reading.js";

const FEATURE_LIMIT = 2 ** 24; // integers that float32 holds exactly
const KEYS = ["model", "features", "scoreBps", "marginMicro", "contributions"];

/** @typedef {{name: string, scope: string, value: number | null}} Feature */

/**
 * Contributions are micro log-odds; the last two lines are "bias" and "rounding", and all sum exactly to the margin.
 * They explain the margin, not the basis points.
 */
export class Explanation {
  /**
   * Throws `UnreadableError`.
   * @param {import("./json.js").Json} json
   */
  static fromJson(json) {
    const row = objectOf(json, KEYS);
    const features = listOf(row.get("features"), MAX_FEATURES).map(featureOf);
    const lines = listOf(row.get("contributions"), MAX_FEATURES + 2).map(lineOf);
    return new Explanation(row, features, lines);
  }

  /**
   * @param {Map<string, any>} row
   * @param {Feature[]} features
   * @param {{name: string, micro: number}[]} lines
   */
  constructor(row, features, lines) {
    this.json = row; // every member has one spelling, so the form as read is the form as written
    this.model = fromHex(row.get("model"), 32);
    this.features = features;
    this.scoreBps = integerOf(row.get("scoreBps"), 0, MAX_BPS);
    this.marginMicro = integerOf(row.get("marginMicro"), -MAX_INTEGER);
    this.digest = digestOf(row);
    const known = distinct(features);
    const names = [...distinct(lines)];
    if (names.at(-2) !== "bias" || names.at(-1) !== "rounding" || names.slice(0, -2).some((name) => !known.has(name))) {
      throw new UnreadableError('expected contributions of the features, then "bias" and "rounding"');
    }
    const total = lines.reduce((sum, { micro }) => sum + BigInt(micro), 0n);
    if (total !== BigInt(this.marginMicro)) {
      throw new UnreadableError(`expected contributions that sum to ${this.marginMicro}, got ${total}`);
    }
  }
}

/**
 * A feature: an integer that float32 holds exactly, or nothing.
 * @param {unknown} value
 */
export const featureValue = (value) => (value === null ? null : integerOf(value, -FEATURE_LIMIT, FEATURE_LIMIT));

/**
 * A feature's name, which is not empty.
 * @param {unknown} value
 */
export function featureName(value) {
  const name = textOf(value);
  if (!name) throw new UnreadableError("expected a feature name, got an empty one");
  return name;
}

/**
 * @param {import("./json.js").Json} item
 * @returns {Feature}
 */
function featureOf(item) {
  const row = objectOf(item, ["name", "scope", "value"]);
  const scope = textOf(row.get("scope"));
  if (!SCOPES.includes(scope))
    throw new UnreadableError(`expected a scope of ${SCOPES.join(", ")}, got ${shown(scope)}`);
  return { name: featureName(row.get("name")), scope, value: featureValue(row.get("value")) };
}

/** @param {import("./json.js").Json} item */
function lineOf(item) {
  const row = objectOf(item, ["name", "micro"]);
  return { name: textOf(row.get("name")), micro: integerOf(row.get("micro"), -MAX_INTEGER) };
}

/** @param {{name: string}[]} rows */
function distinct(rows) {
  const names = new Set(rows.map(({ name }) => name));
  if (names.size !== rows.length) throw new UnreadableError("expected each name once, got one twice");
  return names;
}
