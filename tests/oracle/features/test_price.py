from tests.oracle.small_market import features, listing


def test_price_is_compared_with_the_registered_range() -> None:
    row = features(listing=[listing("1", price_fen=40_000, list_price_fen=160_000)])["1"]
    assert (row["price_to_low_bps"], row["price_to_high_bps"]) == (8_000, 5_000)
    assert (row["list_price_to_high_bps"], row["list_price_to_price_bps"]) == (20_000, 40_000)


def test_price_in_another_currency_is_not_compared() -> None:
    row = features(listing=[listing("1", currency="USD")])["1"]
    assert (row["price_to_low_bps"], row["currency_differs"]) == (None, 1)


def test_price_is_compared_with_peers_of_the_same_product() -> None:
    rows = features(listing=[listing(str(n), price_fen=price) for n, price in enumerate((10_000, 20_000, 40_000))])
    assert [rows[str(n)]["price_to_peer_median_bps"] for n in range(3)] == [5_000, 10_000, 20_000]
    assert [rows[str(n)]["price_rank_bps"] for n in range(3)] == [0, 5_000, 10_000]
    assert rows["0"]["peer_listings"] == 3


def test_missing_price_is_a_cue_and_a_zero_price_divides_nothing() -> None:
    rows = features(listing=[listing("1", price_fen=None), listing("2", price_fen=0, list_price_fen=5)])
    assert (rows["1"]["price_missing"], rows["1"]["price_to_low_bps"]) == (1, None)
    assert (rows["2"]["price_missing"], rows["2"]["list_price_to_price_bps"]) == (0, None)


def test_unmatched_listing_has_no_range_and_no_peers() -> None:
    row = features(gtin=None, listing=[listing("1")])["1"]
    assert (row["price_to_low_bps"], row["peer_listings"], row["product"]) == (None, None, None)
