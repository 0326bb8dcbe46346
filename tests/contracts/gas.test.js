// What the main calls cost, to the unit: a change shows in gas.json, for whoever reads the change. `UPDATE_GAS=1` writes it anew.
const fs = require("fs");
const path = require("path");
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { mine, time } = require("@nomicfoundation/hardhat-network-helpers");
const { configuration, domain, found, funded, key } = require("./founding");
const { OURS, REASON, fixture, gtin, product } = require("./registries");
const { SUBJECT, clueKey, findingId, makers, signAll } = require("./reports");
const { DAY, PAPER, as } = require("./votes");

const FILE = path.join(__dirname, "gas.json");
const ANCHOR = {
  Anchor: ["uint32 bureau", "uint64 sequence", "bytes32 previousRoot", "bytes32 root", "uint64 size"].map((field) => ({
    type: field.split(" ")[0],
    name: field.split(" ")[1],
  })),
};
const of = async (call) => Number((await (await call).wait()).gasUsed);
const word = (text) => ethers.id(text);
const many = (count, make) => Array.from({ length: count }, (_, n) => make(n));

async function records(told) {
  const courts = [{ id: 1, nameDigest: word("court"), key: key("court").address }];
  const { findings, cases, consortium, log } = await found(configuration({ courts }));
  const { finding, report } = makers(await consortium.configDigest());
  let sequence = 0;
  for (const count of [1, 10, 100]) {
    const findingsOf = many(count, (n) => finding({ subject: word(`${count} ${n}`), listing: word(`listing ${count} ${n}`) }));
    const values = report({ sequence: ++sequence, findings: findingsOf });
    told[`FindingRegistry.submit, ${count} findings`] = await of(findings.submit(values, await signAll(values)));
  }
  let previousRoot = ethers.ZeroHash;
  for (const name of ["first", "next"]) {
    const batch = { bureau: 1, sequence: name === "first" ? 1 : 2, previousRoot, root: word(name), size: 1000 };
    const signature = await key("oracle 1").signTypedData(domain("ObservationLog"), ANCHOR, batch);
    told[`ObservationLog.anchor, ${name}`] = await of(log.anchor(batch, signature));
    previousRoot = batch.root;
  }
  const one = finding({ subject: SUBJECT });
  const values = report({ sequence: ++sequence, findings: [one] });
  await findings.submit(values, await signAll(values));
  const [officer, court] = [cases.connect(await funded("officer 1")), cases.connect(await funded("court"))];
  told["CaseRegistry.open"] = await of(officer.open(clueKey(one), findingId(one), SUBJECT, REASON));
  told["CaseRegistry.answer"] = await of(officer.answer(1, REASON));
  told["CaseRegistry.addEvidence"] = await of(officer.addEvidence(1, REASON, 3));
  await time.increase(31 * DAY);
  told["CaseRegistry.rule"] = await of(court.rule(1, 4, REASON));
}

async function votes(told) {
  const { consortium, validatorSet, blockLog } = await found();
  for (const id of [1, 2, 3]) await funded(`officer ${id}`);
  const call = consortium.interface.encodeFunctionData("setThreshold", [4]);
  const id = await as(consortium, 1).propose.staticCall(call, PAPER);
  told["Consortium.propose"] = await of(as(consortium, 1).propose(call, PAPER));
  for (const voter of [1, 2, 3]) told[`Consortium.vote, ${voter}`] = await of(as(consortium, voter).vote(id, true));
  await time.increase(DAY);
  told["Consortium.execute, setThreshold"] = await of(consortium.execute(id));
  told["ValidatorSet.getValidators, 4"] = Number(await validatorSet.getValidators.estimateGas());
  await mine(140);
  told["BlockLog.append, 1 block"] = await of(blockLog.append(0, 1));
  told["BlockLog.append, 128 blocks"] = await of(blockLog.append(1, 128));
}

async function products(told) {
  const { asOwner } = await fixture();
  for (const [count, from] of [[1, 690123400000], [100, 690123500000]]) {
    const items = many(count, (n) => product({ gtin: gtin(from + n) }));
    told[`ProductRegistry.registerProducts, ${count}`] = await of(asOwner.registerProducts(OURS, items));
  }
  told["ProductRegistry.registerTree"] = await of(asOwner.registerTree(OURS, word("root"), 60_000, REASON));
}

describe("gas of the main calls", () => {
  it("is what gas.json says", async () => {
    const told = {};
    for (const part of [records, votes, products]) await part(told);
    if (process.env.UPDATE_GAS) fs.writeFileSync(FILE, JSON.stringify(told, null, 2) + "\n");
    expect(told).to.deep.equal(JSON.parse(fs.readFileSync(FILE, "utf8")));
  }).timeout(120_000);
});
