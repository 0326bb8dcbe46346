"""Outside parties for tests: witnesses who cosign the log of a made-up chain, and a time-stamping authority."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from node.protocol.bundle import encode_file
from node.protocol.canonical import keccak256, sha256, to_hex
from node.protocol.checkpoint import COSIGNATURE, Checkpoint, WitnessKey, cosign
from node.protocol.merkle import leaf_hash, path, root
from node.protocol.note import Note, encode64, origin_of
from tests.timestamp_authority import Authority

SIZE = 12  # blocks in the witnesses' log
ORIGIN = origin_of(20262, keccak256(b"genesis"))  # of tests.bundle_factory's trust root


def witness_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()))


def vkey(name: str) -> str:
    return WitnessKey(name, witness_key(name).public_key().public_bytes_raw()).vkey()


def any_vkey(name: str, public: bytes) -> str:
    """The text of a verifier key that `WitnessKey` may refuse."""
    end, material = b"\n", COSIGNATURE + public
    return f"{name}+{sha256(name.encode() + end + material)[:4].hex()}+{encode64(material)}"


@cache
def authority() -> Authority:
    return Authority()


def checkpoint_proof(
    number: int, block_hash: bytes, signers: Sequence[tuple[str, int]], origin: str = ORIGIN
) -> dict[str, Any]:
    """The block in a log of twelve, with the lines of these witnesses and when they signed."""
    leaves = [leaf_hash(block_hash if place == number else sha256(b"block %d" % place)) for place in range(SIZE)]
    made = Checkpoint(origin, SIZE, root(leaves))
    note = Note(made, tuple(cosign(made, name, witness_key(name), time) for name, time in signers))
    return {"note": note.to_bytes().decode("utf-8"), "path": [to_hex(item) for item in path(leaves, number)]}


def stamps(block_hash: bytes, *times: int) -> list[str]:
    """A time-stamp over the block hash and its renewals."""
    tokens, data = [], block_hash
    for time in times:
        data = authority().token(data, time)
        tokens.append(encode_file(data))
    return tokens


def block_anchor(block_hash: bytes, **evidence: Any) -> dict[str, Any]:
    """An entry of the part block_anchors."""
    return {"block_hash": to_hex(block_hash), "checkpoints": [], "timestamps": [], "block_log": []} | evidence
