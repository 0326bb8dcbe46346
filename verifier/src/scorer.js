/**
 * The reference scorer: the margin of an XGBoost model, bit for bit, in float32 sums.
 *
 * A score in basis points is the number of stored ascending thresholds that are not above the margin.
 */

import { ProtocolError, ScorerError } from "./errors.js";
import { bareHexOf } from "./reading.js";
import { readTrees } from "./trees.js";

/** @typedef {import("./trees.js").Node} Node */

const MAX_THRESHOLDS = 10_000; // one for each basis point
const MAX_THRESHOLD = 1e38;

/**
 * A float32 margin in millionths, half to even. Exact: 24 bits times 10^6 fit a double.
 * @param {number} margin
 */
export function micro(margin) {
  const scaled = margin * 1_000_000;
  const low = Math.floor(scaled);
  const rest = scaled - low;
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
    return new ReferenceScorer(
      malformed("model", () => readTrees(model, names)),
      thresholds,
    );
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
    let low = 0;
    let high = this.thresholds.length;
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
