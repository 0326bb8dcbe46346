/**
 * The verifier: is this bundle genuine, held against a trust root that the reader brings?
 *
 * `verifyBundle` is pure and never throws. It goes through numbered steps, each a small function that holds or throws;
 * a failure names the part that is concerned. The first of altered, not trusted, unknown, overturned, superseded,
 * stale, genuine is the verdict. Input that is no bundle gets none (exit code 2).
 */

import { Bundle } from "./bundle.js";
import { claimsOf, custodyOf, notProvenOf } from "./claims.js";
import { ProtocolError } from "./errors.js";
import { checkAnswers, checkModel, checkPayloads } from "./steps_answers.js";
import { checkAnchors, checkStanding, checkStatus } from "./steps_history.js";
import {
  Context,
  checkConfiguration,
  checkHeader,
  checkHeaderSeals,
  checkReceipt,
  checkSignatures,
} from "./steps_record.js";
import { INFORMATIVE, PRECEDENCE, PROVEN, StepFailed, WITHOUT_CLAIMS } from "./verdict.js";

/** @typedef {import("./trust.js").TrustRoot} TrustRoot */
/** @typedef {import("./verdict.js").Step} Step */
/** @typedef {import("./verdict.js").Verification} Verification */
/** @typedef {import("./verdict.js").Words} Words */

/** @type {[string, (context: Context) => import("./steps_record.js").Held][]} */
const STEPS = [
  ["header", checkHeader],
  ["header", checkHeaderSeals],
  ["receipt", checkReceipt],
  ["signatures", checkSignatures],
  ["configuration", checkConfiguration],
  ["answers", checkAnswers],
  ["payloads", checkPayloads],
  ["model", checkModel],
  ["anchors", checkAnchors],
  ["status", checkStatus],
  ["header", checkStanding],
];
const LONGEST_WORDS = 300;

/**
 * Judge a bundle. `at` is the time (UTC seconds) to judge staleness at; null leaves that open. Never throws.
 * @param {Uint8Array} data
 * @param {TrustRoot} trust
 * @param {number | null} [at]
 * @returns {Verification}
 */
export function verifyBundle(data, trust, at = null) {
  /** @type {Bundle} */
  let bundle;
  // (1) it is a bundle
  try {
    bundle = Bundle.parse(data);
  } catch (error) {
    const words = plain(error);
    const failure = new StepFailed("unreadable", "bundle", words);
    const said = /** @type {Words} */ ([`not an evidence bundle: ${words}`, `不是证据包：${words}`]);
    return answer([step(1, "bundle", INFORMATIVE, false, said)], [failure], [], [], trust);
  }
  const context = new Context(bundle, trust, at);
  const steps = [step(1, "bundle", INFORMATIVE, true, ["the file is an evidence bundle", "文件格式为证据包"])];
  /** @type {StepFailed[]} */
  const failures = [];
  // (2) to (12)
  STEPS.forEach(([part, check], index) => {
    try {
      const held = check(context);
      steps.push(step(index + 2, held.part ?? part, held.standing, true, held.words));
    } catch (error) {
      const failure = error instanceof StepFailed ? error : new StepFailed("altered", part, plain(error));
      failures.push(failure);
      steps.push(step(index + 2, failure.part, PROVEN, false, failure.words));
    }
  });
  failures.push(...context.findings);
  const nothing = failures.some(({ code }) => WITHOUT_CLAIMS.includes(code));
  try {
    return answer(steps, failures, nothing ? [] : claimsOf(context), notProvenOf(context, nothing), trust);
  } catch (error) {
    // words must never be in the way of a verdict
    return answer(steps, [...failures, new StepFailed("altered", "report", plain(error))], [], [], trust);
  }
}

/**
 * @param {Step[]} steps
 * @param {StepFailed[]} failures
 * @param {Words[]} claims
 * @param {Words[]} notProven
 * @param {TrustRoot} trust
 * @returns {Verification}
 */
function answer(steps, failures, claims, notProven, trust) {
  const found = PRECEDENCE.filter((code) => failures.some((failure) => failure.code === code));
  const [verdict = "genuine", ...also] = found;
  const blamed = failures.find(({ code }) => code === "altered");
  const part = verdict === "altered" && blamed ? blamed.part : null;
  return { verdict, part, also, steps, claims, notProven, custody: custodyOf(trust), trustRoot: trust.id };
}

/**
 * @param {number} number
 * @param {string} part
 * @param {string} standing
 * @param {boolean} ok
 * @param {Words} words
 * @returns {Step}
 */
const step = (number, part, standing, ok, words) => ({ number, part, standing, ok, words });

/**
 * An error's own words, short; for faults of this program only their kind.
 * @param {unknown} error
 */
function plain(error) {
  if (error instanceof ProtocolError) return error.message.slice(0, LONGEST_WORDS);
  return `unexpected ${error instanceof Error ? error.name : "fault"}`;
}
