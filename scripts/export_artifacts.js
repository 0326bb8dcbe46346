// Writes node/chain/artifacts/<Contract>.json from Hardhat's build: `npm run compile` compiles all and runs this.
// The files are committed, so that nobody needs Node or a compiler to run the node; a test compiles again and compares.
// Usage: node scripts/export_artifacts.js [target folder] [Hardhat's artifacts folder]
const fs = require("fs");
const path = require("path");

const root = path.join(__dirname, "..");
const compiler = require("../contracts/compiler.json");
const target = process.argv[2] || path.join(root, "node", "chain", "artifacts");
const built = process.argv[3] || path.join(root, "build", "artifacts");
const names = [
  "ValidatorSet",
  "BlockLog",
  "Consortium",
  "BrandRegistry",
  "ProductRegistry",
  "ObservationLog",
  "FindingRegistry",
  "CaseRegistry",
  "ModelRegistry",
];

/** The build that holds all contracts as they stand on disk; Hardhat's incremental builds hold some of them only. */
function currentBuild() {
  const folder = path.join(built, "build-info");
  for (const file of fs.readdirSync(folder)) {
    const info = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));
    if (names.every((name) => info.output.contracts[`contracts/${name}.sol`]) && isCurrent(info.input.sources)) return info;
  }
  throw new Error("expected a build of the contracts as they are, found none: run `npx hardhat compile --force` first");
}

function isCurrent(sources) {
  const own = Object.keys(sources).filter((name) => name.startsWith("contracts/"));
  return own.every((name) => {
    const file = path.join(root, name);
    return fs.existsSync(file) && fs.readFileSync(file, "utf8") === sources[name].content;
  });
}

/** Type names without the compiler's node numbers, which depend on what else was compiled. */
const plainType = (type) => type.replace(/\)\d+/g, ")");

function artifact(name, info) {
  const { abi, evm, storageLayout } = info.output.contracts[`contracts/${name}.sol`][name];
  return {
    contractName: name,
    compiler: { version: info.solcLongVersion, settings: compiler.settings },
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
    immutableReferences: Object.values(evm.deployedBytecode.immutableReferences).sort((a, b) => a[0].start - b[0].start),
    storageLayout: storageLayout.storage.map(({ label, slot, offset, type }) => ({ label, slot, offset, type: plainType(type) })),
  };
}

const info = currentBuild();
// A warning in our own files is an error.
const ours = (info.output.errors || []).filter((e) => !e.sourceLocation || e.sourceLocation.file.startsWith("contracts/"));
if (ours.length > 0) {
  console.error(ours.map((e) => e.formattedMessage).join("\n"));
  process.exit(1);
}
fs.mkdirSync(target, { recursive: true });
for (const name of names) {
  fs.writeFileSync(path.join(target, `${name}.json`), JSON.stringify(artifact(name, info), null, 1) + "\n");
}
