/**
 * The trust root: what a verifier brings and never takes from a bundle.
 *
 * It says which chain is meant, who sealed it in which blocks, where the contracts are, and up to which block it
 * speaks. Block ranges include both ends; an open end is null.
 */

import { equal, fromHex, toHex } from "./bytes.js";
import { digestOf } from "./canonical.js";
import { UnreadableError } from "./errors.js";
import { ROLES, addressBytes } from "./identifiers.js";
import { parse } from "./json.js";
import { integerOf, listOf, mapOf, objectOf, textOf } from "./reading.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {{from: number, to: number | null}} Range */
/** @typedef {Range & {address: string, codeHash: Uint8Array}} ContractInForce one version of a contract */
/** @typedef {Range & {validators: string[]}} ValidatorSet who may seal blocks of this range */
/** @typedef {Range & {digest: Uint8Array}} KnownConfiguration */

export const MEDIA_TYPE = "application/vnd.touchstone.trust-root+json;version=1";
export const MAX_BYTES = 4 * 2 ** 20;
const CUSTODIES = ["one party", "consortium"];
const MAX_RANGES = 10_000;
const MAX_VALIDATORS = 1000;
const KEYS = [
  ...["mediaType", "chain_id", "genesis_hash", "custody", "contracts", "validator_sets", "config_digests"],
  ...["witnesses", "timestamp_certificates", "complete_to"],
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
    return new TrustRoot(objectOf(parse(data), KEYS));
  }

  /** @param {Map<string, any>} row */
  constructor(row) {
    if (row.get("mediaType") !== MEDIA_TYPE) throw new UnreadableError(`expected ${MEDIA_TYPE}, got another`);
    for (const name of ["witnesses", "timestamp_certificates"]) {
      if (listOf(row.get(name)).length)
        throw new UnreadableError(`expected no ${name}: this version cannot judge them`);
    }
    this.chainId = integerOf(row.get("chain_id"), 1);
    this.genesisHash = fromHex(row.get("genesis_hash"), 32);
    this.custody = textOf(row.get("custody"));
    if (!CUSTODIES.includes(this.custody))
      throw new UnreadableError(`expected custody of ${CUSTODIES.join(", ")}, got another`);
    this.completeTo = integerOf(row.get("complete_to"));
    /** @type {ValidatorSet[]} */
    this.validatorSets = rangesOf(row.get("validator_sets"), ["validators"], validatorsOf);
    /** @type {KnownConfiguration[]} */
    this.configurations = rangesOf(row.get("config_digests"), ["digest"], (item) => ({
      digest: fromHex(item.get("digest"), 32),
    }));
    /** @type {Map<string, ContractInForce[]>} */
    this.contracts = new Map(
      [...mapOf(row.get("contracts"))].map(([name, versions]) => [
        name,
        rangesOf(versions, ["address", "code_hash"], contractOf),
      ]),
    );
    const unknown = [...this.contracts.keys()].filter((name) => !ROLES.includes(name));
    if (unknown.length) throw new UnreadableError(`expected contracts of ${ROLES.join(", ")}, got others`);
    /** Every member has one spelling, so the form as read is the form as written. */
    this.id = toHex(digestOf(row));
  }

  /**
   * The set that seals this block, or null beyond the reach of this trust root.
   * @param {number | bigint} block
   */
  validatorsFor(block) {
    if (block > this.completeTo) return null;
    return this.validatorSets.find((each) => covers(each, block))?.validators ?? null;
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
   * The version of a contract that counts in this block.
   * @param {string} name
   * @param {bigint} block
   */
  contractInForce(name, block) {
    return this.contracts.get(name)?.find((each) => covers(each, block)) ?? null;
  }

  /**
   * Was the configuration with this digest in force in this block?
   * @param {Uint8Array} digest
   * @param {bigint} block
   */
  knowsConfiguration(digest, block) {
    return this.configurations.some((each) => covers(each, block) && equal(each.digest, digest));
  }
}

/**
 * @param {Range} range
 * @param {number | bigint} block
 */
const covers = ({ from, to }, block) => from <= block && (to === null || block <= to);

/**
 * Ranges with what each says: ascending, and none reaching into the next.
 * @template T
 * @param {Json} value
 * @param {string[]} keys
 * @param {(row: Map<string, any>) => T} read
 * @returns {(Range & T)[]}
 */
function rangesOf(value, keys, read) {
  const found = listOf(value, MAX_RANGES).map((item) => {
    const row = objectOf(item, [...keys, "from_block", "to_block"]);
    const from = integerOf(row.get("from_block"));
    return { from, to: row.get("to_block") === null ? null : integerOf(row.get("to_block"), from), ...read(row) };
  });
  found.forEach(({ from }, index) => {
    const last = index ? found[index - 1].to : -1;
    if (last === null || last >= from) {
      throw new UnreadableError(`expected block ranges apart and ascending, got one into block ${from}`);
    }
  });
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
  return { validators };
}
