/**
 * Steps of the verifier for the subject file, second part: that its findings are all findings on the subject.
 *
 * The registry counts each subject's findings and rolls their ids into one hash, so whoever shows ids that come to this
 * count and hash has left none out and added none. Every version of the registry up to the block is asked.
 */

import { blaming } from "./bundle.js";
import { equal, toHex } from "./bytes.js";
import { TrieError } from "./errors.js";
import { KIND_NAMES, clueKey } from "./identifiers.js";
import { accountAt, checkCode, storageAt } from "./onchain.js";
import { RecordWord, SubjectWord, recordSlot, subjectSlot } from "./registry_words.js";
import { STATUS_WORDS } from "./steps_history.js";
import { REGISTRY } from "./steps_subject.js";
import { PROVEN, StepFailed, altered } from "./verdict.js";

/** @typedef {import("./onchain.js").Account} Account */
/** @typedef {import("./steps_record.js").Held} Held */
/** @typedef {import("./steps_subject.js").SubjectContext} SubjectContext */
/** @typedef {import("./subject_bundle.js").FindingProof} FindingProof */
/** @typedef {import("./subject_bundle.js").RegistryProof} RegistryProof */

/**
 * Every version of the registry is here, and counts exactly these findings on the subject.
 * @param {SubjectContext} context
 * @returns {Held}
 */
export function checkRegistries(context) {
  const { bundle } = context;
  const { number, stateRoot } = bundle.named.header;
  const wanted = registryVersions(context.trust, number);
  const given = bundle.registries.map(({ address }) => address);
  const names = [...wanted.keys()];
  if (given.length !== names.length || given.some((address, at) => address !== names[at])) {
    throw altered(
      "registries",
      `expected the registries ${names.join(", ")}, got others`,
      "所附登记合约与信任根所列的全部版本不符",
    );
  }
  let count = 0;
  for (const registry of bundle.registries) {
    const word = blaming("registries", () => {
      const account = accountAt(stateRoot, registry.address, registry.accountNodes);
      checkCode(account, wanted.get(registry.address), REGISTRY, "registries");
      return checkCount(bundle.statement.subject, registry, account);
    });
    context.interested ||= word.interested;
    count += word.count;
  }
  if (!count) return { standing: PROVEN, words: ["no finding is recorded on the subject", "该主体没有任何认定在录"] };
  return {
    standing: PROVEN,
    words: [
      `${count} findings are recorded on the subject, and they are all here`,
      `该主体共有 ${count} 项认定在录，全部在此`,
    ],
  };
}

/**
 * All versions of the registry up to a block, by address. Throws `StepFailed`: unknown.
 * @param {import("./trust.js").TrustRoot} trust
 * @param {bigint} block
 */
function registryVersions(trust, block) {
  const versions = (trust.contracts.get(REGISTRY) ?? []).filter(({ from }) => from <= block);
  if (versions.length) return new Map(versions.map((each) => [each.address, each]));
  throw new StepFailed(
    "unknown",
    "header",
    `the trust root names no ${REGISTRY} for this block`,
    `信任根未列出此区块的 ${REGISTRY} 合约`,
  );
}

/**
 * The registry counts the findings shown, all about the subject, in this order, and no others.
 * @param {Uint8Array} subject
 * @param {RegistryProof} registry
 * @param {Account} account
 */
function checkCount(subject, { subjectNodes, findings }, account) {
  const word = new SubjectWord(storageAt(account, subjectSlot(subject), subjectNodes));
  const foreign = findings.find(({ finding }) => !equal(finding.subject, subject));
  if (foreign) {
    throw altered(
      "registries",
      `expected findings on subject ${toHex(subject)}, got one on ${toHex(foreign.finding.subject)}`,
      "所附认定并非针对该主体",
    );
  }
  if (word.count !== findings.length) {
    throw altered(
      "registries",
      `expected all ${word.count} findings on the subject, got ${findings.length}`,
      `该主体在录认定应为 ${word.count} 项，所附 ${findings.length} 项`,
    );
  }
  if (!word.counts(findings.map(({ finding }) => finding.hash))) {
    throw altered("registries", "expected the findings that the registry counted, got others", "所附认定与登记不符");
  }
  return word;
}

/**
 * The record of each finding, which says what became of it.
 * @param {SubjectContext} context
 * @returns {Held}
 */
export function checkRecords(context) {
  const { number, stateRoot } = context.bundle.named.header;
  for (const { address, accountNodes, findings } of context.bundle.registries) {
    const account = blaming("registries", () => accountAt(stateRoot, address, accountNodes));
    findings.forEach((proof, place) => {
      const record = blaming("registries", () => recordOf(account, proof, place));
      const { kind } = proof.finding;
      if (!KIND_NAMES.has(kind)) {
        throw new StepFailed("unknown", "registries", `unknown kind ${kind}`, `未知的违法类型 ${kind}`);
      }
      context.told.push({ finding: proof.finding, record });
    });
  }
  if (!context.told.length) return { standing: PROVEN, words: ["no status is to be shown", "无状态可示"] };
  return {
    standing: PROVEN,
    words: [`each has its status as of block ${number}`, `每项认定均附有截至第 ${number} 号区块的状态`],
  };
}

/**
 * The finding's own record, wherever it stands. Throws `TrieError`.
 * @param {Account} account
 * @param {FindingProof} proof
 * @param {number} place
 */
function recordOf(account, { finding, key, recordNodes }, place) {
  if (!equal(key, clueKey(/** @type {any} */ (finding))) && !equal(key, finding.hash)) {
    throw new TrieError("expected the record of the finding beside it, got another key");
  }
  const record = new RecordWord(storageAt(account, recordSlot(key), recordNodes));
  if (!record.names(finding.hash) || record.subjectIndex !== place || !STATUS_WORDS.has(record.status)) {
    throw new TrieError(`expected the record of finding ${toHex(finding.hash)} at place ${place}, got another`);
  }
  return record;
}
