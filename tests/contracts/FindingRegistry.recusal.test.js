// An interested bureau signs no report about the subject.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { domain, key } = require("./founding");
const { SUBJECT, fixture, refusal } = require("./reports");

const RECUSAL = {
  Recusal: [
    { name: "bureau", type: "uint32" },
    { name: "subject", type: "bytes32" },
    { name: "reason", type: "bytes32" },
  ],
};
const REASON = ethers.id("owns shares of the seller");

/** A bureau's declaration, signed by a key. */
async function declaration(bureau, changes = {}, signer = `officer ${bureau}`, where = domain("FindingRegistry")) {
  const value = { bureau, subject: SUBJECT, reason: REASON, ...changes };
  return [value.bureau, value.subject, value.reason, await key(signer).signTypedData(where, RECUSAL, value)];
}

describe("FindingRegistry.recuse", () => {
  it("is carried by anyone and told with its reason", async () => {
    const { findings } = await loadFixture(fixture);
    await expect(findings.recuse(...(await declaration(2))))
      .to.emit(findings, "Recused")
      .withArgs(2, SUBJECT, REASON, 1);
    expect([await findings.isRecused(2, SUBJECT), await findings.isRecused(1, SUBJECT)]).to.deep.equal([true, false]);
    expect(await findings.subject(SUBJECT)).to.deep.equal([0n, "0x" + "00".repeat(28)]);
  });

  it("voids a report that the bureau signs about the subject, and no other", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    await findings.recuse(...(await declaration(2)));
    const other = finding({ subject: ethers.id("another seller") });
    await refusal(submit(report()), findings, "FindingRegistryInterestedSigner", 2, SUBJECT);
    await refusal(submit(report({ findings: [other, finding()] })), findings, "FindingRegistryInterestedSigner", 2, SUBJECT);
    await submit(report({ findings: [other] }));
    await submit(report({ sequence: 2, signers: [1, 3, 4] }));
  });

  it("counts for the leader too", async () => {
    const { findings, report, submit } = await loadFixture(fixture);
    await findings.recuse(...(await declaration(1)));
    await refusal(submit(report()), findings, "FindingRegistryInterestedSigner", 1, SUBJECT);
  });

  it("leaves count and rolling hash of the subject as they are without it", async () => {
    const plain = await fixture();
    await plain.submit(plain.report({ signers: [1, 3, 4] }));
    const expected = await plain.findings.subject(SUBJECT);
    const { findings, finding, report, submit } = await fixture();
    await findings.recuse(...(await declaration(2)));
    await submit(report({ signers: [1, 3, 4] }));
    expect(await findings.subject(SUBJECT)).to.deep.equal(expected);
    await submit(report({ sequence: 2, signers: [1, 3, 4], findings: [finding({ kind: 2 })] }));
    expect((await findings.subject(SUBJECT)).count).to.equal(2);
    expect(await findings.isRecused(2, SUBJECT)).to.equal(true);
  });

  it("is refused by another key, for another bureau, chain or contract, and twice", async () => {
    const { findings } = await loadFixture(fixture);
    const refused = async (call, error, ...values) => refusal(findings.recuse(...call), findings, error, ...values);
    const oracle = key("oracle 2").address;
    await refused(await declaration(2, {}, "oracle 2"), "FindingRegistryNotTheOfficer", oracle, 2);
    await refused(await declaration(2, {}, "officer 3"), "FindingRegistryNotTheOfficer", key("officer 3").address, 2);
    for (const where of [domain("FindingRegistry", 1), domain("ObservationLog")]) {
      const call = findings.recuse(...(await declaration(2, {}, "officer 2", where)));
      await expect(call).to.be.revertedWithCustomError(findings, "FindingRegistryNotTheOfficer");
    }
    const [bureau, subject, reason, signature] = await declaration(2);
    await refused([bureau, subject, reason, signature + "00"], "FindingRegistryBadSignature", 0, 66);
    await refused([bureau, subject, reason, "0x" + "00".repeat(65)], "FindingRegistryBadSignature", 0, 65);
    await refused(await declaration(0, {}, "stranger"), "FindingRegistryNotTheOfficer", key("stranger").address, 0);
    await refused(await declaration(2, { reason: ethers.ZeroHash }), "FindingRegistryIncompleteRecusal", 2, SUBJECT, ethers.ZeroHash);
    await refused(await declaration(2, { subject: ethers.ZeroHash }), "FindingRegistryIncompleteRecusal", 2, ethers.ZeroHash, REASON);
    await findings.recuse(bureau, subject, reason, signature);
    await refused([bureau, subject, reason, signature], "FindingRegistryRecusedAlready", 2, SUBJECT);
  });
});

describe("FindingRegistry.submit: another leader", () => {
  it("is not held up by a report that is stuck", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    await refusal(submit(report({ findings: [finding({ scoreBps: 10_001 })] })), findings, "FindingRegistryBadScore", 0, 10_001, 150);
    await submit(report({ leader: 3, sequence: 1 }));
    expect([await findings.lastSequence(1), await findings.lastSequence(3)]).to.deep.equal([0n, 1n]);
  });
});
