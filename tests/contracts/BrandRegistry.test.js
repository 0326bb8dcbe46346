const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { found, funded, key } = require("./founding");

const BRAND = ethers.id("brand");
const OWNER = key("brand owner").address;
const RIGHT = {
  numberDigest: ethers.id("registration 123456"),
  office: 0x434e, // CN
  niceClasses: (1n << 3n) | (1n << 45n),
  validFrom: 1_600_000_000,
  validUntil: 1_900_000_000,
  documentDigest: ethers.id("document"),
};

async function fixture() {
  return { ...(await found()), officer: await funded("officer 2"), sender: await funded("sender 3") };
}

const register = (brands, by, changes = {}) => {
  const call = { id: BRAND, owner: OWNER, nameKey: ethers.id("name key"), nameDigest: ethers.id("name"), right: RIGHT, ...changes };
  return brands.connect(by).registerBrand(call.id, call.owner, call.nameKey, call.nameDigest, call.right);
};

describe("BrandRegistry", () => {
  it("keeps a brand that a bureau's officer registered, with the bureau that verified it", async () => {
    const { brands, officer } = await loadFixture(fixture);
    await expect(register(brands, officer)).to.emit(brands, "BrandRegistered").withArgs(BRAND, OWNER, 2, 1);
    const brand = await brands.brand(BRAND);
    expect([brand.owner, brand.bureau, brand.nameDigest]).to.deep.equal([OWNER, 2n, ethers.id("name")]);
    expect(brand.right).to.deep.equal(Object.values(RIGHT).map((v) => (typeof v === "number" ? BigInt(v) : v)));
    expect(await brands.ownerOf(BRAND)).to.equal(OWNER);
  });

  it("takes a bureau's sender too, and numbers its events", async () => {
    const { brands, officer, sender } = await loadFixture(fixture);
    await register(brands, officer);
    await expect(register(brands, sender, { id: ethers.id("second"), nameKey: ethers.id("second key") }))
      .to.emit(brands, "BrandRegistered")
      .withArgs(ethers.id("second"), OWNER, 3, 2);
  });

  it("reverts when the sender stands for no bureau, whatever other role its key has", async () => {
    const { brands } = await loadFixture(fixture);
    for (const name of ["stranger", "oracle 1", "validator 1", "court"]) {
      const by = await funded(name);
      await expect(register(brands, by)).to.be.revertedWithCustomError(brands, "BrandRegistryNotABureau").withArgs(by.address);
    }
  });

  it("reverts when something is missing", async () => {
    const { brands, officer } = await loadFixture(fixture);
    const zero = ethers.ZeroHash;
    for (const changes of [{ id: zero }, { owner: ethers.ZeroAddress }, { nameKey: zero }, { nameDigest: zero }]) {
      await expect(register(brands, officer, changes))
        .to.be.revertedWithCustomError(brands, "BrandRegistryIncomplete")
        .withArgs(changes.id === zero ? zero : BRAND);
    }
  });

  it("reverts when the brand exists, and when its name is taken", async () => {
    const { brands, officer, sender } = await loadFixture(fixture);
    await register(brands, officer);
    await expect(register(brands, sender, { owner: sender.address, nameKey: ethers.id("other") }))
      .to.be.revertedWithCustomError(brands, "BrandRegistryExists")
      .withArgs(BRAND);
    await expect(register(brands, sender, { id: ethers.id("copy") }))
      .to.be.revertedWithCustomError(brands, "BrandRegistryNameTaken")
      .withArgs(ethers.id("name key"), BRAND);
  });

  it("reverts when the right has no class, an unknown class, or ends before it begins", async () => {
    const { brands, officer } = await loadFixture(fixture);
    for (const bad of [{ niceClasses: 0n }, { niceClasses: 1n }, { niceClasses: 1n << 46n }, { validUntil: RIGHT.validFrom }]) {
      const right = { ...RIGHT, ...bad };
      await expect(register(brands, officer, { right }))
        .to.be.revertedWithCustomError(brands, "BrandRegistryBadRight")
        .withArgs(right.niceClasses, right.validFrom, right.validUntil);
    }
  });

  it("reverts when asked for an unknown brand", async () => {
    const { brands } = await loadFixture(fixture);
    await expect(brands.brand(BRAND)).to.be.revertedWithCustomError(brands, "BrandRegistryUnknown").withArgs(BRAND);
    expect(await brands.ownerOf(BRAND)).to.equal(ethers.ZeroAddress);
  });
});
