/** The page: two files in, one report out. Everything is drawn anew from the state after each change. */

import { toHex } from "../src/bytes.js";
import { custodyOf } from "../src/claims.js";
import { chooser } from "./chooser.js";
import { definitions, element, moment } from "./elements.js";
import { report } from "./report.js";
import { State } from "./state.js";
import { LANGUAGE_TAGS, WORDS } from "./words.js";

/** @typedef {import("../src/verdict.js").Words} Words */

const state = new State(navigator.language.startsWith("zh") ? "zh" : "en", Math.floor(Date.now() / 1000));

/** @param {Words} words */
const pick = ([en, zh]) => (state.language === "zh" ? zh : en);

/** Draw the page; the verdict comes a moment later, so that a large file does not leave the old page standing. */
function draw() {
  document.documentElement.lang = LANGUAGE_TAGS[state.language];
  document.title = `${pick(WORDS.title)} · ${pick(WORDS.brand)}`;
  const ready = Boolean(state.trust?.root && state.bundle);
  const waiting = element("p", { class: "hint screen" }, pick(ready ? WORDS.checking : WORDS.waiting));
  const place = element("div", { "aria-live": "polite" }, waiting);
  const heading = element("h1", null, pick(WORDS.heading));
  const lead = element("p", { class: "lead" }, pick(WORDS.lead));
  const main = element(
    "main",
    null,
    element("div", { class: "screen" }, heading, lead),
    element("div", { class: "pair screen" }, trustCard(), bundleCard()),
    element("div", { class: "card when screen" }, ...timeAndPrint(ready)),
    state.fault ? element("p", { class: "notice bad" }, `${pick(WORDS.unreadable_file)}: ${state.fault}`) : null,
    place,
  );
  document.body.replaceChildren(topBar(), main);
  if (ready) setTimeout(() => place.isConnected && place.replaceChildren(judged()), 20);
}

function judged() {
  const answer = state.verdict();
  return answer ? report(answer, state, pick) : "";
}

function topBar() {
  const lang = LANGUAGE_TAGS[state.language === "zh" ? "en" : "zh"];
  const other = element("button", { type: "button", id: "language", lang }, pick(WORDS.other_language));
  other.addEventListener("click", () => {
    state.language = state.language === "zh" ? "en" : "zh";
    draw();
  });
  const mark = element("span", { class: "mark" });
  const brand = element("span", { class: "brand" }, pick(WORDS.brand));
  const title = element("span", { class: "title" }, pick(WORDS.title));
  return element("header", null, element("div", null, mark, brand, title, other));
}

function trustCard() {
  const title = pick(WORDS.trust_title);
  const invitation = pick(WORDS.trust_drop);
  const again = pick(WORDS.choose_other);
  const place = { id: "trust-file", number: "1", title, invitation, again, chosen: state.trust?.name ?? null };
  return chooser(place, (file) => change(state.chooseTrust(file)), ...belowTrust());
}

function belowTrust() {
  const { trust } = state;
  if (!trust) return [element("p", { class: "hint" }, pick(WORDS.trust_hint))];
  if (!trust.root) return [element("p", { class: "notice bad" }, `${pick(WORDS.trust_bad)}: ${trust.fault}`)];
  const { id, chainId, completeTo } = trust.root;
  const reach = pick([`up to block ${completeTo}`, `截至第 ${completeTo} 号区块`]);
  return [
    definitions([
      [pick(WORDS.id), id, "mono"],
      [pick(WORDS.spoken_id), trust.root.spokenId(), "mono"],
      [pick(WORDS.custody), pick(custodyOf(trust.root))],
      [pick(WORDS.chain), String(chainId)],
      [pick(WORDS.reach), reach],
    ]),
    element("p", { class: "hint" }, pick(WORDS.trust_compare)),
  ];
}

function bundleCard() {
  const title = pick(WORDS.bundle_title);
  const invitation = pick(WORDS.bundle_drop);
  const again = pick(WORDS.choose_other);
  const place = { id: "bundle-file", number: "2", title, invitation, again, chosen: state.bundle?.name ?? null };
  return chooser(place, (file) => change(state.chooseBundle(file)), belowBundle());
}

function belowBundle() {
  const { bundle } = state;
  if (!bundle) return element("p", { class: "hint" }, pick(WORDS.bundle_hint));
  const size = `${bundle.size.toLocaleString("en")} ${pick(["bytes", "字节"])}`;
  return definitions([
    [pick(WORDS.size), size],
    [pick(WORDS.digest), toHex(bundle.digest), "mono"],
  ]);
}

/** @param {boolean} ready */
function timeAndPrint(ready) {
  const input = element("input", { type: "text", id: "at", size: "22", spellcheck: "false", value: moment(state.at) });
  input.addEventListener("change", () => {
    const seconds = Date.parse(input.value.trim().replace(/ UTC$/, "Z").replace(" ", "T")) / 1000;
    if (!Number.isNaN(seconds)) state.at = Math.floor(seconds);
    draw();
  });
  const print = element("button", { type: "button", class: "quiet" }, pick(WORDS.print));
  print.addEventListener("click", () => window.print());
  const label = element("label", null, pick(WORDS.at), " ", input);
  const hint = element("span", null, pick(WORDS.at_hint));
  return ready ? [label, hint, print] : [label, hint];
}

/** @param {Promise<void>} reading */
async function change(reading) {
  try {
    await reading;
    state.fault = "";
  } catch (error) {
    state.fault = error instanceof Error ? error.name : "";
  }
  draw();
}

// a file dropped beside its place must not take the page's place
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
draw();
