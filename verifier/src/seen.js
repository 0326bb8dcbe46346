/**
 * What the signers say they saw of the listing and the seller asked about; what several saw alike is told once.
 *
 * That they signed it is proven; that the marketplace showed it is their word.
 */

import { quoted } from "./wording.js";

/** @typedef {import("./verdict.js").Words} Words */
/** @typedef {{bureaus: number[], texts: {label: Words, text: string}[]}} Seen a field that is empty or not shown is not there */

/** @type {[string, string, Words][]} type of observation, field, label */
const SHOWN = [
  ["listing", "title", ["title", "标题"]],
  ["listing", "price_raw", ["price", "价格"]],
  ["listing", "currency", ["currency", "币种"]],
  ["listing", "list_price_raw", ["crossed-out price", "划线价"]],
  ["listing", "brand_raw", ["brand", "品牌"]],
  ["listing", "gtin_raw", ["product number", "条码"]],
  ["listing", "description", ["description", "描述"]],
  ["seller", "seller_name", ["shop", "店铺"]],
  ["seller", "location", ["place", "所在地"]],
];

/**
 * What each signer's observations show of what was asked about, in the order of the signers.
 * @param {import("./answer.js").Ask} ask
 * @param {import("./answer.js").SignedAnswer[]} answers
 * @returns {Seen[]}
 */
export function seenBy(ask, answers) {
  /** @type {Map<string, Seen>} */
  const found = new Map();
  for (const { answer, observations } of answers) {
    const texts = textsOf(ask, observations);
    if (!texts.length) continue;
    const key = JSON.stringify(texts);
    const seen = found.get(key) ?? { bureaus: [], texts };
    seen.bureaus.push(answer.bureau);
    found.set(key, seen);
  }
  return [...found.values()];
}

/**
 * The claim.
 * @param {Seen} seen
 * @returns {Words}
 */
export function seenWords({ bureaus, texts }) {
  const who = bureaus.join(", ");
  const english = texts.map(({ label, text }) => `${label[0]} ${quoted(text)}`).join(", ");
  const chinese = texts.map(({ label, text }) => `${label[1]}${quoted(text)}`).join("，");
  const plural = bureaus.length > 1 ? "Bureaus" : "Bureau";
  return [`${plural} ${who} signed to have seen: ${english}.`, `机关 ${who} 签名陈述所见：${chinese}。`];
}

/**
 * The first observation of each type about what was asked speaks.
 * @param {import("./answer.js").Ask} ask
 * @param {import("./observation.js").Observation[]} observations
 */
function textsOf(ask, observations) {
  const listing = observations.find(({ values }) => isAbout(values, "listing", ask, "listing_id", ask.listingId));
  const seller = observations.find(({ values }) => isAbout(values, "seller", ask, "seller_id", ask.sellerId));
  const texts = [];
  for (const [type, name, label] of SHOWN) {
    const text = (type === "listing" ? listing : seller)?.values.get(name);
    if (typeof text === "string" && text) texts.push({ label, text });
  }
  return texts;
}

/**
 * @param {Map<string, import("./observation.js").Scalar>} values
 * @param {string} type
 * @param {import("./answer.js").Ask} ask
 * @param {string} name
 * @param {string | null} wanted
 */
function isAbout(values, type, ask, name, wanted) {
  return (
    wanted !== null &&
    values.get("type") === type &&
    values.get("marketplace") === ask.marketplace &&
    values.get(name) === wanted
  );
}
