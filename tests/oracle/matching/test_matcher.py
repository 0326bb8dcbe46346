import pytest

from oracle.matching.matcher import Matcher
from tests.oracle.small_market import GTIN, OTHER_GTIN, REGISTRY, listing, tables


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(REGISTRY)


def match(matcher: Matcher, *rows: dict[str, object]) -> dict[str, str | None]:
    return {row["listing_id"]: row["gtin"] for row in matcher.match(tables(listing=rows)["listing"]).to_pylist()}


def test_stated_gtin_and_name_find_the_product(matcher: Matcher) -> None:
    found = match(
        matcher,
        listing("1"),
        listing("2", gtin=OTHER_GTIN, brand_raw="Corvex", title="Corvex Kettle K20", category="kettles"),
    )
    assert found == {"1": GTIN, "2": OTHER_GTIN}


def test_name_alone_finds_the_product_behind_disguise(matcher: Matcher) -> None:
    rows = [
        listing("1", gtin=None, gtin_raw=None),
        listing("2", gtin=None, gtin_raw=None, title="Lumіnа Trail Jacket 300", brand_raw=None),
        listing("3", gtin=None, gtin_raw=None, title="路米娜 越野夹克 300", brand_raw="Lumina"),
    ]
    assert match(matcher, *rows) == {"1": GTIN, "2": GTIN, "3": GTIN}


def test_something_else_matches_nothing(matcher: Matcher) -> None:
    other = listing("1", gtin=None, gtin_raw=None, title="Garden hose 20 m", brand_raw="Plain", category="garden")
    assert match(matcher, other, listing("2", gtin=None, gtin_raw=None, title=None, brand_raw=None)) == {
        "1": None,
        "2": None,
    }


def test_match_of_one_listing_is_the_same_alone_and_in_bulk(matcher: Matcher) -> None:
    rows = [listing(str(n), title=f"Lumina Jacket {n * 100}", gtin=None) for n in range(6)]
    whole = matcher.match(tables(listing=rows)["listing"]).to_pylist()
    alone = [matcher.match(tables(listing=[row])["listing"]).to_pylist()[0] for row in rows]
    assert whole == alone


def test_no_listings_match_nothing(matcher: Matcher) -> None:
    assert match(matcher) == {}
