// Style and safety rules for the contracts; each one that is off has its reason.
module.exports = {
  extends: "solhint:recommended",
  rules: {
    "compiler-version": ["error", "0.8.37"],
    "func-visibility": ["error", { ignoreConstructors: true }], // constructors have none since 0.7
    "immutable-vars-naming": "off", // an immutable is private state here, and named like it
    "use-natspec": "off", // the interfaces carry it; implementations say @inheritdoc
    "one-contract-per-file": "off", // a contract may bring its storage, which then stands first
    "no-inline-assembly": "off", // three memory-safe places: hashes in borrowed memory, and handing a revert on
    "no-empty-blocks": "off", // an interface that only joins others has an empty one
    "gas-strict-inequalities": "off", // the rest are gas guesses; scripts/bench gas measures
    "gas-indexed-events": "off",
    "gas-small-strings": "off",
    "gas-struct-packing": "off",
    "gas-increment-by-one": "off",
  },
};
