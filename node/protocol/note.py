"""Checkpoints of the log of block hashes, as signed notes: their form, without a judgement on the signatures.

Leaf n of the log is the hash of block n, so the tree of size n + 1 holds the blocks 0 to n. Formats:
c2sp.org/tlog-checkpoint and /signed-note, narrowed to one spelling: ASCII names, no extension lines, sizes from 1 to
2^53 - 1, base64 with its own padding, each key's line at most once.

    origin ⏎ size ⏎ base64(root) ⏎ ⏎                    the checkpoint, and an empty line
    — name base64(key id of 4 bytes ‖ signature) ⏎       one line a key
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from node.protocol.canonical import MAX_INTEGER
from node.protocol.errors import CheckpointError

MAX_BYTES, MAX_LINES = 2**16, 64  # of a note; the specification asks for 16 lines
NAME = re.compile(r"[!-*,-~]{1,200}")  # printable ASCII without space and plus
SIZE = re.compile(r"[1-9][0-9]{0,15}")
DASH = "\N{EM DASH}"


def origin_of(chain_id: int, genesis_hash: bytes) -> str:
    """The name of a chain's log; a verifier computes it from its trust root."""
    return f"touchstone/{chain_id}/{genesis_hash.hex()}"


@dataclass(frozen=True)
class Checkpoint:
    """The root of a log at a size."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.origin):
            raise CheckpointError(f"expected an origin of printable ASCII, got {self.origin!r:.80}")
        if not 0 < self.size <= MAX_INTEGER or len(self.root) != 32:
            raise CheckpointError(f"expected a size and a root of 32 bytes, got {self.size} and {len(self.root)} bytes")

    def to_text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{encode64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The checkpoint in three lines."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not SIZE.fullmatch(lines[1]):
            raise CheckpointError(f"expected the lines origin, size and root, got {text!r:.120}")
        return cls(lines[0], int(lines[1]), decode64(lines[2]))


@dataclass(frozen=True)
class SignatureLine:
    """One line under a note; only who pinned its key can say what it is worth."""

    name: str
    key_id: bytes
    signature: bytes

    def to_text(self) -> str:
        return f"{DASH} {self.name} {encode64(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """The signature in a line, given without its end."""
        dash, name, data = [*line.split(" "), "", ""][:3]
        if dash != DASH or line.count(" ") != 2 or not NAME.fullmatch(name):
            raise CheckpointError(f"expected a line of dash, name and signature, got {line!r:.80}")
        signature = decode64(data)
        if len(signature) < 5:
            raise CheckpointError(f"expected a key id and a signature by {name}, got {len(signature)} bytes")
        return cls(name, signature[:4], signature[4:])


@dataclass(frozen=True)
class Note:
    """A checkpoint with signature lines, each key's at most once."""

    checkpoint: Checkpoint
    lines: tuple[SignatureLine, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.lines) <= MAX_LINES:
            raise CheckpointError(f"expected 1 to {MAX_LINES} signature lines, got {len(self.lines)}")
        if len({(line.name, line.key_id) for line in self.lines}) != len(self.lines):
            raise CheckpointError("expected one line by each key, got two by one")

    def to_bytes(self) -> bytes:
        """The file."""
        return (self.checkpoint.to_text() + "\n" + "".join(line.to_text() for line in self.lines)).encode("utf-8")

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The note in a file. Raises `CheckpointError`."""
        if len(data) > MAX_BYTES:
            raise CheckpointError(f"expected a note of at most {MAX_BYTES} bytes, got {len(data)}")
        try:
            text, _, tail = data.decode("utf-8").partition("\n\n")
        except UnicodeDecodeError as exc:
            raise CheckpointError("expected a note in UTF-8, got other bytes") from exc
        lines = tail.split("\n")
        if lines.pop():
            raise CheckpointError("expected a checkpoint, an empty line and signature lines, got another form")
        return cls(Checkpoint.parse(text + "\n"), tuple(SignatureLine.parse(line) for line in lines))

    def signed_too(self, others: Iterable[SignatureLine]) -> Self:
        """The note with the lines of further keys; of two by one key the first stays."""
        known = {(line.name, line.key_id) for line in self.lines}
        return replace(self, lines=(*self.lines, *(line for line in others if (line.name, line.key_id) not in known)))


def encode64(data: bytes) -> str:
    """Base64 as it stands in notes."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """The bytes of base64 in its one spelling."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as exc:
        raise CheckpointError(f"expected base64, got {text!r:.80}") from exc
    if encode64(data) != text:
        raise CheckpointError(f"expected base64 in its one spelling, got {text!r:.80}")
    return data
