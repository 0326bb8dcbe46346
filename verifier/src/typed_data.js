/**
 * EIP-712 typed data: strict values, their struct hashes, and digests under our domain.
 *
 * A struct type is made from its EIP-712 type string, which is the only place that names its members. Integers stay
 * within 2^53 - 1 whatever their Solidity width. Left out: dynamic `bytes` and `string`, unused here.
 */

import { ascii, concat, fromHex, join, word } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { addressBytes } from "./identifiers.js";
import { MAX_INTEGER } from "./json.js";
import { integerOf, listOf, objectOf } from "./reading.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {{read: (json: any) => any, encode: (value: any) => Uint8Array}} Codec reads JSON; checks and gives the word */
/** @typedef {{name: string} & Codec} Member */
/** @typedef {Record<string, any> & {words: Uint8Array, hash: Uint8Array}} StructValue members, encoding, struct hash */

const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const DOMAIN_HEAD = join([DOMAIN_TYPE, "Touchstone", "1"].map((text) => keccak256(ascii(text))));

export class StructType {
  /**
   * @param {string} type the EIP-712 type string
   * @param {StructType[]} [parts] the structs that it names
   * @param {(value: Record<string, any>) => void} [check] what its members must satisfy beyond their types
   */
  constructor(type, parts = [], check = () => {}) {
    this.type = type;
    this.name = type.slice(0, type.indexOf("("));
    this.check = check;
    const known = new Map(parts.map((part) => [part.name, part]));
    /** @type {Member[]} */
    this.members = type
      .slice(type.indexOf("(") + 1, -1)
      .split(",")
      .map((text) => member(text, known));
    this.typeHash = keccak256(
      ascii(
        type +
          parts
            .map((part) => part.type)
            .sort()
            .join(""),
      ),
    );
  }

  /**
   * A checked value of this type, with its encoding and struct hash. Throws `UnreadableError`.
   * @param {Record<string, any>} members
   * @returns {Readonly<StructValue>}
   */
  make(members) {
    const words = join(this.members.map(({ name, encode }) => encode(members[name])));
    this.check(members);
    return Object.freeze({ ...members, words, hash: keccak256(concat(this.typeHash, words)) });
  }

  /**
   * Throws `UnreadableError` for missing, unknown or wrong members.
   * @param {Json} json
   */
  fromJson(json) {
    const row = objectOf(
      json,
      this.members.map(({ name }) => name),
    );
    return this.make(Object.fromEntries(this.members.map(({ name, read }) => [name, read(row.get(name))])));
  }
}

/**
 * What is signed: keccak256(0x1901 ‖ domainSeparator ‖ hashStruct), for one contract on one chain.
 * @param {number} chainId
 * @param {string} verifyingContract
 * @param {Uint8Array} structHash
 */
export function digest(chainId, verifyingContract, structHash) {
  const separator = keccak256(concat(DOMAIN_HEAD, word(chainId), addressWord(verifyingContract)));
  return keccak256(concat(Uint8Array.of(0x19, 0x01), separator, structHash));
}

/** @param {unknown} value */
export const addressWord = (value) => concat(new Uint8Array(12), addressBytes(value));

/**
 * The word of uint`bits`, checked.
 * @param {number} bits
 * @returns {(value: unknown) => Uint8Array}
 */
export function unsigned(bits) {
  const high = Math.min(2 ** bits - 1, MAX_INTEGER);
  return (value) => word(integerOf(value, 0, high));
}

/**
 * @param {string} text
 * @param {Map<string, StructType>} known
 * @returns {Member}
 */
function member(text, known) {
  const [solidity, name] = text.split(" ");
  return { name, ...codec(solidity, known) };
}

/**
 * @param {string} solidity
 * @param {Map<string, StructType>} known
 * @returns {Codec}
 */
function codec(solidity, known) {
  if (solidity.endsWith("[]")) {
    const item = codec(solidity.slice(0, -2), known);
    return {
      read: (json) => listOf(json).map(item.read),
      encode: (values) => keccak256(join(values.map(item.encode))),
    };
  }
  const part = known.get(solidity);
  if (part) return { read: (json) => part.fromJson(json), encode: (value) => value.hash };
  if (solidity === "bytes32") return { read: (json) => fromHex(json, 32), encode: (value) => value };
  if (solidity === "address") return { read: (json) => json, encode: addressWord };
  return { read: (json) => json, encode: unsigned(Number(solidity.slice("uint".length))) };
}
