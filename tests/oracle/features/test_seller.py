from tests.oracle.small_market import DAY, NOW, features, listing


def test_seller_age_rating_and_authorisation() -> None:
    sellers = [{"seller_id": "s-good", "registered_at": NOW - 30 * DAY - 5, "rating_centi": 470}]
    row = features(listing=[listing("1")], seller=sellers)["1"]
    assert (row["seller_age_days"], row["seller_rating_centi"], row["seller_authorised"], row["seller_known"]) == (
        30,
        470,
        1,
        1,
    )


def test_unknown_seller_has_no_age() -> None:
    row = features(listing=[listing("1", seller_id="s-new")])["1"]
    assert (row["seller_age_days"], row["seller_authorised"], row["seller_known"]) == (None, 0, 0)


def test_shop_is_counted_over_all_its_listings() -> None:
    rows = features(listing=[listing("1"), listing("2", price_fen=1_000), listing("3", seller_id="s-new")])
    assert (rows["1"]["shop_listings"], rows["1"]["shop_below_low_bps"], rows["3"]["shop_listings"]) == (2, 5_000, 1)
    assert rows["3"]["shop_unauthorised_bps"] == 10_000


def test_latest_profile_counts() -> None:
    sellers = [
        {"seller_id": "s-good", "rating_centi": 100, "observed_at": NOW - 9},
        {"seller_id": "s-good", "rating_centi": 300, "observed_at": NOW},
    ]
    assert features(listing=[listing("1")], seller=sellers)["1"]["seller_rating_centi"] == 300
