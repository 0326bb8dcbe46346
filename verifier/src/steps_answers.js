/** Steps of the verifier, second part: the bureaus' answers, the payloads behind them, the model. */

import { observationRoot } from "./answer.js";
import { blaming } from "./bundle.js";
import { equal, fromDigits } from "./bytes.js";
import { sha256 } from "./canonical.js";
import { checkAbout, checkAsked, checkScores, composeFinding } from "./cosigning.js";
import { UnreadableError, VerificationError } from "./errors.js";
import { Finding } from "./finding.js";
import { parseFeatures } from "./manifest.js";
import { ReferenceScorer, thresholdsFromHex } from "./scorer.js";
import { recover } from "./signing.js";
import { registryOf } from "./steps_record.js";
import { digest } from "./typed_data.js";
import { INFORMATIVE, LINKED, PROVEN, altered } from "./verdict.js";

/** @typedef {import("./steps_record.js").Context} Context */
/** @typedef {import("./steps_record.js").Held} Held */
/** @typedef {import("./answer.js").SignedAnswer} SignedAnswer */

const ASKED = ["subject", "listing", "product", "kind", "period", "observedAt"]; // what the question gives a finding
const DIGEST_LENGTH = 64; // characters of a payload's name

/**
 * (7) Every signer answered this question, and the answers amount to this finding in every member.
 * @param {Context} context
 * @returns {Held}
 */
export function checkAnswers(context) {
  const { bundle } = context;
  const { ask, answers, configuration } = bundle;
  // (a) each answer stands by itself, and exactly the signers of the report answered
  const registry = registryOf(context, "FindingRegistry", bundle.named.header.number);
  const domain = { chainId: context.trust.chainId, registry };
  for (const signed of answers) blaming("answers", () => checkAlone(signed, domain, bundle));
  const { report } = bundle;
  if (
    !isSame(
      answers.map(({ answer }) => answer.bureau),
      report.signers,
    )
  ) {
    throw altered("answers", "expected the answers of exactly the signers, got others", "答复机关与签名机关不一致");
  }
  // (b) they answer this question
  blaming("ask", () => {
    for (const { answer } of answers) checkAsked(answer, ask);
    if (ask.leader !== report.leader) {
      throw new VerificationError(`expected a question by bureau ${report.leader}, got one by ${ask.leader}`);
    }
  });
  // (c) the same finding comes out
  const { finding } = bundle;
  const { policyDigest, supersedes } = finding;
  const configDigest = configuration.digest;
  const composed = blaming("answers", () => composeFinding(ask, answers, { policyDigest, configDigest, supersedes }));
  for (const { name, encode } of Finding.members) {
    if (equal(encode(composed[name]), encode(finding[name]))) continue;
    const part = ASKED.includes(name) ? "ask" : "answers";
    throw altered(part, `expected the ${name} of the finding, got another`, `由答复得出的 ${name} 与认定不符`);
  }
  // (d) they speak of what was asked, as far as that is shown
  const seen = answers.flatMap(({ observations }) => observations);
  context.hidden = seen.reduce((sum, { hidden }) => sum + hidden, 0);
  context.erased = seen.reduce((sum, { erased }) => sum + erased, 0);
  const whole = answers.filter(({ observations }) => observations.every((each) => each.whole));
  blaming("answers", () => whole.forEach((signed) => checkAbout(signed, ask)));
  const count = answers.length;
  return {
    standing: PROVEN,
    words: [`${count} signed answers give this finding`, `${count} 份已签名的答复得出该认定`],
  };
}

/**
 * (8) The payloads given are those that the observations name. That the observations follow from them is not checked.
 * @param {Context} context
 * @returns {Held}
 */
export function checkPayloads(context) {
  const { bundle } = context;
  const observations = bundle.answers.flatMap((signed) => signed.observations);
  const named = new Set(
    blaming("answers", () => observations.flatMap(({ values }) => payloadName(values.get("payload")))),
  );
  const given = bundle.has("payloads") ? bundle.payloads : [];
  for (const { name, digest: wanted, data } of given) {
    if (!equal(sha256(data), wanted))
      throw altered("payloads", `expected payload ${name}, got another`, "原始载荷与其摘要不符");
    if (!named.has(name)) throw altered("payloads", `expected payloads that an observation names, got ${name}`);
  }
  context.payloadsMissing = named.size - given.length;
  const { hidden, erased } = context;
  const shown = given.length;
  return {
    standing: shown ? LINKED : INFORMATIVE,
    words: [
      `${shown} of ${named.size} payloads are here and have the digests observed; ` +
        `${hidden} fields are hidden, ${erased} erased`,
      `共 ${named.size} 份原始载荷，附有 ${shown} 份且摘要相符；${hidden} 个字段未披露，${erased} 个字段已擦除`,
    ],
  };
}

/**
 * (9) The model that the finding names gives every signer's score from that signer's vector.
 * @param {Context} context
 * @returns {Held}
 */
export function checkModel({ bundle }) {
  const { manifest, model, features, thresholds } = bundle.model;
  const { finding } = bundle;
  if (!equal(manifest.id, finding.model) || manifest.kind !== finding.kind) {
    throw altered("model", "expected the manifest that the finding names, got another", "模型清单与认定所指的不符");
  }
  const [wanted, scorer] = blaming("model", () => {
    manifest.checkFiles({ model_sha256: model, features_sha256: features, thresholds_sha256: thresholds });
    const found = parseFeatures(features);
    const names = found.map(({ name }) => name);
    return /** @type {const} */ ([found, ReferenceScorer.load(model, names, thresholdsFromHex(hexIn(thresholds)))]);
  });
  const { answers } = bundle;
  blaming("answers", () => {
    for (const { explanation } of answers) {
      const same = ({ name, scope }, /** @type {number} */ at) =>
        name === wanted[at].name && scope === wanted[at].scope;
      if (explanation.features.length !== wanted.length || !explanation.features.every(same)) {
        throw new VerificationError("expected the features of the model, got others");
      }
      checkScores(explanation, scorer);
    }
  });
  const count = answers.length;
  return {
    standing: PROVEN,
    words: [`the model gives all ${count} scores again`, `用模型重算，${count} 个评分全部一致`],
  };
}

/**
 * What an answer says is what lies beside it, and its bureau signed it, under the configuration of the report.
 * @param {SignedAnswer} signed
 * @param {import("./cosigning.js").Domain} domain
 * @param {import("./bundle.js").Bundle} bundle
 */
function checkAlone({ answer, signature, observations, explanation }, domain, bundle) {
  const bureau = bundle.configuration.bureau(answer.bureau);
  if (!bureau || recover(digest(domain.chainId, domain.registry, answer.hash), signature) !== bureau.oracle) {
    throw new VerificationError(`expected an answer signed by bureau ${answer.bureau}, got another signature`);
  }
  if (!equal(observationRoot(observations), answer.observationRoot)) {
    throw new VerificationError(`expected the observations that bureau ${answer.bureau} signed, got others`);
  }
  if (!equal(explanation.digest, answer.explanation)) {
    throw new VerificationError(`expected the explanation that bureau ${answer.bureau} signed, got another`);
  }
  if (!equal(explanation.model, answer.model) || explanation.scoreBps !== answer.scoreBps) {
    throw new VerificationError(`expected model and score of what bureau ${answer.bureau} explains, got others`);
  }
  if (!equal(answer.configDigest, bundle.configuration.digest)) {
    throw new VerificationError(`expected bureau ${answer.bureau} to answer under the configuration, got another`);
  }
  if (!observations.length) throw new VerificationError(`expected observations by bureau ${answer.bureau}, got none`);
}

/**
 * The name of the payload that an observation shows, if it shows one: a digest in hex.
 * @param {unknown} value
 */
function payloadName(value) {
  if (typeof value !== "string" || [...value].length !== DIGEST_LENGTH) return [];
  if (fromDigits(value) === null) {
    throw new UnreadableError("expected a payload's name in lowercase hex, got other text");
  }
  return [value];
}

/**
 * Thresholds as their file holds them: hex, perhaps with a line end.
 * @param {Uint8Array} data
 */
function hexIn(data) {
  if (data.some((byte) => byte > 0x7f)) throw new UnreadableError("expected thresholds in hex, got other bytes");
  return new TextDecoder().decode(data).replace(/\n$/, "");
}

/**
 * @param {number[]} one
 * @param {number[]} other
 */
const isSame = (one, other) => one.length === other.length && one.every((number, at) => number === other[at]);
