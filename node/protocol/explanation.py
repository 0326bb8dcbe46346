"""Why a bureau scored as it did: the vector, what came out, and how much each feature moved it, all in integers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeAlias

from node.protocol.canonical import MAX_INTEGER, Json, digest_of, from_hex, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.finding import MAX_BPS
from node.protocol.manifest import SCOPES
from node.protocol.reading import bytes_of, integer_of, list_of, object_of, optional_integer_of, text_of

FEATURE_LIMIT = 2**24  # integers that float32 holds exactly
MAX_FEATURES = 1000  # a vector has about a hundred

Feature: TypeAlias = tuple[str, str, int | None]  # name, scope, value
Contribution: TypeAlias = tuple[str, int]  # name, micro log-odds


@dataclass(frozen=True)
class Explanation:
    """The vector that a bureau scored, what came out, and how each feature moved it.

    Contributions are micro log-odds; the last two lines are "bias" and "rounding", and all sum exactly to the margin.
    They explain the margin, not the basis points.
    """

    model: bytes
    features: tuple[Feature, ...]
    score_bps: int
    margin_micro: int
    contributions: tuple[Contribution, ...]

    def __post_init__(self) -> None:
        bytes_of(self.model, 32)
        integer_of(self.score_bps, 0, MAX_BPS)
        integer_of(self.margin_micro, -MAX_INTEGER)
        for name, scope, value in self.features:
            check_feature(name, value)
            if scope not in SCOPES:
                raise UnreadableError(f"expected a scope of {SCOPES}, got {scope!r:.40}")
        known = _distinct(name for name, _, _ in self.features)
        lines = _distinct(name for name, _ in self.contributions)
        if lines[-2:] != ["bias", "rounding"] or not set(lines[:-2]) <= set(known):
            raise UnreadableError('expected contributions of the features, then "bias" and "rounding"')
        total = sum(integer_of(micro, -MAX_INTEGER) for _, micro in self.contributions)
        if total != self.margin_micro:
            raise UnreadableError(f"expected contributions that sum to {self.margin_micro}, got {total}")

    def vector(self) -> list[int | None]:
        """The values alone, in the model's order."""
        return [value for _, _, value in self.features]

    def digest(self) -> bytes:
        return self._digest

    @cached_property
    def _digest(self) -> bytes:
        return digest_of(self.to_json())

    def to_json(self) -> dict[str, Json]:
        return {
            "model": to_hex(self.model),
            "features": [{"name": name, "scope": scope, "value": value} for name, scope, value in self.features],
            "scoreBps": self.score_bps,
            "marginMicro": self.margin_micro,
            "contributions": [{"name": name, "micro": micro} for name, micro in self.contributions],
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The explanation that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, ("model", "features", "scoreBps", "marginMicro", "contributions"))
        features = [object_of(item, ("name", "scope", "value")) for item in list_of(members["features"], MAX_FEATURES)]
        lines = [object_of(item, ("name", "micro")) for item in list_of(members["contributions"], MAX_FEATURES + 2)]
        return cls(
            model=from_hex(members["model"], 32),
            features=tuple((text_of(f["name"]), text_of(f["scope"]), feature_value(f["value"])) for f in features),
            score_bps=integer_of(members["scoreBps"]),
            margin_micro=integer_of(members["marginMicro"], -MAX_INTEGER),
            contributions=tuple((text_of(c["name"]), integer_of(c["micro"], -MAX_INTEGER)) for c in lines),
        )


def check_feature(name: object, value: object) -> None:
    """Check one named feature. Raises `UnreadableError`."""
    if not text_of(name):
        raise UnreadableError("expected a feature name, got an empty one")
    feature_value(value)


def feature_value(value: object) -> int | None:
    """A feature: an integer that float32 holds exactly, or nothing."""
    return optional_integer_of(value, -FEATURE_LIMIT, FEATURE_LIMIT)


def _distinct(names: Iterable[str]) -> list[str]:
    found = [text_of(name) for name in names]
    if len(found) != len(set(found)):
        raise UnreadableError("expected each name once, got one twice")
    return found
