"""The doors through which bureaus speak to each other, to their oracles and to their officers.

In process here, over HTTP elsewhere: the values are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from node.protocol.answer import Ask, SignedAnswer, SignedRefusal
from node.protocol.canonical import to_hex
from node.protocol.finding import Report
from node.protocol.subject_statement import SubjectStatement

Reply = SignedAnswer | SignedRefusal


class Reason(IntEnum):
    """Why a bureau's node refuses a clue, above the numbers that an oracle uses."""

    SALT_CONFLICT = 101
    NOT_CONFIRMED = 102
    EXPIRED = 103
    UNKNOWN_LEADER = 104


@dataclass(frozen=True)
class Clue:
    """A suspicion from the leader's queue: whom it is about, and the context features behind it."""

    marketplace: str
    listing_id: str | None
    seller_id: str
    kind: int
    gtin: str | None
    url: str
    observed_at: int
    context: dict[str, int | None]
    context_digest: bytes
    seller_name: str = ""


@dataclass(frozen=True)
class Proposal:
    """A report for co-signing, with every question and every signer's answer, finding by finding."""

    report: Report
    asks: tuple[Ask, ...]
    answers: tuple[tuple[SignedAnswer, ...], ...]


@dataclass(frozen=True)
class SubjectQuestion:
    """A statement about whose subject it is, with the seller in plain words, for signing."""

    statement: SubjectStatement
    marketplace: str
    seller_id: str


@dataclass(frozen=True)
class CoSignature:
    """A bureau's signature over a report or a statement."""

    bureau: int
    signature: bytes

    def __str__(self) -> str:
        return to_hex(self.signature)


@dataclass(frozen=True)
class Objection:
    """A bureau does not sign a report or a statement, and why."""

    bureau: int
    words: str


class Oracle(Protocol):
    """A bureau's oracle: fetches, scores and signs for itself."""

    def answer(self, asks: Sequence[Ask]) -> Sequence[Reply]:
        """One answer or refusal for each question, in their order."""


class Officer(Protocol):
    """Who decides whether a bureau puts its name to a suspicion about a named seller."""

    def confirm(self, ask: Ask, answer: SignedAnswer) -> bool:
        """True when this bureau signs."""


class SubjectNode(Protocol):
    """A bureau's node, as whoever asks whose subject it is sees it. Raises `PeerUnavailable` when it cannot be reached."""

    @property
    def number(self) -> int:
        """The bureau's id."""

    def sign_subject(self, question: SubjectQuestion) -> CoSignature | Objection:
        """A signature over the statement, if it is what this bureau holds."""


class BureauNode(SubjectNode, Protocol):
    """Another bureau's node, as a leader sees it. Raises `PeerUnavailable` when it cannot be reached."""

    def answer(self, asks: Sequence[Ask]) -> Sequence[Reply]:
        """Round one."""

    def co_sign(self, proposal: Proposal) -> CoSignature | Objection:
        """Round two."""
