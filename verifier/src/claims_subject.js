/** The plain words of a verified subject file: how many findings there are, and what became of each. */

import { toHex } from "./bytes.js";
import { STAMPED, UNDATED, restsOnWords, sellerWords } from "./claims.js";
import { KIND_NAMES } from "./identifiers.js";
import { STATUS_WORDS } from "./steps_history.js";
import { moment, month, percent } from "./wording.js";

/** @typedef {import("./steps_subject.js").SubjectContext} SubjectContext */
/** @typedef {import("./steps_subject.js").Told} Told */
/** @typedef {import("./verdict.js").Words} Words */

/**
 * What the file proves. Only for files whose steps hold.
 * @param {SubjectContext} context
 * @returns {Words[]}
 */
export function subjectClaims(context) {
  const { bundle, told, restsOn, interested } = context;
  const [seals, validators] = context.seals;
  const versions = bundle.registries.length;
  const found = [
    ...belongs(context),
    count(context),
    /** @type {Words} */ ([
      `This holds over every version of the registry up to that block, ${versions} in number.`,
      `以上涵盖截至该区块的登记合约全部版本，共 ${versions} 个。`,
    ]),
    ...told.map((each, at) => line(at + 1, each)),
    /** @type {Words} */ ([
      `The block was sealed by ${seals} of ${validators} validators.`,
      `该区块由 ${validators} 个验证节点中的 ${seals} 个封签。`,
    ]),
  ];
  if (restsOn) found.push(restsOnWords(restsOn));
  if (interested) {
    found.push([
      "A bureau declared an interest in this subject: it signs nothing about it.",
      "有机关已声明与该主体存在利害关系，不再签署相关报告。",
    ]);
  }
  return found;
}

/**
 * What the file does not prove, so that nobody reads more into it.
 * @param {SubjectContext} context
 * @param {boolean} nothing is proven
 * @returns {Words[]}
 */
export function subjectOpenEnds(context, nothing) {
  if (nothing) return [["Nothing that this file says is proven.", "此文件所述内容均未得到证明。"]];
  /** @type {Words[]} */
  const found = [];
  if (context.unproven) {
    const [en, zh] = sellerOf(context);
    const [why, whyZh] = context.unproven;
    found.push([
      `That the subject is ${en}: ${why}. With another salt anyone could show a subject without findings.`,
      `该主体即${zh}：${whyZh}。换用其他盐值，任何人都能得出一个没有认定的主体。`,
    ]);
  }
  found.push(...NEVER_PROVEN);
  if (!context.restsOn) found.push(UNDATED);
  if (context.stamped) found.push(STAMPED);
  return found;
}

/** @type {Words[]} */
const NEVER_PROVEN = [
  ["What was recorded after that block.", "该区块之后的记录。"],
  [
    "That a suspicion is true: a finding is a suspicion, confirmed by officers of the signing bureaus.",
    "认定内容属实与否：认定是经签名机关工作人员确认的嫌疑，不是裁决。",
  ],
  ["What each finding rests on: the bundle of that finding shows it.", "各项认定的依据：见该认定自身的证据包。"],
  [
    "Anything about other shops of the same people, or about what no bureau recorded.",
    "同一经营者的其他店铺，以及机关未予记录的情形。",
  ],
];

/**
 * Whose subject it is, where that is proven.
 * @param {SubjectContext} context
 * @returns {Words[]}
 */
function belongs(context) {
  if (context.unproven) return [];
  const subject = toHex(context.bundle.statement.subject);
  const [en, zh] = sellerOf(context);
  const [signed, bureaus] = context.signed;
  return [
    [
      `The subject ${subject} is ${en}: ${signed} of ${bureaus} bureaus signed that, ` +
        "and each signs one subject per seller.",
      `主体 ${subject} 即${zh}：${bureaus} 家机关中有 ${signed} 家签名，每家机关对一个经营者只签一个主体。`,
    ],
  ];
}

/**
 * @param {SubjectContext} context
 * @returns {Words}
 */
function count({ bundle, told: { length: findings }, unproven }) {
  const { number, time } = bundle.named.header;
  const when = moment(time);
  const subject = toHex(bundle.statement.subject);
  const [en, zh] = unproven ? [`the subject ${subject}`, `主体 ${subject} `] : ["this seller", "该经营者"];
  if (!findings) {
    return [
      `No finding on ${en} is recorded up to block ${number} at ${when}: none.`,
      `截至第 ${number} 号区块（${when}），${zh}没有任何认定记录：无。`,
    ];
  }
  return [
    `All findings on ${en} recorded up to block ${number} at ${when}, and none more: ${findings}.`,
    `截至第 ${number} 号区块（${when}），${zh}在录的全部认定共 ${findings} 项，别无其他。`,
  ];
}

/**
 * One finding: kind, month, score, status, block time.
 * @param {number} number
 * @param {Told} told
 * @returns {Words}
 */
function line(number, { finding, record }) {
  const [kind, kindZh] = /** @type {string[]} */ (KIND_NAMES.get(finding.kind));
  const [status, statusZh] = /** @type {Words} */ (STATUS_WORDS.get(record.status));
  const score = percent(finding.scoreBps);
  const about = month(finding.period);
  const when = moment(record.recordedAt);
  const name = toHex(finding.hash);
  return [
    `${number}. ${kind}, month ${about}, score ${score} %, status “${status}”, recorded at ${when}: ${name}.`,
    `${number}. ${kindZh}，月份 ${about}，评分 ${score}%，状态“${statusZh}”，记录时间 ${when}：${name}。`,
  ];
}

/**
 * @param {SubjectContext} context
 * @returns {Words}
 */
const sellerOf = ({ bundle }) => sellerWords(bundle);
