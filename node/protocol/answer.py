"""What bureaus send each other in the first round of co-signing: the leader's question, each bureau's signed answer.

The question's clue is the clue key, so an answer's signature covers what was asked: subject, listing, kind and month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from node.protocol.canonical import Json, canonical, from_hex, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.explanation import MAX_FEATURES, check_feature, feature_value
from node.protocol.explanation import Explanation as Explanation
from node.protocol.finding import Answer, Refusal
from node.protocol.identifiers import MAX_TIME, ZERO, clue_key, listing_digest, period_of, product_id, subject_id
from node.protocol.merkle import leaf_hash, root
from node.protocol.observation import Observation
from node.protocol.reading import (
    bare_hex_of,
    bytes_of,
    integer_of,
    list_of,
    object_of,
    optional_text_of,
    text_of,
)

MAX_OBSERVATIONS = 1000  # a refetch brings some dozens


@dataclass(frozen=True)
class Ask:
    """The leader's question about one clue. `clue` must be the clue key of what is asked."""

    clue: bytes
    attempt: int
    leader: int
    marketplace: str
    listing_id: str | None  # none when the clue is about the seller
    seller_id: str
    kind: int
    gtin: str | None
    url: str
    subject_salt: bytes
    deadline: int
    observed_at: int
    context: dict[str, int | None]  # the leader's context features
    context_digest: bytes  # of the leader's lake snapshot behind them

    def __post_init__(self) -> None:
        for number in (self.attempt, self.leader):
            integer_of(number, 0, 2**32 - 1)
        integer_of(self.kind, 0, 2**16 - 1)
        integer_of(self.deadline, 0, MAX_TIME)
        text_of(self.url)
        self.product()
        bytes_of(self.context_digest, 32)
        if not isinstance(self.context, dict) or len(self.context) > MAX_FEATURES:
            raise UnreadableError(f"expected a context of at most {MAX_FEATURES} features")
        for name, value in self.context.items():
            check_feature(name, value)
        if bytes_of(self.clue, 32) != self.clue_key():
            raise UnreadableError(f"expected clue {self.clue_key().hex()}, got {self.clue.hex()}")

    @classmethod
    def make(
        cls,
        *,
        attempt: int,
        leader: int,
        marketplace: str,
        listing_id: str | None,
        seller_id: str,
        kind: int,
        gtin: str | None,
        url: str,
        subject_salt: bytes,
        deadline: int,
        observed_at: int,
        context: dict[str, int | None],
        context_digest: bytes,
    ) -> Self:
        """A question with the clue that belongs to it."""
        subject = subject_id(subject_salt, marketplace, seller_id)
        listing = _listing(subject_salt, marketplace, listing_id)
        return cls(
            clue_key(subject, listing, kind, period_of(observed_at)),
            attempt,
            leader,
            marketplace,
            listing_id,
            seller_id,
            kind,
            gtin,
            url,
            subject_salt,
            deadline,
            observed_at,
            context,
            context_digest,
        )

    def subject(self) -> bytes:
        return subject_id(self.subject_salt, self.marketplace, self.seller_id)

    def listing(self) -> bytes:
        return _listing(self.subject_salt, self.marketplace, self.listing_id)

    def product(self) -> bytes:
        return product_id(self.gtin)

    def period(self) -> int:
        return period_of(self.observed_at)

    def clue_key(self) -> bytes:
        return clue_key(self.subject(), self.listing(), self.kind, self.period())

    def to_json(self) -> dict[str, Json]:
        return {
            "clue": to_hex(self.clue),
            "attempt": self.attempt,
            "leader": self.leader,
            "marketplace": self.marketplace,
            "listing_id": self.listing_id,
            "seller_id": self.seller_id,
            "kind": self.kind,
            "gtin": self.gtin,
            "url": self.url,
            "subject_salt": self.subject_salt.hex(),
            "deadline": self.deadline,
            "observed_at": self.observed_at,
            "context": dict(self.context),
            "context_digest": to_hex(self.context_digest),
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The question that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, list(cls.__dataclass_fields__))
        context = members["context"]
        if not isinstance(context, dict):
            raise UnreadableError(f"expected an object of context features, got {type(context).__name__}")
        return cls(
            clue=from_hex(members["clue"], 32),
            attempt=integer_of(members["attempt"]),
            leader=integer_of(members["leader"]),
            marketplace=text_of(members["marketplace"]),
            listing_id=optional_text_of(members["listing_id"]),
            seller_id=text_of(members["seller_id"]),
            kind=integer_of(members["kind"]),
            gtin=optional_text_of(members["gtin"]),
            url=text_of(members["url"]),
            subject_salt=bare_hex_of(members["subject_salt"], 32),
            deadline=integer_of(members["deadline"]),
            observed_at=integer_of(members["observed_at"]),
            context={name: feature_value(item) for name, item in context.items()},
            context_digest=from_hex(members["context_digest"], 32),
        )


@dataclass(frozen=True)
class SignedAnswer:
    """A bureau's answer with what it rests on. Whether it holds is for `cosigning.check_answer`."""

    answer: Answer
    signature: bytes
    observations: tuple[Observation, ...]
    explanation: Explanation

    def to_json(self) -> dict[str, Json]:
        return {
            "answer": self.answer.to_json(),
            "signature": to_hex(self.signature),
            "observations": [observation.to_json() for observation in self.observations],
            "explanation": self.explanation.to_json(),
        }

    @cached_property
    def text(self) -> str:
        """The canonical form, as every node keeps it: made once, however many keep it."""
        return canonical(self.to_json()).decode("utf-8")

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The signed answer that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, ("answer", "signature", "observations", "explanation"))
        observations = list_of(members["observations"], MAX_OBSERVATIONS)
        return cls(
            answer=Answer.from_json(members["answer"]),
            signature=from_hex(members["signature"], 65),
            observations=tuple(Observation.from_json(item) for item in observations),
            explanation=Explanation.from_json(members["explanation"]),
        )


@dataclass(frozen=True)
class SignedRefusal:
    """A bureau's refusal; `words` say why to people and are not signed."""

    refusal: Refusal
    signature: bytes
    words: str

    def to_json(self) -> dict[str, Json]:
        return {"refusal": self.refusal.to_json(), "signature": to_hex(self.signature), "words": self.words}

    @cached_property
    def text(self) -> str:
        """The canonical form, as every node keeps it."""
        return canonical(self.to_json()).decode("utf-8")

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The signed refusal that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, ("refusal", "signature", "words"))
        return cls(
            refusal=Refusal.from_json(members["refusal"]),
            signature=from_hex(members["signature"], 65),
            words=text_of(members["words"]),
        )


def observation_root(observations: Sequence[Observation]) -> bytes:
    """The root over a bureau's observations, as a batch over their roots."""
    return root([leaf_hash(observation.root()) for observation in observations])


def _listing(salt: bytes, marketplace: str, listing_id: str | None) -> bytes:
    return ZERO if listing_id is None else listing_digest(salt, marketplace, listing_id)
