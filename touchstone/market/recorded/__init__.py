"""Recorded real payloads that are mixed in, as test data: Shopify products (Shopify/shopify_python_api, MIT) and a
schema.org microdata page (scrapinghub/extruct, BSD-3-Clause). No address in them is ever fetched.
"""

import json
from pathlib import Path
from typing import Any

from touchstone.market.offers import Offer

HERE = Path(__file__).parent
SHOPIFY: list[dict[str, Any]] = json.loads((HERE / "shopify_products.json").read_bytes())
SCHEMA_ORG = (HERE / "schema_org_product.html").read_text("utf-8")


def schema_org_offer(offer: Offer) -> None:
    """Make `offer` the one of the recorded page."""
    offer.title = offer.name = "Executive Anvil"
    offer.brand, offer.gtin, offer.zh, offer.recorded, offer.image = "ACME", None, False, 0, "anvil_executive.jpg"
    offer.price_fen, offer.list_fen = 11_999, None
    offer.description = SCHEMA_ORG.split('itemprop="description">')[1].split("</span>")[0]
