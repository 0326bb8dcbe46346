// Hardhat compiles with the solc of package.json (no download), for the rules that every chain of ours understands.
const { subtask } = require("hardhat/config");
const { TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD } = require("hardhat/builtin-tasks/task-names");
require("@nomicfoundation/hardhat-ethers");
require("@nomicfoundation/hardhat-chai-matchers");
require("solidity-coverage");

const compiler = require("./contracts/compiler.json");

subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async (args, hre, runSuper) => {
  const installed = require("solc/package.json");
  if (args.solcVersion !== installed.version) return runSuper();
  return {
    compilerPath: require.resolve("solc/soljson.js"),
    isSolcJs: true,
    version: installed.version,
    longVersion: require("solc").version(),
  };
});

module.exports = {
  solidity: { version: compiler.version, settings: compiler.settings },
  paths: { tests: "tests/contracts", artifacts: "build/artifacts", cache: "build/cache" },
  networks: {
    hardhat: {
      hardfork: compiler.settings.evmVersion,
      chainId: 20262,
      initialBaseFeePerGas: 0,
      gasPrice: 0,
      blockGasLimit: 500_000_000,
      allowUnlimitedContractSize: false,
    },
  },
};
