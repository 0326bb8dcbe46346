/** Steps of the verifier, third part: when the evidence was anchored, and what became of the finding. */

import { blaming } from "./bundle.js";
import { ZERO, concat, equal, integer, toHex } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { VerificationError } from "./errors.js";
import { clueKey } from "./identifiers.js";
import { checkInclusion, leafHash } from "./merkle.js";
import { accountAt, checkForm, checkLog, checkSealed, logAt, storageAt } from "./onchain.js";
import { registryOf } from "./steps_record.js";
import { INFORMATIVE, LINKED, PROVEN, StepFailed, altered } from "./verdict.js";

/** @typedef {import("./steps_record.js").Context} Context */
/** @typedef {import("./steps_record.js").Held} Held */
/** @typedef {import("./verdict.js").Words} Words */

const EVENT = "BatchAnchored(uint32,uint64,bytes32,uint64,uint64)";
const STALE_AFTER = 30 * 24 * 3600; // seconds
const SLOT = ZERO; // of the mapping of records in FindingRegistry

export const CONTESTED = 2;
const OVERTURNED = 4;
const SUPERSEDED = 5;
const WITHDRAWN = 6;
/** @type {Map<number, Words>} */
export const STATUS_WORDS = new Map([
  [1, ["recorded", "已记录"]],
  [CONTESTED, ["contested", "有异议"]],
  [3, ["upheld", "维持"]],
  [OVERTURNED, ["overturned", "已推翻"]],
  [SUPERSEDED, ["superseded", "已被取代"]],
  [WITHDRAWN, ["withdrawn", "已撤回"]],
]);
/** @type {Words} */
const UNKNOWN_STATUS = ["of an unknown status", "状态未知"];

/**
 * (10) Each anchor leads from an observation of a signer, through its batch, to an event in a sealed block.
 * @param {Context} context
 * @returns {Held}
 */
export function checkAnchors(context) {
  const { bundle, trust } = context;
  if (!bundle.has("anchors")) {
    return { standing: INFORMATIVE, words: ["no anchors of the observations are given", "未附观测锚定证明"] };
  }
  const roots = new Set(
    bundle.answers.flatMap(({ answer, observations }) =>
      observations.map(({ root }) => `${answer.bureau} ${toHex(root)}`),
    ),
  );
  const proven = new Set();
  const retired = new Set();
  for (const anchor of bundle.anchors) {
    const name = `${anchor.batch.bureau} ${toHex(anchor.observationRoot)}`;
    if (!roots.has(name)) {
      throw altered("anchors", "expected anchors of the observations here, got another", "锚定证明与所附观测不符");
    }
    blaming("anchors", () => checkAnchor(context, anchor));
    const { number, time } = anchor.named.header;
    const current = trust.isCurrent(number);
    (current ? proven : retired).add(name);
    if (current && time > context.anchoredTime) context.anchoredTime = time;
  }
  const more = [...retired].filter((name) => !proven.has(name)).length;
  context.anchored = proven.size;
  context.unanchored = roots.size - proven.size;
  return {
    standing: proven.size ? PROVEN : LINKED,
    words: [
      `${proven.size} of ${roots.size} observations are anchored, ${more} more under retired validators`,
      `${roots.size} 条观测中有 ${proven.size} 条已上链锚定，另有 ${more} 条锚定于已退任验证节点的区块`,
    ],
  };
}

/**
 * @param {Context} context
 * @param {import("./bundle.js").Bundle["anchors"][number]} anchor
 */
function checkAnchor(context, { batch, index, path, observationRoot, named, receipt }) {
  // (a) the observation is in the batch
  checkInclusion(leafHash(observationRoot), index, batch.size, path, batch.root);
  // (b) the batch is in a sealed block
  checkForm(named, "anchors");
  checkSealed(named, context.trust, "anchors");
  const emitter = registryOf(context, "ObservationLog", named.header.number);
  const log = logAt(named, receipt);
  const [root, size] = checkLog(log, emitter, EVENT, { topics: 3, words: 3 });
  const told = [...log.topics.slice(1).map(integer), root, size];
  const wanted = [BigInt(batch.bureau), BigInt(batch.sequence), integer(batch.root), BigInt(batch.size)];
  if (told.some((word, at) => word !== wanted[at])) {
    throw new VerificationError("expected the batch that the event names, got another");
  }
}

/**
 * (11) What the registry says of the finding in the state after a later block.
 * @param {Context} context
 * @returns {Held}
 */
export function checkStatus(context) {
  const { bundle, trust } = context;
  if (!bundle.has("status")) return { standing: INFORMATIVE, words: ["no later status is given", "未附后续状态证明"] };
  const { status, finding } = bundle;
  const { header } = status.named;
  // (a) a sealed block, not before the one that recorded the finding
  checkForm(status.named, "status");
  checkSealed(status.named, trust, "status");
  const recordedIn = bundle.named.header.number;
  if (header.number < recordedIn) {
    throw altered(
      "status",
      "expected a status after the finding was recorded, got an earlier one",
      "状态早于认定的记录",
    );
  }
  // (b) the storage, in the state after it, of the registry that recorded the finding; a later version holds others
  const live = equal(status.key, clueKey(/** @type {any} */ (finding)));
  if (!live && !equal(status.key, finding.hash)) {
    throw altered("status", "expected the status of this finding, got another key", "状态证明并非针对该认定");
  }
  const [account, packed] = blaming("status", () => {
    const address = registryOf(context, "FindingRegistry", recordedIn);
    const found = accountAt(header.stateRoot, address, status.accountNodes);
    return /** @type {const} */ ([found, storageAt(found, keccak256(concat(status.key, SLOT)), status.storageNodes)]);
  });
  const contract = trust.contractInForce("FindingRegistry", recordedIn);
  if (!contract || !equal(contract.codeHash, account.codeHash)) {
    throw new StepFailed(
      "not_trusted",
      "status",
      "the registry's code is not the one that the trust root names",
      "登记合约的代码与信任根所列不符",
    );
  }
  // (c) what it says
  context.status = statusOf(packed, finding.hash, live);
  context.statusTime = header.time;
  if (names(packed, finding.hash)) {
    checkRecord(context, packed);
    context.linked = trust.isCurrent(header.number);
  }
  noteStatus(context);
  if (context.status === null) {
    return { standing: INFORMATIVE, words: ["the status given does not say what is live", "所附状态不能说明何者有效"] };
  }
  const [en, zh] = STATUS_WORDS.get(context.status) ?? UNKNOWN_STATUS;
  return {
    standing: PROVEN,
    words: [`in block ${header.number} the finding is ${en}`, `在第 ${header.number} 号区块，该认定的状态为：${zh}`],
  };
}

/**
 * The finding's status by its record. Null: nothing under its own id, so it was neither superseded nor withdrawn.
 * @param {bigint} packed
 * @param {Uint8Array} findingId
 * @param {boolean} live
 */
function statusOf(packed, findingId, live) {
  if (names(packed, findingId)) return Number(packed & 0xffn);
  if (live && packed) return SUPERSEDED; // another finding is in its place, which only superseding or withdrawing allows
  if (live || packed)
    throw altered("status", "expected a record of this finding, or one that took its place, got another");
  return null;
}

/**
 * Is this record of this finding? Its high half is the first half of the id.
 * @param {bigint} packed
 * @param {Uint8Array} findingId
 */
const names = (packed, findingId) => packed !== 0n && packed >> 128n === integer(findingId.subarray(0, 16));

/**
 * The record repeats when, and by which event, the finding was recorded; former validators cannot re-date that.
 * @param {Context} context
 * @param {bigint} packed
 */
function checkRecord({ bundle, eventSequence }, packed) {
  const recordedAt = BigInt.asUintN(40, packed >> 8n);
  const sequence = BigInt.asUintN(48, packed >> 80n);
  if (recordedAt !== bundle.named.header.time || (eventSequence && sequence !== eventSequence)) {
    throw altered(
      "status",
      "expected a record made by the block and event given, got another",
      "状态记录与所附区块或事件不符",
    );
  }
}

/**
 * What the status means for the verdict.
 * @param {Context} context
 */
function noteStatus(context) {
  const { status, at, statusTime, findings } = context;
  if (status === OVERTURNED) {
    findings.push(new StepFailed("overturned", "status", "the finding was overturned", "该认定已被推翻"));
  }
  if (status === SUPERSEDED || status === WITHDRAWN) {
    findings.push(
      new StepFailed("superseded", "status", "the finding was replaced or withdrawn", "该认定已被替换或撤回"),
    );
  }
  if (at !== null && statusTime < at - STALE_AFTER) {
    findings.push(new StepFailed("stale", "status", "the status is more than 30 days old", "所示状态距今超过三十天"));
  }
}

/**
 * (12) Validators who are in force now vouch for the record; former ones could have re-told their past.
 * @param {Context} context
 * @returns {Held}
 */
export function checkStanding({ bundle, trust, linked }) {
  const { number } = bundle.named.header;
  if (trust.validatorsFor(number) === null) {
    throw new StepFailed("unknown", "header", "the trust root does not reach this block", "信任根未涵盖此区块");
  }
  if (trust.isCurrent(number)) {
    return {
      standing: PROVEN,
      words: ["the validators who sealed the block are still in force", "封签该区块的验证节点仍在任"],
    };
  }
  if (linked) {
    return {
      standing: PROVEN,
      words: [
        "retired validators sealed the block; the record stands under a block of those in force",
        "封签该区块的验证节点已退任；该记录仍见于现任验证节点封签的区块",
      ],
    };
  }
  throw new StepFailed(
    "not_trusted",
    "header",
    "the validators who sealed this block have retired, and nothing later vouches for it: " +
      "ask for the bundle again, with a status under the validators in force",
    "封签该区块的验证节点已退任，且无后续证明：请重新导出证据包，附上现任验证节点封签的状态证明",
  );
}
