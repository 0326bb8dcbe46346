const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, bureau, key } = require("./founding");
const { KEY_ROLE, admit, as, configurationOf, decide, expectAgreement, house, itself, pass, proof } = require("./votes");

const CURRENT = 1n, RETIRED = 2n, REVOKED = 3n;
const fresh = (name) => key(`next ${name}`).address;
const NAMES = { Oracle: "bureauOfOracle", Sender: "bureauOfSender", Officer: "bureauOfOfficer" };

describe("Consortium, a key replaced by vote", () => {
  for (const [role, lookUp] of Object.entries(NAMES)) {
    it(`of role ${role}: the old one is retired and answers for nobody, the new one is current`, async () => {
      const contracts = await loadFixture(house);
      const { consortium } = contracts;
      const [old, next] = [bureau(2)[role.toLowerCase()], fresh(role)];
      const done = await decide(consortium, "replaceKey", 2, KEY_ROLE[role], next, false);
      const { blockNumber } = await done.wait();
      const at = await time.latest();
      await expect(done).to.emit(consortium, "KeyEnded").withArgs(old, 2, KEY_ROLE[role], false, blockNumber, at, 6);
      await expect(done).to.emit(consortium, "KeyHeld").withArgs(next, 2, KEY_ROLE[role], 2, 7);
      expect([await consortium[lookUp](old), await consortium[lookUp](next)]).to.deep.equal([0n, 2n]);
      const block = BigInt(blockNumber);
      expect(await consortium.keyRecord(old)).to.deep.equal([2n, BigInt(KEY_ROLE[role]), RETIRED, 1n, 0n, block, BigInt(at)]);
      expect(await consortium.keyRecord(next)).to.deep.equal([2n, BigInt(KEY_ROLE[role]), CURRENT, 2n, block, 0n, 0n]);
      expect((await consortium.bureau(2)).epoch).to.equal(2);
      await expectAgreement(contracts);
    });
  }

  it("is revoked, not retired, where the vote says that it is in wrong hands", async () => {
    const { consortium } = await loadFixture(house);
    await decide(consortium, "replaceKey", 2, KEY_ROLE.Oracle, fresh("oracle"), true);
    expect((await consortium.keyRecord(bureau(2).oracle)).state).to.equal(REVOKED);
  });

  it("of a validator takes its seat with a proof, and not without", async () => {
    const contracts = await loadFixture(house);
    const { consortium } = contracts;
    const next = key("next validator");
    const id = await pass(consortium, "replaceKey", 2, KEY_ROLE.Validator, next.address, false);
    await expect(consortium.execute(id))
      .to.be.revertedWithCustomError(consortium, "ConsortiumNotProven")
      .withArgs(2, next.address);
    await consortium.activate(...(await proof(id, 2, next)));
    expect((await consortium.bureau(2)).validator).to.equal(next.address);
    expect((await contracts.validatorSet.getValidators()).length).to.equal(4);
    await expectAgreement(contracts);
  });

  it("of a court rules from then on", async () => {
    const contracts = await loadFixture(house);
    await decide(contracts.consortium, "replaceKey", 1, KEY_ROLE.Court, fresh("court"), false);
    expect(await contracts.consortium.courtOf(fresh("court"))).to.equal(1);
    expect(await contracts.consortium.courtOf(key("court").address)).to.equal(0);
    expect((await configurationOf(contracts.consortium)).courts[0].key).to.equal(fresh("court"));
    await (await itself(contracts.consortium)).replaceKey(1, KEY_ROLE.Court, fresh("next court"), false);
    expect(await contracts.consortium.courtOf(fresh("court"))).to.equal(0);
    await expectAgreement(contracts);
  });

  it("is never used again: not by its bureau, by another, in another role, or by a court", async () => {
    const { consortium } = await loadFixture(house);
    const call = await itself(consortium);
    await call.replaceKey(2, KEY_ROLE.Oracle, fresh("oracle"), false);
    const uses = [
      [2, KEY_ROLE.Oracle],
      [2, KEY_ROLE.Sender],
      [3, KEY_ROLE.Oracle],
      [1, KEY_ROLE.Court],
    ];
    for (const [member, role] of uses) {
      await expect(call.replaceKey(member, role, bureau(2).oracle, false))
        .to.be.revertedWithCustomError(consortium, "ConsortiumKeyTaken")
        .withArgs(bureau(2).oracle, 2);
    }
  });

  it("is refused for nobody, for no role, and with no key", async () => {
    const { consortium } = await loadFixture(house);
    const call = await itself(consortium);
    const refuses = (member, role, next, error, ...values) =>
      expect(call.replaceKey(member, role, next, false)).to.be.revertedWithCustomError(consortium, error).withArgs(...values);
    await refuses(9, KEY_ROLE.Oracle, fresh("oracle"), "ConsortiumUnknownBureau", 9);
    await refuses(9, KEY_ROLE.Court, fresh("court"), "ConsortiumUnknownCourt", 9);
    await refuses(2, KEY_ROLE.None, fresh("oracle"), "ConsortiumNoKey", 2, KEY_ROLE.None);
    await refuses(2, KEY_ROLE.Oracle, ethers.ZeroAddress, "ConsortiumKeyTaken", ethers.ZeroAddress, 0);
  });
});

describe("Consortium, a key revoked by its own bureau", () => {
  for (const [role, lookUp] of Object.entries(NAMES)) {
    it(`of role ${role}: signs nothing from that transaction on, with block and time on record`, async () => {
      const contracts = await loadFixture(house);
      const { consortium } = contracts;
      const old = bureau(3)[role.toLowerCase()];
      const done = await as(consortium, 3).revokeKey(KEY_ROLE[role]);
      const { blockNumber } = await done.wait();
      const at = await time.latest();
      await expect(done).to.emit(consortium, "KeyEnded").withArgs(old, 3, KEY_ROLE[role], true, blockNumber, at, 1);
      await expect(done).to.emit(consortium, "ConfigurationChanged").withArgs(2, await consortium.configDigest(), blockNumber, 2);
      expect(await consortium[lookUp](old)).to.equal(0);
      const kept = await consortium.keyRecord(old);
      expect(kept).to.deep.equal([3n, BigInt(KEY_ROLE[role]), REVOKED, 1n, 0n, BigInt(blockNumber), BigInt(at)]);
      expect((await consortium.bureau(3))[role.toLowerCase()]).to.equal(ethers.ZeroAddress);
      await expectAgreement(contracts);
    });
  }

  it("is followed by a new one after a vote of the others", async () => {
    const contracts = await loadFixture(house);
    const { consortium } = contracts;
    await as(consortium, 4).revokeKey(KEY_ROLE.Officer);
    await decide(consortium, "replaceKey", 4, KEY_ROLE.Officer, key("officer 6").address, false);
    expect(await consortium.bureauOfOfficer(key("officer 6").address)).to.equal(4);
    expect((await consortium.keyRecord(bureau(4).officer)).state).to.equal(REVOKED);
    await as(consortium, 6).revokeKey(KEY_ROLE.Oracle);
    await expectAgreement(contracts);
  });

  it("does not stop the bureau's removal", async () => {
    const contracts = await loadFixture(house);
    await admit(contracts.consortium);
    await as(contracts.consortium, 5).revokeKey(KEY_ROLE.Oracle);
    await mine(31);
    await decide(contracts.consortium, "removeBureau", 5, 0);
    expect((await contracts.consortium.keyRecord(bureau(5).oracle)).state).to.equal(REVOKED);
    await expectAgreement(contracts);
  });

  it("is not the validator's, which takes a vote, and not one that is gone", async () => {
    const { consortium } = await loadFixture(house);
    for (const role of [KEY_ROLE.None, KEY_ROLE.Validator, KEY_ROLE.Court]) {
      await expect(as(consortium, 3).revokeKey(role))
        .to.be.revertedWithCustomError(consortium, "ConsortiumNotRevocable")
        .withArgs(role);
    }
    await as(consortium, 3).revokeKey(KEY_ROLE.Oracle);
    await expect(as(consortium, 3).revokeKey(KEY_ROLE.Oracle))
      .to.be.revertedWithCustomError(consortium, "ConsortiumNoKey")
      .withArgs(3, KEY_ROLE.Oracle);
  });
});

describe("Consortium, the history of keys", () => {
  it("holds every key of a member by epoch", async () => {
    const { consortium } = await loadFixture(house);
    const call = await itself(consortium);
    const keys = [bureau(2).oracle, fresh("first"), fresh("second")];
    for (const next of keys.slice(1)) await call.replaceKey(2, KEY_ROLE.Oracle, next, false);
    expect(await consortium.keyCount(2, KEY_ROLE.Oracle)).to.equal(3);
    for (const [i, expected] of keys.entries()) {
      expect(await consortium.keyAt(2, KEY_ROLE.Oracle, i + 1)).to.equal(expected);
      expect((await consortium.keyRecord(expected)).epoch).to.equal(i + 1);
    }
    for (const epoch of [0, 4]) {
      await expect(consortium.keyAt(2, KEY_ROLE.Oracle, epoch))
        .to.be.revertedWithCustomError(consortium, "ConsortiumNoKey")
        .withArgs(2, KEY_ROLE.Oracle);
    }
    expect((await configurationOf(consortium)).bureaus[1].epoch).to.equal(3);
  });

  it("stands where proofs look for it: one word a key under slot 2", async () => {
    const { consortium } = await loadFixture(house);
    await as(consortium, 3).revokeKey(KEY_ROLE.Oracle);
    const { untilBlock, untilTime } = await consortium.keyRecord(bureau(3).oracle);
    const slot = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [bureau(3).oracle, 2]));
    const word = BigInt(await ethers.provider.getStorage(ADDRESSES.Consortium, slot));
    const expected = 3n | (2n << 32n) | (REVOKED << 40n) | (1n << 48n) | (untilBlock << 128n) | (untilTime << 176n);
    expect(word).to.equal(expected);
  });
});
