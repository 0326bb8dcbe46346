// Who may call what: every state-changing function of the governance contracts by every kind of caller.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine, setBalance, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, bureau, consortiumArguments, funded, key } = require("./founding");
const { DAY, KEY_ROLE, PAPER, action, house, itself, pass, proof, propose } = require("./votes");

/** Every kind of caller: the key's name, or the contract's. */
const CALLERS = {
  stranger: "stranger",
  sender: "sender 1",
  oracle: "oracle 1",
  validator: "validator 1",
  officer: "officer 1",
  "officer of an earlier key": "officer 4",
  court: "court",
  consortium: "Consortium",
  validatorSet: "ValidatorSet",
};

const anyone = () => true;
const officer = (caller) => caller === "officer";
const consortium = (caller) => caller === "consortium";

const NOT_AN_OFFICER = ["ConsortiumNotAnOfficer", (address) => [address]];
const ONLY_BY_VOTE = ["ConsortiumOnlyByVote", (address) => [address]];
const NOT_THE_GOVERNOR = ["ValidatorSetNotTheGovernor", (address) => [address, ADDRESSES.Consortium]];

/** Contract, function, who may, the error of the others, arguments (of the state that `everything` leaves). */
const FUNCTIONS = [
  ["consortium", "propose", officer, NOT_AN_OFFICER, (s) => [action(s.consortium, "setThreshold", 4), PAPER]],
  ["consortium", "vote", officer, NOT_AN_OFFICER, (s) => [s.open, true]],
  ["consortium", "revokeKey", officer, NOT_AN_OFFICER, () => [KEY_ROLE.Oracle]],
  ["consortium", "execute", anyone, null, (s) => [s.passed]],
  ["consortium", "activate", anyone, null, (s) => s.activation],
  ["consortium", "handOver", anyone, null, () => []],
  ["consortium", "admitBureau", consortium, ONLY_BY_VOTE, () => [bureau(5), 0], "ConsortiumNotProven"],
  ["consortium", "removeBureau", consortium, ONLY_BY_VOTE, () => [4, 0], "ConsortiumBelowFloor"],
  ["consortium", "replaceKey", consortium, ONLY_BY_VOTE, () => [1, KEY_ROLE.Oracle, key("next").address, false]],
  ["consortium", "setThreshold", consortium, ONLY_BY_VOTE, () => [4]],
  ["consortium", "putInForce", consortium, ONLY_BY_VOTE, () => [7, ADDRESSES.FindingRegistry, 10_000]],
  ["consortium", "registerCourt", consortium, ONLY_BY_VOTE, () => [[2, PAPER, key("next court").address]]],
  ["consortium", "registerWitness", consortium, ONLY_BY_VOTE, () => [PAPER, PAPER]],
  ["consortium", "pause", consortium, ONLY_BY_VOTE, (s) => [7, s.tomorrow]],
  ["consortium", "resume", consortium, ONLY_BY_VOTE, () => [7], "ConsortiumBadPause"],
  ["consortium", "nominateSuccessor", consortium, ONLY_BY_VOTE, () => [ethers.ZeroAddress]],
  ["validatorSet", "change", consortium, NOT_THE_GOVERNOR, () => [[1, 2, 3, 4].map((i) => ethers.toBeHex(i, 20))]],
  ["validatorSet", "handOver", consortium, NOT_THE_GOVERNOR, () => [ADDRESSES.FindingRegistry]],
  ["blockLog", "append", anyone, null, () => [0, 1]],
];

/** A house in which each of the functions can do its work. */
async function everything() {
  const contracts = await house();
  const { consortium, config } = contracts;
  const call = await itself(consortium);
  await call.replaceKey(4, KEY_ROLE.Officer, key("next officer").address, false);
  const other = await ethers.deployContract("Consortium", consortiumArguments(config));
  await call.putInForce(3, other, (await ethers.provider.getBlockNumber()) + 10);
  await call.nominateSuccessor(other);
  await time.increase(7 * DAY);
  await mine(10);
  const passed = await pass(consortium, "setThreshold", 4);
  const admission = await pass(consortium, "admitBureau", bureau(5), 0);
  return {
    ...contracts,
    passed,
    open: await propose(consortium, "setThreshold", [3]),
    activation: await proof(admission, 5, key("validator 5")),
    tomorrow: (await time.latest()) + DAY,
  };
}

async function signerOf(name) {
  if (!ADDRESSES[name]) return funded(name);
  await setBalance(ADDRESSES[name], 10n ** 18n);
  return ethers.getImpersonatedSigner(ADDRESSES[name]);
}

describe("function by role: ValidatorSet, BlockLog, Consortium", () => {
  for (const [contract, name, may, refusal, values, ownRefusal] of FUNCTIONS) {
    for (const [caller, who] of Object.entries(CALLERS)) {
      it(`${contract}.${name}: ${caller} ${may(caller) ? "may" : "may not"}`, async () => {
        const state = await loadFixture(everything);
        const signer = await signerOf(who);
        const call = () => state[contract].connect(signer)[name](...values(state));
        if (!may(caller)) {
          const [error, args] = refusal;
          await expect(call())
            .to.be.revertedWithCustomError(state[contract], error)
            .withArgs(...args(signer.address));
        } else if (ownRefusal) {
          // The caller is let in; what it asks for is refused for its own sake.
          await expect(call()).to.be.revertedWithCustomError(state[contract], ownRefusal);
        } else {
          await expect(call()).not.to.be.reverted;
        }
      });
    }
  }

  it("leaves no state-changing function out", async () => {
    const state = await loadFixture(everything);
    for (const contract of ["consortium", "validatorSet", "blockLog"]) {
      const changing = state[contract].interface.fragments
        .filter((f) => f.type === "function" && !["view", "pure"].includes(f.stateMutability))
        .map((f) => f.name);
      expect(FUNCTIONS.filter(([of]) => of === contract).map(([, name]) => name)).to.have.members(changing);
    }
  });
});
