const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, bureau, configuration, consortiumArguments, found, key } = require("./founding");
const { DAY, decide, expectAgreement, house, itself, pass, proof } = require("./votes");

const FINDINGS = 7;

/** The consortium as after a vote, and a contract that could follow the one in force. */
async function ready() {
  const contracts = await house();
  const next = await ethers.deployContract("FindingRegistry", [ADDRESSES.Consortium, ADDRESSES.CaseRegistry]);
  return { ...contracts, call: await itself(contracts.consortium), next: await next.getAddress() };
}

describe("Consortium, contracts in force", () => {
  it("change from a block on that the vote names, not before", async () => {
    const contracts = await loadFixture(ready);
    const { consortium, next } = contracts;
    const id = await pass(consortium, "putInForce", FINDINGS, next, 1000);
    await expect(consortium.execute(id)).to.emit(consortium, "ContractPut").withArgs(FINDINGS, next, 1000, 6);
    const inForce = async () => [
      await consortium.isInForce(FINDINGS, ADDRESSES.FindingRegistry),
      await consortium.isInForce(FINDINGS, next),
    ];
    expect(await inForce()).to.deep.equal([true, false]);
    await mine(1000 - (await ethers.provider.getBlockNumber()));
    expect(await inForce()).to.deep.equal([false, true]);
    await expectAgreement(contracts);
  });

  it("follow each other: later than now, and than all of their role", async () => {
    const { consortium, call, next } = await loadFixture(ready);
    const now = (await ethers.provider.getBlockNumber()) + 1;
    await expect(call.putInForce(FINDINGS, next, now))
      .to.be.revertedWithCustomError(consortium, "ConsortiumBadFromBlock")
      .withArgs(FINDINGS, now, now);
    await call.putInForce(FINDINGS, next, 1000);
    await expect(call.putInForce(FINDINGS, next, 1000))
      .to.be.revertedWithCustomError(consortium, "ConsortiumBadFromBlock")
      .withArgs(FINDINGS, 1000, 1000);
    await call.putInForce(8, next, 900);
    await call.putInForce(FINDINGS, ADDRESSES.FindingRegistry, 1001);
  });

  it("are contracts, and never another ValidatorSet", async () => {
    const { consortium, call, next } = await loadFixture(ready);
    const nobody = key("nobody").address;
    await expect(call.putInForce(FINDINGS, nobody, 1000))
      .to.be.revertedWithCustomError(consortium, "ConsortiumNoCode")
      .withArgs(nobody);
    for (const role of [0, 1]) {
      await expect(call.putInForce(role, next, 1000))
        .to.be.revertedWithCustomError(consortium, "ConsortiumFixedRole")
        .withArgs(role);
    }
  });

  it("are no more than loops may walk", async () => {
    const { consortium, call, next } = await loadFixture(ready);
    for (let i = 9; i < 100; ++i) await call.putInForce(FINDINGS, next, 1000 + i);
    await expect(call.putInForce(FINDINGS, next, 2000))
      .to.be.revertedWithCustomError(consortium, "ConsortiumTooMany")
      .withArgs(101, 100);
  });
});

describe("Consortium, a pause", () => {
  it("needs no delay once it is voted, stops the role and ends by itself", async () => {
    const { consortium } = await loadFixture(ready);
    const until = (await time.latest()) + 5 * DAY;
    const before = await consortium.configDigest();
    const id = await pass(consortium, "pause", FINDINGS, until);
    expect(await time.latest()).to.be.below(until - 4 * DAY);
    await expect(consortium.execute(id)).to.emit(consortium, "RolePaused").withArgs(FINDINGS, until, 6);
    expect(await consortium.isPaused(FINDINGS)).to.equal(true);
    expect(await consortium.pausedUntil(FINDINGS)).to.equal(until);
    expect(await consortium.isInForce(FINDINGS, ADDRESSES.FindingRegistry)).to.equal(false);
    expect(await consortium.isInForce(8, ADDRESSES.CaseRegistry)).to.equal(true);
    expect(await consortium.configDigest()).to.equal(before);
    await time.increaseTo(until);
    expect(await consortium.isPaused(FINDINGS)).to.equal(false);
    expect(await consortium.isInForce(FINDINGS, ADDRESSES.FindingRegistry)).to.equal(true);
  });

  it("ends before its time by another vote", async () => {
    const { consortium } = await loadFixture(ready);
    await decide(consortium, "pause", FINDINGS, (await time.latest()) + 5 * DAY);
    await expect(decide(consortium, "resume", FINDINGS)).to.emit(consortium, "RoleResumed").withArgs(FINDINGS, 13);
    expect(await consortium.isInForce(FINDINGS, ADDRESSES.FindingRegistry)).to.equal(true);
  });

  it("is at most 30 days long, ends later than now, and is there to be ended", async () => {
    const { consortium, call } = await loadFixture(ready);
    const now = await time.latest();
    for (const until of [now, now + 31 * DAY]) {
      await expect(call.pause(FINDINGS, until)).to.be.revertedWithCustomError(consortium, "ConsortiumBadPause");
    }
    await expect(call.resume(FINDINGS)).to.be.revertedWithCustomError(consortium, "ConsortiumBadPause");
    await call.pause(FINDINGS, now + 30 * DAY);
  });

  it("ends later than its own block, and 30 days after it at the latest", async () => {
    const { consortium, call } = await loadFixture(ready);
    const tomorrow = (await time.latest()) + DAY;
    for (const [at, length] of [[tomorrow, 0], [tomorrow + 1, 30 * DAY + 1]]) {
      await time.setNextBlockTimestamp(at);
      await expect(call.pause(FINDINGS, at + length))
        .to.be.revertedWithCustomError(consortium, "ConsortiumBadPause")
        .withArgs(FINDINGS, at + length, at + 30 * DAY);
    }
    await time.setNextBlockTimestamp(tomorrow + 2);
    await call.pause(FINDINGS, tomorrow + 2 + 30 * DAY);
    expect(await consortium.isPaused(FINDINGS)).to.equal(true);
  });

  it("is not for what consensus and votes rest on", async () => {
    const { consortium, call } = await loadFixture(ready);
    for (const role of [0, 1, 2, 3]) {
      await expect(call.pause(role, (await time.latest()) + DAY))
        .to.be.revertedWithCustomError(consortium, "ConsortiumFixedRole")
        .withArgs(role);
    }
  });
});

describe("Consortium, courts and witnesses", () => {
  const court = (id) => ({ id, nameDigest: ethers.id(`court ${id}`), key: key(`court ${id}`).address });

  it("registers a court, which rules from then on", async () => {
    const contracts = await loadFixture(ready);
    const { consortium, call } = contracts;
    await expect(decide(consortium, "registerCourt", court(7)))
      .to.emit(consortium, "CourtRegistered")
      .withArgs(7, court(7).nameDigest, 6);
    await call.registerCourt(court(3));
    expect(await consortium.courtOf(court(7).key)).to.equal(7);
    const [, , , courts] = await consortium.configuration();
    expect(courts.map((c) => Number(c.id))).to.deep.equal([1, 3, 7]);
    expect(courts[1].key).to.equal(court(3).key);
    await expectAgreement(contracts);
  });

  it("registers the first court where there is none", async () => {
    const contracts = await found(configuration({ courts: [] }));
    await (await itself(contracts.consortium)).registerCourt(court(1));
    expect(await contracts.consortium.courtOf(court(1).key)).to.equal(1);
    await expectAgreement(contracts);
  });

  it("gives no number and no key twice", async () => {
    const { consortium, call } = await loadFixture(ready);
    for (const id of [0, 1]) {
      await expect(call.registerCourt(court(id))).to.be.revertedWithCustomError(consortium, "ConsortiumIdTaken").withArgs(id);
    }
    await expect(call.registerCourt({ ...court(2), key: key("court").address }))
      .to.be.revertedWithCustomError(consortium, "ConsortiumKeyTaken")
      .withArgs(key("court").address, 1);
  });

  it("registers no more of them than loops may walk", async () => {
    const { consortium } = await found(configuration({ courts: Array.from({ length: 100 }, (_, i) => court(i + 1)) }));
    const call = await itself(consortium);
    const refuses = (done) => expect(done).to.be.revertedWithCustomError(consortium, "ConsortiumTooMany").withArgs(101, 100);
    await refuses(call.registerCourt(court(101)));
    for (let n = 0; n < 100; ++n) await call.registerWitness(ethers.id("name"), ethers.id(`witness ${n}`));
    await refuses(call.registerWitness(ethers.id("name"), ethers.id("one too many")));
  });

  it("registers a witness with the block, once", async () => {
    const { consortium, call } = await loadFixture(ready);
    const [name, witnessKey] = [ethers.id("witness"), ethers.id("key of witness")];
    const before = await consortium.version();
    await expect(decide(consortium, "registerWitness", name, witnessKey))
      .to.emit(consortium, "WitnessRegistered")
      .withArgs(witnessKey, name, 6);
    const block = BigInt(await ethers.provider.getBlockNumber());
    expect(await consortium.witnesses()).to.deep.equal([[name, witnessKey, block]]);
    expect(await consortium.version()).to.equal(before);
    for (const bad of [witnessKey, ethers.ZeroHash]) {
      await expect(call.registerWitness(name, bad)).to.be.revertedWithCustomError(consortium, "ConsortiumBadWitness").withArgs(bad);
    }
  });
});

describe("Consortium, its successor", () => {
  async function successor() {
    const contracts = await ready();
    const factory = await ethers.getContractFactory("Consortium");
    const other = await factory.deploy(...consortiumArguments(contracts.config));
    return { ...contracts, other: await other.getAddress() };
  }

  it("governs the validators after two votes and seven days, and the old one no longer", async () => {
    const { consortium, validatorSet, other } = await loadFixture(successor);
    await decide(consortium, "putInForce", 3, other, (await ethers.provider.getBlockNumber()) + 20);
    const id = await pass(consortium, "nominateSuccessor", other);
    const at = (await time.latest()) + 60;
    await time.setNextBlockTimestamp(at);
    const from = at + 7 * DAY;
    await expect(consortium.execute(id)).to.emit(consortium, "SuccessorNominated").withArgs(other, from, 14);
    expect(await consortium.successor()).to.deep.equal([other, BigInt(from)]);
    await mine(20);
    await expect(consortium.handOver()).to.be.revertedWithCustomError(consortium, "ConsortiumTooEarly");
    await time.setNextBlockTimestamp(from);
    await expect(consortium.handOver()).to.emit(consortium, "GovernanceHandedOver").withArgs(other, 16);
    expect(await validatorSet.governor()).to.equal(other);
    const admission = await pass(consortium, "admitBureau", bureau(5), 0);
    await expect(consortium.activate(...(await proof(admission, 5, key("validator 5")))))
      .to.be.revertedWithCustomError(validatorSet, "ValidatorSetNotTheGovernor")
      .withArgs(ADDRESSES.Consortium, other);
    await expect(consortium.handOver())
      .to.be.revertedWithCustomError(consortium, "ConsortiumNoSuccessor")
      .withArgs(ethers.ZeroAddress);
  });

  it("takes nothing over unless it is in force as Consortium", async () => {
    const { consortium, call, other } = await loadFixture(successor);
    await call.nominateSuccessor(other);
    await time.increase(8 * DAY);
    await expect(consortium.handOver()).to.be.revertedWithCustomError(consortium, "ConsortiumNoSuccessor").withArgs(other);
  });

  it("is none where nobody was nominated, not even where no Consortium is in force", async () => {
    const contracts = configuration().contracts.filter(({ role }) => role !== 3);
    for (const config of [configuration(), configuration({ contracts })]) {
      const { consortium } = await found(config);
      await expect(consortium.handOver())
        .to.be.revertedWithCustomError(consortium, "ConsortiumNoSuccessor")
        .withArgs(ethers.ZeroAddress);
    }
  });

  it("is no account, and may be taken back", async () => {
    const { consortium, call, other } = await loadFixture(successor);
    const nobody = key("nobody").address;
    await expect(call.nominateSuccessor(nobody))
      .to.be.revertedWithCustomError(consortium, "ConsortiumNoCode")
      .withArgs(nobody);
    await call.nominateSuccessor(other);
    await call.nominateSuccessor(ethers.ZeroAddress);
    expect(await consortium.successor()).to.deep.equal([ethers.ZeroAddress, 0n]);
  });
});
