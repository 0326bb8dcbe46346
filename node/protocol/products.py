"""Products as the chain knows them, and as leaves of a brand's tree (twin of contracts/types/Product.sol).

A leaf is the RFC 9162 leaf hash of the product's ABI encoding, as ProductRegistry computes it. What the contract refuses
when a product is proven is refused here already: in a tree it would lie unprovable.
"""

import re
from dataclasses import dataclass

from node.protocol.errors import UnreadableError
from node.protocol.merkle import leaf_hash
from node.protocol.reading import bytes_of, integer_of, text_of

MAX_GTIN = 10**14 - 1
CURRENCY = re.compile("[A-Z]{3}")  # ISO 4217


@dataclass(frozen=True, slots=True)
class Product:
    """A product as its brand registers it; prices are minor units of `currency`."""

    gtin: int  # with a valid check digit
    name_digest: bytes
    price_low_fen: int
    price_high_fen: int
    currency: str
    metadata_digest: bytes

    def __post_init__(self) -> None:
        check_gtin(self.gtin)
        bytes_of(self.name_digest, 32)
        bytes_of(self.metadata_digest, 32)
        if integer_of(self.price_low_fen) > integer_of(self.price_high_fen, 1):
            raise UnreadableError(f"expected a price range, got {self.price_low_fen} to {self.price_high_fen}")
        if not CURRENCY.fullmatch(text_of(self.currency)):
            raise UnreadableError(f"expected a currency of three capitals, got {self.currency!r:.20}")

    def encoded(self) -> bytes:
        """abi.encode of the contract's `Product`."""
        return b"".join(
            (
                self.gtin.to_bytes(32, "big"),
                self.name_digest,
                self.price_low_fen.to_bytes(32, "big"),
                self.price_high_fen.to_bytes(32, "big"),
                self.currency.encode("ascii").ljust(32, b"\0"),
                self.metadata_digest,
            )
        )

    def leaf(self) -> bytes:
        """The leaf hash of this product in a tree."""
        return leaf_hash(self.encoded())


def check_gtin(gtin: int) -> None:
    """Raises `UnreadableError` unless the last digit checks the others (GS1 General Specifications: weights 3 and 1)."""
    digits = str(integer_of(gtin, 1, MAX_GTIN))[::-1]
    if (sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10:
        raise UnreadableError(f"expected a GTIN whose check digit holds, got {gtin}")
