// What the tests of governance do again and again: propose, vote, wait, execute.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { mine, setBalance, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, bureau, configuration, domain, found, funded, key } = require("./founding");

const DAY = 24 * 60 * 60;
const KEY_ROLE = { None: 0, Validator: 1, Oracle: 2, Sender: 3, Officer: 4, Court: 5 };
const STATE = { None: 0, Open: 1, Passed: 2, Defeated: 3, Expired: 4, Executed: 5 };
const PAPER = ethers.id("signed paper");

const ACTIVATION = {
  Activation: [
    { name: "proposal", type: "bytes32" },
    { name: "bureau", type: "uint32" },
    { name: "validator", type: "address" },
    { name: "seenBlock", type: "uint64" },
    { name: "seenHash", type: "bytes32" },
  ],
};

/** A founded consortium whose officers can send, on a chain old enough for its validators to change. */
async function house(config = configuration()) {
  const contracts = await found(config);
  for (const id of [1, 2, 3, 4, 5, 6]) await funded(`officer ${id}`);
  await mine(31);
  return contracts;
}

const as = (consortium, id) => consortium.connect(key(`officer ${id}`));

/** The call that a proposal makes. */
const action = (consortium, name, ...values) => consortium.interface.encodeFunctionData(name, values);

/** The id that the next proposal of a bureau gets. */
async function nextId(consortium, proposer, call, paper = PAPER) {
  const values = [20262, ADDRESSES.Consortium, proposer, (await consortium.proposalCount(proposer)) + 1n, call, paper];
  const types = ["uint256", "address", "uint32", "uint64", "bytes", "bytes32"];
  return ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, values));
}

async function propose(consortium, name, values, proposer = 1) {
  const call = action(consortium, name, ...values);
  const id = await nextId(consortium, proposer, call);
  await as(consortium, proposer).propose(call, PAPER);
  return id;
}

/** A proposal that passed and whose delay is over. */
async function pass(consortium, name, ...values) {
  const id = await propose(consortium, name, values);
  const { quota } = await consortium.proposal(id);
  for (let voter = 1; voter <= quota; ++voter) await as(consortium, voter).vote(id, true);
  const { executableFrom } = await consortium.proposal(id);
  if (executableFrom > (await time.latest())) await time.increaseTo(executableFrom);
  return id;
}

/** Decide and do: returns the promise of the execution. */
const decide = async (consortium, name, ...values) => consortium.execute(await pass(consortium, name, ...values));

/** The consortium as the sender of a call, as after a vote: to try the calls of governance one by one. */
async function itself(consortium) {
  await setBalance(ADDRESSES.Consortium, 10n ** 18n);
  return consortium.connect(await ethers.getImpersonatedSigner(ADDRESSES.Consortium));
}

/** The proof that a validator's key is at hand and has seen a block. */
async function proof(id, bureauId, signer, changes = {}, where = domain("Consortium")) {
  const seen = await ethers.provider.getBlock("latest");
  const message = {
    proposal: id,
    bureau: bureauId,
    validator: signer.address,
    seenBlock: seen.number,
    seenHash: seen.hash,
    ...changes,
  };
  return [id, bureauId, message.validator, message.seenBlock, await signer.signTypedData(where, ACTIVATION, message)];
}

/** Admit a bureau to the end: voted in and seated. */
async function admit(consortium, member = bureau(5), threshold = 0) {
  const id = await pass(consortium, "admitBureau", member, threshold);
  return consortium.activate(...(await proof(id, member.id, key(`validator ${member.id}`))));
}

/** What the contract keeps, in the form of tests/contracts/founding.js, and the digest that it ought to have. */
async function configurationOf(consortium) {
  const [version, threshold, bureaus, courts, contracts] = await consortium.configuration();
  const types = consortium.interface.getFunction("configuration").outputs.map((output) => output.format("full"));
  const digest = ethers.keccak256(
    ethers.AbiCoder.defaultAbiCoder().encode(
      ["uint256", "address", ...types],
      [20262, await consortium.getAddress(), version, threshold, bureaus, courts, contracts],
    ),
  );
  return { version, threshold, bureaus, courts, contracts, digest };
}

/** Asserts that all three agree: the digest kept, the digest over what is kept, and the validators with the bureaus. */
async function expectAgreement({ consortium, validatorSet }) {
  const { bureaus, digest } = await configurationOf(consortium);
  expect(await consortium.configDigest()).to.equal(digest);
  const ids = bureaus.map((b) => b.id);
  expect(ids).to.deep.equal([...ids].sort((a, b) => (a < b ? -1 : 1)));
  const validators = bureaus.map((b) => b.validator).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  expect([...(await validatorSet.getValidators())]).to.deep.equal(validators);
}

module.exports = {
  DAY,
  KEY_ROLE,
  PAPER,
  STATE,
  action,
  admit,
  as,
  configurationOf,
  decide,
  expectAgreement,
  house,
  itself,
  nextId,
  pass,
  proof,
  propose,
};
