"""The feature schema: names in order, each with its scope, and the digest that a model is bound to.

An *own* feature uses only what was observed about the listing itself (its listing, seller, sales, reviews, returns,
promotions) and the registered product, so that any bureau can compute it again after a refetch. A *context* feature
uses other listings too. Every value is an integer within ±2^24 (exact in float32) or missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from node.protocol.canonical import Json, canonical, sha256

Scope = Literal["own", "context"]
LIMIT = 2**24  # integers up to here are exact in float32, which is what XGBoost sees


@dataclass(frozen=True)
class Feature:
    """One column of the feature table."""

    name: str
    scope: Scope


def own(*names: str) -> tuple[Feature, ...]:
    return tuple(Feature(name, "own") for name in names)


def context(*names: str) -> tuple[Feature, ...]:
    return tuple(Feature(name, "context") for name in names)


def schema_bytes(features: Sequence[Feature]) -> bytes:
    """`features.json`: the canonical list of name and scope."""
    rows: list[Json] = [{"name": feature.name, "scope": feature.scope} for feature in features]
    return canonical(rows)


def schema_digest(features: Sequence[Feature]) -> bytes:
    return sha256(schema_bytes(features))
