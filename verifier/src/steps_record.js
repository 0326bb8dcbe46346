/** Steps of the verifier, first part: the block, its seals, the receipt, the bureaus' signatures, the configuration. */

import { blaming } from "./bundle.js";
import { equal, integer } from "./bytes.js";
import { isAscending } from "./cosigning.js";
import { Dating } from "./dating.js";
import { ProtocolError } from "./errors.js";
import { MAX_FINDINGS } from "./finding.js";
import { KIND_NAMES } from "./identifiers.js";
import { Told } from "./life.js";
import { checkForm, checkLog, checkSealed, contractNamed, logAt } from "./onchain.js";
import { recover } from "./signing.js";
import { digest } from "./typed_data.js";
import { LINKED, PROVEN, StepFailed, altered } from "./verdict.js";

/** @typedef {import("./trust.js").TrustRoot} TrustRoot */
/** @typedef {import("./verdict.js").Words} Words */
/** @typedef {{standing: string, words: Words, part?: string}} Held a step that holds */

const EVENT = "ReportRecorded(uint32,uint64,bytes32[],uint64)";
const LIST_AT = 64n; // where the list of findings starts in the event's data

/** What the steps share: the input, and what earlier steps found. */
export class Context {
  /** @type {[number, number]} how many of how many validators */
  seals = [0, 0];
  /** @type {[number, number]} how many of how many bureaus */
  signed = [0, 0];
  dating = new Dating([]);
  hidden = 0; // fields of observations that are not shown
  erased = 0; // fields whose values and salts are said to be destroyed
  payloadsMissing = 0;
  configurationKnown = false;
  /** @type {number | null} as proven by the status part */
  status = null;
  statusTime = 0n;
  linked = false; // the record itself stands under a block of the validators in force now
  /** @type {Words | null} what vouches for the block besides its seals */
  restsOn = null;
  stamped = false; // a block of retired validators, or a change of them, rests on a time-stamp alone
  eventSequence = 0n; // of the event that recorded the finding, zero while unknown
  anchored = 0; // observations whose batch is in a block of the validators in force now
  anchoredTime = 0n; // when the last of them was there
  unanchored = 0;
  life = new Told(); // what the parts about the time before tell
  /** @type {StepFailed[]} what the status says, which is no fault */
  findings = [];

  /**
   * @param {import("./bundle.js").Bundle} bundle
   * @param {TrustRoot} trust as the reader brought it; once the history was checked, as that extends it
   * @param {number | null} at
   */
  constructor(bundle, trust, at) {
    this.bundle = bundle;
    this.trust = trust;
    this.at = at;
  }
}

/**
 * (2) The header is well formed and has the stated hash.
 * @param {import("./steps_chain.js").ChainContext} context
 * @returns {Held}
 */
export function checkHeader({ bundle }) {
  checkForm(bundle.named, "header");
  const { number } = bundle.named.header;
  return { standing: PROVEN, words: [`block ${number} has the hash stated`, `第 ${number} 号区块的哈希与所述一致`] };
}

/**
 * (3) A quorum of the validators in force sealed it, on the chain of the trust root.
 * @param {Context} context
 * @returns {Held}
 */
export function checkHeaderSeals(context) {
  const { named } = context.bundle;
  checkForm(named, "header");
  checkChain(context);
  context.seals = checkSealed(named, context.trust, "header");
  return sealedBy(context.seals, context.trust);
}

/**
 * How many of how many validators sealed the block.
 * @param {[number, number]} seals
 * @param {TrustRoot} trust
 * @returns {Held}
 */
export function sealedBy([count, size], trust) {
  const alone = trust.custody === "one party";
  return {
    standing: PROVEN,
    words: [
      `sealed by ${count} of ${size} validators${alone ? "; one party holds all their keys" : ""}`,
      `${size} 个验证节点中有 ${count} 个封签${alone ? "，其密钥均由同一方持有" : ""}`,
    ],
  };
}

/**
 * The bundle is about the chain of the trust root, by the configuration that its report and finding bind.
 *
 * A header does not name its chain, so a bundle of another one would look altered everywhere. Throws: unknown.
 * @param {Context} context
 */
export function checkChain({ bundle, trust }) {
  if (isBound(bundle)) checkSameChain(bundle.configuration, trust);
}

/**
 * The configuration is of the trust root's chain. Throws `StepFailed`: unknown.
 * @param {import("./configuration.js").Configuration} configuration
 * @param {TrustRoot} trust
 */
export function checkSameChain({ chainId }, trust) {
  if (chainId === trust.chainId) return;
  throw new StepFailed(
    "unknown",
    "configuration",
    `the trust root is for chain ${trust.chainId}, this is about chain ${chainId}`,
    `信任根针对链 ${trust.chainId}，而证据属于链 ${chainId}`,
  );
}

/**
 * Do report and finding bind the configuration? Not, for now, when a part is malformed: its own step says so.
 * @param {import("./bundle.js").Bundle} bundle
 */
function isBound(bundle) {
  try {
    const wanted = bundle.configuration.digest;
    return equal(bundle.report.configDigest, wanted) && equal(bundle.finding.configDigest, wanted);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return false;
  }
}

/**
 * The contract's address in this block. Throws `StepFailed`: unknown.
 * @param {Context} context
 * @param {string} name
 * @param {bigint} block
 */
export function registryOf(context, name, block) {
  checkChain(context);
  return contractNamed(context.trust, name, block, "header").address;
}

/**
 * (4) The block holds the event that recorded exactly this finding.
 * @param {Context} context
 * @returns {Held}
 */
export function checkReceipt(context) {
  const { bundle } = context;
  const { number } = bundle.named.header;
  const registry = registryOf(context, "FindingRegistry", number);
  // (a) the event is in the block
  const [topics, words] = blaming("receipt", () => {
    const log = logAt(bundle.named, bundle.receipt);
    const found = checkLog(log, registry, EVENT, { topics: 3 });
    return [log.topics.slice(1).map(integer), found];
  });
  // (b) it names this report and each of its findings; the words are where to find the list, the event's sequence,
  // the list's length, the list
  const { report, finding } = bundle;
  const ids = report.findings.map((/** @type {any} */ each) => integer(each.hash));
  const told = [...topics, words[0], ...words.slice(2)];
  const wanted = [BigInt(report.leader), BigInt(report.sequence), LIST_AT, BigInt(ids.length), ...ids];
  if (words.length < 2 || told.length !== wanted.length || told.some((word, at) => word !== wanted[at])) {
    throw altered("report", "expected the report that the event names, got another", "报告与链上记录不符");
  }
  context.eventSequence = words[1];
  // (c) it is of a kind that this version can put into words
  if (!KIND_NAMES.has(finding.kind)) {
    throw new StepFailed("unknown", "report", `unknown kind ${finding.kind}`, `未知的违法类型 ${finding.kind}`);
  }
  return {
    standing: PROVEN,
    words: [`the finding was recorded in block ${number}`, `该认定已记录于第 ${number} 号区块`],
  };
}

/**
 * (5) Enough distinct bureaus signed the report, each by the oracle key that the configuration names.
 * @param {Context} context
 * @returns {Held}
 */
export function checkSignatures(context) {
  const { bundle } = context;
  const { report, configuration } = bundle;
  /** @type {number[]} */
  const signers = report.signers;
  // (a) the report binds this configuration
  if (!equal(configuration.digest, report.configDigest)) {
    const part = equal(configuration.digest, bundle.finding.configDigest) ? "report" : "configuration";
    throw altered(part, "expected the configuration that the report binds, got another", "配置与报告所绑定的不符");
  }
  // (b) it is well formed
  if (!isAscending(signers) || !signers.includes(report.leader)) {
    throw altered("report", "expected distinct signers, ascending, with their leader, got others");
  }
  if (!report.findings.length || report.findings.length > MAX_FINDINGS) {
    throw altered("report", `expected 1 to ${MAX_FINDINGS} findings, got ${report.findings.length}`);
  }
  if (signers.length < configuration.quorum()) {
    throw altered("report", `expected at least ${configuration.quorum()} signers, got ${signers.length}`);
  }
  if (bundle.signatures.length !== signers.length) {
    throw altered("signatures", `expected ${signers.length} signatures, got ${bundle.signatures.length}`);
  }
  // (c) each by the key of the bureau at its place
  const registry = registryOf(context, "FindingRegistry", bundle.named.header.number);
  const statement = digest(context.trust.chainId, registry, report.hash);
  const keys = blaming("signatures", () => bundle.signatures.map((signature) => recover(statement, signature)));
  const holders = keys.map((key) => configuration.bureauOfOracle(key));
  const part = holders.some(Boolean) ? "signatures" : "report"; // when none fits any more, what they sign has changed
  signers.forEach((bureau, index) => {
    if (holders[index]?.id !== bureau) {
      throw altered(
        part,
        `expected the signature of bureau ${bureau}, got one by ${keys[index]}`,
        "签名与所列机关不符",
      );
    }
  });
  const [count, size] = (context.signed = [signers.length, configuration.bureaus.length]);
  return { standing: PROVEN, words: [`signed by ${count} of ${size} bureaus`, `${size} 家机关中有 ${count} 家签名`] };
}

/**
 * (6) The configuration is the one that report and finding bind; the trust root may know it too.
 * @param {Context} context
 * @returns {Held}
 */
export function checkConfiguration(context) {
  const { bundle, trust } = context;
  const wanted = bundle.configuration.digest;
  if (!equal(bundle.report.configDigest, wanted) || !equal(bundle.finding.configDigest, wanted)) {
    throw altered(
      "configuration",
      "expected the configuration that the finding binds, got another",
      "配置与认定所绑定的不符",
    );
  }
  checkChain(context);
  context.configurationKnown = trust.knowsConfiguration(wanted, bundle.named.header.number);
  if (context.configurationKnown) {
    return { standing: PROVEN, words: ["the trust root knows the configuration", "信任根载有该配置"] };
  }
  return {
    standing: LINKED,
    words: [
      "the chain accepted the configuration; the trust root does not list it",
      "该配置已为链所接受，但信任根未列出",
    ],
  };
}
