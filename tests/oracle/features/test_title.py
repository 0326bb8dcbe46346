import pytest

from oracle.features.folding import fold, join_spaced, look_alikes, skeleton
from tests.oracle.small_market import features, listing


@pytest.mark.parametrize("text", ["Lumina", "ＬＵＭＩＮＡ", "Lumіnа", "lu\u200bmina", "𝐋𝐮𝐦𝐢𝐧𝐚", "Lumína"])
def test_spellings_that_look_alike_fold_to_one(text: str) -> None:
    assert fold(text) == "lumina"


def test_spaced_letters_and_stand_in_digits_are_read() -> None:
    assert join_spaced(fold("L u m i n a jacket")) == "lumina jacket"
    assert skeleton("lum1na") == skeleton("lumina")


def test_honest_cyrillic_and_chinese_are_not_disguise() -> None:
    assert look_alikes("Куртка зимняя") == 0
    assert look_alikes("路米娜 越野夹克") == 0
    assert look_alikes("Lumіnа") == 2


def test_disguised_brand_is_seen() -> None:
    rows = features(listing=[listing("1"), listing("2", title="L u m i n a Jacket 300", brand_raw="Lumіna")])
    assert (rows["1"]["brand_disguised"], rows["1"]["brand_exact"], rows["1"]["title_has_brand"]) == (0, 1, 1)
    assert (rows["2"]["brand_disguised"], rows["2"]["brand_exact"], rows["2"]["brand_look_alikes"]) == (2, 0, 1)
    assert rows["2"]["title_spaced_letters"] == 1


def test_wording_is_counted() -> None:
    texts = {"title": "Lumina 高仿 jacket parallel import", "description": "全网最低, the best"}
    row = features(listing=[listing("1", **texts)])["1"]
    assert (row["title_replica_words"], row["title_grey_words"], row["description_absolute_terms"]) == (1, 1, 2)


def test_honest_uses_of_absolute_letters_are_told_apart() -> None:
    row = features(listing=[listing("1", description="100% cotton, best before May. 100%有效, cures all")])["1"]
    assert (row["description_absolute_terms"], row["description_honest_terms"], row["text_medical_terms"]) == (1, 2, 1)


def test_stated_gtin_is_compared_with_the_matched_product() -> None:
    rows = features(listing=[listing("1"), listing("2", gtin="06901234567908"), listing("3", gtin=None, gtin_raw=None)])
    assert [rows[n]["gtin_agrees"] for n in "123"] == [1, 0, None]
    assert [rows[n]["gtin_stated"] for n in "123"] == [2, 2, 0]
