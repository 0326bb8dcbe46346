"""What the marketplaces serve: formats parse, pages add up, broken things are broken as documented."""

import http.client
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser

import pytest

from touchstone.market.disagree import DisagreeRule
from touchstone.market.records import Market
from touchstone.market.server import MarketServer
from touchstone.market.simulator import simulate
from touchstone.market.wire import Wire, build

NOW, BASE = 1_790_000_000, "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def market() -> Market:
    return simulate(5, 700, NOW)


@pytest.fixture(scope="module")
def wire(market: Market) -> Wire:
    return build(market, BASE)


def body(wire: Wire, target: str) -> bytes:
    found = wire.get(target)
    assert found is not None, target
    return found[1]


def test_wire_is_the_same_to_the_byte(market: Market, wire: Wire) -> None:
    again = build(simulate(5, 700, NOW), BASE)
    assert again == wire


def test_storefront_pages_add_up(market: Market, wire: Wire) -> None:
    ids, number = [], 1
    while products := json.loads(body(wire, f"/shopify/products.json?limit=100&page={number}"))["products"]:
        ids += [str(p["id"]) for p in products]
        for p in products:
            assert "seller:" in str(p["tags"]) and p["variants"][0]["price"] is not None
            assert json.loads(body(wire, f"/shopify/products/{p['handle']}.json"))["product"] == p
        number += 1
    assert ids == [row.listing_id for row in market.listings if row.marketplace == "aurora-shop"]
    assert len(json.loads(body(wire, "/shopify/products.json?limit=250&page=1"))["products"]) == 250
    assert json.loads(body(wire, "/shopify/products.json?limit=250&page=3"))["products"] == []
    assert wire.get("/shopify/products.json?page=0") is wire.get("/shopify/products.json?page=x") is None


class _Props(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.update(value or "" for name, value in attrs if name == "itemprop")


def test_every_page_of_the_sitemap_is_read_back(market: Market, wire: Wire) -> None:
    rows = {row.listing_id: row for row in market.listings if row.marketplace == "bazaar-pages"}
    broken = []
    for loc in ET.fromstring(body(wire, "/pages/sitemap.xml")).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc"):
        assert loc.text
        listing_id = loc.text.rsplit("/", 1)[1].removesuffix(".html")
        page = body(wire, loc.text.removeprefix(BASE)).decode()
        if listing_id not in rows:
            broken.append(page)
        elif int(listing_id) % 2:
            found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
            assert found
            data, row = json.loads(found[1]), rows.pop(listing_id)
            assert (data["sku"], data["name"], data["offers"].get("price")) == (
                row.listing_id,
                row.title,
                row.price_text,
            )
            assert data["offers"]["seller"]["identifier"] == row.seller_id
        else:
            props, row = _Props(), rows.pop(listing_id)
            props.feed(page)
            assert {"sku", "name", "offers", "priceCurrency", "seller", "identifier"} <= props.names.keys()
            assert props.names["gtin13"] == (row.gtin_raw is not None)
    assert not rows and len(broken) == 1 and "</script>" not in broken[0]


def test_report_lines_are_objects_but_for_the_malformed(market: Market, wire: Wire) -> None:
    lines = body(wire, "/report/latest.jsonl").splitlines()
    assert sum(b"[" * 100_000 in line for line in lines) == 1
    read = [json.loads(line) for line in lines if b"[" * 100_000 not in line]
    kinds = Counter(row["kind"] for row in read)
    mall = [row for row in market.listings if row.marketplace == "grand-mall"]
    assert kinds["listing"] == len(mall) + 1 and kinds["sales"] == len(market.sales) + 1  # one NaN, one with equal keys
    assert kinds["review"] == len(market.reviews) and kinds["seller"] == len(market.sellers)
    assert sum(row["kind"] == "listing" and row["price"] != row["price"] for row in read) == 1
    assert sum(b'"units_30d":1,"units_30d"' in line for line in lines) == 1
    assert {row["marketplace"] for row in read if row["kind"] == "review"} == {
        "aurora-shop",
        "bazaar-pages",
        "grand-mall",
    }
    assert sum(row.get("posted_at") == "昨天" for row in read) == sum(kind == "review" for kind, _ in market.spoilt)


def test_excerpts_hold_the_same_lines(market: Market, wire: Wire) -> None:
    whole = set(body(wire, "/report/latest.jsonl").splitlines())
    for row in market.listings:
        lines = body(wire, f"/report/listing/{row.marketplace}/{row.listing_id}.jsonl").splitlines()
        assert whole.issuperset(lines)
        read = [json.loads(line) for line in lines]
        assert read[0]["kind"] == "seller" and read[0]["seller_id"] == row.seller_id
        assert {entry["listing_id"] for entry in read[1:]} == {row.listing_id}
        assert ("listing" in {entry["kind"] for entry in read}) == (row.marketplace == "grand-mall")


def test_truth_stays_off_the_wire(wire: Wire) -> None:
    served = b"".join(answer[1] for answer in wire.bodies.values())
    assert not any(
        word in served
        for word in (b'"profile"', b'"role"', b"counterfeiter", b"grey_market", b"price_fraud", b"brushing")
    )


def test_recorded_payloads_are_mixed_in(market: Market, wire: Wire) -> None:
    assert sum(row.recorded is not None for row in market.listings) == 5
    page = next(row for row in market.listings if row.recorded is not None and row.marketplace == "bazaar-pages")
    assert b"Executive Anvil" in body(wire, f"/pages/item/{page.listing_id}.html")


def test_server_answers_on_one_connection(market: Market) -> None:
    with MarketServer(market, DisagreeRule()) as server:
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)

        def ask(method: str, target: str, vantage: str = "bureau-1") -> tuple[int, bytes, http.client.HTTPResponse]:
            link.request(method, target, headers={"X-Vantage": vantage})
            response = link.getresponse()
            return response.status, response.read(), response

        status, data, _ = ask("GET", "/shopify/products.json?limit=250&page=2")
        assert status == 200 and json.loads(data)["products"]
        status, data, response = ask("HEAD", "/report/latest.jsonl")
        assert (status, data) == (200, b"") and int(response.headers["Content-Length"]) > 10_000
        status, data, response = ask("GET", "/nowhere")
        assert (status, json.loads(data)) == (404, {"error": "not found"})
        differ = []
        for row in market.listings:
            if row.marketplace == "aurora-shop":
                target = f"/shopify/products/item-{row.listing_id}.json"
                if ask("GET", target)[1] != ask("GET", target, "bureau-3")[1]:
                    differ.append(row.key)
        assert 10 <= len(differ) <= 50 and all(DisagreeRule().meets(key) for key in differ)
        assert server.base_url.encode() in ask("GET", "/pages/sitemap.xml")[1]
        assert ask("POST", "/pages/sitemap.xml")[0] == 405
        assert server.requests > 500
        link.close()
