"""Payloads: bytes as they came, kept under their SHA-256 before anything reads them.

A store is a folder of write-once files, `ab/cd/<sha256>`. A file is on disk, whole, before `keep` returns: written
beside its place, synced, renamed, and the folder synced.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

from oracle.errors import LakeError

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Transport:
    """How an answer came over the network, as the connection itself shows it."""

    host: str  # that answered in the end
    address: str  # numeric, connected to
    tls: str  # version of TLS, its certificate verified; empty without
    received_at: int  # own clock, UTC seconds
    clock_step: int  # seconds by which the own clock was set while this went on
    redirects: int
    server_time: int | None  # what the server said the time was, UTC seconds
    sent: tuple[str, ...]  # names of the headers sent, lowercase


@dataclass(frozen=True)
class RawPayload:
    """One answer of a source, unread. `marketplace` is the one that the source speaks for."""

    connector: str
    marketplace: str
    url: str
    media_type: str
    fetched_at: int  # UTC seconds
    body: bytes
    transport: Transport | None = None  # none for what did not come over the network

    @cached_property
    def sha256(self) -> str:
        """The name of the bytes: lowercase hex."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Missed:
    """What a source offered and we could not fetch: it is counted as one rejected record."""

    url: str
    reason: str
    words: str


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that a crash leaves the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class PayloadStore:
    """Payloads by digest in a local folder."""

    root: Path

    def keep(self, body: bytes) -> str:
        """Store `body` and return its name. Storing the same bytes again changes nothing."""
        name = hashlib.sha256(body).hexdigest()
        path = self._path(name)
        if not path.exists():
            write_whole(path, body)
        return name

    def read(self, name: str) -> bytes:
        """The bytes of that name. Raises `LakeError` if they are no longer what the name says, `KeyError` if absent."""
        try:
            body = self._path(name).read_bytes()
        except FileNotFoundError as exc:
            raise KeyError(name) from exc
        if hashlib.sha256(body).hexdigest() != name:
            raise LakeError(f"expected payload {name}, got other bytes in its place: restore the file from a copy")
        return body

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise LakeError(f"expected 64 lowercase hex digits, got {name!r:.80}")
        return self.root / name[:2] / name[2:4] / name
