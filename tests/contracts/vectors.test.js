// Binds the contracts to tests/vectors/*.json, which Python reads too.
const fs = require("fs");
const path = require("path");
const { expect } = require("chai");
const { ethers } = require("hardhat");
const { reset } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, constructAt, consortiumArguments, found } = require("./founding");
const { FINDING, TYPES, fields } = require("./reports");

const vectors = (name) => JSON.parse(fs.readFileSync(path.join(__dirname, "..", "vectors", `${name}.json`), "utf8"));

/** The vectors' configuration in the contracts' names. */
const inSolidity = (c) => ({ ...c, contracts: c.contracts.map(({ at, ...rest }) => ({ ...rest, location: at })) });

describe("vectors: RFC 9162 inclusion", () => {
  const probes = vectors("merkle_inclusion");
  const isHash = (hex) => ethers.isHexString(hex, 32);
  let log;
  before(async () => {
    ({ log } = await found());
  });

  it("holds both good and bad probes", () => {
    expect(probes.length).to.be.at.least(98);
    expect(probes.filter((p) => !p.wantErr)).to.have.length.at.least(6);
  });

  for (const { name, leafIdx, treeSize, root, leafHash, proof, wantErr } of probes) {
    it(`${wantErr ? "refuses" : "takes"} ${name}`, async () => {
      // The ABI itself refuses what is not 32 bytes long: such a probe cannot even be asked.
      if (![root, leafHash, ...proof].every(isHash)) {
        expect(wantErr).to.equal(true);
        return;
      }
      const call = log.checkInclusion(leafHash, leafIdx, treeSize, proof, root);
      if (wantErr) await expect(call).to.be.reverted;
      else await call;
    });
  }

  const TWO = ["left", "right"].map((leaf) => ethers.sha256(ethers.concat(["0x00", ethers.toUtf8Bytes(leaf)])));
  const ROOT = ethers.sha256(ethers.concat(["0x01", ...TWO]));
  // Errors of the library, which the contract's own interface does not list.
  const errors = new ethers.Interface([
    "error InclusionProofBadPosition(uint64 index, uint64 size)",
    "error InclusionProofBadLength(uint256 length, uint64 index, uint64 size)",
    "error InclusionProofBadRoot(bytes32 computed, bytes32 expected)",
  ]);
  for (const [problem, args, name, values] of [
    ["an index that is not below the size", [TWO[0], 2, 2, [TWO[1]], ROOT], "InclusionProofBadPosition", [2n, 2n]],
    ["a truncated path", [TWO[0], 0, 2, [], ROOT], "InclusionProofBadLength", [0n, 0n, 2n]],
    ["a path that is too long", [TWO[0], 0, 2, [TWO[1], ROOT], ROOT], "InclusionProofBadLength", [2n, 0n, 2n]],
    ["another root", [TWO[0], 0, 2, [TWO[1]], TWO[0]], "InclusionProofBadRoot", [ROOT, TWO[0]]],
  ]) {
    it(`names ${problem}`, async () => {
      const data = log.interface.encodeFunctionData("checkInclusion", args);
      const answer = await ethers.provider.send("eth_call", [{ to: ADDRESSES.ObservationLog, data }]).catch((error) => error.data?.data ?? error.data);
      const parsed = errors.parseError(answer);
      expect([parsed.name, [...parsed.args]]).to.deep.equal([name, values]);
    });
  }
});

describe("vectors: configuration digest", () => {
  for (const [i, { configuration, digest }] of vectors("configuration").entries()) {
    const { bureaus, threshold, consortium, version, chainId } = configuration;
    const founding = threshold >= 3 && threshold <= bureaus.length;
    it(`${founding ? "agrees with" : "refuses to be founded as"} configuration ${i}: ${bureaus.length} bureaus`, async () => {
      await reset();
      const args = consortiumArguments(inSolidity(configuration));
      if (!founding) {
        const factory = await ethers.getContractFactory("Consortium");
        await expect(factory.deploy(...args)).to.be.revertedWithCustomError(factory, "ConsortiumBadThreshold");
        return;
      }
      expect([chainId, version]).to.deep.equal([20262, 1]);
      const contract = await constructAt("Consortium", consortium, args);
      expect(await contract.configDigest()).to.equal(digest);
    });
  }
});

describe("vectors: EIP-712", () => {
  const all = vectors("typed_data");
  const named = (type) => all.filter((v) => v.primaryType === type);
  const { configuration } = vectors("configuration").find((v) => v.digest === named("Report")[0].message.configDigest);
  let contracts, hashes;
  before(async () => {
    contracts = await found(inSolidity(configuration));
    hashes = await ethers.deployContract("FindingHashMock");
  });

  it("has every type that it judges", () => {
    for (const type of ["Finding", "Report", "Anchor", "Recusal", "Capture", "Custody"]) expect(named(type)).not.to.be.empty;
  });

  for (const [i, vector] of named("Finding").entries()) {
    it(`agrees on id and clue key of finding ${i}`, async () => {
      expect(await hashes.findingHash(vector.message)).to.equal(vector.structHash);
      expect(await hashes.clueKey(vector.message)).to.equal(vector.clueKey);
      expect(ethers.TypedDataEncoder.hashStruct("Finding", { Finding: FINDING }, vector.message)).to.equal(vector.structHash);
    });
  }

  for (const [i, vector] of named("Report").entries()) {
    it(`agrees on the hash of report ${i}: ${vector.message.findings.length} findings`, async () => {
      expect(await hashes.reportHash(vector.message)).to.equal(vector.structHash);
      const { name, version, chainId, verifyingContract } = await contracts.findings.eip712Domain();
      const digest = ethers.TypedDataEncoder.hash({ name, version, chainId, verifyingContract }, TYPES, vector.message);
      expect(digest).to.equal(vector.digest);
    });
  }

  for (const [i, { message, signature }] of named("Anchor").entries()) {
    it(`takes the signature of anchor ${i}`, async () => {
      await expect(contracts.log.anchor(message, signature))
        .to.emit(contracts.log, "BatchAnchored")
        .withArgs(message.bureau, message.sequence, message.root, message.size, message.sequence);
    });
  }

  for (const [i, { message, signature }] of named("Recusal").entries()) {
    it(`takes the signature of recusal ${i}`, async () => {
      await expect(contracts.findings.recuse(message.bureau, message.subject, message.reason, signature))
        .to.emit(contracts.findings, "Recused")
        .withArgs(message.bureau, message.subject, message.reason, 1);
    });
  }

  // No contract reads these: held against another encoder, by the type string that stands beside them.
  for (const [i, vector] of ["Capture", "Custody"].flatMap(named).entries()) {
    it(`agrees on ${vector.primaryType} ${i} and its signer`, async () => {
      const { primaryType, type, domain, message, structHash, digest, signature, signer } = vector;
      const types = { [primaryType]: fields(type.slice(primaryType.length + 1, -1)) };
      expect(ethers.TypedDataEncoder.hashStruct(primaryType, types, message)).to.equal(structHash);
      expect(ethers.TypedDataEncoder.hash(domain, types, message)).to.equal(digest);
      expect(ethers.verifyTypedData(domain, types, message, signature)).to.equal(signer);
    });
  }
});
