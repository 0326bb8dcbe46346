/**
 * RFC 3161 time-stamps: tokens that say by when some bytes existed, and chains of tokens that keep them good.
 *
 * The authority's certificate is pinned in the trust root, or issued directly by one that is. Certificates are judged at
 * the time in the token, so a token outlives them; how long it can be relied on without a renewal is `goodUntil`. No
 * network: revocation is not asked for, and the nonce is compared by who asked for the token.
 */

import { sha1 } from "@noble/hashes/legacy.js";
import { bareHex, equal } from "./bytes.js";
import { sha256 } from "./canonical.js";
import { Certificate, namesIn, sameNames } from "./certificate.js";
import * as der from "./der.js";
import { TimestampError, UnknownAuthority } from "./errors.js";
import { HASHES, checkSignature, hashOf } from "./public_key.js";
import { TST_INFO, parseInfo, parseToken } from "./token.js";

const { Fields } = der;

/** @typedef {import("./token.js").Token} Token */
/**
 * What a time-stamp says. Times are UTC seconds: by which the bytes existed (`time`), within which all certificates
 * behind the token are valid, and until when no renewal is needed (`goodUntil`: `notAfter`, in a chain that of the last
 * token). The policy is the object identifier under which the authority worked, `signer` the SHA-256 of its certificate.
 * @typedef {{time: number, hashAlgorithm: string, policy: string, signer: Uint8Array, notBefore: number,
 *   notAfter: number, goodUntil: number}} Stamp
 */

const MAX_TOKENS = 32;
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const DIGESTS = new Map([...HASHES, ["sha1", sha1]]); // SHA-1 only names a certificate, in an attribute of version 1

/**
 * Check that `token` stamps the bytes `imprint` under one of the pinned `certificates`, in DER.
 *
 * Throws `TimestampError`.
 * @param {Uint8Array} token
 * @param {Uint8Array} imprint
 * @param {Uint8Array[]} certificates
 * @returns {Stamp}
 */
export function checkToken(token, imprint, certificates) {
  // (1) it has the form of a token
  const read = parseToken(token);
  const info = parseInfo(read.content);
  // (2) it stamps these bytes
  if (!equal(hashed(info.hashAlgorithm, imprint), info.imprint)) {
    throw new TimestampError("expected a time-stamp over these bytes, got one over others");
  }
  // (3) the signer may stamp, is pinned or issued by a pinned one, and all certificates are valid at that time
  const pinned = certificates.map((item) => Certificate.parse(item));
  const chain = chainOf(read, pinned, info.time);
  chain[0].checkStamps();
  // (4) what is signed is this statement, under this certificate
  checkAttributes(read, chain[0]);
  // (5) the signature holds
  checkSignature(chain[0].key, read.algorithm, read.digest, read.signature, read.signed);
  const ends = Math.min(...chain.map(({ notAfter }) => notAfter));
  return {
    time: info.time,
    hashAlgorithm: info.hashAlgorithm,
    policy: info.policy,
    signer: sha256(chain[0].raw),
    notBefore: Math.max(...chain.map(({ notBefore }) => notBefore)),
    notAfter: ends,
    goodUntil: ends,
  };
}

/**
 * Check a time-stamp over `imprint` and its renewals: each token after the first stamps the bytes of the one before.
 *
 * A renewal comes later, and while the certificates behind the one before are still valid. What the first token says
 * counts, and holds until those behind the last one end. Throws `TimestampError`.
 * @param {Uint8Array[]} tokens
 * @param {Uint8Array} imprint
 * @param {Uint8Array[]} certificates
 * @returns {Stamp}
 */
export function checkChain(tokens, imprint, certificates) {
  if (tokens.length < 1 || tokens.length > MAX_TOKENS) {
    throw new TimestampError(`expected 1 to ${MAX_TOKENS} tokens, got ${tokens.length}`);
  }
  const first = checkToken(tokens[0], imprint, certificates);
  let last = first;
  for (let at = 1; at < tokens.length; at += 1) {
    const stamp = checkToken(tokens[at], tokens[at - 1], certificates);
    if (stamp.time <= last.time || stamp.time > last.notAfter) {
      throw new TimestampError(
        `expected a renewal after ${last.time} and not after ${last.notAfter}, got one at ${stamp.time}`,
      );
    }
    last = stamp;
  }
  return { ...first, goodUntil: last.notAfter };
}

/**
 * The signer's certificate, and the pinned one that issued it unless it is pinned itself.
 * @param {Token} token
 * @param {Certificate[]} pinned
 * @param {number} time
 */
function chainOf(token, pinned, time) {
  const signer = signerOf(token, pinned);
  signer.checkValid(time);
  if (pinned.some(({ raw }) => equal(raw, signer.raw))) return [signer];
  /** @type {unknown} */
  let failure = new UnknownAuthority("expected an authority that is pinned or issued by a pinned one, got another");
  for (const issuer of pinned.filter(({ subject }) => equal(subject, signer.names.issuer))) {
    try {
      issuer.checkValid(time);
      issuer.checkIssued(signer);
      return [signer, issuer];
    } catch (error) {
      if (!(error instanceof TimestampError)) throw error;
      failure = error; // another of the same name, for a newer key or a longer time, may do
    }
  }
  throw failure;
}

/**
 * The one certificate that the signer names, inside the token or pinned.
 * @param {Token} token
 * @param {Certificate[]} pinned
 */
function signerOf(token, pinned) {
  const inside = token.certificates.filter((item) => sameNames(namesIn(item), token.signer));
  const outside = pinned.filter(({ names }) => sameNames(names, token.signer));
  const found = new Map([...inside, ...outside].map(({ raw }) => [bareHex(raw), raw]));
  const [raw] = found.values();
  if (!raw) throw new UnknownAuthority("expected the certificate that the signer names, inside or pinned, got none");
  if (found.size > 1) throw new TimestampError(`expected the one certificate that the signer names, got ${found.size}`);
  return Certificate.parse(raw);
}

/**
 * The signed attributes name this content (RFC 5652 section 11) and this certificate (RFC 5816 section 2.2.1).
 * @param {Token} token
 * @param {Certificate} signer
 */
function checkAttributes({ attributes, digest, content }, signer) {
  const kind = attributes.get(CONTENT_TYPE);
  if (!kind || der.oid(kind) !== TST_INFO) {
    throw new TimestampError("expected a signed content type of a time-stamp, got another or none");
  }
  const signed = attributes.get(MESSAGE_DIGEST);
  if (!signed || !equal(signed.expect(der.OCTETS).body, hashed(digest, content))) {
    throw new TimestampError("expected the signed digest of this time-stamp, got another or none");
  }
  const plain = attributes.get(SIGNING_CERTIFICATE);
  const versioned = attributes.get(SIGNING_CERTIFICATE_V2);
  const named = [
    ...(plain ? [certificateHash(plain, false)] : []),
    ...(versioned ? [certificateHash(versioned, true)] : []),
  ];
  if (!named.length || named.some(([name, value]) => !equal(hashed(name, signer.raw), value))) {
    throw new TimestampError("expected the signed digest of the signer's certificate, got another or none");
  }
}

/**
 * @param {der.Element} value
 * @param {boolean} versioned
 * @returns {[string, Uint8Array]} hash name and value of the first certificate in a SigningCertificate, or in one of
 *   version 2 (RFC 5035)
 */
function certificateHash(value, versioned) {
  const certificates = new Fields(value).take(der.SEQUENCE).items();
  if (!certificates.length) {
    throw new TimestampError("expected a certificate in a signing-certificate attribute, got none");
  }
  const fields = new Fields(certificates[0]);
  const algorithm = versioned ? fields.optional(der.SEQUENCE) : undefined;
  const name = algorithm ? hashOf(algorithm) : versioned ? "sha256" : "sha1";
  return [name, fields.take(der.OCTETS).body];
}

/**
 * @param {string} name
 * @param {Uint8Array} data
 */
const hashed = (name, data) => /** @type {typeof sha256} */ (DIGESTS.get(name))(data);
