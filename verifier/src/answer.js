/** The first round of co-signing: the leader's question, each bureau's signed answer with what it rests on. */

import { equal, fromHex, shown } from "./bytes.js";
import { UnreadableError } from "./errors.js";
import { Explanation, featureName, featureValue } from "./explanation.js";
import { Answer } from "./finding.js";
import { MAX_TIME, clueKey, listingDigest, periodOf, productId, subjectId } from "./identifiers.js";
import { MAX_FEATURES } from "./manifest.js";
import { leafHash, rootOf } from "./merkle.js";
import { Observation } from "./observation.js";
import { bareHexOf, integerOf, listOf, mapOf, objectOf, optionalTextOf, textOf } from "./reading.js";

/** @typedef {import("./json.js").Json} Json */

const MAX_OBSERVATIONS = 1000; // a refetch brings some dozens
const KEYS = [
  ...["clue", "attempt", "leader", "marketplace", "listing_id", "seller_id", "kind", "gtin", "url"],
  ...["subject_salt", "deadline", "observed_at", "context", "context_digest"],
];

/** The leader's question about one clue. `clue` must be the clue key of what is asked. */
export class Ask {
  /**
   * Throws `UnreadableError`.
   * @param {Json} json
   */
  static fromJson(json) {
    return new Ask(objectOf(json, KEYS));
  }

  /** @param {Map<string, any>} row */
  constructor(row) {
    this.clue = fromHex(row.get("clue"), 32);
    this.attempt = integerOf(row.get("attempt"), 0, 2 ** 32 - 1);
    this.leader = integerOf(row.get("leader"), 0, 2 ** 32 - 1);
    this.deadline = integerOf(row.get("deadline"), 0, MAX_TIME);
    this.marketplace = textOf(row.get("marketplace"));
    this.listingId = optionalTextOf(row.get("listing_id"));
    this.sellerId = textOf(row.get("seller_id"));
    const salt = bareHexOf(row.get("subject_salt"), 32);
    // what the finding repeats
    this.subject = subjectId(salt, this.marketplace, this.sellerId);
    this.listing = listingDigest(salt, this.marketplace, this.listingId);
    this.product = productId(optionalTextOf(row.get("gtin")));
    this.kind = integerOf(row.get("kind"), 0, 2 ** 16 - 1);
    this.observedAt = integerOf(row.get("observed_at"), 0, MAX_TIME);
    this.period = periodOf(this.observedAt);
    // what is checked and goes no further
    textOf(row.get("url"));
    checkContext(row.get("context"));
    fromHex(row.get("context_digest"), 32);
    if (!equal(this.clue, clueKey(this))) throw new UnreadableError("expected the clue of what is asked, got another");
  }
}

/**
 * A bureau's answer with what it rests on. Whether it holds is for `steps_answers.checkAnswers`.
 * @typedef {{answer: Readonly<import("./typed_data.js").StructValue>, signature: Uint8Array,
 *            observations: Observation[], explanation: Explanation}} SignedAnswer
 */

/**
 * Throws `UnreadableError`.
 * @param {Json} json
 * @returns {SignedAnswer}
 */
export function signedAnswer(json) {
  const row = objectOf(json, ["answer", "signature", "observations", "explanation"]);
  return {
    observations: listOf(row.get("observations"), MAX_OBSERVATIONS).map((item) => Observation.fromJson(item)),
    answer: Answer.fromJson(row.get("answer") ?? null),
    signature: fromHex(row.get("signature"), 65),
    explanation: Explanation.fromJson(row.get("explanation") ?? null),
  };
}

/**
 * The root over a bureau's observations, as a batch over their roots.
 * @param {Observation[]} observations
 */
export const observationRoot = (observations) => rootOf(observations.map(({ root }) => leafHash(root)));

/** @param {any} value */
function checkContext(value) {
  const context = mapOf(value);
  if (context.size > MAX_FEATURES)
    throw new UnreadableError(`expected a context of at most ${MAX_FEATURES} features, got ${shown(context.size)}`);
  for (const [name, item] of context) {
    featureName(name);
    featureValue(item);
  }
}
