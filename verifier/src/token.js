/**
 * The form of an RFC 3161 time-stamp token: the fields of one, read from strict DER without judging them.
 *
 * A token is the bare TimeStampToken, a CMS SignedData (RFC 5652), not the response around it. Narrow on purpose, so that
 * another program reads the same: version 3, one signer named by issuer and serial number, no crls, no unsigned
 * attributes, signed attributes in their DER order with one value each, no critical extension.
 */

import { bareHex, concat, integer } from "./bytes.js";
import { extensionsIn } from "./certificate.js";
import * as der from "./der.js";
import { TimestampError } from "./errors.js";
import { hashOf } from "./public_key.js";

const { Element, Fields } = der;

/**
 * TSTInfo (RFC 3161 section 2.4.2): what the authority states. The time is in UTC seconds, a fraction dropped.
 * @typedef {{policy: string, hashAlgorithm: string, imprint: Uint8Array, time: number, nonce: bigint | null}} Info
 */
/**
 * The statement (`content`, a TSTInfo), who signed it and how: the signed attributes by object identifier, and as they
 * are signed.
 * @typedef {{content: Uint8Array, certificates: der.Element[], signer: import("./certificate.js").Names,
 *   digest: string, attributes: Map<string, der.Element>, signed: Uint8Array, algorithm: der.Element,
 *   signature: Uint8Array}} Token
 */

const MAX_BYTES = 2 ** 16;
const MAX_CERTIFICATES = 16;
const MAX_ACCURACY = 60n; // seconds; an authority that is less sure of its clock dates nothing here
const SIGNED_DATA = "1.2.840.113549.1.7.2";
export const TST_INFO = "1.2.840.113549.1.9.16.1.4";

/**
 * The statement in DER. Serial number, ordering and the authority's name only have to have their form.
 * @param {Uint8Array} content
 * @returns {Info}
 */
export function parseInfo(content) {
  const fields = new Fields(Element.parse(content));
  if (der.integer(fields.take(der.INTEGER)) !== 1n) {
    throw new TimestampError("expected a time-stamp of version 1, got another");
  }
  const policy = der.oid(fields.take(der.OID));
  const hashed = new Fields(fields.take(der.SEQUENCE));
  const hashAlgorithm = hashOf(hashed.take(der.SEQUENCE));
  const imprint = hashed.take(der.OCTETS).body;
  hashed.end();
  der.integer(fields.take(der.INTEGER));
  const time = der.time(fields.take(der.GENERALIZED_TIME));
  checkAccuracy(fields.optional(der.SEQUENCE));
  der.truth(fields.optional(der.BOOLEAN));
  const nonce = fields.optional(der.INTEGER);
  fields.optional(der.context(0));
  const extensions = fields.optional(der.context(1));
  fields.end();
  if (extensions && [...extensionsIn(extensions.items(extensions.tag)).values()].some(({ critical }) => critical)) {
    throw new TimestampError("expected no critical extension in a time-stamp, got one");
  }
  return { policy, hashAlgorithm, imprint, time, nonce: nonce ? der.integer(nonce) : null };
}

/**
 * The token in DER. Throws `TimestampError`.
 * @param {Uint8Array} data
 * @returns {Token}
 */
export function parseToken(data) {
  if (data.length > MAX_BYTES) {
    throw new TimestampError(`expected a token of at most ${MAX_BYTES} bytes, got ${data.length}`);
  }
  const outer = new Fields(Element.parse(data));
  expectKind(SIGNED_DATA, outer.take(der.OID));
  const fields = new Fields(Element.parse(outer.take(der.context(0)).body));
  outer.end();
  if (der.integer(fields.take(der.INTEGER)) !== 3n) {
    throw new TimestampError("expected signed data of version 3, got another");
  }
  const digests = fields.take(der.SET).items(der.SET);
  const content = contentIn(fields.take(der.SEQUENCE));
  const embedded = fields.optional(der.context(0));
  const certificates = embedded ? embedded.items(embedded.tag) : [];
  const signers = fields.take(der.SET).items(der.SET);
  fields.end();
  if (digests.length !== 1 || signers.length !== 1 || certificates.length > MAX_CERTIFICATES) {
    throw new TimestampError(
      `expected one signer with one digest algorithm, got ${signers.length} and ${digests.length}`,
    );
  }
  const read = signerIn(signers[0]);
  if (hashOf(digests[0]) !== read.digest) {
    throw new TimestampError(`expected the signer's digest algorithm ${read.digest}, got another`);
  }
  return { content, certificates, ...read };
}

/** @param {der.Element} encapsulated */
function contentIn(encapsulated) {
  const fields = new Fields(encapsulated);
  expectKind(TST_INFO, fields.take(der.OID));
  const octets = Element.parse(fields.take(der.context(0)).body).expect(der.OCTETS);
  fields.end();
  return octets.body;
}

/** @param {der.Element} signer */
function signerIn(signer) {
  const fields = new Fields(signer);
  if (der.integer(fields.take(der.INTEGER)) !== 1n) {
    throw new TimestampError("expected a signer named by issuer and serial number, got another form");
  }
  const names = new Fields(fields.take(der.SEQUENCE));
  const issuer = names.take(der.SEQUENCE).raw;
  const serial = names.take(der.INTEGER).body;
  names.end();
  const digest = hashOf(fields.take(der.SEQUENCE));
  const attributes = fields.take(der.context(0));
  const algorithm = fields.take(der.SEQUENCE);
  const signature = fields.take(der.OCTETS).body;
  fields.end();
  return {
    signer: { issuer, serial },
    digest,
    attributes: attributesIn(attributes.items(attributes.tag)),
    signed: concat(Uint8Array.of(der.SET), attributes.raw.subarray(1)), // under the tag of a SET: RFC 5652 section 5.4
    algorithm,
    signature,
  };
}

/** @param {der.Element[]} items */
function attributesIn(items) {
  /** @type {Map<string, der.Element>} */
  const found = new Map();
  for (const item of items) {
    const fields = new Fields(item);
    const name = der.oid(fields.take(der.OID));
    const values = fields.take(der.SET).items(der.SET);
    fields.end();
    if (values.length !== 1 || found.has(name)) {
      throw new TimestampError(`expected one signed attribute ${name} with one value, got more`);
    }
    found.set(name, values[0]);
  }
  const order = items.map(({ raw }) => bareHex(raw));
  if (order.some((raw, at) => at && order[at - 1] > raw)) {
    throw new TimestampError("expected signed attributes in DER order, got another");
  }
  return found;
}

/**
 * @param {string} wanted
 * @param {der.Element} got
 */
function expectKind(wanted, got) {
  const kind = der.oid(got);
  if (kind !== wanted) throw new TimestampError(`expected content of type ${wanted}, got ${kind}`);
}

/** @param {der.Element | undefined} accuracy */
function checkAccuracy(accuracy) {
  if (!accuracy) return;
  const fields = new Fields(accuracy);
  const whole = fields.optional(der.INTEGER);
  const parts = [0, 1].map((number) => fields.optional(der.context(number, false)));
  fields.end();
  const seconds = whole ? der.integer(whole) : 0n;
  if (seconds < 0n || seconds > MAX_ACCURACY) {
    throw new TimestampError(`expected a time accurate to ${MAX_ACCURACY} seconds, got another`);
  }
  for (const part of parts) {
    if (part && (part.body.length > 2 || integer(part.body) < 1n || integer(part.body) > 999n)) {
      throw new TimestampError("expected thousandths from 1 to 999 in an accuracy, got others");
    }
  }
}
