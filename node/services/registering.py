"""Brands, products and authorised sellers to the chain, with the plain facts kept here under the digests that go
there.

Everything may be told again: what is on chain already is not sent twice. Rows are kept before they are sent.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence

from node.chain.contracts import Contracts
from node.chain.sender import Sender
from node.protocol.brand_name import name_key
from node.protocol.canonical import sha256
from node.protocol.identifiers import ADDRESSES
from node.services.catalogue import Catalogue
from node.services.facts import (
    BrandFacts,
    ProductFacts,
    Seller,
    brand_row,
    product_row,
    share_subjects,
    take_over_facts,
    take_over_subjects,
)
from node.services.naming import Names
from node.store import subjects
from node.store.session import Store

PRODUCTS_A_CALL = 50
SELLERS_A_CALL = 50

__all__ = [
    "BrandFacts",
    "ProductFacts",
    "Registrar",
    "Seller",
    "share_subjects",
    "take_over_facts",
    "take_over_subjects",
]


class Registrar:
    """Registers for one bureau. Brands need a bureau's sender key, products and sellers the brand owner's."""

    def __init__(
        self, store: Store, contracts: Contracts, draw_salt: Callable[[], bytes] = lambda: secrets.token_bytes(32)
    ) -> None:
        self._store = store
        self._contracts = contracts
        self._draw_salt = draw_salt

    def brands(self, brands: Sequence[BrandFacts], sender: Sender, reviewed: Iterable[str] = ()) -> int:
        """Register those brands that are not on chain; returns how many were sent.

        Raises `NameTaken`, and registers none, when a name looks like another brand's (node/services/naming.py).
        """
        new = self._keep(brands, reviewed)
        return self._send(sender, "BrandRegistry", [self._brand_data(brand) for brand in new])

    def brand_by_authority(
        self, brand: BrandFacts, deadline: int, signature: bytes, sender: Sender, reviewed: Iterable[str] = ()
    ) -> int:
        """Carry a brand to the chain by an officer's signature over `brand.authority(deadline)`; anyone's key may send.

        Returns how many were sent. Raises `NameTaken`, and `Reverted` when the chain refuses the signature.
        """
        authority = brand.authority(deadline)
        new = self._keep([brand], reviewed)
        calls = [self._contracts.register_by_authority_data(authority, item.right(), signature) for item in new]
        return self._send(sender, "BrandRegistry", calls)

    def catalogue(
        self, brand: BrandFacts, listed: Sequence[ProductFacts], where: str, sender: Sender
    ) -> tuple[int, Catalogue]:
        """Register a whole catalogue in one transaction; returns its tree's number and the tree, which makes the proofs.

        `where` says where the leaves are kept (node/services/catalogue.py).
        """
        catalogue = Catalogue([product.product(brand.name) for product in listed])
        take_over_facts(self._store, [brand], {brand.name: listed})
        return catalogue.register(brand.brand_id(), where, self._contracts, sender), catalogue

    def products(self, brand: BrandFacts, listed: Sequence[ProductFacts], sender: Sender) -> int:
        """Register those products of a brand that it has not registered yet; returns how many were sent."""
        brand_id = brand.brand_id()
        with self._store.write() as session:
            for product in listed:
                session.merge(product_row(brand, product))
        new = [product for product in listed if not self._contracts.product_claimed(int(product.gtin), brand_id)]
        calls = []
        for first in range(0, len(new), PRODUCTS_A_CALL):
            chunk = [product.product(brand.name) for product in new[first : first + PRODUCTS_A_CALL]]
            calls.append(self._contracts.register_products_data(brand_id, chunk))
        self._send(sender, "ProductRegistry", calls)
        return len(new)

    def sellers(
        self, brand: BrandFacts, sellers: Sequence[Seller], valid_from: int, valid_until: int, sender: Sender
    ) -> int:
        """Authorise those sellers of a brand that are not authorised; their salts are kept before they are used."""
        brand_id = brand.brand_id()
        named = self.subjects(sellers)
        new = [subject for subject in named if self._contracts.authorisation(brand_id, subject)[1] == 0]
        calls = []
        for first in range(0, len(new), SELLERS_A_CALL):
            chunk = new[first : first + SELLERS_A_CALL]
            calls.append(self._contracts.authorise_sellers_data(brand_id, chunk, valid_from, valid_until))
        self._send(sender, "ProductRegistry", calls)
        return len(new)

    def subjects(self, sellers: Sequence[Seller]) -> list[bytes]:
        """The subjects of these sellers; a new one's salt is drawn once and kept."""
        found = []
        with self._store.write() as session:
            for seller in sellers:
                known = subjects.get(session, seller.marketplace, seller.seller_id)
                salt = self._draw_salt() if known is None else known.salt
                found.append(subjects.keep(session, seller.marketplace, seller.seller_id, salt, seller.name).subject)
        return found

    def _keep(self, brands: Sequence[BrandFacts], reviewed: Iterable[str]) -> list[BrandFacts]:
        """Keep the facts of brands; returns those that are not on chain, whose names are free."""
        new = [brand for brand in brands if not self._contracts.brand_exists(brand.brand_id())]
        names = Names(self._store, self._contracts, reviewed)
        for brand in new:
            names.take(brand)
        with self._store.write() as session:
            for brand in brands:
                session.merge(brand_row(brand))
        return new

    def _brand_data(self, brand: BrandFacts) -> bytes:
        digest = sha256(brand.name.encode("utf-8"))
        return self._contracts.register_brand_data(
            brand.brand_id(), brand.owner, name_key(brand.name), digest, brand.right()
        )

    def _send(self, sender: Sender, contract: str, calls: Sequence[bytes]) -> int:
        if calls:
            sender.send_all([(ADDRESSES[contract], data) for data in calls])
        return len(calls)
