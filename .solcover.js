// What `npm run coverage` measures: the contracts, not the mocks. Tests of gas would measure instrumented code; the role matrices and
// random walks repeat what the unit tests cover, thousands of times over, at seconds each: all three are left out.
module.exports = {
  skipFiles: ["mocks"],
  istanbulReporter: ["json-summary", "json", "text"],
  istanbulFolder: "./coverage",
  mocha: { grep: "gas|cost|by role|roles: |random walks", invert: true, timeout: 0 },
};
