// What a vote or a revocation does to reports on their way to the chain.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, bureau, key } = require("./founding");
const { makers, refusal, signAll } = require("./reports");
const { DAY, KEY_ROLE, as, decide, house } = require("./votes");

async function reporting() {
  const contracts = await house();
  const { consortium, findings } = contracts;
  const report = async () => makers(await consortium.configDigest()).report();
  const submit = async (made, by) => findings.submit(made, await signAll(made, by));
  return { ...contracts, report, submit };
}

describe("Consortium, its effect on reports", () => {
  it("a pause refuses them, and its end takes them as they were signed", async () => {
    const { consortium, findings, report, submit } = await loadFixture(reporting);
    const made = await report();
    const until = (await time.latest()) + 2 * DAY;
    await decide(consortium, "pause", 7, until);
    await refusal(submit(made), findings, "FindingRegistryNotInForce", ADDRESSES.FindingRegistry);
    await time.increaseTo(until);
    await expect(submit(made)).to.emit(findings, "ReportRecorded");
  });

  it("a revoked key refuses those that were signed before it, and counts for none after it", async () => {
    const { consortium, findings, report, submit } = await loadFixture(reporting);
    const before = await report();
    await as(consortium, 3).revokeKey(KEY_ROLE.Oracle);
    await expect(submit(before)).to.be.revertedWithCustomError(findings, "FindingRegistryWrongConfigDigest");
    await refusal(submit(await report()), findings, "FindingRegistryUnknownSigner", bureau(3).oracle, 3);
    await expect(submit({ ...(await report()), signers: [1, 2, 4] })).to.emit(findings, "ReportRecorded");
  });

  it("a retired key signs no new report, its successor does", async () => {
    const { consortium, findings, report, submit } = await loadFixture(reporting);
    const next = key("oracle 3 of epoch 2");
    await decide(consortium, "replaceKey", 3, KEY_ROLE.Oracle, next.address, false);
    await refusal(submit(await report()), findings, "FindingRegistryUnknownSigner", bureau(3).oracle, 3);
    await expect(submit(await report(), [1, 2, "oracle 3 of epoch 2"])).to.emit(findings, "ReportRecorded");
  });

  it("a higher threshold asks for more signers", async () => {
    const { consortium, findings, report, submit } = await loadFixture(reporting);
    await decide(consortium, "setThreshold", 4);
    await expect(submit(await report())).to.be.revertedWithCustomError(findings, "FindingRegistryTooFew");
    await expect(submit({ ...(await report()), signers: [1, 2, 3, 4] })).to.emit(findings, "ReportRecorded");
  });
});
