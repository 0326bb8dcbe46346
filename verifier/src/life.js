/**
 * The life of evidence before it is recorded, beside its capture: who held it, who has an interest, how the model fared.
 *
 * Custody entries and recusals are EIP-712 structs, signed for the FindingRegistry: entries by a bureau's oracle key,
 * recusals by its officer's. What nobody signs here (the model's record, observations of peers) is informative.
 */

import { ZERO, bareHex, equal, fromHex, toHex } from "./bytes.js";
import { MAX_BUREAUS } from "./configuration.js";
import { SignatureError, VerificationError } from "./errors.js";
import { Observation } from "./observation.js";
import { integerOf, listOf, objectOf } from "./reading.js";
import { recover } from "./signing.js";
import { StructType, digest } from "./typed_data.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {import("./configuration.js").Configuration} Configuration */
/** @typedef {import("./cosigning.js").Domain} Domain */
/** @typedef {Readonly<import("./typed_data.js").StructValue>} StructValue */
/** @typedef {{statement: StructValue, signature: Uint8Array}} Signed whose signature it must be is for the reader */
/** @typedef {{planted: number, found: number, period: number}} Canaries blind test clues of a month, YYYYMM */
/** @typedef {{bureau: number, observations: Observation[]}} Peers observations that lie behind context factors */

const MAX_ENTRIES = 2000;
const MAX_PEERS = 5000;
const MAX_UINT32 = 2 ** 32 - 1;
const STATUSES = ["recorded", "contested", "upheld", "overturned", "superseded", "withdrawn"];

/** What was done with an item, by number. @type {Map<number, import("./verdict.js").Words>} */
export const ACT_NAMES = new Map([
  [1, ["captured", "采集"]],
  [2, ["kept", "保存"]],
  [3, ["handed over", "移交"]],
  [4, ["received", "接收"]],
  [5, ["opened", "开启"]],
  [6, ["exported", "导出"]],
]);

/** One line of a custody log: an act upon an item, chained to the line before; a zero `previous` opens a log. */
const Custody = new StructType("Custody(bytes32 previous,bytes32 item,uint16 act,uint32 bureau,uint64 at)");

/** A bureau's declaration that it has an interest in a subject, as FindingRegistry takes it. */
const Recusal = new StructType("Recusal(uint32 bureau,bytes32 subject,bytes32 reason)");

/** What became of a model's findings, as the chain is said to tell it at a block. */
export class Quality {
  /** @param {Map<string, any>} row */
  constructor(row) {
    this.model = fromHex(row.get("model"), 32);
    this.blockNumber = integerOf(row.get("block_number"));
    const [, , upheld, overturned] = STATUSES.map((name) => integerOf(row.get(name)));
    this.overturned = overturned;
    /** How many findings were ruled upon. */
    this.rulings = BigInt(upheld) + BigInt(overturned);
    /** The share of rulings that overturned, in basis points, rounded down; null before the first ruling. */
    this.errorBps = this.rulings ? Number((BigInt(overturned) * 10_000n) / this.rulings) : null;
    this.canaries = canariesOf(row.get("canaries"));
  }
}

/** What a verifier found in these parts, for its words. */
export class Told {
  /** @type {import("./capture.js").SignedCapture[]} */
  captures = [];
  clean = 0; // how many of them may be called so
  uncaptured = 0; // payloads that a bureau's observations name without a report
  unplaced = 0; // captures and entries about what hidden fields may name
  late = 0; // captures dated after the block that recorded the finding
  entries = 0;
  logs = 0;
  /** @type {number[]} ascending */
  recused = [];
  /** @type {number[]} those of them who signed the report */
  interested = [];
  /** @type {Quality | null} */
  quality = null;
  peers = 0;
}

/**
 * The entries of a `custody` part. Throws `UnreadableError`.
 * @param {Json} value
 */
export const custodyLog = (value) => listOf(value, MAX_ENTRIES).map((item) => signedOf(item, "entry", Custody));

/**
 * The declarations of a `recusals` part. Throws `UnreadableError`.
 * @param {Json} value
 */
export const recusalsOf = (value) => listOf(value, MAX_BUREAUS).map((item) => signedOf(item, "recusal", Recusal));

/**
 * The record in a `quality` part. Throws `UnreadableError`.
 * @param {Json} value
 */
export const qualityOf = (value) =>
  new Quality(objectOf(value, ["model", "block_number", ...STATUSES, "canaries"]));

/**
 * The groups of a `peers` part. Throws `UnreadableError`.
 * @param {Json} value
 * @returns {Peers[]}
 */
export const peersOf = (value) =>
  listOf(value, MAX_BUREAUS).map((item) => {
    const row = objectOf(item, ["bureau", "observations"]);
    const observations = listOf(row.get("observations"), MAX_PEERS).map((each) => Observation.fromJson(each));
    return { bureau: integerOf(row.get("bureau"), 1), observations };
  });

/**
 * Check that the `role` key ("oracle" or "officer") of `bureau` signed. Throws `VerificationError`.
 * @param {Signed} signed
 * @param {Domain} domain
 * @param {Configuration} configuration
 * @param {number} bureau
 * @param {"oracle" | "officer"} role
 */
export function checkSigned({ statement, signature }, { chainId, registry }, configuration, bureau, role) {
  const member = configuration.bureau(bureau);
  if (!member) throw new VerificationError(`expected a bureau of the configuration, got ${bureau}`);
  const signer = recover(digest(chainId, registry, statement.hash), signature);
  if (signer !== member[role]) {
    throw new SignatureError(`expected a signature by the ${role} key of bureau ${bureau}, got one by ${signer}`);
  }
}

/**
 * Check chain, times, items and signatures of one or more logs, one after another, told once; returns how many logs.
 *
 * `items` is what this evidence consists of, in hex, null where that is hidden. Throws `VerificationError`.
 * @param {Signed[]} log
 * @param {Domain} domain
 * @param {Configuration} configuration
 * @param {Set<string> | null} items
 */
export function checkLog(log, domain, configuration, items) {
  /** @type {StructValue | null} */
  let last = null;
  let logs = 0;
  const seen = new Set();
  for (const signed of log) {
    const entry = signed.statement;
    // (1) it opens a log, or continues the one before
    if (equal(entry.previous, ZERO)) {
      last = null;
      logs += 1;
    } else if (!last || !equal(entry.previous, last.hash)) {
      throw new VerificationError("expected an entry chained to the one before it, got a broken chain");
    }
    // (2) time does not fall
    if (last && entry.at < last.at) {
      throw new VerificationError(`expected an entry not before ${last.at}, got one at ${entry.at}`);
    }
    // (3) it was not told before: the same log given twice is one
    if (seen.has(toHex(entry.hash))) throw new VerificationError("expected each entry once, got one twice");
    seen.add(toHex(entry.hash));
    // (4) it is about what is here
    if (items && !items.has(bareHex(entry.item))) {
      throw new VerificationError(`expected an entry about an item of this evidence, got ${toHex(entry.item)}`);
    }
    // (5) whoever acted signed
    checkSigned(signed, domain, configuration, entry.bureau, "oracle");
    last = entry;
  }
  return logs;
}

/**
 * @param {Json} value
 * @param {string} name
 * @param {StructType} type
 * @returns {Signed}
 */
function signedOf(value, name, type) {
  const row = objectOf(value, [name, "signature"]);
  return { statement: type.fromJson(row.get(name) ?? null), signature: fromHex(row.get("signature"), 65) };
}

/**
 * @param {Json} value
 * @returns {Canaries | null}
 */
function canariesOf(value) {
  if (value === null) return null;
  const row = objectOf(value, ["planted", "found", "period"]);
  const planted = integerOf(row.get("planted"), 1);
  return {
    planted,
    found: integerOf(row.get("found"), 0, planted),
    period: integerOf(row.get("period"), 0, MAX_UINT32),
  };
}
