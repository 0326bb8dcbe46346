// The cost of every change with as many members as there may be: a quarter of a block at most, stated tighter.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, bureau, configuration, found, funded, key } = require("./founding");
const { DAY, KEY_ROLE, PAPER, as, itself, proof } = require("./votes");

const BOUND = 6_000_000; // a block of the network holds 500,000,000

const court = (id) => ({ id, nameDigest: ethers.id(`court ${id}`), key: key(`court ${id}`).address });
const upTo = (last, make) => Array.from({ length: last }, (_, i) => make(i + 1));

/** One below the cap of bureaus, courts and contracts, so that one more of each fits. */
async function crowded() {
  const contracts = upTo(99, (i) => ({ role: i < 10 ? i : 9, location: ADDRESSES.FindingRegistry, fromBlock: 0 }));
  const members = configuration({
    threshold: 51,
    bureaus: upTo(99, (i) => bureau(i + 1)),
    courts: upTo(99, (i) => court(i + 1)),
    contracts,
  });
  const made = await found(members);
  await funded("officer 2");
  await mine(31);
  return { ...made, call: await itself(made.consortium) };
}

const gasOf = async (call) => Number((await (await call).wait()).gasUsed);

/** A proposal that all bureaus had to be asked for, as far as its quota goes. */
async function passed(consortium, name, ...values) {
  const call = consortium.interface.encodeFunctionData(name, values);
  const id = await as(consortium, 2).propose.staticCall(call, PAPER);
  await as(consortium, 2).propose(call, PAPER);
  for (let i = 2; i < 2 + Number((await consortium.proposal(id)).quota); ++i) {
    await funded(`officer ${i}`);
    await as(consortium, i).vote(id, true);
  }
  await time.increase(DAY);
  return id;
}

describe("Consortium, gas at the caps", () => {
  const bounded = (what, make) =>
    it(`bounds ${what}`, async () => {
      expect(await gasOf(make(await loadFixture(crowded)))).to.be.below(BOUND);
    });

  bounded("a court put before all others", ({ call }) => call.registerCourt(court(1)));
  bounded("the last contract version", ({ call }) => call.putInForce(9, ADDRESSES.FindingRegistry, 1000));
  bounded("a threshold", ({ call }) => call.setThreshold(60));
  bounded("a replaced key", ({ call }) => call.replaceKey(2, KEY_ROLE.Oracle, key("next").address, false));
  bounded("a revoked key", ({ consortium }) => as(consortium, 2).revokeKey(KEY_ROLE.Oracle));
  bounded("the removal of the first bureau", ({ call }) => call.removeBureau(2, 0));

  it("bounds the hundredth bureau, put before all others, and refuses one more", async () => {
    const { consortium, validatorSet } = await loadFixture(crowded);
    const id = await passed(consortium, "admitBureau", bureau(1), 0);
    expect(await gasOf(consortium.activate(...(await proof(id, 1, key("validator 1")))))).to.be.below(BOUND);
    expect((await validatorSet.getValidators()).length).to.equal(100);
    await mine(31);
    const more = await passed(consortium, "admitBureau", bureau(101), 52);
    await expect(consortium.activate(...(await proof(more, 101, key("validator 101"))))).to.be.revertedWithCustomError(
      validatorSet,
      "ValidatorSetBadSize",
    );
  }).timeout(120_000);
});
