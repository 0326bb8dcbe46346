"""The evidence bundle: one JSON file that holds a finding and all that proves it.

Reading goes in two stages, as a verifier needs it: `Bundle.parse` takes the file apart into its named parts and refuses
what is no bundle at all; each part is decoded when it is first used, and then a fault is a fault of that part.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self, TypeVar

from node.protocol.answer import Ask, SignedAnswer
from node.protocol.canonical import Json, canonical, from_hex, parse
from node.protocol.capture import SignedCapture
from node.protocol.configuration import MAX_BUREAUS, Configuration
from node.protocol.errors import ProtocolError, UnreadableError
from node.protocol.finding import Anchor, Finding, Report
from node.protocol.header import Header
from node.protocol.life import Custody, Peers, Quality, Recusal, Signed, custody_log, peers, recusals
from node.protocol.manifest import ModelManifest
from node.protocol.reading import bare_hex_of, file_of, integer_of, list_of, object_of
from node.protocol.remembering import Remembering
from node.protocol.trie import MAX_NODES
from node.protocol.verdict import StepFailed, altered

MEDIA_TYPE = "application/vnd.touchstone.bundle+json;version=1"
MAX_BYTES = 16 * 2**20
MAX_MARKS = 200_000  # commas, colons and brackets: with the other caps, a second's work and 256 MB at most
MAX_ANCHORS, MAX_PAYLOADS, MAX_CAPTURES, MAX_PATH = 5000, 5000, 1000, 64
REQUIRED = (
    *("mediaType", "header", "block_hash", "receipt", "report", "signatures", "finding"),
    *("configuration", "ask", "answers", "model"),
)
LIFE = ("captures", "custody", "recusals", "quality", "peers")
OPTIONAL = ("anchors", "payloads", *LIFE, "status", "history", "block_anchors", "notes")

T = TypeVar("T")

REPORTS, CONFIGURATIONS = Remembering(Report.from_json), Remembering(Configuration.from_json)


@dataclass(frozen=True)
class NamedHeader:
    """A header beside the block hash that it is said to have."""

    header: Header
    block_hash: bytes


@dataclass(frozen=True)
class ReceiptProof:
    """Where a log stands: transaction, trie nodes from the root down, position among the receipt's own logs."""

    index: int
    nodes: tuple[bytes, ...]
    log_index: int


@dataclass(frozen=True)
class AnchorProof:
    """That an observation is in a batch, and the batch on the chain."""

    batch: Anchor
    index: int
    path: tuple[bytes, ...]
    observation_root: bytes
    named: NamedHeader
    receipt: ReceiptProof


@dataclass(frozen=True)
class StatusProof:
    """The finding's record, or its absence, in the state after a block."""

    named: NamedHeader
    account_nodes: tuple[bytes, ...]
    storage_nodes: tuple[bytes, ...]
    key: bytes


@dataclass(frozen=True)
class ModelFiles:
    """The manifest and the files that it names, without the training record."""

    manifest: ModelManifest
    model: bytes
    features: bytes
    thresholds: bytes


@dataclass(frozen=True)
class EvidenceFile:
    """A file of named parts under one header. A kind of file says which parts it must and may have."""

    MEDIA_TYPE: ClassVar[str]
    REQUIRED: ClassVar[tuple[str, ...]]
    OPTIONAL: ClassVar[tuple[str, ...]]

    parts: Mapping[str, Json]

    @classmethod
    def parse(cls, data: bytes, max_bytes: int = MAX_BYTES) -> Self:
        """The parts of a file. Raises `ProtocolError` for what is no such file."""
        return cls.of(read_json(data, max_bytes))

    @classmethod
    def of(cls, value: Json) -> Self:
        """The parts in a file's JSON. Raises `ProtocolError`."""
        kind = value.get("mediaType") if isinstance(value, Mapping) else None
        if kind != cls.MEDIA_TYPE:
            raise UnreadableError(f"expected {cls.MEDIA_TYPE}, got {kind!r:.80}")
        return cls(object_of(value, cls.REQUIRED, cls.OPTIONAL))

    def to_bytes(self) -> bytes:
        """The canonical file."""
        return canonical(dict(self.parts))

    def has(self, part: str) -> bool:
        """Is this optional part there?"""
        return part in self.parts

    @cached_property
    def named(self) -> NamedHeader:
        return self._part("header", lambda value: named_header(value, self.parts["block_hash"]))

    def shown(self) -> list[NamedHeader]:
        """The blocks that the file's own parts show, history apart."""
        return [self.named]

    def _part(self, name: str, read: Callable[[Json], T]) -> T:
        with blaming(name):
            return read(self.parts[name])


@dataclass(frozen=True)
class Bundle(EvidenceFile):
    """The bundle of one finding. Decoded parts raise `StepFailed` when they are malformed."""

    MEDIA_TYPE = MEDIA_TYPE
    REQUIRED = REQUIRED
    OPTIONAL = OPTIONAL

    @cached_property
    def receipt(self) -> ReceiptProof:
        return self._part("receipt", _receipt)

    @cached_property
    def report(self) -> Report:
        return self._part("report", REPORTS)

    @cached_property
    def signatures(self) -> tuple[bytes, ...]:
        return self._part("signatures", lambda v: tuple(from_hex(item, 65) for item in list_of(v, MAX_BUREAUS)))

    @cached_property
    def finding(self) -> Finding:
        findings = self.report.findings
        if not findings:
            raise altered("report", "expected a finding in the report, got none")
        return findings[self._part("finding", lambda value: integer_of(value, 0, len(findings) - 1))]

    @cached_property
    def configuration(self) -> Configuration:
        return self._part("configuration", CONFIGURATIONS)

    @cached_property
    def ask(self) -> Ask:
        return self._part("ask", Ask.from_json)

    @cached_property
    def answers(self) -> tuple[SignedAnswer, ...]:
        return self._part("answers", lambda v: tuple(SignedAnswer.from_json(item) for item in list_of(v, MAX_BUREAUS)))

    @cached_property
    def model(self) -> ModelFiles:
        return self._part("model", _model)

    @cached_property
    def anchors(self) -> tuple[AnchorProof, ...]:
        return self._part("anchors", lambda value: tuple(_anchor(item) for item in list_of(value, MAX_ANCHORS)))

    @cached_property
    def payloads(self) -> dict[bytes, bytes]:
        return self._part("payloads", _payloads)

    @cached_property
    def captures(self) -> tuple[SignedCapture, ...]:
        return self._part("captures", lambda v: tuple(map(SignedCapture.from_json, list_of(v, MAX_CAPTURES))))

    @cached_property
    def custody(self) -> tuple[Signed[Custody], ...]:
        return self._part("custody", custody_log)

    @cached_property
    def recusals(self) -> tuple[Signed[Recusal], ...]:
        return self._part("recusals", recusals)

    @cached_property
    def quality(self) -> Quality:
        return self._part("quality", Quality.from_json)

    @cached_property
    def peers(self) -> tuple[Peers, ...]:
        return self._part("peers", peers)

    @cached_property
    def status(self) -> StatusProof:
        return self._part("status", _status)

    def shown(self) -> list[NamedHeader]:
        anchored = [anchor.named for anchor in self.anchors] if self.has("anchors") else []
        return [self.named, *anchored, *([self.status.named] if self.has("status") else [])]


def read_json(data: bytes, max_bytes: int = MAX_BYTES) -> Json:
    """The JSON of an evidence file. Raises `ProtocolError`."""
    if len(data) > max_bytes:
        raise UnreadableError(f"expected at most {max_bytes} bytes, got {len(data)}")
    return parse(data, max_marks=MAX_MARKS)


@contextmanager
def blaming(part: str) -> Iterator[None]:
    """Turn what the ground floor raises inside into a fault of `part`."""
    try:
        yield
    except StepFailed:
        raise
    except ProtocolError as exc:
        raise altered(part, str(exc)) from exc


def encode_file(data: bytes) -> str:
    """Base64 as files stand in a bundle."""
    return base64.b64encode(data).decode("ascii")


def named_header(header: Json, block_hash: Json) -> NamedHeader:
    return NamedHeader(Header.from_rlp(from_hex(header)), from_hex(block_hash, 32))


def trie_nodes(value: Json) -> tuple[bytes, ...]:
    """The nodes of a trie proof, root first."""
    return tuple(from_hex(item) for item in list_of(value, MAX_NODES))


def _receipt(value: Json) -> ReceiptProof:
    row = object_of(value, ("index", "nodes", "log_index"))
    return ReceiptProof(integer_of(row["index"]), trie_nodes(row["nodes"]), integer_of(row["log_index"]))


def _model(value: Json) -> ModelFiles:
    row = object_of(value, ("manifest", "model", "features", "thresholds"))
    manifest = ModelManifest.from_json(row["manifest"])
    return ModelFiles(manifest, file_of(row["model"]), file_of(row["features"]), file_of(row["thresholds"]))


def _anchor(value: Json) -> AnchorProof:
    keys = ("batch", "index", "path", "observation_root", "header", "block_hash", "receipt")
    row = object_of(value, keys)
    return AnchorProof(
        batch=Anchor.from_json(row["batch"]),
        index=integer_of(row["index"]),
        path=tuple(from_hex(item, 32) for item in list_of(row["path"], MAX_PATH)),
        observation_root=from_hex(row["observation_root"], 32),
        named=named_header(row["header"], row["block_hash"]),
        receipt=_receipt(row["receipt"]),
    )


def _payloads(value: Json) -> dict[bytes, bytes]:
    if not isinstance(value, dict) or len(value) > MAX_PAYLOADS:
        raise UnreadableError(f"expected an object of at most {MAX_PAYLOADS} payloads")
    return {bare_hex_of(name, 32): file_of(data) for name, data in value.items()}


def _status(value: Json) -> StatusProof:
    row = object_of(value, ("header", "block_hash", "account_nodes", "storage_nodes", "key"))
    named = named_header(row["header"], row["block_hash"])
    return StatusProof(
        named, trie_nodes(row["account_nodes"]), trie_nodes(row["storage_nodes"]), from_hex(row["key"], 32)
    )
