#!/usr/bin/env node
/**
 * The browser's verifier at a terminal, with the exit codes of `touchstone verify`:
 * 0 genuine, 10 altered, 11 not trusted, 12 unknown, 13 stale, 14 superseded, 15 overturned, 2 unusable input.
 *
 *     node verifier/cli.js verify BUNDLE --trust FILE [--at 2026-01-31T12:00:00Z]
 *     node verifier/cli.js batch     one {"bundle": base64, "trust": base64, "at": seconds or null} a line
 */

import { closeSync, openSync, readSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { MAX_BYTES } from "./src/bundle.js";
import { ProtocolError } from "./src/errors.js";
import { TrustRoot } from "./src/trust.js";
import { EXIT_CODES, toJson } from "./src/verdict.js";
import { verifyBundle } from "./src/verify.js";

const USAGE = "usage: verify BUNDLE --trust FILE [--at 2026-01-31T12:00:00Z] | batch";
const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A message for the person at the terminal. */
class CommandError extends Error {}

/** @param {string[]} args */
async function main(args) {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { trust: { type: "string" }, at: { type: "string" }, json: { type: "boolean" } },
  });
  const [command, file] = positionals;
  if (command === "batch" && positionals.length === 1) return batch();
  if (command !== "verify" || positionals.length !== 2 || values.trust === undefined) throw new CommandError(USAGE);
  const trust = trustRoot(read(values.trust, "trust root"), values.trust);
  const at = values.at === undefined ? Math.floor(Date.now() / 1000) : seconds(values.at);
  const report = verifyBundle(read(file, "bundle"), trust, at);
  process.stdout.write(`${JSON.stringify(toJson(report))}\n`);
  return EXIT_CODES[report.verdict];
}

/** Judge a line of stdin at a time; one line of JSON for each, `{"error": "trust root"}` where that is unreadable. */
async function batch() {
  /** @type {Map<string, TrustRoot | null>} */
  const roots = new Map();
  for await (const line of createInterface({ input: process.stdin })) {
    const { bundle, trust, at } = JSON.parse(line);
    if (!roots.has(trust)) roots.set(trust, trustRootOrNull(Buffer.from(trust, "base64")));
    const root = roots.get(trust);
    const answer = root
      ? toJson(verifyBundle(new Uint8Array(Buffer.from(bundle, "base64")), root, at))
      : { error: "trust root" };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  return 0;
}

/** @param {Uint8Array} data */
function trustRootOrNull(data) {
  try {
    return TrustRoot.parse(new Uint8Array(data));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}

/**
 * @param {Uint8Array} data
 * @param {string} path
 */
function trustRoot(data, path) {
  try {
    return TrustRoot.parse(data);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new CommandError(`expected a trust root in ${path}, got something else: ${error.message}`);
  }
}

/**
 * A file, no more of it than one byte above what a bundle may have.
 * @param {string} path
 * @param {string} what
 */
function read(path, what) {
  try {
    const file = openSync(path, "r");
    try {
      return readUpTo(file, MAX_BYTES + 1);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new CommandError(`expected to read the ${what} ${path}, got: ${code}. Check the path.`);
  }
}

/**
 * @param {number} file
 * @param {number} most
 */
function readUpTo(file, most) {
  const data = new Uint8Array(most);
  let length = 0;
  for (;;) {
    const got = readSync(file, data, length, most - length, null);
    length += got;
    if (!got || length === most) return data.subarray(0, length);
  }
}

/** @param {string} text */
function seconds(text) {
  const [, local] = TIME.exec(text) ?? [];
  const moment = Date.parse(local && text);
  const isReal = !Number.isNaN(moment) && new Date(`${local}Z`).toISOString().startsWith(`${local}.`); // no 30th of February
  if (!isReal) {
    throw new CommandError(`expected a UTC time such as 2026-01-31T12:00:00Z for --at, got ${JSON.stringify(text)}`);
  }
  return Math.floor(moment / 1000);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (!(error instanceof CommandError) && !code?.startsWith("ERR_PARSE_ARGS")) throw error;
  process.stderr.write(`touchstone-verifier: ${message}\n`);
  process.exitCode = EXIT_CODES.unreadable;
}
