/** The second round of co-signing: composing a finding from answers, and the checks that a later reader repeats. */

import { ZERO, equal, toHex } from "./bytes.js";
import { digestOf } from "./canonical.js";
import { VerificationError } from "./errors.js";
import { Finding } from "./finding.js";
import { leafHash, rootOf } from "./merkle.js";
import { micro } from "./scorer.js";

/** @typedef {import("./answer.js").SignedAnswer} SignedAnswer */
/** @typedef {import("./answer.js").Ask} Ask */
/** @typedef {{chainId: number, registry: string}} Domain where signatures count */

/**
 * The finding that these answers, ascending by bureau, amount to. Requires answers that were checked.
 * @param {Ask} ask
 * @param {SignedAnswer[]} answers
 * @param {{policyDigest: Uint8Array, configDigest: Uint8Array, supersedes?: Uint8Array}} given
 */
export function composeFinding(ask, answers, { policyDigest, configDigest, supersedes = ZERO }) {
  const bureaus = answers.map(({ answer }) => answer.bureau);
  if (!bureaus.length || !isAscending(bureaus)) {
    throw new VerificationError("expected answers of distinct bureaus, ascending, got others");
  }
  const models = new Set(answers.map(({ answer }) => toHex(answer.model)));
  if (models.size !== 1) throw new VerificationError(`expected answers by one model, got ${models.size} models`);
  const scores = answers.map(({ answer }) => answer.scoreBps).sort((low, high) => low - high);
  const { subject, listing, product, kind, period, observedAt } = ask;
  return Finding.make({
    ...{ subject, listing, product, kind, period, observedAt, policyDigest, configDigest, supersedes },
    scoreBps: scores[(scores.length - 1) >> 1],
    spreadBps: scores[scores.length - 1] - scores[0],
    evidenceRoot: rootOf(answers.map(({ answer }) => leafHash(answer.observationRoot))),
    model: answers[0].answer.model,
    explanation: digestOf(
      answers.map(
        ({ answer, explanation }) =>
          new Map([
            ["bureau", answer.bureau],
            ["explanation", explanation.json],
          ]),
      ),
    ),
  });
}

/**
 * Check that this is the question that was answered. Throws `VerificationError`.
 * @param {SignedAnswer["answer"]} answer
 * @param {Ask} ask
 */
export function checkAsked(answer, ask) {
  const whose = `of the answer of bureau ${answer.bureau}`;
  if (!equal(ask.clue, answer.clue)) {
    throw new VerificationError(`expected clue ${whose} ${toHex(ask.clue)}, got ${toHex(answer.clue)}`);
  }
  checkNumber(`attempt ${whose}`, ask.attempt, answer.attempt);
  checkNumber(`leader ${whose}`, ask.leader, answer.leader);
  checkNumber(`deadline ${whose}`, ask.deadline, answer.deadline);
}

/**
 * Check that the observations speak of what was asked: one shows its marketplace, and its listing or seller.
 * @param {SignedAnswer} signed
 * @param {Ask} ask
 */
export function checkAbout({ answer, observations }, ask) {
  const [name, wanted] = ask.listingId === null ? ["seller_id", ask.sellerId] : ["listing_id", ask.listingId];
  if (
    !observations.some(({ values }) => values.get("marketplace") === ask.marketplace && values.get(name) === wanted)
  ) {
    throw new VerificationError(`expected bureau ${answer.bureau} to observe the ${name} in question, got none`);
  }
}

/**
 * Check that the model gives the stated margin and score for the stated vector. Throws `VerificationError`.
 * @param {import("./explanation.js").Explanation} explanation
 * @param {import("./scorer.js").ReferenceScorer} scorer
 */
export function checkScores(explanation, scorer) {
  const margin = scorer.margin(explanation.features.map(({ value }) => value));
  checkNumber("margin", micro(margin), explanation.marginMicro);
  checkNumber("score", scorer.scoreBps(margin), explanation.scoreBps);
}

/**
 * Ascending and each once?
 * @param {number[]} numbers
 */
export const isAscending = (numbers) => numbers.every((number, at) => !at || numbers[at - 1] < number);

/**
 * @param {string} what
 * @param {number} wanted
 * @param {number} got
 */
function checkNumber(what, wanted, got) {
  if (wanted !== got) throw new VerificationError(`expected ${what} ${wanted}, got ${got}`);
}
