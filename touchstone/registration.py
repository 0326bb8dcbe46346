"""The demo's brands register: their rights, their products with reference prices, and the sellers they authorise."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from node.chain.client import ChainClient
from node.chain.sender import Sender
from node.services.registering import (
    BrandFacts,
    ProductFacts,
    Registrar,
    Seller,
    share_subjects,
    take_over_facts,
    take_over_subjects,
)
from touchstone import consortium
from touchstone.bureau import Bureau
from touchstone.home import Home
from touchstone.market.catalog import BRANDS, Brand, CatalogProduct
from touchstone.market.records import Market

ADVANCE_SECONDS = 30  # an authorisation is never applied backwards, so it begins a little after now
AUTHORISED_SECONDS = 3 * 365 * 86_400


def register(
    home: Home, client: ChainClient, registrar: Registrar, leader: Bureau, market: Market, clock: Callable[[], int]
) -> tuple[list[BrandFacts], dict[str, list[ProductFacts]]]:
    """Register everything that is not on chain yet, each brand with its own key. Returns what was registered."""
    owners = [Sender(client, consortium.brand_key(home, number + 1)) for number in range(len(BRANDS))]
    brands = [_brand(brand, owner.address) for brand, owner in zip(BRANDS, owners, strict=True)]
    registrar.brands(brands, leader.sender)
    own = {brand.name: [product for product in market.products if product.brand == brand.name] for brand in brands}
    listed = {name: [_product(product) for product in products] for name, products in own.items()}

    def goods(brand: BrandFacts, owner: Sender) -> None:
        registrar.products(brand, listed[brand.name], owner)
        sellers = sorted({seller for product in own[brand.name] for seller in product.authorised})
        named = [Seller(marketplace, seller_id) for marketplace, seller_id in sellers]
        begin = clock() + ADVANCE_SECONDS
        registrar.sellers(brand, named, begin, begin + AUTHORISED_SECONDS, owner)

    with ThreadPoolExecutor(len(brands)) as pool:
        list(pool.map(goods, brands, owners))
    return brands, listed


def share(
    leader: Bureau, others: Sequence[Bureau], brands: list[BrandFacts], listed: dict[str, list[ProductFacts]]
) -> None:
    """Give the other bureaus the salts of the sellers and the plain facts behind the digests on chain."""
    for bureau in others:
        take_over_subjects(bureau.store, share_subjects(leader.store))
        take_over_facts(bureau.store, brands, listed)


def _brand(brand: Brand, owner: str) -> BrandFacts:
    return BrandFacts(
        name=brand.name,
        owner=owner,
        trademark_number=brand.right.number,
        office=brand.right.office,
        nice_classes=brand.right.nice_classes,
        valid_from=brand.right.valid_from,
        valid_until=brand.right.valid_until,
        document=f"{brand.owner}, {brand.right.office} {brand.right.number}",
    )


def _product(product: CatalogProduct) -> ProductFacts:
    return ProductFacts(
        gtin=product.gtin14,
        name=product.name_zh,
        category=product.category,
        price_low_fen=product.price_low_fen,
        price_high_fen=product.price_high_fen,
        currency=product.currency,
        other_names=(product.name_en,),
    )
