/**
 * Steps of the verifier, about the life of the evidence before it was recorded.
 *
 * All parts are optional. Capture reports and custody entries are bureaus' words about themselves, so they are *linked*
 * at most; what nobody signs is *informative*.
 */

import { blaming } from "./bundle.js";
import { bareHex, equal, toHex } from "./bytes.js";
import { AREA_NAMES, Observed } from "./capture.js";
import { layered } from "./layers.js";
import { ACT_NAMES, checkLog, checkSigned } from "./life.js";
import { registryOf } from "./steps_record.js";
import { INFORMATIVE, LINKED, PROVEN, altered } from "./verdict.js";
import { moment, percent } from "./wording.js";

/** @typedef {import("./steps_record.js").Context} Context */
/** @typedef {import("./steps_record.js").Held} Held */
/** @typedef {import("./verdict.js").Words} Words */

const SHOWN = 8; // failing checks that are told one by one

/**
 * A step about a part: its standing, and its words under the part's layer.
 * @param {string} standing
 * @param {string} part
 * @param {Words} words
 * @returns {Held}
 */
const held = (standing, part, words) => ({ standing, words: layered(part, words) });

/**
 * (10) Each capture report is signed by the bureau that fetched, about a payload that this bureau observed.
 * @param {Context} context
 * @returns {Held}
 */
export function checkCaptures(context) {
  const { bundle, life: told } = context;
  const observed = new Observed(bundle.answers);
  told.uncaptured = observed.named.size;
  if (!bundle.has("captures")) {
    return held(INFORMATIVE, "captures", ["no capture report is given", "未附采集报告"]);
  }
  const domain = domainOf(context);
  const { captures } = bundle;
  for (const capture of captures) {
    blaming("captures", () => {
      if (!observed.check(capture)) told.unplaced += 1;
      checkSigned(capture, domain, bundle.configuration, capture.bureau, "oracle");
    });
  }
  if (new Set(captures.map(({ bureau, payload, url }) => `${bureau} ${payload} ${url}`)).size !== captures.length) {
    throw altered("captures", "expected each capture once, got one twice", "同一采集报告重复出现");
  }
  const seen = new Set(captures.map(({ bureau, payload }) => `${bureau} ${payload}`));
  told.uncaptured = [...observed.named.keys()].filter((place) => !seen.has(place)).length;
  told.captures = captures;
  const recordedAt = bundle.named.header.time;
  const late = captures.filter(({ capturedAt }) => capturedAt > recordedAt); // a clock that cannot have been right
  told.late = late.length;
  told.clean = captures.filter((capture) => capture.clean && !late.includes(capture)).length;
  return held(LINKED, "captures", captureWords(told));
}

/**
 * (11) The custody log is chained, its times do not fall, and whoever acted signed.
 * @param {Context} context
 * @returns {Held}
 */
export function checkCustody(context) {
  const { bundle, life: told } = context;
  if (!bundle.has("custody") || !bundle.custody.length) {
    return held(INFORMATIVE, "custody", ["no custody log is given", "未附保管链记录"]);
  }
  const observed = new Observed(bundle.answers);
  const items = new Set([...observed.payloads(), bareHex(bundle.finding.hash)]);
  const entries = bundle.custody.map(({ statement }) => statement);
  told.logs = blaming("custody", () =>
    checkLog(bundle.custody, domainOf(context), bundle.configuration, observed.hiding.size ? null : items),
  );
  told.entries = entries.length;
  told.unplaced += entries.filter(({ item }) => !items.has(bareHex(item))).length;
  const times = entries.map(({ at }) => at).sort((one, other) => one - other);
  const [first, last] = [moment(times[0]), moment(/** @type {number} */ (times.at(-1)))];
  const done = actsOf(entries);
  const [logs, count] = [told.logs, told.entries];
  return held(LINKED, "custody", [
    `${count} custody entries in ${logs} chained logs, ${first} to ${last}: ${done.map(([en]) => en).join(", ")}`,
    `保管链 ${logs} 条，共 ${count} 项，自 ${first} 至 ${last}：${done.map(([, zh]) => zh).join("、")}`,
  ]);
}

/**
 * What was done, and how often.
 * @param {{act: number}[] | any[]} entries
 * @returns {Words[]}
 */
function actsOf(entries) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const { act } of entries) counts.set(act, (counts.get(act) ?? 0) + 1);
  return [...counts]
    .sort(([one], [other]) => one - other)
    .map(([act, count]) => {
      const [en, zh] = ACT_NAMES.get(act) ?? [`act ${act}`, `第 ${act} 类行为`];
      return [`${en} ${count}`, `${zh} ${count}`];
    });
}

/**
 * (12) Each declaration of interest is signed by its bureau's officer, about the subject of this finding.
 * @param {Context} context
 * @returns {Held}
 */
export function checkRecusals(context) {
  const { bundle, life: told } = context;
  if (!bundle.has("recusals")) {
    return held(INFORMATIVE, "recusals", ["no declaration of interest is given", "未附利害关系声明"]);
  }
  const domain = domainOf(context);
  /** @type {number[]} */
  const found = [];
  for (const signed of bundle.recusals) {
    const { bureau, subject } = signed.statement;
    if (!equal(subject, bundle.finding.subject)) {
      throw altered("recusals", "expected declarations about the subject, got another", "声明与所涉主体不符");
    }
    blaming("recusals", () => checkSigned(signed, domain, bundle.configuration, bureau, "officer"));
    found.push(bureau);
  }
  if (new Set(found).size !== found.length) {
    throw altered("recusals", "expected one declaration a bureau, got two", "同一机关的声明重复出现");
  }
  told.recused = found.sort((one, other) => one - other);
  told.interested = told.recused.filter((bureau) => bundle.report.signers.includes(bureau));
  return held(PROVEN, "recusals", recusalWords(told));
}

/**
 * @param {import("./life.js").Told} told
 * @returns {Words}
 */
function recusalWords({ recused: { length: count }, interested }) {
  const signers = interested.join(", ");
  if (signers) {
    return [
      `${count} bureaus have declared an interest in the subject, among them signers of the finding: ${signers}`,
      `${count} 家机关声明与主体有利害关系，其中包括签名机关：${signers}`,
    ];
  }
  return [
    `${count} bureaus have declared an interest in the subject, none of which signed`,
    `${count} 家机关声明与主体有利害关系，均未签名`,
  ];
}

/**
 * (13) The record of rulings, if given, is about the model of this finding.
 * @param {Context} context
 * @returns {Held}
 */
export function checkQuality({ bundle, life: told }) {
  if (!bundle.has("quality")) {
    return held(INFORMATIVE, "quality", ["no record of the model is given", "未附模型的历史记录"]);
  }
  const { quality } = bundle;
  if (!equal(quality.model, bundle.finding.model)) {
    throw altered("quality", "expected the record of the finding's model, got another", "历史记录与所用模型不符");
  }
  told.quality = quality;
  const error = errorWords(told);
  const tests = canaryWords(quality);
  const number = quality.blockNumber;
  return held(INFORMATIVE, "quality", [
    `the model's record at block ${number}: ${error[0]}; ${tests[0]}`,
    `截至第 ${number} 号区块的模型记录：${error[1]}；${tests[1]}`,
  ]);
}

/**
 * @param {import("./life.js").Quality} quality
 * @returns {Words}
 */
function canaryWords({ canaries }) {
  if (!canaries) return ["no test clues told", "未公布试验线索结果"];
  const { planted, found, period } = canaries;
  return [
    `${found} of ${planted} test clues of ${period} found`,
    `${period} 期试验线索 ${planted} 条，发现 ${found} 条`,
  ];
}

/**
 * (14) The observations given as inputs of context factors are well formed; nothing binds them to the finding.
 * @param {Context} context
 * @returns {Held}
 */
export function checkPeers({ bundle, life: told }) {
  if (!bundle.has("peers")) {
    return held(INFORMATIVE, "peers", ["no inputs of the context factors are given", "未附上下文特征的依据"]);
  }
  /** @type {Set<string>} */
  const roots = new Set();
  for (const { bureau, observations } of bundle.peers) {
    if (!bundle.configuration.bureau(bureau)) {
      throw altered("peers", `expected bureaus of the configuration, got ${bureau}`);
    }
    for (const { root } of observations) roots.add(`${bureau} ${toHex(root)}`);
  }
  const count = (told.peers = roots.size);
  return held(INFORMATIVE, "peers", [
    `${count} distinct observations are given as inputs of the context factors`,
    `附有 ${count} 条不同的观测，作为上下文特征的依据`,
  ]);
}

/**
 * How often rulings overturned the model's findings, with the numbers behind it.
 * @param {import("./life.js").Told} told
 * @returns {Words}
 */
export function errorWords({ quality }) {
  if (!quality || quality.errorBps === null) return ["no rulings yet", "尚无裁决"];
  const { overturned, rulings, errorBps } = quality;
  const share = percent(errorBps);
  return [
    `${overturned} of ${rulings} findings ruled upon were overturned (${share} %)`,
    `已裁决 ${rulings} 项认定，其中 ${overturned} 项被推翻（${share}%）`,
  ];
}

/**
 * @param {import("./life.js").Told} told
 * @returns {Words}
 */
function captureWords(told) {
  const count = told.captures.length;
  const failing = failingOf(told);
  /** @type {Words[]} */
  const words = [
    [
      `${count} capture reports, ${told.clean} of them clean`,
      `采集报告 ${count} 份，其中 ${told.clean} 份通过时钟与清洁性检查`,
    ],
  ];
  if (told.late) {
    words.push([
      `${told.late} dated after the block that recorded the finding`,
      `${told.late} 份的时间晚于记录认定的区块`,
    ]);
  }
  words.push(...failing.slice(0, SHOWN));
  const more = failing.length - SHOWN;
  if (more > 0) words.push([`${more} more kinds of failed checks`, `另有 ${more} 类未通过的检查`]);
  return [words.map(([en]) => en).join("; "), words.map(([, zh]) => zh).join("；")];
}

/**
 * Each kind of failed check: how many captures it failed in, and what the first of them says.
 * @param {import("./life.js").Told} told
 * @returns {Words[]}
 */
function failingOf({ captures }) {
  /** @type {Map<string, {area: string, name: string, count: number, detail: string}>} */
  const found = new Map();
  for (const { area, name, detail } of captures.flatMap(({ failed }) => failed)) {
    const kind = found.get(`${area} ${name}`) ?? { area, name, count: 0, detail };
    found.set(`${area} ${name}`, { ...kind, count: kind.count + 1 });
  }
  return [...found]
    .sort(([one], [other]) => (one < other ? -1 : 1)) // a space sorts before every letter of an area
    .map(([, { area, name, count, detail }]) => [
      `${area} check ${name} failed in ${count}: “${detail}”`,
      `${AREA_NAMES.get(area)}检查 ${name} 有 ${count} 份未通过：“${detail}”`,
    ]);
}

/** @param {Context} context */
function domainOf(context) {
  const registry = registryOf(context, "FindingRegistry", context.bundle.named.header.number);
  return { chainId: context.trust.chainId, registry };
}
