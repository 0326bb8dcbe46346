const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, configuration, domain, found, key } = require("./founding");
const { SUBJECT, clueKey, findingId, fixture, makers, refusal, signAll } = require("./reports");
const { highS, withV } = require("./signatures");

describe("FindingRegistry.submit", () => {
  it("records a finding that three bureaus signed, whoever carries it", async () => {
    const { findings, finding, report } = await loadFixture(fixture);
    const [, carrier] = await ethers.getSigners();
    const id = findingId(finding());
    const at = (await time.latest()) + 60;
    await time.setNextBlockTimestamp(at);
    await expect(findings.connect(carrier).submit(report(), await signAll(report())))
      .to.emit(findings, "ReportRecorded")
      .withArgs(1, 1, [id], 1);
    expect(await findings.record(clueKey(finding()))).to.deep.equal([1n, BigInt(at), 0n, 1n, ethers.dataSlice(id, 0, 16)]);
    expect(await findings.statusOf(id, clueKey(finding()))).to.equal(1);
    expect(await findings.lastSequence(1)).to.equal(1);
  });

  it("counts a subject's findings and rolls their ids into one hash", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    const several = [1, 2, 3].map((kind) => finding({ kind }));
    await submit(report({ findings: several.slice(0, 2) }));
    await submit(report({ findings: several.slice(2), sequence: 2 }));
    const roll = (hash, one) => ethers.dataSlice(ethers.keccak256(ethers.concat([hash, "0x00000000", findingId(one)])), 0, 28);
    const rolling = several.reduce(roll, ethers.dataSlice(ethers.ZeroHash, 0, 28));
    expect(await findings.subject(SUBJECT)).to.deep.equal([3n, rolling]);
    expect((await findings.record(clueKey(several[2]))).slice(2, 4)).to.deep.equal([2n, 2n]);
    expect(await findings.subject(ethers.id("another"))).to.deep.equal([0n, ethers.dataSlice(ethers.ZeroHash, 0, 28)]);
  });

  it("keeps its words at fixed slots 0 to 3", async () => {
    const { finding, report, submit } = await loadFixture(fixture);
    await submit(report({ sequence: 5 }));
    const at = (keyWord, slot) =>
      ethers.provider.getStorage(
        ADDRESSES.FindingRegistry,
        slot === 3 ? 3 : ethers.keccak256(ethers.concat([ethers.zeroPadValue(keyWord, 32), ethers.toBeHex(slot, 32)])),
      );
    const record = BigInt(await at(clueKey(finding()), 0));
    const [status, subjectIndex, sequence] = [record & 0xffn, (record >> 48n) & 0xffffffffn, (record >> 80n) & 0xffffffffffffn];
    expect([status, subjectIndex, sequence]).to.deep.equal([1n, 0n, 1n]);
    expect((record >> 8n) & 0xffffffffffn).to.equal(BigInt(await time.latest()));
    expect(record >> 128n).to.equal(BigInt(findingId(finding())) >> 128n);
    expect(BigInt(await at(SUBJECT, 1)) & 0xffffffffn).to.equal(1n);
    expect(BigInt(await at(ethers.toBeHex(1, 4), 2))).to.equal(5n);
    expect(BigInt(await at("0x", 3))).to.equal(1n);
  });

  it("takes the cap of 200 findings, each on another subject, for less than 60,000 gas a finding", async () => {
    const { finding, report, submit } = await loadFixture(fixture);
    const many = Array.from({ length: 200 }, (_, i) => finding({ subject: ethers.toBeHex(i + 1, 32) }));
    const { gasUsed } = await (await submit(report({ findings: many }))).wait();
    expect(gasUsed).to.be.below(200n * 60_000n);
  });

  it("reverts when this version is not in force", async () => {
    const others = configuration().contracts.filter(({ role }) => role !== 7);
    const { findings, consortium } = await found(configuration({ contracts: others }));
    const { report } = makers(await consortium.configDigest());
    const call = findings.submit(report(), await signAll(report()));
    await refusal(call, findings, "FindingRegistryNotInForce", ADDRESSES.FindingRegistry);
  });

  it("reverts when the report, or a finding in it, binds to another configuration", async () => {
    const { findings, consortium, finding, report, submit } = await loadFixture(fixture);
    const [other, expected] = [ethers.id("another"), await consortium.configDigest()];
    const bad = [report({ configDigest: other }), report({ findings: [finding(), finding({ kind: 2, configDigest: other })] })];
    for (const value of bad) await refusal(submit(value), findings, "FindingRegistryWrongConfigDigest", other, expected);
  });

  it("reverts when there are not as many signatures as signers", async () => {
    const { findings, report, submit } = await loadFixture(fixture);
    for (const by of [[1, 2], [1, 2, 3, 4], []]) {
      await refusal(submit(report(), by), findings, "FindingRegistryWrongSignatureCount", by.length, 3);
    }
  });

  it("reverts when too few bureaus signed", async () => {
    const { findings, report, submit } = await loadFixture(fixture);
    for (const signers of [[], [1], [1, 2]]) {
      await refusal(submit(report({ signers })), findings, "FindingRegistryTooFew", signers.length, 3);
    }
  });

  it("asks for as many signers as the consortium's threshold", async () => {
    const { findings, consortium } = await found(configuration({ threshold: 4 }));
    const { report } = makers(await consortium.configDigest());
    const call = findings.submit(report(), await signAll(report()));
    await refusal(call, findings, "FindingRegistryTooFew", 3, 4);
    const all = report({ signers: [1, 2, 3, 4] });
    await findings.submit(all, await signAll(all));
  });

  it("reverts when a bureau signs twice or the signers do not ascend", async () => {
    const { findings, report, submit } = await loadFixture(fixture);
    for (const [signers, previous, next] of [[[1, 2, 2], 2, 2], [[1, 3, 2], 3, 2], [[0, 1, 2], 0, 0]]) {
      await refusal(submit(report({ signers })), findings, "FindingRegistryNotUnique", previous, next);
    }
  });

  it("reverts when a signer holds no oracle key of the bureau named", async () => {
    const { findings, report, submit } = await loadFixture(fixture);
    for (const by of ["stranger", "sender 3", "officer 3", "validator 3", "oracle 4"]) {
      await refusal(submit(report(), [1, 2, by]), findings, "FindingRegistryUnknownSigner", key(by).address, 3);
    }
    const absent = report({ signers: [1, 2, 9] });
    await refusal(submit(absent, [1, 2, "oracle 9"]), findings, "FindingRegistryUnknownSigner", key("oracle 9").address, 9);
  });

  it("reverts when the signatures stand in another order than the signers", async () => {
    const { findings, report, submit } = await loadFixture(fixture);
    await refusal(submit(report(), [2, 1, 3]), findings, "FindingRegistryUnknownSigner", key("oracle 2").address, 1);
  });

  it("reverts when the signatures were made for another chain, contract, or report", async () => {
    const { findings, finding, report } = await loadFixture(fixture);
    const foreign = [
      await signAll(report(), [1, 2, 3], domain("FindingRegistry", 1)),
      await signAll(report(), [1, 2, 3], domain("ObservationLog")),
      await signAll(report(), [1, 2, 3], { ...domain("FindingRegistry"), version: "2" }),
      await signAll(report({ findings: [finding({ scoreBps: 9101 })] })),
      await signAll(report({ sequence: 2 })),
    ];
    for (const signatures of foreign) {
      await expect(findings.submit(report(), signatures)).to.be.revertedWithCustomError(findings, "FindingRegistryUnknownSigner");
    }
  });

  it("reverts when a signature is high-s, of odd length, or recovers nobody", async () => {
    const { findings, report } = await loadFixture(fixture);
    const [one, two, three] = await signAll(report());
    const compact = ethers.Signature.from(three).compactSerialized;
    const odd = [highS(three), compact, `${three}00`, "0x", `0x${"00".repeat(65)}`, withV(three, 0), withV(three, 1), withV(three, 29)];
    for (const bad of odd) {
      const call = findings.submit(report(), [one, two, bad]);
      await refusal(call, findings, "FindingRegistryBadSignature", 2, ethers.dataLength(bad));
    }
  });

  it("reverts when the leader is not among the signers", async () => {
    const { findings, report, submit } = await loadFixture(fixture);
    await refusal(submit(report({ leader: 4 })), findings, "FindingRegistryLeaderNotASigner", 4);
  });

  it("reverts when the sequence is not above the leader's last, and keeps leaders apart", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    await refusal(submit(report({ sequence: 0 })), findings, "FindingRegistryOldSequence", 1, 0, 0);
    await submit(report({ sequence: 7 }));
    const next = (changes) => report({ findings: [finding({ kind: 2 })], ...changes });
    await refusal(submit(report({ sequence: 7 })), findings, "FindingRegistryOldSequence", 1, 7, 7);
    await refusal(submit(next({ sequence: 6 })), findings, "FindingRegistryOldSequence", 1, 6, 7);
    await submit(next({ sequence: 1, leader: 2 }));
    expect([await findings.lastSequence(1), await findings.lastSequence(2)]).to.deep.equal([7n, 1n]);
  });

  it("reverts when a report has no finding, or more than the cap", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    for (const count of [0, 201]) {
      const value = report({ findings: Array(count).fill(finding()) });
      await refusal(submit(value), findings, "FindingRegistryBadCount", count, 200);
    }
  });

  it("reverts when a score or spread is above 10000 basis points", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    await submit(report({ findings: [finding({ scoreBps: 10_000, spreadBps: 10_000 })] }));
    for (const bad of [{ scoreBps: 10_001, spreadBps: 0 }, { scoreBps: 0, spreadBps: 10_001 }]) {
      const value = report({ sequence: 2, findings: [finding({ kind: 2 }), finding({ kind: 3, ...bad })] });
      await refusal(submit(value), findings, "FindingRegistryBadScore", 1, bad.scoreBps, bad.spreadBps);
    }
  });

  it("reverts when a finding has no subject", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    const value = report({ findings: [finding({ subject: ethers.ZeroHash })] });
    await refusal(submit(value), findings, "FindingRegistryNoSubject", 0);
  });

  it("reverts when the same facts are told twice, in one report or in two", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    const again = finding({ scoreBps: 9500 });
    const twice = report({ findings: [finding(), again] });
    await refusal(submit(twice), findings, "FindingRegistryFindingExists", clueKey(finding()), findingId(again));
    await submit(report());
    for (const value of [finding(), again]) {
      const call = submit(report({ sequence: 2, findings: [value] }));
      await refusal(call, findings, "FindingRegistryFindingExists", clueKey(finding()), findingId(value));
    }
  });
});
