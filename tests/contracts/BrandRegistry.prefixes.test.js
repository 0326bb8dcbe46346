const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { OURS, REASON, RIVAL, fixture, gtin } = require("./registries");

const DOCUMENT = ethers.id("GS1 certificate");
const NOBODY = ethers.ZeroHash;

async function withPrefix() {
  const house = await fixture();
  await house.asOfficer.registerPrefix(OURS, 690123, 6, DOCUMENT);
  return house;
}

describe("BrandRegistry: company prefixes", () => {
  it("names the holder of the prefix that a GTIN lies under, whatever its indicator digit", async () => {
    const { brands, asOfficer } = await loadFixture(fixture);
    await expect(asOfficer.registerPrefix(OURS, 690123, 6, DOCUMENT))
      .to.emit(brands, "PrefixRegistered")
      .withArgs(OURS, 690123, 6, 1, DOCUMENT, 7);
    for (const body of ["690123456789", "690123000000", "1690123456789"]) {
      expect(await brands.prefixHolder(gtin(body))).to.equal(OURS);
    }
    for (const body of ["690124456789", "069012345678", "9690124456789", "7"]) {
      expect(await brands.prefixHolder(gtin(body))).to.equal(NOBODY);
    }
  });

  it("counts leading zeros, as a UPC prefix has them, and leaves GTIN-8 alone", async () => {
    const { brands, asOfficer } = await loadFixture(fixture);
    await asOfficer.registerPrefix(OURS, 61414, 6, DOCUMENT); // 061414
    expect(await brands.prefixHolder(614141000036n)).to.equal(OURS);
    await asOfficer.registerPrefix(RIVAL, 0, 4, DOCUMENT);
    expect(await brands.prefixHolder(96385074n)).to.equal(NOBODY);
    expect(await brands.prefixHolder(100000007n)).to.equal(RIVAL);
  });

  it("takes prefixes of all lengths side by side", async () => {
    const { brands, asOfficer } = await loadFixture(fixture);
    await asOfficer.registerPrefix(OURS, 690123456789n, 12, DOCUMENT);
    await asOfficer.registerPrefix(RIVAL, 69012345670n, 11, DOCUMENT);
    expect(await brands.prefixHolder(gtin("690123456789"))).to.equal(OURS);
    expect(await brands.prefixHolder(gtin("690123456705"))).to.equal(RIVAL);
    expect(await brands.prefixHolder(gtin("690123456780"))).to.equal(NOBODY);
  });

  it("reverts when the prefix, a shorter or a longer one has a holder", async () => {
    const { asOfficer, brandsRefuse } = await loadFixture(withPrefix);
    await brandsRefuse(asOfficer.registerPrefix(RIVAL, 690123, 6, DOCUMENT), "BrandRegistryPrefixTaken", 690123, 6, OURS);
    await brandsRefuse(asOfficer.registerPrefix(RIVAL, 6901234, 7, DOCUMENT), "BrandRegistryPrefixTaken", 6901234, 7, OURS);
    await brandsRefuse(asOfficer.registerPrefix(RIVAL, 69012, 5, DOCUMENT), "BrandRegistryPrefixSplit", 69012, 5, 1);
    await asOfficer.registerPrefix(RIVAL, 690124, 6, DOCUMENT);
    await brandsRefuse(asOfficer.registerPrefix(RIVAL, 6901, 4, DOCUMENT), "BrandRegistryPrefixSplit", 6901, 4, 2);
  });

  it("frees a prefix that is withdrawn, and the shorter ones with it", async () => {
    const { brands, asOfficer, brandsRefuse } = await loadFixture(withPrefix);
    await expect(asOfficer.withdrawPrefix(690123, 6, REASON)).to.emit(brands, "PrefixWithdrawn").withArgs(OURS, 690123, 6, 1, REASON, 8);
    expect(await brands.prefixHolder(gtin("690123456789"))).to.equal(NOBODY);
    await brandsRefuse(asOfficer.withdrawPrefix(690123, 6, REASON), "BrandRegistryUnknownPrefix", 690123, 6);
    await asOfficer.registerPrefix(RIVAL, 6901, 4, DOCUMENT);
    expect(await brands.prefixHolder(gtin("690123456789"))).to.equal(RIVAL);
  });

  it("reverts when the prefix is none, the brand unknown, or the paper missing", async () => {
    const { asOfficer, brandsRefuse } = await loadFixture(withPrefix);
    for (const [value, length] of [[690, 3], [6901234567890n, 13], [10000, 4], [1, 0]]) {
      await brandsRefuse(asOfficer.registerPrefix(OURS, value, length, DOCUMENT), "BrandRegistryBadPrefix", value, length);
    }
    await brandsRefuse(asOfficer.registerPrefix(REASON, 4006, 4, DOCUMENT), "BrandRegistryUnknown", REASON);
    await brandsRefuse(asOfficer.registerPrefix(OURS, 4006, 4, NOBODY), "BrandRegistryIncomplete", OURS);
    await brandsRefuse(asOfficer.withdrawPrefix(690123, 6, NOBODY), "BrandRegistryIncomplete", OURS);
    await brandsRefuse(asOfficer.withdrawPrefix(6901, 4, REASON), "BrandRegistryUnknownPrefix", 6901, 4);
    await brandsRefuse(asOfficer.withdrawPrefix(0, 200, REASON), "BrandRegistryUnknownPrefix", 0, 200);
  });
});
