"""Cosignatures of witnesses outside the consortium on checkpoints of the log of block hashes.

Format: c2sp.org/tlog-cosignature, Ed25519 (signature type 0x04), times from 1 to 2^53 - 1. Lines by keys that nobody
pinned are not judged.

    signature = time in 8 bytes, big-endian ‖ Ed25519 signature of 64 bytes
    signed    = "cosignature/v1" ⏎ "time " decimal time ⏎ the checkpoint, without the empty line
    key id    = the first four bytes of SHA-256(name ⏎ 0x04 ‖ public key of 32 bytes)
    vkey      = name + "+" + hex(key id) + "+" + base64(0x04 ‖ public key)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from node.protocol.canonical import MAX_INTEGER, sha256
from node.protocol.errors import CheckpointError, InclusionError, TooFewWitnesses
from node.protocol.merkle import check_inclusion, leaf_hash
from node.protocol.note import NAME, Checkpoint, Note, SignatureLine, decode64, encode64, origin_of

__all__ = [
    "Checkpoint",
    "CheckpointProof",
    "Note",
    "WitnessKey",
    "check_distinct",
    "check_in_checkpoints",
    "cosign",
    "cosigned_at",
    "origin_of",
    "witness_keys",
]

COSIGNATURE = b"\x04"  # the signature type
FIELD = 2**255 - 19  # of Ed25519; a key is the y of a point in it, with the sign of x in the top bit
ORDER_EIGHT = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7  # y of a point of order eight
SMALL_ORDER = (0, 1, FIELD - 1, ORDER_EIGHT, FIELD - ORDER_EIGHT)  # y of all points that eight times are zero


@dataclass(frozen=True)
class WitnessKey:
    """The public key of a witness, as a trust root pins it.

    Anybody can sign for a key of small order, and one point in two spellings would be two keys: neither is a witness's.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or len(self.public) != 32:
            raise CheckpointError(f"expected a name and a key of 32 bytes, got {self.name!r:.80}, {len(self.public)}")
        y = int.from_bytes(self.public, "little") % 2**255
        if y in SMALL_ORDER or y >= FIELD:
            raise CheckpointError(
                f"expected the key of {self.name} to be of large order, in its one spelling, got a weak one"
            )

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode("ascii") + b"\n" + COSIGNATURE + self.public)[:4]

    def vkey(self) -> str:
        """The key as it is handed out and compared."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(COSIGNATURE + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """The key in its text form. Raises `CheckpointError`."""
        name, key_id, data = [*vkey.split("+", 2), "", ""][:3]
        material = decode64(data)
        if material[:1] != COSIGNATURE:
            raise CheckpointError(f"expected an Ed25519 cosignature key (type 4), got {vkey!r:.120}")
        key = cls(name, material[1:])
        if key.key_id.hex() != key_id:
            raise CheckpointError(f"expected key id {key.key_id.hex()} of {name}, got {key_id!r:.20}")
        return key


@lru_cache(maxsize=4)
def witness_keys(pinned: tuple[str, ...]) -> tuple[WitnessKey, ...]:
    """The keys that a trust root pins. What was read is remembered: each block's checkpoints ask for all of them."""
    return tuple(map(WitnessKey.parse, pinned))


class CheckpointProof(NamedTuple):
    """That a block is in a checkpoint's tree: the note, and the path to its root."""

    note: Note
    path: Sequence[bytes]


def cosigned_message(checkpoint: Checkpoint, time: int) -> bytes:
    """The bytes that a witness signs."""
    return f"cosignature/v1\ntime {time}\n{checkpoint.to_text()}".encode("ascii")


def cosign(checkpoint: Checkpoint, name: str, key: Ed25519PrivateKey, time: int) -> SignatureLine:
    """A witness's line. It says that at `time` this was the largest log that the witness had seen, and the only one."""
    public = WitnessKey(name, key.public_key().public_bytes_raw())
    return SignatureLine(name, public.key_id, time.to_bytes(8, "big") + key.sign(cosigned_message(checkpoint, time)))


def cosigned_at(note: Note, key: WitnessKey) -> int | None:
    """When this witness cosigned, in UTC seconds; None when it did not. Raises `CheckpointError` for a false line of its."""
    for line in note.lines:
        if (line.name, line.key_id) == (key.name, key.key_id):
            break
    else:
        return None
    time = int.from_bytes(line.signature[:8], "big")
    if len(line.signature) != 72 or not 0 < time <= MAX_INTEGER:
        raise CheckpointError(f"expected a time and 64 bytes of signature by {key.name}, got another form")
    try:
        message = cosigned_message(note.checkpoint, time)
        Ed25519PublicKey.from_public_bytes(key.public).verify(line.signature[8:], message)
    except (InvalidSignature, ValueError) as exc:
        raise CheckpointError(f"expected a cosignature by {key.name}, got a false one") from exc
    return time


def check_distinct(witnesses: Sequence[WitnessKey]) -> None:
    """No key may count twice. Raises `CheckpointError`.

    One name may have several keys: a witness that replaced its key, and counts once.
    """
    keys = [key.public.hex() for key in witnesses]
    if len(set(keys)) != len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise CheckpointError(f"expected each key of a witness once, got {twice} twice")


def check_in_checkpoints(
    block_hash: bytes,
    number: int,
    proofs: Sequence[CheckpointProof],
    origin: str,
    witnesses: Sequence[WitnessKey],
    threshold: int,
) -> int:
    """Check that block `number` has this hash in checkpoints of the log `origin`, and that enough witnesses cosigned them.

    Returns the UTC second by which `threshold` of the pinned witnesses had done so: each counts once, by its name, with
    the earliest of its cosignatures here, and the result is the latest of the `threshold` earliest. They may have signed
    different sizes, for every tree that holds the block fixes it. Raises `CheckpointError`; also for a false line by a
    pinned key, however many true ones there are, and where two pinned keys are the same.
    """
    # (1) the rule can be met by somebody
    check_distinct(witnesses)
    if threshold < 1:
        raise CheckpointError(f"expected a threshold from 1, got {threshold}")
    times: dict[str, int] = {}
    for note, path in proofs:
        checkpoint = note.checkpoint
        # (2) it is this chain's log
        if checkpoint.origin != origin:
            raise CheckpointError(f"expected a checkpoint of {origin}, got one of {checkpoint.origin:.200}")
        # (3) the block is in it
        try:
            check_inclusion(leaf_hash(block_hash), number, checkpoint.size, path, checkpoint.root)
        except InclusionError as exc:
            raise CheckpointError(f"block {number} is not in the checkpoint of size {checkpoint.size}: {exc}") from exc
        # (4) who cosigned, and when first
        for key in witnesses:
            time = cosigned_at(note, key)
            if time is not None:
                times[key.name] = min(time, times.get(key.name, time))
    # (5) enough of them
    if len(times) < threshold:
        raise TooFewWitnesses(f"expected cosignatures of {threshold} witnesses, got {len(times)}")
    return sorted(times.values())[threshold - 1]
