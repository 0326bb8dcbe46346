/**
 * Reading the gbtree JSON of XGBoost 2 and 3: only what has one meaning in all of them.
 *
 * That is: binary:logistic, `base_score` 0.5 (so the margin starts at zero), numeric splits, whole trees.
 */

import { shown } from "./bytes.js";
import { ScorerError } from "./errors.js";
import { Float, parse } from "./json.js";
import { integerOf, listOf, textOf } from "./reading.js";

/** @typedef {import("./json.js").Json} Json */
/**
 * A split, or a leaf when `left` is -1; then `value` is what it adds. `missing` is where a missing value goes.
 * @typedef {{feature: number, value: number, left: number, right: number, missing: number}} Node
 */

const MAX_MARKS = 500_000; // of a model file: commas, colons and brackets; ours have thirty thousand
const MAX_TREES = 10_000;
const MAX_NODES = 100_000; // of a tree
const MAX_LEAF = 1000; // log-odds; keeps every sum far from the ends of float32 and micro units
const NO_PARENT = 2 ** 31 - 1; // as XGBoost writes it
const BASE_SCORES = ["5E-1", "[5E-1]", "0.5", "[0.5]"]; // 3.x writes "[5E-1]", 2.x "5E-1"
const SPLIT = ["split_indices", "split_conditions", "left_children", "right_children", "default_left"];
const COLUMNS = [...SPLIT, "split_type", "parents", "base_weights", "loss_changes", "sum_hessian"];
const CATEGORIES = ["categories", "categories_nodes", "categories_segments", "categories_sizes"];

/**
 * The trees of a model file. Throws `ProtocolError` for every model that it does not fully understand.
 * @param {Uint8Array} model
 * @param {string[]} names of the features
 */
export function readTrees(model, names) {
  const learner = at(parse(model, MAX_MARKS), "learner");
  checkLearner(learner, names);
  return treesOf(at(learner, "gradient_booster"), names.length);
}

/**
 * @param {Json} value
 * @param {string} key
 * @returns {Json}
 */
function at(value, key) {
  const found = value instanceof Map ? value.get(key) : undefined;
  if (found === undefined) throw new ScorerError(`expected a model with "${key}", got none`);
  return found;
}

/**
 * (1) objective and base, (2) one output, (3) the features.
 * @param {Json} learner
 * @param {string[]} names
 */
function checkLearner(learner, names) {
  check(at(at(learner, "objective"), "name") === "binary:logistic", "the objective binary:logistic");
  const parameters = at(learner, "learner_model_param");
  check(BASE_SCORES.includes(textOf(at(parameters, "base_score"))), "base_score 0.5");
  checkTexts(parameters, { num_class: "0", num_target: "1", num_feature: String(names.length) });
  check(names.length > 0 && new Set(names).size === names.length, "feature names, each once");
  const own = listOf(at(learner, "feature_names"));
  check(!own.length || isSame(own, names), "the model's own feature names to be those given");
  const attributes = at(learner, "attributes");
  const cut = !(attributes instanceof Map && attributes.has("best_iteration"));
  check(cut, "a model cut to its best iteration, as some callers would cut again");
  check(!listOf(at(learner, "feature_types")).includes("c"), "numeric features");
}

/**
 * @param {Json} booster
 * @param {number} features
 */
function treesOf(booster, features) {
  check(at(booster, "name") === "gbtree", "the booster gbtree");
  const model = at(booster, "model");
  const trees = listOf(at(model, "trees"), MAX_TREES);
  check(trees.length > 0, "at least one tree");
  checkTexts(at(model, "gbtree_model_param"), { num_trees: String(trees.length) });
  const groups = listOf(at(model, "tree_info"));
  check(groups.length === trees.length && groups.every((group) => group === 0), "all trees in one group");
  checkRounds(model, trees.length);
  const stored = model instanceof Map && model.has("cats") ? ["enc", "sorted_idx"] : [];
  check(!stored.some((key) => listOf(at(at(model, "cats"), key)).length), "numeric features, no stored categories");
  return trees.map((tree, number) => treeOf(number, tree, features));
}

/**
 * Where rounds begin: from the first tree, ascending, to the last.
 * @param {Json} model
 * @param {number} count
 */
function checkRounds(model, count) {
  const rounds = model instanceof Map && model.has("iteration_indptr") ? listOf(model.get("iteration_indptr")) : [];
  const starts = rounds.map((start) => integerOf(start));
  const holds =
    starts[0] === 0 && starts.at(-1) === count && starts.every((start, index) => !index || starts[index - 1] < start);
  check(!rounds.length || holds, "rounds from the first tree to the last");
}

/**
 * One tree whose every field agrees with the others: XGBoost believes them unchecked, and may crash or differ.
 * @param {number} number
 * @param {Json} tree
 * @param {number} features
 */
function treeOf(number, tree, features) {
  // (1) it stands in its place: XGBoost orders trees by id
  check(at(tree, "id") === number, `tree ${number} in its place`);
  // (2) one row a node
  const count = listOf(at(tree, "split_conditions"), MAX_NODES).length;
  const columns = new Map(COLUMNS.map((name) => [name, listOf(at(tree, name))]));
  for (const [name, column] of columns) check(column.length === count, `${count} of ${name}`);
  const parameters = at(tree, "tree_param");
  checkTexts(parameters, { num_nodes: String(count), num_deleted: "0", num_feature: String(features) });
  check(["0", "1"].includes(/** @type {any} */ (at(parameters, "size_leaf_vector"))), "one value a leaf");
  // (3) numeric splits
  const numeric = (columns.get("split_type") ?? []).every((kind) => kind === 0);
  check(numeric && !CATEGORIES.some((name) => listOf(at(tree, name)).length), "numeric splits");
  // (4) a tree
  const rows = SPLIT.map((name) => columns.get(name) ?? []);
  const nodes = Array.from({ length: count }, (_, index) =>
    nodeOf(
      rows.map((column) => column[index]),
      count,
      features,
    ),
  );
  checkWalks(nodes, columns.get("parents") ?? []);
  return nodes;
}

/**
 * @param {Json[]} row
 * @param {number} count
 * @param {number} features
 * @returns {Node}
 */
function nodeOf([feature, number, left, right, defaultLeft], count, features) {
  const double = number instanceof Float ? number.value : number;
  if (typeof double !== "number") throw new ScorerError(`expected a finite number in each node, got ${shown(double)}`);
  const value = Math.fround(double);
  if (left === -1 && right === -1) {
    check(Math.abs(value) <= MAX_LEAF, `leaves within ${MAX_LEAF}`);
    return { feature: 0, value, left: -1, right: -1, missing: -1 };
  }
  const low = integerOf(left, 1, count - 1);
  const high = integerOf(right, 1, count - 1);
  check(high === low + 1, "the right child beside the left"); // XGBoost takes that one, whatever the file says
  const missing = integerOf(defaultLeft, 0, 1) ? low : high;
  return { feature: integerOf(feature, 0, features - 1), value, left: low, right: high, missing };
}

/**
 * Every node has one parent, the one it names, and is reached from the root: so every walk ends.
 * @param {Node[]} nodes
 * @param {Json[]} parents
 */
function checkWalks(nodes, parents) {
  check(nodes.length > 0, "a root");
  const wanted = new Map([[0, NO_PARENT]]);
  const stack = [0];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    const { left, right } = nodes[index];
    for (const child of left >= 0 ? [left, right] : []) {
      check(!wanted.has(child), `one way to node ${child}`);
      wanted.set(child, index);
      stack.push(child);
    }
  }
  const holds = parents.every((parent, index) => parent === wanted.get(index));
  check(holds, "each node reached from the parent that it names");
}

/**
 * @param {boolean} holds
 * @param {string} wanted
 */
function check(holds, wanted) {
  if (!holds) throw new ScorerError(`expected ${wanted}, got something else`);
}

/**
 * @param {Json} parameters
 * @param {Record<string, string>} wanted
 */
function checkTexts(parameters, wanted) {
  for (const [key, text] of Object.entries(wanted)) check(at(parameters, key) === text, `${key} ${text}`);
}

/**
 * @param {Json[]} one
 * @param {string[]} other
 */
const isSame = (one, other) => one.length === other.length && one.every((item, index) => item === other[index]);
