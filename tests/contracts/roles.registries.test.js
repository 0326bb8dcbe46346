// Who may call what: every state-changing function of the registries of brands and products by every kind of caller.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, setBalance, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, configuration, domain, found, funded, key } = require("./founding");
const { GTIN, OURS, REASON, RIGHT, RIVAL, gtin, product } = require("./registries");

/** Every kind of caller: the key's name, or the contract's. */
const CALLERS = {
  stranger: "stranger",
  sender: "sender 1",
  oracle: "oracle 1",
  validator: "validator 1",
  officer: "officer 1",
  court: "court 1",
  owner: "owner",
  rival: "rival owner",
  offered: "offered",
  caseRegistry: "CaseRegistry",
  consortium: "Consortium",
};

const [NEW, OTHER_NAME] = [ethers.id("new brand"), ethers.id("new name")];
const SELLER = ethers.id("seller");
const COUNTERFEIT = 1;
const AUTHORITY = {
  Authority: ["bytes32 brandId", "address owner", "bytes32 nameKey", "bytes32 nameDigest", "bytes32 rightDigest", "uint64 deadline"].map(
    (field) => ({ type: field.split(" ")[0], name: field.split(" ")[1] }),
  ),
};
const RANGE = [1n, 100n, ethers.id("batch"), 1, 0];

const anyone = () => true;
const only =
  (...names) =>
  (caller) =>
    names.includes(caller);
const officer = only("officer");
const bureau = only("officer", "sender");
const owner = only("owner");
const ruling = only("court", "caseRegistry");

const NOT_OWNER = "BrandRegistryNotTheOwner";
const NOT_OFFICER = "BrandRegistryNotAnOfficer";
const NOT_BUREAU = "BrandRegistryNotABureau";
const NOT_COURT = "BrandRegistryNotACourt";
const NO_PRODUCT_OWNER = "ProductRegistryNotTheOwner";

/** Contract, function, who may, the error of the others, arguments. */
const FUNCTIONS = [
  ["brands", "registerBrand", bureau, NOT_BUREAU, () => [NEW, key("new owner").address, OTHER_NAME, REASON, RIGHT]],
  ["brands", "registerByAuthority", anyone, null, (s) => s.authority],
  ["brands", "offerBrand", owner, NOT_OWNER, () => [OURS, key("new owner").address]],
  ["brands", "acceptBrand", only("offered"), "BrandRegistryNotOffered", () => [OURS]],
  ["brands", "attestRecovery", officer, NOT_OFFICER, () => [OURS, key("new owner").address, REASON]],
  ["brands", "fileRight", bureau, NOT_BUREAU, () => [OURS, RIGHT]],
  ["brands", "verifyRight", officer, NOT_OFFICER, () => [OURS, 1]],
  ["brands", "revokeRight", officer, NOT_OFFICER, () => [OURS, 0, REASON]],
  ["brands", "registerPrefix", officer, NOT_OFFICER, () => [OURS, 471234, 6, REASON]],
  ["brands", "withdrawPrefix", officer, NOT_OFFICER, () => [690123, 6, REASON]],
  ["brands", "recordOutcome", only("caseRegistry"), "BrandRegistryNotTheCaseRegistry", () => [OURS, COUNTERFEIT, true, ethers.id("new outcome")]],
  ["brands", "appealTrust", owner, NOT_OWNER, () => [OURS, COUNTERFEIT + 1, REASON]],
  ["brands", "dismissTrustAppeal", ruling, NOT_COURT, () => [OURS, COUNTERFEIT, REASON]],
  ["brands", "resetTrust", ruling, NOT_COURT, () => [OURS, COUNTERFEIT, REASON]],
  ["products", "registerProducts", owner, NO_PRODUCT_OWNER, () => [OURS, [product({ gtin: gtin(690123400001) })]]],
  ["products", "settleClaim", only("caseRegistry"), "ProductRegistryNotTheCaseRegistry", () => [GTIN, OURS, REASON]],
  ["products", "registerTree", owner, NO_PRODUCT_OWNER, () => [OURS, ethers.id("another root"), 5, REASON]],
  ["products", "proveProduct", anyone, null, (s) => [0, s.leaf, 0, []]],
  ["products", "authoriseSellers", owner, NO_PRODUCT_OWNER, (s) => [OURS, [ethers.id("another seller")], s.soon, s.later]],
  ["products", "withdrawSellers", owner, NO_PRODUCT_OWNER, () => [OURS, [SELLER]]],
  ["products", "issueSerials", owner, NO_PRODUCT_OWNER, () => [OURS, GTIN, [200n, 300n, ethers.id("batch 2"), 1, 0]]],
  ["products", "withdrawSerials", owner, NO_PRODUCT_OWNER, () => [OURS, GTIN, 0, 2, REASON]],
];

/** Two brands that claim one GTIN; an offer, a pending right, a tree of one leaf, a seller, a range, an open appeal. */
async function house() {
  const courts = [{ id: 1, nameDigest: ethers.id("court 1"), key: key("court 1").address }];
  const contracts = await found(configuration({ courts }));
  const { brands, products } = contracts;
  const by = async (name) => brands.connect(await funded(name));
  const asOfficer = await by("officer 1");
  const [asOwner, asRival] = [products.connect(await funded("owner")), products.connect(await funded("rival owner"))];
  for (const [id, name] of [
    [OURS, "owner"],
    [RIVAL, "rival owner"],
  ]) {
    await asOfficer.registerBrand(id, key(name).address, ethers.id(`name of ${id}`), REASON, RIGHT);
  }
  await (await by("sender 1")).fileRight(OURS, RIGHT);
  await (await by("owner")).offerBrand(OURS, key("offered").address);
  await asOfficer.registerPrefix(OURS, 690123, 6, REASON);
  await asOwner.registerProducts(OURS, [product()]);
  await asRival.registerProducts(RIVAL, [product()]);
  const leaf = product({ gtin: gtin(690123400009) });
  const words = Object.values(leaf);
  const data = ethers.AbiCoder.defaultAbiCoder().encode(["uint64", "bytes32", "uint64", "uint64", "bytes3", "bytes32"], words);
  await asOwner.registerTree(OURS, ethers.sha256(ethers.concat(["0x00", data])), 1, REASON);
  const now = await time.latest();
  await asOwner.authoriseSellers(OURS, [SELLER], now + 1000, now + 1_000_000);
  await time.increase(1000);
  await asOwner.issueSerials(OURS, GTIN, RANGE);
  const ruled = await brands.connect(await signerOf("CaseRegistry"));
  for (let n = 0; n < 20; ++n) await ruled.recordOutcome(OURS, COUNTERFEIT, false, ethers.id(`outcome ${n}`));
  for (let n = 0; n < 20; ++n) await ruled.recordOutcome(OURS, COUNTERFEIT + 1, false, ethers.id(`other outcome ${n}`));
  await (await by("owner")).appealTrust(OURS, COUNTERFEIT, REASON);
  const authority = {
    brandId: NEW,
    owner: key("new owner").address,
    nameKey: OTHER_NAME,
    nameDigest: REASON,
    rightDigest: ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(["tuple(bytes32,uint16,uint64,uint64,uint64,bytes32)"], [RIGHT]),
    ),
    deadline: now + 1_000_000,
  };
  const signature = await key("officer 1").signTypedData(domain("BrandRegistry"), AUTHORITY, authority);
  return { ...contracts, leaf, authority: [authority, RIGHT, signature], soon: now + 10_000, later: now + 20_000 };
}

async function signerOf(name) {
  if (!ADDRESSES[name]) return funded(name);
  await setBalance(ADDRESSES[name], 10n ** 18n);
  return ethers.getImpersonatedSigner(ADDRESSES[name]);
}

describe("roles: brands and products", () => {
  for (const [contract, name, may, error, args] of FUNCTIONS) {
    for (const [caller, who] of Object.entries(CALLERS)) {
      it(`${contract}.${name} ${may(caller) ? "takes" : "refuses"} ${caller}`, async () => {
        const s = await loadFixture(house);
        const call = s[contract].connect(await signerOf(who))[name](...args(s));
        if (may(caller)) await expect(call).not.to.be.reverted;
        else await expect(call).to.be.revertedWithCustomError(s[contract], error);
      });
    }
  }

  it("covers every function that changes state", async () => {
    const s = await loadFixture(house);
    for (const contract of ["brands", "products"]) {
      const changing = s[contract].interface.fragments.filter((f) => f.type === "function" && !["view", "pure"].includes(f.stateMutability));
      const covered = FUNCTIONS.filter(([of]) => of === contract).map(([, name]) => name);
      expect(covered.sort()).to.deep.equal(changing.map((f) => f.name).sort());
    }
  });
});
