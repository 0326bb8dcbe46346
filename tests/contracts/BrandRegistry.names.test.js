// Keys of names come from the node (node/protocol/brand_name.py); the chain keeps one brand a key. Both read the vectors.
const fs = require("fs");
const path = require("path");
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { found, funded } = require("./founding");
const { RIGHT } = require("./registries");

const read = (name) => JSON.parse(fs.readFileSync(path.join(__dirname, "..", "vectors", `${name}.json`), "utf8"));
const { alike, apart } = read("brand_names");

async function fixture() {
  const contracts = await found();
  const officers = [await funded("officer 1"), await funded("officer 2")];
  const register = (name, key, by = 0) =>
    contracts.brands.connect(officers[by]).registerBrand(ethers.id(name), officers[by].address, key, ethers.id(name), RIGHT);
  return { ...contracts, register };
}

describe("BrandRegistry: keys of names", () => {
  for (const { what, reading, key, names } of alike) {
    it(`refuses a look-alike, whichever bureau files it: ${what}`, async () => {
      const { brands, register } = await loadFixture(fixture);
      expect(ethers.id(reading)).to.equal(key);
      const [first, ...others] = names;
      await register(first, key);
      for (const other of others) {
        await expect(register(other, key, 1)).to.be.revertedWithCustomError(brands, "BrandRegistryNameTaken").withArgs(key, ethers.id(first));
      }
      expect(await brands.brandOfName(key)).to.equal(ethers.id(first));
    });
  }

  it("takes names that have nothing to do with each other side by side", async () => {
    const { brands, register } = await loadFixture(fixture);
    for (const { name, reading, key } of apart) {
      expect(ethers.id(reading)).to.equal(key);
      await register(name, key);
      expect(await brands.brandOfName(key)).to.equal(ethers.id(name));
    }
  });
});
