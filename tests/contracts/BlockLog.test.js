const { createHash } = require("crypto");
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine, reset } = require("@nomicfoundation/hardhat-network-helpers");

const GAS_OF_128 = 600_000; // of a run of 128 blocks, storage and event included

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();

/** The root as RFC 9162 section 2.1.1 defines it: split at the largest power of two below the size. */
function root(leaves) {
  if (leaves.length === 1) return sha256([0], leaves[0]);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256([1], root(leaves.slice(0, split)), root(leaves.slice(split)));
}

async function rootOf(first, size) {
  const leaves = [];
  for (let number = first; number < first + size; ++number) {
    leaves.push(ethers.getBytes((await ethers.provider.getBlock(number)).hash));
  }
  return ethers.hexlify(root(leaves));
}

async function deployed() {
  await reset();
  return { log: await (await ethers.getContractFactory("BlockLog")).deploy() }; // stands in block 1
}

describe("BlockLog", () => {
  for (const size of [1, 2, 3, 5, 8, 128, 255]) {
    it(`logs the RFC 9162 root over ${size} block hashes`, async () => {
      const { log } = await loadFixture(deployed);
      await mine(Math.max(size - 1, 1)); // the append stands in block size + 1, or in block 3
      const expected = await rootOf(0, size);
      await expect(log.append(0, size)).to.emit(log, "RunLogged").withArgs(0, expected, 0, size, 1);
      expect(await log.run(0)).to.deep.equal([expected, 0n, BigInt(size)]);
      expect(await log.next()).to.equal(size);
    });
  }

  it("follows each run with the next, whoever appends", async () => {
    const { log } = await loadFixture(deployed);
    const [, other] = await ethers.getSigners();
    await mine(20);
    await log.append(0, 7);
    await expect(log.connect(other).append(7, 9)).to.emit(log, "RunLogged").withArgs(1, await rootOf(7, 9), 7, 9, 2);
    expect(await log.runCount()).to.equal(2);
  });

  it("tells the second of two who log the same blocks", async () => {
    const { log } = await loadFixture(deployed);
    await mine(20);
    await log.append(0, 7);
    await expect(log.append(0, 7)).to.be.revertedWithCustomError(log, "BlockLogNotNext").withArgs(0, 7);
    await expect(log.append(8, 2)).to.be.revertedWithCustomError(log, "BlockLogNotNext").withArgs(8, 7);
  });

  it("takes the block before its own as the last one, and none after", async () => {
    const { log } = await loadFixture(deployed);
    const height = await ethers.provider.getBlockNumber();
    await expect(log.append(0, height + 2))
      .to.be.revertedWithCustomError(log, "BlockLogNotSealed")
      .withArgs(height + 2, height + 1);
    const now = await ethers.provider.getBlockNumber();
    await log.append(0, now + 1);
    expect((await log.run(0)).root).to.equal(await rootOf(0, now + 1));
  });

  it("refuses an empty run and one above the cap", async () => {
    const { log } = await loadFixture(deployed);
    await mine(300);
    for (const size of [0, 256]) {
      await expect(log.append(0, size)).to.be.revertedWithCustomError(log, "BlockLogBadSize").withArgs(size, 255);
    }
  });

  it("records the oldest hash in reach without a gap", async () => {
    const { log } = await loadFixture(deployed);
    await mine(256 - 1 - (await ethers.provider.getBlockNumber())); // the append stands in block 256
    const expected = await rootOf(0, 255);
    await expect(log.append(0, 255)).to.emit(log, "RunLogged").withArgs(0, expected, 0, 255, 1);
  });

  it("says which blocks were missed, and goes on at the oldest in reach", async () => {
    const { log } = await loadFixture(deployed);
    await mine(10);
    await log.append(0, 10);
    await mine(300);
    const oldest = (await ethers.provider.getBlockNumber()) + 1 - 256;
    const expected = await rootOf(oldest, 128);
    await expect(log.append(10, 128))
      .to.emit(log, "BlocksMissed")
      .withArgs(10, oldest - 10, 2)
      .and.to.emit(log, "RunLogged")
      .withArgs(1, expected, oldest, 128, 3);
    await expect(log.runOf(10)).to.be.revertedWithCustomError(log, "BlockLogNotLogged").withArgs(10);
    await expect(log.runOf(oldest - 1)).to.be.revertedWithCustomError(log, "BlockLogNotLogged").withArgs(oldest - 1);
    expect(await log.runOf(oldest)).to.deep.equal([1n, 0n]);
    expect(await log.runOf(9)).to.deep.equal([0n, 9n]);
  });

  it("finds the run of every block, and none past the last", async () => {
    const { log } = await loadFixture(deployed);
    await mine(60);
    const sizes = [1, 4, 2, 9, 3, 11];
    const places = [];
    for (const [index, size] of sizes.entries()) {
      await log.append(places.length, size);
      for (let place = 0; place < size; ++place) places.push([BigInt(index), BigInt(place)]);
    }
    for (const [number, place] of places.entries()) expect(await log.runOf(number)).to.deep.equal(place);
    await expect(log.runOf(places.length)).to.be.revertedWithCustomError(log, "BlockLogNotLogged").withArgs(places.length);
    await expect(log.run(6)).to.be.revertedWithCustomError(log, "BlockLogUnknownRun").withArgs(6, 6);
  });

  it("has no run before the first", async () => {
    const { log } = await loadFixture(deployed);
    await expect(log.runOf(0)).to.be.revertedWithCustomError(log, "BlockLogNotLogged").withArgs(0);
    expect(await log.next()).to.equal(0);
  });

  it("keeps runs where proofs look for them: root, then first block and size in one slot", async () => {
    const { log } = await loadFixture(deployed);
    await mine(20);
    await log.append(0, 7);
    await log.append(7, 9);
    const first = BigInt(ethers.keccak256(ethers.zeroPadValue("0x", 32)));
    const word = async (slot) => BigInt(await ethers.provider.getStorage(log, slot));
    expect(await word(0)).to.equal(2n);
    expect(await word(first + 2n)).to.equal(BigInt((await log.run(1)).root));
    expect(await word(first + 3n)).to.equal((9n << 64n) | 7n);
  });

  it("costs less than the stated bound for a run of 128", async () => {
    const { log } = await loadFixture(deployed);
    await mine(130);
    const { gasUsed } = await (await log.append(0, 128)).wait();
    expect(gasUsed).to.be.below(GAS_OF_128);
  });
});
