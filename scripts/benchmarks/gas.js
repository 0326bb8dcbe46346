// What a finding and an anchored observation cost, against the Ethereum Attestation Service on the same machine.
// EAS stores more (about nine words an attestation, resolvers, expiry); what is compared is one statement on record.
const { ethers } = require("hardhat");
const { setBalance } = require("@nomicfoundation/hardhat-network-helpers");
const { found, funded, domain, key } = require("../../tests/contracts/founding");
const { makers, signAll } = require("../../tests/contracts/reports");

const EAS = require("@ethereum-attestation-service/eas-contracts/artifacts/contracts/EAS.sol/EAS.json");
const SCHEMAS = require("@ethereum-attestation-service/eas-contracts/artifacts/contracts/SchemaRegistry.sol/SchemaRegistry.json");

const COUNT = 100;
const LEAVES = 1000;
const say = (words) => console.error(words);
const used = async (call) => Number((await (await call).wait()).gasUsed);

async function ours() {
  const { consortium, findings, log } = await found();
  const { finding, report } = makers(await consortium.configDigest());
  const word = (what, n) => ethers.id(`${what} ${n}`);
  const batch = (sequence, subjects) =>
    report({
      sequence,
      findings: Array.from({ length: COUNT }, (_, n) =>
        finding({
          subject: word(`subject of ${sequence}`, n % subjects),
          listing: word(`listing of ${sequence}`, n),
          evidenceRoot: word("evidence", n),
          explanation: word("explanation", n),
        }),
      ),
    });
  const submit = async (told) => used(findings.submit(told, await signAll(told)));
  await submit(batch(1, COUNT)); // the leader's first report writes a slot that later ones find
  say("findings: all subjects new, then on ten subjects");
  const fresh = await submit(batch(2, COUNT));
  const ten = await submit(batch(3, 10));
  const anchor = async (sequence, previousRoot) => {
    const batch = { bureau: 1, sequence, previousRoot, root: word("root", sequence), size: LEAVES };
    const types = { Anchor: ["uint32 bureau", "uint64 sequence", "bytes32 previousRoot", "bytes32 root", "uint64 size"].map((text) => ({ type: text.split(" ")[0], name: text.split(" ")[1] })) };
    return used(log.anchor(batch, await key("oracle 1").signTypedData(domain("ObservationLog"), types, batch)));
  };
  await anchor(1, ethers.ZeroHash);
  return { finding: fresh / COUNT, finding10: ten / COUNT, observation: (await anchor(2, word("root", 1))) / LEAVES };
}

/** The same words as a finding has of its own, attested a hundred at once. */
async function theirs() {
  const [signer] = await ethers.getSigners();
  const schemas = await new ethers.ContractFactory(SCHEMAS.abi, SCHEMAS.bytecode, signer).deploy();
  const eas = await new ethers.ContractFactory(EAS.abi, EAS.bytecode, signer).deploy(await schemas.getAddress());
  await schemas.register("bytes32 listing,bytes32 evidenceRoot,bytes32 explanation", ethers.ZeroAddress, true);
  const schema = ethers.solidityPackedKeccak256(
    ["string", "address", "bool"],
    ["bytes32 listing,bytes32 evidenceRoot,bytes32 explanation", ethers.ZeroAddress, true],
  );
  const attestation = (round, n) => ({
    recipient: ethers.dataSlice(ethers.id(`subject ${round} ${n}`), 0, 20),
    expirationTime: 0,
    revocable: true,
    refUID: ethers.ZeroHash,
    data: ethers.concat(["listing", "evidence", "explanation"].map((what) => ethers.id(`${what} ${round} ${n}`))),
    value: 0,
  });
  const many = (round) => eas.multiAttest([{ schema, data: Array.from({ length: COUNT }, (_, n) => attestation(round, n)) }], { gasLimit: 100_000_000 });
  await (await many(0)).wait();
  say("EAS: multiAttest and multiTimestamp of a hundred");
  const stamps = Array.from({ length: COUNT }, (_, n) => ethers.id(`stamp ${n}`));
  return { attestation: (await used(many(1))) / COUNT, timestamp: (await used(eas.multiTimestamp(stamps))) / COUNT };
}

async function main() {
  await setBalance((await funded("sender 1")).address, 10n ** 20n);
  const mine = await ours();
  const eas = await theirs();
  const round = (value) => Math.round(value * 100) / 100;
  console.log(
    JSON.stringify({
      finding_gas: round(mine.finding),
      finding_gas_10_subjects: round(mine.finding10),
      observation_gas: round(mine.observation),
      eas_attestation_gas: round(eas.attestation),
      eas_timestamp_gas: round(eas.timestamp),
      finding_ratio: round(eas.attestation / mine.finding),
      finding_ratio_10: round(eas.attestation / mine.finding10),
      anchor_ratio: round(eas.timestamp / mine.observation),
    }),
  );
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
