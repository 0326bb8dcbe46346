/** What the reader has chosen so far, and the verdict on it. */

import { sha256 } from "../src/canonical.js";
import { ProtocolError } from "../src/errors.js";
import { MAX_BYTES as MAX_BUNDLE } from "../src/bundle.js";
import { MAX_BYTES as MAX_TRUST, TrustRoot } from "../src/trust.js";
import { verifyBundle } from "../src/verify.js";

/** @typedef {{name: string, size: number, digest: Uint8Array, data: Uint8Array}} Chosen */
/** @typedef {Chosen & {root: TrustRoot | null, fault: string}} ChosenTrust */

export class State {
  /** @type {import("./words.js").Language} */
  language = "en";
  /** @type {ChosenTrust | null} */
  trust = null;
  /** @type {Chosen | null} */
  bundle = null;
  /** @type {number} UTC seconds */
  at;
  fault = ""; // why a file could not be read

  /**
   * @param {import("./words.js").Language} language
   * @param {number} now UTC seconds
   */
  constructor(language, now) {
    this.language = language;
    this.at = now;
  }

  /** @param {File} file */
  async chooseTrust(file) {
    const chosen = await read(file, MAX_TRUST);
    try {
      this.trust = { ...chosen, root: TrustRoot.parse(chosen.data), fault: "" };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.trust = { ...chosen, root: null, fault: error.message };
    }
  }

  /** @param {File} file */
  async chooseBundle(file) {
    this.bundle = await read(file, MAX_BUNDLE);
  }

  /** The verdict, once both files are there. */
  verdict() {
    return this.trust?.root && this.bundle ? verifyBundle(this.bundle.data, this.trust.root, this.at) : null;
  }
}

/**
 * A file, no more of it than one byte above the cap, so that the verifier says so itself.
 * @param {File} file
 * @param {number} most
 * @returns {Promise<Chosen>}
 */
async function read(file, most) {
  const data = new Uint8Array(await file.slice(0, most + 1).arrayBuffer());
  return { name: file.name, size: file.size, digest: sha256(data), data };
}
