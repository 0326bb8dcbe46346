/**
 * What vouches for a block besides the seals of its own validators.
 *
 * A quorum of former validators can seal their own past again, so seals alone do not date a block. It counts as anchored
 * when the trust root pins it, when enough pinned witnesses signed a checkpoint that holds it, or a pinned authority
 * time-stamped its hash, within a day of block time, or when BlockLog links it to a later block that is anchored itself.
 * For statements about the present a later block of the set in force now is as good: those validators answer for it
 * today.
 */

import { namedHeader, nodesOf } from "./bundle.js";
import { fromHex, integer, toHex, word } from "./bytes.js";
import { keccak256 } from "./canonical.js";
import { checkInCheckpoints } from "./checkpoint.js";
import { ProtocolError, TooFewWitnesses, TrieError, UnknownAuthority, UnreadableError } from "./errors.js";
import { checkInclusion, leafHash } from "./merkle.js";
import { Note, originOf } from "./note.js";
import { accountAt, checkCode, checkForm, checkSealed, contractNamed, isPinned, storageAt } from "./onchain.js";
import { fileOf, integerOf, listOf, objectOf, textOf } from "./reading.js";
import { checkChain } from "./timestamp.js";
import { StepFailed, altered } from "./verdict.js";
import { moment } from "./wording.js";

/** @typedef {import("./json.js").Json} Json */
/** @typedef {import("./bundle.js").NamedHeader} NamedHeader */
/** @typedef {import("./trust.js").TrustRoot} TrustRoot */
/** @typedef {import("./verdict.js").Words} Words */
/** @typedef {{note: Note, path: Uint8Array[]}} CheckpointProof */
/**
 * The block's hash in a run of BlockLog, in the state after a later block.
 * @typedef {{run: number, path: Uint8Array[], later: NamedHeader, accountNodes: Uint8Array[], rootNodes: Uint8Array[],
 *            rangeNodes: Uint8Array[]}} BlockLogLink
 */
/**
 * What a block rests on besides its own seals. `stamped`: in the end nothing but a time-stamp, which anybody gets for a
 * block of today.
 * @typedef {{words: Words, stamped: boolean}} Voucher
 */
/**
 * All that vouches for one block; each time-stamp is a token and its renewals, DER.
 * @typedef {{blockHash: Uint8Array, checkpoints: CheckpointProof[], timestamps: Uint8Array[][],
 *            links: BlockLogLink[]}} BlockAnchor
 */

export const PART = "block_anchors";
const BLOCK_LOG = "BlockLog";
const MAX_ANCHORS = 1000;
const MAX_PROOFS = 16;
const MAX_PATH = 64;
const MAX_TOKENS = 100; // in one file, as the notes: each takes milliseconds to judge
const MAX_NOTES = 200;
const MAX_LINKS = 1000;
const MAX_WAY = 100; // links one after another; one leads to any block of today
const MAX_RUN = 2 ** 32 - 1;
const DAY = 24n * 3600n; // seconds after block time within which others must have vouched
const SKEW = 60n; // seconds by which a block's time may be ahead of everybody else's clock
const RUNS = integer(keccak256(new Uint8Array(32))); // of BlockLog: where the elements of the array at slot 0 begin

/**
 * The anchors of a bundle. Throws `ProtocolError`.
 * @param {Json} value
 * @returns {BlockAnchor[]}
 */
export function readAnchors(value) {
  const anchors = listOf(value, MAX_ANCHORS).map(anchorOf);
  const tokens = anchors.flatMap(({ timestamps }) => timestamps.flat()).length;
  const notes = anchors.flatMap(({ checkpoints }) => checkpoints).length;
  const ways = anchors.flatMap(({ links }) => links).length;
  if (tokens > MAX_TOKENS || notes > MAX_NOTES || ways > MAX_LINKS) {
    const most = `at most ${MAX_TOKENS} tokens, ${MAX_NOTES} notes and ${MAX_LINKS} links`;
    throw new UnreadableError(`expected ${most}, got ${tokens}, ${notes} and ${ways}`);
  }
  return anchors;
}

/** The anchors at hand, by block. Their faults are the bundle's faults; what a trust root does not know is left out. */
export class Dating {
  /** @type {WeakMap<TrustRoot, Map<string, Voucher | null>>} what vouches for later blocks: links may meet again */
  #known = new WeakMap();
  /** @type {WeakMap<object, Map<string, Voucher | null>>} what outsiders say of a block: proofs share blocks */
  #outside = new WeakMap();
  /** @type {Set<string>} links that hold: which, for which block, by which BlockLog */
  #held = new Set();
  /** @type {Map<BlockLogLink, number>} a number for each link, in the order of asking */
  #places = new Map();
  #way = 0; // how many links led to where we are

  /**
   * @param {BlockAnchor[]} anchors
   * @param {number | null} [at] UTC seconds to judge at: a time-stamp whose certificates have ended since needs a renewal
   */
  constructor(anchors, at = null) {
    this.at = at;
    /** @type {Map<string, BlockAnchor>} */
    this.anchors = new Map();
    for (const anchor of anchors) {
      const name = toHex(anchor.blockHash);
      if (this.anchors.has(name)) throw altered(PART, `expected the anchors of block ${name} once, got them twice`);
      this.anchors.set(name, anchor);
    }
  }

  /** The hashes of the blocks that are anchored, or said to be. */
  blocks() {
    return [...this.anchors.keys()];
  }

  /** The blocks that links of BlockLog lead to. */
  later() {
    return [...this.anchors.values()].flatMap(({ links }) => links.map(({ later }) => later));
  }

  /**
   * What vouches for a block, or null. With `current`, a later block of the set in force now may do so.
   *
   * Throws `StepFailed`: altered, when something given does not hold; unknown and not trusted, when a link rests on a
   * BlockLog that the trust root does not name, or on other code.
   * @param {NamedHeader} named
   * @param {TrustRoot} trust
   * @param {boolean} [current]
   * @returns {Voucher | null}
   */
  voucher(named, trust, current = false) {
    const { number } = named.header;
    // (1) the holder of the trust root says so
    if (isPinned(named, trust, PART)) return by(["the trust root pins this block", "信任根固定了此区块"]);
    const anchor = this.anchors.get(toHex(named.blockHash));
    if (!anchor) return null;
    try {
      return this.#byOutsiders(anchor, named, trust) ?? this.#linked(anchor.links, named, trust, current);
    } catch (error) {
      if (error instanceof StepFailed || !(error instanceof ProtocolError)) throw error;
      throw altered(PART, `block ${number}: ${error.message}`);
    }
  }

  /**
   * (2), (3) judged once for each block: thousands of proofs may stand in one, and steps lead the trust root on, which
   * keeps its witnesses and authorities.
   * @param {BlockAnchor} anchor
   * @param {NamedHeader} named
   * @param {TrustRoot} trust
   * @returns {Voucher | null}
   */
  #byOutsiders({ checkpoints, timestamps }, named, trust) {
    const told = this.#outside.get(trust.witnesses) ?? new Map();
    this.#outside.set(trust.witnesses, told);
    const name = nameOf(named);
    if (!told.has(name)) {
      told.set(name, witnessed(checkpoints, named, trust) ?? stamped(timestamps, named, trust, this.at));
    }
    return told.get(name);
  }

  /**
   * (4) a later block holds its hash, and something vouches for that one
   * @param {BlockLogLink[]} links
   * @param {NamedHeader} named
   * @param {TrustRoot} trust
   * @param {boolean} current
   * @returns {Voucher | null}
   */
  #linked(links, named, trust, current) {
    for (const link of links) {
      const { later } = link;
      this.#hold(link, named, trust);
      const last = later.header.number;
      const behind = this.#behind(later, trust, current);
      if (behind && (!behind.stamped || isSealed(later, trust))) {
        const words = /** @type {Words} */ ([
          `block ${last}, which is anchored, holds its hash`,
          `已锚定的第 ${last} 号区块载有其哈希`,
        ]);
        return by(words, behind.stamped);
      }
      if (current && trust.isCurrent(last)) {
        checkSealed(later, trust, PART);
        return by([
          `block ${last}, sealed by the validators in force now, holds its hash`,
          `由现任验证节点封签的第 ${last} 号区块载有其哈希`,
        ]);
      }
    }
    return null;
  }

  /**
   * Check a link, once.
   * @param {BlockLogLink} link
   * @param {NamedHeader} named
   * @param {TrustRoot} trust
   */
  #hold(link, named, trust) {
    const place = this.#places.get(link) ?? this.#places.size;
    this.#places.set(link, place);
    const version = trust.contractInForce(BLOCK_LOG, link.later.header.number);
    const name = `${place} ${toHex(named.blockHash)} ${named.header.number} ${version?.address}`;
    if (this.#held.has(name)) return;
    checkForm(link.later, PART);
    checkLink(link, named, trust);
    this.#held.add(name);
  }

  /**
   * What vouches for a later block. Each is asked about once, however many links lead to it.
   * @param {NamedHeader} named of checked form
   * @param {TrustRoot} trust
   * @param {boolean} current
   * @returns {Voucher | null}
   */
  #behind(named, trust, current) {
    const known = this.#known.get(trust) ?? new Map();
    this.#known.set(trust, known);
    const name = `${current} ${toHex(named.blockHash)}`;
    if (known.has(name)) return known.get(name) ?? null;
    if (this.#way === MAX_WAY) {
      throw altered(PART, `expected at most ${MAX_WAY} links one after another, got more`);
    }
    this.#way += 1;
    try {
      const found = this.voucher(named, trust, current);
      known.set(name, found);
      return found;
    } finally {
      this.#way -= 1;
    }
  }
}

/**
 * @param {Words} words
 * @param {boolean} [stamped]
 * @returns {Voucher}
 */
const by = (words, stamped = false) => ({ words, stamped });

/**
 * A header with the hash that it is said to have, as a name.
 * @param {NamedHeader} named
 */
const nameOf = ({ header, blockHash }) => `${toHex(blockHash)} ${toHex(header.data)}`;

/**
 * Its validators sealed it: an authority stamps any bytes, also a header that nobody sealed. Throws `StepFailed`.
 *
 * A block that the trust root does not reach is unknown, and so counts for nothing.
 * @param {NamedHeader} later
 * @param {TrustRoot} trust
 */
function isSealed(later, trust) {
  if (trust.setFor(later.header.number) === null) return false;
  checkSealed(later, trust, PART);
  return true;
}

/**
 * (2) as many pinned witnesses as the trust root asks for signed logs that hold the block
 * @param {CheckpointProof[]} proofs
 * @param {NamedHeader} named
 * @param {TrustRoot} trust
 * @returns {Voucher | null}
 */
function witnessed(proofs, named, trust) {
  if (!proofs.length || !trust.witnesses.length) return null;
  const origin = originOf(trust.chainId, trust.genesisHash);
  const needed = trust.witnessThreshold;
  try {
    const at = checkInCheckpoints(named.blockHash, named.header.number, proofs, origin, trust.witnesses, needed);
    if (!isInTime(at, named)) return null;
    const when = moment(at);
    return by([
      `${needed} witnesses whom the trust root names had signed the log that holds this block by ${when}`,
      `至迟于 ${when}，信任根所列的 ${needed} 个见证方已签署载有此区块的日志`,
    ]);
  } catch (error) {
    if (!(error instanceof TooFewWitnesses)) throw error;
    return null;
  }
}

/**
 * (3) an authority that the trust root names stamped the block's hash
 * @param {Uint8Array[][]} chains
 * @param {NamedHeader} named
 * @param {TrustRoot} trust
 * @param {number | null} judgedAt
 * @returns {Voucher | null}
 */
function stamped(chains, named, trust, judgedAt) {
  for (const chain of trust.timestampCertificates.length ? chains : []) {
    const stamp = stampOf(chain, named, trust);
    if (!stamp || !isInTime(stamp.time, named) || (judgedAt !== null && judgedAt > stamp.goodUntil)) continue;
    const when = moment(stamp.time);
    const words = /** @type {Words} */ ([
      `an authority whom the trust root names time-stamped its hash at ${when}`,
      `信任根所列的时间戳机构于 ${when} 对其哈希加盖时间戳`,
    ]);
    return by(words, true);
  }
  return null;
}

/**
 * @param {Uint8Array[]} chain
 * @param {NamedHeader} named
 * @param {TrustRoot} trust
 */
function stampOf(chain, named, trust) {
  try {
    return checkChain(chain, named.blockHash, trust.timestampCertificates);
  } catch (error) {
    if (!(error instanceof UnknownAuthority)) throw error;
    return null;
  }
}

/**
 * @param {number | bigint} at
 * @param {NamedHeader} named
 */
const isInTime = (at, { header: { time } }) => time - SKEW <= at && at <= time + DAY;

/**
 * The later block's state holds a run with this block's hash at its place. Throws `ProtocolError`.
 * @param {BlockLogLink} link
 * @param {NamedHeader} named
 * @param {TrustRoot} trust
 */
function checkLink({ run, path, later: { header: later }, accountNodes, rootNodes, rangeNodes }, named, trust) {
  const { number } = named.header;
  if (later.number <= number) throw new TrieError(`expected a link to a block after ${number}, got ${later.number}`);
  const version = contractNamed(trust, BLOCK_LOG, later.number, PART);
  const account = accountAt(later.stateRoot, version.address, accountNodes);
  checkCode(account, version, BLOCK_LOG, PART);
  const slot = RUNS + 2n * BigInt(run); // of the run's root; the one after holds first block (64 bits) and size
  const root = storageAt(account, word(slot), rootNodes);
  const span = storageAt(account, word(slot + 1n), rangeNodes);
  const first = BigInt.asUintN(64, span);
  checkInclusion(leafHash(named.blockHash), number - first, span >> 64n, path, word(root));
}

/**
 * @param {Json} value
 * @returns {BlockAnchor}
 */
function anchorOf(value) {
  const row = objectOf(value, ["block_hash", "checkpoints", "timestamps", "block_log"]);
  return {
    blockHash: fromHex(row.get("block_hash"), 32),
    checkpoints: listOf(row.get("checkpoints"), MAX_PROOFS).map(checkpointOf),
    timestamps: listOf(row.get("timestamps"), MAX_PROOFS).map((chain) => listOf(chain, MAX_PROOFS).map(fileOf)),
    links: listOf(row.get("block_log"), MAX_PROOFS).map(linkOf),
  };
}

/**
 * @param {Json} item
 * @returns {CheckpointProof}
 */
function checkpointOf(item) {
  const row = objectOf(item, ["note", "path"]);
  return { note: Note.parse(new TextEncoder().encode(textOf(row.get("note")))), path: pathOf(row.get("path")) };
}

/**
 * @param {Json} item
 * @returns {BlockLogLink}
 */
function linkOf(item) {
  const keys = ["run", "path", "header", "block_hash", "account_nodes", "root_nodes", "range_nodes"];
  const row = objectOf(item, keys);
  return {
    run: integerOf(row.get("run"), 0, MAX_RUN),
    path: pathOf(row.get("path")),
    later: namedHeader(row.get("header"), row.get("block_hash")),
    accountNodes: nodesOf(row.get("account_nodes")),
    rootNodes: nodesOf(row.get("root_nodes")),
    rangeNodes: nodesOf(row.get("range_nodes")),
  };
}

/** @param {Json | undefined} value */
const pathOf = (value) => listOf(value, MAX_PATH).map((item) => fromHex(item, 32));
