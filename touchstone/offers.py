"""The other offers of a product, as a bureau observed them: what the price among peers was computed from."""

from collections.abc import Iterator

from node.protocol.life import Peers
from oracle.pipeline import Detection
from touchstone.bureau import Bureau

MOST = 100
SHOWN = {"type", "marketplace", "currency", "price_fen", "observed_at"}  # nothing that says whose offer it is


def offers(bureau: Bureau, detection: Detection, product: bytes) -> Peers:
    """At most `MOST` of them, with price and place shown and all else hidden; their roots stay what they were."""
    keys = sorted(_keys(detection, f"{int.from_bytes(product, 'big'):014d}"))[:MOST]
    found = bureau.lake.listings(set(keys)) if keys else []
    return Peers(bureau.number, tuple(each.redact(set(each.values()) - SHOWN) for each in found))


def _keys(detection: Detection, gtin: str) -> Iterator[tuple[str, str]]:
    columns = (detection.table.column(name).to_pylist() for name in ("marketplace", "listing_id", "product"))
    return ((marketplace, listing) for marketplace, listing, product in zip(*columns, strict=True) if product == gtin)
