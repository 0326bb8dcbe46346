"""Shopify products to listings: storefront or Admin form, with or without their wrapper, and product listings.

One listing a product. Price, SKU and barcode are those of its first available variant, or of its first. The seller
is the tag `seller:<id>`, else unknown: a storefront does not name one. Other Shopify resources give no record.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from oracle.cleaning import count, flag, gtin, identifier, price, text, utc, words_of_html
from oracle.connectors.facts import Facts
from oracle.connectors.reading import list_of, load_json, object_of
from oracle.errors import Malformed
from oracle.payload import RawPayload
from oracle.record import Outcome, Record, each

FACTS = Facts.beside(__file__)
WRAPPERS = ("products", "product", "product_listings", "product_listing")


def normalize(payload: RawPayload) -> Iterator[Outcome]:
    """A listing, or why not, for each product."""
    items = ((f"product {number}", item) for number, item in enumerate(products(load_json(payload.body))))
    return each(items, lambda item: listing(object_of(item, "a product"), payload))


def products(value: Any) -> list[Any]:
    """The products in an answer of either form."""
    if isinstance(value, dict):
        name = next((name for name in WRAPPERS if name in value), None)
        value = value[name] if name else value
        if isinstance(value, dict) and (name or "variants" in value):
            value = [value]
    if not isinstance(value, list):
        raise Malformed("WRONG_SHAPE", "products, a product or a list of products", value)
    return value


def listing(product: Mapping[str, Any], payload: RawPayload) -> Record:
    """One product as a listing."""
    if "variants" not in product:
        raise Malformed("MISSING_FIELD", "a product with variants", sorted(product)[:10])
    variants = [object_of(item, "a variant") for item in list_of(product["variants"], "variants")]
    variant = next((item for item in variants if available(item)), variants[0] if variants else {})
    images = [object_of(item, "an image") for item in list_of(product.get("images"), "images")]
    currency = FACTS.currency(payload.marketplace)
    shown = price(variant.get("price"), default=currency)
    listed = price(variant.get("compare_at_price"), default=currency)
    barcode = text(variant.get("barcode"), 64)
    return Record.of(
        "listing",
        payload,
        url=address(payload.url, identifier(product.get("handle"))),
        listing_id=identifier(product.get("id", product.get("product_id"))),
        title=text(product.get("title"), 1_000),
        brand_raw=text(product.get("vendor"), 200),
        gtin_raw=barcode,
        gtin=gtin(barcode),
        sku=text(variant.get("sku"), 200),
        seller_id=seller(product.get("tags")),
        price_raw=text(variant.get("price"), 200),
        price_fen=shown.minor,
        currency=shown.currency,
        list_price_raw=text(variant.get("compare_at_price"), 200),
        list_price_fen=listed.minor,
        description=words_of_html(product.get("body_html")),
        image=text(images[0].get("src"), 2_000) if images else None,
        category=text(product.get("product_type"), 200),
        published_at=utc(product.get("published_at")),
        available=any(known) if (known := [a for a in map(available, variants) if a is not None]) else None,
    )


def available(variant: Mapping[str, Any]) -> bool | None:
    """Whether a variant can be bought: the storefront says so, the Admin form counts stock."""
    if "available" in variant:
        return flag(variant["available"])
    if variant.get("inventory_management") is None:
        return True if "inventory_management" in variant else None  # nobody counts: always to be had
    stock = count(variant.get("inventory_quantity"))
    return variant.get("inventory_policy") == "continue" or (None if stock is None else stock > 0)


def seller(tags: Any) -> str | None:
    """The id in the tag `seller:<id>`. Tags are a list, or one text with commas."""
    if tags is None:
        return None
    names = tags.split(",") if isinstance(tags, str) else list_of(tags, "tags")
    found = {name.strip().removeprefix("seller:") for name in map(str, names) if name.strip().startswith("seller:")}
    if len(found) > 1:
        raise Malformed("SELLER_AMBIGUOUS", "one seller", sorted(found)[:5])
    return identifier(found.pop()) if found else None


def address(url: str, handle: str | None) -> str:
    """The address of one product, beside the page that listed it."""
    parts = urlsplit(url)
    if handle is None or not parts.path.endswith("/products.json"):
        return url
    path = f"{parts.path.removesuffix('.json')}/{quote(handle, safe='')}.json"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
