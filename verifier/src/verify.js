/**
 * The verifier: is this bundle genuine, held against a trust root that the reader brings?
 *
 * `verifyBundle` is pure and never throws. It goes through numbered steps, each a small function that holds or throws;
 * a failure names the part that is concerned. The file's media type says which steps: for the bundle of one finding, or
 * for the subject file. The first of altered, not trusted, unknown, overturned, superseded,
 * stale, genuine is the verdict. Input that is no bundle gets none (exit code 2).
 */

import { Bundle, readJson } from "./bundle.js";
import { claimsOf, custodyOf, notProvenOf } from "./claims.js";
import { subjectClaims, subjectOpenEnds } from "./claims_subject.js";
import { ProtocolError } from "./errors.js";
import { checkAnswers, checkModel, checkPayloads } from "./steps_answers.js";
import { checkBlockAnchors, checkHistory, checkStanding } from "./steps_chain.js";
import { checkAnchors, checkStatus } from "./steps_history.js";
import { checkCaptures, checkCustody, checkPeers, checkQuality, checkRecusals } from "./steps_life.js";
import {
  Context,
  checkConfiguration,
  checkHeader,
  checkHeaderSeals,
  checkReceipt,
  checkSignatures,
} from "./steps_record.js";
import { checkRecords, checkRegistries } from "./steps_registries.js";
import * as subject from "./steps_subject.js";
import { MEDIA_TYPE as SUBJECT_TYPE, SubjectBundle } from "./subject_bundle.js";
import { INFORMATIVE, PRECEDENCE, PROVEN, StepFailed, WITHOUT_CLAIMS } from "./verdict.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {import("./trust.js").TrustRoot} TrustRoot */
/** @typedef {import("./verdict.js").Step} Step */
/** @typedef {import("./verdict.js").Verification} Verification */
/** @typedef {import("./verdict.js").Words} Words */

/** @typedef {[string, (context: any) => import("./steps_record.js").Held][]} Steps */
/**
 * One kind of evidence file: what reads it into the context of its steps, the steps after the first, and its words.
 * @typedef {{read: (value: Json, trust: TrustRoot, at: number | null) => any, steps: Steps,
 *            claims: (context: any) => Words[], openEnds: (context: any, nothing: boolean) => Words[]}} Form
 */

/** @type {Form} */
const FINDING = {
  read: (value, trust, at) => new Context(new Bundle(value), trust, at),
  steps: [
    ["header", checkHeader],
    ["block_anchors", checkBlockAnchors],
    ["history", checkHistory],
    ["header", checkHeaderSeals],
    ["receipt", checkReceipt],
    ["signatures", checkSignatures],
    ["configuration", checkConfiguration],
    ["answers", checkAnswers],
    ["payloads", checkPayloads],
    ["model", checkModel],
    ["captures", checkCaptures],
    ["custody", checkCustody],
    ["recusals", checkRecusals],
    ["quality", checkQuality],
    ["peers", checkPeers],
    ["anchors", checkAnchors],
    ["status", checkStatus],
    ["header", checkStanding],
  ],
  claims: claimsOf,
  openEnds: notProvenOf,
};

/** @type {Form} */
const SUBJECT = {
  read: (value, trust, at) => new subject.SubjectContext(new SubjectBundle(value), trust, at),
  steps: [
    ["header", checkHeader],
    ["block_anchors", checkBlockAnchors],
    ["history", checkHistory],
    ["header", subject.checkSeals],
    ["configuration", subject.checkConfiguration],
    ["statement", subject.checkStatement],
    ["statement", subject.checkSubject],
    ["registries", checkRegistries],
    ["registries", checkRecords],
    ["header", subject.checkStanding],
  ],
  claims: subjectClaims,
  openEnds: subjectOpenEnds,
};

const LONGEST_WORDS = 300;

/**
 * Judge an evidence file. `at` is the time (UTC seconds) to judge staleness at; null leaves that open. Never throws.
 * @param {Uint8Array} data
 * @param {TrustRoot} trust
 * @param {number | null} [at]
 * @returns {Verification}
 */
export function verifyBundle(data, trust, at = null) {
  /** @type {Form} */
  let form;
  /** @type {any} */
  let context;
  // (1) it is a bundle
  try {
    const value = readJson(data);
    form = formOf(value);
    context = form.read(value, trust, at);
  } catch (error) {
    const words = plain(error);
    const failure = new StepFailed("unreadable", "bundle", words);
    const said = /** @type {Words} */ ([`not an evidence bundle: ${words}`, `不是证据包（${words}）`]);
    return answer([step(1, "bundle", INFORMATIVE, false, said)], [failure], [], [], trust);
  }
  const steps = [step(1, "bundle", INFORMATIVE, true, ["the file is an evidence bundle", "文件格式为证据包"])];
  /** @type {StepFailed[]} */
  const failures = [];
  // (2) and on
  for (const [index, [part, check]] of form.steps.entries()) {
    try {
      const held = check(context);
      steps.push(step(index + 2, held.part ?? part, held.standing, true, held.words));
    } catch (error) {
      const failure = error instanceof StepFailed ? error : new StepFailed("altered", part, plain(error));
      failures.push(failure);
      steps.push(step(index + 2, failure.part, PROVEN, false, failure.words));
      if (failure.code === "unreadable") break; // a file beyond the caps is not judged further
    }
  }
  failures.push(...context.findings);
  const nothing = failures.some(({ code }) => WITHOUT_CLAIMS.includes(code));
  try {
    return answer(steps, failures, nothing ? [] : form.claims(context), form.openEnds(context, nothing), trust);
  } catch (error) {
    // words must never be in the way of a verdict
    return answer(steps, [...failures, new StepFailed("altered", "report", plain(error))], [], [], trust);
  }
}

/**
 * By media type; what has none that we know is read, and refused, as the bundle of a finding.
 * @param {Json} value
 */
const formOf = (value) => (value instanceof Map && value.get("mediaType") === SUBJECT_TYPE ? SUBJECT : FINDING);

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
