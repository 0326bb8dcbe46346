"""What came back and why (own)."""

import ibis
import pyarrow as pa

from oracle.features import wording
from oracle.features.folding import fold
from oracle.features.frame import INTEGER, Frame, with_columns
from oracle.features.price import ratio_bps
from oracle.features.schema import own

CUES = {
    "fake": wording.FAKE_COMPLAINT,
    "grey": wording.GREY_COMPLAINT,
    "misdescribed": wording.MISDESCRIBED,
    "price": wording.PRICE_COMPLAINT,
    "paid": wording.PAID_REVIEW,
}
FEATURES = own(
    "returns", "returns_to_orders_bps", *(f"returns_{cue}_bps" for cue in CUES), *(f"returns_{cue}" for cue in CUES)
)
KEY = ["marketplace", "listing_id"]


def compute(frame: Frame) -> pa.Table:
    returns = frame.tables["return"]
    reasons = returns.column("reason").to_pylist()
    folded = {reason: fold(reason).replace("_", " ") if reason else "" for reason in set(reasons)}
    words = [
        f"{folded[reason]} {text}" for reason, text in zip(reasons, returns.column("words").to_pylist(), strict=True)
    ]
    cued = with_columns(
        returns, **{cue: pa.array(wording.flags(pattern, words), INTEGER) for cue, pattern in CUES.items()}
    )
    row, sales = ibis.memtable(cued), frame.expression("sales")
    counts = row.group_by(KEY).agg(returns=row.count(), **{f"returns_{cue}": row[cue].sum() for cue in CUES})
    listing = frame.expression("listing").select(*KEY)
    joined = listing.left_join(counts, KEY).drop("marketplace_right", "listing_id_right")
    joined = joined.left_join(sales.select(*KEY, "orders_30d"), KEY).drop("marketplace_right", "listing_id_right")
    count = joined.returns.fill_null(0)
    return frame.run(
        joined.select(
            *KEY,
            returns=count,
            returns_to_orders_bps=ratio_bps(count, joined.orders_30d),
            **{f"returns_{cue}_bps": ratio_bps(joined[f"returns_{cue}"], joined.returns) for cue in CUES},
            **{f"returns_{cue}": joined[f"returns_{cue}"].fill_null(0) for cue in CUES},
        )
    )
