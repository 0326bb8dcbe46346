// Builds mutants of the contracts and tries them: a line of JSON on standard input each, and a line of JSON in answer.
// Compiler and tests stay in one process, and only what the mutant is part of is compiled, without the optimizer: it says the
// same in more bytes, for a third of the time. Tests of gas are left out, then. Run by scripts/mutation.py in a copy of the
// project, whose artifacts it overwrites.
//
// In:  {"file": "contracts/…", "source": the whole mutant, "tests": ["tests/contracts/…", …]}, or {"files", "tests"}: as they are
// Out: {"state": "caught" | "survived" | "same" (as bytes) | "stillborn" (does not compile), "by": the test that failed}
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const hre = require("hardhat");
const Mocha = require("mocha");
const solc = require("solc");

const HELPERS = path.join(process.cwd(), "tests");
const FIXTURES = path.dirname(require.resolve("@nomicfoundation/hardhat-network-helpers"));
const OUTPUT = ["evm.bytecode.object", "evm.deployedBytecode.object"];

/** The source files that a file takes in, itself among them. */
function closure(file, sources, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name] of sources[file].content.matchAll(/^import [^;]*"([^"]+)";/gm)) {
    closure(name.startsWith(".") ? path.posix.join(path.posix.dirname(file), name) : name, sources, seen);
  }
  return seen;
}

/** The contracts with code that take in `file`: artifacts whose code has to be built again. */
async function dependents(file, sources) {
  const artifacts = (await hre.artifacts.getAllFullyQualifiedNames()).map((name) => hre.artifacts.readArtifactSync(name));
  return artifacts.filter(
    ({ sourceName, bytecode }) =>
      sourceName.startsWith("contracts/") && bytecode !== "0x" && closure(sourceName, sources).has(file),
  );
}

/** The code of `targets` by contract, or null when it does not compile. */
function build(targets, sources, settings) {
  const names = new Set(targets.flatMap(({ sourceName }) => [...closure(sourceName, sources)]));
  const wanted = targets.map(({ sourceName, contractName }) => [sourceName, { [contractName]: OUTPUT }]);
  const input = {
    language: "Solidity",
    sources: Object.fromEntries([...names].map((name) => [name, sources[name]])),
    settings: { ...settings, outputSelection: Object.fromEntries(wanted) },
  };
  const { errors = [], contracts } = JSON.parse(solc.compile(JSON.stringify(input)));
  if (errors.some(({ severity }) => severity === "error")) return null;
  return Object.fromEntries(targets.map(({ sourceName, contractName }) => [contractName, contracts[sourceName][contractName].evm]));
}

/** Puts code where the tests find it. */
function install(targets, code) {
  for (const { sourceName, contractName } of targets) {
    const file = path.join(hre.config.paths.artifacts, sourceName, `${contractName}.json`);
    const artifact = JSON.parse(fs.readFileSync(file, "utf8"));
    const { bytecode, deployedBytecode } = code[contractName];
    Object.assign(artifact, { bytecode: `0x${bytecode.object}`, deployedBytecode: `0x${deployedBytecode.object}` });
    fs.writeFileSync(file, JSON.stringify(artifact));
  }
  hre.artifacts.clearCache();
}

/** Nothing of an earlier run stays: neither chain nor snapshots nor what the tests' own modules keep. */
async function forget() {
  for (const name of Object.keys(require.cache)) {
    if (name.startsWith(HELPERS) || name.startsWith(FIXTURES)) delete require.cache[name];
  }
  await hre.network.provider.send("hardhat_reset");
}

/** The first test that fails, or null. */
async function firstFailure(tests) {
  await forget();
  const options = { bail: true, grep: /gas/, invert: true, timeout: 0, reporter: function silent() {} };
  const mocha = new Mocha({ ...hre.config.mocha, ...options }); // a slow machine is no defect that a test caught
  for (const test of tests) mocha.addFile(path.resolve(test));
  let failed = null;
  const runner = await new Promise((resolve) => {
    const running = mocha.run(() => resolve(running)).once("fail", (test, error) => {
      if (!test.file) throw error; // outside of any test
      failed = { file: path.relative(process.cwd(), test.file), title: test.fullTitle(), error: String(error.message) };
    });
  });
  runner.dispose(); // its listeners on the process
  return failed;
}

class Bench {
  constructor({ input }) {
    this.sources = input.sources;
    this.settings = { ...input.settings, optimizer: { enabled: false } };
    this.originals = new Map(); // by file: the contracts that it is part of, and their code without a mutant
    this.tried = new Map(); // by code: different mutants may build to the same
    this.order = []; // tests that caught something lately are asked first
  }

  async attempt({ file, source, tests }) {
    const { targets, original } = await this.unchanged(file);
    const code = build(targets, { ...this.sources, [file]: { content: source } }, this.settings);
    if (code === null) return { state: "stillborn" };
    if (JSON.stringify(code) === JSON.stringify(original)) return { state: "same" };
    const digest = crypto.createHash("sha256").update(JSON.stringify([code, [...tests].sort()])).digest("hex");
    if (!this.tried.has(digest)) this.tried.set(digest, await this.outcome(targets, code, original, tests));
    return this.tried.get(digest);
  }

  async unchanged(file) {
    if (!this.originals.has(file)) {
      const targets = await dependents(file, this.sources);
      this.originals.set(file, { targets, original: build(targets, this.sources, this.settings) });
    }
    return this.originals.get(file);
  }

  /** What fails on the contracts that `files` are part of, as they are. */
  async passes({ files, tests }) {
    for (const file of files) {
      const { targets, original } = await this.unchanged(file);
      install(targets, original);
    }
    return this.run(tests);
  }

  async outcome(targets, code, original, tests) {
    install(targets, code);
    try {
      const failed = await this.run(tests);
      return failed ? { state: "caught", by: failed } : { state: "survived" };
    } finally {
      install(targets, original);
    }
  }

  async run(tests) {
    const rank = (test) => (this.order.includes(test) ? this.order.indexOf(test) : Infinity);
    const failed = await firstFailure([...tests].sort((a, b) => rank(a) - rank(b) || 0));
    if (failed) this.order = [failed.file, ...this.order.filter((test) => test !== failed.file)];
    return failed;
  }
}

async function main() {
  console.log = console.error; // standard output is for answers
  hre.config.networks.hardhat.allowUnlimitedContractSize = true; // before the chain starts
  await hre.run("compile", { force: true, quiet: true });
  const bench = new Bench(await hre.artifacts.getBuildInfo("contracts/Consortium.sol:Consortium"));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    const answer = asked.source ? await bench.attempt(asked) : { by: await bench.passes(asked) };
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
