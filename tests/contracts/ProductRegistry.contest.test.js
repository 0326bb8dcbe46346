const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { GTIN, OURS, REASON, RIGHT, RIVAL, fixture, product } = require("./registries");

const [OPEN, UPHELD, REJECTED] = [1n, 2n, 3n];
const DOCUMENT = ethers.id("GS1 certificate");

async function contested() {
  const house = await fixture();
  await house.asOwner.registerProducts(OURS, [product()]);
  await house.asRival.registerProducts(RIVAL, [product()]);
  return house;
}

async function underPrefix() {
  const house = await fixture();
  await house.asOfficer.registerPrefix(OURS, 690123, 6, DOCUMENT);
  return house;
}

const statuses = async (products) => (await products.claims(GTIN))[2];

describe("ProductRegistry: rulings on rival claims", () => {
  it("lets the winner's claim stand and keeps the other as rejected", async () => {
    const { products, asCases } = await loadFixture(contested);
    await expect(asCases.settleClaim(GTIN, RIVAL, REASON)).to.emit(products, "ProductSettled").withArgs(GTIN, RIVAL, REASON, 4);
    expect((await products.product(GTIN)).slice(1)).to.deep.equal([RIVAL, false]);
    expect((await products.claims(GTIN))[1]).to.deep.equal([OURS, RIVAL]);
    expect(await statuses(products)).to.deep.equal([REJECTED, UPHELD]);
  });

  it("lets a later ruling replace an earlier one", async () => {
    const { products, asCases } = await loadFixture(contested);
    await asCases.settleClaim(GTIN, RIVAL, REASON);
    await asCases.settleClaim(GTIN, OURS, ethers.id("appeal"));
    expect((await products.product(GTIN)).slice(1)).to.deep.equal([OURS, false]);
    expect(await statuses(products)).to.deep.equal([UPHELD, REJECTED]);
  });

  it("opens the contest again when a third brand claims the GTIN", async () => {
    const { brands, products, officer, rival, asCases, asRival } = await loadFixture(contested);
    await asCases.settleClaim(GTIN, RIVAL, REASON);
    const third = ethers.id("third brand");
    await brands.connect(officer).registerBrand(third, rival.address, third, third, RIGHT);
    await expect(asRival.registerProducts(third, [product()])).to.emit(products, "ProductContested").withArgs(GTIN, RIVAL, third, 6);
    expect((await products.product(GTIN)).slice(1)).to.deep.equal([RIVAL, true]);
    expect(await statuses(products)).to.deep.equal([REJECTED, UPHELD, OPEN]);
  });

  it("does not let a loser claim again", async () => {
    const { asCases, asOwner, refuse } = await loadFixture(contested);
    await asCases.settleClaim(GTIN, RIVAL, REASON);
    await refuse(asOwner.registerProducts(OURS, [product()]), "ProductRegistryExists", GTIN, OURS);
  });

  it("reverts when nothing was contested, and when the winner claims nothing", async () => {
    const { asOwner, asCases, asRival, refuse } = await loadFixture(fixture);
    await asOwner.registerProducts(OURS, [product()]);
    await refuse(asCases.settleClaim(GTIN, OURS, REASON), "ProductRegistryNotContested", GTIN);
    await asRival.registerProducts(RIVAL, [product()]);
    for (const winner of [ethers.ZeroHash, ethers.id("nobody")]) {
      await refuse(asCases.settleClaim(GTIN, winner, REASON), "ProductRegistryNotAClaimant", GTIN, winner);
    }
  });
});

describe("ProductRegistry: company prefixes", () => {
  it("contests a claim under another owner's prefix, with the holder shown", async () => {
    const { products, asRival } = await loadFixture(underPrefix);
    await expect(asRival.registerProducts(RIVAL, [product()])).to.emit(products, "ProductContested").withArgs(GTIN, OURS, RIVAL, 2);
    expect(await products.contest(GTIN)).to.deep.equal([true, OURS]);
    expect((await products.product(GTIN)).slice(1)).to.deep.equal([RIVAL, true]);
  });

  it("contests nothing under the own prefix, nor under that of another brand of the same owner", async () => {
    const { brands, products, officer, owner, asOwner } = await loadFixture(underPrefix);
    const sister = ethers.id("sister brand");
    await brands.connect(officer).registerBrand(sister, owner.address, sister, sister, RIGHT);
    await asOwner.registerProducts(OURS, [product()]);
    await asOwner.registerProducts(sister, [product({ gtin: 6901234000009n })]);
    expect(await products.contest(GTIN)).to.deep.equal([false, ethers.ZeroHash]);
    expect(await products.contest(6901234000009n)).to.deep.equal([false, ethers.ZeroHash]);
  });

  it("lets a ruling give the GTIN to the holder of the prefix, who may then register it in peace", async () => {
    const { products, asCases, asOwner, asRival, refuse } = await loadFixture(underPrefix);
    await asRival.registerProducts(RIVAL, [product()]);
    await asCases.settleClaim(GTIN, OURS, REASON);
    await refuse(products.product(GTIN), "ProductRegistryUnknown", GTIN);
    expect(await statuses(products)).to.deep.equal([REJECTED]);
    await asOwner.registerProducts(OURS, [product()]);
    expect((await products.product(GTIN)).slice(1)).to.deep.equal([OURS, false]);
  });

  it("keeps on record the holder that a claim was made against, when the prefix is withdrawn", async () => {
    const { brands, products, officer, rival, asOfficer, asRival } = await loadFixture(underPrefix);
    await asRival.registerProducts(RIVAL, [product()]);
    await asOfficer.withdrawPrefix(690123, 6, REASON);
    const third = ethers.id("third brand");
    await brands.connect(officer).registerBrand(third, rival.address, third, third, RIGHT);
    await asRival.registerProducts(third, [product()]);
    expect(await products.contest(GTIN)).to.deep.equal([true, OURS]);
  });

  it("shows the earlier claim as the rival when the holder registers second", async () => {
    const { products, asOfficer, asOwner, asRival } = await loadFixture(fixture);
    await asRival.registerProducts(RIVAL, [product()]);
    await asOfficer.registerPrefix(OURS, 690123, 6, DOCUMENT);
    await expect(asOwner.registerProducts(OURS, [product()])).to.emit(products, "ProductContested").withArgs(GTIN, RIVAL, OURS, 3);
  });
});
