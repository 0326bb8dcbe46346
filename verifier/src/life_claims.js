/** The plain words about the life before recording: what bureaus have signed of it, and what stays open. */

import { errorWords } from "./steps_life.js";

/** @typedef {import("./life.js").Told} Told */
/** @typedef {import("./verdict.js").Words} Words */

/**
 * Declarations of interest: said before all else when a signer made one.
 * @param {Told} told
 * @returns {Words[]}
 */
export function interestsOf({ recused, interested }) {
  const others = recused.filter((bureau) => !interested.includes(bureau));
  return [
    ...interested.map(
      (bureau) =>
        /** @type {Words} */ ([
          `Bureau ${bureau}, which signed the finding, has declared an interest in the subject.`,
          `签名机关 ${bureau} 已声明与所涉主体有利害关系。`,
        ]),
    ),
    ...others.map(
      (bureau) =>
        /** @type {Words} */ ([
          `Bureau ${bureau} has declared an interest in the subject and did not sign.`,
          `机关 ${bureau} 已声明与所涉主体有利害关系，未参与签名。`,
        ]),
    ),
  ];
}

/**
 * What bureaus have put their names to; that they did so is proven, that it is so is their word.
 * @param {Told} told
 * @returns {Words[]}
 */
export function lifeClaimsOf({ captures: { length: count }, clean, entries, logs }) {
  /** @type {Words[]} */
  const found = [];
  if (count) {
    const dirty = count - clean;
    found.push([
      `Bureaus signed ${count} reports on how they captured payloads: ${clean} clean, ` +
        `${dirty} without a clean check of clock and machine.`,
      `机关签署了 ${count} 份采集报告：${clean} 份通过时钟与清洁性检查，${dirty} 份未通过。`,
    ]);
  }
  if (entries) {
    found.push([
      `Bureaus signed ${entries} entries on who held the evidence, in ${logs} unbroken logs.`,
      `机关签署了 ${entries} 项保管记录，分属 ${logs} 条完整相连的保管链。`,
    ]);
  }
  return found;
}

/**
 * What these parts leave open, and what their absence does.
 * @param {Told} told
 * @returns {Words[]}
 */
export function lifeNotProvenOf(told) {
  const found = captureEnds(told);
  if (told.unplaced) {
    found.push([
      `That ${told.unplaced} captures and custody entries are about this evidence: hidden fields would show it.`,
      `有 ${told.unplaced} 项采集报告与保管记录是否属于本证据：相关字段未披露。`,
    ]);
  }
  found.push(custodyEnd(told));
  if (!told.recused.length) {
    found.push([
      "That no bureau has an interest in the subject: no declaration is given.",
      "各机关与所涉主体有无利害关系：未附声明。",
    ]);
  }
  found.push(qualityEnd(told));
  if (told.peers) {
    found.push([
      `That the context factors follow from the ${told.peers} observations given: nothing binds them.`,
      `上下文特征由所附 ${told.peers} 条观测得出与否：两者之间没有约束。`,
    ]);
  }
  return found;
}

/**
 * @param {Told} told
 * @returns {Words[]}
 */
function captureEnds({ captures: { length: count }, clean, uncaptured, late }) {
  /** @type {Words[]} */
  const found = [];
  if (uncaptured) {
    found.push([
      `How ${uncaptured} payloads were captured: no report on it is given.`,
      `${uncaptured} 份载荷如何采集：未附采集报告。`,
    ]);
  }
  if (count) {
    found.push([
      "That clocks and machines were as the capture reports say: each bureau reports on itself.",
      "采集时的时钟与设备状态：由各机关自行陈述。",
    ]);
  }
  const dirty = count - clean;
  if (dirty) {
    found.push([
      `That ${dirty} captures were made with a right clock on a clean machine: no clean check shows it.`,
      `有 ${dirty} 次采集，其时钟准确、设备清洁与否：检查未通过或未进行。`,
    ]);
  }
  if (late) {
    found.push([
      `When ${late} payloads were captured: their reports are dated after the finding was recorded.`,
      `${late} 份载荷的采集时间：其报告时间晚于认定的记录时间。`,
    ]);
  }
  return found;
}

/**
 * @param {Told} told
 * @returns {Words}
 */
function custodyEnd({ entries }) {
  if (entries) {
    return [
      "That the custody log is complete at its end: what was left out there does not show.",
      "保管链末端是否完整：末端若有缺失，无法察觉。",
    ];
  }
  return ["Who held the evidence before it was recorded: no custody log is given.", "记录之前由谁保管：未附保管链记录。"];
}

/**
 * @param {Told} told
 * @returns {Words}
 */
function qualityEnd(told) {
  if (!told.quality) {
    return ["How often the model errs: its record is not given.", "模型的差错率：未附历史记录。"];
  }
  const number = told.quality.blockNumber;
  const [en, zh] = errorWords(told);
  return [
    `How often the model errs: the exporter says, at block ${number}, ${en}; recompute it from the chain.`,
    `模型的差错率：导出方称，截至第 ${number} 号区块，${zh}；请依链上数据复算。`,
  ];
}
