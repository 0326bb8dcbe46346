from tests.oracle.small_market import features, listing, reviews

RING = ["r1", "r2", "r3", "r4"]


def test_reviewers_who_turn_up_together_tie_listings_and_sellers() -> None:
    posted = [*reviews("1", ["a"] * 4, RING), *reviews("2", ["b"] * 4, RING), *reviews("3", ["c"] * 2, ["r1", "x"])]
    offers = [listing("1", seller_id="s1"), listing("2", seller_id="s2"), listing("3", seller_id="s3")]
    rows = features(listing=offers, review=posted)
    assert (rows["1"]["ring_shared_reviewers"], rows["1"]["ring_shared_bps"], rows["1"]["ring_listings"]) == (
        4,
        10_000,
        1,
    )
    assert [rows[n]["ring_sellers"] for n in "123"] == [2, 2, 1]
    assert rows["3"]["ring_shared_reviewers"] == 1


def test_reviewer_habits_leave_the_listing_itself_out() -> None:
    posted = [
        *reviews("1", ["a", "b"], ["r1", "r2"]),
        *reviews("2", ["c"], ["r1"], rating=1),
        *reviews("3", ["d"], ["r2"]),
    ]
    rows = features(listing=[listing("1"), listing("2"), listing("3", seller_id="s3")], review=posted)
    assert rows["1"]["reviewer_fives_bps"] == 5_000
    assert (rows["1"]["reviewer_listings_centi"], rows["1"]["reviewer_same_shop_bps"]) == (200, 5_000)
