"""What promotions claim (own): absolute terms, claimed prices against the listing and the registered range."""

import ibis
import pyarrow as pa

from oracle.features import wording
from oracle.features.frame import INTEGER, Frame, with_columns
from oracle.features.price import ratio_bps
from oracle.features.schema import own

FEATURES = own(
    "promotions",
    "promotions_absolute_terms",
    "promotions_medical_terms",
    "promotions_boasts",
    "promotions_length",
    "promotion_list_to_high_bps",
    "promotion_list_to_price_bps",
    "promotion_list_to_list_bps",
    "promotion_claim_to_price_bps",
    "promotion_claim_to_list_bps",
    "promotion_days",
)
KEY = ["marketplace", "listing_id"]


def compute(frame: Frame) -> pa.Table:
    promotions = frame.tables["promotion"]
    words = promotions.column("words").to_pylist()
    counts = {
        "terms": [*map(wording.absolute_terms, words)],
        "medical": wording.hits(wording.MEDICAL, words),
        "boasts": wording.hits(wording.BOAST, words),
    }
    columns = {name: pa.array(values, INTEGER) for name, values in counts.items()}
    promotion = ibis.memtable(with_columns(promotions, **columns))
    claims = promotion.group_by(KEY).agg(
        promotions=promotion.count(),
        terms=promotion.terms.sum(),
        medical=promotion.medical.sum(),
        boasts=promotion.boasts.sum(),
        letters=promotion.words.length().fill_null(0).sum(),
        list_fen=promotion.list_price_fen.max(),
        claim_fen=promotion.claimed_price_fen.min(),
        seconds=(promotion.ends_at - promotion.starts_at).max(),
    )
    listing = frame.expression("listing")
    base = listing.select(
        *KEY,
        "price_fen",
        "list_price_fen",
        high=(listing.currency == listing.product_currency).ifelse(listing.high_fen, None),
    )
    joined = base.left_join(claims, KEY)
    return frame.run(
        joined.select(
            *KEY,
            promotions=joined.promotions.fill_null(0),
            promotions_absolute_terms=joined.terms.fill_null(0),
            promotions_medical_terms=joined.medical.fill_null(0),
            promotions_boasts=joined.boasts.fill_null(0),
            promotions_length=(joined.letters // joined.promotions.nullif(0)).cast("int64"),
            promotion_list_to_high_bps=ratio_bps(joined.list_fen, joined.high),
            promotion_list_to_price_bps=ratio_bps(joined.list_fen, joined.price_fen),
            promotion_list_to_list_bps=ratio_bps(joined.list_fen, joined.list_price_fen),
            promotion_claim_to_price_bps=ratio_bps(joined.claim_fen, joined.price_fen),
            promotion_claim_to_list_bps=ratio_bps(joined.claim_fen, joined.list_fen),
            promotion_days=(joined.seconds // 86_400).cast("int64"),
        )
    )
