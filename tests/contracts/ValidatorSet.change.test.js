const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES } = require("./founding");

const GAS_AT_THE_CAP = 300_000; // of getValidators(), the 21,000 of a transaction included

const numbered = (size, from = 1) => Array.from({ length: size }, (_, i) => ethers.toBeHex(i + from, 20));
const hashOf = (set) => ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(["address[]"], [set]));

/** A set of four that an account of the tests governs. */
async function governed(size = 4) {
  const [governor, stranger] = await ethers.getSigners();
  const factory = await ethers.getContractFactory("ValidatorSet");
  const set = await factory.deploy(numbered(size), governor.address);
  return { set, governor, stranger };
}

describe("ValidatorSet, changed by its governor", () => {
  it("is another set from the next block on, with an epoch and an event that say so", async () => {
    const { set } = await loadFixture(governed);
    const next = numbered(5);
    const receipt = await (await set.change(next)).wait();
    const since = receipt.blockNumber + 1;
    await expect(Promise.resolve(receipt)).to.emit(set, "ValidatorsChanged").withArgs(since, hashOf(next), next, 1);
    expect([...(await set.getValidators())]).to.deep.equal(next);
    expect(await set.setHash()).to.equal(hashOf(next));
    expect(await set.epochCount()).to.equal(2);
    expect(await set.epoch(1)).to.deep.equal([BigInt(since), hashOf(next)]);
  });

  it("keeps every epoch, and shrinks its array to the new length", async () => {
    const { set } = await loadFixture(governed);
    await set.change(numbered(6));
    await set.change(numbered(4, 3));
    expect([...(await set.getValidators())]).to.deep.equal(numbered(4, 3));
    expect((await set.epoch(1)).setHash).to.equal(hashOf(numbered(6)));
    expect((await set.epoch(2)).sinceBlock).to.be.above((await set.epoch(1)).sinceBlock);
  });

  it("changes once a block at most", async () => {
    const { set } = await loadFixture(governed);
    await ethers.provider.send("evm_setAutomine", [false]);
    try {
      const first = await set.change(numbered(5), { gasLimit: 1_000_000 });
      const second = await set.change(numbered(6), { gasLimit: 1_000_000 });
      await mine();
      const receipts = await Promise.all([first, second].map((tx) => ethers.provider.getTransactionReceipt(tx.hash)));
      expect(receipts.map((receipt) => receipt.status)).to.deep.equal([1, 0]);
      expect(receipts[0].blockNumber).to.equal(receipts[1].blockNumber);
    } finally {
      await ethers.provider.send("evm_setAutomine", [true]);
    }
    expect(await set.epochCount()).to.equal(2);
    expect((await set.getValidators()).length).to.equal(5);
  });

  it("refuses an empty set, one above the cap, one out of order and the one it has", async () => {
    const { set } = await loadFixture(governed);
    const [one, two] = numbered(2);
    const refuses = (next, error, ...values) =>
      expect(set.change(next)).to.be.revertedWithCustomError(set, error).withArgs(...values);
    await refuses([], "ValidatorSetBadSize", 0, 100);
    await refuses(numbered(101), "ValidatorSetBadSize", 101, 100);
    await refuses([two, one], "ValidatorSetNotAscending", two, one);
    await refuses([one, one], "ValidatorSetNotAscending", one, one);
    await refuses([ethers.ZeroAddress, one], "ValidatorSetNotAscending", ethers.ZeroAddress, ethers.ZeroAddress);
    await refuses(numbered(4), "ValidatorSetUnchanged", hashOf(numbered(4)));
  });

  it("never falls below four once it has four, and may grow from fewer", async () => {
    const { set } = await loadFixture(governed);
    await expect(set.change(numbered(3)))
      .to.be.revertedWithCustomError(set, "ValidatorSetBelowFloor")
      .withArgs(3, 4);
    const { set: small } = await governed(2);
    await small.change(numbered(3));
    expect((await small.getValidators()).length).to.equal(3);
  });

  it("answers below the stated bound with as many validators as it may have", async () => {
    const { set } = await loadFixture(governed);
    await set.change(numbered(100));
    expect((await set.getValidators()).length).to.equal(100);
    expect(await set.getValidators.estimateGas()).to.be.below(GAS_AT_THE_CAP);
  });
});

describe("ValidatorSet, in other hands", () => {
  it("obeys the governor alone", async () => {
    const { set, governor, stranger } = await loadFixture(governed);
    const theirs = set.connect(stranger);
    for (const call of [() => theirs.change(numbered(5)), () => theirs.handOver(ADDRESSES.Consortium)]) {
      await expect(call())
        .to.be.revertedWithCustomError(set, "ValidatorSetNotTheGovernor")
        .withArgs(stranger.address, governor.address);
    }
  });

  it("goes to another contract, and the old governor has no say left", async () => {
    const { set, governor } = await loadFixture(governed);
    const { set: other } = await governed();
    await expect(set.handOver(other)).to.emit(set, "GovernorChanged").withArgs(governor.address, await other.getAddress(), 1);
    expect(await set.governor()).to.equal(await other.getAddress());
    expect(BigInt(await ethers.provider.getStorage(set, 3))).to.equal(BigInt(await other.getAddress()));
    await expect(set.change(numbered(5))).to.be.revertedWithCustomError(set, "ValidatorSetNotTheGovernor");
  });

  it("does not go to an account, whose one key would hold the chain", async () => {
    const { set, stranger } = await loadFixture(governed);
    await expect(set.handOver(stranger.address))
      .to.be.revertedWithCustomError(set, "ValidatorSetGovernorHasNoCode")
      .withArgs(stranger.address);
  });
});
