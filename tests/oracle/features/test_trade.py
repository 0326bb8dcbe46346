"""Returns, promotions, sales and reuse."""

from tests.oracle.small_market import DAY, NOW, features, listing, reviews


def test_returns_by_rate_and_reason() -> None:
    sent_back = [
        {"return_id": "a", "listing_id": "1", "reason": "not_genuine", "text": "not genuine"},
        {"return_id": "b", "listing_id": "1", "reason": "size", "text": "too small"},
    ]
    row = features(listing=[listing("1")], returns=sent_back, sales=[{"listing_id": "1", "orders_30d": 40}])["1"]
    assert (row["returns"], row["returns_to_orders_bps"], row["returns_fake_bps"], row["returns_fake"]) == (
        2,
        500,
        5_000,
        1,
    )


def test_promotion_claims_are_measured_against_listing_and_range() -> None:
    claim = {
        "promotion_id": "p",
        "listing_id": "1",
        "text": "全网最低价 #1",
        "claimed_price_fen": 30_000,
        "list_price_fen": 240_000,
    }
    row = features(listing=[listing("1")], promotion=[claim | {"starts_at": NOW - 2 * DAY, "ends_at": NOW}])["1"]
    assert (row["promotions"], row["promotion_list_to_high_bps"], row["promotion_list_to_price_bps"]) == (
        1,
        30_000,
        40_000,
    )
    assert (row["promotion_claim_to_price_bps"], row["promotion_days"]) == (5_000, 2)
    assert row["promotions_absolute_terms"] == 2


def test_sales_against_visits_buyers_and_reviews() -> None:
    sold = [{"listing_id": "1", "units_30d": 60, "orders_30d": 40, "buyers_30d": 10, "visits_30d": 80}]
    row = features(listing=[listing("1")], sales=sold, review=reviews("1", ["a", "b"]))["1"]
    assert (row["orders_to_visits_bps"], row["units_to_orders_bps"], row["buyers_to_orders_bps"]) == (
        5_000,
        15_000,
        2_500,
    )
    assert row["reviews_to_orders_bps"] == 500


def test_newest_month_counts() -> None:
    sold = [
        {"listing_id": "1", "orders_30d": 1, "month": "2026-08"},
        {"listing_id": "1", "orders_30d": 7, "month": "2026-09"},
    ]
    assert features(listing=[listing("1")], sales=sold)["1"]["orders_30d"] == 7


def test_same_image_and_text_under_other_sellers() -> None:
    shared = {"image": "https://images/same.jpg", "description": "The very same words again"}
    rows = features(listing=[listing("1", **shared), listing("2", seller_id="s2", **shared), listing("3")])
    assert (rows["1"]["image_sellers"], rows["1"]["description_sellers"], rows["3"]["image_sellers"]) == (2, 2, 1)
    assert (rows["1"]["title_sellers"], rows["1"]["title_listings"]) == (2, 3)
