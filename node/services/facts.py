"""The plain facts behind digests on chain: brands, products, sellers with their salts. Bureaus share them off chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from node.protocol.authority import Authority, Right, nice_bits, office_code
from node.protocol.brand_name import name_key
from node.protocol.canonical import Json, canonical, digest_of, sha256
from node.protocol.products import Product
from node.store import subjects
from node.store.session import Store
from node.store.tables import BrandFactsRow, ProductFactsRow


@dataclass(frozen=True)
class BrandFacts:
    """A brand and the trademark right it rests on."""

    name: str
    owner: str  # checksummed address that registers the brand's products
    trademark_number: str
    office: str  # WIPO ST.3 code, two letters: CN, EM, WO …
    nice_classes: tuple[int, ...]
    valid_from: int
    valid_until: int
    document: str = ""  # words or a URL of the certificate

    def brand_id(self) -> bytes:
        """The brand's id: the digest of its name and trademark."""
        return digest_of(["brand", self.name, self.office, self.trademark_number])

    def right(self) -> Right:
        """The right as it goes on chain; its document digest covers these facts."""
        return Right(
            number_digest=sha256(self.trademark_number.encode("utf-8")),
            office=office_code(self.office),
            nice_classes=nice_bits(self.nice_classes),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            document_digest=digest_of(self.to_json()),
        )

    def authority(self, deadline: int) -> Authority:
        """What an officer signs so that anyone may carry this brand to the chain until `deadline`, UTC seconds."""
        name_digest = sha256(self.name.encode("utf-8"))
        return Authority(self.brand_id(), self.owner, name_key(self.name), name_digest, self.right().digest(), deadline)

    def to_json(self) -> dict[str, Json]:
        return {
            "name": self.name,
            "owner": self.owner,
            "trademark_number": self.trademark_number,
            "office": self.office,
            "nice_classes": list(self.nice_classes),
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "document": self.document,
        }


@dataclass(frozen=True)
class ProductFacts:
    """A product as its brand describes it; prices are minor units of `currency`."""

    gtin: str
    name: str
    category: str
    price_low_fen: int
    price_high_fen: int
    currency: str = "CNY"
    other_names: tuple[str, ...] = ()

    def product(self, brand: str) -> Product:
        """The product as it goes on chain, of the brand with this name. Raises `UnreadableError` for a bad GTIN or price."""
        return Product(
            gtin=int(self.gtin),
            name_digest=sha256(self.name.encode("utf-8")),
            price_low_fen=self.price_low_fen,
            price_high_fen=self.price_high_fen,
            currency=self.currency,
            metadata_digest=digest_of(self.to_json(brand)),
        )

    def to_json(self, brand: str) -> dict[str, Json]:
        return {
            "gtin": self.gtin,
            "brand": brand,
            "names": [self.name, *self.other_names],
            "category": self.category,
            "price_low_fen": self.price_low_fen,
            "price_high_fen": self.price_high_fen,
            "currency": self.currency,
        }


@dataclass(frozen=True)
class Seller:
    """A seller at a marketplace."""

    marketplace: str
    seller_id: str
    name: str = ""


@dataclass(frozen=True)
class SharedSubject:
    """A seller with its salt, as bureaus hand it to each other; never for the public."""

    seller: Seller
    salt: bytes


def share_subjects(store: Store) -> list[SharedSubject]:
    """The sellers known here with their salts, for the other bureaus."""
    with store.read() as session:
        return [
            SharedSubject(Seller(row.marketplace, row.seller_id, row.name), row.salt)
            for row in subjects.all_of(session)
        ]


def take_over_subjects(store: Store, shared: Sequence[SharedSubject]) -> None:
    """Keep other bureaus' salts. Raises `SaltConflict` when one is known otherwise."""
    with store.write() as session:
        for item in shared:
            seller = item.seller
            subjects.keep(session, seller.marketplace, seller.seller_id, item.salt, seller.name)


def take_over_facts(store: Store, brands: Sequence[BrandFacts], products: Mapping[str, Sequence[ProductFacts]]) -> None:
    """Keep the plain facts of brands, and of products by brand name, that another bureau registered."""
    with store.write() as session:
        for brand in brands:
            session.merge(brand_row(brand))
            for product in products.get(brand.name, ()):
                session.merge(product_row(brand, product))


def brand_row(brand: BrandFacts) -> BrandFactsRow:
    """A brand's facts as the store keeps them."""
    text = canonical(brand.to_json()).decode("utf-8")
    return BrandFactsRow(id=brand.brand_id(), name=brand.name, facts=text)


def product_row(brand: BrandFacts, product: ProductFacts) -> ProductFactsRow:
    """A product's facts as the store keeps them."""
    return ProductFactsRow(
        gtin=int(product.gtin),
        brand=brand.brand_id(),
        name=product.name,
        brand_name=brand.name,
        category=product.category,
        price_low_fen=product.price_low_fen,
        price_high_fen=product.price_high_fen,
        currency=product.currency,
        facts=canonical(product.to_json(brand.name)).decode("utf-8"),
    )
