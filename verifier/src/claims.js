/**
 * The plain words of a verification: what is proven, what is not, and who holds the keys.
 *
 * Every value in a claim is taken from bytes that the steps have proven; nothing from the exporter's notes.
 */

import { ZERO, equal, integer, toHex } from "./bytes.js";
import { KIND_NAMES } from "./identifiers.js";
import { interestsOf, lifeClaimsOf, lifeNotProvenOf } from "./life_claims.js";
import { seenBy, seenWords } from "./seen.js";
import { RECORD_STANDS } from "./steps_chain.js";
import { CONTESTED, STATUS_WORDS } from "./steps_history.js";
import { moment, month, padded, percent, quoted } from "./wording.js";

/** @typedef {import("./verdict.js").Words} Words */
/** @typedef {import("./steps_record.js").Context} Context */

const GTIN_DIGITS = 14;

/** @type {Words} */
export const UNDATED = [
  "That the validators of that time did not collude later: the verdict rests on it, " +
    "since no time anchor of the block is given.",
  "当时的验证节点事后未串通：未附该区块的时间锚定，本结论以此为前提。",
];

/** @type {Words} */
export const STAMPED = [
  "That no block here which rests on a time-stamp alone was made by validators after they had left: " +
    "a stamp shows when a block existed, not that they were still in force.",
  "仅以时间戳为据的区块并非验证节点离任之后制作：时间戳只证明区块届时已存在，不证明其当时仍在任。",
];

/**
 * What the bundle proves. Only for bundles whose steps hold.
 * @param {Context} context
 * @returns {Words[]}
 */
export function claimsOf(context) {
  return [
    ...interestsOf(context.life),
    ...aboutFinding(context.bundle),
    ...aboutRecord(context),
    ...aboutHistory(context),
  ];
}

/**
 * The words of the question are those behind the finding's digests, or the answers would not give the finding.
 * @param {import("./bundle.js").Bundle} bundle
 * @returns {Words[]}
 */
function aboutFinding({ finding, ask, answers }) {
  const id = toHex(finding.hash);
  const [english, chinese] = /** @type {string[]} */ (KIND_NAMES.get(finding.kind));
  const score = percent(finding.scoreBps);
  const spread = percent(finding.spreadBps);
  const about = month(finding.period);
  const seller = sellerWords(ask);
  const subject = toHex(finding.subject);
  const listing = toHex(finding.listing);
  const gtin = padded(integer(finding.product), GTIN_DIGITS);
  /** @type {Words[]} */
  const found = [
    [`The finding ${id} is a suspicion of ${english}.`, `认定 ${id} 为涉嫌${chinese}。`],
    [
      `Its risk score is ${score} %; the signers' scores lie ${spread} points apart.`,
      `风险评分为 ${score}%，各签名机关评分相差 ${spread} 个百分点。`,
    ],
    [`It is about the month ${about}.`, `所涉月份为 ${about}。`],
    [
      `It is about ${seller[0]}, subject ${subject}.`,
      `所涉主体为${seller[1]}，编号 ${subject}。`,
    ],
  ];
  if (ask.listingId !== null) {
    const page = quoted(ask.listingId);
    found.push([`It is about the listing ${page} there, ${listing}.`, `所涉商品页面为该平台的${page}，编号 ${listing}。`]);
  }
  if (!equal(finding.product, ZERO)) {
    found.push([`It names the product (GTIN) ${gtin}.`, `所指商品的条码（GTIN）为 ${gtin}。`]);
  }
  found.push(...seenBy(ask, answers).map(seenWords));
  return found;
}

/**
 * @param {Context} context
 * @returns {Words[]}
 */
function aboutRecord({ bundle, seals: [seals, validators], signed: [signed, bureaus], restsOn }) {
  const { number, time } = bundle.named.header;
  const when = moment(time);
  const count = bundle.answers.length;
  const model = toHex(bundle.finding.model);
  // the record of today does not repeat the block
  const [place, placeZh] = restsOn === RECORD_STANDS ? ["", ""] : [`in block ${number} `, `于第 ${number} 号区块`];
  return [
    [`It was recorded ${place}at ${when}.`, `记录${placeZh}，时间 ${when}。`],
    [`It was signed by ${signed} of ${bureaus} bureaus.`, `由 ${bureaus} 家机关中的 ${signed} 家签名。`],
    [
      `The block was sealed by ${seals} of ${validators} validators.`,
      `该区块由 ${validators} 个验证节点中的 ${seals} 个封签。`,
    ],
    [
      `The ${count} signers' scores follow from their vectors and the model ${model}.`,
      `${count} 家签名机关的评分由各自的特征向量与模型 ${model} 得出。`,
    ],
  ];
}

/**
 * @param {Context} context
 * @returns {Words[]}
 */
function aboutHistory({ restsOn, anchored, anchoredTime, life, status, statusTime }) {
  const found = restsOn ? [restsOnWords(restsOn)] : [];
  if (anchored) {
    const when = moment(anchoredTime);
    found.push([
      `${anchored} observations stood on the chain by ${when}.`,
      `${anchored} 条观测至迟于 ${when} 已上链锚定。`,
    ]);
  }
  found.push(...lifeClaimsOf(life));
  const words = status === null ? undefined : STATUS_WORDS.get(status);
  if (words) {
    const when = moment(statusTime);
    found.push([`Its status was “${words[0]}” at ${when}.`, `截至 ${when}，其状态为“${words[1]}”。`]);
  }
  return found;
}

/** @type {Words[]} */
const NEVER_PROVEN = [
  [
    "That the suspicion is true: a finding is a suspicion, confirmed by officers of the signing bureaus.",
    "认定内容属实与否：认定是经签名机关工作人员确认的嫌疑，不是裁决。",
  ],
  [
    "That the seller sold or delivered this, or what was shown before and after the bureaus looked.",
    "卖家确已售出或交付该商品；以及各机关采集之前与之后所展示的内容。",
  ],
  [
    "That the marketplace showed what was observed: the signing bureaus say so.",
    "平台确曾展示所观测的内容：此点仅由签名机关陈述。",
  ],
  [
    "That context features and contributions are right: they are as each bureau stated them.",
    "上下文特征与贡献值的正确性：以各机关陈述为准。",
  ],
  [
    "The question's address and context, the root before an anchored batch, and all notes: they are informative.",
    "询问中的网址与上下文、锚定批次之前的根，以及全部附注：仅供参考。",
  ],
];

/**
 * What the bundle does not prove, so that nobody reads more into it.
 * @param {Context} context
 * @param {boolean} nothing is proven
 * @returns {Words[]}
 */
export function notProvenOf(context, nothing) {
  if (nothing) return [["Nothing that this bundle says is proven.", "此证据包所述内容均未得到证明。"]];
  const { hidden, erased, payloadsMissing, anchored, unanchored, status, configurationKnown } = context;
  const found = [...NEVER_PROVEN];
  if (hidden) found.push([`The values of ${hidden} hidden fields.`, `${hidden} 个未披露字段的内容。`]);
  if (erased) {
    found.push([
      `The values of ${erased} erased fields: value and salt are destroyed, the exporter says so.`,
      `${erased} 个已擦除字段的内容：导出方称其值与盐值均已销毁。`,
    ]);
  }
  if (payloadsMissing) {
    found.push([
      `What ${payloadsMissing} payloads held that are not here.`,
      `未附上的 ${payloadsMissing} 份原始载荷的内容。`,
    ]);
  }
  if (!anchored) {
    found.push(["When the observations were anchored.", "观测数据何时锚定上链。"]);
  } else if (unanchored) {
    found.push([`When ${unanchored} other observations were anchored.`, `另外 ${unanchored} 条观测何时锚定上链。`]);
  }
  found.push(...lifeNotProvenOf(context.life));
  if (status === null) {
    found.push(["What became of the finding later: no status is shown.", "该认定的后续情况：未附状态证明。"]);
  } else if (status === CONTESTED) {
    found.push(["How the objection ends: the finding is contested.", "异议的结果：该认定目前有异议。"]);
  }
  if (!configurationKnown) {
    found.push([
      "That the trust root knows this consortium configuration: it is linked through the chain only.",
      "信任根未列出该联盟配置：仅通过链关联。",
    ]);
  }
  if (!context.restsOn) found.push(UNDATED);
  if (context.restsOn === RECORD_STANDS) found.push(moved(context.bundle.named.header.number));
  if (context.stamped) found.push(STAMPED);
  return found;
}

/**
 * @param {bigint} number
 * @returns {Words}
 */
const moved = (number) => [
  `That it was recorded in block ${number}, under these seals: the record of today repeats only time and event, ` +
    "and retired validators can seal another block with both.",
  `其确记录于第 ${number} 号区块并附有所示封签：现任验证节点之下的记录仅载明时间与事件，` +
    "已退任的验证节点可另行封签同一时间与事件的区块。",
];

/**
 * A seller as claims name one.
 * @param {{sellerId: string, marketplace: string}} who
 * @returns {Words}
 */
export function sellerWords(who) {
  const [seller, marketplace] = [quoted(who.sellerId), quoted(who.marketplace)];
  return [`the seller ${seller} at ${marketplace}`, `${marketplace}平台的经营者${seller}`];
}

/**
 * What vouches for the block besides its seals.
 * @param {Words} voucher
 * @returns {Words}
 */
export const restsOnWords = ([en, zh]) => [
  `Besides its seals the block rests on this: ${en}.`,
  `除封签外，该区块另有依据：${zh}。`,
];

/**
 * Who holds the validator keys, by the trust root.
 * @param {import("./trust.js").TrustRoot} trust
 * @returns {Words}
 */
export function custodyOf(trust) {
  if (trust.custody === "one party") {
    return ["One party holds all validator keys of this chain.", "本链全部验证节点密钥由同一方持有。"];
  }
  return [
    "The validator keys of this chain are held by the bureaus of the consortium.",
    "本链验证节点密钥由联盟各机关分别持有。",
  ];
}
