// The consortium of the tests: four bureaus on contracts at their genesis addresses.
const { ethers } = require("hardhat");
const { reset, setBalance, setCode } = require("@nomicfoundation/hardhat-network-helpers");

const CHAIN_ID = 20262;
const ROLES = {
  ValidatorSet: 1,
  BlockLog: 2,
  Consortium: 3,
  BrandRegistry: 4,
  ProductRegistry: 5,
  ObservationLog: 6,
  FindingRegistry: 7,
  CaseRegistry: 8,
  ModelRegistry: 9,
};
const ADDRESSES = Object.fromEntries(
  Object.entries(ROLES).map(([name, role]) => [name, ethers.getAddress("0x" + (0x7000 + role).toString(16).padStart(40, "0"))]),
);

/** The key of a role, the same in every run. */
const key = (name) => new ethers.Wallet(ethers.id(`test key of ${name}`), ethers.provider);

function bureau(id) {
  const digest = (what) => ethers.id(`${what} ${id}`);
  const [validator, oracle, sender, officer] = ["validator", "oracle", "sender", "officer"].map(
    (role) => key(`${role} ${id}`).address,
  );
  return {
    id,
    nameDigest: digest("name"),
    jurisdiction: digest("jurisdiction"),
    accession: digest("accession"),
    validator,
    oracle,
    sender,
    officer,
    epoch: 1,
  };
}

function configuration(changes = {}) {
  return {
    threshold: 3,
    bureaus: [1, 2, 3, 4].map(bureau),
    courts: [{ id: 1, nameDigest: ethers.id("court"), key: key("court").address }],
    contracts: Object.entries(ROLES).map(([name, role]) => ({ role, location: ADDRESSES[name], fromBlock: 0 })),
    ...changes,
  };
}

/** Runs a constructor at a fixed address, as the genesis does: the init code stands there as code for one transaction. */
async function constructAt(name, address, args) {
  const factory = await ethers.getContractFactory(name);
  const { data } = await factory.getDeployTransaction(...args);
  const [carrier] = await ethers.getSigners();
  await setCode(address, data);
  const runtime = await ethers.provider.call({ to: address });
  await (await carrier.sendTransaction({ to: address, gasLimit: 400_000_000 })).wait(); // enough for a full house
  await setCode(address, runtime);
  return ethers.getContractAt(name, address);
}

/** What the configuration digest covers, after chain, address and version. */
const configured = (c) => [c.threshold, c.bureaus, c.courts, c.contracts];
const DAY = 24 * 60 * 60;
const consortiumArguments = (c) => [...configured(c), ADDRESSES.ValidatorSet, DAY];

/** All contracts at their genesis addresses, on a fresh chain: addresses are fixed, so nothing of an earlier founding may stay. */
async function found(config = configuration()) {
  await reset();
  const validators = config.bureaus.map((b) => b.validator).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const { Consortium, BrandRegistry, ProductRegistry, FindingRegistry, CaseRegistry } = ADDRESSES;
  const at = (name, args) => constructAt(name, ADDRESSES[name], args);
  return {
    config,
    validatorSet: await at("ValidatorSet", [validators, Consortium]),
    blockLog: await at("BlockLog", []),
    consortium: await at("Consortium", consortiumArguments(config)),
    brands: await at("BrandRegistry", [Consortium, CaseRegistry]),
    products: await at("ProductRegistry", [Consortium, BrandRegistry, CaseRegistry]),
    log: await at("ObservationLog", [Consortium]),
    findings: await at("FindingRegistry", [Consortium, CaseRegistry]),
    cases: await at("CaseRegistry", [Consortium, FindingRegistry, BrandRegistry, ProductRegistry]),
    models: await at("ModelRegistry", [Consortium]),
  };
}

/** A key that can send: the tests' chain asks for a balance, not for a price. */
async function funded(name) {
  const wallet = key(name);
  await setBalance(wallet.address, 10n ** 18n);
  return wallet;
}

const domain = (contract, chainId = CHAIN_ID) => ({
  name: "Touchstone",
  version: "1",
  chainId,
  verifyingContract: ADDRESSES[contract] || contract,
});

module.exports = {
  ADDRESSES,
  CHAIN_ID,
  bureau,
  configuration,
  configured,
  constructAt,
  consortiumArguments,
  domain,
  found,
  funded,
  key,
};
