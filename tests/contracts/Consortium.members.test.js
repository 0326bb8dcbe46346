const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, bureau, configuration, domain, key } = require("./founding");
const { STATE, admit, as, configurationOf, decide, expectAgreement, house, itself, pass, proof, propose } = require("./votes");

const validator = (id) => key(`validator ${id}`);

const bad = (consortium, args, error) =>
  expect(consortium.activate(...args)).to.be.revertedWithCustomError(consortium, error);

/** A fifth bureau that was voted in and has not shown its validator key yet. */
async function votedIn() {
  const contracts = await house();
  return { ...contracts, id: await pass(contracts.consortium, "admitBureau", bureau(5), 0) };
}

/** A house of five whose validators may change again. */
async function five() {
  const contracts = await house();
  await admit(contracts.consortium);
  await mine(31);
  return contracts;
}

describe("Consortium, admission", () => {
  it("changes nothing until the validator's key has signed, then everything at once", async () => {
    const { consortium, validatorSet, id } = await loadFixture(votedIn);
    const before = await consortium.configDigest();
    expect(await consortium.bureauCount()).to.equal(4);
    expect(await consortium.bureauOfOfficer(bureau(5).officer)).to.equal(0);
    expect(await validatorSet.epochCount()).to.equal(1);

    const done = consortium.activate(...(await proof(id, 5, validator(5))));
    await expect(done).to.emit(consortium, "BureauAdmitted").withArgs(5, bureau(5).accession, bureau(5).validator, 6);
    await expect(done).to.emit(consortium, "KeyHeld").withArgs(bureau(5).officer, 5, 4, 1, 10);
    const number = (await ethers.provider.getBlock("latest")).number;
    await expect(done).to.emit(consortium, "ConfigurationChanged").withArgs(2, await consortium.configDigest(), number, 11);
    expect(await consortium.configDigest()).not.to.equal(before);
    expect(await consortium.version()).to.equal(2);
    expect(await consortium.bureauOfOracle(bureau(5).oracle)).to.equal(5);
    expect((await validatorSet.epoch(1)).sinceBlock).to.equal(number + 1);
    expect(await consortium.stateOf(id)).to.equal(STATE.Executed);
    await expectAgreement({ consortium, validatorSet });
  });

  it("keeps bureaus ascending when a lower number comes later", async () => {
    const contracts = await loadFixture(house);
    await admit(contracts.consortium, bureau(9), 0);
    await mine(31);
    const vote = await pass(contracts.consortium, "admitBureau", bureau(6), 4);
    await contracts.consortium.activate(...(await proof(vote, 6, validator(6))));
    expect((await configurationOf(contracts.consortium)).bureaus.map((b) => Number(b.id))).to.deep.equal([1, 2, 3, 4, 6, 9]);
    await expectAgreement(contracts);
  });

  it("puts the lowest number first", async () => {
    const contracts = await house(configuration({ bureaus: [2, 3, 4, 5].map(bureau) }));
    const { consortium } = contracts;
    const id = await propose(consortium, "admitBureau", [bureau(1), 0], 2);
    for (const voter of [2, 3, 4]) await as(consortium, voter).vote(id, true);
    await time.increaseTo((await consortium.proposal(id)).executableFrom);
    await consortium.activate(...(await proof(id, 1, validator(1))));
    await expectAgreement(contracts);
  });

  it("is not done by execute, which brings no proof", async () => {
    const { consortium, id } = await loadFixture(votedIn);
    await expect(consortium.execute(id))
      .to.be.revertedWithCustomError(consortium, "ConsortiumNotProven")
      .withArgs(5, bureau(5).validator);
  });

  it("takes no proof by another key, for another vote, bureau, validator, contract or chain", async () => {
    const { consortium, id } = await loadFixture(votedIn);
    const good = await proof(id, 5, validator(5));
    await bad(consortium, await proof(id, 5, validator(6), { validator: bureau(5).validator }), "ConsortiumBadProof");
    await bad(consortium, [...good.slice(0, 4), (await proof(ethers.id("other"), 5, validator(5)))[4]], "ConsortiumBadProof");
    await bad(consortium, [...good.slice(0, 4), (await proof(id, 6, validator(5)))[4]], "ConsortiumBadProof");
    await bad(consortium, [...good.slice(0, 4), good[4].slice(0, -2)], "ConsortiumBadProof");
    await bad(consortium, [id, 5, ethers.ZeroAddress, good[3], "0x"], "ConsortiumBadProof"); // whom no signature names is nobody
    await bad(consortium, await proof(id, 6, validator(5)), "ConsortiumNotProven");
    await bad(consortium, await proof(id, 5, validator(6)), "ConsortiumNotProven");
    for (const where of [domain(ADDRESSES.ValidatorSet), domain("Consortium", 1)]) {
      await bad(consortium, await proof(id, 5, validator(5), {}, where), "ConsortiumBadProof");
    }
    await consortium.activate(...good);
  });

  it("takes no proof by a key that has not seen one of the last 256 blocks of this chain", async () => {
    const { consortium, id } = await loadFixture(votedIn);
    const stale = await proof(id, 5, validator(5));
    await bad(consortium, await proof(id, 5, validator(5), { seenHash: ethers.id("other chain") }), "ConsortiumBadProof");
    await mine(257);
    await expect(consortium.activate(...stale))
      .to.be.revertedWithCustomError(consortium, "ConsortiumUnseenBlock")
      .withArgs(stale[3]);
    const head = await ethers.provider.getBlockNumber();
    await bad(consortium, await proof(id, 5, validator(5), { seenBlock: head + 5 }), "ConsortiumUnseenBlock");
  });

  it("uses a proof once: it seats nobody later", async () => {
    const { consortium, id } = await loadFixture(votedIn);
    const other = await pass(consortium, "setThreshold", 4);
    await consortium.activate(...(await proof(other, 5, validator(5)))); // executes, seats nobody
    await expect(consortium.execute(id)).to.be.revertedWithCustomError(consortium, "ConsortiumNotProven");
  });

  it("waits for its delay and ends with its time, as every vote", async () => {
    const { consortium, id } = await loadFixture(votedIn);
    await time.increaseTo((await consortium.proposal(id)).executableUntil + 1n);
    await bad(consortium, await proof(id, 5, validator(5)), "ConsortiumWrongState");
  });

  const refused = (what, member, threshold, error, ...values) =>
    it(`is refused ${what}`, async () => {
      const { consortium } = await loadFixture(five);
      await expect((await itself(consortium)).admitBureau(member, threshold))
        .to.be.revertedWithCustomError(consortium, error)
        .withArgs(...values);
    });
  refused("for a number in use", bureau(3), 0, "ConsortiumIdTaken", 3);
  refused("for number 0, which means none", { ...bureau(6), id: 0 }, 0, "ConsortiumIdTaken", 0);
  refused("without accession paper", { ...bureau(6), accession: ethers.ZeroHash }, 0, "ConsortiumBadAccession", 6, ethers.ZeroHash, 1);
  refused("not in its first epoch", { ...bureau(6), epoch: 2 }, 0, "ConsortiumBadAccession", 6, bureau(6).accession, 2);
  refused("with a key in use", { ...bureau(6), oracle: bureau(1).officer }, 0, "ConsortiumKeyTaken", bureau(1).officer, 1);
  refused("with one key for two roles", { ...bureau(6), sender: bureau(6).oracle }, 0, "ConsortiumKeyTaken", bureau(6).oracle, 6);

  it("is refused where the threshold would be no majority, and granted with one that is", async () => {
    const { consortium } = await loadFixture(five);
    const refusal = await pass(consortium, "admitBureau", bureau(6), 0);
    await expect(consortium.activate(...(await proof(refusal, 6, validator(6)))))
      .to.be.revertedWithCustomError(consortium, "ConsortiumBadThreshold")
      .withArgs(3, 6);
    const granted = await pass(consortium, "admitBureau", bureau(6), 4);
    await consortium.activate(...(await proof(granted, 6, validator(6))));
    expect([await consortium.threshold(), await consortium.bureauCount()]).to.deep.equal([4n, 6n]);
  });

  it("comes one at a time: the set rests for 30 blocks after a change", async () => {
    const { consortium, validatorSet } = await loadFixture(house);
    const votes = [];
    for (const id of [5, 6]) votes.push(await pass(consortium, "admitBureau", bureau(id), 4));
    await consortium.activate(...(await proof(votes[0], 5, validator(5))));
    const since = (await validatorSet.epoch(1)).sinceBlock;
    await mine(Number(since) + 28 - (await ethers.provider.getBlockNumber()));
    await expect(consortium.activate(...(await proof(votes[1], 6, validator(6)))))
      .to.be.revertedWithCustomError(consortium, "ConsortiumSetChangedLately")
      .withArgs(since + 29n, since + 30n);
    await mine(Number(since) + 29 - (await ethers.provider.getBlockNumber())); // a refused transaction may be mined, or not
    await consortium.activate(...(await proof(votes[1], 6, validator(6))));
    expect((await validatorSet.epoch(2)).sinceBlock).to.equal(since + 31n);
  });
});

describe("Consortium, removal", () => {
  it("retires all keys, takes the validator out and never gives the number again", async () => {
    const contracts = await loadFixture(five);
    const { consortium } = contracts;
    const done = decide(consortium, "removeBureau", 2, 0);
    await expect(done).to.emit(consortium, "BureauRemoved");
    for (const role of ["validator", "oracle", "sender", "officer"]) {
      const record = await consortium.keyRecord(bureau(2)[role]);
      expect([record.member, record.state]).to.deep.equal([2n, 2n]);
    }
    expect(await consortium.bureauOfOracle(bureau(2).oracle)).to.equal(0);
    await expect(consortium.bureau(2)).to.be.revertedWithCustomError(consortium, "ConsortiumUnknownBureau").withArgs(2);
    expect((await configurationOf(consortium)).bureaus.map((b) => Number(b.id))).to.deep.equal([1, 3, 4, 5]);
    await expectAgreement(contracts);
    await expect((await itself(consortium)).admitBureau({ ...bureau(6), id: 2 }, 0))
      .to.be.revertedWithCustomError(consortium, "ConsortiumIdTaken")
      .withArgs(2);
  });

  it("of the last in the list works as of any other", async () => {
    const contracts = await loadFixture(five);
    await decide(contracts.consortium, "removeBureau", 5, 0);
    await expectAgreement(contracts);
  });

  it("never leaves fewer than four, which tolerate one faulty member", async () => {
    const { consortium } = await loadFixture(house);
    await expect((await itself(consortium)).removeBureau(4, 0))
      .to.be.revertedWithCustomError(consortium, "ConsortiumBelowFloor")
      .withArgs(3, 4);
  });

  it("is refused where more would have to sign than are left", async () => {
    const { consortium } = await loadFixture(five);
    await decide(consortium, "setThreshold", 5);
    const call = await itself(consortium);
    await expect(call.removeBureau(5, 0)).to.be.revertedWithCustomError(consortium, "ConsortiumBadThreshold").withArgs(5, 4);
    await call.removeBureau(5, 4);
    expect(await consortium.threshold()).to.equal(4);
  });

  it("is refused for a bureau that is none", async () => {
    const { consortium } = await loadFixture(five);
    await expect((await itself(consortium)).removeBureau(7, 0))
      .to.be.revertedWithCustomError(consortium, "ConsortiumUnknownBureau")
      .withArgs(7);
  });
});

describe("Consortium, threshold", () => {
  it("stays a majority of the bureaus, and at least three", async () => {
    const { consortium } = await loadFixture(five);
    const call = await itself(consortium);
    for (const threshold of [0, 2, 6]) {
      await expect(call.setThreshold(threshold))
        .to.be.revertedWithCustomError(consortium, "ConsortiumBadThreshold")
        .withArgs(threshold, 5);
    }
    for (const threshold of [3, 4, 5]) {
      await call.setThreshold(threshold);
      expect(await consortium.threshold()).to.equal(threshold);
    }
    expect(await consortium.version()).to.equal(5);
  });
});
