/** What a header proves once it is sealed: logs under its receipts root, storage under its state root. */

import { ascii, equal, integer } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { HeaderError, SealError, TrieError } from "./errors.js";
import { checkSeals, quorum, sealSigners } from "./header.js";
import { addressBytes, checksummed } from "./identifiers.js";
import { decode, encode, isWord, minimal } from "./rlp.js";
import { EMPTY_ROOT, lookup } from "./trie.js";
import { StepFailed, altered } from "./verdict.js";
import { moment } from "./wording.js";

/** @typedef {import("./bundle.js").NamedHeader} NamedHeader */
/** @typedef {import("./trust.js").TrustRoot} TrustRoot */
/** @typedef {{address: string, topics: Uint8Array[], data: Uint8Array}} Log an event as its receipt holds it */
/** @typedef {{storageRoot: Uint8Array, codeHash: Uint8Array}} Account a contract in the state after a block */

const SUCCEEDED = Uint8Array.of(1);

/**
 * The header is one of QBFT, and the block hash beside it is its own.
 * @param {NamedHeader} named
 * @param {string} part
 */
export function checkForm({ header, blockHash }, part) {
  try {
    header.checkConstants();
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    throw altered(part, error.message);
  }
  if (!equal(header.blockHash, blockHash)) {
    throw altered(part, "expected the block hash of the header, got another", "区块哈希与区块头的内容不符");
  }
}

/**
 * A quorum of the set in force sealed the block; returns how many of how many. Throws `StepFailed`.
 *
 * How a foreign chain is told from changed bytes: the block hash beside the header already fixes all but round and
 * seals, and a changed seal recovers a key that nobody has. So seals that fail are *altered*, unless they are whose they
 * claim to be, though not of this set: each by another key, and strangers are a quorum among themselves or all of them
 * validators of another time. That is *not trusted*; and so is another round, or the seals of another block, under which
 * every seal recovers a stranger's key: nothing tells them from the seals of another chain.
 * @param {NamedHeader} named
 * @param {TrustRoot} trust
 * @param {string} part
 * @returns {[number, number]}
 */
export function checkSealed(named, trust, part) {
  const { header } = named;
  // (1) the trust root speaks for this block
  const then = trust.setFor(header.number);
  if (then === null) {
    throw new StepFailed(
      "unknown",
      part,
      `the trust root reaches block ${trust.completeTo} and does not say who sealed block ${header.number}`,
      `信任根截至第 ${trust.completeTo} 号区块，未涵盖此区块`,
    );
  }
  isPinned(named, trust, part);
  const { validators, endedAt } = then;
  if (endedAt !== null && header.time > endedAt) {
    const [dated, left] = [moment(header.time), moment(endedAt)];
    throw new StepFailed(
      "not_trusted",
      part,
      `block ${header.number} is dated ${dated}, and the last block of its validators ${left}: they had left`,
      `第 ${header.number} 号区块所示时间为 ${dated}，而其验证节点的最后一个区块为 ${left}，届时已离任`,
    );
  }
  try {
    // (2) whole seals by others: somebody else's chain, or validators beyond their time
    const signers = sealSigners(header);
    const distinct = new Set(signers);
    const strangers = [...distinct].filter((signer) => !validators.includes(signer));
    const others = strangers.length >= quorum(validators.length) || strangers.every((each) => trust.hasSealed(each));
    if (strangers.length && others && distinct.size === signers.length) {
      throw new StepFailed(
        "not_trusted",
        part,
        `${strangers.length} of ${signers.length} seals are by keys outside the validator set in force`,
        `${signers.length} 枚封签中有 ${strangers.length} 枚出自当时验证节点之外的密钥`,
      );
    }
    // (3) the rule
    return [checkSeals(header, validators), validators.length];
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw altered(part, error.message);
  }
}

/**
 * Does the trust root pin this block? Throws `StepFailed`: not trusted, where it pins another in its place.
 * @param {NamedHeader} named
 * @param {TrustRoot} trust
 * @param {string} part
 */
export function isPinned({ header: { number }, blockHash }, trust, part) {
  const pinned = trust.pinned(number);
  if (pinned && !equal(pinned, blockHash)) {
    throw new StepFailed(
      "not_trusted",
      part,
      `the trust root pins another block ${number} than this one`,
      `信任根固定的第 ${number} 号区块与此区块不同`,
    );
  }
  return pinned !== null;
}

/**
 * The log that the proof leads to, of a transaction that succeeded. Throws `TrieError`.
 * @param {NamedHeader} named
 * @param {import("./bundle.js").ReceiptProof} proof
 * @returns {Log}
 */
export function logAt({ header }, { index, nodes, logIndex }) {
  // (1) the receipt is in the block
  const data = lookup(header.receiptsRoot, encode(minimal(index)), nodes);
  if (data === null) throw new TrieError(`expected a receipt of transaction ${index}, got none`);
  // (2) typed receipts (EIP-2718) carry one byte before the list
  const receipt = decode(data[0] < 0x80 ? data.subarray(1) : data);
  if (!Array.isArray(receipt) || receipt.length !== 4 || !Array.isArray(receipt[3])) {
    throw new TrieError("expected a receipt of status, gas, bloom and logs, got something else");
  }
  const [status, , , logs] = receipt;
  if (!(status instanceof Uint8Array) || !equal(status, SUCCEEDED)) {
    throw new TrieError("expected a transaction that succeeded, got one that failed");
  }
  // (3) the log is in the receipt
  if (logIndex >= logs.length) throw new TrieError(`expected log ${logIndex}, got only ${logs.length}`);
  const log = logs[logIndex];
  if (!Array.isArray(log) || log.length !== 3 || !isWord(log[0], 20) || !Array.isArray(log[1])) {
    throw new TrieError("expected a log of address, topics and data, got something else");
  }
  const [address, topics, body] = log;
  if (!topics.every((topic) => isWord(topic)) || !(body instanceof Uint8Array)) {
    throw new TrieError("expected topics of 32 bytes and data, got something else");
  }
  return {
    address: checksummed(/** @type {Uint8Array} */ (address)),
    topics: /** @type {Uint8Array[]} */ (topics),
    data: body,
  };
}

/**
 * The log is this event by this contract; returns the words of its data, as many as stated if any number is.
 *
 * Throws `TrieError`.
 * @param {Log} log
 * @param {string} emitter
 * @param {string} event
 * @param {{topics: number, words?: number}} shape
 */
export function checkLog(log, emitter, event, { topics, words }) {
  if (log.address !== emitter) throw new TrieError(`expected a log of ${emitter}, got one of ${log.address}`);
  if (log.topics.length !== topics || !equal(log.topics[0], keccak256(ascii(event)))) {
    throw new TrieError(`expected the event ${event}, got another`);
  }
  if (log.data.length % 32 || (words !== undefined && log.data.length !== 32 * words)) {
    throw new TrieError(`expected ${words ?? "whole"} words of data, got ${log.data.length} bytes`);
  }
  return Array.from({ length: log.data.length / 32 }, (_, at) => integer(log.data.subarray(32 * at, 32 * at + 32)));
}

/**
 * A contract's account under a state root. Throws `TrieError`.
 * @param {Uint8Array} stateRoot
 * @param {string} address
 * @param {Uint8Array[]} nodes
 * @returns {Account}
 */
export function accountAt(stateRoot, address, nodes) {
  const data = lookup(stateRoot, keccak256(addressBytes(address)), nodes);
  if (data === null) throw new TrieError(`expected an account at ${address}, got none`);
  const account = decode(data);
  if (!Array.isArray(account) || account.length !== 4) throw new TrieError("expected an account of four items");
  const [, , storageRoot, codeHash] = account;
  if (!(storageRoot instanceof Uint8Array) || !(codeHash instanceof Uint8Array)) {
    throw new TrieError("expected an account with storage root and code hash, got something else");
  }
  return { storageRoot, codeHash };
}

/**
 * The contract that the trust root names for this block. Throws `StepFailed`: unknown.
 * @param {TrustRoot} trust
 * @param {string} name
 * @param {bigint} block
 * @param {string} part
 */
export function contractNamed(trust, name, block, part) {
  const found = trust.contractInForce(name, block);
  if (found) return found;
  throw new StepFailed(
    "unknown",
    part,
    `the trust root names no ${name} for this block`,
    `信任根未列出此区块的 ${name} 合约`,
  );
}

/**
 * The account runs the code that the trust root names for the contract. Throws `StepFailed`: not trusted.
 *
 * The state may well be the chain's own: nothing was changed then, but what this code stored proves nothing.
 * @param {Account} account
 * @param {import("./trust.js").ContractInForce | null | undefined} contract
 * @param {string} name
 * @param {string} part
 */
export function checkCode({ codeHash }, contract, name, part) {
  if (contract && equal(contract.codeHash, codeHash)) return;
  throw new StepFailed(
    "not_trusted",
    part,
    `the code of ${name} is not the one that the trust root names`,
    `${name} 合约的代码与信任根所列不符`,
  );
}

/**
 * The word in a storage slot, zero when it is empty. Throws `TrieError`.
 * @param {Account} account
 * @param {Uint8Array} slot
 * @param {Uint8Array[]} nodes
 */
export function storageAt({ storageRoot }, slot, nodes) {
  if (!nodes.length && equal(storageRoot, EMPTY_ROOT)) return 0n;
  const data = lookup(storageRoot, keccak256(slot), nodes);
  if (data === null) return 0n;
  const value = decode(data);
  if (!(value instanceof Uint8Array) || !value.length || value.length > 32 || value[0] === 0) {
    throw new TrieError("expected a minimal storage word, got something else");
  }
  return integer(value);
}
