"""What a witness must not forget: how far it followed the log, and the last checkpoint that it signed.

One file, written and on the disk before a signature leaves; one more file for each note that left. A witness whose state
is gone, or older than a note of its own, cannot know what it signed: its key is to be retired.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from node.protocol.canonical import canonical, from_hex, parse, to_hex
from node.protocol.checkpoint import Note, WitnessKey, cosigned_at
from node.protocol.errors import ProtocolError
from node.protocol.log_tree import CompactRange
from node.protocol.reading import integer_of, list_of, object_of, text_of
from node.services.errors import WitnessRefused
from node.services.files import write_whole

FORMAT = 1
RETIRE = "Nothing was signed. Retire this key: make a new one in a new folder and have the trust roots pin that"


@dataclass(frozen=True)
class State:
    """The log as it was followed, with the hash of its last block, and the last checkpoint signed (size 0: none)."""

    origin: str = ""  # of the log; empty before the first
    tree: CompactRange = CompactRange()
    tip: bytes = b""
    size: int = 0
    root: bytes = b""
    time: int = 0

    def to_bytes(self) -> bytes:
        return canonical(
            {
                "format": FORMAT,
                "origin": self.origin,
                "tree": {"size": self.tree.size, "hashes": [to_hex(item) for item in self.tree.hashes]},
                "tip": to_hex(self.tip),
                "signed": {"size": self.size, "root": to_hex(self.root), "time": self.time},
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The state that `to_bytes` wrote. Raises `ProtocolError`."""
        row = object_of(parse(data), ("format", "origin", "tree", "tip", "signed"))
        integer_of(row["format"], FORMAT, FORMAT)
        tree = object_of(row["tree"], ("size", "hashes"))
        signed = object_of(row["signed"], ("size", "root", "time"))
        hashes = tuple(from_hex(item, 32) for item in list_of(tree["hashes"], 64))
        return cls(
            origin=text_of(row["origin"]),
            tree=CompactRange(integer_of(tree["size"]), hashes),
            tip=from_hex(row["tip"]),
            size=integer_of(signed["size"]),
            root=from_hex(signed["root"]),
            time=integer_of(signed["time"]),
        )


@dataclass(frozen=True)
class WitnessFolder:
    """The folder of one witness: its key (mode 0600), its state, the notes that left."""

    path: Path

    @classmethod
    def make(cls, path: Path, name: str) -> "WitnessFolder":
        """A new witness with a new key. Raises `WitnessRefused` where there is something already."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise WitnessRefused(f"expected no folder or an empty one at {path}, got another. Nothing was changed")
        key = Ed25519PrivateKey.generate()
        public = WitnessKey(name, key.public_key().public_bytes_raw())  # refuses a name that cannot be
        (path / "signed").mkdir(mode=0o700, parents=True)
        path.chmod(0o700)
        made = cls(path)
        write_whole(path / "witness.key", key.private_bytes_raw().hex().encode(), mode=0o600)
        made.save(State())
        write_whole(path / "witness.vkey", public.vkey().encode() + b"\n")  # last: now it is one
        return made

    def key(self) -> tuple[WitnessKey, Ed25519PrivateKey]:
        """The key, public and private."""
        file = self.path / "witness.key"
        if not file.exists() or not (self.path / "witness.vkey").exists():
            raise WitnessRefused(
                f"expected a witness at {self.path}, got no key. Make one with `touchstone witness init`"
            )
        if file.stat().st_mode & 0o077:
            raise WitnessRefused(f"expected mode 0600 on the key file {file}, got more. Run: chmod 600 {file}")
        public = WitnessKey.parse((self.path / "witness.vkey").read_text("ascii").strip())
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text("ascii")))
        if private.public_key().public_bytes_raw() != public.public:
            raise WitnessRefused(f"expected the key of {public.name} in {file}, got another. Nothing was signed")
        return public, private

    def load(self, others: tuple[Note, ...] = ()) -> State:
        """The state. Raises `WitnessRefused` when it is gone, unreadable, or older than a note of this key."""
        try:
            state = State.parse((self.path / "state.json").read_bytes())
        except (OSError, ProtocolError) as exc:
            raise WitnessRefused(
                f"expected what this key signed in {self.path / 'state.json'}: {exc}. {RETIRE}"
            ) from exc
        public, _ = self.key()
        for note in (*self.notes(), *others):
            signed = note.checkpoint
            if cosigned_at(note, public) is None or state.origin not in ("", signed.origin):
                continue
            if signed.size > state.size or signed.size == state.size and signed.root != state.root:
                raise WitnessRefused(
                    f"expected a state of size {signed.size} at least, as this key signed it, got {state.size}: "
                    f"the folder was put back from a copy. {RETIRE}"
                )
        return state

    def save(self, state: State) -> None:
        """Put the state on the disk."""
        write_whole(self.path / "state.json", state.to_bytes(), mode=0o600)

    def release(self, note: Note) -> Path:
        """Keep a note that leaves."""
        file = self.path / "signed" / f"{note.checkpoint.size:016d}.note"
        write_whole(file, note.to_bytes())
        return file

    def notes(self) -> list[Note]:
        """The last notes that left: sizes only grow, so the newest tells."""
        files = sorted((self.path / "signed").glob("*.note"))
        return [Note.parse(file.read_bytes()) for file in files[-1:]]
