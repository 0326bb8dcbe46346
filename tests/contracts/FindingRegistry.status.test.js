// What becomes of a finding after it is on record.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES } = require("./founding");
const { SUBJECT, clueKey, findingId, fixture, refusal } = require("./reports");

describe("FindingRegistry.submit: superseding", () => {
  it("replaces the live finding that it names, and keeps both", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    await submit(report());
    const [old, clue] = [findingId(finding()), clueKey(finding())];
    const next = finding({ scoreBps: 9500, supersedes: old });
    await expect(submit(report({ sequence: 2, findings: [next] })))
      .to.emit(findings, "ReportRecorded")
      .withArgs(1, 2, [findingId(next)], 2)
      .and.to.emit(findings, "FindingStatusChanged")
      .withArgs(old, 1, 5, findingId(next), 3);
    expect([await findings.statusOf(old, clue), await findings.statusOf(findingId(next), clue)]).to.deep.equal([5n, 1n]);
    expect((await findings.record(old)).slice(2)).to.deep.equal([0n, 1n, ethers.dataSlice(old, 0, 16)]);
    expect((await findings.record(clue)).slice(2)).to.deep.equal([1n, 2n, ethers.dataSlice(findingId(next), 0, 16)]);
    for (const told of [next, finding()]) {
      const again = submit(report({ sequence: 3, findings: [told] }));
      await refusal(again, findings, "FindingRegistryFindingExists", clue, findingId(told));
    }
  });

  it("reverts when it names another finding than the live one, or none is live", async () => {
    const { findings, finding, report, submit } = await loadFixture(fixture);
    const clue = clueKey(finding());
    const [none, other] = [ethers.id("none"), finding({ kind: 2 })];
    const superseding = (supersedes, sequence = 2, scoreBps = 9500) =>
      submit(report({ sequence, findings: [finding({ scoreBps, supersedes })] }));
    await refusal(superseding(none), findings, "FindingRegistryNotLive", clue, none);
    await submit(report({ findings: [finding(), other] }));
    await refusal(superseding(findingId(other)), findings, "FindingRegistryNotLive", clue, findingId(other));
    await superseding(findingId(finding()));
    await refusal(superseding(findingId(finding()), 3, 9600), findings, "FindingRegistryNotLive", clue, findingId(finding()));
  });
});

describe("FindingRegistry.setStatus", () => {
  const REASON = ethers.id("ruling");
  const NAMES = ["none", "recorded", "contested", "upheld", "overturned", "superseded", "withdrawn"];
  // By which way a finding gets to a status, and where it may go from there.
  const LATTICE = { 1: [[], [2, 3, 4, 6]], 2: [[2], [3, 4, 6]], 3: [[3], [2, 4, 6]], 4: [[4], [2, 3]] };

  async function recorded() {
    const contracts = await fixture();
    await contracts.submit(contracts.report());
    const cases = await ethers.getImpersonatedSigner(ADDRESSES.CaseRegistry);
    await ethers.provider.send("hardhat_setBalance", [ADDRESSES.CaseRegistry, "0xde0b6b3a7640000"]);
    const [id, clue] = [findingId(contracts.finding()), clueKey(contracts.finding())];
    const set = (to, by = cases) => contracts.findings.connect(by).setStatus(clue, id, to, REASON);
    return { ...contracts, cases, clue, id, set };
  }

  it("lets the CaseRegistry change a status, with the reason in the event", async () => {
    const { findings, clue, id, set } = await loadFixture(recorded);
    await expect(set(2)).to.emit(findings, "FindingStatusChanged").withArgs(id, 1, 2, REASON, 2);
    expect(await findings.statusOf(id, clue)).to.equal(2);
    expect((await findings.record(clue)).slice(2)).to.deep.equal([0n, 1n, ethers.dataSlice(id, 0, 16)]);
  });

  for (const [from, [way, open]] of Object.entries(LATTICE)) {
    it(`leads from ${NAMES[from]} to ${open.map((to) => NAMES[to]).join(", ")} only`, async () => {
      for (let to = 0; to < NAMES.length; to++) {
        const { findings, clue, id, set } = await loadFixture(recorded);
        for (const step of way) await set(step);
        if (open.includes(to)) {
          await set(to);
          expect(await findings.statusOf(id, clue)).to.equal(to);
        } else {
          await refusal(set(to), findings, "FindingRegistryBadTransition", id, from, to);
        }
      }
    });
  }

  it("reverts for every other sender", async () => {
    const { findings, set } = await loadFixture(recorded);
    const [stranger] = await ethers.getSigners();
    await refusal(set(2, stranger), findings, "FindingRegistryNotTheCaseRegistry", stranger.address);
  });

  it("reverts for a finding that is not the live one of its clue key", async () => {
    const { findings, cases, clue, id } = await loadFixture(recorded);
    const asCases = findings.connect(cases);
    const other = ethers.id("another");
    await refusal(asCases.setStatus(clue, other, 2, REASON), findings, "FindingRegistryNotLive", clue, other);
    await refusal(asCases.setStatus(other, id, 2, REASON), findings, "FindingRegistryNotLive", other, id);
  });

  it("gives the clue key of a withdrawn finding to the next one; its id is used up", async () => {
    const { findings, finding, report, submit, cases, clue, id, set } = await loadFixture(recorded);
    await set(6);
    expect(await findings.statusOf(id, clue)).to.equal(6);
    expect([(await findings.record(clue)).status, (await findings.record(id)).status]).to.deep.equal([6n, 6n]);
    await refusal(submit(report({ sequence: 2 })), findings, "FindingRegistryFindingExists", clue, id);
    const superseding = submit(report({ sequence: 2, findings: [finding({ supersedes: id })] }));
    await refusal(superseding, findings, "FindingRegistryBadTransition", id, 6, 5);
    await refusal(set(2), findings, "FindingRegistryBadTransition", id, 6, 2);
    const anew = finding({ scoreBps: 9500 });
    await submit(report({ sequence: 2, findings: [anew] }));
    expect([await findings.statusOf(id, clue), await findings.statusOf(findingId(anew), clue)]).to.deep.equal([6n, 1n]);
    await refusal(set(2), findings, "FindingRegistryNotLive", clue, id);
    await findings.connect(cases).setStatus(clue, findingId(anew), 6, REASON);
    await refusal(submit(report({ sequence: 3 })), findings, "FindingRegistryFindingExists", clue, id);
  });

  it("keeps the clue key of an overturned finding: the same facts do not come back", async () => {
    const { findings, finding, report, submit, id, clue, set } = await loadFixture(recorded);
    await set(4);
    const again = finding({ scoreBps: 9500 });
    const repeat = submit(report({ sequence: 2, findings: [again] }));
    await refusal(repeat, findings, "FindingRegistryFindingExists", clue, findingId(again));
    const superseding = submit(report({ sequence: 2, findings: [finding({ supersedes: id })] }));
    await refusal(superseding, findings, "FindingRegistryBadTransition", id, 4, 5);
  });

  it("knows no status of a finding that never was", async () => {
    const { findings, clue, id } = await loadFixture(recorded);
    expect(await findings.statusOf(ethers.id("another"), clue)).to.equal(0);
    expect(await findings.statusOf(ethers.ZeroHash, ethers.ZeroHash)).to.equal(0);
    expect(await findings.statusOf(id, ethers.id("another"))).to.equal(0);
  });
});
