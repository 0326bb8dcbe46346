#!/usr/bin/env node
/**
 * Makes verifier/verifier.html: the page with its style and script inside, and a policy that lets nothing else in.
 *
 * The same sources give the same bytes; a test builds again and compares.
 */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const LIBRARIES = ["noble-curves", "noble-hashes"];
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** @param {string} name */
const file = (name) => readFileSync(`${HERE}page/${name}`, "utf8");

/** @param {string} text */
const source = (text) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/** The licences of the libraries inside, as they ask for. */
const licences = () =>
  LIBRARIES.map(
    (name) => `${name}\n\n${readFileSync(`${HERE}../node_modules/@${name.replace("-", "/")}/LICENSE`, "utf8").trim()}`,
  ).join("\n\n");

/** The page's own script, libraries inside. */
async function script() {
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: ["page/main.js"],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

/** Nothing is fetched, framed, submitted or evaluated; only this style and this script run. */
function policy(/** @type {string} */ style, /** @type {string} */ code) {
  return [
    "default-src 'none'",
    `script-src ${source(code)}`,
    `style-src ${source(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/** @param {string} path */
async function write(path) {
  const style = file("style.css");
  const code = await script();
  if (/<\/(?:script|style)|<!--/i.test(code + style))
    throw new Error("expected no end of the script inside it, got one");
  const parts = new Map([
    ["policy", policy(style, code)],
    ["style", style],
    ["script", code],
    ["licences", licences()],
  ]);
  writeFileSync(
    path,
    file("page.html").replace(/\{\{(\w+)\}\}/g, (_, name) => /** @type {string} */ (parts.get(name))),
  );
}

await write(process.argv[2] ?? `${HERE}verifier.html`);
