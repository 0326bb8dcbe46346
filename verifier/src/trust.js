/**
 * The trust root: what a verifier brings and never takes from a bundle.
 *
 * It says which chain is meant, who sealed it in which blocks, where the contracts are, up to which block it speaks,
 * and which parties outside the consortium may vouch for the time of a block. Block ranges include both ends; an open
 * end is null. It grows by proofs alone: `history.js`.
 */

import { equal, fromHex, toHex } from "./bytes.js";
import { digestOf } from "./canonical.js";
import { Certificate } from "./certificate.js";
import { WitnessKey, checkDistinct } from "./checkpoint.js";
import { UnreadableError } from "./errors.js";
import { ROLES, addressBytes } from "./identifiers.js";
import { parse } from "./json.js";
import { fileOf, integerOf, listOf, mapOf, objectOf, textOf } from "./reading.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {{from: number, to: number | null}} Range */
/** @typedef {Range & {address: string, codeHash: Uint8Array}} ContractInForce one version of a contract */
/**
 * @typedef {Range & {validators: string[], endedAt: number | null}} ValidatorSet who may seal blocks of this range, and
 *          the time of its last block where that is known: what is dated later was made by validators who had left
 */
/** @typedef {Range & {digest: Uint8Array}} KnownConfiguration */
/** @typedef {{number: number, blockHash: Uint8Array}} PinnedBlock a block that the root's holder vouches for */
/**
 * @typedef {{chainId: number, genesisHash: Uint8Array, custody: string, completeTo: number,
 *            validatorSets: ValidatorSet[], configurations: KnownConfiguration[],
 *            contracts: Map<string, ContractInForce[]>, pinnedBlocks: PinnedBlock[], witnesses: WitnessKey[],
 *            witnessThreshold: number, timestampCertificates: Uint8Array[]}} Members
 */

export const MEDIA_TYPE = "application/vnd.touchstone.trust-root+json;version=1";
export const MAX_BYTES = 4 * 2 ** 20;
const CUSTODIES = ["one party", "consortium"];
const MAX_RANGES = 10_000;
const MAX_VALIDATORS = 1000;
const MAX_WITNESSES = 100;
const MAX_CERTIFICATES = 100;
const SPOKEN_DIGITS = 30;
const KEYS = [
  ...["mediaType", "chain_id", "genesis_hash", "custody", "contracts", "validator_sets", "config_digests"],
  ...["pinned_blocks", "witnesses", "witness_threshold", "timestamp_certificates", "complete_to"],
];

/** A whole trust root. Its id names it to people. */
export class TrustRoot {
  /**
   * The trust root in a file. Throws `ProtocolError` for anything else.
   * @param {Uint8Array} data
   */
  static parse(data) {
    if (data.length > MAX_BYTES) {
      throw new UnreadableError(`expected a trust root of at most ${MAX_BYTES} bytes, got ${data.length}`);
    }
    const row = objectOf(parse(data), KEYS);
    // every member has one spelling, so the form as read is the form as written
    return new TrustRoot(membersOf(row), toHex(digestOf(row)));
  }

  /**
   * @param {Members} members
   * @param {string} id of the trust root that the reader brought, before any proof led it on
   */
  constructor(members, id) {
    this.members = members;
    this.id = id;
    this.chainId = members.chainId;
    this.genesisHash = members.genesisHash;
    this.custody = members.custody;
    this.completeTo = integerOf(members.completeTo);
    this.validatorSets = checkRanges(members.validatorSets);
    this.configurations = checkRanges(members.configurations);
    this.contracts = members.contracts;
    this.contracts.forEach(checkRanges);
    this.pinnedBlocks = members.pinnedBlocks;
    this.witnesses = members.witnesses;
    this.witnessThreshold = members.witnessThreshold;
    this.timestampCertificates = members.timestampCertificates;
  }

  /**
   * The same with some members changed. Throws `UnreadableError` for what no trust root can say.
   * @param {Partial<Members>} changes
   */
  with(changes) {
    return new TrustRoot({ ...this.members, ...changes }, this.id);
  }

  /** The id as people read it to each other over the telephone: 30 digits, 99 bits of it, in fives. */
  spokenId() {
    const digits = (BigInt(this.id) % 10n ** BigInt(SPOKEN_DIGITS)).toString().padStart(SPOKEN_DIGITS, "0");
    return /** @type {string[]} */ (digits.match(/.{5}/g)).join(" ");
  }

  /**
   * The set that seals this block, or null beyond the reach of this trust root.
   * @param {number | bigint} block
   */
  setFor(block) {
    if (block > this.completeTo) return null;
    return this.validatorSets.find((each) => covers(each, block)) ?? null;
  }

  /**
   * Its members.
   * @param {number | bigint} block
   */
  validatorsFor(block) {
    return this.setFor(block)?.validators ?? null;
  }

  /**
   * Is the set that sealed this block still the one in force at `completeTo`?
   * @param {bigint} block
   */
  isCurrent(block) {
    const then = this.validatorsFor(block);
    const now = this.validatorsFor(this.completeTo);
    return then !== null && now !== null && then.length === now.length && then.every((each) => now.includes(each));
  }

  /**
   * Is this a validator of any set, at any time?
   * @param {string} address
   */
  hasSealed(address) {
    return this.validatorSets.some(({ validators }) => validators.includes(address));
  }

  /**
   * The hash of a pinned block.
   * @param {bigint} block
   */
  pinned(block) {
    let low = 0; // they ascend
    for (let high = this.pinnedBlocks.length; low < high;) {
      const middle = (low + high) >> 1;
      if (this.pinnedBlocks[middle].number < block) low = middle + 1;
      else high = middle;
    }
    const found = this.pinnedBlocks[low];
    return found && BigInt(found.number) === block ? found.blockHash : null;
  }

  /**
   * The version of a contract that counts in this block.
   * @param {string} name
   * @param {bigint} block
   */
  contractInForce(name, block) {
    return this.contracts.get(name)?.find((each) => covers(each, block)) ?? null;
  }

  /**
   * Was the configuration with this digest in force in this block, or put in force by it?
   *
   * What holds from the next block on stands in the state after this one, so what this block recorded under it came after
   * the change.
   * @param {Uint8Array} digest
   * @param {bigint} block
   */
  knowsConfiguration(digest, block) {
    return this.configurations.some(
      (each) => (covers(each, block) || covers(each, block + 1n)) && equal(each.digest, digest),
    );
  }
}

/**
 * @param {Range} range
 * @param {number | bigint} block
 */
export const covers = ({ from, to }, block) => from <= block && (to === null || block <= to);

/**
 * One thing at a time: ascending, and none reaching into the next.
 * @template {Range} T
 * @param {T[]} ranges
 */
function checkRanges(ranges) {
  ranges.forEach(({ from, to }, index) => {
    integerOf(from);
    if (to !== null) integerOf(to, from);
    const last = index ? ranges[index - 1].to : -1;
    if (last === null || last >= from) {
      throw new UnreadableError(`expected block ranges apart and ascending, got one into block ${from}`);
    }
  });
  return ranges;
}

/**
 * @param {Map<string, any>} row
 * @returns {Members}
 */
function membersOf(row) {
  if (row.get("mediaType") !== MEDIA_TYPE) throw new UnreadableError(`expected ${MEDIA_TYPE}, got another`);
  const custody = textOf(row.get("custody"));
  if (!CUSTODIES.includes(custody)) {
    throw new UnreadableError(`expected custody of ${CUSTODIES.join(", ")}, got another`);
  }
  const witnesses = witnessesOf(row.get("witnesses"));
  const names = new Set(witnesses.map(({ name }) => name));
  return {
    chainId: integerOf(row.get("chain_id"), 1),
    genesisHash: fromHex(row.get("genesis_hash"), 32),
    custody,
    contracts: contractsOf(row.get("contracts")),
    validatorSets: rangesOf(row.get("validator_sets"), ["validators"], validatorsOf, ["ended_at"]),
    configurations: rangesOf(row.get("config_digests"), ["digest"], (item) => ({
      digest: fromHex(item.get("digest"), 32),
    })),
    completeTo: integerOf(row.get("complete_to")),
    pinnedBlocks: pinnedBlocksOf(row.get("pinned_blocks")),
    witnesses,
    witnessThreshold: integerOf(row.get("witness_threshold"), Math.min(1, names.size), names.size),
    timestampCertificates: certificatesOf(row.get("timestamp_certificates")),
  };
}

/**
 * Ranges with what each says.
 * @template T
 * @param {Json} value
 * @param {string[]} keys
 * @param {(row: Map<string, any>) => T} read
 * @param {string[]} [optional]
 * @returns {(Range & T)[]}
 */
const rangesOf = (value, keys, read, optional = []) =>
  listOf(value, MAX_RANGES).map((item) => {
    const row = objectOf(item, [...keys, "from_block", "to_block"], optional);
    const to = row.get("to_block");
    return { from: integerOf(row.get("from_block")), to: to === null ? null : integerOf(to), ...read(row) };
  });

/**
 * The versions of each contract, by its name.
 * @param {Json} value
 * @returns {Map<string, ContractInForce[]>}
 */
function contractsOf(value) {
  const found = [...mapOf(value)];
  if (found.some(([name]) => !ROLES.includes(name))) {
    throw new UnreadableError(`expected contracts of ${ROLES.join(", ")}, got others`);
  }
  return new Map(found.map(([name, versions]) => [name, rangesOf(versions, ["address", "code_hash"], contractOf)]));
}

/**
 * @param {Json} value
 * @returns {PinnedBlock[]}
 */
function pinnedBlocksOf(value) {
  const found = listOf(value, MAX_RANGES).map((item) => {
    const row = objectOf(item, ["number", "block_hash"]);
    return { number: integerOf(row.get("number")), blockHash: fromHex(row.get("block_hash"), 32) };
  });
  if (found.some(({ number }, index) => index && found[index - 1].number >= number)) {
    throw new UnreadableError("expected pinned blocks once and ascending, got others");
  }
  return found;
}

/** @param {Json} value */
function witnessesOf(value) {
  const found = listOf(value, MAX_WITNESSES).map((item) => WitnessKey.parse(textOf(item)));
  checkDistinct(found);
  return found;
}

/**
 * DER, of RFC 3161 authorities or their direct issuers.
 * @param {Json} value
 */
function certificatesOf(value) {
  const found = listOf(value, MAX_CERTIFICATES).map(fileOf);
  found.forEach((certificate) => Certificate.parse(certificate));
  return found;
}

/** @param {Map<string, any>} row */
function contractOf(row) {
  const address = textOf(row.get("address"));
  addressBytes(address);
  return { address, codeHash: fromHex(row.get("code_hash"), 32) };
}

/** @param {Map<string, any>} row */
function validatorsOf(row) {
  const validators = listOf(row.get("validators"), MAX_VALIDATORS).map(textOf);
  validators.forEach(addressBytes);
  if (!validators.length || new Set(validators).size !== validators.length) {
    throw new UnreadableError(`expected distinct validators, got ${validators.length}`);
  }
  const endedAt = row.has("ended_at") ? integerOf(row.get("ended_at")) : null;
  if (endedAt !== null && row.get("to_block") === null) {
    throw new UnreadableError("expected a time of the end only for validators who have left");
  }
  return { validators, endedAt };
}
