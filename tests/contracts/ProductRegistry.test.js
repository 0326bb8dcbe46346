const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, time } = require("@nomicfoundation/hardhat-network-helpers");
const { funded } = require("./founding");
const { GTIN, OURS, REASON, RIGHT, RIVAL, fixture, plain, product } = require("./registries");

const SELLER = ethers.id("seller");
const DAY = 86_400n;

/** The next block's time, fixed before the call. */
async function nextBlock(seconds = 10n) {
  const at = BigInt(await time.latest()) + seconds;
  await time.setNextBlockTimestamp(at);
  return at;
}

describe("ProductRegistry: products", () => {
  it("keeps a brand's products and numbers its events", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const second = product({ gtin: 96385074n }); // a GTIN-8
    await expect(asOwner.registerProducts(OURS, [product(), second]))
      .to.emit(products, "ProductRegistered")
      .withArgs(GTIN, OURS, 1)
      .and.to.emit(products, "ProductRegistered")
      .withArgs(second.gtin, OURS, 2);
    expect(await products.product(GTIN)).to.deep.equal([plain(product()), OURS, false]);
  });

  it("takes GTINs of 8, 12, 13 and 14 digits by their check digit", async () => {
    const { asOwner } = await loadFixture(fixture);
    const good = [96385074n, 614141000036n, 4006381333931n, 10614141000415n];
    await asOwner.registerProducts(OURS, good.map((gtin) => product({ gtin })));
  });

  it("reverts when the check digit is wrong or the number too long", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const swapped = 6901234567829n; // the last two digits change places
    for (const gtin of [0n, swapped, GTIN + 1n, 10n ** 14n, 100000000000007n, 2n ** 64n - 1n]) {
      await expect(asOwner.registerProducts(OURS, [product(), product({ gtin })]))
        .to.be.revertedWithCustomError(products, "ProductRegistryBadGtin")
        .withArgs(gtin);
    }
  });

  it("reverts when the price range is empty or without currency", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const empty = { priceLowFen: 0, priceHighFen: 0 };
    for (const bad of [{ priceLowFen: 30_000 }, empty, { currency: "0x000000" }]) {
      const item = product(bad);
      await expect(asOwner.registerProducts(OURS, [item]))
        .to.be.revertedWithCustomError(products, "ProductRegistryBadPrice")
        .withArgs(GTIN, item.priceLowFen, item.priceHighFen, item.currency);
    }
  });

  it("takes one price instead of a range, and as many sellers as the cap", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    await asOwner.registerProducts(OURS, [product({ priceLowFen: 29_900 })]);
    expect((await products.product(GTIN)).item.priceLowFen).to.equal(29_900);
    const many = Array.from({ length: 500 }, (_, n) => ethers.id(`seller ${n}`));
    await asOwner.authoriseSellers(OURS, many, 2n ** 40n, 2n ** 41n);
    expect(await products.authorisation(OURS, many[499])).to.deep.equal([2n ** 40n, 2n ** 41n]);
  });

  it("marks a GTIN contested when a rival claims it, and keeps both claims", async () => {
    const { products, asOwner, asRival } = await loadFixture(fixture);
    await asOwner.registerProducts(OURS, [product()]);
    const theirs = product({ nameDigest: ethers.id("their kettle") });
    await expect(asRival.registerProducts(RIVAL, [theirs]))
      .to.emit(products, "ProductRegistered")
      .withArgs(GTIN, RIVAL, 2)
      .and.to.emit(products, "ProductContested")
      .withArgs(GTIN, OURS, RIVAL, 3);
    expect(await products.product(GTIN)).to.deep.equal([plain(product()), OURS, true]);
    expect(await products.claims(GTIN)).to.deep.equal([[plain(product()), plain(theirs)], [OURS, RIVAL], [1n, 1n]]);
  });

  it("reverts when the brand claims a GTIN twice", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    await expect(asOwner.registerProducts(OURS, [product(), product()]))
      .to.be.revertedWithCustomError(products, "ProductRegistryExists")
      .withArgs(GTIN, OURS);
  });

  it("reverts when the sender does not own the brand", async () => {
    const { products, asRival, rival } = await loadFixture(fixture);
    const refusal = (call, brand = OURS) =>
      expect(call).to.be.revertedWithCustomError(products, "ProductRegistryNotTheOwner").withArgs(rival.address, brand);
    await refusal(asRival.registerProducts(OURS, [product()]));
    await refusal(asRival.registerProducts(ethers.id("no brand"), [product()]), ethers.id("no brand"));
    await refusal(asRival.authoriseSellers(OURS, [SELLER], 2n ** 40n, 2n ** 41n));
    await refusal(asRival.withdrawSellers(OURS, [SELLER]));
  });

  it("reverts when a call carries nothing or more than the cap", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const refusal = (call, count) =>
      expect(call).to.be.revertedWithCustomError(products, "ProductRegistryBadCount").withArgs(count, 500);
    await refusal(asOwner.registerProducts(OURS, []), 0);
    await refusal(asOwner.registerProducts(OURS, Array(501).fill(product())), 501);
    await refusal(asOwner.authoriseSellers(OURS, Array(501).fill(SELLER), 2n ** 40n, 2n ** 41n), 501);
    await refusal(asOwner.withdrawSellers(OURS, []), 0);
  });

  it("reverts when asked for an unknown GTIN, and when too many brands claim one", async () => {
    const { brands, products, owner } = await loadFixture(fixture);
    await expect(products.product(GTIN)).to.be.revertedWithCustomError(products, "ProductRegistryUnknown").withArgs(GTIN);
    const officer = brands.connect(await funded("officer 1"));
    const claim = async (n) => {
      const id = ethers.id(`brand ${n}`);
      await officer.registerBrand(id, owner.address, ethers.id(`key ${n}`), ethers.id("name"), RIGHT);
      return products.connect(owner).registerProducts(id, [product()]);
    };
    for (let n = 0; n < 16; n++) await claim(n);
    await expect(claim(16)).to.be.revertedWithCustomError(products, "ProductRegistryBadCount").withArgs(16, 16);
  });
});

describe("ProductRegistry: rights", () => {
  it("takes no product of a brand without a right in force", async () => {
    const { brands, asOfficer, asOwner, refuse } = await loadFixture(fixture);
    await asOfficer.revokeRight(OURS, 0, REASON);
    await refuse(asOwner.registerProducts(OURS, [product()]), "ProductRegistryNoRightInForce", OURS);
    await refuse(asOwner.registerTree(OURS, REASON, 9, REASON), "ProductRegistryNoRightInForce", OURS);
    await brands.connect(await funded("sender 1")).fileRight(OURS, RIGHT);
    await asOwner.registerProducts(OURS, [product()]);
    await time.increaseTo(RIGHT[4]);
    await refuse(asOwner.registerProducts(OURS, [product({ gtin: 96385074n })]), "ProductRegistryNoRightInForce", OURS);
  });

  it("follows a brand to its new owner", async () => {
    const { brands, owner, rival, asOwner, asRival, refuse } = await loadFixture(fixture);
    await brands.connect(owner).offerBrand(OURS, rival.address);
    await brands.connect(rival).acceptBrand(OURS);
    await refuse(asOwner.registerProducts(OURS, [product()]), "ProductRegistryNotTheOwner", owner.address, OURS);
    await asRival.registerProducts(OURS, [product()]);
  });
});

describe("ProductRegistry: sellers", () => {
  it("authorises sellers from now or later on", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const now = await nextBlock();
    await expect(asOwner.authoriseSellers(OURS, [SELLER], now, now + DAY))
      .to.emit(products, "SellerAuthorised")
      .withArgs(OURS, SELLER, now, now + DAY, 1);
    expect(await products.authorisation(OURS, SELLER)).to.deep.equal([now, now + DAY]);
    expect(await products.authorisation(RIVAL, SELLER)).to.deep.equal([0n, 0n]);
  });

  it("reverts when an authorisation would reach back, by one second", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const now = await nextBlock();
    await expect(asOwner.authoriseSellers(OURS, [SELLER], now - 1n, now + DAY))
      .to.be.revertedWithCustomError(products, "ProductRegistryBadPeriod")
      .withArgs(now - 1n, now + DAY, now);
    const later = await nextBlock();
    await expect(asOwner.authoriseSellers(OURS, [SELLER], later, later))
      .to.be.revertedWithCustomError(products, "ProductRegistryBadPeriod")
      .withArgs(later, later, later);
  });

  it("prolongs a running authorisation without giving up what it covered", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const start = await nextBlock();
    await asOwner.authoriseSellers(OURS, [SELLER], start, start + DAY);
    await nextBlock(DAY / 2n);
    await asOwner.authoriseSellers(OURS, [SELLER], start + DAY, start + 9n * DAY);
    expect(await products.authorisation(OURS, SELLER)).to.deep.equal([start, start + 9n * DAY]);
  });

  it("reverts when a running authorisation would be cut short or followed by a gap", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const start = await nextBlock();
    await asOwner.authoriseSellers(OURS, [SELLER], start, start + DAY);
    for (const [from, until] of [[start + 100n, start + DAY - 1n], [start + DAY + 1n, start + 2n * DAY]]) {
      await expect(asOwner.authoriseSellers(OURS, [SELLER], from, until))
        .to.be.revertedWithCustomError(products, "ProductRegistryStillAuthorised")
        .withArgs(OURS, SELLER, start + DAY);
    }
  });

  it("replaces an authorisation that is over, or has not begun", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const start = await nextBlock();
    await asOwner.authoriseSellers(OURS, [SELLER], start + 500n, start + 600n);
    await asOwner.authoriseSellers(OURS, [SELLER], start + 300n, start + 400n);
    expect(await products.authorisation(OURS, SELLER)).to.deep.equal([start + 300n, start + 400n]);
    const later = await nextBlock(DAY);
    await asOwner.authoriseSellers(OURS, [SELLER], later, later + DAY);
    expect(await products.authorisation(OURS, SELLER)).to.deep.equal([later, later + DAY]);
  });

  it("ends an authorisation now, never before now", async () => {
    const { products, asOwner } = await loadFixture(fixture);
    const start = await nextBlock();
    await asOwner.authoriseSellers(OURS, [SELLER], start, start + DAY);
    const end = await nextBlock();
    await expect(asOwner.withdrawSellers(OURS, [SELLER]))
      .to.emit(products, "SellerWithdrawn")
      .withArgs(OURS, SELLER, end, 2);
    expect(await products.authorisation(OURS, SELLER)).to.deep.equal([start, end]);
    await expect(asOwner.withdrawSellers(OURS, [SELLER]))
      .to.be.revertedWithCustomError(products, "ProductRegistryNotAuthorised")
      .withArgs(OURS, SELLER);
  });
});
