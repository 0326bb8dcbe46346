from tests.oracle.small_market import DAY, NOW, features, listing, reviews


def test_counts_ratings_and_repeats() -> None:
    posted = reviews("1", ["Very good jacket", "very  good jacket!", "Too small for me", "好"])
    posted[2]["rating"] = 1
    row = features(listing=[listing("1")], review=posted)["1"]
    assert (row["reviews"], row["reviews_rating_centi"], row["reviews_five_bps"], row["reviews_low_bps"]) == (
        4,
        400,
        7_500,
        2_500,
    )
    assert (row["reviews_repeat_bps"], row["reviews_short_bps"]) == (2_500, 2_500)


def test_burst_is_the_fullest_three_days() -> None:
    posted = reviews("1", ["a", "b", "c", "d", "e"])
    for number, day in enumerate((0, 1, 2, 3, 40)):
        posted[number]["posted_at"] = NOW - 90 * DAY + day * DAY
    row = features(listing=[listing("1")], review=posted)["1"]
    assert (row["reviews_burst"], row["reviews_burst_bps"], row["reviews_span_days"]) == (3, 6_000, 40)


def test_complaints_are_counted_by_cue() -> None:
    posted = reviews("1", ["This is a fake", "假货,做工差", "fine", "好评返现 5元"])
    row = features(listing=[listing("1")], review=posted)["1"]
    assert (row["reviews_fake_bps"], row["reviews_paid_bps"], row["reviews_grey_bps"]) == (5_000, 2_500, 0)


def test_text_copied_from_another_listing_is_context() -> None:
    text = "Bought it twice, fits well"
    rows = features(
        listing=[listing("1"), listing("2")], review=[*reviews("1", [text, "nice colour, warm"]), *reviews("2", [text])]
    )
    assert (rows["1"]["reviews_copied_bps"], rows["2"]["reviews_copied_bps"]) == (5_000, 10_000)


def test_without_reviews_nothing_is_claimed() -> None:
    row = features(listing=[listing("1")])["1"]
    assert (row["reviews"], row["reviews_burst"], row["ring_sellers"]) == (None, None, None)
