/** The statements that bureaus sign: findings and reports, answers, and anchors of evidence batches. */

import { UnreadableError } from "./errors.js";
import { StructType } from "./typed_data.js";

export const MAX_BPS = 10_000;
export const MAX_FINDINGS = 200; // in one report, as in FindingRegistry

/** What the signing bureaus found. Its struct hash is its name everywhere. */
export const Finding = new StructType(
  "Finding(bytes32 subject,bytes32 listing,bytes32 product,uint16 kind,uint32 period," +
    "uint16 scoreBps,uint16 spreadBps,bytes32 policyDigest,bytes32 evidenceRoot,bytes32 model," +
    "bytes32 explanation,uint64 observedAt,bytes32 configDigest,bytes32 supersedes)",
  [],
  ({ scoreBps, spreadBps }) => checkBps(Math.max(scoreBps, spreadBps)),
);

/** What is co-signed and submitted: findings, and exactly the bureaus that sign them. */
export const Report = new StructType(
  "Report(uint32 leader,uint64 sequence,bytes32 configDigest,uint32[] signers,Finding[] findings)",
  [Finding],
);

/** One bureau's own score for a clue. */
export const Answer = new StructType(
  "Answer(bytes32 clue,uint32 attempt,uint32 leader,uint32 bureau,bytes32 observationRoot,uint16 scoreBps," +
    "bytes32 model,bytes32 context,bytes32 explanation,bytes32 configDigest,uint64 deadline)",
  [],
  ({ scoreBps }) => checkBps(scoreBps),
);

/** A bureau's next batch of observations. */
export const Anchor = new StructType(
  "Anchor(uint32 bureau,uint64 sequence,bytes32 previousRoot,bytes32 root,uint64 size)",
);

/** @param {number} most */
function checkBps(most) {
  if (most > MAX_BPS) throw new UnreadableError(`expected at most ${MAX_BPS} basis points, got ${most}`);
}
