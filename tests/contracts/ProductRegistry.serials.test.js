const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { GTIN, OURS, REASON, RIVAL, fixture, plain, product } = require("./registries");

const [UNKNOWN, ISSUED, RECALLED, VOID] = [0n, 1n, 2n, 3n];
const NOTHING = [0n, 0n, ethers.ZeroHash, 0n, 0n];

const range = (first, last, changes = {}) => ({
  first: BigInt(first),
  last: BigInt(last),
  batchDigest: ethers.id(`batch ${first}`),
  producedAt: 1_700_000_000,
  bestBefore: 0,
  ...changes,
});

async function claimed() {
  const house = await fixture();
  await house.asOwner.registerProducts(OURS, [product()]);
  const issue = (first, last, changes) => house.asOwner.issueSerials(OURS, GTIN, range(first, last, changes));
  return { ...house, issue };
}

async function issued() {
  const house = await claimed();
  await house.issue(1000, 1999);
  await house.issue(1, 99);
  await house.issue(500, 500);
  return house;
}

describe("ProductRegistry: serials", () => {
  it("issues a range and finds each of its serials, and no other", async () => {
    const { products, issue } = await loadFixture(claimed);
    await expect(issue(1000, 1999))
      .to.emit(products, "SerialsIssued")
      .withArgs(GTIN, OURS, 0, 1000, 1999, range(1000, 1999).batchDigest, 2);
    for (const serial of [1000, 1500, 1999]) {
      expect(await products.serialStatus(GTIN, serial)).to.deep.equal([ISSUED, OURS, plain(range(1000, 1999))]);
    }
    for (const serial of [0, 999, 2000, 2n ** 128n - 1n]) {
      expect(await products.serialStatus(GTIN, serial)).to.deep.equal([UNKNOWN, OURS, NOTHING]);
    }
  });

  it("finds serials whatever the order in which the ranges came", async () => {
    const { products } = await loadFixture(issued);
    const status = async (serial) => (await products.serialStatus(GTIN, serial))[0];
    expect(await Promise.all([0, 1, 99, 100, 499, 500, 501, 999, 1000, 2000].map(status))).to.deep.equal(
      [UNKNOWN, ISSUED, ISSUED, UNKNOWN, UNKNOWN, ISSUED, UNKNOWN, UNKNOWN, ISSUED, UNKNOWN],
    );
    expect(await products.rangeCount(OURS, GTIN)).to.equal(3);
    expect((await products.rangeAt(OURS, GTIN, 1))[0]).to.deep.equal(plain(range(1, 99)));
  });

  it("reverts when a range shares a serial with another of the brand", async () => {
    const { issue, refuse } = await loadFixture(issued);
    for (const [first, last] of [[99, 100], [0, 1], [400, 600], [500, 500], [1999, 2000], [1200, 1300], [0, 3000], [999, 1000]]) {
      await refuse(issue(first, last), "ProductRegistryOverlap", GTIN, first, last);
    }
    await issue(100, 499);
    await issue(501, 999);
    await issue(2000, 2n ** 128n - 1n);
    await issue(0, 0);
  });

  it("keeps the ranges of rival brands apart, and answers by the claim that stands", async () => {
    const { products, asRival, asCases } = await loadFixture(issued);
    await asRival.registerProducts(RIVAL, [product()]);
    await asRival.issueSerials(RIVAL, GTIN, range(1, 9));
    expect((await products.serialStatus(GTIN, 50)).slice(0, 2)).to.deep.equal([ISSUED, OURS]);
    expect((await products.serialStatusOf(RIVAL, GTIN, 9))[0]).to.equal(ISSUED);
    await asCases.settleClaim(GTIN, RIVAL, REASON);
    expect((await products.serialStatus(GTIN, 50)).slice(0, 2)).to.deep.equal([UNKNOWN, RIVAL]);
    expect((await products.serialStatus(GTIN, 5)).slice(0, 2)).to.deep.equal([ISSUED, RIVAL]);
  });

  it("recalls a range, then voids it, never back", async () => {
    const { products, asOwner, refuse } = await loadFixture(issued);
    const withdraw = (to) => asOwner.withdrawSerials(OURS, GTIN, 1, to, REASON);
    await expect(withdraw(RECALLED)).to.emit(products, "SerialsWithdrawn").withArgs(GTIN, OURS, 1, RECALLED, REASON, 5);
    expect((await products.serialStatus(GTIN, 50))[0]).to.equal(RECALLED);
    expect((await products.serialStatus(GTIN, 500))[0]).to.equal(ISSUED);
    for (const to of [UNKNOWN, ISSUED, RECALLED]) {
      await refuse(withdraw(to), "ProductRegistryBadTransition", RECALLED, to);
    }
    await withdraw(VOID);
    expect((await products.rangeAt(OURS, GTIN, 1)).slice(1)).to.deep.equal([VOID, REASON]);
    await refuse(withdraw(VOID), "ProductRegistryBadTransition", VOID, VOID);
  });

  it("reverts when a range or a recall makes no sense", async () => {
    const { asOwner, issue, refuse } = await loadFixture(issued);
    const { producedAt } = range(1, 1);
    await refuse(issue(9, 8), "ProductRegistryBadRange", 9, 8, producedAt, 0);
    await refuse(issue(3000, 3001, { batchDigest: ethers.ZeroHash }), "ProductRegistryBadRange", 3000, 3001, producedAt, 0);
    await refuse(issue(3000, 3001, { bestBefore: producedAt }), "ProductRegistryBadRange", 3000, 3001, producedAt, producedAt);
    await refuse(asOwner.withdrawSerials(OURS, GTIN, 3, RECALLED, REASON), "ProductRegistryUnknownRange", GTIN, OURS, 3);
    await refuse(asOwner.rangeAt(OURS, GTIN, 3), "ProductRegistryUnknownRange", GTIN, OURS, 3);
    await refuse(asOwner.withdrawSerials(OURS, GTIN, 0, VOID, ethers.ZeroHash), "ProductRegistryNoReason", GTIN, 0);
  });

  it("reverts when the brand has not claimed the GTIN, or lost it", async () => {
    const { asRival, asCases, issue, products, refuse } = await loadFixture(issued);
    await refuse(asRival.issueSerials(RIVAL, GTIN, range(1, 2)), "ProductRegistryNoClaim", GTIN, RIVAL);
    await refuse(products.serialStatus(96385074n, 1), "ProductRegistryUnknown", 96385074n);
    await asRival.registerProducts(RIVAL, [product()]);
    await asCases.settleClaim(GTIN, RIVAL, REASON);
    await refuse(issue(5000, 5001), "ProductRegistryNoClaim", GTIN, OURS);
  });

  it("stops at the cap, at a cost that stays small", async () => {
    const { products, issue, refuse } = await loadFixture(claimed);
    const cap = Number(await products.MAX_RANGES());
    for (let n = 1; n < cap; ++n) await issue(10 * n, 10 * n + 9);
    const last = await (await issue(0, 9)).wait(); // before all others: the longest shift
    expect(last.gasUsed).to.be.below(1_000_000n);
    expect((await products.serialStatus(GTIN, 10 * cap - 11))[0]).to.equal(ISSUED);
    await refuse(issue(10 * cap, 10 * cap), "ProductRegistryTooManyRanges", GTIN, OURS, cap);
  });
});
