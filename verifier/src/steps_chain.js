/** Steps of the verifier about the chain itself: what vouches for its blocks, how its validators changed, what holds today. */

import { blaming } from "./bundle.js";
import { toHex } from "./bytes.js";
import { PART as ANCHORS, Dating, readAnchors } from "./dating.js";
import { PART as HISTORY, extend, readHistory } from "./history.js";
import { INFORMATIVE, LINKED, PROVEN, StepFailed, altered } from "./verdict.js";

/** @typedef {import("./bundle.js").EvidenceFile} EvidenceFile */
/** @typedef {import("./bundle.js").NamedHeader} NamedHeader */
/** @typedef {import("./steps_record.js").Held} Held */
/** @typedef {import("./verdict.js").Words} Words */
/**
 * What the steps about the chain need, whatever the file is about.
 * @typedef {{bundle: EvidenceFile, trust: import("./trust.js").TrustRoot, at: number | null, dating: Dating,
 *            linked: boolean, restsOn: Words | null, stamped: boolean}} ChainContext
 */

/** @type {Words} */
export const RECORD_STANDS = [
  "the record stands under a later block of the validators in force now",
  "该记录仍见于现任验证节点封签的后续区块",
];
const MAX_SEALS = 5000; // in one file; each is the recovery of a key, which takes milliseconds here

/**
 * No more seals than Python can judge in a second.
 * @param {NamedHeader[]} blocks
 */
function checkSeals(blocks) {
  const headers = new Map(blocks.map(({ header }) => [header.items.map(toHex).join(), header]));
  const count = [...headers.values()].reduce((sum, { extra }) => sum + extra.seals.length, 0);
  if (count > MAX_SEALS) {
    const words = `expected at most ${MAX_SEALS} seals in a file, got ${count}`;
    throw new StepFailed("unreadable", "bundle", words, `封签过多：最多 ${MAX_SEALS} 枚，实有 ${count} 枚`);
  }
}

/**
 * The anchors of blocks are well formed, and each is about a block of this bundle.
 * @param {ChainContext} context
 * @returns {Held}
 */
export function checkBlockAnchors(context) {
  const { bundle, at } = context;
  const shown = blocksOf(bundle);
  checkSeals(shown);
  if (!bundle.has(ANCHORS)) {
    return { standing: INFORMATIVE, words: ["no time anchors of blocks are given", "未附区块的时间锚定证明"] };
  }
  const dating = blaming(ANCHORS, () => new Dating(readAnchors(bundle.parts.get(ANCHORS) ?? null), at));
  checkSeals([...shown, ...dating.later()]);
  const known = new Set([...shown, ...dating.later()].map(({ blockHash }) => toHex(blockHash)));
  const foreign = shown.length ? dating.blocks().find((name) => !known.has(name)) : undefined;
  if (foreign) {
    throw altered(
      ANCHORS,
      `expected anchors of blocks in this bundle, got one of ${foreign}`,
      "时间锚定证明所指区块不在此证据包中",
    );
  }
  context.dating = dating;
  const count = dating.blocks().length;
  return {
    standing: LINKED,
    words: [`time anchors of ${count} blocks are given`, `附有 ${count} 个区块的时间锚定证明`],
  };
}

/**
 * The steps lead the trust root on: each sealed by the set in force, each proving what follows.
 * @param {ChainContext} context
 * @returns {Held}
 */
export function checkHistory(context) {
  if (!context.bundle.has(HISTORY)) {
    return { standing: INFORMATIVE, words: ["the trust root is used as it stands", "信任根按原样使用"] };
  }
  const before = context.trust;
  /** @type {Set<bigint>} */
  const stamped = new Set();
  const after = extend(before, stepsShown(context.bundle), (named, trust) => {
    const voucher = context.dating.voucher(named, trust);
    if (voucher?.stamped) stamped.add(named.header.number);
    return voucher !== null;
  });
  context.trust = after;
  const begun = after.validatorSets.slice(before.validatorSets.length);
  context.stamped = begun.some(({ from }) => stamped.has(BigInt(from - 1)));
  const changes = after.validatorSets.length - before.validatorSets.length;
  const [from, to] = [before.completeTo, after.completeTo];
  return {
    standing: PROVEN,
    words: [
      `from block ${from} to ${to} the validators changed ${changes} times, each proven`,
      `自第 ${from} 号至第 ${to} 号区块，验证节点集合变更 ${changes} 次，均已证明`,
    ],
  };
}

/**
 * Does somebody of today answer for a sealed block: the set that sealed it, a later block of today's, an anchor?
 * @param {ChainContext} context
 * @param {NamedHeader} named
 */
export const isVouched = (context, named) =>
  context.trust.isCurrent(named.header.number) || voucherOf(context, named) !== null;

/**
 * @param {ChainContext} context
 * @param {NamedHeader} named
 */
function voucherOf(context, named) {
  const { dating, trust } = context;
  const found = dating.voucher(named, trust, true);
  const then = trust.setFor(named.header.number);
  if (found?.stamped && !trust.isCurrent(named.header.number) && (then?.endedAt ?? null) === null) context.stamped = true;
  return found;
}

/**
 * Something of today vouches for the block: its validators are in force still, or it is anchored.
 * @param {ChainContext} context
 * @returns {Held}
 */
export function checkStanding(context) {
  const { trust, linked } = context;
  const { named } = context.bundle;
  const { number } = named.header;
  if (trust.validatorsFor(number) === null) {
    throw new StepFailed("unknown", "header", "the trust root does not reach this block", "信任根未涵盖此区块");
  }
  const voucher = voucherOf(context, named);
  if (voucher) {
    context.restsOn = voucher.words;
    return { standing: PROVEN, words: voucher.words };
  }
  if (trust.isCurrent(number)) {
    return {
      standing: PROVEN,
      words: ["the validators who sealed the block are still in force", "封签该区块的验证节点仍在任"],
    };
  }
  if (linked) {
    context.restsOn = RECORD_STANDS;
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
    "the validators who sealed this block have retired, and nothing outside them vouches for it: " +
      "ask for the bundle again with a link through BlockLog to a block of today (bundle refresh), " +
      "a witness checkpoint, a time-stamp, or a status under the validators in force",
    "封签该区块的验证节点已退任，且除其之外无其他证明：请索取附有通往当前区块的区块日志链接（bundle refresh）、" +
      "见证检查点、时间戳或现任验证节点封签的状态证明的证据包",
  );
}

/**
 * All blocks that a bundle shows; none where a part is malformed, which is another step's matter.
 * @param {EvidenceFile} bundle
 * @returns {NamedHeader[]}
 */
export function blocksOf(bundle) {
  try {
    return [...bundle.shown(), ...stepsShown(bundle).map(({ named }) => named)];
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return [];
  }
}

/**
 * The steps of the chain's history in a file; none where it has no such part.
 * @param {EvidenceFile} bundle
 */
export const stepsShown = (bundle) => (bundle.has(HISTORY) ? bundle.part(HISTORY, readHistory) : []);
