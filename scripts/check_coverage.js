// Fails when the tests of the contracts reach fewer branches than what the project asks of them. Run by `npm run coverage`.
const { total } = require("../coverage/coverage-summary.json");

const AT_LEAST = 95; // percent of the branches

const figures = ["branches", "statements", "functions", "lines"].map((name) => `${name} ${total[name].pct} %`);
console.log(figures.join(", "));
if (total.branches.pct < AT_LEAST) {
  console.error(`only ${total.branches.pct} % of the branches are tested, at least ${AT_LEAST} % must be`);
  process.exit(1);
}
