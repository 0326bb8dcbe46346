// Findings and reports for tests, and their signatures.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { domain, found, key } = require("./founding");

const fields = (text) => text.split(",").map((field) => ({ type: field.split(" ")[0], name: field.split(" ")[1] }));
const FINDING = fields(
  "bytes32 subject,bytes32 listing,bytes32 product,uint16 kind,uint32 period,uint16 scoreBps,uint16 spreadBps,bytes32 policyDigest,bytes32 evidenceRoot,bytes32 model,bytes32 explanation,uint64 observedAt,bytes32 configDigest,bytes32 supersedes",
);
const REPORT = fields("uint32 leader,uint64 sequence,bytes32 configDigest,uint32[] signers,Finding[] findings");
const TYPES = { Report: REPORT, Finding: FINDING };

const SUBJECT = ethers.id("subject");

const findingId = (finding) => ethers.TypedDataEncoder.hashStruct("Finding", { Finding: FINDING }, finding);

const clueKey = ({ subject, listing, kind, period }) =>
  ethers.keccak256(
    ethers.AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32", "uint16", "uint32"], [subject, listing, kind, period]),
  );

/** Makers of findings and reports bound to one configuration digest. */
function makers(configDigest) {
  const finding = (changes = {}) => ({
    subject: SUBJECT,
    listing: ethers.id("listing"),
    product: ethers.toBeHex(6901234567892n, 32),
    kind: 1,
    period: 202607,
    scoreBps: 9100,
    spreadBps: 150,
    policyDigest: ethers.id("policy"),
    evidenceRoot: ethers.id("evidence"),
    model: ethers.id("model"),
    explanation: ethers.id("explanation"),
    observedAt: 1_785_000_000,
    configDigest,
    supersedes: ethers.ZeroHash,
    ...changes,
  });
  const report = (changes = {}) => ({
    leader: 1,
    sequence: 1,
    configDigest,
    signers: [1, 2, 3],
    findings: [finding()],
    ...changes,
  });
  return { finding, report };
}

/** One signature for each of `by` (bureau numbers or names of keys), in order. */
function signAll(report, by = report.signers, where = domain("FindingRegistry")) {
  const names = by.map((signer) => (typeof signer === "number" ? `oracle ${signer}` : signer));
  return Promise.all(names.map((name) => key(name).signTypedData(where, TYPES, report)));
}

/** A founded consortium with makers bound to it, and `submit` for a report signed by its signers or by others. */
async function fixture() {
  const contracts = await found();
  const submit = async (report, by) => contracts.findings.submit(report, await signAll(report, by));
  return { ...contracts, ...makers(await contracts.consortium.configDigest()), submit };
}

const refusal = (call, registry, error, ...values) =>
  expect(call).to.be.revertedWithCustomError(registry, error).withArgs(...values);

module.exports = { FINDING, SUBJECT, TYPES, clueKey, fields, findingId, fixture, makers, refusal, signAll };
