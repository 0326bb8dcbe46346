/**
 * The consortium's configuration and its digest, to which every finding is bound.
 *
 * The digest is keccak256 over the ABI encoding of (chainId, consortium, version, threshold, bureaus, courts,
 * contracts), as the Consortium contract computes it. A signature under one configuration is void under another.
 */

import { concat, join, word } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { UnreadableError } from "./errors.js";
import { integerOf, listOf, objectOf, textOf } from "./reading.js";
import { StructType, addressWord, unsigned } from "./typed_data.js";

export const MAX_BUREAUS = 100; // as in Consortium; bounds work on foreign input
const NO_KEY = `0x${"00".repeat(20)}`; // stands where a bureau's key was revoked and not replaced yet
const KEYS = ["chainId", "consortium", "version", "threshold", "bureaus", "courts", "contracts"];
const HEAD_WORDS = 7;

const Bureau = new StructType(
  "Bureau(uint32 id,bytes32 nameDigest,bytes32 jurisdiction,bytes32 accession,address validator,address oracle," +
    "address sender,address officer,uint64 epoch)",
);
const Court = new StructType("Court(uint32 id,bytes32 nameDigest,address key)");
const ContractVersion = new StructType("ContractVersion(uint16 role,address at,uint64 fromBlock)");

/** Who may sign, and how many must. */
export class Configuration {
  /**
   * Throws `UnreadableError`.
   * @param {import("./json.js").Json} json
   */
  static fromJson(json) {
    const row = objectOf(json, KEYS);
    const [bureaus, courts, contracts] = [
      /** @type {const} */ (["bureaus", Bureau]),
      /** @type {const} */ (["courts", Court]),
      /** @type {const} */ (["contracts", ContractVersion]),
    ].map(([name, type]) => listOf(row.get(name), MAX_BUREAUS).map((item) => type.fromJson(item)));
    return new Configuration(row, bureaus, courts, contracts);
  }

  /**
   * @param {Map<string, any>} row
   * @param {Readonly<Record<string, any>>[]} bureaus ascending by id
   * @param {Readonly<Record<string, any>>[]} courts
   * @param {Readonly<Record<string, any>>[]} contracts
   */
  constructor(row, bureaus, courts, contracts) {
    this.chainId = integerOf(row.get("chainId"), 1);
    this.threshold = integerOf(row.get("threshold"));
    this.bureaus = bureaus;
    this.contracts = contracts;
    const head = concat(
      unsigned(256)(this.chainId),
      addressWord(textOf(row.get("consortium"))),
      unsigned(64)(row.get("version")),
      unsigned(32)(this.threshold),
    );
    bureaus.forEach(({ id }, index) => {
      if (id <= (index ? bureaus[index - 1].id : 0)) {
        throw new UnreadableError(
          `expected bureau ids above zero, each once and ascending, got ${id} in place ${index}`,
        );
      }
    });
    const oracles = bureaus.map(({ oracle }) => oracle).filter((oracle) => oracle !== NO_KEY);
    if (new Set(oracles).size !== oracles.length) {
      throw new UnreadableError("expected one oracle key a bureau, got a shared one");
    }
    this.digest = digestOf(head, [bureaus, courts, contracts]);
  }

  /**
   * The bureau with this id.
   * @param {number} number
   */
  bureau(number) {
    return this.bureaus.find(({ id }) => id === number);
  }

  /**
   * The bureau whose oracle key has this address.
   * @param {string} address
   */
  bureauOfOracle(address) {
    return this.bureaus.find(({ oracle }) => oracle === address && address !== NO_KEY);
  }

  /** How many bureaus must sign a report: the threshold, and never below three. */
  quorum() {
    return Math.max(3, this.threshold);
  }
}

/**
 * @param {Uint8Array} head
 * @param {Readonly<Record<string, any>>[][]} arrays
 */
function digestOf(head, arrays) {
  const tails = arrays.map((items) => concat(word(items.length), ...items.map(({ words }) => words)));
  let offset = HEAD_WORDS * 32;
  const offsets = tails.map((tail) => word((offset += tail.length) - tail.length));
  return keccak256(join([head, ...offsets, ...tails]));
}
