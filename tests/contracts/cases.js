// A finding under dispute: the steps of a case, each taken from the one before, for the tests of CaseRegistry.
const { ethers } = require("hardhat");
const { time } = require("@nomicfoundation/hardhat-network-helpers");
const { configuration, found, funded, key } = require("./founding");
const { SUBJECT, clueKey, findingId, makers, signAll } = require("./reports");

const DAY = 24 * 60 * 60;
const [NOTICE, COUNTER, RULING, APPEAL, ROOT] = ["notice", "counter", "ruling", "appeal", "items"].map(ethers.id);
const STATE = { None: 0, Open: 1, Answered: 2, Ruled: 3, Appealed: 4, Closed: 5 };
const STATUS = { None: 0, Recorded: 1, Contested: 2, Upheld: 3, Overturned: 4, Superseded: 5, Withdrawn: 6 };

/** A finding on record, officers and two courts that can send. */
async function house() {
  const courts = [1, 2].map((id) => ({ id, nameDigest: ethers.id(`court ${id}`), key: key(`court ${id}`).address }));
  const contracts = await found(configuration({ courts }));
  const { finding, report } = makers(await contracts.consortium.configDigest());
  await contracts.findings.submit(report(), await signAll(report()));
  const by = {};
  for (const name of ["officer 1", "officer 2", "court 1", "court 2", "sender 1", "stranger"]) {
    by[name] = contracts.cases.connect(await funded(name));
  }
  const [id, clue] = [findingId(finding()), clueKey(finding())];
  const status = () => contracts.findings.statusOf(id, clue);
  const state = async () => (await contracts.cases.caseOf(1)).state;
  return { ...contracts, by, id, clue, status, state, finding, report };
}

const opened = async () => {
  const h = await house();
  await h.by["officer 1"].open(h.clue, h.id, SUBJECT, NOTICE);
  return h;
};
const answered = async () => {
  const h = await opened();
  await h.by["officer 2"].answer(1, COUNTER);
  return h;
};
const ruled = async (decision = STATUS.Upheld) => {
  const h = await answered();
  await time.increase(30 * DAY + 1);
  await h.by["court 1"].rule(1, decision, RULING);
  return h;
};
const appealed = async () => {
  const h = await ruled(STATUS.Overturned);
  await h.by["officer 1"].appeal(1, APPEAL);
  return h;
};

module.exports = { APPEAL, COUNTER, DAY, NOTICE, ROOT, RULING, STATE, STATUS, answered, appealed, house, opened, ruled };
