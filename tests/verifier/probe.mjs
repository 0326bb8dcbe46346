/** Asks single modules of the browser's verifier: a line [call, ...arguments] in, {"ok": answer} or {"error": kind} out. */

import { createInterface } from "node:readline";
import { Ask, signedAnswer } from "../../verifier/src/answer.js";
import { fromBase64, fromHex, toHex } from "../../verifier/src/bytes.js";
import { canonical } from "../../verifier/src/canonical.js";
import { Certificate } from "../../verifier/src/certificate.js";
import { WitnessKey, checkInCheckpoints } from "../../verifier/src/checkpoint.js";
import { Configuration } from "../../verifier/src/configuration.js";
import { Element } from "../../verifier/src/der.js";
import { isSignedBy } from "../../verifier/src/ed25519.js";
import { CheckpointError } from "../../verifier/src/errors.js";
import { Explanation } from "../../verifier/src/explanation.js";
import { Anchor, Answer, Finding, Report } from "../../verifier/src/finding.js";
import { Header, sealSigners } from "../../verifier/src/header.js";
import { addressBytes } from "../../verifier/src/identifiers.js";
import { parse } from "../../verifier/src/json.js";
import { ModelManifest } from "../../verifier/src/manifest.js";
import { checkInclusion } from "../../verifier/src/merkle.js";
import { Note, originOf } from "../../verifier/src/note.js";
import { Observation } from "../../verifier/src/observation.js";
import { checkSignature } from "../../verifier/src/public_key.js";
import { decode, encode } from "../../verifier/src/rlp.js";
import { ReferenceScorer, micro, thresholdsFromHex } from "../../verifier/src/scorer.js";
import { recover } from "../../verifier/src/signing.js";
import { checkChain } from "../../verifier/src/timestamp.js";
import { parseInfo, parseToken } from "../../verifier/src/token.js";
import { lookup } from "../../verifier/src/trie.js";
import { TrustRoot } from "../../verifier/src/trust.js";
import { digest } from "../../verifier/src/typed_data.js";

const STRUCTS = { Anchor, Answer, Finding, Report };
const json = (hex) => parse(fromHex(hex));
const shown = (item) => (item instanceof Uint8Array ? toHex(item) : item.map(shown));

const all = (items) => items.map((item) => fromHex(item));

const CALLS = {
  canonical: (data) => toHex(canonical(json(data))),
  hex: (text) => toHex(fromHex(text)),
  base64: (text) => toHex(fromBase64(text)),
  address: (text) => toHex(addressBytes(text)),
  rlp: (data) => {
    const item = decode(fromHex(data));
    return [shown(item), toHex(encode(item))];
  },
  lookup: (root, key, nodes) => {
    const found = lookup(
      fromHex(root),
      fromHex(key),
      nodes.map((node) => fromHex(node)),
    );
    return found && toHex(found);
  },
  recover: (hash, signature) => recover(fromHex(hash), fromHex(signature)),
  inclusion: (leaf, index, size, path, root) =>
    checkInclusion(
      fromHex(leaf),
      BigInt(index),
      BigInt(size),
      path.map((item) => fromHex(item)),
      fromHex(root),
    ) ?? null,
  header: (data) => {
    const header = new Header(fromHex(data));
    const { number, time, proposer, blockHash, commitHash } = header;
    return [String(number), String(time), proposer, toHex(blockHash), toHex(commitHash)];
  },
  seals: (data) => sealSigners(new Header(fromHex(data))),
  constants: (data) => new Header(fromHex(data)).checkConstants() ?? null,
  observation: (data) => {
    const { root, hidden, values } = Observation.fromJson(json(data));
    return [toHex(root), hidden, [...values.keys()]];
  },
  explanation: (data) => toHex(Explanation.fromJson(json(data)).digest),
  manifest: (data) => toHex(ModelManifest.fromJson(json(data)).id),
  configuration: (data) => toHex(Configuration.fromJson(json(data)).digest),
  trust: (data) => {
    const root = TrustRoot.parse(fromHex(data));
    return [root.id, root.spokenId()];
  },
  ask: (data) => {
    const { subject, listing, product, period } = Ask.fromJson(json(data));
    return [toHex(subject), toHex(listing), toHex(product), period];
  },
  answer: (data) => toHex(signedAnswer(json(data)).answer.hash),
  struct: (name, data) => toHex(STRUCTS[name].fromJson(json(data)).hash),
  signed: (chain, address, hash) => toHex(digest(chain, address, fromHex(hash))),
  stamp: (tokens, data, certificates) => {
    const stamp = checkChain(all(tokens), fromHex(data), all(certificates));
    const times = [stamp.time, stamp.notBefore, stamp.notAfter, stamp.goodUntil];
    return [...times, stamp.hashAlgorithm, stamp.policy, toHex(stamp.signer)];
  },
  token: (data) => {
    const { content, signed, signature, signer, certificates, digest, attributes } = parseToken(fromHex(data));
    const parts = [content, signed, signature, signer.issuer, signer.serial, ...certificates.map(({ raw }) => raw)];
    return [digest, shown(parts), [...attributes].map(([name, { raw }]) => [name, toHex(raw)])];
  },
  info: (data) => {
    const { policy, hashAlgorithm, imprint, time, nonce } = parseInfo(fromHex(data));
    return [policy, hashAlgorithm, toHex(imprint), time, nonce === null ? null : String(nonce)];
  },
  certificate: (data) => {
    const { names, subject, signature, key, notBefore, notAfter, extensions } = Certificate.parse(fromHex(data));
    const parts = [names.issuer, names.serial, subject, signature, key.raw];
    const found = [...extensions].map(([name, { critical, value }]) => [name, critical, toHex(value)]);
    return [shown(parts), notBefore, notAfter, found];
  },
  signature: (key, algorithm, digest, signature, message) => {
    const spoken = all([key, algorithm]).map((data) => Element.parse(data));
    return checkSignature(...spoken, digest, fromHex(signature), fromHex(message)) ?? null;
  },
  note: (data) => {
    const { checkpoint, lines } = Note.parse(fromHex(data));
    const shownLines = lines.map(({ name, keyId, signature }) => [name, toHex(keyId), toHex(signature)]);
    return [checkpoint.origin, checkpoint.size, toHex(checkpoint.root), shownLines];
  },
  vkey: (text) => {
    const key = WitnessKey.parse(text);
    return [key.name, toHex(key.public), toHex(key.keyId), key.vkey()];
  },
  ed25519: (key, signature, message) => {
    if (!isSignedBy(...all([key, signature, message]))) throw new CheckpointError("expected a signature by this key");
    return null;
  },
  origin: (chain, genesis) => originOf(chain, fromHex(genesis)),
  cosigned: (block, number, proofs, origin, vkeys, threshold) => {
    const given = proofs.map(([note, path]) => ({ note: Note.parse(fromHex(note)), path: all(path) }));
    const keys = vkeys.map((vkey) => WitnessKey.parse(vkey));
    return checkInCheckpoints(fromHex(block), number, given, origin, keys, threshold);
  },
  scores: (model, names, thresholds, vectors) => {
    const scorer = ReferenceScorer.load(fromHex(model), names, thresholdsFromHex(thresholds));
    return vectors.map((vector) => {
      const margin = scorer.margin(vector);
      return [Object.is(margin, -0) ? "-0.0" : margin, micro(margin), scorer.scoreBps(margin)];
    });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [call, ...args] = JSON.parse(line);
  let answer;
  try {
    answer = { ok: CALLS[call](...args) };
  } catch (error) {
    answer = { error: error.constructor.name };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
