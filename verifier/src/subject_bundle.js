/**
 * The subject file: all findings on one subject at one block, over every version of the registry, and none more.
 *
 * A second kind of evidence file beside the bundle of one finding. `statement` ties the subject to a seller; where no
 * bureaus signed it (`signers` is empty), the file still proves what is recorded on the subject, but not whose it is.
 */

import { EvidenceFile, nodesOf } from "./bundle.js";
import { fromHex } from "./bytes.js";
import { Configuration, MAX_BUREAUS } from "./configuration.js";
import { Finding } from "./finding.js";
import { addressBytes } from "./identifiers.js";
import { listOf, objectOf, textOf } from "./reading.js";
import { SubjectStatement } from "./subject_statement.js";

/** @typedef {import("./json.js").Json} Json */
/**
 * A finding in its own words, and the record of its status under `key`: its clue key, or its id.
 * @typedef {{finding: Readonly<import("./typed_data.js").StructValue>, key: Uint8Array, recordNodes: Uint8Array[]}}
 *   FindingProof
 */
/**
 * One version of the registry: its account, the subject's count, and all findings in the order they were counted.
 * @typedef {{address: string, accountNodes: Uint8Array[], subjectNodes: Uint8Array[], findings: FindingProof[]}}
 *   RegistryProof
 */

export const MEDIA_TYPE = "application/vnd.touchstone.subject+json;version=1";
const MAX_REGISTRIES = 100;
const MAX_ON_SUBJECT = 4000; // findings; as many as fit into a file
const REQUIRED = [
  ...["mediaType", "header", "block_hash", "configuration", "statement", "marketplace", "seller_id"],
  ...["signatures", "registries"],
];
const OPTIONAL = ["history", "block_anchors", "notes"];

/** The named parts. Decoded parts throw `StepFailed` when they are malformed. */
export class SubjectBundle extends EvidenceFile {
  static FORM = { mediaType: MEDIA_TYPE, required: REQUIRED, optional: OPTIONAL };

  get configuration() {
    return this.part("configuration", (value) => Configuration.fromJson(value));
  }

  get statement() {
    return this.part("statement", (value) => SubjectStatement.fromJson(value));
  }

  get marketplace() {
    return this.part("marketplace", textOf);
  }

  get sellerId() {
    return this.part("seller_id", textOf);
  }

  get signatures() {
    return this.part("signatures", (value) => listOf(value, MAX_BUREAUS).map((item) => fromHex(item, 65)));
  }

  get registries() {
    return this.part("registries", (value) => listOf(value, MAX_REGISTRIES).map(registryOf));
  }
}

/**
 * @param {Json} value
 * @returns {RegistryProof}
 */
function registryOf(value) {
  const row = objectOf(value, ["address", "account_nodes", "subject_nodes", "findings"]);
  const address = textOf(row.get("address"));
  addressBytes(address);
  return {
    address,
    accountNodes: nodesOf(row.get("account_nodes")),
    subjectNodes: nodesOf(row.get("subject_nodes")),
    findings: listOf(row.get("findings"), MAX_ON_SUBJECT).map(findingOf),
  };
}

/**
 * @param {Json} value
 * @returns {FindingProof}
 */
function findingOf(value) {
  const row = objectOf(value, ["finding", "key", "record_nodes"]);
  return {
    finding: Finding.fromJson(row.get("finding") ?? null),
    key: fromHex(row.get("key"), 32),
    recordNodes: nodesOf(row.get("record_nodes")),
  };
}
