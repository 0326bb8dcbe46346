// Writes node/chain/artifacts/<Contract>.json from Hardhat's build: run `npx hardhat compile` first.
// The files are committed, so that nobody needs Node or a compiler to run the node; a test compiles again and compares.
const fs = require("fs");
const path = require("path");

const root = path.join(__dirname, "..");
const compiler = require("../contracts/compiler.json");
const target = process.argv[2] || path.join(root, "node", "chain", "artifacts");
const names = ["ValidatorSet", "Consortium", "BrandRegistry", "ProductRegistry", "ObservationLog", "FindingRegistry"];

function output() {
  const folder = path.join(root, "build", "artifacts", "build-info");
  const newest = (file) => -fs.statSync(path.join(folder, file)).mtimeMs;
  for (const file of fs.readdirSync(folder).sort((a, b) => newest(a) - newest(b))) {
    const info = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));
    if (names.every((name) => info.output.contracts[`contracts/${name}.sol`])) return info;
  }
  throw new Error("no build holds all contracts; remove build/ and run `npx hardhat compile` again");
}

const info = output();
const ours = (info.output.errors || []).filter((e) => !e.sourceLocation || e.sourceLocation.file.startsWith("contracts/"));
if (ours.length > 0) {
  console.error(ours.map((e) => e.formattedMessage).join("\n"));
  process.exit(1);
}
fs.mkdirSync(target, { recursive: true });
for (const name of names) {
  const built = info.output.contracts[`contracts/${name}.sol`][name];
  const artifact = {
    contractName: name,
    compiler: { version: info.solcLongVersion, settings: compiler.settings },
    abi: built.abi,
    bytecode: "0x" + built.evm.bytecode.object,
    deployedBytecode: "0x" + built.evm.deployedBytecode.object,
    immutableReferences: built.evm.deployedBytecode.immutableReferences,
    storageLayout: built.storageLayout.storage.map(({ label, slot, offset, type }) => ({ label, slot, offset, type: type.replace(/\d+_storage/g, "_storage").replace(/\)\d+/g, ")") })),
  };
  fs.writeFileSync(path.join(target, `${name}.json`), JSON.stringify(artifact, null, 1) + "\n");
}
