// Models that bureaus agreed on, and canaries.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, time } = require("@nomicfoundation/hardhat-network-helpers");
const { found, funded } = require("./founding");
const { refusal } = require("./reports");

const [MODEL, OTHER, FEATURES, TRAINING, CARD] = ["model", "other", "features", "training", "card"].map(ethers.id);
const STATE = { None: 0, Proposed: 1, Approved: 2, Retired: 3 };

async function house() {
  const { models } = await found();
  const by = [];
  for (const id of [1, 2, 3, 4]) by[id] = models.connect(await funded(`officer ${id}`));
  return { models, by };
}

async function approved() {
  const h = await house();
  await h.by[1].propose(MODEL, 1, FEATURES, TRAINING, CARD);
  for (const id of [2, 3]) await h.by[id].approve(MODEL);
  return h;
}

describe("ModelRegistry", () => {
  it("makes a model current once as many bureaus as the threshold approved it", async () => {
    const { models, by } = await loadFixture(house);
    await expect(by[1].propose(MODEL, 1, FEATURES, TRAINING, CARD))
      .to.emit(models, "ModelProposed")
      .withArgs(MODEL, 1, 1, CARD, 1)
      .and.to.emit(models, "ModelSupported")
      .withArgs(MODEL, 1, false, 2);
    await by[2].approve(MODEL);
    expect(await models.current(1)).to.equal(ethers.ZeroHash);
    await expect(by[4].approve(MODEL)).to.emit(models, "ModelApproved").withArgs(MODEL, 1, ethers.ZeroHash, 5);
    expect([await models.current(1), await models.historyCount(1), await models.history(1, 0)]).to.deep.equal([MODEL, 1n, MODEL]);
    const kept = await models.modelOf(MODEL);
    expect(kept.slice(0, 6)).to.deep.equal([1n, 2n, 1n, 3n, 0n, BigInt(await time.latest())]);
    expect(kept.slice(6)).to.deep.equal([FEATURES, TRAINING, CARD]);
  });

  it("counts each bureau once", async () => {
    const { models, by } = await loadFixture(house);
    await by[1].propose(MODEL, 1, FEATURES, TRAINING, CARD);
    await refusal(by[1].approve(MODEL), models, "ModelRegistrySaidAlready", MODEL, 1);
  });

  it("replaces the current model of the same kind only", async () => {
    const { models, by } = await loadFixture(approved);
    await by[1].propose(OTHER, 1, FEATURES, TRAINING, CARD);
    await by[2].approve(OTHER);
    await expect(by[3].approve(OTHER)).to.emit(models, "ModelApproved").withArgs(OTHER, 1, MODEL, 10);
    expect([await models.current(1), await models.current(2), await models.historyCount(1)]).to.deep.equal([OTHER, ethers.ZeroHash, 2n]);
    expect((await models.modelOf(MODEL)).state).to.equal(STATE.Approved);
  });

  it("retires a model by as many bureaus as approve one", async () => {
    const { models, by } = await loadFixture(approved);
    for (const id of [2, 3]) await by[id].retire(MODEL);
    await refusal(by[2].retire(MODEL), models, "ModelRegistrySaidAlready", MODEL, 2);
    await expect(by[4].retire(MODEL)).to.emit(models, "ModelRetired").withArgs(MODEL, 1, 9);
    expect([await models.current(1), (await models.modelOf(MODEL)).state]).to.deep.equal([ethers.ZeroHash, 3n]);
    await refusal(by[1].approve(MODEL), models, "ModelRegistryWrongState", MODEL, STATE.Retired);
  });

  it("leaves its successor in place when an older model is retired", async () => {
    const { models, by } = await loadFixture(approved);
    await by[1].propose(OTHER, 1, FEATURES, TRAINING, CARD);
    for (const id of [2, 3]) await by[id].approve(OTHER);
    for (const id of [1, 2, 3]) await by[id].retire(MODEL);
    expect(await models.current(1)).to.equal(OTHER);
  });

  it("refuses a model that is incomplete, known, unknown or approved", async () => {
    const { models, by } = await loadFixture(approved);
    const zero = ethers.ZeroHash;
    for (const values of [[zero, 1, FEATURES, TRAINING, CARD], [OTHER, 0, FEATURES, TRAINING, CARD], [OTHER, 1, zero, TRAINING, CARD], [OTHER, 1, FEATURES, zero, CARD], [OTHER, 1, FEATURES, TRAINING, zero]]) {
      await refusal(by[1].propose(...values), models, "ModelRegistryIncomplete", values[0]);
    }
    await refusal(by[2].propose(MODEL, 1, FEATURES, TRAINING, CARD), models, "ModelRegistryExists", MODEL);
    await refusal(by[4].approve(MODEL), models, "ModelRegistryWrongState", MODEL, STATE.Approved);
    await refusal(by[4].retire(OTHER), models, "ModelRegistryWrongState", OTHER, STATE.None);
  });
});

describe("ModelRegistry: canaries", () => {
  it("adds up what bureaus found of what was planted", async () => {
    const { models, by } = await loadFixture(house);
    await expect(by[1].tellCanary(1, 202607, 20, 19, CARD))
      .to.emit(models, "CanaryTold")
      .withArgs(1, 1, 202607, 20, 19, CARD, 1);
    await by[2].tellCanary(1, 202607, 10, 4, CARD);
    expect(await models.recall(1, 202607)).to.deep.equal([30n, 23n, 7666n]);
    expect(await models.recall(1, 202608)).to.deep.equal([0n, 0n, 0n]);
    expect(await models.canary(2, 1, 202607)).to.deep.equal([10n, 4n, CARD]);
  });

  it("takes each result once, and none that is impossible", async () => {
    const { models, by } = await loadFixture(house);
    await by[1].tellCanary(1, 202607, 20, 20, CARD);
    await refusal(by[1].tellCanary(1, 202607, 20, 20, CARD), models, "ModelRegistryToldAlready", 1, 1, 202607);
    for (const [kind, period, planted, hits, evidence] of [[0, 202607, 1, 1, CARD], [1, 202600, 1, 1, CARD], [1, 202613, 1, 1, CARD], [1, 7, 1, 1, CARD], [1, 1_000_001, 1, 1, CARD], [1, 202607, 0, 0, CARD], [1, 202607, 1, 2, CARD], [1, 202607, 1, 1, ethers.ZeroHash]]) {
      await refusal(by[2].tellCanary(kind, period, planted, hits, evidence), models, "ModelRegistryBadCanary", kind, period, planted, hits);
    }
  });
});
