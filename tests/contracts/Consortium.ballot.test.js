const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine, time } = require("@nomicfoundation/hardhat-network-helpers");
const { key } = require("./founding");
const { DAY, KEY_ROLE, PAPER, STATE, action, admit, as, decide, house, nextId, pass, propose } = require("./votes");

/** An open proposal that any four bureaus may decide on. */
async function proposed() {
  const { consortium } = await house();
  return { consortium, id: await propose(consortium, "setThreshold", [4]) };
}

/** A house of five, in which an open proposal of three yes against two no is possible. */
async function five() {
  const { consortium } = await house();
  await admit(consortium);
  return { consortium };
}

/** Let the interval after a change of the set pass, then decide. */
async function decideLater(consortium, ...call) {
  await mine(31);
  return decide(consortium, ...call);
}

describe("Consortium, a proposal", () => {
  it("is named by chain, contract, proposer, number, action and paper", async () => {
    const { consortium } = await loadFixture(house);
    const call = action(consortium, "setThreshold", 4);
    const [first, second] = [await nextId(consortium, 1, call), await nextId(consortium, 2, call)];
    expect(first).not.to.equal(second);
    const at = (await time.latest()) + 60;
    await time.setNextBlockTimestamp(at);
    await expect(as(consortium, 1).propose(call, PAPER))
      .to.emit(consortium, "ProposalMade")
      .withArgs(first, 1, 1, call, PAPER, 4, 3, at + 7 * DAY, 1);
    expect(await as(consortium, 2).propose.staticCall(call, PAPER)).to.equal(second);
    expect(await as(consortium, 1).propose.staticCall(call, PAPER)).not.to.equal(first);
    const kept = await consortium.proposal(first);
    expect([kept.action, kept.paper, kept.electorate, kept.quota, kept.version]).to.deep.equal([call, PAPER, 4n, 3n, 1n]);
    expect(await consortium.stateOf(first)).to.equal(STATE.Open);
  });

  it("is refused when it is no call of governance, so that no vote makes the consortium call what it must not", async () => {
    const { consortium } = await loadFixture(house);
    for (const call of [action(consortium, "vote", ethers.ZeroHash, true), "0x12345678", "0x"]) {
      const selector = ethers.zeroPadBytes(ethers.dataSlice(call, 0, Math.min(4, ethers.dataLength(call))), 4);
      await expect(as(consortium, 1).propose(call, PAPER))
        .to.be.revertedWithCustomError(consortium, "ConsortiumUnknownAction")
        .withArgs(selector);
    }
  });

  it("takes as many votes as two thirds of the electorate, rounded up, then a day, then anyone", async () => {
    const { consortium, id } = await loadFixture(proposed);
    await as(consortium, 1).vote(id, true);
    await expect(as(consortium, 2).vote(id, true)).to.emit(consortium, "VoteCast").withArgs(id, 2, true, 3);
    expect(await consortium.stateOf(id)).to.equal(STATE.Open);
    const now = (await time.latest()) + 60;
    await time.setNextBlockTimestamp(now);
    await expect(as(consortium, 3).vote(id, true))
      .to.emit(consortium, "ProposalPassed")
      .withArgs(id, now + DAY, now + 31 * DAY, 5);
    await expect(consortium.execute(id)).to.be.revertedWithCustomError(consortium, "ConsortiumTooEarly");
    await time.increaseTo(now + DAY);
    await expect(consortium.execute(id)).to.emit(consortium, "ProposalExecuted").withArgs(id, 7);
    expect(await consortium.threshold()).to.equal(4);
    expect(await consortium.stateOf(id)).to.equal(STATE.Executed);
  });

  it("is executed once", async () => {
    const { consortium } = await loadFixture(house);
    const id = await pass(consortium, "setThreshold", 4);
    await consortium.execute(id);
    await expect(consortium.execute(id))
      .to.be.revertedWithCustomError(consortium, "ConsortiumWrongState")
      .withArgs(id, STATE.Executed, STATE.Passed);
  });

  it("is not executed before it passed, and an unknown one never", async () => {
    const { consortium, id } = await loadFixture(proposed);
    await as(consortium, 1).vote(id, true);
    await expect(consortium.execute(id))
      .to.be.revertedWithCustomError(consortium, "ConsortiumWrongState")
      .withArgs(id, STATE.Open, STATE.Passed);
    const calls = [() => consortium.execute(PAPER), () => as(consortium, 1).vote(PAPER, true), () => consortium.proposal(PAPER)];
    for (const call of calls) {
      await expect(call()).to.be.revertedWithCustomError(consortium, "ConsortiumUnknownProposal").withArgs(PAPER);
    }
    expect(await consortium.stateOf(PAPER)).to.equal(STATE.None);
  });

  it("is defeated, for ever, as soon as it can no longer pass", async () => {
    const { consortium, id } = await loadFixture(proposed);
    await as(consortium, 1).vote(id, false);
    expect(await consortium.stateOf(id)).to.equal(STATE.Open);
    await expect(as(consortium, 2).vote(id, false)).to.emit(consortium, "ProposalDefeated").withArgs(id, 4);
    for (const call of [() => as(consortium, 3).vote(id, true), () => consortium.execute(id)]) {
      await expect(call()).to.be.revertedWithCustomError(consortium, "ConsortiumWrongState");
    }
    await time.increase(30 * DAY);
    expect(await consortium.stateOf(id)).to.equal(STATE.Defeated);
  });

  it("expires after its seven days, and when nobody executes it in thirty", async () => {
    const { consortium, id } = await loadFixture(proposed);
    const passed = await pass(consortium, "setThreshold", 4);
    await time.increaseTo((await consortium.proposal(id)).votableUntil);
    expect(await consortium.stateOf(id)).to.equal(STATE.Open);
    await time.increase(1);
    expect(await consortium.stateOf(id)).to.equal(STATE.Expired);
    await expect(as(consortium, 1).vote(id, true))
      .to.be.revertedWithCustomError(consortium, "ConsortiumWrongState")
      .withArgs(id, STATE.Expired, STATE.Open);
    await time.increaseTo((await consortium.proposal(passed)).executableUntil + 1n);
    await expect(consortium.execute(passed))
      .to.be.revertedWithCustomError(consortium, "ConsortiumWrongState")
      .withArgs(passed, STATE.Expired, STATE.Passed);
  });

  it("is executed from the second that ends its delay to the last of its thirty days", async () => {
    const { consortium, id } = await loadFixture(proposed);
    const other = await pass(consortium, "setThreshold", 3);
    for (const voter of [1, 2, 3]) await as(consortium, voter).vote(id, true);
    await time.setNextBlockTimestamp((await consortium.proposal(id)).executableFrom);
    await expect(consortium.execute(id)).to.emit(consortium, "ProposalExecuted");
    await time.setNextBlockTimestamp((await consortium.proposal(other)).executableUntil);
    await expect(consortium.execute(other)).to.emit(consortium, "ProposalExecuted");
  });

  it("stays passed when its call is refused, and gives the call's own reason", async () => {
    const { consortium } = await loadFixture(house);
    const id = await pass(consortium, "setThreshold", 2);
    await expect(consortium.execute(id)).to.be.revertedWithCustomError(consortium, "ConsortiumBadThreshold").withArgs(2, 4);
    expect(await consortium.stateOf(id)).to.equal(STATE.Passed);
  });
});

describe("Consortium, a vote", () => {
  it("is one a bureau, and stands once cast", async () => {
    const { consortium, id } = await loadFixture(proposed);
    await as(consortium, 1).vote(id, true);
    await as(consortium, 2).vote(id, false);
    for (const [voter, yes] of [[1, true], [1, false], [2, true], [2, false]]) {
      await expect(as(consortium, voter).vote(id, yes))
        .to.be.revertedWithCustomError(consortium, "ConsortiumVotedAlready")
        .withArgs(id, voter);
    }
    const votes = [];
    for (const bureauId of [1, 2, 3]) votes.push(await consortium.voteOf(id, bureauId));
    expect(votes).to.deep.equal([1n, 2n, 0n]);
  });

  it("is not cast again with the officer's next key", async () => {
    const { consortium, id } = await loadFixture(proposed);
    await as(consortium, 1).vote(id, true);
    await decide(consortium, "replaceKey", 1, KEY_ROLE.Officer, key("officer 6").address, false);
    await expect(as(consortium, 6).vote(id, true))
      .to.be.revertedWithCustomError(consortium, "ConsortiumVotedAlready")
      .withArgs(id, 1);
    await expect(as(consortium, 1).vote(id, true))
      .to.be.revertedWithCustomError(consortium, "ConsortiumNotAnOfficer")
      .withArgs(key("officer 1").address);
  });

  it("is not for a bureau that came after the proposal, whose electorate stays as it was", async () => {
    const { consortium, id } = await loadFixture(proposed);
    await admit(consortium);
    await expect(as(consortium, 5).vote(id, true))
      .to.be.revertedWithCustomError(consortium, "ConsortiumNotInElectorate")
      .withArgs(id, 5);
    const kept = await consortium.proposal(id);
    expect([kept.electorate, kept.quota]).to.deep.equal([4n, 3n]);
    const later = await consortium.proposal(await propose(consortium, "setThreshold", [4]));
    expect([later.electorate, later.quota]).to.deep.equal([5n, 4n]);
  });

  it("of a bureau that left still counts, and it casts none anew", async () => {
    const { consortium } = await loadFixture(five);
    const open = await propose(consortium, "setThreshold", [4], 5);
    const other = await propose(consortium, "setThreshold", [4], 5);
    await as(consortium, 5).vote(open, true);
    await decideLater(consortium, "removeBureau", 5, 0);
    await expect(as(consortium, 5).vote(other, true)).to.be.revertedWithCustomError(consortium, "ConsortiumNotAnOfficer");
    for (const voter of [1, 2]) await as(consortium, voter).vote(open, true);
    expect(await consortium.stateOf(open)).to.equal(STATE.Open);
    await as(consortium, 3).vote(open, true);
    expect(await consortium.stateOf(open)).to.equal(STATE.Passed);
  });

  it("is not needed from more bureaus because a lower quota came later, nor from fewer", async () => {
    const { consortium } = await loadFixture(five);
    const open = await propose(consortium, "setThreshold", [4]);
    await decideLater(consortium, "removeBureau", 5, 0);
    for (const voter of [1, 2, 3]) await as(consortium, voter).vote(open, true);
    expect(await consortium.stateOf(open)).to.equal(STATE.Open);
    await as(consortium, 4).vote(open, true);
    expect(await consortium.stateOf(open)).to.equal(STATE.Passed);
  });

  it("of one proposal never counts for another", async () => {
    const { consortium, id } = await loadFixture(proposed);
    await decide(consortium, "registerWitness", ethers.id("name"), ethers.id("key"));
    const kept = await consortium.proposal(id);
    expect([kept.yes, kept.no]).to.deep.equal([0n, 0n]);
  });
});

describe("Consortium, its events", () => {
  it("are numbered without a gap, whatever they tell", async () => {
    const { consortium } = await loadFixture(house);
    await admit(consortium);
    await decideLater(consortium, "removeBureau", 5, 0);
    await as(consortium, 1).revokeKey(KEY_ROLE.Oracle);
    const logs = await ethers.provider.getLogs({ address: await consortium.getAddress(), fromBlock: 0 });
    const sequences = logs.map((log) => consortium.interface.parseLog(log).args.sequence);
    expect(sequences.length).to.be.above(20);
    expect(sequences).to.deep.equal(sequences.map((_, i) => BigInt(i + 1)));
  });
});
