/** What a verifier answers: one verdict, the steps that led to it, and plain words in English and Chinese. */

import { VerificationError } from "./errors.js";

/** @typedef {[en: string, zh: string]} Words */
/**
 * @typedef {"genuine" | "unreadable" | "altered" | "not_trusted" | "unknown" | "stale" | "superseded" | "overturned"}
 *   Verdict
 */

export const PROVEN = "proven",
  LINKED = "linked",
  INFORMATIVE = "informative";

/** @type {Record<Verdict, number>} */
export const EXIT_CODES = {
  genuine: 0,
  unreadable: 2,
  altered: 10,
  not_trusted: 11,
  unknown: 12,
  stale: 13,
  superseded: 14,
  overturned: 15,
};

/** The first of these that holds is the verdict; the others are listed beside it. @type {Verdict[]} */
export const PRECEDENCE = [
  ...["unreadable", "altered", "not_trusted", "unknown"],
  ...["overturned", "superseded", "stale", "genuine"],
];
export const WITHOUT_CLAIMS = PRECEDENCE.slice(0, 4); // under these nothing is proven

/** @type {Record<Verdict, Words>} */
export const VERDICT_WORDS = {
  genuine: ["Genuine: everything that can be checked holds.", "真实：所有可核验的内容均成立。"],
  unreadable: ["No verdict: this file is not an evidence bundle.", "无法判定：此文件不是证据包。"],
  altered: ["Altered: a part of this bundle does not fit the rest.", "已被改动：证据包中有一部分与其余内容不符。"],
  not_trusted: [
    "Not trusted: it does not rest on validators and contracts that your trust root vouches for.",
    "不可信：其依据的验证节点或合约未得到您的信任根的担保。",
  ],
  unknown: [
    "Unknown: your trust root does not reach this block, chain or kind.",
    "未知：您的信任根未涵盖此区块、链或违法类型。",
  ],
  stale: ["Stale: the status shown is more than 30 days old.", "已过时：所示状态距今超过三十天。"],
  superseded: ["Superseded: the finding was replaced or withdrawn.", "已被取代：该认定已被替换或撤回。"],
  overturned: ["Overturned: the finding was overturned.", "已被推翻：该认定已被推翻。"],
};

/** A step does not hold; says which verdict follows and which part is concerned. */
export class StepFailed extends VerificationError {
  /**
   * @param {Verdict} code
   * @param {string} part
   * @param {string} words
   * @param {string} [wordsZh]
   */
  constructor(code, part, words, wordsZh) {
    super(words);
    this.code = code;
    this.part = part;
    /** @type {Words} */
    this.words = [words, wordsZh || `此项核验不成立（${words}）`];
  }
}

/**
 * The failure that means: somebody changed this part.
 * @param {string} part
 * @param {string} words
 * @param {string} [wordsZh]
 */
export const altered = (part, words, wordsZh) => new StepFailed("altered", part, words, wordsZh);

/**
 * One step of the verification, as it went.
 * @typedef {{number: number, part: string, standing: string, ok: boolean, words: Words}} Step
 */
/**
 * The whole answer. `part` is the one that is altered, `also` are other verdicts that hold.
 * @typedef {{verdict: Verdict, part: string | null, also: Verdict[], steps: Step[], claims: Words[],
 *            notProven: Words[], custody: Words, trustRoot: string}} Verification
 */

/**
 * The answer as JSON, as `touchstone verify --json` prints it.
 * @param {Verification} answer
 */
export const toJson = (answer) => ({
  verdict: answer.verdict,
  exit_code: EXIT_CODES[answer.verdict],
  words: pair(VERDICT_WORDS[answer.verdict]),
  part: answer.part,
  also: answer.also,
  steps: answer.steps.map(({ words: [words_en, words_zh], ...step }) => ({ ...step, words_en, words_zh })),
  claims: answer.claims.map(pair),
  not_proven: answer.notProven.map(pair),
  custody: pair(answer.custody),
  trust_root: answer.trustRoot,
});

/** @param {Words} words */
const pair = ([en, zh]) => ({ en, zh });
