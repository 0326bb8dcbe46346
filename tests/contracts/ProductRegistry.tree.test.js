// A brand's whole catalogue as one tree: registered in one transaction, each product provable afterwards.
const { createHash } = require("crypto");
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { OURS, REASON, RIVAL, fixture, plain, product } = require("./registries");
const { refusal } = require("./reports");

const COUNT = 60_000;
const SAMPLES = 60;
const TYPE = "tuple(uint64 gtin,bytes32 nameDigest,uint64 priceLowFen,uint64 priceHighFen,bytes3 currency,bytes32 metadataDigest)";
const coder = ethers.AbiCoder.defaultAbiCoder();

const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const [LEAF, NODE] = [Buffer.from([0]), Buffer.from([1])];
const leafOf = (item) => sha(LEAF, Buffer.from(coder.encode([TYPE], [item]).slice(2), "hex"));
const hex = (buffer) => `0x${buffer.toString("hex")}`;

/** The n-th GTIN-13 of a company prefix, with its check digit. */
function gtinOf(n) {
  const body = 690_123_000_000n + BigInt(n);
  const sum = [...body.toString()].reverse().reduce((total, digit, place) => total + Number(digit) * (place % 2 ? 1 : 3), 0);
  return body * 10n + BigInt((10 - (sum % 10)) % 10);
}

/** All levels of an RFC 9162 tree, leaves first; the odd one at the end of a level goes up as it is. */
function levelsOf(leaves) {
  const levels = [leaves];
  while (levels.at(-1).length > 1) {
    const below = levels.at(-1);
    const next = [];
    for (let i = 0; i + 1 < below.length; i += 2) next.push(sha(NODE, below[i], below[i + 1]));
    if (below.length % 2) next.push(below.at(-1));
    levels.push(next);
  }
  return levels;
}

const pathOf = (levels, index) =>
  levels.slice(0, -1).flatMap((level, height) => {
    const sibling = (index >> height) ^ 1;
    return sibling < level.length ? [level[sibling]] : [];
  });

/** RFC 9162 section 2.1.3.2, apart from the contract's own. */
function rootBy(leaf, index, size, path) {
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (fn % 2 === 1 || fn === sn) {
      hash = sha(NODE, sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else hash = sha(NODE, hash, sibling);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return hash;
}

/** The catalogue: every product has its own GTIN, name and price. */
function catalogue(count) {
  const items = Array.from({ length: count }, (_, n) => product({ gtin: gtinOf(n), priceLowFen: 1_000 + n, priceHighFen: 100_000 + n }));
  return { items, levels: levelsOf(items.map(leafOf)) };
}

async function small() {
  const contracts = await fixture();
  const { items, levels } = catalogue(5);
  await contracts.asOwner.registerTree(OURS, hex(levels.at(-1)[0]), 5, REASON);
  const proof = (n) => [0, items[n], n, pathOf(levels, n).map(hex)];
  return { ...contracts, items, levels, proof };
}

describe("ProductRegistry: a tree", () => {
  it(`registers ${COUNT} products in one transaction, each of them provable`, async function () {
    this.timeout(0); // a slow machine is no defect
    const { products, asOwner } = await loadFixture(fixture);
    const { items, levels } = catalogue(COUNT);
    const root = levels.at(-1)[0];
    const receipt = await (await asOwner.registerTree(OURS, hex(root), COUNT, REASON)).wait();
    expect(receipt.gasUsed).to.be.below(250_000n); // whatever the number of products
    expect((await products.tree(0)).slice(0, 4)).to.deep.equal([hex(root), OURS, REASON, BigInt(COUNT)]);
    for (let n = 0; n < COUNT; ++n) {
      if (!rootBy(levels[0][n], n, COUNT, pathOf(levels, n)).equals(root)) expect.fail(`product ${n} is not provable`);
    }
    for (let k = 0; k < SAMPLES; ++k) {
      const n = k < 2 ? k * (COUNT - 1) : (k * 7919) % COUNT;
      expect(await products.checkProduct(0, items[n], n, pathOf(levels, n).map(hex))).to.equal(OURS);
    }
  });

  it("puts a product on record once it is proven, as if it had been registered alone", async () => {
    const { products, asOwner, items, proof } = await loadFixture(small);
    await expect(products.product(items[4].gtin)).to.be.revertedWithCustomError(products, "ProductRegistryUnknown");
    await expect(products.proveProduct(...proof(4))).to.emit(products, "ProductProven").withArgs(items[4].gtin, 0, 4, 3);
    expect(await products.product(items[4].gtin)).to.deep.equal([plain(items[4]), OURS, false]);
    await refusal(products.proveProduct(...proof(4)), products, "ProductRegistryExists", items[4].gtin, OURS);
    await refusal(asOwner.registerProducts(OURS, [items[4]]), products, "ProductRegistryExists", items[4].gtin, OURS);
  });

  it("makes a GTIN contested that a rival holds", async () => {
    const { products, asRival, items, proof } = await loadFixture(small);
    await asRival.registerProducts(RIVAL, [product({ gtin: items[2].gtin })]);
    await expect(products.proveProduct(...proof(2))).to.emit(products, "ProductContested");
    expect((await products.product(items[2].gtin)).contested).to.equal(true);
  });

  it("refuses a product, a place or a path that is not the tree's", async () => {
    const { products, items, proof } = await loadFixture(small);
    const [, item, index, path] = proof(3);
    for (const call of [
      [0, { ...item, priceLowFen: 1 }, index, path],
      [0, item, 2, path],
      [0, item, 5, path],
      [0, item, index, path.slice(1)],
      [0, item, index, [...path, path[0]]],
      [0, items[0], index, path],
    ]) {
      await expect(products.checkProduct(...call)).to.be.reverted;
      await expect(products.proveProduct(...call)).to.be.reverted;
    }
    await refusal(products.checkProduct(1, item, index, path), products, "ProductRegistryUnknownTree", 1);
  });

  it("is the owner's, and never empty", async () => {
    const { products, asOwner, asRival, levels } = await loadFixture(small);
    const root = hex(levels.at(-1)[0]);
    const rival = await asRival.runner.getAddress();
    await refusal(asRival.registerTree(OURS, root, 5, REASON), products, "ProductRegistryNotTheOwner", rival, OURS);
    for (const values of [[ethers.ZeroHash, 5, REASON], [root, 0, REASON], [root, 5, ethers.ZeroHash]]) {
      await refusal(asOwner.registerTree(OURS, ...values), products, "ProductRegistryEmptyTree", values[0], values[1]);
    }
  });
});
