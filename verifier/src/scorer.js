/**
 * The reference scorer: the margin of an XGBoost model, bit for bit, in float32 sums.
 *
 * It reads the gbtree JSON of XGBoost 2 and 3 and accepts only what has one meaning in all of them: binary:logistic,
 * `base_score` 0.5 (so the margin starts at zero), numeric splits. A score in basis points is the number of stored
 * ascending thresholds that are not above the margin.
 */

import { shown } from "./bytes.js";
import { ProtocolError, ScorerError } from "./errors.js";
import { Float, parse } from "./json.js";
import { bareHexOf, integerOf, listOf, textOf } from "./reading.js";

/** @typedef {import("./json.js").Json} Json */
/**
 * A split, or a leaf when `left` is -1; then `value` is what it adds. `missing` is where a missing value goes.
 * @typedef {{feature: number, value: number, left: number, right: number, missing: number}} Node
 */

const MAX_THRESHOLDS = 10_000; // one for each basis point
const MAX_TREES = 10_000,
  MAX_NODES = 100_000; // of a model, of a tree
const MAX_LEAF = 1000; // log-odds; keeps every sum far from the ends of float32 and micro units
const MAX_THRESHOLD = 1e38;
const NO_PARENT = 2 ** 31 - 1; // as XGBoost writes it
const BASE_SCORES = ["5E-1", "[5E-1]", "0.5", "[0.5]"]; // 3.x writes "[5E-1]", 2.x "5E-1"
const SPLIT = ["split_indices", "split_conditions", "left_children", "right_children", "default_left"];
const COLUMNS = [...SPLIT, "split_type", "parents", "base_weights", "loss_changes", "sum_hessian"];
const CATEGORIES = ["categories", "categories_nodes", "categories_segments", "categories_sizes"];

/**
 * A float32 margin in millionths, half to even. Exact: 24 bits times 10^6 fit a double.
 * @param {number} margin
 */
export function micro(margin) {
  const scaled = margin * 1_000_000,
    low = Math.floor(scaled),
    rest = scaled - low;
  return (rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low) + 0; // + 0: no negative zero
}

/**
 * Big-endian float32s in bare hex, 8 digits each. Throws `ScorerError`.
 * @param {string} text
 */
export function thresholdsFromHex(text) {
  const thresholds = malformed("thresholds", () => {
    const view = new DataView(bareHexOf(text, 4 * Math.floor(text.length / 8)).buffer);
    return Array.from({ length: view.byteLength / 4 }, (_, index) => view.getFloat32(4 * index));
  });
  if (!thresholds.length || thresholds.length > MAX_THRESHOLDS) {
    throw new ScorerError(`expected 1 to ${MAX_THRESHOLDS} thresholds, got ${thresholds.length}`);
  }
  for (const [index, threshold] of thresholds.entries()) {
    if (!(Math.abs(threshold) <= MAX_THRESHOLD)) throw new ScorerError(`expected finite thresholds, got ${threshold}`);
    if (index && thresholds[index - 1] > threshold) throw new ScorerError("expected ascending thresholds, got a fall");
  }
  return thresholds;
}

/** One loaded model. */
export class ReferenceScorer {
  /**
   * Read a model file. Throws `ScorerError` for every model that it does not fully understand.
   * @param {Uint8Array} model
   * @param {string[]} names of the features
   * @param {number[]} thresholds
   */
  static load(model, names, thresholds) {
    const trees = malformed("model", () => {
      const learner = at(parse(model), "learner");
      checkLearner(learner, names);
      return treesOf(at(learner, "gradient_booster"), names.length);
    });
    return new ReferenceScorer(trees, thresholds);
  }

  /**
   * @param {Node[][]} trees
   * @param {number[]} thresholds
   */
  constructor(trees, thresholds) {
    this.trees = trees;
    this.thresholds = thresholds;
  }

  /**
   * The log-odds for one vector, a float32. Null is missing.
   * @param {(number | null)[]} vector
   */
  margin(vector) {
    let margin = -0; // logit(0.5) as XGBoost computes it
    for (const tree of this.trees) {
      let node = tree[0];
      while (node.left >= 0) {
        const value = vector[node.feature];
        node = tree[value === null ? node.missing : value < node.value ? node.left : node.right];
      }
      margin = Math.fround(margin + node.value); // one rounding: a double holds the sum of two float32 well enough
    }
    return margin;
  }

  /**
   * The risk score in basis points.
   * @param {number} margin
   */
  scoreBps(margin) {
    let low = 0,
      high = this.thresholds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (margin < this.thresholds[middle]) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/**
 * @template T
 * @param {string} what
 * @param {() => T} read
 */
function malformed(what, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScorerError || !(error instanceof ProtocolError)) throw error;
    throw new ScorerError(`malformed ${what}: ${error.message}`);
  }
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
  check(groups.length === trees.length && groups.every((group) => isNumber(group, 0)), "all trees in one group");
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
  check(isNumber(at(tree, "id"), number), `tree ${number} in its place`);
  // (2) one row a node
  const count = listOf(at(tree, "split_conditions"), MAX_NODES).length;
  const columns = new Map(COLUMNS.map((name) => [name, listOf(at(tree, name))]));
  for (const [name, column] of columns) check(column.length === count, `${count} of ${name}`);
  const parameters = at(tree, "tree_param");
  checkTexts(parameters, { num_nodes: String(count), num_deleted: "0", num_feature: String(features) });
  check(["0", "1"].includes(/** @type {any} */ (at(parameters, "size_leaf_vector"))), "one value a leaf");
  // (3) numeric splits
  const numeric = (columns.get("split_type") ?? []).every((kind) => isNumber(kind, 0));
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
  if (isNumber(left, -1) && isNumber(right, -1)) {
    check(Math.abs(value) <= MAX_LEAF, `leaves within ${MAX_LEAF}`);
    return { feature: 0, value, left: -1, right: -1, missing: -1 };
  }
  const low = integerOf(left, 1, count - 1),
    high = integerOf(right, 1, count - 1);
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
  const wanted = new Map([[0, NO_PARENT]]),
    stack = [0];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    const { left, right } = nodes[index];
    for (const child of left >= 0 ? [left, right] : []) {
      check(!wanted.has(child), `one way to node ${child}`);
      wanted.set(child, index);
      stack.push(child);
    }
  }
  const holds = parents.every(
    (parent, index) => wanted.has(index) && isNumber(parent, /** @type {number} */ (wanted.get(index))),
  );
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
 * Is this JSON value the number `wanted`, however it is written?
 * @param {Json} value
 * @param {number} wanted
 */
function isNumber(value, wanted) {
  if (typeof value === "boolean") return Number(value) === wanted; // as the other implementation compares
  return (value instanceof Float ? value.value : value) === wanted;
}

/**
 * @param {Json[]} one
 * @param {string[]} other
 */
const isSame = (one, other) => one.length === other.length && one.every((item, index) => item === other[index]);
