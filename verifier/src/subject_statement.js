/**
 * The statement that a subject is one seller: signed by bureaus, each of which signs one subject per seller.
 *
 * Without it nobody could tell a seller without findings from a subject that was made up: any other salt gives a subject
 * on which nothing is recorded. Like reports it is signed for the FindingRegistry.
 */

import { equal } from "./bytes.js";
import { sha256 } from "./canonical.js";
import { VerificationError } from "./errors.js";
import { subjectId } from "./identifiers.js";
import { StructType } from "./typed_data.js";

/** These bureaus say that this subject is the seller with these digests (SHA-256, UTF-8), under this salt. */
export const SubjectStatement = new StructType(
  "SubjectStatement(bytes32 subject,bytes32 salt,bytes32 marketplace,bytes32 seller,bytes32 configDigest," +
    "uint32[] signers)",
);

/**
 * Check that the subject is this seller's under the salt, in all members. Throws `VerificationError`.
 * @param {Readonly<import("./typed_data.js").StructValue>} statement
 * @param {string} marketplace
 * @param {string} sellerId
 */
export function checkSeller({ subject, salt, marketplace: place, seller }, marketplace, sellerId) {
  const told = [subject, place, seller];
  const wanted = [subjectId(salt, marketplace, sellerId), textDigest(marketplace), textDigest(sellerId)];
  if (!told.every((each, index) => equal(each, wanted[index]))) {
    throw new VerificationError("expected the subject of the seller named, got another");
  }
}

/**
 * SHA-256 over a text in UTF-8.
 * @param {string} text
 */
export const textDigest = (text) => sha256(new TextEncoder().encode(text));
