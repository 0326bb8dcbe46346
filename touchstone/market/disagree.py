"""A marketplace that shows different visitors different prices.

Requests that carry the rule's vantage in `X-Vantage` get another price for a share of the listings, always the same
ones.
"""

import hashlib
from dataclasses import dataclass, replace

from touchstone.market.prices import decimal
from touchstone.market.records import Key, Market

VANTAGE_HEADER = "x-vantage"


@dataclass(frozen=True, slots=True)
class DisagreeRule:
    """Who is shown other prices, for which share of the listings, and the factor on the price (basis points)."""

    vantage: str = "bureau-3"
    share_bps: int = 1_000
    factor_bps: int = 19_000

    def meets(self, key: Key) -> bool:
        digest = hashlib.sha256(f"{self.vantage}|{key[0]}|{key[1]}".encode()).digest()
        return int.from_bytes(digest[:4]) % 10_000 < self.share_bps

    def seen(self, market: Market) -> Market:
        """The market as the vantage sees it."""
        return replace(
            market,
            listings=tuple(
                replace(row, price_fen=fen, price_text=decimal(fen))
                if row.price_fen is not None
                and self.meets(row.key)
                and (fen := row.price_fen * self.factor_bps // 10_000)
                else row
                for row in market.listings
            ),
        )
