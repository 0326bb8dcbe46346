// Binds the registries to the vectors of an officer's authority and of a product tree, which Python reads too.
const fs = require("fs");
const path = require("path");
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { impersonateAccount, setBalance } = require("@nomicfoundation/hardhat-network-helpers");
const { found } = require("./founding");
const { RIGHT } = require("./registries");

const vectors = (name) => JSON.parse(fs.readFileSync(path.join(__dirname, "..", "vectors", `${name}.json`), "utf8"));
const PRODUCT = "tuple(uint64,bytes32,uint64,uint64,bytes3,bytes32)";

/** An account of the vectors' configuration, whose key stands in Python. */
async function taking(address) {
  await impersonateAccount(address);
  await setBalance(address, 10n ** 18n);
  return ethers.getSigner(address);
}

describe("vectors: registries", () => {
  const { configuration } = vectors("configuration")[0];
  let contracts;
  beforeEach(async () => {
    contracts = await found({ ...configuration, contracts: configuration.contracts.map(({ at, ...rest }) => ({ ...rest, location: at })) });
  });

  it("takes the authority that an officer signed", async () => {
    const { authority, right, signature } = vectors("authority");
    await expect(contracts.brands.registerByAuthority(authority, right, signature))
      .to.emit(contracts.brands, "BrandRegistered")
      .withArgs(authority.brandId, authority.owner, 2, 1);
    expect(await contracts.brands.brandOfName(authority.nameKey)).to.equal(authority.brandId);
  });

  it("finds each product of the tree at its place, and nowhere else", async () => {
    const { root, leaves } = vectors("product_tree");
    const { brands, products } = contracts;
    const sender = await taking(configuration.bureaus[0].sender);
    const brand = ethers.id("brand");
    await brands.connect(sender).registerBrand(brand, sender.address, brand, brand, RIGHT);
    await products.connect(sender).registerTree(brand, root, leaves.length, ethers.id("manifest"));
    for (const [i, { product, encoded, leaf, path }] of leaves.entries()) {
      expect(ethers.AbiCoder.defaultAbiCoder().encode([PRODUCT], [Object.values(product)])).to.equal(encoded);
      expect(ethers.sha256(ethers.concat(["0x00", encoded]))).to.equal(leaf);
      expect(await products.checkProduct(0, product, i, path)).to.equal(brand);
      await expect(products.checkProduct(0, product, (i + 1) % leaves.length, path)).to.be.reverted;
      await products.proveProduct(0, product, i, path);
    }
  });
});
