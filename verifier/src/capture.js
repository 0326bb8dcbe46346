/**
 * Capture reports: how a bureau's tool fetched one payload, and what it checked about itself before and while it did.
 *
 * A report is a bureau's word about its own machine. It is never called clean unless its clock and its cleanliness were
 * checked and no such check failed; a failed check stays in the report and is told.
 */

import { bareHex, fromHex, shown } from "./bytes.js";
import { digestOf } from "./canonical.js";
import { UnreadableError, VerificationError } from "./errors.js";
import { MAX_TIME } from "./identifiers.js";
import { bareHexOf, integerOf, kindOf, listOf, objectOf, textOf } from "./reading.js";
import { StructType } from "./typed_data.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {{area: string, name: string, ok: boolean, detail: string}} Check one thing that the tool looked at */
/**
 * A capture report with the signature of the bureau that fetched; `clean` and `failed` are by its own checks.
 * @typedef {{bureau: number, payload: string, url: string, capturedAt: number, clean: boolean, failed: Check[],
 *            statement: Readonly<import("./typed_data.js").StructValue>, signature: Uint8Array}} SignedCapture
 */

/** The areas of checks, in Chinese. */
export const AREA_NAMES = new Map([
  ["clock", "时钟"],
  ["network", "网络"],
  ["cleanliness", "清洁性"],
  ["carrier", "载体"],
]);
const JUDGED = ["clock", "cleanliness"]; // both are checked in a clean capture
const MAX_CHECKS = 64;
const MAX_DETAIL = 300; // characters
const MAX_UINT32 = 2 ** 32 - 1;
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const PAYLOAD = /^[0-9a-f]{64}$/;
// Details are shown to people: nothing that breaks a line or turns its direction.
const PLAIN = /^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$/u;

/** What a bureau signs of a capture report; `report` is the SHA-256 of its canonical form. */
const Capture = new StructType("Capture(bytes32 payload,bytes32 report,uint32 bureau,uint64 capturedAt)");

/**
 * Throws `UnreadableError`.
 * @param {Json} value
 * @returns {SignedCapture}
 */
export function signedCapture(value) {
  const signed = objectOf(value, ["report", "bureau", "signature"]);
  const row = objectOf(signed.get("report") ?? null, ["tool", "url", "payload", "captured_at", "checks"]);
  plainOf(row.get("tool"));
  const payload = bareHexOf(row.get("payload"), 32);
  const capturedAt = integerOf(row.get("captured_at"), 0, MAX_TIME);
  const checks = checksOf(row.get("checks"));
  const bureau = integerOf(signed.get("bureau"), 1, MAX_UINT32);
  const judged = checks.filter(({ area }) => JUDGED.includes(area));
  return {
    bureau,
    payload: bareHex(payload),
    url: textOf(row.get("url")),
    capturedAt,
    clean: new Set(judged.map(({ area }) => area)).size === JUDGED.length && judged.every(({ ok }) => ok),
    failed: checks.filter(({ ok }) => !ok),
    // every member has one spelling, so the form as read is the form as written
    statement: Capture.make({ payload, report: digestOf(row), bureau, capturedAt }),
    signature: fromHex(signed.get("signature"), 65),
  };
}

/** The payloads that the signers' observations name: by which bureau, and at which address where that is shown. */
export class Observed {
  /** @type {Map<string, Set<string | null>>} addresses, by bureau and payload */
  named = new Map();
  /** @type {Set<number>} bureaus of which an observation does not show its payload's name */
  hiding = new Set();

  /** @param {import("./answer.js").SignedAnswer[]} answers */
  constructor(answers) {
    for (const { answer, observations } of answers) {
      for (const observation of observations) this.#add(answer.bureau, observation);
    }
  }

  /**
   * @param {number} bureau
   * @param {import("./observation.js").Observation} observation
   */
  #add(bureau, { values, whole }) {
    const name = values.get("payload");
    const url = values.get("url");
    if (typeof name === "string" && PAYLOAD.test(name)) {
      const place = `${bureau} ${name}`;
      this.named.set(place, (this.named.get(place) ?? new Set()).add(typeof url === "string" ? url : null));
    } else if (!whole) {
      this.hiding.add(bureau);
    }
  }

  /** The payloads named, in bare hex. */
  payloads() {
    return [...this.named.keys()].map((place) => place.slice(place.indexOf(" ") + 1));
  }

  /**
   * Did the capture's bureau observe this payload, and at this address? False where hidden fields leave it open.
   *
   * Throws `VerificationError` when it did not.
   * @param {SignedCapture} capture
   */
  check({ bureau, payload, url }) {
    const urls = this.named.get(`${bureau} ${payload}`);
    const hiding = this.hiding.has(bureau);
    if (!urls) {
      if (hiding) return false;
      throw new VerificationError(`expected a payload that bureau ${bureau} observed, got another`);
    }
    if (!urls.has(null) && !urls.has(url) && !hiding) {
      throw new VerificationError("expected a capture at the address observed, got another address");
    }
    return true;
  }
}

/** @param {Json | undefined} value */
function checksOf(value) {
  const checks = listOf(value, MAX_CHECKS).map(checkOf);
  if (new Set(checks.map(({ area, name }) => `${area} ${name}`)).size !== checks.length) {
    throw new UnreadableError("expected each check once, got one twice");
  }
  return checks;
}

/**
 * @param {Json} value
 * @returns {Check}
 */
function checkOf(value) {
  const row = objectOf(value, ["area", "name", "ok", "detail"]);
  const [area, name] = [textOf(row.get("area")), textOf(row.get("name"))];
  const ok = row.get("ok");
  if (!AREA_NAMES.has(area)) throw new UnreadableError(`expected a known area of checks, got ${shown(area)}`);
  if (!NAME.test(name)) throw new UnreadableError(`expected a check's name in snake case, got ${shown(name)}`);
  if (typeof ok !== "boolean") throw new UnreadableError(`expected true or false, got ${kindOf(ok)}`);
  return { area, name, ok, detail: plainOf(row.get("detail")) };
}

/** @param {unknown} value */
function plainOf(value) {
  const text = textOf(value);
  if ([...text].length > MAX_DETAIL || !PLAIN.test(text)) {
    throw new UnreadableError(`expected a line of at most ${MAX_DETAIL} characters, got ${shown(text)}`);
  }
  return text;
}
