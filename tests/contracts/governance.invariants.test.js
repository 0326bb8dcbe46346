// Random walks through governance, the same in every run: after each step what must always hold is checked.
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture, mine, time } = require("@nomicfoundation/hardhat-network-helpers");
const { bureau, funded, key } = require("./founding");
const { DAY, KEY_ROLE, PAPER, STATE, expectAgreement, house, proof } = require("./votes");

const STEPS = 120;
const ROLES = ["Validator", "Oracle", "Sender", "Officer"];

/** Numbers from a seed: xorshift, 32 bits. */
function randomOf(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One walk: what it did beside the contract, to compare with what the contract says. */
class Walk {
  constructor(contracts, seed) {
    Object.assign(this, contracts);
    this.random = randomOf(seed);
    this.officers = new Map([1, 2, 3, 4].map((id) => [id, `officer ${id}`]));
    this.used = new Set(contracts.config.bureaus.flatMap((b) => ROLES.map((role) => b[role.toLowerCase()])));
    this.proposals = new Map(); // id: votes cast by bureau
    this.proven = new Map(); // id: bureau and name of the validator's key that it seats
    this.ended = new Map(); // proposals in a final state
    this.names = 0;
    this.done = {};
  }

  pick(list) {
    return list[this.random(list.length)];
  }

  as(id) {
    return this.consortium.connect(key(this.officers.get(id)));
  }

  freshName(what) {
    return `${what} of walk ${++this.names}`;
  }

  async propose() {
    const ids = [...this.officers.keys()];
    const kind = this.pick(["admitBureau", "removeBureau", "replaceKey", "setThreshold", "registerWitness"]);
    const size = ids.length;
    let values, seat;
    if (kind === "admitBureau") {
      const id = 5 + this.random(40);
      values = [{ ...bureau(id) }, Math.floor((size + 1) / 2) + 1];
      seat = [id, `validator ${id}`];
    } else if (kind === "removeBureau") {
      values = [this.pick(ids), Math.max(3, Math.floor((size - 1) / 2) + 1)];
    } else if (kind === "replaceKey") {
      const [id, role, name] = [this.pick(ids), this.pick(ROLES), this.freshName("key")];
      values = [id, KEY_ROLE[role], key(name).address, this.random(2) === 0];
      if (role === "Validator") seat = [id, name];
      if (role === "Officer") seat = [id, name, "officer"];
    } else if (kind === "setThreshold") {
      values = [this.random(size + 3)];
    } else {
      values = [PAPER, ethers.id(this.freshName("witness"))];
    }
    const call = this.consortium.interface.encodeFunctionData(kind, values);
    const proposer = this.as(this.pick(ids));
    const id = await proposer.propose.staticCall(call, PAPER);
    await proposer.propose(call, PAPER);
    this.proposals.set(id, new Map());
    this.proven.set(id, { kind, values, seat });
  }

  async vote() {
    if (this.proposals.size === 0) return;
    const id = this.pick([...this.proposals.keys()].slice(-2)); // few, so that some are decided
    const voter = this.pick([...this.officers.keys()]);
    const yes = this.random(6) > 0;
    await this.as(voter).vote(id, yes);
    this.proposals.get(id).set(voter, yes);
  }

  async voteAll() {
    for (let i = 0; i < 8; ++i) await this.attempt(() => this.vote());
  }

  async execute() {
    const passed = [];
    for (const id of this.proposals.keys()) {
      if (Number(await this.consortium.stateOf(id)) === STATE.Passed) passed.push(id);
    }
    if (passed.length === 0) return;
    const id = this.pick(passed);
    const { kind, values, seat } = this.proven.get(id);
    const byProof = seat && seat[2] !== "officer";
    if (byProof) await this.consortium.activate(...(await proof(id, seat[0], key(seat[1]))));
    else await this.consortium.execute(id);
    this.done[kind] = (this.done[kind] ?? 0) + 1;
    if (kind === "admitBureau") await this.appoint(values[0].id, `officer ${values[0].id}`);
    if (kind === "removeBureau") this.officers.delete(values[0]);
    if (seat?.[2] === "officer") await this.appoint(seat[0], seat[1]);
  }

  async appoint(id, name) {
    await funded(name);
    this.officers.set(id, name);
  }

  async revoke() {
    const id = this.pick([...this.officers.keys()]);
    await this.as(id).revokeKey(KEY_ROLE[this.pick(["Oracle", "Sender"])]);
    this.done.revokeKey = (this.done.revokeKey ?? 0) + 1;
  }

  /** A refused call is a step too: it must leave everything as it was, which the checks then show. */
  async attempt(step) {
    try {
      await step();
    } catch (error) {
      if (!/reverted with (custom error|an unrecognized custom error)/.test(error.message)) throw error;
    }
  }

  async step() {
    const steps = [this.propose, this.voteAll, this.voteAll, this.execute, this.execute, this.revoke];
    const step = this.random(8);
    if (step === 6) await mine(31);
    else if (step === 7) await time.increase(DAY);
    else await this.attempt(() => steps[step].call(this));
  }

  async check() {
    await expectAgreement(this);
    const [, threshold, bureaus] = await this.consortium.configuration();
    expect(bureaus.length).to.be.within(4, 100);
    expect(threshold).to.be.within(3n, BigInt(bureaus.length));
    expect(Number(threshold) * 2).to.be.above(bureaus.length);
    expect(bureaus.map((b) => Number(b[0]))).to.have.members([...this.officers.keys()]);
    for (const b of bureaus) {
      for (const [i, role] of ROLES.entries()) {
        const current = b[4 + i];
        if (current === ethers.ZeroAddress) continue;
        const [member, kept, state] = await this.consortium.keyRecord(current);
        expect([member, kept, state]).to.deep.equal([b[0], BigInt(KEY_ROLE[role]), 1n]);
      }
    }
    for (const [id, cast] of [...this.proposals].slice(-6)) {
      const { yes, no, electorate, quota } = await this.consortium.proposal(id);
      expect([Number(yes), Number(no)]).to.deep.equal([
        [...cast.values()].filter((v) => v).length,
        [...cast.values()].filter((v) => !v).length,
      ]);
      expect(quota * 3n).to.be.at.least(electorate * 2n);
      const state = Number(await this.consortium.stateOf(id));
      if (this.ended.has(id)) expect(state).to.equal(this.ended.get(id));
      else if (state >= STATE.Defeated) this.ended.set(id, state);
    }
  }

  async checkHistory() {
    const epochs = Number(await this.validatorSet.epochCount());
    for (let i = 1; i < epochs; ++i) {
      const [before, after] = [await this.validatorSet.epoch(i - 1), await this.validatorSet.epoch(i)];
      expect(after.sinceBlock - before.sinceBlock).to.be.above(30n);
    }
    for (const contract of [this.consortium, this.validatorSet]) {
      const logs = await ethers.provider.getLogs({ address: await contract.getAddress(), fromBlock: 0 });
      const sequences = logs.map((log) => contract.interface.parseLog(log).args.sequence);
      expect(sequences).to.deep.equal(sequences.map((_, i) => BigInt(i + 1)));
    }
  }
}

describe("governance, random walks", () => {
  for (const seed of [1, 424_242]) {
    it(`keeps its invariants through ${STEPS} steps from seed ${seed}`, async () => {
      const walk = new Walk(await loadFixture(house), seed);
      for (let i = 0; i < STEPS; ++i) {
        await walk.step();
        await walk.check();
      }
      await walk.checkHistory();
      // A walk that got nowhere would show nothing.
      expect(walk.done).to.include.all.keys("admitBureau", "removeBureau", "replaceKey", "setThreshold", "revokeKey");
    }).timeout(120_000);
  }
});
