"""The matcher: which registered product a listing offers, by candidates and a learned pair model."""

from pathlib import Path

import pyarrow as pa

from oracle.features.frame import conform, latest
from oracle.matching.candidates import Index
from oracle.matching.pairs import pair_matrix
from oracle.registry import Registry
from oracle.scoring.model import Model

FOLDER = Path(__file__).parent / "model"
LOWEST_BPS = 5000  # more likely the product than not, by the calibrated pair model
BLOCK = 4096  # listings at a time, to bound memory
SHAPE = pa.schema(
    [("marketplace", pa.string()), ("listing_id", pa.string()), ("gtin", pa.string()), ("match_bps", pa.int64())]
)


class Matcher:
    """Matches listings against one registry; the result for a listing depends on the listing and the registry only."""

    def __init__(self, registry: Registry, model: Model | None = None) -> None:
        self.model = model or Model.load(FOLDER)
        self.index = Index(registry)

    def match(self, listings: pa.Table) -> pa.Table:
        """One row for each listing, latest statement first come: marketplace, listing_id, gtin or none, match_bps."""
        rows = latest(conform(listings, "listing"), "listing")
        parts = [self._block(rows.slice(start, BLOCK)) for start in range(0, rows.num_rows, BLOCK)]
        return pa.concat_tables([SHAPE.empty_table(), *parts])

    def _block(self, rows: pa.Table) -> pa.Table:
        candidates = self.index.candidates(rows)
        scores = self.model.score_bps(self.model.margins(pair_matrix(rows, candidates))).tolist()
        best: dict[int, tuple[int, int, str]] = {}
        for candidate, score in zip(candidates, scores, strict=True):
            rival = (score, -candidate.rank, candidate.product.gtin)
            best[candidate.row] = max(best.get(candidate.row, rival), rival)
        found = [best.get(row, (0, 0, "")) for row in range(rows.num_rows)]
        return pa.table(
            {
                "marketplace": rows.column("marketplace").combine_chunks(),
                "listing_id": rows.column("listing_id").combine_chunks(),
                "gtin": pa.array([gtin if score >= LOWEST_BPS else None for score, _, gtin in found], pa.string()),
                "match_bps": pa.array([score for score, _, _ in found], pa.int64()),
            }
        )
