/**
 * The evidence bundle: one JSON file that holds a finding and all that proves it.
 *
 * Reading goes in two stages: `Bundle.parse` takes the file apart into its named parts and refuses what is no bundle at
 * all; each part is decoded when it is first used, and then a fault is a fault of that part.
 */

import { Ask, signedAnswer } from "./answer.js";
import { fromBase64, fromHex } from "./bytes.js";
import { Configuration, MAX_BUREAUS } from "./configuration.js";
import { ProtocolError, UnreadableError } from "./errors.js";
import { Anchor, Report } from "./finding.js";
import { Header } from "./header.js";
import { parse } from "./json.js";
import { ModelManifest } from "./manifest.js";
import { bareHexOf, integerOf, listOf, mapOf, objectOf, textOf } from "./reading.js";
import { MAX_NODES } from "./trie.js";
import { StepFailed, altered } from "./verdict.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {{header: Header, blockHash: Uint8Array}} NamedHeader a header beside the hash that it is said to have */
/**
 * Where a log stands: transaction, trie nodes from the root down, position among the receipt's own logs.
 * @typedef {{index: number, nodes: Uint8Array[], logIndex: number}} ReceiptProof
 */

export const MEDIA_TYPE = "application/vnd.touchstone.bundle+json;version=1";
export const MAX_BYTES = 64 * 2 ** 20;
const MAX_ANCHORS = 5000;
const MAX_PAYLOADS = 5000;
const MAX_PATH = 64;
const REQUIRED = [
  ...["mediaType", "header", "block_hash", "receipt", "report", "signatures", "finding"],
  ...["configuration", "ask", "answers", "model"],
];
const OPTIONAL = ["anchors", "payloads", "status", "notes"];

/** The named parts. Decoded parts throw `StepFailed` when they are malformed. */
export class Bundle {
  /** @type {Map<string, any>} */
  #decoded = new Map();

  /**
   * The parts of a bundle file. Throws `ProtocolError` for what is no bundle.
   * @param {Uint8Array} data
   */
  static parse(data) {
    if (data.length > MAX_BYTES) throw new UnreadableError(`expected at most ${MAX_BYTES} bytes, got ${data.length}`);
    const parts = objectOf(parse(data), REQUIRED, OPTIONAL);
    if (parts.get("mediaType") !== MEDIA_TYPE) throw new UnreadableError(`expected ${MEDIA_TYPE}, got another`);
    return new Bundle(parts);
  }

  /** @param {Map<string, Json>} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /**
   * Is this optional part there?
   * @param {string} part
   */
  has(part) {
    return this.parts.has(part);
  }

  get named() {
    return this.#part("header", (value) => namedHeader(value, this.parts.get("block_hash")));
  }

  get receipt() {
    return this.#part("receipt", receiptProof);
  }

  get report() {
    return this.#part("report", (value) => Report.fromJson(value));
  }

  get signatures() {
    return this.#part("signatures", (value) => listOf(value, MAX_BUREAUS).map((item) => fromHex(item, 65)));
  }

  /** @returns {Readonly<import("./typed_data.js").StructValue>} */
  get finding() {
    const { findings } = this.report;
    if (!findings.length) throw altered("report", "expected a finding in the report, got none");
    return findings[this.#part("finding", (value) => integerOf(value, 0, findings.length - 1))];
  }

  get configuration() {
    return this.#part("configuration", (value) => Configuration.fromJson(value));
  }

  get ask() {
    return this.#part("ask", (value) => Ask.fromJson(value));
  }

  get answers() {
    return this.#part("answers", (value) => listOf(value, MAX_BUREAUS).map(signedAnswer));
  }

  get model() {
    return this.#part("model", modelFiles);
  }

  get anchors() {
    return this.#part("anchors", (value) => listOf(value, MAX_ANCHORS).map(anchorProof));
  }

  get payloads() {
    return this.#part("payloads", payloadsOf);
  }

  get status() {
    return this.#part("status", statusProof);
  }

  /**
   * @template T
   * @param {string} name
   * @param {(value: Json) => T} read
   * @returns {T}
   */
  #part(name, read) {
    if (!this.#decoded.has(name))
      this.#decoded.set(
        name,
        blaming(name, () => read(this.parts.get(name) ?? null)),
      );
    return this.#decoded.get(name);
  }
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
const namedHeader = (header, blockHash) => ({ header: new Header(fromHex(header)), blockHash: fromHex(blockHash, 32) });

/** @param {Json | undefined} value */
const nodesOf = (value) => listOf(value, MAX_NODES).map((item) => fromHex(item));

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
  const [model, features, thresholds] = ["model", "features", "thresholds"].map((name) =>
    fromBase64(textOf(row.get(name))),
  );
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
  return [...row].map(([name, data]) => ({ name, digest: bareHexOf(name, 32), data: fromBase64(textOf(data)) }));
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
