/** The report: the verdict in plain words, what is proven, what is not, and every check. */

import { toHex } from "../src/bytes.js";
import { VERDICT_WORDS } from "../src/verdict.js";
import { definitions, element, marked, moment } from "./elements.js";
import { PARTS, WORDS } from "./words.js";

/** @typedef {import("../src/verdict.js").Verification} Verification */
/** @typedef {import("../src/verdict.js").Words} Words */
/** @typedef {import("./state.js").State} State */
/** @typedef {(words: Words) => string} Pick chooses the reader's language */

const GOOD = ["genuine"];
const BAD = ["altered", "not_trusted", "overturned"];

/**
 * @param {Verification} answer
 * @param {State} state
 * @param {Pick} pick
 */
export function report(answer, state, pick) {
  return element(
    "section",
    { id: "report", "data-verdict": answer.verdict, "data-part": answer.part ?? "" },
    verdictCard(answer, pick),
    list(answer.claims, WORDS.claims, "", pick),
    list(answer.notProven, WORDS.not_proven, "open", pick),
    stepsCard(answer, pick),
    recordCard(answer, state, pick),
  );
}

/**
 * A verdict's short name and its sentence, which its words hold before and after the colon.
 * @param {string} sentence
 */
export function split(sentence) {
  const [, name, rest] = /^(.*?)[:：]\s*(.*)$/.exec(sentence) ?? ["", sentence, ""];
  return { name, rest: rest.slice(0, 1).toUpperCase() + rest.slice(1) };
}

/**
 * @param {Verification} answer
 * @param {Pick} pick
 */
function verdictCard(answer, pick) {
  const { name, rest } = split(pick(VERDICT_WORDS[answer.verdict]));
  const tone = GOOD.includes(answer.verdict) ? "good" : BAD.includes(answer.verdict) ? "bad" : "doubt";
  const also = answer.also.map((code) => split(pick(VERDICT_WORDS[code])).name).join(pick([", ", "、"]));
  const failed = answer.steps.find(({ ok }) => !ok);
  /** @type {[string, string][]} */
  const rows = [];
  if (answer.part) rows.push([pick(WORDS.part), pick(partName(answer.part))]);
  if (also) rows.push([pick(WORDS.also), also]);
  return element(
    "div",
    { class: `card verdict ${tone}`, role: "status" },
    element("p", { class: "big" }, name),
    element("p", { class: "sentence" }, rest),
    failed ? element("p", null, pick(failed.words)) : null,
    rows.length ? definitions(rows) : null,
    element("p", { class: "custody" }, pick(answer.custody)),
  );
}

/**
 * @param {Words[]} items
 * @param {Words} title
 * @param {string} kind
 * @param {Pick} pick
 */
function list(items, title, kind, pick) {
  if (!items.length) return null;
  const lines = items.map((words) => element("li", null, ...marked(pick(words))));
  return element("div", { class: "card" }, element("h2", null, pick(title)), element("ul", { class: kind }, ...lines));
}

/**
 * @param {Verification} answer
 * @param {Pick} pick
 */
function stepsCard({ steps }, pick) {
  const lines = steps.map(({ number, part, standing, ok, words }) => {
    const kind = ok ? standing : "failed";
    return element(
      "li",
      null,
      element("span", { class: "at" }, String(number)),
      element("span", { class: "part" }, pick(partName(part))),
      element("span", { class: `badge ${kind}` }, pick(/** @type {Record<string, Words>} */ (WORDS)[kind])),
      element("span", { class: "said" }, pick(words)),
    );
  });
  return element(
    "div",
    { class: "card" },
    element("h2", null, pick(WORDS.steps)),
    element("ol", { class: "steps" }, ...lines),
    element("p", { class: "legend" }, pick(WORDS.legend)),
  );
}

/**
 * @param {Verification} answer
 * @param {State} state
 * @param {Pick} pick
 */
function recordCard(answer, { trust, bundle, at }, pick) {
  /** @type {[string, string, string?][]} */
  const rows = [
    [pick(WORDS.bundle_file), bundle?.name ?? ""],
    [pick(WORDS.digest), bundle ? toHex(bundle.digest) : "", "mono"],
    [pick(WORDS.trust_root), trust?.name ?? ""],
    [pick(WORDS.id), answer.trustRoot, "mono"],
    [pick(WORDS.spoken_id), trust?.root?.spokenId() ?? "", "mono"],
    [pick(WORDS.judged), moment(at)],
  ];
  return element("div", { class: "card" }, element("h2", null, pick(WORDS.record)), definitions(rows, "files"));
}

/**
 * A part's name, or the part as it stands when this page has no words for it.
 * @param {string} part
 * @returns {Words}
 */
const partName = (part) => /** @type {Record<string, Words>} */ (PARTS)[part] ?? [part, part];
