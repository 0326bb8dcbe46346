"""What reviewers left (own): counts, ratings, bursts, repeated texts, complaint cues; copied texts (context)."""

from typing import Any

import ibis
import pyarrow as pa

from oracle.features import wording
from oracle.features.frame import INTEGER, Frame, with_columns
from oracle.features.price import ratio_bps
from oracle.features.schema import context, own

CUES = {
    "fake": wording.FAKE_COMPLAINT,
    "grey": wording.GREY_COMPLAINT,
    "misdescribed": wording.MISDESCRIBED,
    "price": wording.PRICE_COMPLAINT,
    "paid": wording.PAID_REVIEW,
}
FEATURES = own(
    "reviews",
    "reviews_rating_centi",
    "reviews_five_bps",
    "reviews_low_bps",
    "reviews_repeat_bps",
    "reviews_length",
    "reviews_short_bps",
    "reviews_span_days",
    "reviews_days_bps",
    "reviews_burst",
    "reviews_burst_bps",
    "reviewers_bps",
    *(f"reviews_{cue}_bps" for cue in CUES),
) + context("reviews_copied_bps")
KEY = ["marketplace", "listing_id"]
SHORT, COPIED = 10, 8  # squeezed characters: a short review; the shortest text that counts as copied
DAY, BURST_DAYS = 86_400, 3


def compute(frame: Frame) -> pa.Table:
    reviews = frame.tables["review"]
    words = reviews.column("words").to_pylist()
    cued = with_columns(
        reviews, **{cue: pa.array(wording.flags(pattern, words), INTEGER) for cue, pattern in CUES.items()}
    )
    review = ibis.memtable(cued)
    review = review.mutate(day=(review.posted_at // DAY).cast("int64"), length=review.text_key.length().fill_null(0))
    rated = review.rating.between(1, 5).ifelse(review.rating, None)
    counts = review.group_by(KEY).agg(
        reviews=review.count(),
        stars=rated.sum(),
        rated=rated.count(),
        fives=(rated == 5).fill_null(False).cast("int64").sum(),
        lows=(rated <= 2).fill_null(False).cast("int64").sum(),
        worded=review.text_key.count(),
        kinds_of_text=review.text_key.nunique(),
        letters=review.length.sum(),
        short=(review.length < SHORT).cast("int64").sum(),
        day_first=review.day.min(),
        day_last=review.day.max(),
        days=review.day.nunique(),
        dated=review.day.count(),
        reviewers=review.reviewer_id.nunique(),
        **{f"{cue}_cues": review[cue].sum() for cue in CUES},
    )
    joined = counts.left_join(_bursts(review), KEY).drop("marketplace_right", "listing_id_right")
    joined = joined.left_join(_copied(review), KEY).drop("marketplace_right", "listing_id_right")
    return frame.run(
        joined.select(
            *KEY,
            "reviews",
            reviews_rating_centi=((joined.stars * 100) // joined.rated.nullif(0)).cast("int64"),
            reviews_five_bps=ratio_bps(joined.fives, joined.rated),
            reviews_low_bps=ratio_bps(joined.lows, joined.rated),
            reviews_repeat_bps=ratio_bps(joined.worded - joined.kinds_of_text, joined.worded),
            reviews_length=(joined.letters // joined.reviews).cast("int64"),
            reviews_short_bps=ratio_bps(joined.short, joined.reviews),
            reviews_span_days=joined.day_last - joined.day_first,
            reviews_days_bps=ratio_bps(joined.days, joined.dated),
            reviews_burst=joined.burst,
            reviews_burst_bps=ratio_bps(joined.burst, joined.dated),
            reviewers_bps=ratio_bps(joined.reviewers, joined.reviews),
            **{f"reviews_{cue}_bps": ratio_bps(joined[f"{cue}_cues"], joined.reviews) for cue in CUES},
            reviews_copied_bps=ratio_bps(joined.copied.fill_null(0), joined.reviews),
        )
    )


def _bursts(review: Any) -> Any:
    """The most reviews within three days in a row."""
    days = review.filter(review.day.notnull()).group_by([*KEY, "day"]).agg(posted=lambda rows: rows.count())
    window = ibis.window(group_by=KEY, order_by=days.day, range=(-(BURST_DAYS - 1), 0))
    near = days.mutate(near=days.posted.sum().over(window))
    return near.group_by(KEY).agg(burst=near.near.max())


def _copied(review: Any) -> Any:
    """How many reviews say, word for word, what a review of another listing says."""
    long = review.filter(review.length >= COPIED)
    places = long.select(*KEY, "text_key").distinct().group_by("text_key").agg(places=lambda rows: rows.count())
    copied = long.inner_join(places.filter(places.places > 1), "text_key")
    return copied.group_by(KEY).agg(copied=copied.count())
