/** Names of things: kinds of violation, subjects, listings, clues, periods, products, addresses and contracts. */

import { ZERO, ascii, bareHex, concat, fromDigits, shown, word } from "./bytes.js";
import { canonical, keccak256, sha256 } from "./canonical.js";
import { UnreadableError } from "./errors.js";
import { integerOf, textOf } from "./reading.js";

const SUBJECT = Uint8Array.of(2);
const LISTING = Uint8Array.of(3); // beside the 0x00 and 0x01 of the Merkle trees
export const MAX_TIME = 253_402_300_799; // the last second of the year 9999

/** The published table of kinds of violation (uint16), in English and Chinese. */
export const KIND_NAMES = new Map([
  [1, ["counterfeit", "假冒"]],
  [2, ["grey market", "串货"]],
  [3, ["brushing", "刷单"]],
  [4, ["false advertising", "虚假宣传"]],
  [5, ["price fraud", "价格欺诈"]],
]);

export const ROLES = [
  "ValidatorSet",
  "BlockLog",
  "Consortium",
  "BrandRegistry",
  "ProductRegistry",
  "ObservationLog",
  "FindingRegistry",
  "CaseRegistry",
  "ModelRegistry",
];

/**
 * The subject of findings about a seller.
 * @param {Uint8Array} salt
 * @param {string} marketplace
 * @param {string} sellerId
 */
export const subjectId = (salt, marketplace, sellerId) => salted(SUBJECT, salt, marketplace, sellerId);

/**
 * A listing of the subject whose salt this is; zero when there is none.
 * @param {Uint8Array} salt
 * @param {string} marketplace
 * @param {string | null} listingId
 */
export const listingDigest = (salt, marketplace, listingId) =>
  listingId === null ? ZERO : salted(LISTING, salt, marketplace, listingId);

/**
 * keccak256(abi.encode(subject, listing, kind, period)): at most one live finding has it.
 * @param {{subject: Uint8Array, listing: Uint8Array, kind: number, period: number}} of
 */
export const clueKey = ({ subject, listing, kind, period }) =>
  keccak256(concat(subject, listing, word(kind), word(period)));

/**
 * The UTC month of a time in seconds, as YYYYMM.
 * @param {number} observedAt
 */
export function periodOf(observedAt) {
  const moment = new Date(integerOf(observedAt, 0, MAX_TIME) * 1000);
  return moment.getUTCFullYear() * 100 + moment.getUTCMonth() + 1;
}

/**
 * A GTIN (8, 12, 13 or 14 digits) as an integer in 32 bytes; zero when there is none. The check digit is not judged.
 * @param {string | null} gtin
 */
export function productId(gtin) {
  if (gtin === null) return ZERO;
  if (!/^(?:[0-9]{8}|[0-9]{12,14})$/.test(gtin)) {
    throw new UnreadableError(`expected a GTIN of 8, 12, 13 or 14 digits, got ${shown(gtin)}`);
  }
  return word(Number(gtin));
}

/**
 * The EIP-55 spelling of a 20-byte address.
 * @param {Uint8Array} address
 */
export function checksummed(address) {
  const digits = bareHex(address);
  const marks = bareHex(keccak256(ascii(digits)));
  return `0x${[...digits].map((digit, at) => (marks[at] >= "8" ? digit.toUpperCase() : digit)).join("")}`;
}

/**
 * The 20 bytes of an EIP-55 checksummed address. Throws `UnreadableError` for any other spelling.
 * @param {unknown} address
 */
export function addressBytes(address) {
  if (typeof address === "string" && address.length === 42 && address.startsWith("0x")) {
    const data = fromDigits(address.slice(2).replace(/[A-F]/g, (digit) => digit.toLowerCase()));
    if (data !== null && checksummed(data) === address) return data;
  }
  throw new UnreadableError(`expected a checksummed address, got ${shown(address)}`);
}

/**
 * @param {Uint8Array} prefix
 * @param {Uint8Array} salt
 * @param {string} marketplace
 * @param {string} name
 */
function salted(prefix, salt, marketplace, name) {
  if (!textOf(marketplace) || !textOf(name))
    throw new UnreadableError("expected a marketplace and an id, got an empty one");
  return sha256(concat(prefix, canonical([bareHex(salt), marketplace, name])));
}
