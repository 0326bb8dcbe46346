"""Products encode as the contract encodes them, and what it would refuse never becomes a leaf."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.protocol.canonical import from_hex, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.merkle import check_inclusion
from node.protocol.merkle_tree import MerkleTree
from node.protocol.products import Product, check_gtin

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "product_tree.json").read_text("utf-8"))
LAMP = Product(4006381333931, bytes(31) + b"\1", 9_900, 12_900, "CNY", bytes(31) + b"\2")


def product_of(value: dict[str, Any]) -> Product:
    return Product(
        value["gtin"],
        from_hex(value["nameDigest"], 32),
        value["priceLowFen"],
        value["priceHighFen"],
        from_hex(value["currency"], 3).decode("ascii"),
        from_hex(value["metadataDigest"], 32),
    )


def test_leaves_and_paths_are_those_of_the_vectors() -> None:
    products = [product_of(item["product"]) for item in VECTORS["leaves"]]
    tree = MerkleTree([product.leaf() for product in products])
    assert to_hex(tree.root) == VECTORS["root"]
    for index, (product, item) in enumerate(zip(products, VECTORS["leaves"], strict=True)):
        assert (to_hex(product.encoded()), to_hex(product.leaf())) == (item["encoded"], item["leaf"])
        path = [from_hex(sibling, 32) for sibling in item["path"]]
        check_inclusion(product.leaf(), index, len(products), path, tree.root)


@given(st.integers(1, 10**13 - 1))
def test_exactly_one_check_digit_holds(body: int) -> None:
    holding = []
    for digit in range(10):
        try:
            check_gtin(body * 10 + digit)
            holding.append(digit)
        except UnreadableError:
            pass
    assert len(holding) == 1


@pytest.mark.parametrize("gtin", [96385074, 614141000036, 4006381333931, 10614141000415])
def test_gtins_of_all_lengths_hold(gtin: int) -> None:
    check_gtin(gtin)


@pytest.mark.parametrize("gtin", [6901234567829, 4006381333932, 96385070])
def test_a_wrong_check_digit_is_refused(gtin: int) -> None:
    with pytest.raises(UnreadableError, match=f"expected a GTIN whose check digit holds, got {gtin}"):
        replace(LAMP, gtin=gtin)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"gtin": 0}, "expected an integer from 1 to 99999999999999, got 0"),
        ({"gtin": 10**14}, "expected an integer from 1 to 99999999999999"),
        ({"name_digest": b"short"}, "expected 32 bytes, got 5 bytes"),
        ({"metadata_digest": "0x"}, "expected 32 bytes, got str"),
        ({"price_low_fen": 12_901}, "expected a price range, got 12901 to 12900"),
        ({"price_low_fen": -1}, "expected an integer from 0"),
        ({"price_low_fen": 0, "price_high_fen": 0}, "expected an integer from 1"),
        ({"price_high_fen": 129.0}, "expected an integer from 1"),
        ({"currency": "cny"}, "expected a currency of three capitals, got 'cny'"),
        ({"currency": "ＣＮＹ"}, "expected a currency of three capitals"),
    ],
)
def test_what_the_contract_refuses_is_refused_before(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        replace(LAMP, **changes)
