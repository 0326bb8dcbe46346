/** Values in the words of a verdict, the same in both languages. */

import { MAX_TIME } from "./identifiers.js";

/** @typedef {import("./verdict.js").Words} Words */

const LONGEST = 80; // characters of a foreign text
const INVISIBLE = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}]|[“”]/u; // not what is unassigned: that differs between versions

/**
 * Basis points as a percentage with two places.
 * @param {number} points
 */
export const percent = (points) => `${Math.floor(points / 100)}.${padded(points % 100, 2)}`;

/**
 * A period YYYYMM as YYYY-MM.
 * @param {number} period
 */
export const month = (period) => `${padded(Math.floor(period / 100), 4)}-${padded(period % 100, 2)}`;

/**
 * UTC seconds as date and time; a number beyond the calendar stays a number.
 * @param {number | bigint} seconds
 */
export function moment(seconds) {
  if (seconds > MAX_TIME) return seconds.toString().slice(0, 40);
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/**
 * A foreign text within quotation marks of its own: one line, nothing invisible, not too long.
 * @param {string} text
 */
export function quoted(text) {
  const characters = [...text];
  const plain = characters.slice(0, LONGEST).map((each) => (INVISIBLE.test(each) ? "\ufffd" : each));
  return `“${plain.join("")}${characters.length > LONGEST ? "…" : ""}”`;
}

/**
 * @param {number | bigint} value
 * @param {number} digits
 */
export const padded = (value, digits) => value.toString().padStart(digits, "0");
