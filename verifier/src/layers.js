/**
 * The three layers in which courts test electronic evidence: carrier, data, content (载体、数据、内容).
 *
 * Carrier: were the machine and the hands that held it sound. Data: are these the bytes that were seen. Content: do they
 * show what they are said to show, and who says so.
 */

/** @typedef {import("./verdict.js").Words} Words */

/** @type {Words} */
const CARRIER = ["carrier", "载体"];
/** @type {Words} */
const CONTENT = ["content", "内容"];

/** The layers of the parts whose steps name theirs. @type {Record<string, Words>} */
const LAYERS = { captures: CARRIER, custody: CARRIER, recusals: CONTENT, quality: CONTENT, peers: CONTENT };

/**
 * Words under the layer that they belong to.
 * @param {string} part
 * @param {Words} words
 * @returns {Words}
 */
export const layered = (part, [en, zh]) => [`${LAYERS[part][0]}: ${en}`, `${LAYERS[part][1]}：${zh}`];
