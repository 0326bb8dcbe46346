/** Steps of the verifier, third part: when the evidence was anchored, and what became of the finding. */

import { blaming } from "./bundle.js";
import { equal, integer, toHex } from "./bytes.js";
import { VerificationError } from "./errors.js";
import { clueKey } from "./identifiers.js";
import { checkInclusion, leafHash } from "./merkle.js";
import { accountAt, checkCode, checkForm, checkLog, checkSealed, logAt, storageAt } from "./onchain.js";
import { RecordWord, recordSlot } from "./registry_words.js";
import { isVouched } from "./steps_chain.js";
import { registryOf } from "./steps_record.js";
import { INFORMATIVE, LINKED, PROVEN, StepFailed, altered } from "./verdict.js";

/** @typedef {import("./steps_record.js").Context} Context */
/** @typedef {import("./steps_record.js").Held} Held */
/** @typedef {import("./verdict.js").Words} Words */

const EVENT = "BatchAnchored(uint32,uint64,bytes32,uint64,uint64)";
export const STALE_AFTER = 30 * 24 * 3600; // seconds

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
 * (15) Each anchor leads from an observation of a signer, through its batch, to an event in a sealed block.
 * @param {Context} context
 * @returns {Held}
 */
export function checkAnchors(context) {
  const { bundle } = context;
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
    const { time } = anchor.named.header;
    const vouched = isVouched(context, anchor.named);
    (vouched ? proven : retired).add(name);
    if (vouched && time > context.anchoredTime) context.anchoredTime = time;
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
 * (16) What the registry says of the finding in the state after a later block.
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
  if (!isVouched(context, status.named)) {
    throw new StepFailed(
      "not_trusted",
      "status",
      "the validators who sealed the block of this status have retired, and nothing outside them vouches for it",
      "封签该状态所在区块的验证节点已退任，且除其之外无其他证明",
    );
  }
  // (b) the storage, in the state after it, of the registry that recorded the finding; a later version holds others
  const live = equal(status.key, clueKey(/** @type {any} */ (finding)));
  if (!live && !equal(status.key, finding.hash)) {
    throw altered("status", "expected the status of this finding, got another key", "状态证明并非针对该认定");
  }
  const [account, record] = blaming("status", () => {
    const address = registryOf(context, "FindingRegistry", recordedIn);
    const found = accountAt(header.stateRoot, address, status.accountNodes);
    const packed = storageAt(found, recordSlot(status.key), status.storageNodes);
    return /** @type {const} */ ([found, new RecordWord(packed)]);
  });
  checkCode(account, trust.contractInForce("FindingRegistry", recordedIn), "FindingRegistry", "status");
  // (c) what it says
  context.status = statusOf(record, finding.hash, live);
  context.statusTime = header.time;
  if (record.names(finding.hash)) {
    checkRecord(context, record);
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
 * @param {RecordWord} record
 * @param {Uint8Array} findingId
 * @param {boolean} live
 */
function statusOf(record, findingId, live) {
  if (record.names(findingId)) return record.status;
  if (live && record.status) return SUPERSEDED; // another finding is in its place, which only superseding or withdrawing allows
  if (live || record.status)
    throw altered("status", "expected a record of this finding, or one that took its place, got another");
  return null;
}

/**
 * The record repeats when, and by which event, the finding was recorded; former validators cannot re-date that.
 * @param {Context} context
 * @param {RecordWord} record
 */
function checkRecord({ bundle, eventSequence }, { recordedAt, sequence }) {
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
