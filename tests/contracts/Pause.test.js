// A role that the consortium paused, or whose contract it replaced, takes nothing new; what ends or settles something goes on.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, domain, funded, key } = require("./founding");
const { GTIN, OURS, REASON, RIGHT, RIVAL, fixture, gtin, product } = require("./registries");
const { refusal } = require("./reports");
const { DAY, itself } = require("./votes");

const ROLE = { BrandRegistry: 4, ProductRegistry: 5, ObservationLog: 6, ModelRegistry: 9 };
const ANCHOR = {
  Anchor: ["uint32 bureau", "uint64 sequence", "bytes32 previousRoot", "bytes32 root", "uint64 size"].map((field) => ({
    type: field.split(" ")[0],
    name: field.split(" ")[1],
  })),
};
const [MODEL, ROOT, SELLER] = ["model", "root", "seller"].map(ethers.id);
const RANGE = [1n, 100n, ethers.id("batch"), 1, 0];

/** Two brands with a product each, a seller, a tree, serials and a model: there is something to end in every contract. */
async function house() {
  const contracts = await fixture();
  const { asOwner, asRival, models, consortium } = contracts;
  const now = await time.latest();
  await asOwner.registerProducts(OURS, [product()]);
  await asRival.registerProducts(RIVAL, [product()]);
  await asOwner.authoriseSellers(OURS, [SELLER], now + DAY, now + 90 * DAY);
  await asOwner.issueSerials(OURS, GTIN, RANGE);
  const officers = await Promise.all([1, 2, 3].map(async (id) => models.connect(await funded(`officer ${id}`))));
  await officers[0].propose(MODEL, 1, REASON, REASON, REASON);
  for (const officer of officers.slice(1)) await officer.approve(MODEL);
  await time.increase(2 * DAY);
  return { ...contracts, officers, call: await itself(consortium) };
}

const pause = async ({ call }, name) => call.pause(ROLE[name], (await time.latest()) + 10 * DAY);

describe("A pause", () => {
  it("of BrandRegistry stops new brands, not rights, owners and revocations", async () => {
    const contracts = await loadFixture(house);
    const { brands, asOfficer, owner } = contracts;
    await pause(contracts, "BrandRegistry");
    const values = [ethers.id("new"), key("new").address, ethers.id("new name"), REASON, RIGHT];
    await refusal(asOfficer.registerBrand(...values), brands, "BrandRegistryNotInForce", ADDRESSES.BrandRegistry);
    await asOfficer.fileRight(OURS, RIGHT);
    await asOfficer.revokeRight(OURS, 1, REASON);
    await brands.connect(owner).offerBrand(OURS, key("new").address);
    await time.increase(11 * DAY);
    await asOfficer.registerBrand(...values);
  });

  it("of ProductRegistry stops products, trees, serials and sellers, not what ends or settles", async () => {
    const contracts = await loadFixture(house);
    const { products, asOwner, asCases } = contracts;
    await asOwner.registerTree(OURS, ROOT, 1, REASON);
    await pause(contracts, "ProductRegistry");
    const later = (await time.latest()) + DAY;
    const other = product({ gtin: gtin(690123400001) });
    for (const call of [
      () => asOwner.registerProducts(OURS, [other]),
      () => asOwner.registerTree(OURS, ROOT, 1, REASON),
      () => asOwner.issueSerials(OURS, GTIN, [200n, 300n, REASON, 1, 0]),
      () => asOwner.authoriseSellers(OURS, [ethers.id("another")], later, later + DAY),
    ]) {
      await refusal(call(), products, "ProductRegistryNotInForce", ADDRESSES.ProductRegistry);
    }
    await asOwner.withdrawSellers(OURS, [SELLER]);
    await asOwner.withdrawSerials(OURS, GTIN, 0, 2, REASON);
    await asCases.settleClaim(GTIN, RIVAL, REASON);
  });

  it("of ProductRegistry stops the proof of a product too", async () => {
    const contracts = await loadFixture(house);
    const { products, asOwner } = contracts;
    const item = product({ gtin: gtin(690123400001) });
    const type = "tuple(uint64,bytes32,uint64,uint64,bytes3,bytes32)";
    const data = ethers.AbiCoder.defaultAbiCoder().encode([type], [Object.values(item)]);
    await asOwner.registerTree(OURS, ethers.sha256(ethers.concat(["0x00", data])), 1, REASON);
    await pause(contracts, "ProductRegistry");
    const call = products.proveProduct(0, item, 0, []);
    await refusal(call, products, "ProductRegistryNotInForce", ADDRESSES.ProductRegistry);
    expect(await products.checkProduct(0, item, 0, [])).to.equal(OURS);
  });

  it("of ObservationLog stops anchors until it ends", async () => {
    const contracts = await loadFixture(house);
    const { log } = contracts;
    const batch = { bureau: 1, sequence: 1, previousRoot: ethers.ZeroHash, root: ROOT, size: 1 };
    const signature = await key("oracle 1").signTypedData(domain("ObservationLog"), ANCHOR, batch);
    await pause(contracts, "ObservationLog");
    await refusal(log.anchor(batch, signature), log, "ObservationLogNotInForce", ADDRESSES.ObservationLog);
    await contracts.call.resume(ROLE.ObservationLog);
    await log.anchor(batch, signature);
  });

  it("of ModelRegistry stops proposals and approvals, not retirement", async () => {
    const contracts = await loadFixture(house);
    const { models, officers } = contracts;
    await officers[0].propose(ROOT, 1, REASON, REASON, REASON);
    await pause(contracts, "ModelRegistry");
    const at = ADDRESSES.ModelRegistry;
    await refusal(officers[0].propose(SELLER, 1, REASON, REASON, REASON), models, "ModelRegistryNotInForce", at);
    await refusal(officers[1].approve(ROOT), models, "ModelRegistryNotInForce", at);
    for (const officer of officers) await officer.retire(MODEL);
    expect(await models.current(1)).to.equal(ethers.ZeroHash);
  });

  it("is for good where another contract took the role over", async () => {
    const contracts = await loadFixture(house);
    const { log, call } = contracts;
    await call.putInForce(ROLE.ObservationLog, ADDRESSES.BlockLog, (await ethers.provider.getBlockNumber()) + 3);
    await time.increase(1);
    for (let i = 0; i < 3; ++i) await ethers.provider.send("evm_mine");
    const batch = { bureau: 1, sequence: 1, previousRoot: ethers.ZeroHash, root: ROOT, size: 1 };
    const signature = await key("oracle 1").signTypedData(domain("ObservationLog"), ANCHOR, batch);
    await refusal(log.anchor(batch, signature), log, "ObservationLogNotInForce", ADDRESSES.ObservationLog);
  });
});
