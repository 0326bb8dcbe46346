/** The second round of co-signing: composing a finding from answers, and the checks that a later reader repeats. */

import { ZERO, equal, toHex } from "./bytes.js";
import { digestOf } from "./canonical.js";
import { SignatureError, VerificationError } from "./errors.js";
import { Finding } from "./finding.js";
import { leafHash, rootOf } from "./merkle.js";
import { observationRoot } from "./answer.js";
import { micro } from "./scorer.js";
import { recover } from "./signing.js";
import { digest } from "./typed_data.js";

/** @typedef {import("./answer.js").SignedAnswer} SignedAnswer */
/** @typedef {import("./answer.js").Ask} Ask */
/** @typedef {{chainId: number, registry: string}} Domain where signatures count */

/**
 * The finding that these answers, ascending by bureau, amount to. Requires answers that `checkAnswer` passed.
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
 * Check that a bureau in force signed this answer to this question. Throws `VerificationError`.
 * @param {SignedAnswer} signed
 * @param {Ask} ask
 * @param {Domain} domain
 * @param {import("./configuration.js").Configuration} configuration
 */
export function checkAnswer({ answer, signature, observations, explanation }, ask, domain, configuration) {
  const whose = `of the answer of bureau ${answer.bureau}`;
  // (1) it answers this question, under this configuration
  checkBytes(`clue ${whose}`, ask.clue, answer.clue);
  checkNumber(`attempt ${whose}`, ask.attempt, answer.attempt);
  checkNumber(`leader ${whose}`, ask.leader, answer.leader);
  checkNumber(`deadline ${whose}`, ask.deadline, answer.deadline);
  checkBytes(`configuration ${whose}`, configuration.digest, answer.configDigest);
  // (2) it is the answer to what lies beside it
  checkBytes(`observation root ${whose}`, observationRoot(observations), answer.observationRoot);
  checkBytes(`explanation ${whose}`, explanation.digest, answer.explanation);
  checkBytes(`model ${whose}`, explanation.model, answer.model);
  checkNumber(`score ${whose}`, explanation.scoreBps, answer.scoreBps);
  if (!observations.length) throw new VerificationError(`expected observations by bureau ${answer.bureau}, got none`);
  // (3) the bureau is a member, and its oracle key signed; the deadline no longer matters to a later reader
  const bureau = configuration.bureau(answer.bureau);
  if (!bureau) throw new VerificationError(`expected a bureau of the configuration, got ${answer.bureau}`);
  const signer = recover(digest(domain.chainId, domain.registry, answer.hash), signature);
  if (signer !== bureau.oracle)
    throw new SignatureError(`expected the signature of ${bureau.oracle}, got one by ${signer}`);
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
 * @param {Uint8Array} wanted
 * @param {Uint8Array} got
 */
function checkBytes(what, wanted, got) {
  if (!equal(wanted, got)) throw new VerificationError(`expected ${what} ${toHex(wanted)}, got ${toHex(got)}`);
}

/**
 * @param {string} what
 * @param {number} wanted
 * @param {number} got
 */
function checkNumber(what, wanted, got) {
  if (wanted !== got) throw new VerificationError(`expected ${what} ${wanted}, got ${got}`);
}
