import dataclasses
from typing import Any

import pytest

from node.protocol.answer import Ask, Explanation, SignedAnswer, SignedRefusal, observation_root
from node.protocol.canonical import canonical, digest_of, parse
from node.protocol.errors import UnreadableError
from node.protocol.finding import Refusal
from node.protocol.identifiers import ZERO, clue_key
from node.protocol.merkle import leaf_hash, node_hash
from tests.protocol.consortium import ASK, CONFIGURATION, answered, explanation, key, observations

SIGNED = answered(2, 9000)
REFUSAL = SignedRefusal(
    Refusal(ASK.clue, 1, 1, 3, 2, CONFIGURATION.digest(), ASK.deadline), key("x").sign(ZERO), "网店已关闭"
)


@pytest.mark.parametrize("value", [ASK, SIGNED, REFUSAL, explanation(9000)], ids=lambda value: type(value).__name__)
def test_json_is_read_back_as_the_same_value(value: Any) -> None:
    assert type(value).from_json(parse(canonical(value.to_json()))) == value


@pytest.mark.parametrize("value", [ASK, SIGNED, REFUSAL, explanation(9000)], ids=lambda value: type(value).__name__)
def test_json_with_missing_unknown_or_odd_members_is_refused(value: Any) -> None:
    whole = value.to_json()
    for name in whole:
        with pytest.raises(UnreadableError, match="missing"):
            type(value).from_json({key: item for key, item in whole.items() if key != name})
        odd: tuple[Any, ...] = (True, 1.5, [[]], {"a": "b"})
        for wrong in odd:
            with pytest.raises(UnreadableError):
                type(value).from_json(whole | {name: wrong})
    with pytest.raises(UnreadableError, match="unknown"):
        type(value).from_json(whole | {"note": 1})


def test_the_clue_binds_what_is_asked() -> None:
    assert ASK.clue == clue_key(ASK.subject(), ASK.listing(), ASK.kind, ASK.period())
    for change in ({"seller_id": "S-2"}, {"listing_id": None}, {"kind": 2}, {"observed_at": 1}, {"subject_salt": ZERO}):
        with pytest.raises(UnreadableError, match="expected clue"):
            dataclasses.replace(ASK, **change)


def test_a_question_about_the_seller_has_no_listing() -> None:
    members = {name: getattr(ASK, name) for name in ASK.__dataclass_fields__ if name != "clue"}
    ask = Ask.make(**(members | {"listing_id": None}))
    assert ask.listing() == ZERO
    assert Ask.from_json(ask.to_json()) == ask


@pytest.mark.parametrize(
    "change",
    [
        {"attempt": -1},
        {"deadline": True},
        {"url": None},
        {"context": {"": 1}},
        {"context": {"a": 2**24 + 1}},
        {"context": []},
        {"gtin": "x"},
    ],
)
def test_a_question_is_strict(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError, match="expected"):
        dataclasses.replace(ASK, **change)


def test_the_explanation_digest_covers_all_of_it() -> None:
    whole = explanation(9000)
    assert whole.digest() == digest_of(whole.to_json())
    assert whole.vector() == [3300, 3]
    assert whole.digest() != explanation(9001).digest()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contributions": (("bias", 1_500_000),)}, '"bias" and "rounding"'),
        ({"contributions": (("rounding", 0), ("bias", 1_500_000))}, '"bias" and "rounding"'),
        ({"contributions": (("bias", 1_500_000), ("rounding", 1))}, "sum to 1500000, got 1500001"),
        ({"contributions": (("other", 0), ("bias", 1_500_000), ("rounding", 0))}, "of the features"),
        ({"contributions": (("bias", 1_500_000.0), ("rounding", 0))}, "expected an integer"),
        ({"contributions": (("bias", 0), ("bias", 1_500_000), ("rounding", 0))}, "each name once"),
        ({"features": (("price_ratio_bps", "theirs", 1), ("seller_shops", "own", 1))}, "scope"),
        (
            {"features": (("price_ratio_bps", "own", 1), ("price_ratio_bps", "own", 1), ("seller_shops", "own", 1))},
            "once",
        ),
        ({"features": (("price_ratio_bps", "own", 0.5), ("seller_shops", "own", 1))}, "expected an integer"),
        ({"score_bps": 10_001}, "from 0 to 10000"),
        ({"model": b""}, "32 bytes"),
    ],
)
def test_an_explanation_is_strict(change: dict[str, Any], words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        dataclasses.replace(explanation(9000), **change)


def test_observation_root_is_a_batch_over_observation_roots() -> None:
    first, second = observations(1)
    assert observation_root((first, second)) == node_hash(leaf_hash(first.root()), leaf_hash(second.root()))
    assert observation_root((first.redact(["price_fen"]), second)) == observation_root((first, second))


def test_a_signed_answer_reads_back_with_hidden_fields() -> None:
    hidden = dataclasses.replace(
        SIGNED, observations=(SIGNED.observations[0].redact(["price_fen"]), SIGNED.observations[1])
    )
    assert SignedAnswer.from_json(hidden.to_json()) == hidden
    assert isinstance(hidden.explanation, Explanation)
