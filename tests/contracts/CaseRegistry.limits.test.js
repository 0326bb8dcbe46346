// The edges of a case: the last second of each deadline, the caps, and what is on record at the end.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, time } = require("@nomicfoundation/hardhat-network-helpers");
const { APPEAL, COUNTER, DAY, NOTICE, ROOT, RULING, STATE, STATUS, answered, appealed, house, opened, ruled } = require("./cases");
const { ADDRESSES } = require("./founding");
const { SUBJECT, clueKey, findingId, refusal, signAll } = require("./reports");
const { itself } = require("./votes");

const caseOf = async ({ cases }) => cases.caseOf(1);
const withdrawn = async () => ruled(STATUS.Withdrawn);

describe("CaseRegistry, the last second", () => {
  it("of the time to answer is in time", async () => {
    const h = await loadFixture(opened);
    await time.setNextBlockTimestamp((await caseOf(h)).answerUntil);
    await h.by["officer 2"].answer(1, COUNTER);
    expect(await h.state()).to.equal(STATE.Answered);
  });

  it("of the time to appeal is in time", async () => {
    const h = await loadFixture(ruled);
    await time.setNextBlockTimestamp((await caseOf(h)).appealUntil);
    await h.by["officer 2"].appeal(1, APPEAL);
    expect(await h.state()).to.equal(STATE.Appealed);
  });

  it("before the cut-off counts evidence in, the next one does not", async () => {
    const h = await loadFixture(answered);
    const { cutoff } = await caseOf(h);
    for (const [at, late] of [[cutoff, false], [cutoff + 1n, true]]) {
      await time.setNextBlockTimestamp(at);
      const call = h.by["officer 1"].addEvidence(1, ROOT, 1);
      await expect(call).to.emit(h.cases, "EvidenceAdded").withArgs(1, await h.by["officer 1"].runner.getAddress(), ROOT, 1, late, late ? 4 : 3);
    }
  });
});

describe("CaseRegistry, what it takes", () => {
  it("is no new case while it is paused; an open one goes on", async () => {
    const h = await loadFixture(opened);
    const other = h.report({ sequence: 2, findings: [h.finding({ kind: 2 })] });
    await h.findings.submit(other, await signAll(other));
    await (await itself(h.consortium)).pause(8, (await time.latest()) + DAY);
    const call = h.by["officer 1"].open(clueKey(other.findings[0]), findingId(other.findings[0]), SUBJECT, NOTICE);
    await refusal(call, h.cases, "CaseRegistryNotInForce", ADDRESSES.CaseRegistry);
    await h.by["officer 2"].answer(1, COUNTER);
    expect(await h.state()).to.equal(STATE.Answered);
  });

  it("is a case on an overturned finding, never on one that was withdrawn or superseded", async () => {
    const overturned = await ruled(STATUS.Overturned);
    await time.increase(16 * DAY);
    await overturned.by.stranger.close(1);
    await overturned.by["officer 1"].open(overturned.clue, overturned.id, SUBJECT, NOTICE);
    const gone = await withdrawn();
    await refusal(gone.by["officer 1"].open(gone.clue, gone.id, SUBJECT, NOTICE), gone.cases, "CaseRegistryNoLiveFinding", gone.clue, gone.id);
    const h = await house();
    const next = h.report({ sequence: 2, findings: [h.finding({ scoreBps: 9500, supersedes: h.id })] });
    await h.findings.submit(next, await signAll(next));
    await refusal(h.by["officer 1"].open(h.clue, h.id, SUBJECT, NOTICE), h.cases, "CaseRegistryNoLiveFinding", h.clue, h.id);
  });

  it("is evidence on appeal too, and none between or after", async () => {
    const onAppeal = await loadFixture(appealed);
    await expect(onAppeal.by["officer 1"].addEvidence(1, ROOT, 1)).to.emit(onAppeal.cases, "EvidenceAdded");
    const decided = await loadFixture(ruled);
    await refusal(decided.by["officer 1"].addEvidence(1, ROOT, 1), decided.cases, "CaseRegistryWrongState", 1, STATE.Ruled);
    const asked = await loadFixture(opened);
    await refusal(asked.by["officer 1"].addEvidence(1, ROOT, 1), asked.cases, "CaseRegistryWrongState", 1, STATE.Open);
  });

  it("is no ruling and no recusal once it is over", async () => {
    const h = await loadFixture(withdrawn);
    await refusal(h.by["court 2"].rule(1, STATUS.Upheld, RULING), h.cases, "CaseRegistryWrongState", 1, STATE.Closed);
    await refusal(h.by["court 2"].recuse(1, RULING), h.cases, "CaseRegistryWrongState", 1, STATE.Closed);
  });

  it("is at most 64 pieces of evidence, and 64 open cases of a party until one of them ends", async () => {
    const { cases, findings, by, finding, report } = await loadFixture(house);
    expect([await cases.MAX_ITEMS(), await cases.MAX_OPEN()]).to.deep.equal([64n, 64n]);
    const many = Array.from({ length: 65 }, (_, n) => finding({ listing: ethers.id(`listing ${n}`) }));
    const told = report({ sequence: 2, findings: many });
    await findings.submit(told, await signAll(told));
    const open = (one) => by["officer 1"].open(clueKey(one), findingId(one), SUBJECT, NOTICE);
    for (const one of many.slice(0, 64)) await open(one);
    await refusal(open(many[64]), cases, "CaseRegistryTooMany", SUBJECT, 64, 64);
    await time.increase(15 * DAY + 180 * DAY + 1);
    await by.stranger.close(1);
    await open(many[64]);
    expect(await cases.openCaseOf(findingId(many[64]))).to.equal(65);
  });
});

describe("CaseRegistry, on record", () => {
  it("is all that parties and courts said", async () => {
    const h = await loadFixture(appealed);
    await time.increase(30 * DAY + 1);
    await h.by["court 2"].rule(1, STATUS.Upheld, ROOT);
    const kept = await caseOf(h);
    expect([kept.findingId, kept.clueKey, kept.party, kept.notice]).to.deep.equal([h.id, h.clue, SUBJECT, NOTICE]);
    expect([kept.counterNotice, kept.ruling, kept.appeal]).to.deep.equal([COUNTER, ROOT, APPEAL]);
    expect([kept.bureau, kept.court, kept.decision, kept.state]).to.deep.equal([1n, 1n, BigInt(STATUS.Upheld), BigInt(STATE.Closed)]);
  });

  it("stays contested a finding that a second case contests again", async () => {
    const h = await loadFixture(answered);
    await time.increaseTo((await caseOf(h)).cutoff + BigInt(180 * DAY) + 1n);
    await h.by.stranger.close(1);
    await h.by["officer 1"].open(h.clue, h.id, SUBJECT, NOTICE);
    await h.by["officer 2"].answer(2, COUNTER);
    expect([await h.status(), (await h.cases.caseOf(2)).state]).to.deep.equal([BigInt(STATUS.Contested), BigInt(STATE.Answered)]);
  });
});
