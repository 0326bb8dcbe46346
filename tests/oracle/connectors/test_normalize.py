import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle.connectors
from node.protocol.observation import Observation
from oracle.connectors import CONNECTORS, normalize
from oracle.payload import RawPayload
from oracle.record import Outcome, Record, Rejected

SAMPLES = {
    name: sorted((Path(oracle.connectors.__file__).parent / name / "samples").glob("*.*")) for name in CONNECTORS
}
EVERY = [(name, path) for name, paths in SAMPLES.items() for path in paths]
MARKETS = {"shopify": "aurora-shop", "page": "bazaar-pages", "report": "grand-mall"}


def read(
    connector: str, body: bytes, url: str = "https://shop.example/anvil.html", media: str = "text/html"
) -> list[Outcome]:
    return list(normalize(RawPayload(connector, MARKETS[connector], url, media, 1_767_225_600, body)))


def values(outcome: Outcome) -> dict[str, object]:
    assert isinstance(outcome, Record)
    Observation.make(outcome.values)
    return dict(outcome.values)


def reasons(outcomes: list[Outcome]) -> list[str]:
    return [outcome.reason if isinstance(outcome, Rejected) else "" for outcome in outcomes]


def sample(connector: str, name: str) -> bytes:
    return next(path.read_bytes() for path in SAMPLES[connector] if path.name == name)


@pytest.mark.parametrize(("connector", "path"), EVERY, ids=lambda value: getattr(value, "name", value))
def test_every_sample_is_read(connector: str, path: Path) -> None:
    outcomes = read(connector, path.read_bytes())
    assert outcomes
    assert "UNREADABLE" not in reasons(outcomes)


def test_admin_product_becomes_one_listing() -> None:
    (found,) = read("shopify", sample("shopify", "product.json"), "https://shop.example/products/ipod-nano.json")
    listing = values(found)
    assert listing["listing_id"] == "632910392" and listing["title"] == "IPod Nano - 8GB"
    assert (listing["price_fen"], listing["currency"], listing["sku"]) == (19900, "CNY", "IPOD2008PINK")
    assert listing["published_at"] == 1199145600 and listing["available"] is True and listing["brand_raw"] == "Apple"
    assert str(listing["description"]).startswith("It's the small iPod")


def test_bare_list_of_products_becomes_listings() -> None:
    assert [values(found)["listing_id"] for found in read("shopify", sample("shopify", "products.json"))] == list(
        "1234"
    )


def test_storefront_takes_the_first_available_variant_and_the_seller_tag() -> None:
    (found,) = read(
        "shopify", sample("shopify", "storefront.json"), "https://shop.example/shopify/products.json?limit=250&page=1"
    )
    listing = values(found)
    assert (listing["sku"], listing["price_fen"], listing["gtin_raw"], listing["gtin"]) == (
        "J-M",
        119900,
        "4006381333932",
        None,
    )
    assert listing["seller_id"] == "s-77" and listing["description"] == "Warm & light"
    assert listing["url"] == "https://shop.example/shopify/products/item-7100000001.json"


def test_an_unknown_shop_has_no_guessed_currency() -> None:
    payload = RawPayload("shopify", "shop.example", "https://shop.example/p", "x", 1, sample("shopify", "product.json"))
    assert values(next(normalize(payload)))["currency"] is None


@pytest.mark.parametrize(
    "name", ["misc__product_microdata.html", "schema.org__product.html", "schema.org__product-ref.html"]
)
def test_microdata_page_becomes_a_listing(name: str) -> None:
    listing = values(read("page", sample("page", name))[0])
    assert (listing["title"], listing["brand_raw"], listing["listing_id"]) == ("Executive Anvil", "ACME", "anvil")
    assert (listing["price_fen"], listing["currency"], listing["available"]) == (11999, "USD", True)
    assert listing["seller_name"] == "Executive Objects" and listing["seller_id"] is None
    assert listing["image"] == "anvil_executive.jpg"


def test_json_ld_graph_gives_the_offer_in_stock() -> None:
    (found,) = read("page", sample("page", "json_ld.html"))
    listing = values(found)
    assert (listing["price_fen"], listing["list_price_fen"], listing["currency"]) == (129900, 159900, "CNY")
    assert (listing["seller_id"], listing["gtin"], listing["listing_id"]) == ("s-2", "04006381333931", "20001")
    assert listing["description"] == "304\n不锈钢"


def test_page_without_product_is_no_listing() -> None:
    for path in SAMPLES["page"]:
        if path.name.startswith(("custom", "misc__null")):
            assert reasons(read("page", path.read_bytes())) == ["CAPTURE_NOT_LISTING"]


def test_json_ld_with_comments_is_read() -> None:
    body = b'<script type="application/ld+json">{"@type":"Product", // note\n"name":"x","sku":"1"}</script>'
    assert values(read("page", body)[0])["title"] == "x"


def test_report_lines_become_records() -> None:
    found = {str(value["type"]): value for value in map(values, read("report", sample("report", "report.jsonl")))}
    assert list(found) == ["seller", "listing", "sales", "review", "return", "promotion"]
    assert (found["listing"]["price_fen"], found["listing"]["list_price_fen"]) == (129900, 1500000)
    assert found["listing"]["gtin"] == "04006381333931"
    assert found["sales"]["marketplace"] == "aurora-shop" and found["review"]["marketplace"] == "grand-mall"
    assert found["seller"]["registered_at"] == 1740787200
    assert (found["promotion"]["claimed_price_fen"], found["promotion"]["list_price_fen"]) == (99900, 129900)


def test_bad_report_lines_each_have_their_reason() -> None:
    assert reasons(read("report", sample("report", "report_fail.jsonl"))) == [
        "PRICE_AMBIGUOUS",
        "NOT_A_NUMBER",
        "MISSING_FIELD",
        "DUPLICATE_KEY",
        "TIME_UNREADABLE",
        "OUT_OF_RANGE",
        "UNKNOWN_KIND",
        "CURRENCY_CONFLICT",
        "MARKETPLACE_UNUSABLE",
        "URL_UNUSABLE",
        "WRONG_TYPE",
        "NOT_JSON",
        "NUMBER_TOO_LARGE",
    ]


def test_one_bad_line_never_stops_the_others() -> None:
    body = (
        b'{"kind":"sales","listing_id":"1"}\n'
        + b"[" * 100_000
        + b"]" * 100_000
        + b'\n{"kind":"sales","listing_id":"2"}\n'
    )
    assert reasons(read("report", body)) == ["", "JSON_TOO_DEEP", ""]


@pytest.mark.parametrize(
    ("connector", "body", "reason"),
    [
        ("shopify", b"[" * 100_000, "JSON_TOO_DEEP"),
        ("shopify", b"", "NOT_JSON"),
        ("shopify", b"\xff\xfe", "NOT_UTF8"),
        ("shopify", b'{"shop":{}}', "WRONG_SHAPE"),
        ("page", b"", "NOT_HTML"),
        ("page", b"x" * 5_000_000, "PAYLOAD_TOO_LARGE"),
        ("page", b'<script type="application/ld+json">{"@type":"Product","name":', "NOT_JSON"),
        ("page", b"<b itemscope>" * 1_000, "TOO_MANY_ITEMS"),
    ],
)
def test_unreadable_payload_is_one_rejection(connector: str, body: bytes, reason: str) -> None:
    assert reasons(read(connector, body)) == [reason]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EVERY), st.data())
def test_mangled_payloads_never_raise(which: tuple[str, Path], data: st.DataObject) -> None:
    connector, path = which
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    for outcome in read(connector, bytes(body)):
        if isinstance(outcome, Record):
            Observation.make(outcome.values).root()
        else:
            assert outcome.reason.replace("_", "").isalnum() and outcome.expected


NAMES = [
    "kind",
    "id",
    "listing_id",
    "title",
    "price",
    "variants",
    "tags",
    "images",
    "url",
    "rating",
    "posted_at",
    "list_price",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JSON), max_size=3))
def test_wild_values_never_raise(items: list[dict[str, object]]) -> None:
    assert len(read("shopify", json.dumps(items).encode("utf-8", "surrogatepass"))) <= max(1, len(items))
    lines = b"\n".join(json.dumps({**item, "kind": "listing"}).encode() for item in items)
    assert len(read("report", lines)) == len(items)
