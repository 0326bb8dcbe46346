"""Pages with schema.org Products to listings: JSON-LD if a page has any product in it, else microdata.

One listing a product, from its first offer that is in stock and priced, else the first priced, else the first. A page
without a product is a rejection: a soft error or a challenge must not pass for a listing without facts.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from node.protocol.observation import Scalar
from oracle.cleaning import Price, gtin, identifier, price, text, utc
from oracle.connectors.facts import Facts
from oracle.connectors.page.metadata import Item, first, json_ld, many, microdata, parse, scripts, types
from oracle.connectors.page.sitemap import addresses, is_sitemap
from oracle.errors import Malformed
from oracle.payload import RawPayload
from oracle.record import Outcome, Record, Rejected, each

FACTS = Facts.beside(__file__)
STOCK = {
    "InStock": True,
    "LimitedAvailability": True,
    "OnlineOnly": True,
    "OutOfStock": False,
    "SoldOut": False,
    "Discontinued": False,
}
LIST_PRICES = {"ListPrice", "StrikethroughPrice", "SRP", "MSRP", "RegularPrice"}
GTINS = ("gtin14", "gtin13", "gtin", "gtin12", "gtin8")


def normalize(payload: RawPayload) -> Iterator[Outcome]:
    """A listing, or why not, for each product of a page. A sitemap is read by the client and holds no record."""
    if is_sitemap(payload.media_type):
        addresses(payload.body)
        return
    tree = parse(payload.body, payload.media_type)
    found: list[Item] = []
    broken = 0
    for number, script in enumerate(scripts(tree)):
        try:
            found += [item for item in json_ld(script) if "Product" in types(item)]
        except Malformed as exc:
            broken += 1
            yield Rejected.because(exc, f"script {number}", script)
    found = found or [item for item in microdata(tree) if "Product" in types(item)]
    if not found and not broken:
        raise Malformed("CAPTURE_NOT_LISTING", "a page with a schema.org Product", payload.media_type)
    items = ((f"product {number}", item) for number, item in enumerate(found))
    with_name = [item for item in found if first(item.get("name")) is not None]
    yield from each(items, lambda item: listing(item, payload, alone=with_name == [item]))


def listing(product: Item, payload: RawPayload, alone: bool) -> Record:
    """One product as a listing; `alone` lets a product without an id take the page's address for one."""
    offer = chosen(offers(product))
    shown, listed = prices(offer, FACTS.currency(payload.marketplace))
    seller = first(offer.get("seller")) or first(product.get("seller"))
    code = text(next((value for name in GTINS if (value := first(product.get(name))) is not None), None), 64)
    return Record.of(
        "listing",
        payload,
        listing_id=_id(product) or (_name_in(payload.url) if alone else None),
        title=text(first(product.get("name")), 1_000),
        brand_raw=named(product.get("brand"), 200),
        gtin_raw=code,
        gtin=gtin(code),
        sku=text(first(product.get("sku")), 200),
        seller_id=_seller_id(seller),
        seller_name=named(seller, 200),
        price_raw=shown[0],
        price_fen=shown[1].minor,
        currency=shown[1].currency,
        list_price_raw=listed[0],
        list_price_fen=listed[1].minor,
        description=text(first(product.get("description"))),
        image=_address_in(product.get("image")),
        category=named(product.get("category"), 200),
        published_at=utc(first(product.get("releaseDate")) or first(product.get("datePublished"))),
        available=in_stock(offer),
    )


def offers(product: Item) -> list[Item]:
    """The offers of a product, those inside an AggregateOffer too."""
    found: list[Item] = []
    for offer in many(product.get("offers")):
        if isinstance(offer, dict):
            inner = [item for item in many(offer.get("offers")) if isinstance(item, dict)]
            found += inner or [offer]
    return found


def chosen(found: list[Item]) -> Item:
    """The offer that speaks for the listing."""
    priced = [offer for offer in found if first(offer.get("price")) is not None or "lowPrice" in offer]
    return next((offer for offer in priced if in_stock(offer)), (priced or found or [{}])[0])


def prices(offer: Item, default: str | None) -> tuple[tuple[str | None, Price], tuple[str | None, Price]]:
    """(text, price) of what is asked and of the list price."""
    currency = first(offer.get("priceCurrency"))
    asked, listed = first(offer.get("price")), None
    if asked is None and "lowPrice" in offer:
        asked = first(offer["lowPrice"])
        if first(offer.get("highPrice")) not in (None, asked):
            raise Malformed("PRICE_AMBIGUOUS", "one price", [asked, first(offer["highPrice"])])
    for part in many(offer.get("priceSpecification")):
        if not isinstance(part, dict):
            continue
        currency = currency or first(part.get("priceCurrency"))
        if _last(first(part.get("priceType"))) in LIST_PRICES:
            listed = first(part.get("price"))
        elif asked is None:
            asked = first(part.get("price"))
    shown = price(asked, currency, default, FACTS.locale)
    return (text(asked, 200), shown), (text(listed, 200), price(listed, shown.currency, None, FACTS.locale))


def in_stock(offer: Item) -> bool | None:
    return STOCK.get(_last(first(offer.get("availability"))))


def named(value: Any, limit: int) -> str | None:
    """A text, or the name of an item."""
    found = first(value)
    return text(first(found.get("name")) if isinstance(found, dict) else found, limit)


def _id(product: Item) -> Scalar:
    for name in ("sku", "productID", "identifier"):
        value = first(product.get(name))
        if isinstance(value, dict):
            value = first(value.get("value"))
        if (found := identifier(value)) is not None:
            return found
    return None


def _name_in(url: str) -> str | None:
    """The last part of an address's path, without its ending."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return identifier(last.rpartition(".")[0] or last)


def _seller_id(seller: Any) -> str | None:
    if not isinstance(seller, dict):
        return None
    value = first(seller.get("identifier"))
    if isinstance(value, dict):
        value = first(value.get("value"))
    if value is None and isinstance(anchor := first(seller.get("@id")), str):
        value = anchor.rpartition("#")[2].removeprefix("seller-")
    return identifier(value)


def _address_in(value: Any) -> str | None:
    found = first(value)
    if isinstance(found, dict):
        found = first(found.get("url")) or first(found.get("contentUrl"))
    return text(found, 2_000)


def _last(value: Any) -> str:
    return value.strip().rpartition("/")[2] if isinstance(value, str) else ""
