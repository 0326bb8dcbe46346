/** A model's manifest: the digests of its files. Its own digest is the model id that findings name. */

import { equal, shown } from "./bytes.js";
import { digestOf, sha256 } from "./canonical.js";
import { UnreadableError, VerificationError } from "./errors.js";
import { parse } from "./json.js";
import { bareHexOf, integerOf, listOf, objectOf, textOf } from "./reading.js";

const FORMAT = "touchstone-model/1";
const DIGESTS = ["model_sha256", "features_sha256", "thresholds_sha256", "training_sha256"];
const VERSION = /^[0-9]{1,4}(?:\.[0-9]{1,4}){2}$/;
export const SCOPES = ["own", "context"];
export const MAX_FEATURES = 1000; // a vector has about a hundred

export class ModelManifest {
  /**
   * Throws `UnreadableError`.
   * @param {import("./json.js").Json} json
   */
  static fromJson(json) {
    const row = objectOf(json, ["format", "kind", ...DIGESTS, "xgboost"]);
    if (row.get("format") !== FORMAT) throw new UnreadableError(`expected the format ${FORMAT}, got another`);
    const version = textOf(row.get("xgboost"));
    if (!VERSION.test(version)) throw new UnreadableError(`expected a version such as 3.2.0, got ${shown(version)}`);
    return new ModelManifest(row);
  }

  /** @param {Map<string, any>} row */
  constructor(row) {
    this.kind = integerOf(row.get("kind"), 0, 2 ** 16 - 1);
    this.digests = new Map(DIGESTS.map((name) => [name, bareHexOf(row.get(name), 32)]));
    /** The model id; every member has one spelling, so the form as read is the form as written. */
    this.id = digestOf(row);
  }

  /**
   * Check the given files, by manifest key, against their digests. Throws `VerificationError`.
   * @param {Record<string, Uint8Array>} files
   */
  checkFiles(files) {
    for (const [key, data] of Object.entries(files)) {
      const wanted = this.digests.get(key);
      if (wanted === undefined || !equal(sha256(data), wanted)) {
        throw new VerificationError(`expected the file that ${key} names, got another`);
      }
    }
  }
}

/**
 * The (name, scope) list of a features.json. Throws `ProtocolError`.
 * @param {Uint8Array} data
 */
export function parseFeatures(data) {
  const rows = listOf(parse(data), MAX_FEATURES).map((row) => objectOf(row, ["name", "scope"]));
  const found = rows.map((row) => ({ name: textOf(row.get("name")), scope: textOf(row.get("scope")) }));
  if (
    new Set(found.map(({ name }) => name)).size !== found.length ||
    found.some(({ scope }) => !SCOPES.includes(scope))
  ) {
    throw new UnreadableError(`expected each feature once with a scope of ${SCOPES.join(", ")}`);
  }
  return found;
}
