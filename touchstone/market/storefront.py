"""The wire form of aurora-shop: the public JSON of a Shopify storefront, paged, and each product by its handle.

The seller stands in the tags as `seller:<id>`. A storefront always states a price and names no currency (CNY here).
"""

import json
from typing import Any

from touchstone.market.clock import rfc3339
from touchstone.market.recorded import SHOPIFY
from touchstone.market.records import Listing

PAGE_LIMIT = 250


def handle(listing: Listing) -> str:
    return f"item-{listing.listing_id}"


def product(listing: Listing) -> dict[str, Any]:
    """One product as the storefront serves it; a recorded one keeps every field that is not about its place here."""
    number = int(listing.listing_id)
    tags = [listing.category, f"seller:{listing.seller_id}"]
    place = {
        "id": number,
        "handle": handle(listing),
        "published_at": rfc3339(listing.published_at),
        "updated_at": rfc3339(listing.published_at),
    }
    if listing.recorded is not None:
        sample = SHOPIFY[listing.recorded]
        variants = [{**v, "product_id": number, "price": listing.price_text} for v in sample["variants"]]
        return {**sample, **place, "variants": variants, "tags": f"{sample['tags']}, seller:{listing.seller_id}"}
    variant = {
        "id": number * 10 + 1,
        "title": "Default Title",
        "option1": "Default Title",
        "sku": listing.sku,
        "barcode": listing.gtin_raw,
        "requires_shipping": True,
        "taxable": True,
        "available": listing.available,
        "price": listing.price_text,
        "compare_at_price": listing.list_price_text,
        "grams": 0,
        "position": 1,
        "product_id": number,
    }
    return {
        **place,
        "title": listing.title,
        "body_html": f"<p>{listing.description}</p>",
        "created_at": rfc3339(listing.published_at),
        "vendor": listing.brand_raw or "",
        "product_type": listing.category,
        "tags": tags,
        "variants": [variant],
        "images": [{"id": number * 10 + 2, "position": 1, "product_id": number, "src": listing.image}]
        if listing.image
        else [],
        "options": [{"name": "Title", "position": 1, "values": ["Default Title"]}],
    }


def encode(listing: Listing) -> bytes:
    return json.dumps(product(listing), ensure_ascii=False, separators=(",", ":")).encode()


def page(products: list[bytes], number: int, limit: int) -> bytes:
    """Page `number`, from 1, of encoded products; empty after the last."""
    return b'{"products":[' + b",".join(products[(number - 1) * limit : number * limit]) + b"]}"
