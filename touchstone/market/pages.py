"""The wire form of bazaar-pages: one HTML page a listing (odd ids JSON-LD, even ids microdata) and a sitemap."""

import json
from html import escape
from typing import Any

from touchstone.market.clock import rfc3339
from touchstone.market.recorded import SCHEMA_ORG
from touchstone.market.records import Listing

AVAILABLE = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}


def path(listing_id: str) -> str:
    return f"/pages/item/{listing_id}.html"


def json_ld(listing: Listing) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "@type": "Offer",
        "priceCurrency": listing.currency,
        "availability": AVAILABLE[listing.available],
        "seller": {
            "@type": "Organization",
            "@id": f"#seller-{listing.seller_id}",
            "identifier": listing.seller_id,
            "name": listing.seller_name,
        },
    }
    if listing.price_text is not None:
        offer["price"] = listing.price_text
    if listing.list_price_text is not None:
        offer["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "priceType": "https://schema.org/ListPrice",
            "price": listing.list_price_text,
            "priceCurrency": listing.currency,
        }
    found = {
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": listing.listing_id,
        "name": listing.title,
        "brand": {"@type": "Brand", "name": listing.brand_raw} if listing.brand_raw else None,
        "gtin13": listing.gtin_raw,
        "image": listing.image,
        "description": listing.description,
        "category": listing.category,
        "releaseDate": rfc3339(listing.published_at),
        "offers": offer,
    }
    return {name: value for name, value in found.items() if value is not None}


def _head(title: str, extra: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title>{extra}</head>\n'
    )


def json_ld_page(listing: Listing) -> str:
    data = json.dumps(json_ld(listing), ensure_ascii=False).replace("<", "\\u003c")
    script = f'<script type="application/ld+json">{data}</script>'
    return (
        _head(listing.title, script)
        + f"<body><h1>{escape(listing.title)}</h1><p>{escape(listing.description)}</p></body></html>\n"
    )


def _item(name: str, text: str | None, tag: str = "span") -> str:
    return "" if text is None else f'<{tag} itemprop="{name}">{escape(text)}</{tag}>\n'


def _meta(name: str, text: str | None) -> str:
    return "" if text is None else f'<meta itemprop="{name}" content="{escape(text)}">\n'


def microdata_page(listing: Listing) -> str:
    listed = ""
    if listing.list_price_text is not None:
        listed = (
            '<div itemprop="priceSpecification" itemscope itemtype="https://schema.org/UnitPriceSpecification">\n'
            + '<link itemprop="priceType" href="https://schema.org/ListPrice">\n'
            + _item("price", listing.list_price_text, "s")
            + _meta("priceCurrency", listing.currency)
            + "</div>\n"
        )
    image = f'<img itemprop="image" src="{escape(listing.image)}" alt="">\n' if listing.image else ""
    return (
        _head(listing.title)
        + '<body><div itemscope itemtype="https://schema.org/Product">\n'
        + _item("name", listing.title, "h1")
        + _meta("sku", listing.listing_id)
        + _item("brand", listing.brand_raw)
        + _meta("gtin13", listing.gtin_raw)
        + image
        + _item("description", listing.description, "p")
        + _meta("category", listing.category)
        + _meta("releaseDate", rfc3339(listing.published_at))
        + '<div itemprop="offers" itemscope itemtype="https://schema.org/Offer">\n'
        + _item("price", listing.price_text)
        + _meta("priceCurrency", listing.currency)
        + f'<link itemprop="availability" href="{AVAILABLE[listing.available]}">\n'
        + listed
        + '<div itemprop="seller" itemscope itemtype="https://schema.org/Organization" '
        + f'itemid="#seller-{escape(listing.seller_id)}">\n'
        + _item("name", listing.seller_name)
        + _meta("identifier", listing.seller_id)
        + "</div>\n</div>\n</div></body></html>\n"
    )


def recorded_page(listing: Listing) -> str:
    """The recorded microdata page with this market's ids and the price put in."""
    sku = f'<meta itemprop="sku" content="{escape(listing.listing_id)}">\n  <span itemprop="brand">'
    name = '<span itemprop="name">Executive Objects</span>'
    seller = _meta("identifier", listing.seller_id) + _item("name", listing.seller_name)
    page = SCHEMA_ORG.replace('<span itemprop="brand">', sku, 1).replace(name, seller, 1)
    return page.replace("119.99", listing.price_text or "", 1)


def encode(listing: Listing) -> bytes:
    if listing.recorded is not None:
        return recorded_page(listing).encode()
    return (json_ld_page if int(listing.listing_id) % 2 else microdata_page)(listing).encode()


def truncated(listing: Listing) -> bytes:
    """A JSON-LD page that broke off while it was sent."""
    whole = json_ld_page(listing).encode()
    return whole[: whole.index(b'"offers"') + 20]


def sitemap(base_url: str, listing_ids: list[str]) -> bytes:
    urls = "".join(f"<url><loc>{escape(base_url + path(listing_id))}</loc></url>\n" for listing_id in listing_ids)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + urls
        + "</urlset>\n"
    ).encode()
