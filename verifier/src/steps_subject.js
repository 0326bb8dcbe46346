/**
 * Steps of the verifier for the subject file, first part: the block, and whose subject it is.
 *
 * What is recorded on the subject is proven by the state after one block (`steps_registries`). Whose subject it is, only
 * bureaus can say: with their quorum's statement that is proven as well, without it the subject is merely linked to a
 * seller.
 */

import { blaming } from "./bundle.js";
import { equal, toHex } from "./bytes.js";
import { isAscending } from "./cosigning.js";
import { Dating } from "./dating.js";
import { ProtocolError } from "./errors.js";
import { checkForm, checkSealed } from "./onchain.js";
import { recover } from "./signing.js";
import { checkStanding as checkChainStanding, stepsShown } from "./steps_chain.js";
import { STALE_AFTER } from "./steps_history.js";
import { checkSameChain, sealedBy } from "./steps_record.js";
import { checkSeller, textDigest } from "./subject_statement.js";
import { digest } from "./typed_data.js";
import { LINKED, PROVEN, StepFailed, altered } from "./verdict.js";

/** @typedef {import("./steps_record.js").Held} Held */
/** @typedef {import("./verdict.js").Words} Words */
/**
 * A finding with what its record says.
 * @typedef {{finding: Readonly<Record<string, any>>, record: import("./registry_words.js").RecordWord}} Told
 */

export const REGISTRY = "FindingRegistry";
/** @type {Words} */
const UNSIGNED = ["no bureau signed whose subject this is", "没有机关签名说明该主体属于何人"];
/** @type {Words} */
const UNLISTED = [
  "nothing shows that the configuration under which bureaus signed was in force at this block",
  "无证据表明签名所依据的联盟配置在此区块有效",
];

/** What the steps share: the input, and what earlier steps found. */
export class SubjectContext {
  /** @type {[number, number]} how many of how many validators */
  seals = [0, 0];
  /** @type {[number, number]} how many of how many bureaus */
  signed = [0, 0];
  /** @type {Words | null} why it is only linked whose subject it is; null when it is proven */
  unproven = UNSIGNED;
  dating = new Dating([]);
  linked = false; // nothing but the block itself speaks for what it holds
  /** @type {Words | null} what vouches for the block besides its seals */
  restsOn = null;
  stamped = false; // a block of retired validators, or a change of them, rests on a time-stamp alone
  interested = false; // a bureau declared an interest in the subject
  /** @type {Told[]} */
  told = [];
  /** @type {StepFailed[]} what the age says, which is no fault */
  findings = [];

  /**
   * @param {import("./subject_bundle.js").SubjectBundle} bundle
   * @param {import("./trust.js").TrustRoot} trust
   * @param {number | null} at
   */
  constructor(bundle, trust, at) {
    this.bundle = bundle;
    this.trust = trust;
    this.at = at;
    this.reach = trust.completeTo; // the last block that the reader's own trust root speaks for
  }
}

/**
 * A quorum of the validators in force sealed the block, on the chain of the trust root.
 * @param {SubjectContext} context
 * @returns {Held}
 */
export function checkSeals(context) {
  const { named } = context.bundle;
  checkForm(named, "header");
  checkChain(context);
  context.seals = checkSealed(named, context.trust, "header");
  return sealedBy(context.seals, context.trust);
}

/**
 * The file is about the chain of the trust root, by the configuration that its statement binds.
 * @param {SubjectContext} context
 */
function checkChain({ bundle, trust }) {
  if (isBound(bundle)) checkSameChain(bundle.configuration, trust);
}

/**
 * Does the statement bind the configuration? Not, for now, when a part is malformed: its own step says so.
 * @param {import("./subject_bundle.js").SubjectBundle} bundle
 */
function isBound(bundle) {
  try {
    return equal(bundle.configuration.digest, bundle.statement.configDigest);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return false;
  }
}

/**
 * The configuration is the one that the statement binds; whether it was in force is for others to say.
 * @param {SubjectContext} context
 * @returns {Held}
 */
export function checkConfiguration(context) {
  const { bundle } = context;
  const given = bundle.configuration.digest;
  const known = isInForce(context);
  if (!equal(given, bundle.statement.configDigest)) {
    throw altered(
      known ? "statement" : "configuration",
      "expected the configuration that the statement binds, got another",
      "配置与声明所绑定的不符",
    );
  }
  if (known) {
    return { standing: PROVEN, words: ["the configuration was in force at this block", "该配置在此区块有效"] };
  }
  context.unproven = UNLISTED;
  return { standing: LINKED, words: UNLISTED };
}

/**
 * Was the configuration given in force at the block? Throws `StepFailed`: unknown.
 *
 * The reader's own trust root says so, or a proof at this very block. Later or earlier steps of the history leave open
 * what was voted in between, and with it which versions of the registry there are.
 * @param {SubjectContext} context
 */
function isInForce({ bundle, trust, reach }) {
  const { named } = bundle;
  const given = bundle.configuration.digest;
  const { number } = named.header;
  if (number <= reach) return trust.knowsConfiguration(given, number);
  const shown = stepsShown(bundle).find((step) => step.proof && equal(step.named.blockHash, named.blockHash));
  if (shown?.proof) return equal(shown.proof.configuration.digest, given);
  throw new StepFailed(
    "unknown",
    "history",
    `the trust root reaches block ${reach}, and nothing shows which contracts were in force at block ${number}: ` +
      "ask for the file again with the configuration proven at its block",
    `信任根截至第 ${reach} 号区块，且未证明第 ${number} 号区块的有效合约：请重新索取附有该区块配置证明的文件`,
  );
}

/**
 * The bureaus named signed the statement; they are proof when they are a quorum that the trust root knows.
 * @param {SubjectContext} context
 * @returns {Held}
 */
export function checkStatement(context) {
  const { bundle } = context;
  const { configuration } = bundle;
  /** @type {number[]} */
  const signers = bundle.statement.signers;
  if (!isAscending(signers)) throw altered("statement", "expected distinct signers, ascending, got others");
  if (bundle.signatures.length !== signers.length) {
    throw altered("signatures", `expected ${signers.length} signatures, got ${bundle.signatures.length}`);
  }
  checkSigners(context, signers);
  context.signed = [signers.length, configuration.bureaus.length];
  if (signers.length) {
    const short = signers.length < configuration.quorum();
    context.unproven = short ? tooFew(context) : context.unproven === UNLISTED ? UNLISTED : null;
  }
  if (context.unproven) return { standing: LINKED, words: context.unproven };
  const [count, size] = context.signed;
  return {
    standing: PROVEN,
    words: [
      `${count} of ${size} bureaus signed whose subject this is`,
      `${size} 家机关中有 ${count} 家签名说明主体归属`,
    ],
  };
}

/**
 * @param {SubjectContext} context
 * @returns {Words}
 */
function tooFew({ signed: [count, size], bundle }) {
  const quorum = bundle.configuration.quorum();
  return [
    `${count} of ${size} bureaus signed whose subject this is, ${quorum} are needed`,
    `${size} 家机关中仅 ${count} 家签名说明主体归属，需要 ${quorum} 家`,
  ];
}

/**
 * @param {SubjectContext} context
 * @param {number[]} signers
 */
function checkSigners(context, signers) {
  const { bundle, trust } = context;
  checkChain(context);
  const contract = trust.contractInForce(REGISTRY, bundle.named.header.number);
  if (!signers.length || !contract) return; // without a registry the steps that need one say so
  const statement = digest(trust.chainId, contract.address, bundle.statement.hash);
  const keys = blaming("signatures", () => bundle.signatures.map((signature) => recover(statement, signature)));
  const holders = keys.map((key) => bundle.configuration.bureauOfOracle(key));
  const part = holders.some(Boolean) ? "signatures" : "statement"; // when none fits any more, what they sign has changed
  signers.forEach((bureau, index) => {
    if (holders[index]?.id === bureau) return;
    const words = `expected the signature of bureau ${bureau}, got one by ${keys[index]}`;
    throw altered(part, words, "签名与所列机关不符");
  });
}

/**
 * The subject is the seller's under the salt, and the seller is the one in plain words.
 * @param {SubjectContext} context
 * @returns {Held}
 */
export function checkSubject({ bundle, unproven }) {
  const { statement, marketplace, sellerId } = bundle;
  for (const [part, text, told] of [
    ["marketplace", marketplace, statement.marketplace],
    ["seller_id", sellerId, statement.seller],
  ]) {
    if (!equal(textDigest(text), told)) {
      throw altered(part, `expected the ${part} of the statement, got another`, "明文与声明所载摘要不符");
    }
  }
  blaming("statement", () => checkSeller(statement, marketplace, sellerId));
  const subject = toHex(statement.subject);
  if (!unproven) {
    return { standing: PROVEN, words: [`subject ${subject} is this seller`, `主体 ${subject} 即该经营者`] };
  }
  return {
    standing: LINKED,
    words: [
      `subject ${subject} is this seller under the salt given, which only the exporter vouches for`,
      `按所附盐值，主体 ${subject} 为该经营者，但仅由导出方陈述`,
    ],
  };
}

/**
 * Something of today vouches for the block, and it is not too old to say how things stand.
 * @param {SubjectContext} context
 * @returns {Held}
 */
export function checkStanding(context) {
  const held = checkChainStanding(context);
  const { at, bundle, findings } = context;
  if (at !== null && bundle.named.header.time < at - STALE_AFTER) {
    const words = /** @type {const} */ (["the block is more than 30 days old", "所依据的区块距今超过三十天"]);
    findings.push(new StepFailed("stale", "header", ...words));
  }
  return held;
}
