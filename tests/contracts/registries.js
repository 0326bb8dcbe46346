// Two brands with their products, for the tests of the registries.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { impersonateAccount, setBalance } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, found, funded } = require("./founding");

const [OURS, RIVAL] = [ethers.id("our brand"), ethers.id("rival brand")];
const GTIN = 6901234567892n;
const REASON = ethers.id("reason");
const RIGHT = [ethers.id("number"), 0x434e, 1n << 9n, 1, 2_000_000_000, ethers.id("document")];

const product = (changes = {}) => ({
  gtin: GTIN,
  nameDigest: ethers.id("kettle"),
  priceLowFen: 19_900,
  priceHighFen: 29_900,
  currency: ethers.hexlify(ethers.toUtf8Bytes("CNY")),
  metadataDigest: ethers.id("metadata"),
  ...changes,
});
/** A struct as ethers returns it. */
const plain = (item) => Object.values(item).map((v) => (typeof v === "number" ? BigInt(v) : v));

/** The check digit appended to the leading digits of a GTIN. */
function gtin(body) {
  const sum = [...String(body)].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return BigInt(body) * 10n + BigInt((10 - (sum % 10)) % 10);
}

/** The account of the registry of cases: rulings come from there. */
async function cases() {
  await impersonateAccount(ADDRESSES.CaseRegistry);
  await setBalance(ADDRESSES.CaseRegistry, 10n ** 18n);
  return ethers.getSigner(ADDRESSES.CaseRegistry);
}

async function fixture() {
  const contracts = await found();
  const { brands, products } = contracts;
  const officer = await funded("officer 1");
  const [owner, rival, ruling] = [await funded("owner"), await funded("rival owner"), await cases()];
  for (const [id, by] of [[OURS, owner], [RIVAL, rival]]) {
    await brands.connect(officer).registerBrand(id, by.address, ethers.id(`name of ${id}`), ethers.id("name"), RIGHT);
  }
  const refuse = (contract) => (call, error, ...values) =>
    expect(call).to.be.revertedWithCustomError(contract, error).withArgs(...values);
  return {
    ...contracts,
    officer,
    owner,
    rival,
    asOfficer: brands.connect(officer),
    asOwner: products.connect(owner),
    asRival: products.connect(rival),
    brandsAsCases: brands.connect(ruling),
    asCases: products.connect(ruling),
    brandsRefuse: refuse(brands),
    refuse: refuse(products),
  };
}

module.exports = { GTIN, OURS, REASON, RIGHT, RIVAL, cases, fixture, gtin, plain, product };
