// Who may call what: every state-changing function of the registries of findings, cases and models by every kind of caller.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, setBalance, time } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, configuration, domain, found, funded, key } = require("./founding");
const { SUBJECT, clueKey, findingId, makers, signAll } = require("./reports");

/** Every kind of caller: the key's name, or the contract's. */
const CALLERS = {
  stranger: "stranger",
  sender: "sender 1",
  oracle: "oracle 1",
  validator: "validator 1",
  officer: "officer 1",
  court: "court 1",
  caseRegistry: "CaseRegistry",
  consortium: "Consortium",
};

const DAY = 24 * 60 * 60;
const DIGEST = ethers.id("digest");
const anyone = () => true;
const officer = (caller) => caller === "officer";
const court = (caller) => caller === "court";
const either = (caller) => officer(caller) || court(caller);
const caseRegistry = (caller) => caller === "caseRegistry";
const RECUSAL = { Recusal: ["uint32 bureau", "bytes32 subject", "bytes32 reason"].map((text) => ({ type: text.split(" ")[0], name: text.split(" ")[1] })) };

const NOT_AN_OFFICER = "CaseRegistryNotAnOfficer";
const NOT_A_COURT = "CaseRegistryNotACourt";

/** Contract, function, who may, the error of the others, arguments, and the state that the call needs. */
const FUNCTIONS = [
  ["findings", "submit", anyone, null, (s) => s.signed],
  ["findings", "recuse", anyone, null, (s) => s.recusal],
  ["findings", "setStatus", caseRegistry, "FindingRegistryNotTheCaseRegistry", (s) => [s.clue, s.id, 2, DIGEST]],
  ["cases", "open", officer, NOT_AN_OFFICER, (s) => [s.clue, s.id, SUBJECT, DIGEST]],
  ["cases", "answer", officer, NOT_AN_OFFICER, () => [1, DIGEST], "opened"],
  ["cases", "addEvidence", either, NOT_AN_OFFICER, () => [1, DIGEST, 1], "answered"],
  ["cases", "rule", court, NOT_A_COURT, () => [1, 3, DIGEST], "heard"],
  ["cases", "appeal", officer, NOT_AN_OFFICER, () => [1, DIGEST], "ruled"],
  ["cases", "recuse", court, NOT_A_COURT, () => [1, DIGEST], "answered"],
  ["cases", "close", anyone, null, () => [1], "over"],
  ["cases", "settleClaim", court, NOT_A_COURT, () => [4006381333931, DIGEST, DIGEST], "", "ProductRegistryNotContested"],
  ["cases", "recordOutcome", either, NOT_AN_OFFICER, () => [DIGEST, 1, true, DIGEST], "", "BrandRegistryUnknown"],
  ["models", "propose", officer, "ModelRegistryNotAnOfficer", () => [ethers.id("new"), 1, DIGEST, DIGEST, DIGEST]],
  ["models", "approve", officer, "ModelRegistryNotAnOfficer", () => [ethers.id("proposed")]],
  ["models", "retire", officer, "ModelRegistryNotAnOfficer", () => [ethers.id("approved")]],
  ["models", "tellCanary", officer, "ModelRegistryNotAnOfficer", () => [1, 202607, 10, 9, DIGEST]],
];

/** A consortium with a finding, models, and a case that `steps` took further. */
async function house() {
  const courts = [1, 2].map((id) => ({ id, nameDigest: ethers.id(`court ${id}`), key: key(`court ${id}`).address }));
  const contracts = await found(configuration({ courts }));
  const { finding, report } = makers(await contracts.consortium.configDigest());
  await contracts.findings.submit(report(), await signAll(report()));
  const next = report({ sequence: 2, findings: [finding({ kind: 2 })] });
  const value = { bureau: 2, subject: SUBJECT, reason: DIGEST };
  const signature = await key("officer 2").signTypedData(domain("FindingRegistry"), RECUSAL, value);
  for (const [model, supporters] of [["proposed", [2]], ["approved", [2, 3, 4]]]) {
    const [first, ...others] = supporters;
    await contracts.models.connect(await funded(`officer ${first}`)).propose(ethers.id(model), 1, DIGEST, DIGEST, DIGEST);
    for (const id of others) await contracts.models.connect(await funded(`officer ${id}`)).approve(ethers.id(model));
  }
  return {
    ...contracts,
    signed: [next, await signAll(next)],
    recusal: [2, SUBJECT, DIGEST, signature],
    id: findingId(finding()),
    clue: clueKey(finding()),
  };
}

const STEPS = {
  opened: (s) => s.byOfficer.open(s.clue, s.id, SUBJECT, DIGEST),
  answered: (s) => s.byOfficer.answer(1, DIGEST),
  heard: () => time.increase(30 * DAY + 1),
  ruled: (s) => s.byCourt.rule(1, 3, DIGEST),
  over: () => time.increase(16 * DAY),
};

async function upTo(step) {
  const s = await loadFixture(house);
  s.byOfficer = s.cases.connect(await funded("officer 2"));
  s.byCourt = s.cases.connect(await funded("court 1"));
  const names = Object.keys(STEPS);
  for (const name of names.slice(0, names.indexOf(step) + 1)) await STEPS[name](s);
  return s;
}

async function signerOf(name) {
  if (!ADDRESSES[name]) return funded(name);
  await setBalance(ADDRESSES[name], 10n ** 18n);
  return ethers.getImpersonatedSigner(ADDRESSES[name]);
}

describe("roles: findings, cases and models", () => {
  for (const [contract, name, may, error, args, step = "", otherwise] of FUNCTIONS) {
    for (const [caller, who] of Object.entries(CALLERS)) {
      it(`${contract}.${name} ${may(caller) ? "takes" : "refuses"} ${caller}`, async () => {
        const s = await upTo(step);
        const call = s[contract].connect(await signerOf(who))[name](...args(s));
        if (!may(caller)) await expect(call).to.be.revertedWithCustomError(s[contract], error);
        else if (otherwise) await expect(call).to.be.revertedWithCustomError(otherwise.startsWith("Brand") ? s.brands : s.products, otherwise);
        else await expect(call).not.to.be.reverted;
      });
    }
  }

  it("covers every function that changes state", async () => {
    const s = await loadFixture(house);
    for (const contract of ["findings", "cases", "models"]) {
      const changing = s[contract].interface.fragments.filter((f) => f.type === "function" && !["view", "pure"].includes(f.stateMutability));
      const covered = FUNCTIONS.filter(([of]) => of === contract).map(([, name]) => name);
      expect(covered.sort()).to.deep.equal(changing.map((f) => f.name).sort());
    }
  });
});
