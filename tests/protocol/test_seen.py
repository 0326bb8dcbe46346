"""What signers saw is told in their own words, alike together; what they do not show is not told."""

from dataclasses import replace

from node.protocol.answer import SignedAnswer
from node.protocol.observation import Observation, Scalar
from node.protocol.seen import Seen, seen_by, seen_words
from tests.protocol.consortium import ASK, all_answers, asked

PAGE: dict[str, Scalar] = {
    "type": "listing",
    "marketplace": ASK.marketplace,
    "listing_id": ASK.listing_id,
    "title": "Lamp",
    "price_raw": "9.00",
    "brand_raw": None,
    "gtin_raw": "",
    "price_fen": 900,
}
SHOP: dict[str, Scalar] = {
    "type": "seller",
    "marketplace": ASK.marketplace,
    "seller_id": ASK.seller_id,
    "seller_name": "Shop “of” all\nlamps",
}


def showing(*each: tuple[dict[str, Scalar], ...]) -> list[SignedAnswer]:
    """Answers whose observations are these; nothing else of them is read here."""
    made = [tuple(Observation.make(values, lambda: bytes(32)) for values in shown) for shown in each]
    return [replace(signed, observations=seen) for signed, seen in zip(all_answers(), made, strict=True)]


def test_alike_is_told_once_and_in_the_order_of_the_signers() -> None:
    dearer = PAGE | {"price_raw": "19.00"}
    seen = seen_by(ASK, showing((PAGE, SHOP), (dearer,), (SHOP, PAGE)))
    assert [each.bureaus for each in seen] == [(1, 3), (2,)]
    assert [text for _, text in seen[0].texts] == ["Lamp", "9.00", "Shop “of” all\nlamps"]
    assert [text for _, text in seen[1].texts] == ["Lamp", "19.00"]


def test_the_claim_keeps_foreign_text_within_its_quotation_marks() -> None:
    (seen,) = seen_by(ASK, showing((PAGE, SHOP), (PAGE, SHOP), (PAGE, SHOP)))
    english, chinese = seen_words(seen)
    assert english == (
        "Bureaus 1, 2, 3 signed to have seen: title “Lamp”, price “9.00”, shop “Shop \ufffdof\ufffd all\ufffdlamps”."
    )
    assert chinese == "机关 1, 2, 3 签名陈述所见：标题“Lamp”，价格“9.00”，店铺“Shop \ufffdof\ufffd all\ufffdlamps”。"
    assert seen_words(Seen((7,), ((0, "x" * 81),)))[0] == f"Bureau 7 signed to have seen: title “{'x' * 80}…”."


def test_another_listing_a_later_reading_and_what_is_hidden_are_not_told() -> None:
    other = PAGE | {"listing_id": "L-2", "title": "Another"}
    elsewhere = PAGE | {"marketplace": "small-mall", "title": "Elsewhere"}
    later = PAGE | {"title": "Later"}
    hidden = [
        replace(signed, observations=tuple(each.redact({"title", "price_raw"}) for each in signed.observations))
        for signed in showing((PAGE,), (PAGE,), (PAGE,))
    ]
    assert seen_by(ASK, hidden) == []
    seen = seen_by(ASK, showing((other, PAGE, later), (elsewhere,), ()))
    assert [each.bureaus for each in seen] == [(1,)]
    assert dict(seen[0].texts) == {0: "Lamp", 1: "9.00"}


def test_a_clue_about_a_seller_shows_no_listing() -> None:
    (seen,) = seen_by(asked(listing_id=None), showing((PAGE, SHOP), (PAGE, SHOP), (PAGE, SHOP)))
    assert [text for _, text in seen.texts] == ["Shop “of” all\nlamps"]
