const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, found } = require("./founding");

const word = (slot) => ethers.provider.getStorage(ADDRESSES.ValidatorSet, slot);

describe("ValidatorSet", () => {
  it("answers with the founding set and its governor", async () => {
    const { validatorSet, config } = await loadFixture(found);
    const validators = [...(await validatorSet.getValidators())];
    expect(validators).to.have.members(config.bureaus.map((b) => b.validator));
    expect(await validatorSet.governor()).to.equal(ADDRESSES.Consortium);
    const setHash = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(["address[]"], [validators]));
    expect(await validatorSet.setHash()).to.equal(setHash);
    expect(await validatorSet.epochCount()).to.equal(1);
    expect(await validatorSet.epoch(0)).to.deep.equal([1n, setHash]);
  });

  it("keeps the set in a plain array at slot 0 and its hash at slot 1", async () => {
    const { validatorSet } = await loadFixture(found);
    const validators = await validatorSet.getValidators();
    expect(BigInt(await word(0))).to.equal(4n);
    const first = BigInt(ethers.keccak256(ethers.zeroPadValue("0x", 32)));
    for (const [i, validator] of validators.entries()) {
      expect(BigInt(await word(first + BigInt(i)))).to.equal(BigInt(validator));
    }
    expect(await word(1)).to.equal(await validatorSet.setHash());
  });

  it("refuses an empty set and one above the cap", async () => {
    const factory = await ethers.getContractFactory("ValidatorSet");
    const many = Array.from({ length: 101 }, (_, i) => ethers.toBeHex(i + 1, 20));
    for (const set of [[], many]) {
      await expect(factory.deploy(set, ADDRESSES.Consortium))
        .to.be.revertedWithCustomError(factory, "ValidatorSetBadSize")
        .withArgs(set.length, 100);
    }
  });

  it("refuses a zero, a repeated and an unordered validator", async () => {
    const factory = await ethers.getContractFactory("ValidatorSet");
    const [one, two, zero] = [ethers.toBeHex(1, 20), ethers.toBeHex(2, 20), ethers.ZeroAddress];
    for (const set of [[zero, one], [one, one], [two, one]]) {
      const [previous, next] = set[0] === zero ? [zero, zero] : set;
      await expect(factory.deploy(set, ADDRESSES.Consortium))
        .to.be.revertedWithCustomError(factory, "ValidatorSetNotAscending")
        .withArgs(previous, next);
    }
  });
});
