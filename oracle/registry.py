"""What the node tells the oracle about registered products and authorised sellers: what listings are compared with.

Values only; where they come from (the chain's index, a file) is the node's business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

Authorisation = tuple[str, str, str]  # gtin, marketplace, seller id


@dataclass(frozen=True)
class RegisteredProduct:
    """One product as its brand registered it; prices are minor units of `currency`."""

    gtin: str  # GTIN-14 text
    brand: str
    names: tuple[str, ...]
    category: str
    price_low_fen: int
    price_high_fen: int
    currency: str

    def __post_init__(self) -> None:
        if len(self.gtin) != 14 or not self.gtin.isdigit():
            raise ValueError(f"expected a GTIN of 14 digits, got {self.gtin!r}")
        if not 0 <= self.price_low_fen <= self.price_high_fen:
            raise ValueError(f"expected 0 <= low <= high, got {self.price_low_fen} and {self.price_high_fen}")

    def to_json(self) -> dict[str, object]:
        return {
            "gtin": self.gtin,
            "brand": self.brand,
            "names": list(self.names),
            "category": self.category,
            "price_low_fen": self.price_low_fen,
            "price_high_fen": self.price_high_fen,
            "currency": self.currency,
        }


@dataclass(frozen=True)
class Registry:
    """All registered products and the sellers authorised to sell them."""

    products: Sequence[RegisteredProduct]
    authorised: frozenset[Authorisation] = field(default_factory=frozenset)

    @cached_property
    def by_gtin(self) -> Mapping[str, RegisteredProduct]:
        """Products by GTIN; of rival claims the first given is compared with."""
        found: dict[str, RegisteredProduct] = {}
        for product in self.products:
            found.setdefault(product.gtin, product)
        return found

    @cached_property
    def _sold_by(self) -> Mapping[tuple[str, str], frozenset[str]]:
        sold: dict[tuple[str, str], set[str]] = {}
        for gtin, marketplace, seller_id in self.authorised:
            sold.setdefault((marketplace, seller_id), set()).add(gtin)
        return {seller: frozenset(gtins) for seller, gtins in sold.items()}

    def sold_by(self, marketplace: str, seller_id: str) -> frozenset[str]:
        """The GTINs that a seller is authorised to sell."""
        return self._sold_by.get((marketplace, seller_id), frozenset())

    def is_authorised(self, gtin: str, marketplace: str, seller_id: str) -> bool:
        return (gtin, marketplace, seller_id) in self.authorised
