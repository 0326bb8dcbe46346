/**
 * How a trust root is extended by proofs: steps along the chain, each sealed by the set in force and proving what
 * follows.
 *
 * A step is a header with storage proofs under its own state root: the array of ValidatorSet, which seals from the next
 * block on, and where it helps the digest of the consortium's configuration. A set that left may have sealed another
 * past later on, so a step at which the set changes counts only when something outside that set vouches for its block.
 */

import { namedHeader, nodesOf } from "./bundle.js";
import { ZERO, equal, integer, word } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { Configuration } from "./configuration.js";
import { TrieError, UnreadableError } from "./errors.js";
import { ROLES, addressBytes, checksummed } from "./identifiers.js";
import { accountAt, checkCode, checkForm, checkSealed, contractNamed, storageAt } from "./onchain.js";
import { integerOf, listOf, objectOf } from "./reading.js";
import { covers } from "./trust.js";
import { StepFailed, altered } from "./verdict.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {import("./bundle.js").NamedHeader} NamedHeader */
/** @typedef {import("./trust.js").TrustRoot} TrustRoot */
/** @typedef {Uint8Array[]} Nodes */
/**
 * The configuration in force after the step's block, and the accounts of contracts that it put in force.
 * @typedef {{configuration: Configuration, accountNodes: Nodes, storageNodes: Nodes,
 *            codes: {address: string, nodes: Nodes}[]}} ConfigurationProof
 */
/**
 * A block, and what its state says about those that follow. `slotNodes`: the array's length, then each element.
 * @typedef {{named: NamedHeader, accountNodes: Nodes, slotNodes: Nodes[], proof: ConfigurationProof | null}} HistoryStep
 */

export const PART = "history";
const MAX_STEPS = 1000;
const MAX_VALIDATORS = 100; // of ValidatorSet; bounds work on foreign input
const CONFIG_DIGEST_SLOT = ZERO; // of Consortium
const VALIDATORS_SLOT = ZERO; // of ValidatorSet: the array's length; elements from keccak256 of it on
const ADDRESS_BYTES = 20;

/**
 * The steps in a bundle. Throws `ProtocolError`.
 * @param {Json} value
 * @returns {HistoryStep[]}
 */
export const readHistory = (value) => listOf(value, MAX_STEPS).map(stepOf);

/**
 * The trust root, led on through `steps` in their order; those that it reaches already must agree with it.
 *
 * `vouched` says whether something outside the set that sealed a block vouches for it. Throws `StepFailed`.
 * @param {TrustRoot} trust
 * @param {HistoryStep[]} steps
 * @param {(named: NamedHeader, trust: TrustRoot) => boolean} vouched
 */
export function extend(trust, steps, vouched) {
  for (const step of steps) {
    const { number } = step.named.header;
    try {
      if (number < trust.completeTo) checkKnown(trust, step);
      else trust = extended(trust, step, vouched(step.named, trust));
    } catch (error) {
      if (!(error instanceof TrieError || error instanceof UnreadableError)) throw error;
      throw altered(PART, `block ${number}: ${error.message}`);
    }
  }
  return trust;
}

/**
 * What the trust root says already, shown again.
 * @param {TrustRoot} trust
 * @param {HistoryStep} step
 */
function checkKnown(trust, step) {
  checkForm(step.named, PART);
  checkSealed(step.named, trust, PART);
  const expected = trust.validatorsFor(step.named.header.number + 1n);
  if (!isSameSet(validatorsAfter(trust, step), expected ?? [])) {
    throw new TrieError("expected the validators that the trust root names for the next block, got others");
  }
  if (step.proof) checkConfiguration(trust, step, step.proof);
}

/**
 * @param {TrustRoot} trust
 * @param {HistoryStep} step
 * @param {boolean} anchored
 */
function extended(trust, step, anchored) {
  // (1) sealed by the set that the trust root ends with
  checkForm(step.named, PART);
  const number = integerOf(Number(step.named.header.number));
  checkSealed(step.named, trust.with({ completeTo: number }), PART);
  const then = /** @type {import("./trust.js").ValidatorSet} */ (trust.validatorSets.at(-1));
  // (2) the set that seals from the next block on, in the state after this one
  const following = validatorsAfter(trust, step);
  const changed = !isSameSet(following, then.validators);
  // (3) whoever leaves could tell this differently later, so others must vouch for it
  if (changed && !anchored) throw unvouched(number);
  trust = trust.with({ completeTo: number + 1 });
  if (changed) {
    if (new Set(following).size !== following.length) throw new UnreadableError("expected distinct validators");
    const begun = { from: number + 1, to: null, validators: following, endedAt: null };
    const ended = { ...then, to: number, endedAt: integerOf(Number(step.named.header.time)) };
    trust = trust.with({ validatorSets: [...trust.validatorSets.slice(0, -1), ended, begun] });
  }
  if (anchored && trust.pinned(BigInt(number)) === null) {
    const pins = [...trust.pinnedBlocks, { number, blockHash: step.named.blockHash }];
    trust = trust.with({ pinnedBlocks: pins.sort((one, other) => one.number - other.number) });
  }
  // (4) the configuration, where it is shown
  return step.proof ? configured(trust, step, step.proof) : trust;
}

/** @param {number} number */
const unvouched = (number) =>
  new StepFailed(
    "not_trusted",
    PART,
    `the validators changed with block ${number}, and nothing outside the leaving set vouches for it: ` +
      "ask for a bundle with a witness checkpoint or a time-stamp of that block, or for a newer trust root",
    `验证节点集合在第 ${number} 号区块变更，但除离任节点外无其他证明：` +
      "请索取附有该区块见证检查点或时间戳的证据包，或更新的信任根",
  );

/**
 * The array of ValidatorSet after the step's block, as its storage proofs give it.
 * @param {TrustRoot} trust
 * @param {HistoryStep} step
 */
function validatorsAfter(trust, step) {
  const account = contractOf(trust, "ValidatorSet", step, step.accountNodes);
  const [lengthNodes, ...elements] = step.slotNodes;
  if (!lengthNodes) throw new TrieError("expected the proof of the array's length, got none");
  const size = storageAt(account, VALIDATORS_SLOT, lengthNodes);
  if (size === 0n || size > MAX_VALIDATORS || BigInt(elements.length) !== size) {
    throw new TrieError(`expected the proofs of ${size} validators, got ${elements.length}`);
  }
  const first = integer(keccak256(VALIDATORS_SLOT));
  const words = elements.map((nodes, place) =>
    storageAt(account, word(BigInt.asUintN(256, first + BigInt(place))), nodes),
  );
  if (words.some((each) => each === 0n || each >> 160n)) {
    throw new TrieError("expected addresses in the array of validators, got other words");
  }
  words.sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
  return words.map((each) => checksummed(word(each).subarray(-ADDRESS_BYTES)));
}

/**
 * The trust root with a proven configuration, and the contracts that it put in force.
 * @param {TrustRoot} trust
 * @param {HistoryStep} step
 * @param {ConfigurationProof} proof
 */
function configured(trust, step, proof) {
  checkConfiguration(trust, step, proof);
  const number = Number(step.named.header.number);
  const { digest } = proof.configuration;
  const last = trust.configurations.at(-1);
  if (last && equal(last.digest, digest)) return trust;
  const known = trust.configurations.map((each) => (each.to === null ? { ...each, to: number } : each));
  trust = trust.with({ configurations: [...known, { digest, from: number + 1, to: null }] });
  return withContracts(trust, step, proof);
}

/**
 * The consortium holds the digest of this configuration. Throws `TrieError`.
 * @param {TrustRoot} trust
 * @param {HistoryStep} step
 * @param {ConfigurationProof} proof
 */
function checkConfiguration(trust, step, { configuration, accountNodes, storageNodes }) {
  const account = contractOf(trust, "Consortium", step, accountNodes);
  if (storageAt(account, CONFIG_DIGEST_SLOT, storageNodes) !== integer(configuration.digest)) {
    throw new TrieError("expected the configuration whose digest the consortium holds, got another");
  }
}

/**
 * The trust root with the contract versions that the configuration names, their code proven.
 * @param {TrustRoot} trust
 * @param {HistoryStep} step
 * @param {ConfigurationProof} proof
 */
function withContracts(trust, step, proof) {
  const versions = proof.configuration.contracts;
  const { stateRoot } = step.named.header;
  const codes = new Map(proof.codes.map(({ address, nodes }) => [address, accountAt(stateRoot, address, nodes)]));
  const foreign = [...codes.keys()].some((address) => !versions.some(({ at }) => at === address));
  if (foreign || codes.size !== proof.codes.length) {
    throw new TrieError("expected the codes of the configuration's contracts once each, got others");
  }
  const contracts = new Map(trust.contracts);
  for (const { role, at, fromBlock } of versions) {
    const name = ROLES[role - 1];
    if (name === undefined) continue;
    const account = codes.get(at);
    const known = contracts.get(name) ?? [];
    const here = known.filter(({ address }) => address === at);
    if (here.length) {
      const same = account && here.find(({ codeHash }) => equal(account.codeHash, codeHash));
      if (account) checkCode(account, same, name, PART);
      continue;
    }
    if (!account) throw new TrieError(`expected the code of ${at}, got none`);
    const { codeHash } = account;
    if (codeHash.length !== 32) throw new UnreadableError(`expected 32 bytes, got ${codeHash.length}`);
    const older = known.map((each) => (covers(each, fromBlock) ? { ...each, to: fromBlock - 1 } : each));
    contracts.set(name, [...older, { address: at, codeHash, from: fromBlock, to: null }]);
  }
  return trust.with({ contracts });
}

/**
 * A contract's account after the step's block, with the code that the trust root names.
 * @param {TrustRoot} trust
 * @param {string} name
 * @param {HistoryStep} step
 * @param {Nodes} nodes
 */
function contractOf(trust, name, step, nodes) {
  const { number, stateRoot } = step.named.header;
  const version = contractNamed(trust, name, number, PART);
  const account = accountAt(stateRoot, version.address, nodes);
  checkCode(account, version, name, PART);
  return account;
}

/**
 * @param {string[]} one
 * @param {string[]} other
 */
function isSameSet(one, other) {
  const wanted = new Set(other);
  return new Set(one).size === wanted.size && one.every((each) => wanted.has(each));
}

/**
 * @param {Json} value
 * @returns {HistoryStep}
 */
function stepOf(value) {
  const row = objectOf(value, ["header", "block_hash", "account_nodes", "slot_nodes"], ["configuration"]);
  const told = row.get("configuration") ?? null;
  return {
    named: namedHeader(row.get("header"), row.get("block_hash")),
    accountNodes: nodesOf(row.get("account_nodes")),
    slotNodes: listOf(row.get("slot_nodes"), MAX_VALIDATORS + 1).map(nodesOf),
    proof: told === null ? null : configurationProof(told),
  };
}

/**
 * @param {Json} value
 * @returns {ConfigurationProof}
 */
function configurationProof(value) {
  const row = objectOf(value, ["configuration", "account_nodes", "storage_nodes", "codes"]);
  const codes = listOf(row.get("codes"), MAX_VALIDATORS).map((item) => objectOf(item, ["address", "account_nodes"]));
  return {
    configuration: Configuration.fromJson(row.get("configuration") ?? null),
    accountNodes: nodesOf(row.get("account_nodes")),
    storageNodes: nodesOf(row.get("storage_nodes")),
    codes: codes.map((each) => ({
      address: checksummed(addressBytes(each.get("address"))),
      nodes: nodesOf(each.get("account_nodes")),
    })),
  };
}
