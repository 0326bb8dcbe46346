/**
 * QBFT block headers: three encodings of one header, and the seals that make it final.
 *
 * With H(extra) the RLP list of the header with its extraData replaced:
 *
 *     blockHash  = keccak256(H(RLP([vanity, validators, vote, 0,     []])))   round forced to 0, seals emptied
 *     commitHash = keccak256(H(RLP([vanity, validators, vote, round, []])))   real round, seals emptied
 *     signer     = ecrecover(commitHash, seal)                                 raw digest, r ‖ s ‖ v with v 0 or 1
 *
 * Only validator-contract mode: the lists of validators and votes inside the header are empty, and the set that seals
 * block n is what the contract says on the state after block n − 1.
 */

import { ascii, concat, equal, integer } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { HeaderError, SealError, SignatureError, TrieError } from "./errors.js";
import { checksummed } from "./identifiers.js";
import { decode, encode, isWord } from "./rlp.js";
import { recover } from "./signing.js";

/** @typedef {import("./rlp.js").Item} Item */

const MIX_HASH = ascii("ctical byzantine fault tolerance"); // as EIP-650 has it, 32 bytes
const OMMERS_HASH = keccak256(Uint8Array.of(0xc0));
const NONCE = new Uint8Array(8);
const NOTHING = new Uint8Array(0);
const ONE = Uint8Array.of(1);
const MAX_SEALS = 100; // as many as there may be validators
const MAX_BYTES = 2 ** 14; // twice what a header of a hundred seals has

/** Name in JSON-RPC, length in bytes (0: an integer, -1: any bytes); the first fifteen are always there. */
const FIELDS = /** @type {[string, number][]} */ ([
  ["parentHash", 32],
  ["sha3Uncles", 32],
  ["miner", 20],
  ["stateRoot", 32],
  ["transactionsRoot", 32],
  ["receiptsRoot", 32],
  ["logsBloom", 256],
  ["difficulty", 0],
  ["number", 0],
  ["gasLimit", 0],
  ["gasUsed", 0],
  ["timestamp", 0],
  ["extraData", -1],
  ["mixHash", 32],
  ["nonce", 8],
  ["baseFeePerGas", 0], // London
  ["withdrawalsRoot", 32], // Shanghai
  ["blobGasUsed", 0],
  ["excessBlobGas", 0],
  ["parentBeaconBlockRoot", 32], // Cancun
  ["requestsHash", 32], // Prague
]);
const ALWAYS = 15;
const EXTRA = 12;

/**
 * How many of `size` validators must seal: ceil(2n/3).
 * @param {number} size
 */
export const quorum = (size) => Math.ceil((2 * size) / 3);

/** A header as its RLP items, checked for form; extraData holds round and seals as served. */
export class Header {
  /**
   * Throws `HeaderError`.
   * @param {Uint8Array} data RLP
   */
  constructor(data) {
    if (data.length > MAX_BYTES) {
      throw new HeaderError(`expected a header of at most ${MAX_BYTES} bytes, got ${data.length}`);
    }
    const items = decoded(data, "header");
    if (!Array.isArray(items) || !items.every((item) => item instanceof Uint8Array)) {
      throw new HeaderError("expected a header to be a list of byte strings");
    }
    this.items = /** @type {Uint8Array[]} */ (items);
    checkForm(this.items);
    this.extra = extraOf(this.items[EXTRA]);
    this.data = data;
    this.number = integer(this.items[8]);
    this.time = integer(this.items[11]); // UTC seconds
    this.proposer = checksummed(this.items[2]);
    this.stateRoot = this.items[3];
    this.receiptsRoot = this.items[5];
    /** The hash that the next block names as its parent. Block 0 is hashed as it stands. */
    this.blockHash = this.number === 0n ? keccak256(data) : this.#hashWith(NOTHING);
    /** What validators sign. */
    this.commitHash = this.#hashWith(this.extra.round);
  }

  /** What every QBFT header must say. Throws `HeaderError`. */
  checkConstants() {
    if (!equal(this.items[13], MIX_HASH)) throw new HeaderError("expected the QBFT mixHash, got another");
    if (!equal(this.items[7], ONE) || !equal(this.items[14], NONCE) || !equal(this.items[1], OMMERS_HASH)) {
      throw new HeaderError("expected difficulty 1, nonce 0 and no ommers, got something else");
    }
  }

  /** @param {Uint8Array} round */
  #hashWith(round) {
    const extra = encode([this.extra.vanity, [], [], round, []]);
    return keccak256(encode([...this.items.slice(0, EXTRA), extra, ...this.items.slice(EXTRA + 1)]));
  }
}

/**
 * Who made the header's seals, in their order. Throws `SealError` for a seal of another form than the strict one.
 * @param {Header} header
 */
export function sealSigners(header) {
  return header.extra.seals.map((seal) => {
    if (seal.length !== 65 || seal[64] > 1)
      throw new SealError("expected seals of 65 bytes with v 0 or 1, got another form");
    try {
      return recover(header.commitHash, concat(seal.subarray(0, 64), Uint8Array.of(seal[64] + 27)));
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      throw new SealError(`malformed seal: ${error.message}`);
    }
  });
}

/**
 * Check that a quorum of `validators`, the distinct members of the set in force for this block, sealed it.
 *
 * Returns how many did. Throws `SealError` when a seal is malformed, stands twice, is by somebody else, or too few are
 * there, and when the proposer is not of the set.
 * @param {Header} header
 * @param {string[]} validators
 */
export function checkSeals(header, validators) {
  const members = new Set(validators);
  const signers = sealSigners(header);
  if (new Set(signers).size !== signers.length)
    throw new SealError("expected each validator to seal once, got one twice");
  const foreign = signers.find((signer) => !members.has(signer));
  if (foreign) throw new SealError(`expected seals of the ${members.size} validators in force, got one by ${foreign}`);
  if (signers.length < quorum(members.size)) {
    throw new SealError(`expected ${quorum(members.size)} seals of ${members.size} validators, got ${signers.length}`);
  }
  if (!members.has(header.proposer)) {
    throw new SealError(`expected a proposer of the set in force, got ${header.proposer}`);
  }
  return signers.length;
}

/**
 * @param {Uint8Array} data
 * @param {string} what
 */
function decoded(data, what) {
  try {
    return decode(data);
  } catch (error) {
    if (!(error instanceof TrieError)) throw error;
    throw new HeaderError(`malformed ${what}: ${error.message}`);
  }
}

/** @param {Uint8Array[]} items */
function checkForm(items) {
  if (items.length < ALWAYS || items.length > FIELDS.length) {
    throw new HeaderError(`expected ${ALWAYS} to ${FIELDS.length} header fields, got ${items.length}`);
  }
  items.forEach((item, index) => {
    const [name, length] = FIELDS[index];
    if (length > 0 && item.length !== length)
      throw new HeaderError(`expected ${length} bytes for ${name}, got ${item.length}`);
    if (length === 0 && (item[0] === 0 || item.length > 32))
      throw new HeaderError(`expected a minimal integer for ${name}`);
  });
}

/**
 * Vanity, round and seals of extraData in contract mode.
 * @param {Uint8Array} data
 */
function extraOf(data) {
  const parts = decoded(data, "extraData");
  if (parts instanceof Uint8Array || parts.length !== 5)
    throw new HeaderError("expected extraData to be a list of five items");
  const [vanity, validators, vote, round, seals] = parts;
  if (!isWord(vanity)) throw new HeaderError("expected 32 bytes of vanity in extraData");
  if (![validators, vote].every((item) => Array.isArray(item) && !item.length)) {
    throw new HeaderError("expected no validators and no vote in extraData (validator-contract mode)");
  }
  if (!(round instanceof Uint8Array) || round[0] === 0 || round.length > 4) {
    throw new HeaderError("expected a round of at most four bytes in extraData");
  }
  if (!Array.isArray(seals) || seals.length > MAX_SEALS) {
    throw new HeaderError(`expected a list of at most ${MAX_SEALS} seals in extraData`);
  }
  if (!seals.every((seal) => seal instanceof Uint8Array)) throw new HeaderError("expected seals to be byte strings");
  return { vanity: /** @type {Uint8Array} */ (vanity), round, seals: /** @type {Uint8Array[]} */ (seals) };
}
