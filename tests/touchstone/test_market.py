"""The simulated market: deterministic, documented shares, valid codes, and not separable by one cue."""

from collections import Counter

import pytest

from touchstone.market.catalog import BRANDS, CATEGORIES, catalog, check_digit
from touchstone.market.prices import report_text
from touchstone.market.records import KINDS, Market
from touchstone.market.simulator import simulate
from touchstone.market.truth import fit

NOW = 1_790_000_000


@pytest.fixture(scope="module")
def market() -> Market:
    return simulate(7, 2_000, NOW)


def test_catalog_has_sixty_products_with_valid_gtins() -> None:
    products = catalog(7)
    assert len({p.gtin14 for p in products}) == 60
    assert {p.brand for p in products} == {b.name for b in BRANDS} and len(CATEGORIES) == 10
    for p in products:
        assert p.gtin14.startswith("0952") and len(p.gtin14) == 14
        assert check_digit(p.gtin14[:-1]) == int(p.gtin14[-1])
        assert 0 < p.price_low_fen < p.reference_price_fen < p.price_high_fen
        assert p.currency == "CNY" and {m for m, _ in p.authorised} == {"aurora-shop", "bazaar-pages", "grand-mall"}


def test_check_digit_of_a_published_example() -> None:
    assert check_digit("629104150021") == 3  # GS1 General Specifications, GTIN-13 6291041500213


def test_market_is_the_same_for_the_same_seed(market: Market) -> None:
    assert simulate(7, 2_000, NOW) == market
    assert simulate(8, 2_000, NOW).listings != market.listings
    assert market.products == catalog(7)


def test_shares_are_as_documented(market: Market) -> None:
    places = Counter(row.marketplace for row in market.listings)
    assert places == {"aurora-shop": 800, "bazaar-pages": 400, "grand-mall": 800}
    assert 0.15 <= sum(map(bool, market.truth.values())) / 2_000 <= 0.20
    kinds = Counter(kind for found in market.truth.values() for kind in found)
    assert set(kinds) == set(KINDS) and min(kinds.values()) >= 60
    assert sum(row.profile == "other" for row in market.listings) == 400
    assert 12_000 <= len(market.reviews) <= 20_000
    assert len(market.sales) == 2_000 and market.returns and market.promotions
    assert len(market.spoilt) == pytest.approx(
        0.005 * (4_000 + len(market.reviews) + len(market.returns) + len(market.promotions)), rel=0.1
    )


def test_ids_are_unique_and_every_row_points_to_a_listing(market: Market) -> None:
    keys = {row.key for row in market.listings}
    assert len(keys) == 2_000 and market.truth.keys() == keys
    sellers = {(s.marketplace, s.seller_id) for s in market.sellers}
    assert len({seller for _, seller in sellers}) == len(market.sellers)
    assert all((row.marketplace, row.seller_id) in sellers for row in market.listings)
    for rows in (market.reviews, market.returns, market.promotions, market.sales):
        assert all((row.marketplace, row.listing_id) in keys for row in rows)
    assert len({r.review_id for r in market.reviews}) == len(market.reviews)


def test_nothing_happens_after_now(market: Market) -> None:
    assert max(r.posted_at for r in market.reviews) < NOW
    assert max(r.returned_at for r in market.returns) < NOW
    assert max(row.published_at for row in market.listings) < NOW
    opened = {(s.marketplace, s.seller_id): s.registered_at for s in market.sellers}
    assert all(opened[row.marketplace, row.seller_id] < row.published_at for row in market.listings)


def test_no_single_cue_separates_counterfeits(market: Market) -> None:
    reference = {p.gtin14: p.reference_price_fen for p in market.products}
    priced = [row for row in market.listings if row.product and row.price_fen]
    cheap = [row for row in priced if row.price_fen and row.price_fen < 0.45 * reference[row.product or ""]]
    fakes = [row for row in priced if "counterfeit" in market.truth[row.key]]
    right = [row for row in cheap if "counterfeit" in market.truth[row.key]]
    assert 0.5 < len(right) / len(cheap) < 0.9
    assert 0.5 < len(right) / len(fakes) < 0.85
    roles = {(s.marketplace, s.seller_id): s.role for s in market.sellers}
    assert 0.1 < sum(roles[f.marketplace, f.seller_id] == "reseller" for f in fakes) / len(fakes) < 0.4


def test_a_taken_down_counterfeit_comes_back_with_its_text_and_picture(market: Market) -> None:
    fakes = [row for row in market.listings if row.profile == "counterfeit"]
    gone = {(row.description, row.image): row for row in fakes if not row.available}
    back = [
        (row, gone[row.description, row.image])
        for row in fakes
        if row.available and (row.description, row.image) in gone
    ]
    assert len(back) >= 5
    assert any(row.seller_id != old.seller_id and row.listing_id != old.listing_id for row, old in back)


def test_rings_review_several_shops_of_one_operator(market: Market) -> None:
    brushed = {key for key, kinds in market.truth.items() if "brushing" in kinds}
    shops = {row.key: row.seller_id for row in market.listings}
    seen: dict[tuple[str, str], set[str]] = {}
    for review in market.reviews:
        if (review.marketplace, review.listing_id) in brushed:
            seen.setdefault((review.marketplace, review.reviewer_id), set()).add(
                shops[review.marketplace, review.listing_id]
            )
    assert sum(len(found) > 1 for found in seen.values()) > 50


@pytest.mark.parametrize("size", [60, 61, 97])
def test_small_markets_have_every_kind(size: int) -> None:
    small = simulate(3, size, NOW)
    assert len(small.listings) == size
    assert set().union(*small.truth.values()) == set(KINDS)


def test_too_small_a_market_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 60 listings, got 59"):
        simulate(1, 59, NOW)


def test_price_notations_read_back() -> None:
    import random
    import unicodedata

    rng = random.Random(1)
    for _ in range(2_000):
        fen = rng.choice((129_900, 1_200_000, 5_900, 1_580_000))
        text = unicodedata.normalize("NFKC", report_text(rng, fen)).replace(",", "")
        number = "".join(c for c in text if c in "0123456789.")
        assert round(float(number) * (1_000_000 if "万" in text else 100)) == fen


def test_fit_counts_each_kind(market: Market) -> None:
    everything = {(*key, kind) for key, kinds in market.truth.items() for kind in kinds}
    assert all(f.precision == f.recall == 1 for f in fit(market, everything).values())
    honest = next(key for key, kinds in market.truth.items() if not kinds)
    assert fit(market, {(*honest, "brushing")})["brushing"].precision == 0
    assert fit(market, set())["brushing"].precision is None
    with pytest.raises(ValueError, match="expected kinds among"):
        fit(market, {(*honest, "nonsense")})
