const { expect } = require("chai");
const { ethers } = require("hardhat");
const { loadFixture } = require("@nomicfoundation/hardhat-network-helpers");
const { ADDRESSES, CHAIN_ID, bureau, configuration, configured, consortiumArguments, found, key } = require("./founding");

const TYPES = [
  "uint256",
  "address",
  "uint64",
  "uint32",
  "tuple(uint32 id,bytes32 nameDigest,bytes32 jurisdiction,bytes32 accession,address validator,address oracle,address sender,address officer,uint64 epoch)[]",
  "tuple(uint32 id,bytes32 nameDigest,address key)[]",
  "tuple(uint16 role,address location,uint64 fromBlock)[]",
];

function refuses(changes, error, ...values) {
  return async () => {
    const factory = await ethers.getContractFactory("Consortium");
    // Enough for a full house, which is more than what the tests' chain gives unasked.
    await expect(factory.deploy(...consortiumArguments(configuration(changes)), { gasLimit: 400_000_000 }))
      .to.be.revertedWithCustomError(factory, error)
      .withArgs(...values);
  };
}

describe("Consortium", () => {
  it("computes the configuration digest over chain, own address, version and all members", async () => {
    const { consortium, config } = await loadFixture(found);
    const values = [CHAIN_ID, ADDRESSES.Consortium, 1, ...configured(config)];
    const digest = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(TYPES, values));
    expect(await consortium.configDigest()).to.equal(digest);
    expect(await consortium.version()).to.equal(1);
    expect(await consortium.threshold()).to.equal(3);
  });

  it("gives another digest at another address", async () => {
    const { consortium, config } = await loadFixture(found);
    const factory = await ethers.getContractFactory("Consortium");
    const other = await factory.deploy(...consortiumArguments(config));
    expect(await other.configDigest()).not.to.equal(await consortium.configDigest());
  });

  it("knows each bureau and which key stands for which role", async () => {
    const { consortium, config } = await loadFixture(found);
    expect(await consortium.bureauCount()).to.equal(4);
    for (const b of config.bureaus) {
      expect(await consortium.bureau(b.id)).to.deep.equal(Object.values(b).map((v) => (typeof v === "number" ? BigInt(v) : v)));
      expect(await consortium.bureauOfOracle(b.oracle)).to.equal(b.id);
      expect(await consortium.bureauOfSender(b.sender)).to.equal(b.id);
      expect(await consortium.bureauOfOfficer(b.officer)).to.equal(b.id);
      expect(await consortium.bureauOfOracle(b.sender)).to.equal(0);
      expect(await consortium.bureauOfSender(b.officer)).to.equal(0);
      expect(await consortium.bureauOfOfficer(b.validator)).to.equal(0);
    }
    expect(await consortium.courtOf(key("court").address)).to.equal(1);
    expect(await consortium.courtOf(config.bureaus[0].oracle)).to.equal(0);
    expect(await consortium.bureauOfOracle(ethers.ZeroAddress)).to.equal(0);
    await expect(consortium.bureau(9)).to.be.revertedWithCustomError(consortium, "ConsortiumUnknownBureau").withArgs(9);
  });

  it("takes a delay of 30 days, and none above", async () => {
    const factory = await ethers.getContractFactory("Consortium");
    const values = consortiumArguments(configuration()).slice(0, -1);
    const longest = 30 * 24 * 60 * 60;
    expect(await (await factory.deploy(...values, longest)).executionDelay()).to.equal(longest);
    await expect(factory.deploy(...values, longest + 1))
      .to.be.revertedWithCustomError(factory, "ConsortiumBadDelay")
      .withArgs(longest + 1, longest);
  });

  it("puts the newest version of a contract in force from its block on", async () => {
    const [old, next] = [ethers.toBeHex(1, 20), ethers.toBeHex(2, 20)];
    const factory = await ethers.getContractFactory("Consortium");
    const block = (await ethers.provider.getBlockNumber()) + 3;
    const contracts = [
      { role: 7, location: old, fromBlock: 0 },
      { role: 7, location: next, fromBlock: block },
    ];
    const consortium = await factory.deploy(...consortiumArguments(configuration({ contracts })));
    const inForce = async (blockTag) => [
      await consortium.isInForce(7, old, { blockTag }),
      await consortium.isInForce(7, next, { blockTag }),
    ];
    expect(await inForce(block - 2)).to.deep.equal([true, false]);
    await ethers.provider.send("hardhat_mine", ["0x5"]);
    expect(await inForce(block)).to.deep.equal([false, true]);
    expect(await consortium.isInForce(8, old)).to.equal(false);
  });

  const [one, two, three, four] = [1, 2, 3, 4].map(bureau);
  const court = (id) => ({ id, nameDigest: ethers.id("court"), key: key(`court ${id}`).address });
  it("refuses a repeated bureau", refuses({ bureaus: [one, two, two, three] }, "ConsortiumNotAscending", 2, 2));
  it("refuses bureaus out of order", refuses({ bureaus: [one, three, two] }, "ConsortiumNotAscending", 3, 2));
  it("refuses bureau 0, which means none", refuses({ bureaus: [{ ...one, id: 0 }, two, three] }, "ConsortiumNotAscending", 0, 0));
  it("refuses court 0, which means none", refuses({ courts: [court(0)] }, "ConsortiumNotAscending", 0, 0));
  it("refuses courts out of order", refuses({ courts: [court(2), court(1)] }, "ConsortiumNotAscending", 2, 1));
  it("refuses a threshold below three", refuses({ threshold: 2 }, "ConsortiumBadThreshold", 2, 4));
  it(
    "refuses a threshold below three of however few bureaus",
    refuses({ bureaus: [one, two, three], threshold: 2 }, "ConsortiumBadThreshold", 2, 3),
  );
  it("refuses fewer bureaus than tolerate a faulty one", refuses({ bureaus: [one, two, three] }, "ConsortiumBelowFloor", 3, 4));
  it("refuses a threshold above the bureaus", refuses({ threshold: 5 }, "ConsortiumBadThreshold", 5, 4));
  it(
    "refuses a threshold that is no majority",
    refuses({ bureaus: [1, 2, 3, 4, 5, 6].map(bureau) }, "ConsortiumBadThreshold", 3, 6),
  );
  it(
    "refuses one key for two roles",
    refuses({ bureaus: [{ ...one, sender: one.oracle }, two, three] }, "ConsortiumKeyTaken", one.oracle, 1),
  );
  it(
    "refuses one key for two bureaus",
    refuses({ bureaus: [one, two, { ...three, oracle: one.oracle }, four] }, "ConsortiumKeyTaken", one.oracle, 1),
  );
  it(
    "refuses a bureau's key for a court",
    refuses({ courts: [{ ...court(1), key: two.officer }] }, "ConsortiumKeyTaken", two.officer, 2),
  );
  it(
    "refuses the zero key",
    refuses({ bureaus: [{ ...one, officer: ethers.ZeroAddress }, two, three] }, "ConsortiumKeyTaken", ethers.ZeroAddress, 0),
  );
  it(
    "refuses more contracts than its loops may walk",
    refuses({ contracts: Array(101).fill({ role: 1, location: one.oracle, fromBlock: 0 }) }, "ConsortiumTooMany", 101, 100),
  );
  it(
    "refuses more bureaus than its loops may walk",
    refuses({ bureaus: Array.from({ length: 101 }, (_, i) => bureau(i + 1)), threshold: 51 }, "ConsortiumTooMany", 101, 100),
  );
  it(
    "refuses more courts than its loops may walk",
    refuses({ courts: Array.from({ length: 101 }, (_, i) => court(i + 1)) }, "ConsortiumTooMany", 101, 100),
  );
});
