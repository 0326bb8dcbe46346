"""How well a set of accusations fits the simulator's truth."""

from collections.abc import Iterable
from dataclasses import dataclass

from touchstone.market.records import KINDS, Market


@dataclass(frozen=True, slots=True)
class Fit:
    """Counts of one kind; a share over nothing is None."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed else None


def fit(market: Market, accused: Iterable[tuple[str, str, str]]) -> dict[str, Fit]:
    """Precision and recall of (marketplace, listing id, kind name) for every kind; unknown listings count as wrong."""
    true = {(*key, kind) for key, kinds in market.truth.items() for kind in kinds}
    said = set(accused)
    if unknown := {kind for _, _, kind in said} - set(KINDS):
        raise ValueError(f"expected kinds among {KINDS}, got {sorted(unknown)}")
    return {
        kind: Fit(*(sum(entry[2] == kind for entry in part) for part in (said & true, said - true, true - said)))
        for kind in KINDS
    }
