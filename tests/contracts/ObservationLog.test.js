const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { domain, found, key } = require("./founding");
const { highS } = require("./signatures");

const TYPES = {
  Anchor: [
    { name: "bureau", type: "uint32" },
    { name: "sequence", type: "uint64" },
    { name: "previousRoot", type: "bytes32" },
    { name: "root", type: "bytes32" },
    { name: "size", type: "uint64" },
  ],
};
const batch = (changes = {}) => ({
  bureau: 2,
  sequence: 1,
  previousRoot: ethers.ZeroHash,
  root: ethers.id("root 1"),
  size: 1000,
  ...changes,
});
const sign = (value, by = "oracle 2", where = domain("ObservationLog")) => key(by).signTypedData(where, TYPES, value);

async function anchored() {
  const contracts = await found();
  await contracts.log.anchor(batch(), await sign(batch()));
  return contracts;
}

describe("ObservationLog", () => {
  it("anchors a batch that a bureau's oracle signed, whoever carries it", async () => {
    const { log } = await loadFixture(found);
    await expect(log.anchor(batch(), await sign(batch())))
      .to.emit(log, "BatchAnchored")
      .withArgs(2, 1, batch().root, 1000, 1);
    expect(await log.last(2)).to.deep.equal([1n, batch().root, 1000n]);
    expect(await log.last(1)).to.deep.equal([0n, ethers.ZeroHash, 0n]);
  });

  it("links each batch to the last one, for each bureau on its own", async () => {
    const { log } = await loadFixture(anchored);
    const next = batch({ sequence: 2, previousRoot: batch().root, root: ethers.id("root 2"), size: 1 });
    await expect(log.anchor(next, await sign(next))).to.emit(log, "BatchAnchored").withArgs(2, 2, next.root, 1, 2);
    const other = batch({ bureau: 3 });
    await expect(log.anchor(other, await sign(other, "oracle 3"))).to.emit(log, "BatchAnchored").withArgs(3, 1, other.root, 1000, 3);
  });

  it("reverts when the sequence is not the last plus one", async () => {
    const { log } = await loadFixture(anchored);
    for (const sequence of [0, 1, 3]) {
      const value = batch({ sequence, previousRoot: batch().root });
      await expect(log.anchor(value, await sign(value)))
        .to.be.revertedWithCustomError(log, "ObservationLogBadSequence")
        .withArgs(2, sequence, 2);
    }
  });

  it("reverts when the previous root is not the bureau's last", async () => {
    const { log } = await loadFixture(anchored);
    const value = batch({ sequence: 2, previousRoot: ethers.id("another") });
    await expect(log.anchor(value, await sign(value)))
      .to.be.revertedWithCustomError(log, "ObservationLogBadPreviousRoot")
      .withArgs(2, value.previousRoot, batch().root);
  });

  it("reverts when the batch is empty or its root is zero", async () => {
    const { log } = await loadFixture(found);
    for (const value of [batch({ size: 0 }), batch({ root: ethers.ZeroHash })]) {
      await expect(log.anchor(value, await sign(value)))
        .to.be.revertedWithCustomError(log, "ObservationLogEmptyBatch")
        .withArgs(2, value.root, value.size);
    }
  });

  it("reverts when another key than the bureau's oracle signed", async () => {
    const { log } = await loadFixture(found);
    for (const by of ["oracle 1", "sender 2", "officer 2", "stranger"]) {
      await expect(log.anchor(batch(), await sign(batch(), by)))
        .to.be.revertedWithCustomError(log, "ObservationLogNotTheOracle")
        .withArgs(key(by).address, 2);
    }
    const nobody = batch({ bureau: 0 });
    await expect(log.anchor(nobody, await sign(nobody, "stranger")))
      .to.be.revertedWithCustomError(log, "ObservationLogNotTheOracle")
      .withArgs(key("stranger").address, 0);
  });

  it("reverts when the signature was made for another chain, contract, or batch", async () => {
    const { log } = await loadFixture(found);
    const foreign = [
      await sign(batch(), "oracle 2", domain("ObservationLog", 1)),
      await sign(batch(), "oracle 2", domain("FindingRegistry")),
      await sign(batch({ size: 999 })),
    ];
    for (const signature of foreign) {
      await expect(log.anchor(batch(), signature)).to.be.revertedWithCustomError(log, "ObservationLogNotTheOracle");
    }
  });

  it("reverts when the signature is high-s, compact, too long, or recovers nobody", async () => {
    const { log } = await loadFixture(found);
    const good = await sign(batch());
    const compact = ethers.Signature.from(good).compactSerialized;
    for (const bad of [highS(good), compact, `${good}00`, "0x", `0x${"00".repeat(65)}`]) {
      await expect(log.anchor(batch(), bad))
        .to.be.revertedWithCustomError(log, "ObservationLogBadSignature")
        .withArgs(ethers.dataLength(bad));
    }
  });
});
