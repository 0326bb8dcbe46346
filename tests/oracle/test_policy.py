from dataclasses import replace

from node.protocol.identifiers import Kind
from oracle.policy import POLICIES, Policies
from oracle.scoring.scorer import FOLDER


def test_every_kind_has_a_threshold_and_a_legal_basis_in_both_languages() -> None:
    assert [policy.kind for policy in POLICIES.entries] == list(Kind)
    for policy in POLICIES.entries:
        assert 0 < policy.threshold_bps < 10_000
        assert policy.basis_en and "《" in policy.basis_zh
        assert POLICIES[policy.kind] is policy


def test_digest_is_the_same_for_any_order_and_follows_every_change() -> None:
    assert Policies(POLICIES.entries[::-1]).digest() == POLICIES.digest()
    changed = replace(POLICIES.entries[0], threshold_bps=POLICIES.entries[0].threshold_bps + 1)
    assert Policies((changed, *POLICIES.entries[1:])).digest() != POLICIES.digest()


def test_thresholds_are_those_that_the_model_cards_name() -> None:
    for policy in POLICIES.entries:
        card = (FOLDER / policy.kind.name.lower() / "card.md").read_text("utf-8")
        assert f"| {policy.threshold_bps} bps |" in card
