const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { funded } = require("./founding");
const { OURS, REASON, RIVAL, fixture } = require("./registries");

const COUNTERFEIT = 1;

/** The published rule, told once more in other words. */
function expected(outcomes) {
  const counted = outcomes.slice(-64);
  const share = counted.filter(Boolean).length / counted.length;
  if (counted.length >= 16 && share >= 0.95) return 3n;
  if (counted.length >= 8 && share >= 0.8) return 2n;
  if (counted.length >= 4 && share < 0.5) return 0n;
  return 1n;
}

async function judged() {
  const house = await fixture();
  let told = 0;
  const record = (upheld, digest = ethers.id(`ruling ${++told}`)) =>
    house.brandsAsCases.recordOutcome(OURS, COUNTERFEIT, upheld, digest);
  const trust = () => house.brands.trustLevel(OURS, COUNTERFEIT);
  return { ...house, record, trust, asOwner: house.brands.connect(house.owner), court: await funded("court") };
}

describe("BrandRegistry: trust levels", () => {
  it("begins every brand at level 1, for every reason code", async () => {
    const { trust } = await loadFixture(judged);
    expect(await trust()).to.deep.equal([1n, 0n, 0n]);
  });

  it("follows the published rule over a long run of outcomes, the last 64 of which count", async () => {
    const { record, trust } = await loadFixture(judged);
    const outcomes = [];
    const seen = new Set();
    let seed = 7;
    const draw = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let n = 0; n < 260; ++n) {
      const share = [0.99, 0.2, 0.85, 1][Math.floor(n / 65)];
      outcomes.push(draw() < share);
      await record(outcomes[n]);
      const [level, upheld, rejected] = await trust();
      const counted = outcomes.slice(-64);
      expect(level).to.equal(expected(outcomes));
      expect([upheld, rejected]).to.deep.equal([true, false].map((kind) => BigInt(counted.filter((o) => o === kind).length)));
      seen.add(level);
    }
    expect([...seen].sort()).to.deep.equal([0n, 1n, 2n, 3n]);
  });

  it("rises and falls exactly at the bounds of the rule", async () => {
    const { record, trust } = await loadFixture(judged);
    const level = async () => (await trust())[0];
    for (let n = 0; n < 7; ++n) await record(true);
    expect(await level()).to.equal(1n);
    await record(true); // 8 of 8
    expect(await level()).to.equal(2n);
    for (let n = 0; n < 7; ++n) await record(true);
    expect(await level()).to.equal(2n);
    await record(true); // 16 of 16
    expect(await level()).to.equal(3n);
    await record(false); // 16 of 17: 94.1 %
    expect(await level()).to.equal(2n);
    for (let n = 0; n < 3; ++n) await record(true); // 19 of 20: 95 %
    expect(await level()).to.equal(3n);
  });

  for (const [upheld, rejected, level, share] of [
    [1, 2, 1n, "a third, but of three only"],
    [1, 3, 0n, "a quarter"],
    [2, 2, 1n, "half"],
    [3, 4, 0n, "less than half"],
    [7, 2, 1n, "less than 80 %"],
    [8, 2, 2n, "80 %"],
  ]) {
    it(`is ${level} when ${upheld} of ${upheld + rejected} are upheld: ${share}`, async () => {
      const { record, trust } = await loadFixture(judged);
      for (let n = 0; n < upheld; ++n) await record(true);
      for (let n = 0; n < rejected; ++n) await record(false);
      expect(await trust()).to.deep.equal([level, BigInt(upheld), BigInt(rejected)]);
    });
  }

  it("announces each outcome, and a change of level with the digest behind it", async () => {
    const { brands, record } = await loadFixture(judged);
    for (let n = 0; n < 3; ++n) await expect(record(false)).not.to.emit(brands, "TrustLevelChanged");
    await expect(record(false, REASON))
      .to.emit(brands, "OutcomeRecorded")
      .withArgs(OURS, COUNTERFEIT, false, REASON, 10)
      .and.to.emit(brands, "TrustLevelChanged")
      .withArgs(OURS, COUNTERFEIT, 1, 0, REASON, 11);
  });

  it("counts each report once, under each reason code, whatever happens later", async () => {
    const { brands, record, trust, brandsAsCases, court, brandsRefuse } = await loadFixture(judged);
    await record(true, REASON);
    for (const upheld of [true, false]) {
      await brandsRefuse(record(upheld, REASON), "BrandRegistryToldBefore", OURS, COUNTERFEIT, REASON);
    }
    await brands.connect(court).resetTrust(OURS, COUNTERFEIT, RIVAL);
    await brandsRefuse(record(true, REASON), "BrandRegistryToldBefore", OURS, COUNTERFEIT, REASON);
    await brandsAsCases.recordOutcome(OURS, COUNTERFEIT + 1, true, REASON);
    await brandsAsCases.recordOutcome(RIVAL, COUNTERFEIT, true, REASON);
    expect(await trust()).to.deep.equal([1n, 0n, 0n]);
  });

  it("keeps brands and reason codes apart", async () => {
    const { brands, record } = await loadFixture(judged);
    for (let n = 0; n < 4; ++n) await record(false);
    expect((await brands.trustLevel(OURS, 2))[0]).to.equal(1n);
    expect((await brands.trustLevel(RIVAL, COUNTERFEIT))[0]).to.equal(1n);
  });

  it("lets the owner appeal, one appeal at a time, and a court dismiss it", async () => {
    const { brands, asOwner, court, brandsRefuse } = await loadFixture(judged);
    await expect(asOwner.appealTrust(OURS, COUNTERFEIT, REASON)).to.emit(brands, "TrustAppealed").withArgs(OURS, COUNTERFEIT, REASON, 7);
    expect(await brands.trustAppeal(OURS, COUNTERFEIT)).to.equal(REASON);
    await brandsRefuse(asOwner.appealTrust(OURS, COUNTERFEIT, RIVAL), "BrandRegistryAppealOpen", OURS, COUNTERFEIT, REASON);
    const dismiss = () => brands.connect(court).dismissTrustAppeal(OURS, COUNTERFEIT, RIVAL);
    await expect(dismiss()).to.emit(brands, "TrustAppealDismissed").withArgs(OURS, COUNTERFEIT, RIVAL, 8);
    await brandsRefuse(dismiss(), "BrandRegistryNoAppeal", OURS, COUNTERFEIT);
    await asOwner.appealTrust(OURS, COUNTERFEIT, RIVAL);
  });

  it("begins anew when a court, or the registry of cases, clears the outcomes", async () => {
    const { brands, record, trust, asOwner, brandsAsCases, court } = await loadFixture(judged);
    for (let n = 0; n < 4; ++n) await record(false);
    await asOwner.appealTrust(OURS, COUNTERFEIT, REASON);
    await expect(brands.connect(court).resetTrust(OURS, COUNTERFEIT, REASON))
      .to.emit(brands, "TrustReset")
      .withArgs(OURS, COUNTERFEIT, REASON, 13)
      .and.to.emit(brands, "TrustLevelChanged")
      .withArgs(OURS, COUNTERFEIT, 0, 1, REASON, 14);
    expect(await trust()).to.deep.equal([1n, 0n, 0n]);
    expect(await brands.trustAppeal(OURS, COUNTERFEIT)).to.equal(ethers.ZeroHash);
    await expect(brandsAsCases.resetTrust(OURS, COUNTERFEIT, REASON)).not.to.emit(brands, "TrustLevelChanged");
  });

  it("reverts without a digest, and for an unknown brand", async () => {
    const { asOwner, brandsAsCases, brandsRefuse } = await loadFixture(judged);
    const [nobody, nothing] = [ethers.id("nobody"), ethers.ZeroHash];
    for (const call of ["dismissTrustAppeal", "resetTrust"]) {
      await brandsRefuse(brandsAsCases[call](OURS, COUNTERFEIT, nothing), "BrandRegistryNoDigest", OURS, COUNTERFEIT);
    }
    await brandsRefuse(asOwner.appealTrust(OURS, COUNTERFEIT, nothing), "BrandRegistryNoDigest", OURS, COUNTERFEIT);
    await brandsRefuse(brandsAsCases.recordOutcome(OURS, COUNTERFEIT, true, nothing), "BrandRegistryNoDigest", OURS, COUNTERFEIT);
    await brandsRefuse(brandsAsCases.recordOutcome(nobody, COUNTERFEIT, true, REASON), "BrandRegistryUnknown", nobody);
    await brandsRefuse(brandsAsCases.resetTrust(nobody, COUNTERFEIT, REASON), "BrandRegistryUnknown", nobody);
  });
});
