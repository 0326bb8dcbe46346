"""The life of evidence before it is recorded, beside its capture: who held it, who has an interest, how the model fared.

Custody entries and recusals are EIP-712 structs, signed for the FindingRegistry: entries by a bureau's oracle key,
recusals by its officer's. What nobody signs here (the model's record, observations of peers) is informative.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, Self, TypeVar

from node.protocol.canonical import Json, from_hex, to_hex
from node.protocol.capture import SignedCapture
from node.protocol.configuration import MAX_BUREAUS, Configuration
from node.protocol.errors import SignatureError, VerificationError
from node.protocol.identifiers import ZERO
from node.protocol.observation import Observation
from node.protocol.reading import bytes_of, integer_of, list_of, object_of
from node.protocol.signing import recover
from node.protocol.typed_data import Domain, Struct, digest

MAX_ENTRIES, MAX_PEERS = 2000, 5000
STATUSES = ("recorded", "contested", "upheld", "overturned", "superseded", "withdrawn")

S = TypeVar("S", bound=Struct)


class Act(IntEnum):
    """What was done with an item (uint16)."""

    CAPTURED = 1
    KEPT = 2
    HANDED_OVER = 3
    RECEIVED = 4
    OPENED = 5
    EXPORTED = 6


ACT_NAMES: dict[int, tuple[str, str]] = {
    Act.CAPTURED: ("captured", "采集"),
    Act.KEPT: ("kept", "保存"),
    Act.HANDED_OVER: ("handed over", "移交"),
    Act.RECEIVED: ("received", "接收"),
    Act.OPENED: ("opened", "开启"),
    Act.EXPORTED: ("exported", "导出"),
}


@dataclass(frozen=True)
class Custody(Struct):
    """One line of a custody log: an act upon an item, chained to the line before."""

    TYPE = "Custody(bytes32 previous,bytes32 item,uint16 act,uint32 bureau,uint64 at)"

    previous: bytes  # struct hash of the entry before; zero opens a log
    item: bytes  # SHA-256 of a payload, or a finding's id
    act: int
    bureau: int
    at: int  # UTC seconds


@dataclass(frozen=True)
class Recusal(Struct):
    """A bureau's declaration that it has an interest in a subject, as FindingRegistry takes it."""

    TYPE = "Recusal(uint32 bureau,bytes32 subject,bytes32 reason)"

    bureau: int
    subject: bytes
    reason: bytes  # digest of its words


@dataclass(frozen=True)
class Signed(Generic[S]):
    """A statement with its signature; whose it must be is for the reader."""

    statement: S
    signature: bytes

    def to_json(self, name: str) -> dict[str, Json]:
        return {name: self.statement.to_json(), "signature": to_hex(self.signature)}


@dataclass(frozen=True)
class Canaries:
    """Blind test clues of a month: how many were planted, how many the live path found."""

    planted: int
    found: int
    period: int  # YYYYMM

    def __post_init__(self) -> None:
        integer_of(self.planted, 1)
        integer_of(self.found, 0, self.planted)
        integer_of(self.period, 0, 2**32 - 1)


@dataclass(frozen=True)
class Quality:
    """What became of a model's findings, as the chain tells it at a block. The counts are by status."""

    model: bytes
    block_number: int
    recorded: int
    contested: int
    upheld: int
    overturned: int
    superseded: int
    withdrawn: int
    canaries: Canaries | None

    def __post_init__(self) -> None:
        bytes_of(self.model, 32)
        for name in ("block_number", *STATUSES):
            integer_of(getattr(self, name))

    @property
    def rulings(self) -> int:
        """How many findings were ruled upon."""
        return self.upheld + self.overturned

    @property
    def error_bps(self) -> int | None:
        """The share of rulings that overturned, in basis points, rounded down; None before the first ruling."""
        return self.overturned * 10_000 // self.rulings if self.rulings else None

    def to_json(self) -> dict[str, Json]:
        canaries = None if self.canaries is None else dict(vars(self.canaries))
        counts: dict[str, Json] = {name: getattr(self, name) for name in ("block_number", *STATUSES)}
        return {"model": to_hex(self.model), **counts, "canaries": canaries}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The record that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, ("model", "block_number", *STATUSES, "canaries"))
        counts = {name: integer_of(members[name]) for name in ("block_number", *STATUSES)}
        return cls(from_hex(members["model"], 32), **counts, canaries=_canaries(members["canaries"]))


@dataclass(frozen=True)
class Peers:
    """Observations of one bureau that lie behind context factors."""

    bureau: int
    observations: tuple[Observation, ...]

    def to_json(self) -> dict[str, Json]:
        return {"bureau": self.bureau, "observations": [each.to_json() for each in self.observations]}


@dataclass
class Told:
    """What a verifier found in these parts, for its words."""

    captures: tuple[SignedCapture, ...] = ()
    clean: int = 0  # how many of them may be called so
    uncaptured: int = 0  # payloads that a bureau's observations name without a report
    unplaced: int = 0  # captures and entries about what hidden fields may name
    late: int = 0  # captures dated after the block that recorded the finding
    entries: int = 0
    logs: int = 0
    recused: tuple[int, ...] = ()
    interested: tuple[int, ...] = ()  # those of them who signed the report
    quality: Quality | None = None
    peers: int = 0


def custody_log(value: Json) -> tuple[Signed[Custody], ...]:
    """The entries of a `custody` part. Raises `UnreadableError`."""
    return tuple(_signed(item, "entry", Custody.from_json) for item in list_of(value, MAX_ENTRIES))


def recusals(value: Json) -> tuple[Signed[Recusal], ...]:
    """The declarations of a `recusals` part. Raises `UnreadableError`."""
    return tuple(_signed(item, "recusal", Recusal.from_json) for item in list_of(value, MAX_BUREAUS))


def peers(value: Json) -> tuple[Peers, ...]:
    """The groups of a `peers` part. Raises `UnreadableError`."""
    found = []
    for item in list_of(value, MAX_BUREAUS):
        row = object_of(item, ("bureau", "observations"))
        seen = list_of(row["observations"], MAX_PEERS)
        found.append(Peers(integer_of(row["bureau"], 1), tuple(Observation.from_json(each) for each in seen)))
    return tuple(found)


def check_signed(
    statement: Struct, signature: bytes, domain: Domain, configuration: Configuration, bureau: int, role: str
) -> None:
    """Check that the `role` key ("oracle" or "officer") of `bureau` signed. Raises `VerificationError`."""
    member = configuration.bureau(bureau)
    if member is None:
        raise VerificationError(f"expected a bureau of the configuration, got {bureau}")
    wanted, signer = getattr(member, role), recover(digest(domain, statement.struct_hash()), signature)
    if signer != wanted:
        raise SignatureError(f"expected a signature by the {role} key of bureau {bureau}, got one by {signer}")


def check_log(
    log: Sequence[Signed[Custody]], domain: Domain, configuration: Configuration, items: Collection[bytes] | None
) -> int:
    """Check chain, times, items and signatures of one or more logs, one after another, told once; returns how many logs.

    `items` is what this evidence consists of, None where that is hidden. Raises `VerificationError`.
    """
    last, logs, seen = None, 0, set[bytes]()
    for signed in log:
        entry = signed.statement
        # (1) it opens a log, or continues the one before
        if entry.previous == ZERO:
            last, logs = None, logs + 1
        elif last is None or entry.previous != last.struct_hash():
            raise VerificationError("expected an entry chained to the one before it, got a broken chain")
        # (2) time does not fall
        if last is not None and entry.at < last.at:
            raise VerificationError(f"expected an entry not before {last.at}, got one at {entry.at}")
        # (3) it was not told before: the same log given twice is one
        if entry.struct_hash() in seen:
            raise VerificationError("expected each entry once, got one twice")
        seen.add(entry.struct_hash())
        # (4) it is about what is here
        if items is not None and entry.item not in items:
            raise VerificationError(f"expected an entry about an item of this evidence, got {entry.item.hex()}")
        # (5) whoever acted signed
        check_signed(entry, signed.signature, domain, configuration, entry.bureau, "oracle")
        last = entry
    return logs


def _signed(value: Json, name: str, read: Callable[[Json], S]) -> Signed[S]:
    members = object_of(value, (name, "signature"))
    return Signed(read(members[name]), from_hex(members["signature"], 65))


def _canaries(value: Json) -> Canaries | None:
    if value is None:
        return None
    members = object_of(value, ("planted", "found", "period"))
    return Canaries(*(integer_of(members[name]) for name in ("planted", "found", "period")))
