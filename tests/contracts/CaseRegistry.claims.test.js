// What a court and an officer settle through the registry of cases: rival claims, and the outcomes that trust levels count.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { funded, key } = require("./founding");
const { GTIN, OURS, REASON, RIVAL, fixture, product } = require("./registries");
const { refusal } = require("./reports");

const COUNTERFEIT = 1;

async function contested() {
  const contracts = await fixture();
  await contracts.asOwner.registerProducts(OURS, [product()]);
  await contracts.asRival.registerProducts(RIVAL, [product()]);
  const by = {};
  for (const name of ["court", "officer 1", "sender 1"]) by[name] = contracts.cases.connect(await funded(name));
  return { ...contracts, by };
}

describe("CaseRegistry: claims and outcomes", () => {
  it("settles rival claims by a court's ruling, and by no one else's", async () => {
    const { cases, products, by } = await loadFixture(contested);
    await expect(by.court.settleClaim(GTIN, RIVAL, REASON)).to.emit(products, "ProductSettled").withArgs(GTIN, RIVAL, REASON, 4);
    expect((await products.product(GTIN)).slice(1)).to.deep.equal([RIVAL, false]);
    const officer = key("officer 1").address;
    await refusal(by["officer 1"].settleClaim(GTIN, OURS, REASON), cases, "CaseRegistryNotACourt", officer);
  });

  it("records an outcome that a court or an officer tells", async () => {
    const { brands, cases, by } = await loadFixture(contested);
    await by.court.recordOutcome(OURS, COUNTERFEIT, true, ethers.id("ruling"));
    await by["officer 1"].recordOutcome(OURS, COUNTERFEIT, false, ethers.id("closing order"));
    expect(await brands.trustLevel(OURS, COUNTERFEIT)).to.deep.equal([1n, 1n, 1n]);
    const call = by["sender 1"].recordOutcome(OURS, COUNTERFEIT, true, REASON);
    await refusal(call, cases, "CaseRegistryNotAnOfficer", key("sender 1").address);
  });

  it("takes trust rulings from courts alone", async () => {
    const { brands, officer } = await loadFixture(contested);
    const call = brands.connect(officer).resetTrust(OURS, COUNTERFEIT, REASON);
    await refusal(call, brands, "BrandRegistryNotACourt", officer.address);
    const outcome = brands.connect(officer).recordOutcome(OURS, COUNTERFEIT, true, REASON);
    await refusal(outcome, brands, "BrandRegistryNotTheCaseRegistry", officer.address);
  });
});
