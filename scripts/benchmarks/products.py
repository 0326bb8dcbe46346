"""Whole catalogues registered in one transaction by their Merkle root, and every product of them proven.

    scripts/bench products

Sixty thousand products, then a million, of one brand on a new embedded chain. Every proof is made and checked in Python;
the chain checks a sample of each catalogue, refuses each of the sample once its price is altered, and puts one on record.
Seconds are those of one processor, so that other programs do not count. Progress on stderr; the last line on stdout is one JSON object.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from node.chain.errors import Reverted
from node.chain.sender import Sender
from node.protocol.canonical import to_hex
from node.protocol.merkle import check_inclusion, root
from node.protocol.products import Product
from node.services.catalogue import REGISTRY, Catalogue
from node.services.facts import BrandFacts, ProductFacts
from node.services.registering import Registrar
from node.store.session import open_store
from tests.services.chain import Chain, open_chain
from tests.services.house import NOW

COUNTS = (60_000, 1_000_000)
ON_CHAIN = 200  # checks by the contract, of each catalogue
CHUNK = 20_000  # proofs in memory at once
SEED = 7
FIRST_BODY = 952_000_000_000  # the GS1 prefix kept for examples


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def products_of(brand: BrandFacts, count: int) -> list[Product]:
    """As many products, each with its own GTIN, names and prices."""
    made = []
    for number in range(count):
        facts = ProductFacts(gtin_of(number), f"Product {number}", "goods", 1_000 + number, 100_000 + number)
        made.append(facts.product(brand.name))
    return made


def gtin_of(number: int) -> str:
    body = str(FIRST_BODY + number)
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def check_all(catalogue: Catalogue) -> dict[str, int]:
    """Make and check the proof of every product."""
    tree, size = catalogue.tree, len(catalogue.tree)
    making = checking = 0.0
    for first in range(0, size, CHUNK):
        indexes = range(first, min(first + CHUNK, size))
        started = time.process_time()
        paths = [tree.path(index) for index in indexes]
        made = time.process_time()
        for index, path in zip(indexes, paths, strict=True):
            check_inclusion(catalogue.products[index].leaf(), index, size, path, tree.root)
        making, checking = making + made - started, checking + time.process_time() - made
        say(f"  {indexes.stop:>9,} of {size:,} proven")
    return {
        "proofs_checked": size,
        "proofs_made_per_second": round(size / making),
        "proofs_checked_per_second": round(size / checking),
    }


def check_on_chain(chain: Chain, catalogue: Catalogue, tree: int, brand_id: bytes) -> dict[str, int]:
    """Let the contract check a sample, the first and the last product in it, and refuse the same with other prices."""
    size = len(catalogue.tree)
    sample = sorted({0, size - 1, *random.Random(SEED).sample(range(size), ON_CHAIN - 2)})
    gas, refused = [], 0
    started = time.process_time()
    for index in sample:
        assert catalogue.check(tree, index, chain.contracts) == brand_id
    seconds = time.process_time() - started
    for index in sample:
        product, path = catalogue.products[index], catalogue.tree.path(index)
        data = chain.contracts.check_product_data(tree, product, index, path)
        gas.append(int(chain.client.request("eth_estimateGas", {"to": REGISTRY, "data": to_hex(data)}), 16))
        altered = replace(product, price_high_fen=product.price_high_fen + 1)
        try:
            chain.client.call(REGISTRY, chain.contracts.check_product_data(tree, altered, index, path))
        except Reverted:
            refused += 1
    return {
        "chain_checks": len(sample),
        "chain_checks_per_second": round(len(sample) / seconds),
        "chain_altered_refused": refused,
        "check_gas_median": round(median(gas)),
        "check_gas_most": max(gas),
    }


def gas_of(chain: Chain, owner: Sender, data: bytes) -> int:
    return int(owner.send_all([(REGISTRY, data)])[0]["gasUsed"], 16)


def measure(chain: Chain, brand: BrandFacts, owner: Sender, count: int) -> dict[str, Any]:
    say(f"{count:,} products: making them")
    products = products_of(brand, count)
    say("  building the tree")
    started = time.process_time()
    catalogue = Catalogue(products)
    built = time.process_time() - started
    assert catalogue.tree.root == root([product.leaf() for product in products])
    say("  registering it")
    contracts, brand_id = chain.contracts, brand.brand_id()
    data = contracts.register_tree_data(brand_id, catalogue.tree.root, count, bytes(31) + b"\1")
    register_gas = gas_of(chain, owner, data)
    tree = contracts.trees() - 1
    assert (contracts.tree(tree).root, contracts.tree(tree).count) == (catalogue.tree.root, count)
    proven = check_all(catalogue)
    say(f"  {ON_CHAIN} checks on chain")
    checks = check_on_chain(chain, catalogue, tree, brand_id)
    last = count - 1
    proving = contracts.prove_product_data(tree, products[last], last, catalogue.tree.path(last))
    return {
        "transactions": 1,
        "register_gas": register_gas,
        "register_bytes": len(data),
        "tree_seconds": round(built, 2),
        "tree_products_per_second": round(count / built),
        **proven,
        **checks,
        "prove_gas": gas_of(chain, owner, proving),
    }


def main(counts: Sequence[int] = COUNTS) -> None:
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, open_chain(Path(folder)) as chain:
        owner = chain.sender("owner")
        brand = BrandFacts("Benchmark", owner.address, "TM 1", "CN", (9,), NOW - 1, NOW + 10**8)
        store = open_store(Path(folder) / "node.sqlite")
        Registrar(store, chain.contracts).brands([brand], chain.sender("sender 1"))
        store.close()
        for count in counts:
            results[str(count)] = measure(chain, brand, owner, count)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
