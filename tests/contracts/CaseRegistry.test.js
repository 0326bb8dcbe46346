// A case from its notice to its end, and what it does to the finding.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, time } = require("@nomicfoundation/hardhat-network-helpers");
const { APPEAL, COUNTER, DAY, NOTICE, ROOT, RULING, STATE, STATUS, answered, appealed, house, opened, ruled } = require("./cases");
const { key } = require("./founding");
const { SUBJECT, clueKey, findingId, refusal, signAll } = require("./reports");

describe("CaseRegistry.open", () => {
  it("tells the party, its deadline and who opened it; the finding stays as it is", async () => {
    const { cases, by, id, clue, status } = await loadFixture(house);
    const at = (await time.latest()) + 60;
    await time.setNextBlockTimestamp(at);
    const until = at + 15 * DAY;
    const call = by["officer 1"].open(clue, id, SUBJECT, NOTICE);
    await expect(call).to.emit(cases, "CaseOpened").withArgs(1, id, SUBJECT, 1, NOTICE, until, 1);
    expect([await status(), await cases.openCaseOf(id), await cases.caseCount()]).to.deep.equal([1n, 1n, 1n]);
  });

  it("is refused without a live finding, twice, and without notice or party", async () => {
    const { cases, by, id, clue } = await loadFixture(opened);
    const open = (...values) => by["officer 2"].open(...values);
    await refusal(open(clue, id, SUBJECT, NOTICE), cases, "CaseRegistryOpenAlready", id, 1);
    await refusal(open(clue, ROOT, SUBJECT, NOTICE), cases, "CaseRegistryNoLiveFinding", clue, ROOT);
    await refusal(open(clue, id, ethers.ZeroHash, NOTICE), cases, "CaseRegistryIncomplete", 2);
    await refusal(open(clue, id, SUBJECT, ethers.ZeroHash), cases, "CaseRegistryIncomplete", 2);
    await refusal(cases.caseOf(2), cases, "CaseRegistryWrongState", 2, STATE.None);
  });

  it("is capped for a party", async () => {
    const { cases, findings, by, finding, report } = await loadFixture(house);
    const cap = Number(await cases.MAX_OPEN());
    const many = Array.from({ length: cap + 1 }, (_, n) => finding({ listing: ethers.id(`listing ${n}`) }));
    const told = report({ sequence: 2, findings: many });
    await findings.submit(told, await signAll(told));
    for (const one of many.slice(0, cap)) await by["officer 1"].open(clueKey(one), findingId(one), SUBJECT, NOTICE);
    const last = many[cap];
    const call = by["officer 1"].open(clueKey(last), findingId(last), SUBJECT, NOTICE);
    await refusal(call, cases, "CaseRegistryTooMany", SUBJECT, cap, cap);
    await by["officer 1"].open(clueKey(last), findingId(last), ethers.id("another party"), NOTICE);
  });
});

describe("CaseRegistry.answer", () => {
  it("makes the finding contested and sets the cut-off", async () => {
    const { cases, findings, by, id, status, state } = await loadFixture(opened);
    const at = (await time.latest()) + 60;
    await time.setNextBlockTimestamp(at);
    const cutoff = at + 30 * DAY;
    const call = by["officer 2"].answer(1, COUNTER);
    await expect(call).to.emit(cases, "CaseAnswered").withArgs(1, COUNTER, cutoff, 2);
    await expect(call).to.emit(findings, "FindingStatusChanged").withArgs(id, 1, 2, COUNTER, 2);
    expect([await status(), await state()]).to.deep.equal([2n, 2n]);
    await refusal(by["officer 2"].answer(1, COUNTER), cases, "CaseRegistryWrongState", 1, STATE.Answered);
  });

  it("is refused late and empty", async () => {
    const { cases, by } = await loadFixture(opened);
    await refusal(by["officer 1"].answer(1, ethers.ZeroHash), cases, "CaseRegistryIncomplete", 1);
    const until = (await cases.caseOf(1)).answerUntil;
    await time.setNextBlockTimestamp(until + 1n);
    await refusal(by["officer 1"].answer(1, COUNTER), cases, "CaseRegistryTooLate", 1, until + 1n, until);
  });
});

describe("CaseRegistry.addEvidence", () => {
  it("freezes the manifest at the cut-off and marks what comes later", async () => {
    const { cases, by } = await loadFixture(answered);
    await expect(by["officer 1"].addEvidence(1, ROOT, 3))
      .to.emit(cases, "EvidenceAdded")
      .withArgs(1, key("officer 1").address, ROOT, 3, false, 3);
    const manifest = ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32", "uint64"], [ethers.ZeroHash, ROOT, 3]),
    );
    expect((await cases.caseOf(1)).manifest).to.equal(manifest);
    await time.increase(30 * DAY + 1);
    await expect(by["court 1"].addEvidence(1, COUNTER, 1))
      .to.emit(cases, "EvidenceAdded")
      .withArgs(1, key("court 1").address, COUNTER, 1, true, 4);
    const kept = await cases.caseOf(1);
    expect([kept.manifest, kept.items]).to.deep.equal([manifest, 2n]);
  });

  it("is bounded, never empty, and only while the case takes any", async () => {
    const { cases, by } = await loadFixture(answered);
    await refusal(by["officer 1"].addEvidence(1, ROOT, 0), cases, "CaseRegistryIncomplete", 1);
    await refusal(by["officer 1"].addEvidence(1, ethers.ZeroHash, 1), cases, "CaseRegistryIncomplete", 1);
    await refusal(by["officer 1"].addEvidence(2, ROOT, 1), cases, "CaseRegistryWrongState", 2, STATE.None);
    const cap = Number(await cases.MAX_ITEMS());
    for (let n = 0; n < cap; ++n) await by["officer 1"].addEvidence(1, ROOT, 1);
    await refusal(by["officer 1"].addEvidence(1, ROOT, 1), cases, "CaseRegistryFull", 1, cap);
  });
});

describe("CaseRegistry.rule", () => {
  for (const [name, decision] of [["Upheld", 3], ["Overturned", 4]]) {
    it(`takes effect on the finding: ${name}`, async () => {
      const { cases, by, id, status, state } = await loadFixture(answered);
      await time.increase(30 * DAY + 1);
      await expect(by["court 1"].rule(1, decision, RULING))
        .to.emit(cases, "CaseRuled")
        .withArgs(1, 1, decision, RULING, false, 3);
      expect([await status(), await state(), await cases.openCaseOf(id)]).to.deep.equal([BigInt(decision), 3n, 1n]);
    });
  }

  it("is final at once where the finding is withdrawn", async () => {
    const { cases, by, id, status, state } = await loadFixture(answered);
    await time.increase(30 * DAY + 1);
    await expect(by["court 1"].rule(1, STATUS.Withdrawn, RULING)).to.emit(cases, "CaseClosed").withArgs(1, 6, 4);
    expect([await status(), await state(), await cases.openCaseOf(id)]).to.deep.equal([6n, 5n, 0n]);
  });

  it("comes without an answer once the time to answer is over", async () => {
    const { cases, by, status } = await loadFixture(opened);
    const until = (await cases.caseOf(1)).answerUntil;
    await time.setNextBlockTimestamp(until);
    await refusal(by["court 1"].rule(1, 3, RULING), cases, "CaseRegistryTooEarly", 1, until, until + 1n);
    await time.increaseTo(until + 1n);
    await by["court 1"].rule(1, 3, RULING);
    expect(await status()).to.equal(3);
  });

  it("waits for the cut-off, and is one of three decisions with a digest", async () => {
    const { cases, by } = await loadFixture(answered);
    const { cutoff } = await cases.caseOf(1);
    await time.setNextBlockTimestamp(cutoff);
    await refusal(by["court 1"].rule(1, 3, RULING), cases, "CaseRegistryTooEarly", 1, cutoff, cutoff + 1n);
    await time.increaseTo(cutoff + 1n);
    for (const decision of [0, 1, 2, 5]) {
      await refusal(by["court 1"].rule(1, decision, RULING), cases, "CaseRegistryBadDecision", 1, decision);
    }
    await refusal(by["court 1"].rule(1, 3, ethers.ZeroHash), cases, "CaseRegistryIncomplete", 1);
  });

  it("is not for a court that is interested", async () => {
    const { cases, by } = await loadFixture(answered);
    await expect(by["court 1"].recuse(1, RULING)).to.emit(cases, "CourtRecused").withArgs(1, 1, RULING, 3);
    await refusal(by["court 1"].recuse(1, RULING), cases, "CaseRegistryNotThisCourt", 1, 1);
    await refusal(by["court 1"].recuse(1, ethers.ZeroHash), cases, "CaseRegistryIncomplete", 1);
    await refusal(by["court 1"].recuse(9, RULING), cases, "CaseRegistryWrongState", 9, STATE.None);
    await time.increase(30 * DAY + 1);
    await refusal(by["court 1"].rule(1, 3, RULING), cases, "CaseRegistryNotThisCourt", 1, 1);
    await by["court 2"].rule(1, 3, RULING);
  });
});

describe("CaseRegistry.appeal", () => {
  it("may come for 15 days after the ruling", async () => {
    const { cases, by } = await loadFixture(answered);
    await time.increase(30 * DAY + 1);
    await by["court 1"].rule(1, STATUS.Upheld, RULING);
    expect((await cases.caseOf(1)).appealUntil).to.equal((await time.latest()) + 15 * DAY);
  });

  it("sets a new cut-off, for which the second ruling waits", async () => {
    const { cases, by } = await loadFixture(ruled);
    const at = (await time.latest()) + 60;
    await time.setNextBlockTimestamp(at);
    const cutoff = at + 30 * DAY;
    await expect(by["officer 1"].appeal(1, APPEAL)).to.emit(cases, "CaseAppealed").withArgs(1, APPEAL, cutoff, 4);
    expect((await cases.caseOf(1)).cutoff).to.equal(cutoff);
    await time.setNextBlockTimestamp(cutoff);
    await refusal(by["court 2"].rule(1, STATUS.Upheld, RULING), cases, "CaseRegistryTooEarly", 1, cutoff, cutoff + 1);
  });

  it("contests the finding again; another court rules, and that is final", async () => {
    const { cases, by, status, state, id } = await loadFixture(appealed);
    expect([await status(), await state()]).to.deep.equal([2n, 4n]);
    await time.increase(30 * DAY + 1);
    await refusal(by["court 1"].rule(1, 3, RULING), cases, "CaseRegistryNotThisCourt", 1, 1);
    await expect(by["court 2"].rule(1, 3, APPEAL)).to.emit(cases, "CaseRuled").withArgs(1, 2, 3, APPEAL, true, 5);
    expect([await status(), await state(), await cases.openCaseOf(id)]).to.deep.equal([3n, 5n, 0n]);
    await refusal(by["officer 1"].appeal(1, APPEAL), cases, "CaseRegistryWrongState", 1, STATE.Closed);
  });

  it("is refused late and empty", async () => {
    const { cases, by } = await loadFixture(ruled);
    await refusal(by["officer 1"].appeal(1, ethers.ZeroHash), cases, "CaseRegistryIncomplete", 1);
    const until = (await cases.caseOf(1)).appealUntil;
    await time.setNextBlockTimestamp(until + 1n);
    await refusal(by["officer 1"].appeal(1, APPEAL), cases, "CaseRegistryTooLate", 1, until + 1n, until);
  });
});

describe("CaseRegistry.close", () => {
  // From which state, how long after its deadline, and what the finding's status is then.
  const ENDS = [
    ["open", opened, (c) => c.answerUntil + BigInt(180 * DAY), STATUS.Recorded],
    ["answered", answered, (c) => c.cutoff + BigInt(180 * DAY), STATUS.Contested],
    ["ruled", ruled, (c) => c.appealUntil, STATUS.Upheld],
    ["appealed", appealed, (c) => c.cutoff + BigInt(180 * DAY), STATUS.Overturned],
  ];
  for (const [name, fixture, deadline, status] of ENDS) {
    it(`ends a case that is ${name}, by anyone, when its time is over`, async () => {
      const h = await loadFixture(fixture);
      const until = deadline(await h.cases.caseOf(1));
      await time.setNextBlockTimestamp(until);
      await refusal(h.by.stranger.close(1), h.cases, "CaseRegistryTooEarly", 1, until, until + 1n);
      await time.increaseTo(until + 1n);
      await expect(h.by.stranger.close(1)).to.emit(h.cases, "CaseClosed");
      expect([await h.status(), await h.state(), await h.cases.openCaseOf(h.id)]).to.deep.equal([BigInt(status), 5n, 0n]);
      await refusal(h.by.stranger.close(1), h.cases, "CaseRegistryWrongState", 1, STATE.Closed);
    });
  }

  it("lets another case follow", async () => {
    const { by, clue, id, cases } = await loadFixture(ruled);
    await time.increase(16 * DAY);
    await by.stranger.close(1);
    await by["officer 2"].open(clue, id, SUBJECT, NOTICE);
    expect(await cases.openCaseOf(id)).to.equal(2);
  });
});

describe("CaseRegistry: a finding that was superseded meanwhile", () => {
  it("keeps the ruling on record and leaves the finding alone", async () => {
    const { cases, findings, by, id, clue, status, finding, report } = await loadFixture(answered);
    const next = report({ sequence: 2, findings: [finding({ scoreBps: 9500, supersedes: id })] });
    await findings.submit(next, await signAll(next));
    await time.increase(30 * DAY + 1);
    await by["court 1"].rule(1, STATUS.Overturned, RULING);
    expect([await status(), (await cases.caseOf(1)).ruling]).to.deep.equal([5n, RULING]);
    expect(await findings.statusOf(findingId(next.findings[0]), clue)).to.equal(1);
  });
});
