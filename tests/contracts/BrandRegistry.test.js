const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, time } = require("@nomicfoundation/hardhat-network-helpers");
const { domain, found, funded, key } = require("./founding");
const { highS, withV } = require("./signatures");

const BRAND = ethers.id("brand");
const OWNER = key("brand owner").address;
const NAME_KEY = ethers.id("name key");
const REASON = ethers.id("reason");
const RIGHT = {
  numberDigest: ethers.id("registration 123456"),
  office: 0x434e, // CN
  niceClasses: (1n << 3n) | (1n << 45n),
  validFrom: 1_600_000_000,
  validUntil: 1_900_000_000,
  documentDigest: ethers.id("document"),
};
const [PENDING, VERIFIED, REVOKED] = [0n, 1n, 2n];

async function fixture() {
  const contracts = await found();
  const { brands } = contracts;
  const [officer, other, sender] = [await funded("officer 2"), await funded("officer 1"), await funded("sender 3")];
  const revert = (call, error, ...values) => expect(call).to.be.revertedWithCustomError(brands, error).withArgs(...values);
  return { ...contracts, officer, other, sender, owner: await funded("brand owner"), revert };
}

async function withBrand() {
  const house = await fixture();
  await register(house.brands, house.sender);
  return { ...house, asOfficer: house.brands.connect(house.officer), asOther: house.brands.connect(house.other) };
}

const register = (brands, by, changes = {}) => {
  const call = { id: BRAND, owner: OWNER, nameKey: NAME_KEY, nameDigest: ethers.id("name"), right: RIGHT, ...changes };
  return brands.connect(by).registerBrand(call.id, call.owner, call.nameKey, call.nameDigest, call.right);
};

describe("BrandRegistry: brands", () => {
  it("keeps a brand that a bureau's officer registered, its right verified by that bureau", async () => {
    const { brands, officer } = await loadFixture(fixture);
    await expect(register(brands, officer))
      .to.emit(brands, "BrandRegistered")
      .withArgs(BRAND, OWNER, 2, 1)
      .and.to.emit(brands, "RightFiled")
      .withArgs(BRAND, 0, RIGHT.office, RIGHT.documentDigest, 2, 2)
      .and.to.emit(brands, "RightVerified")
      .withArgs(BRAND, 0, 2, 3);
    expect(await brands.brand(BRAND)).to.deep.equal([OWNER, 2n, NAME_KEY, ethers.id("name")]);
    const [entry, status] = await brands.rightAt(BRAND, 0);
    expect(entry.right).to.deep.equal(Object.values(RIGHT).map((v) => (typeof v === "number" ? BigInt(v) : v)));
    expect([entry.filedBy, entry.verifiedBy, status]).to.deep.equal([2n, 2n, VERIFIED]);
    expect(await brands.ownerOf(BRAND)).to.equal(OWNER);
    expect(await brands.brandOfName(NAME_KEY)).to.equal(BRAND);
  });

  it("takes a bureau's sender too, with the right pending, and numbers its events", async () => {
    const { brands, officer, sender } = await loadFixture(fixture);
    await register(brands, officer);
    const second = ethers.id("second");
    await expect(register(brands, sender, { id: second, nameKey: ethers.id("second key") }))
      .to.emit(brands, "BrandRegistered")
      .withArgs(second, OWNER, 3, 4)
      .and.not.to.emit(brands, "RightVerified");
    expect((await brands.rightAt(second, 0))[1]).to.equal(PENDING);
  });

  it("reverts when the sender stands for no bureau, whatever other role its key has", async () => {
    const { brands, revert } = await loadFixture(fixture);
    for (const name of ["stranger", "oracle 1", "validator 1", "court"]) {
      const by = await funded(name);
      await revert(register(brands, by), "BrandRegistryNotABureau", by.address);
    }
  });

  it("reverts when something is missing", async () => {
    const { brands, officer, revert } = await loadFixture(fixture);
    const zero = ethers.ZeroHash;
    for (const changes of [{ id: zero }, { owner: ethers.ZeroAddress }, { nameKey: zero }, { nameDigest: zero }]) {
      await revert(register(brands, officer, changes), "BrandRegistryIncomplete", changes.id === zero ? zero : BRAND);
    }
  });

  it("reverts when the brand exists, and when its name is taken", async () => {
    const { brands, officer, sender, revert } = await loadFixture(fixture);
    await register(brands, officer);
    const again = register(brands, sender, { owner: sender.address, nameKey: ethers.id("other") });
    await revert(again, "BrandRegistryExists", BRAND);
    await revert(register(brands, sender, { id: ethers.id("copy") }), "BrandRegistryNameTaken", NAME_KEY, BRAND);
  });

  it("reverts when asked for an unknown brand", async () => {
    const { brands, revert } = await loadFixture(fixture);
    await revert(brands.brand(BRAND), "BrandRegistryUnknown", BRAND);
    expect(await brands.ownerOf(BRAND)).to.equal(ethers.ZeroAddress);
  });
});

describe("BrandRegistry: registration by authority", () => {
  const AUTHORITY = {
    Authority: ["bytes32 brandId", "address owner", "bytes32 nameKey", "bytes32 nameDigest", "bytes32 rightDigest", "uint64 deadline"].map(
      (field) => ({ type: field.split(" ")[0], name: field.split(" ")[1] }),
    ),
  };
  const RIGHT_TYPE = "tuple(bytes32,uint16,uint64,uint64,uint64,bytes32)";
  const rightDigest = (right) => ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode([RIGHT_TYPE], [Object.values(right)]));
  const authority = (changes = {}) => ({
    brandId: BRAND,
    owner: OWNER,
    nameKey: NAME_KEY,
    nameDigest: ethers.id("name"),
    rightDigest: rightDigest(RIGHT),
    deadline: 2n ** 40n,
    ...changes,
  });
  const sign = (words, by = "officer 4", where = domain("BrandRegistry")) => key(by).signTypedData(where, AUTHORITY, words);

  it("registers for the owner in the signed words, whoever carries them", async () => {
    const { brands } = await loadFixture(fixture);
    const thief = await funded("stranger");
    await expect(brands.connect(thief).registerByAuthority(authority(), RIGHT, await sign(authority())))
      .to.emit(brands, "BrandRegistered")
      .withArgs(BRAND, OWNER, 4, 1)
      .and.to.emit(brands, "RightVerified")
      .withArgs(BRAND, 0, 4, 3);
    expect(await brands.ownerOf(BRAND)).to.equal(OWNER);
  });

  it("reverts when a carrier changes any of the words", async () => {
    const { brands } = await loadFixture(fixture);
    const signature = await sign(authority());
    const other = ethers.id("another");
    const changes = [{ brandId: other }, { owner: key("stranger").address }, { nameKey: other }, { nameDigest: other }, { deadline: 2n ** 41n }];
    for (const change of changes) {
      await expect(brands.registerByAuthority(authority(change), RIGHT, signature)).to.be.revertedWithCustomError(
        brands,
        "BrandRegistryNotAnOfficer",
      );
    }
  });

  it("reverts when the right is another than the signed one", async () => {
    const { brands, revert } = await loadFixture(fixture);
    const right = { ...RIGHT, validUntil: RIGHT.validUntil + 1 };
    const call = brands.registerByAuthority(authority(), right, await sign(authority()));
    await revert(call, "BrandRegistryWrongRight", rightDigest(right), rightDigest(RIGHT));
  });

  it("reverts after the deadline, and when it was used before", async () => {
    const { brands, revert } = await loadFixture(fixture);
    const deadline = BigInt(await time.latest()) + 100n;
    const words = authority({ deadline });
    await time.setNextBlockTimestamp(deadline + 1n);
    const late = brands.registerByAuthority(words, RIGHT, await sign(words));
    await revert(late, "BrandRegistryAuthorityExpired", deadline, deadline + 1n);
    const last = authority({ brandId: REASON, nameKey: REASON, deadline: deadline + 100n });
    await time.setNextBlockTimestamp(last.deadline);
    await expect(brands.registerByAuthority(last, RIGHT, await sign(last))).to.emit(brands, "BrandRegistered");
    await brands.registerByAuthority(authority(), RIGHT, await sign(authority()));
    await revert(brands.registerByAuthority(authority(), RIGHT, await sign(authority())), "BrandRegistryExists", BRAND);
  });

  it("reverts for keys that are no officer's, another domain, and bent signatures", async () => {
    const { brands, revert } = await loadFixture(fixture);
    const use = (signature) => brands.registerByAuthority(authority(), RIGHT, signature);
    for (const name of ["sender 1", "oracle 1", "court", "stranger"]) {
      await revert(use(await sign(authority(), name)), "BrandRegistryNotAnOfficer", key(name).address);
    }
    for (const where of [domain("ProductRegistry"), domain("BrandRegistry", 1)]) {
      await expect(use(await sign(authority(), "officer 4", where))).to.be.revertedWithCustomError(brands, "BrandRegistryNotAnOfficer");
    }
    const good = await sign(authority());
    for (const bent of [highS(good), withV(good, 29), good.slice(0, -2), good + "00", "0x"]) {
      await revert(use(bent), "BrandRegistryBadSignature", ethers.dataLength(bent));
    }
  });
});

describe("BrandRegistry: rights", () => {
  it("keeps several rights of a brand, each with who filed and who verified it", async () => {
    const { brands, sender, asOfficer } = await loadFixture(withBrand);
    const second = { ...RIGHT, office: 0x454d, documentDigest: ethers.id("second document") };
    await expect(asOfficer.fileRight(BRAND, second))
      .to.emit(brands, "RightFiled")
      .withArgs(BRAND, 1, second.office, second.documentDigest, 2, 3)
      .and.to.emit(brands, "RightVerified")
      .withArgs(BRAND, 1, 2, 4);
    await brands.connect(sender).fileRight(BRAND, second);
    await expect(asOfficer.verifyRight(BRAND, 0)).to.emit(brands, "RightVerified").withArgs(BRAND, 0, 2, 6);
    const statuses = await Promise.all([0, 1, 2].map(async (index) => (await brands.rightAt(BRAND, index))[1]));
    expect(statuses).to.deep.equal([VERIFIED, VERIFIED, PENDING]);
    const [first] = await brands.rightAt(BRAND, 0);
    expect([first.filedBy, first.verifiedBy]).to.deep.equal([3n, 2n]);
    expect(await brands.rightCount(BRAND)).to.equal(3);
  });

  it("lets an officer revoke a right for good, with the reason on record", async () => {
    const { brands, asOfficer, asOther, revert } = await loadFixture(withBrand);
    await expect(asOther.revokeRight(BRAND, 0, REASON)).to.emit(brands, "RightRevoked").withArgs(BRAND, 0, 1, REASON, 3);
    const [entry, status] = await brands.rightAt(BRAND, 0);
    expect([entry.revokedBy, entry.revokedAt, entry.reason, status]).to.deep.equal([1n, BigInt(await time.latest()), REASON, REVOKED]);
    await revert(asOfficer.verifyRight(BRAND, 0), "BrandRegistryRightStatus", BRAND, 0, REVOKED);
    await revert(asOfficer.revokeRight(BRAND, 0, REASON), "BrandRegistryRightStatus", BRAND, 0, REVOKED);
    await revert(asOfficer.revokeRight(BRAND, 0, ethers.ZeroHash), "BrandRegistryNoReason", BRAND);
  });

  it("says whether a right is in force: dated, not revoked, verified or pending", async () => {
    const { brands, asOfficer } = await loadFixture(withBrand);
    expect(await brands.rightInForce(BRAND)).to.deep.equal([true, false]);
    await asOfficer.verifyRight(BRAND, 0);
    expect(await brands.rightInForce(BRAND)).to.deep.equal([true, true]);
    await time.setNextBlockTimestamp(RIGHT.validUntil - 1);
    await asOfficer.fileRight(BRAND, { ...RIGHT, validFrom: RIGHT.validUntil + 9, validUntil: RIGHT.validUntil + 99 });
    expect(await brands.rightInForce(BRAND)).to.deep.equal([true, true]);
    await time.increaseTo(RIGHT.validUntil);
    expect(await brands.rightInForce(BRAND)).to.deep.equal([false, false]);
    await time.increaseTo(RIGHT.validUntil + 9);
    expect(await brands.rightInForce(BRAND)).to.deep.equal([true, true]);
    await asOfficer.revokeRight(BRAND, 1, REASON);
    expect(await brands.rightInForce(BRAND)).to.deep.equal([false, false]);
  });

  it("reverts when the right names no registration, no office or no document", async () => {
    const { brands, officer, revert } = await loadFixture(fixture);
    for (const bad of [{ numberDigest: ethers.ZeroHash }, { office: 0 }, { documentDigest: ethers.ZeroHash }]) {
      await revert(register(brands, officer, { right: { ...RIGHT, ...bad } }), "BrandRegistryIncomplete", BRAND);
    }
    await register(brands, officer);
    const call = brands.connect(officer).fileRight(BRAND, { ...RIGHT, documentDigest: ethers.ZeroHash });
    await revert(call, "BrandRegistryIncomplete", BRAND);
  });

  it("reverts when the right has no class, an unknown class, or ends before it begins", async () => {
    const { brands, officer, revert } = await loadFixture(fixture);
    for (const bad of [{ niceClasses: 0n }, { niceClasses: 1n }, { niceClasses: 1n << 46n }, { validUntil: RIGHT.validFrom }]) {
      const right = { ...RIGHT, ...bad };
      await revert(register(brands, officer, { right }), "BrandRegistryBadRight", right.niceClasses, right.validFrom, right.validUntil);
    }
  });

  it("reverts for an unknown brand or right, and beyond the cap", async () => {
    const { brands, asOfficer, revert } = await loadFixture(withBrand);
    await revert(asOfficer.fileRight(REASON, RIGHT), "BrandRegistryUnknown", REASON);
    await revert(asOfficer.verifyRight(BRAND, 1), "BrandRegistryUnknownRight", BRAND, 1);
    await revert(asOfficer.revokeRight(BRAND, 1, REASON), "BrandRegistryUnknownRight", BRAND, 1);
    await revert(brands.rightAt(BRAND, 1), "BrandRegistryUnknownRight", BRAND, 1);
    const cap = 32;
    for (let index = 1; index < cap; ++index) await asOfficer.fileRight(BRAND, RIGHT);
    await revert(asOfficer.fileRight(BRAND, RIGHT), "BrandRegistryTooManyRights", BRAND, cap);
  });
});

describe("BrandRegistry: owners", () => {
  const DAY = 86_400;

  it("hands a brand over once the offered key accepts it", async () => {
    const { brands, owner, revert } = await loadFixture(withBrand);
    const next = await funded("next owner");
    await expect(brands.connect(owner).offerBrand(BRAND, next.address)).to.emit(brands, "BrandOffered").withArgs(BRAND, next.address, 3);
    expect([await brands.ownerOf(BRAND), await brands.offeredTo(BRAND)]).to.deep.equal([OWNER, next.address]);
    await revert(brands.connect(owner).acceptBrand(BRAND), "BrandRegistryNotOffered", BRAND, OWNER);
    await expect(brands.connect(next).acceptBrand(BRAND)).to.emit(brands, "BrandOwnerReplaced").withArgs(BRAND, OWNER, next.address, 4);
    expect([await brands.ownerOf(BRAND), await brands.offeredTo(BRAND)]).to.deep.equal([next.address, ethers.ZeroAddress]);
    await revert(brands.connect(next).acceptBrand(BRAND), "BrandRegistryNotOffered", BRAND, next.address);
  });

  it("recovers a brand when two bureaus attest the same words", async () => {
    const { brands, owner, asOfficer, asOther, revert } = await loadFixture(withBrand);
    const next = key("next owner").address;
    await brands.connect(owner).offerBrand(BRAND, key("thief").address);
    await expect(asOfficer.attestRecovery(BRAND, next, REASON))
      .to.emit(brands, "RecoveryAttested")
      .withArgs(BRAND, next, 2, REASON, 4);
    await revert(asOfficer.attestRecovery(BRAND, next, REASON), "BrandRegistryAttestedAlready", BRAND, 2);
    await asOther.attestRecovery(BRAND, next, ethers.id("another reason"));
    await asOther.attestRecovery(BRAND, key("another").address, REASON);
    expect(await brands.ownerOf(BRAND)).to.equal(OWNER);
    await expect(asOther.attestRecovery(BRAND, next, REASON)).to.emit(brands, "BrandOwnerReplaced").withArgs(BRAND, OWNER, next, 8);
    expect([await brands.ownerOf(BRAND), await brands.offeredTo(BRAND)]).to.deep.equal([next, ethers.ZeroAddress]);
  });

  it("forgets a first attestation after thirty days, and when the owner has changed", async () => {
    const { brands, owner, asOfficer, asOther } = await loadFixture(withBrand);
    const [next, kept] = [key("next owner").address, await funded("kept")];
    await asOfficer.attestRecovery(BRAND, next, REASON);
    await time.setNextBlockTimestamp((await time.latest()) + 30 * DAY);
    await asOther.attestRecovery(BRAND, next, REASON);
    expect(await brands.ownerOf(BRAND)).to.equal(OWNER);
    await time.increase(30 * DAY);
    await expect(asOther.attestRecovery(BRAND, next, REASON)).to.emit(brands, "RecoveryAttested");
    expect(await brands.ownerOf(BRAND)).to.equal(OWNER);
    await brands.connect(owner).offerBrand(BRAND, kept.address);
    await brands.connect(kept).acceptBrand(BRAND);
    await asOfficer.attestRecovery(BRAND, next, REASON);
    expect(await brands.ownerOf(BRAND)).to.equal(kept.address);
  });

  it("takes two attestations anew when the brand came back to its old owner", async () => {
    const { brands, asOfficer, asOther } = await loadFixture(withBrand);
    const next = await funded("next owner");
    for (const by of [asOfficer, asOther]) await by.attestRecovery(BRAND, next.address, REASON);
    await brands.connect(next).offerBrand(BRAND, OWNER);
    await brands.connect(key("brand owner")).acceptBrand(BRAND);
    await asOther.attestRecovery(BRAND, next.address, REASON);
    expect(await brands.ownerOf(BRAND)).to.equal(OWNER);
    await asOfficer.attestRecovery(BRAND, next.address, REASON);
    expect(await brands.ownerOf(BRAND)).to.equal(next.address);
  });

  it("reverts for owners that make no sense", async () => {
    const { brands, owner, asOfficer, revert } = await loadFixture(withBrand);
    for (const to of [ethers.ZeroAddress, OWNER]) {
      await revert(brands.connect(owner).offerBrand(BRAND, to), "BrandRegistryBadOwner", BRAND, to);
      await revert(asOfficer.attestRecovery(BRAND, to, REASON), "BrandRegistryBadOwner", BRAND, to);
    }
    await revert(asOfficer.attestRecovery(BRAND, key("next").address, ethers.ZeroHash), "BrandRegistryIncomplete", BRAND);
    await revert(asOfficer.attestRecovery(REASON, key("next").address, REASON), "BrandRegistryUnknown", REASON);
  });
});
