from node.protocol.identifiers import Kind
from oracle.clues import reported
from oracle.pipeline import detect
from oracle.policy import POLICIES, Policies
from oracle.scoring.scorer import Models
from tests.oracle.small_market import NOW, REGISTRY, listing, tables


class Lake:
    """A lake with three listings, one of them not to be fetched again."""

    def __init__(self) -> None:
        self.tables = tables(
            listing=[listing("1"), listing("2", price_fen=900, seller_id="s-new"), listing("3", seller_id=None)]
        )

    def read(self, type: str):  # type: ignore[no-untyped-def]
        return self.tables[type]


def test_scores_over_the_threshold_become_clues_with_reasons() -> None:
    low = Policies(tuple(type(policy)(policy.kind, 0, policy.basis_en, policy.basis_zh) for policy in POLICIES.entries))
    found = detect(Lake(), REGISTRY, Models.load(), low, NOW)
    assert found.counts["listings"] == 3
    assert found.counts["clues"] == len(found.clues) == 2 * len(Kind)
    assert [clue.score_bps for clue in found.clues] == sorted(
        (clue.score_bps or 0 for clue in found.clues), reverse=True
    )
    cheap = next(clue for clue in found.clues if clue.listing_id == "2" and clue.kind == Kind.COUNTERFEIT)
    assert all(weight > 0 for _, weight in cheap.reasons)
    assert set(found.seconds) == {"read", "match", "features", "score", "clues"}
    assert cheap.to_json()["kind"] == 1


def test_report_makes_a_clue_without_a_score() -> None:
    found = detect(Lake(), REGISTRY, Models.load(), POLICIES, NOW)
    row = found.row("mall", "1")
    assert row is not None
    clue = reported(row, Kind.PRICE_FRAUD)
    assert (clue.score_bps, clue.reasons, clue.listing_id) == (None, (("report", 0),), "1")
    assert found.row("mall", "none") is None
