/**
 * Checkpoints of the log of block hashes, as signed notes: their form, without a judgement on the signatures.
 *
 * Leaf n of the log is the hash of block n, so the tree of size n + 1 holds the blocks 0 to n. Formats:
 * c2sp.org/tlog-checkpoint and /signed-note, narrowed to one spelling: ASCII names, no extension lines, sizes from 1 to
 * 2^53 - 1, base64 with its own padding, each key's line at most once.
 *
 *     origin ⏎ size ⏎ base64(root) ⏎ ⏎                    the checkpoint, and an empty line
 *     — name base64(key id of 4 bytes ‖ signature) ⏎       one line a key
 */

import { bareHex, fromBase64, latin, shown } from "./bytes.js";
import { CheckpointError, UnreadableError } from "./errors.js";

const MAX_BYTES = 2 ** 16;
const MAX_LINES = 64; // of a note; the specification asks for 16 lines
const NAME = /^[!-*,-~]{1,200}$/; // printable ASCII without space and plus
const SIZE = /^[1-9][0-9]{0,15}$/;
const DASH = "\u2014";
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The name of a chain's log; a verifier computes it from its trust root.
 * @param {number} chainId
 * @param {Uint8Array} genesisHash
 */
export const originOf = (chainId, genesisHash) => `touchstone/${chainId}/${bareHex(genesisHash)}`;

/**
 * The name of a log or of a key?
 * @param {string} text
 */
export const isName = (text) => NAME.test(text);

/** The root of a log at a size. */
export class Checkpoint {
  /**
   * @param {string} origin
   * @param {number} size
   * @param {Uint8Array} root
   */
  constructor(origin, size, root) {
    if (!isName(origin)) {
      throw new CheckpointError(`expected an origin of printable ASCII, got ${shown(origin)}`);
    }
    if (size <= 0 || size > Number.MAX_SAFE_INTEGER || root.length !== 32) {
      throw new CheckpointError(`expected a size and a root of 32 bytes, got ${size} and ${root.length} bytes`);
    }
    this.origin = origin;
    this.size = size;
    this.root = root;
  }

  /** The three lines that are signed. */
  toText() {
    return `${this.origin}\n${this.size}\n${encode64(this.root)}\n`;
  }

  /**
   * The checkpoint in three lines.
   * @param {string} text
   */
  static parse(text) {
    const lines = text.split("\n");
    if (lines.length !== 4 || lines[3] || !SIZE.test(lines[1])) {
      throw new CheckpointError(`expected the lines origin, size and root, got ${shown(text)}`);
    }
    return new Checkpoint(lines[0], Number(lines[1]), decode64(lines[2]));
  }
}

/** One line under a note; only who pinned its key can say what it is worth. */
export class SignatureLine {
  /**
   * @param {string} name
   * @param {Uint8Array} keyId
   * @param {Uint8Array} signature
   */
  constructor(name, keyId, signature) {
    this.name = name;
    this.keyId = keyId;
    this.signature = signature;
  }

  /** The key, as text. */
  get signer() {
    return `${this.name} ${bareHex(this.keyId)}`;
  }

  /**
   * The signature in a line, given without its end.
   * @param {string} line
   */
  static parse(line) {
    const parts = line.split(" ");
    const [dash, name, data] = parts;
    if (parts.length !== 3 || dash !== DASH || !isName(name)) {
      throw new CheckpointError(`expected a line of dash, name and signature, got ${shown(line)}`);
    }
    const signature = decode64(data);
    if (signature.length < 5) {
      throw new CheckpointError(`expected a key id and a signature by ${name}, got ${signature.length} bytes`);
    }
    return new SignatureLine(name, signature.subarray(0, 4), signature.subarray(4));
  }
}

/** A checkpoint with signature lines, each key's at most once. */
export class Note {
  /**
   * @param {Checkpoint} checkpoint
   * @param {SignatureLine[]} lines
   */
  constructor(checkpoint, lines) {
    if (lines.length < 1 || lines.length > MAX_LINES) {
      throw new CheckpointError(`expected 1 to ${MAX_LINES} signature lines, got ${lines.length}`);
    }
    if (new Set(lines.map(({ signer }) => signer)).size !== lines.length) {
      throw new CheckpointError("expected one line by each key, got two by one");
    }
    this.checkpoint = checkpoint;
    this.lines = lines;
  }

  /**
   * The note in a file. Throws `CheckpointError`.
   * @param {Uint8Array} data
   */
  static parse(data) {
    if (data.length > MAX_BYTES) {
      throw new CheckpointError(`expected a note of at most ${MAX_BYTES} bytes, got ${data.length}`);
    }
    const text = decoded(data);
    const end = text.indexOf("\n\n");
    const lines = end < 0 ? [""] : text.slice(end + 2).split("\n");
    if (lines.pop()) {
      throw new CheckpointError("expected a checkpoint, an empty line and signature lines, got another form");
    }
    const checkpoint = Checkpoint.parse(`${end < 0 ? text : text.slice(0, end)}\n`);
    return new Note(checkpoint, lines.map(SignatureLine.parse));
  }
}

/**
 * Base64 as it stands in notes.
 * @param {Uint8Array} data
 */
export const encode64 = (data) => btoa(latin(data));

/**
 * The bytes of base64 in its one spelling.
 * @param {string} text
 */
export function decode64(text) {
  try {
    return fromBase64(text);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    throw new CheckpointError(`expected base64 in its one spelling, got ${shown(text)}`);
  }
}

/** @param {Uint8Array} data */
function decoded(data) {
  try {
    return DECODER.decode(data);
  } catch {
    throw new CheckpointError("expected a note in UTF-8, got other bytes");
  }
}
