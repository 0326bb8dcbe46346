/**
 * The evidence bundle: one JSON file that holds a finding and all that proves it.
 *
 * Reading goes in two stages: `Bundle` takes the file apart into its named parts and refuses what is no bundle at
 * all; each part is decoded when it is first used, and then a fault is a fault of that part.
 */

import { Ask, signedAnswer } from "./answer.js";
import { fromHex } from "./bytes.js";
import { signedCapture } from "./capture.js";
import { Configuration, MAX_BUREAUS } from "./configuration.js";
import { ProtocolError, UnreadableError } from "./errors.js";
import { Anchor, Report } from "./finding.js";
import { Header } from "./header.js";
import { parse } from "./json.js";
import { custodyLog, peersOf, qualityOf, recusalsOf } from "./life.js";
import { ModelManifest } from "./manifest.js";
import { bareHexOf, fileOf, integerOf, listOf, mapOf, objectOf } from "./reading.js";
import { MAX_NODES } from "./trie.js";
import { StepFailed, altered } from "./verdict.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {{header: Header, blockHash: Uint8Array}} NamedHeader a header beside the hash that it is said to have */
/**
 * Where a log stands: transaction, trie nodes from the root down, position among the receipt's own logs.
 * @typedef {{index: number, nodes: Uint8Array[], logIndex: number}} ReceiptProof
 */

export const MEDIA_TYPE = "application/vnd.touchstone.bundle+json;version=1";
export const MAX_BYTES = 16 * 2 ** 20;
const MAX_MARKS = 200_000; // commas, colons and brackets: with the other caps, a quarter of a minute's work at most
const MAX_ANCHORS = 5000;
const MAX_PAYLOADS = 5000;
const MAX_CAPTURES = 1000;
const MAX_PATH = 64;
const REQUIRED = [
  ...["mediaType", "header", "block_hash", "receipt", "report", "signatures", "finding"],
  ...["configuration", "ask", "answers", "model"],
];
const LIFE = ["captures", "custody", "recusals", "quality", "peers"];
const OPTIONAL = ["anchors", "payloads", ...LIFE, "status", "history", "block_anchors", "notes"];

/** A file of named parts under one header. A kind of file says which parts it must and may have. */
export class EvidenceFile {
  /** @type {{mediaType: string, required: string[], optional: string[]}} */
  static FORM = { mediaType: "", required: [], optional: [] };

  /** @type {Map<string, any>} */
  #decoded = new Map();

  /**
   * The parts in a file's JSON. Throws `ProtocolError` for what is no such file.
   * @param {Json} json
   */
  constructor(json) {
    const { mediaType, required, optional } = /** @type {typeof EvidenceFile} */ (this.constructor).FORM;
    this.parts = objectOf(json, required, optional);
    if (this.parts.get("mediaType") !== mediaType) throw new UnreadableError(`expected ${mediaType}, got another`);
  }

  /**
   * Is this optional part there?
   * @param {string} part
   */
  has(part) {
    return this.parts.has(part);
  }

  get named() {
    return this.part("header", (value) => namedHeader(value, this.parts.get("block_hash")));
  }

  /** The blocks that the file's own parts show, history apart. */
  shown() {
    return [this.named];
  }

  /**
   * A part, decoded when it is first used. Throws `StepFailed` when it is malformed.
   * @template T
   * @param {string} name
   * @param {(value: Json) => T} read
   * @returns {T}
   */
  part(name, read) {
    if (!this.#decoded.has(name)) {
      const value = blaming(name, () => read(this.parts.get(name) ?? null));
      this.#decoded.set(name, value);
    }
    return this.#decoded.get(name);
  }
}

/** The bundle of one finding. */
export class Bundle extends EvidenceFile {
  static FORM = { mediaType: MEDIA_TYPE, required: REQUIRED, optional: OPTIONAL };

  get receipt() {
    return this.part("receipt", receiptProof);
  }

  get report() {
    return this.part("report", (value) => Report.fromJson(value));
  }

  get signatures() {
    return this.part("signatures", (value) => listOf(value, MAX_BUREAUS).map((item) => fromHex(item, 65)));
  }

  /** @returns {Readonly<import("./typed_data.js").StructValue>} */
  get finding() {
    const { findings } = this.report;
    if (!findings.length) throw altered("report", "expected a finding in the report, got none");
    return findings[this.part("finding", (value) => integerOf(value, 0, findings.length - 1))];
  }

  get configuration() {
    return this.part("configuration", (value) => Configuration.fromJson(value));
  }

  get ask() {
    return this.part("ask", (value) => Ask.fromJson(value));
  }

  get answers() {
    return this.part("answers", (value) => listOf(value, MAX_BUREAUS).map(signedAnswer));
  }

  get model() {
    return this.part("model", modelFiles);
  }

  get anchors() {
    return this.part("anchors", (value) => listOf(value, MAX_ANCHORS).map(anchorProof));
  }

  get payloads() {
    return this.part("payloads", payloadsOf);
  }

  get status() {
    return this.part("status", statusProof);
  }

  get captures() {
    return this.part("captures", (value) => listOf(value, MAX_CAPTURES).map(signedCapture));
  }

  get custody() {
    return this.part("custody", custodyLog);
  }

  get recusals() {
    return this.part("recusals", recusalsOf);
  }

  get quality() {
    return this.part("quality", qualityOf);
  }

  get peers() {
    return this.part("peers", peersOf);
  }

  shown() {
    const anchored = this.has("anchors") ? this.anchors.map(({ named }) => named) : [];
    return [this.named, ...anchored, ...(this.has("status") ? [this.status.named] : [])];
  }
}

/**
 * The JSON of an evidence file. Throws `ProtocolError`.
 * @param {Uint8Array} data
 */
export function readJson(data) {
  if (data.length > MAX_BYTES) throw new UnreadableError(`expected at most ${MAX_BYTES} bytes, got ${data.length}`);
  return parse(data, MAX_MARKS);
}

/**
 * Do `work`; what the ground floor throws inside is a fault of `part`.
 * @template T
 * @param {string} part
 * @param {() => T} work
 * @returns {T}
 */
export function blaming(part, work) {
  try {
    return work();
  } catch (error) {
    if (error instanceof StepFailed || !(error instanceof ProtocolError)) throw error;
    throw altered(part, error.message);
  }
}

/**
 * @param {Json | undefined} header
 * @param {Json | undefined} blockHash
 * @returns {NamedHeader}
 */
export const namedHeader = (header, blockHash) => ({ header: new Header(fromHex(header)), blockHash: fromHex(blockHash, 32) });

/**
 * The nodes of a trie proof, root first.
 * @param {Json | undefined} value
 */
export const nodesOf = (value) => listOf(value, MAX_NODES).map((item) => fromHex(item));

/**
 * @param {Json | undefined} value
 * @returns {ReceiptProof}
 */
function receiptProof(value) {
  const row = objectOf(value ?? null, ["index", "nodes", "log_index"]);
  return {
    index: integerOf(row.get("index")),
    nodes: nodesOf(row.get("nodes")),
    logIndex: integerOf(row.get("log_index")),
  };
}

/** @param {Json} value */
function modelFiles(value) {
  const row = objectOf(value, ["manifest", "model", "features", "thresholds"]);
  const [model, features, thresholds] = ["model", "features", "thresholds"].map((name) => fileOf(row.get(name)));
  return { manifest: ModelManifest.fromJson(row.get("manifest") ?? null), model, features, thresholds };
}

/** @param {Json} value */
function anchorProof(value) {
  const keys = ["batch", "index", "path", "observation_root", "header", "block_hash", "receipt"];
  const row = objectOf(value, keys);
  return {
    batch: Anchor.fromJson(row.get("batch") ?? null),
    index: integerOf(row.get("index")),
    path: listOf(row.get("path"), MAX_PATH).map((item) => fromHex(item, 32)),
    observationRoot: fromHex(row.get("observation_root"), 32),
    named: namedHeader(row.get("header"), row.get("block_hash")),
    receipt: receiptProof(row.get("receipt")),
  };
}

/** @param {Json} value */
function payloadsOf(value) {
  const row = mapOf(value);
  if (row.size > MAX_PAYLOADS) throw new UnreadableError(`expected an object of at most ${MAX_PAYLOADS} payloads`);
  return [...row].map(([name, data]) => ({ name, digest: bareHexOf(name, 32), data: fileOf(data) }));
}

/** @param {Json} value */
function statusProof(value) {
  const row = objectOf(value, ["header", "block_hash", "account_nodes", "storage_nodes", "key"]);
  return {
    named: namedHeader(row.get("header"), row.get("block_hash")),
    accountNodes: nodesOf(row.get("account_nodes")),
    storageNodes: nodesOf(row.get("storage_nodes")),
    key: fromHex(row.get("key"), 32),
  };
}
