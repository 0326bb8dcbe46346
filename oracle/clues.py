"""Clues (线索): scores over the policy's threshold, or somebody's report; off chain, for an officer to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.protocol.canonical import Json
from node.protocol.identifiers import Kind
from oracle.policy import Policies
from oracle.scoring.model import Matrix
from oracle.scoring.scorer import Models

REASONS = 5  # factors shown with a clue


@dataclass(frozen=True)
class Clue:
    """A suspicion about one listing; `reasons` are (feature, millionths of log-odds), strongest first."""

    marketplace: str
    listing_id: str
    seller_id: str
    kind: Kind
    gtin: str | None
    score_bps: int | None  # none: a report that no model judged yet
    url: str
    observed_at: int
    reasons: tuple[tuple[str, int], ...]

    def to_json(self) -> dict[str, Json]:
        reasons: list[Json] = [[name, weight] for name, weight in self.reasons]
        return {
            "marketplace": self.marketplace,
            "listing_id": self.listing_id,
            "seller_id": self.seller_id,
            "kind": int(self.kind),
            "gtin": self.gtin,
            "score_bps": self.score_bps,
            "url": self.url,
            "observed_at": self.observed_at,
            "reasons": reasons,
        }


def reported(row: Mapping[str, object], kind: Kind, score_bps: int | None = None) -> Clue:
    """A clue from an officer's or a brand's report on the listing in `row` of the feature table."""
    return _clue(row, kind, score_bps, (("report", 0),))


def clues(
    table: pa.Table, rows: Matrix, scores: Mapping[Kind, NDArray[np.int64]], models: Models, policies: Policies
) -> list[Clue]:
    """The clues of a scored feature table, highest score first. Only what is over the threshold is explained.

    A listing without a known seller or URL makes no clue: nobody could fetch it again or answer for it.
    """
    facts = table.select(["marketplace", "listing_id", "seller_id", "product", "url", "observed_at"])
    found: list[Clue] = []
    for kind, values in scores.items():
        over = np.flatnonzero(values >= policies[kind].threshold_bps)
        explained = models[kind].contributions(rows[over])
        for row, score, lines in zip(facts.take(over).to_pylist(), values[over].tolist(), explained, strict=True):
            if row["seller_id"] and row["url"]:
                found.append(_clue(row, kind, score, strongest(lines)))
    return sorted(found, key=lambda clue: (-(clue.score_bps or 0), clue.kind, clue.marketplace, clue.listing_id))


def strongest(lines: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The factors that raised the score most."""
    factors = [line for line in lines if line[0] not in ("bias", "rounding") and line[1] > 0]
    return tuple(sorted(factors, key=lambda line: (-line[1], line[0]))[:REASONS])


def _clue(row: Mapping[str, object], kind: Kind, score_bps: int | None, reasons: tuple[tuple[str, int], ...]) -> Clue:
    product, observed_at = row["product"], row["observed_at"]
    return Clue(
        marketplace=str(row["marketplace"]),
        listing_id=str(row["listing_id"]),
        seller_id=str(row["seller_id"]),
        kind=kind,
        gtin=str(product) if product else None,
        score_bps=score_bps,
        url=str(row["url"]),
        observed_at=observed_at if isinstance(observed_at, int) else 0,
        reasons=reasons,
    )
