"""The one loop: lake → matches → features → scores → clues."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.protocol.canonical import digest_of
from node.protocol.identifiers import Kind
from oracle.clues import Clue, clues
from oracle.features.build import CONTEXT, build
from oracle.features.frame import SHAPES
from oracle.matching.matcher import Matcher
from oracle.policy import Policies
from oracle.registry import Registry
from oracle.scoring.model import Matrix
from oracle.scoring.scorer import Models, table_matrix

Progress = Callable[[str], None]


class Tables(Protocol):
    """What the loop reads: observation tables by type."""

    def read(self, type: str) -> pa.Table: ...


@dataclass(frozen=True)
class Detection:
    """One run over the lake."""

    clues: list[Clue]
    table: pa.Table
    matrix: Matrix
    scores: Mapping[Kind, NDArray[np.int64]]
    counts: Mapping[str, int]
    seconds: Mapping[str, float]

    def row(self, marketplace: str, listing_id: str) -> Mapping[str, object] | None:
        """The feature row of one listing."""
        number = self._rows().get((marketplace, listing_id))
        return None if number is None else self.table.slice(number, 1).to_pylist()[0]

    def context(self, marketplace: str, listing_id: str) -> dict[str, int | None]:
        """The context features of one listing, empty of values if it is not known."""
        row = self.row(marketplace, listing_id) or {}
        values = ((name, row.get(name)) for name in CONTEXT)
        return {name: value if isinstance(value, int) else None for name, value in values}

    def _rows(self) -> Mapping[tuple[str, str], int]:
        cached: dict[tuple[str, str], int] | None = self.__dict__.get("_index")
        if cached is None:
            keys = zip(*(self.table.column(name).to_pylist() for name in ("marketplace", "listing_id")), strict=True)
            cached = {key: number for number, key in enumerate(keys)}
            object.__setattr__(self, "_index", cached)
        return cached


def context_digest(context: Mapping[str, int | None]) -> bytes:
    """The digest that an ask and an answer name for the context values behind a score."""
    return digest_of(dict(context))


def detect(
    lake: Tables,
    registry: Registry,
    models: Models,
    policies: Policies,
    now: int,
    matcher: Matcher | None = None,
    progress: Progress = lambda step: None,
) -> Detection:
    """Judge everything in the lake as of `now`."""
    seconds: dict[str, float] = {}
    started = time.perf_counter()

    def done(step: str) -> None:
        nonlocal started
        seconds[step], started = time.perf_counter() - started, time.perf_counter()
        progress(step)

    tables = {kind: lake.read(kind) for kind in SHAPES}
    done("read")
    matches = (matcher or Matcher(registry)).match(tables["listing"])
    done("match")
    table = build(tables, registry, matches, now)
    rows = table_matrix(table)
    done("features")
    scores = models.score(rows)
    done("score")
    found = clues(table, rows, scores, models, policies)
    done("clues")
    counts = {
        "observations": sum(table.num_rows for table in tables.values()),
        "listings": table.num_rows,
        "matched": table.num_rows - table.column("product").null_count,
        "clues": len(found),
    }
    return Detection(found, table, rows, scores, counts, seconds)
