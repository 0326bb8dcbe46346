"""The same single questions to the modules of both verifiers: what each gives back, or which kind of error."""

import json
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from node.protocol import rlp
from node.protocol.answer import Ask, Explanation, SignedAnswer
from node.protocol.canonical import canonical, from_hex, parse, to_hex
from node.protocol.certificate import Certificate
from node.protocol.checkpoint import CheckpointProof, WitnessKey, check_in_checkpoints
from node.protocol.configuration import Configuration
from node.protocol.der import Element
from node.protocol.errors import CheckpointError, ProtocolError
from node.protocol.finding import Anchor, Answer, Finding, Report
from node.protocol.header import Header, seal_signers
from node.protocol.identifiers import address_bytes
from node.protocol.manifest import ModelManifest
from node.protocol.merkle import check_inclusion
from node.protocol.note import Note, origin_of
from node.protocol.observation import Observation
from node.protocol.public_key import check_signature
from node.protocol.reading import file_of
from node.protocol.scorer import ReferenceScorer, micro, thresholds_from_hex
from node.protocol.signing import recover
from node.protocol.timestamp import check_chain
from node.protocol.token import Info, Token
from node.protocol.trie import lookup
from node.protocol.trust import TrustRoot
from node.protocol.typed_data import Domain, digest
from tests.verifier.javascript import ROOT

Question = tuple[Any, ...]  # call, arguments
STRUCTS: dict[str, Any] = {"Anchor": Anchor, "Answer": Answer, "Finding": Finding, "Report": Report}


def _json(data: str) -> Any:
    return parse(from_hex(data))


def _shown(item: Any) -> Any:
    return to_hex(item) if isinstance(item, bytes) else [_shown(each) for each in item]


def _rlp(data: str) -> Any:
    item = rlp.decode(from_hex(data))
    return [_shown(item), to_hex(rlp.encode(item))]


def _lookup(root: str, key: str, nodes: Sequence[str]) -> Any:
    found = lookup(from_hex(root), from_hex(key), [from_hex(node) for node in nodes])
    return None if found is None else to_hex(found)


def _inclusion(leaf: str, index: str, size: str, path: Sequence[str], root: str) -> None:
    check_inclusion(from_hex(leaf), int(index), int(size), [from_hex(item) for item in path], from_hex(root))


def _header(data: str) -> Any:
    header = Header.from_rlp(from_hex(data))
    hashes = to_hex(header.block_hash()), to_hex(header.commit_hash())
    return [str(header.number), str(header.time), header.proposer, *hashes]


def _trust(data: str) -> Any:
    root = TrustRoot.parse(from_hex(data))
    return [to_hex(root.id()), root.spoken_id()]


def _observation(data: str) -> Any:
    observation = Observation.from_json(_json(data))
    return [to_hex(observation.root()), observation.hidden, list(observation.values())]


def _ask(data: str) -> Any:
    ask = Ask.from_json(_json(data))
    return [to_hex(ask.subject()), to_hex(ask.listing()), to_hex(ask.product()), ask.period()]


def _stamp(tokens: Sequence[str], data: str, certificates: Sequence[str]) -> Any:
    stamp = check_chain([from_hex(item) for item in tokens], from_hex(data), [from_hex(item) for item in certificates])
    times = [stamp.time, stamp.not_before, stamp.not_after, stamp.good_until]
    return [*times, stamp.hash_algorithm, stamp.policy, to_hex(stamp.signer)]


def _token(data: str) -> Any:
    token = Token.parse(from_hex(data))
    parts = [token.content, token.signed, token.signature, *token.signer, *(item.raw for item in token.certificates)]
    return [token.digest, _shown(parts), [[name, to_hex(item.raw)] for name, item in token.attributes.items()]]


def _info(data: str) -> Any:
    info = Info.parse(from_hex(data))
    nonce = None if info.nonce is None else str(info.nonce)
    return [info.policy, info.hash_algorithm, to_hex(info.imprint), info.time, nonce]


def _certificate(data: str) -> Any:
    read = Certificate.parse(from_hex(data))
    extensions = [[name, item.critical, to_hex(item.value)] for name, item in read.extensions.items()]
    parts = [*read.names, read.subject, read.signature, read.key.raw]
    return [_shown(parts), read.not_before, read.not_after, extensions]


def _signature(key: str, algorithm: str, digest: str | None, signature: str, message: str) -> None:
    spoken = Element.parse(from_hex(key)), Element.parse(from_hex(algorithm))
    check_signature(*spoken, digest, from_hex(signature), from_hex(message))


def _note(data: str) -> Any:
    note = Note.parse(from_hex(data))
    lines = [[line.name, to_hex(line.key_id), to_hex(line.signature)] for line in note.lines]
    return [note.checkpoint.origin, note.checkpoint.size, to_hex(note.checkpoint.root), lines]


def _vkey(text: str) -> Any:
    key = WitnessKey.parse(text)
    return [key.name, to_hex(key.public), to_hex(key.key_id), key.vkey()]


def _ed25519(key: str, signature: str, message: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(from_hex(key)).verify(from_hex(signature), from_hex(message))
    except (InvalidSignature, ValueError) as exc:
        raise CheckpointError("expected a signature by this key, got a false one") from exc


def _cosigned(block: str, number: int, proofs: Sequence[Any], origin: str, vkeys: Sequence[str], threshold: int) -> int:
    given = [CheckpointProof(Note.parse(from_hex(note)), [from_hex(item) for item in path]) for note, path in proofs]
    keys = [WitnessKey.parse(vkey) for vkey in vkeys]
    return check_in_checkpoints(from_hex(block), number, given, origin, keys, threshold)


def _scores(model: str, names: Sequence[str], thresholds: str, vectors: Sequence[Sequence[int | None]]) -> Any:
    scorer = ReferenceScorer.load(from_hex(model), names, thresholds_from_hex(thresholds))
    margins = [scorer.margin(vector) for vector in vectors]
    return [["-0.0" if str(m) == "-0.0" else m, micro(m), scorer.score_bps(m)] for m in margins]


CALLS: dict[str, Callable[..., Any]] = {
    "canonical": lambda data: to_hex(canonical(_json(data))),
    "hex": lambda text: to_hex(from_hex(text)),
    "base64": lambda text: to_hex(file_of(text)),
    "address": lambda text: to_hex(address_bytes(text)),
    "rlp": _rlp,
    "lookup": _lookup,
    "recover": lambda hash_, signature: recover(from_hex(hash_), from_hex(signature)),
    "inclusion": _inclusion,
    "header": _header,
    "seals": lambda data: seal_signers(Header.from_rlp(from_hex(data))),
    "constants": lambda data: Header.from_rlp(from_hex(data)).check_constants(),
    "observation": _observation,
    "explanation": lambda data: to_hex(Explanation.from_json(_json(data)).digest()),
    "manifest": lambda data: to_hex(ModelManifest.from_json(_json(data)).id()),
    "configuration": lambda data: to_hex(Configuration.from_json(_json(data)).digest()),
    "trust": _trust,
    "ask": _ask,
    "answer": lambda data: to_hex(SignedAnswer.from_json(_json(data)).answer.struct_hash()),
    "struct": lambda name, data: to_hex(STRUCTS[name].from_json(_json(data)).struct_hash()),
    "signed": lambda chain, address, hash_: to_hex(digest(Domain(chain, address), from_hex(hash_))),
    "stamp": _stamp,
    "token": _token,
    "info": _info,
    "certificate": _certificate,
    "signature": _signature,
    "note": _note,
    "vkey": _vkey,
    "ed25519": _ed25519,
    "origin": lambda chain, genesis: origin_of(chain, from_hex(genesis)),
    "cosigned": _cosigned,
    "scores": _scores,
}


def ours(question: Question) -> dict[str, Any]:
    """Our answer. An error that is not of the protocol is a fault of ours, and raises."""
    try:
        return {"ok": CALLS[question[0]](*question[1:])}
    except ProtocolError as exc:
        return {"error": type(exc).__name__}


def theirs(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The answers of the browser's verifier."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    probe = ROOT / "tests" / "verifier" / "probe.mjs"
    done = subprocess.run(["node", probe], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def disagreements(questions: Sequence[Question]) -> list[str]:
    """Questions that are answered differently."""
    return [
        f"{json.dumps(question)[:600]}: Python {mine}, JavaScript {other}"
        for question, mine, other in zip(questions, map(ours, questions), theirs(questions), strict=True)
        if mine != other
    ]


def encoded(value: Any) -> str:
    """A JSON value as an argument: its bytes in hex."""
    return to_hex(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
