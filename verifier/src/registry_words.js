/**
 * The packed words in FindingRegistry's storage, and the slots where they stand.
 *
 * The layout is fixed by contracts/interfaces/IFindingRegistry.sol: a record under a clue key or a finding's id, and for
 * each subject the number of its findings with a rolling hash over their ids.
 */

import { concat, equal, integer, word } from "./bytes.js";
import { keccak256 } from "./canonical.js";

const RECORDS = word(0); // slots of the mappings
const SUBJECTS = word(1);
const ID_HEAD = 16; // bytes
const ROLLING = 28; // bytes

/** What the registry says of one finding; all zeros where there is none. */
export class RecordWord {
  /** @param {bigint} packed */
  constructor(packed) {
    this.status = Number(packed & 0xffn);
    this.recordedAt = BigInt.asUintN(40, packed >> 8n); // block time, UTC seconds
    this.subjectIndex = Number(BigInt.asUintN(32, packed >> 48n)); // position among the subject's findings, from 0
    this.sequence = BigInt.asUintN(48, packed >> 80n); // of the event that recorded it
    this.idHead = packed >> 128n;
  }

  /**
   * Is this record of this finding? It holds the first half of the id.
   * @param {Uint8Array} findingId
   */
  names(findingId) {
    return this.status !== 0 && this.idHead === integer(findingId.subarray(0, ID_HEAD));
  }
}

/** How many findings a subject has ever had, and the rolling hash over their ids. */
export class SubjectWord {
  /** @param {bigint} packed */
  constructor(packed) {
    this.count = Number(BigInt.asUintN(31, packed));
    this.interested = ((packed >> 31n) & 1n) === 1n; // a bureau declared an interest in the subject
    this.rolling = word(packed >> 32n).subarray(-ROLLING);
  }

  /**
   * Does the registry come to this hash when it counts these findings in this order?
   * @param {Uint8Array[]} findingIds
   */
  counts(findingIds) {
    const empty = new Uint8Array(ROLLING);
    const padding = new Uint8Array(32 - ROLLING);
    const rolling = findingIds.reduce((held, id) => keccak256(concat(held, padding, id)).subarray(0, ROLLING), empty);
    return equal(this.rolling, rolling);
  }
}

/**
 * Where the record under a clue key or a finding's id stands.
 * @param {Uint8Array} key
 */
export const recordSlot = (key) => keccak256(concat(key, RECORDS));

/**
 * Where a subject's count and rolling hash stand.
 * @param {Uint8Array} subject
 */
export const subjectSlot = (subject) => keccak256(concat(subject, SUBJECTS));
