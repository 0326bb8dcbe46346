"""docs/contracts/ and the contracts are in agreement: every function that changes state, every error, every public number."""

import re
from pathlib import Path

import pytest
from eth_abi.abi import decode

from node.chain.artifacts import NAMES, artifact
from node.chain.contracts import calldata
from node.chain.engines.embedded import EmbeddedEngine
from node.chain.genesis import Founding, build_genesis
from node.protocol.identifiers import ADDRESSES, address_bytes
from tests.chain.conftest import CHAIN_ID, FOUNDED, VALIDATOR_KEYS, configuration

PAGES = Path(__file__).parents[2] / "docs" / "contracts"
LIBRARY = {"InvalidShortString", "StringTooLong"}  # of OpenZeppelin's EIP712, for names that ours are not
DAY = 24 * 60 * 60


def page(name: str) -> str:
    return (PAGES / (re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() + ".md")).read_text(encoding="utf-8")


def first_cells(text: str, heading: str) -> set[str]:
    """What stands in the first column of the table under a heading."""
    part = text.split(f"## {heading}", 1)[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_every_function_that_changes_state(name: str) -> None:
    changing = {
        entry["name"]
        for entry in artifact(name).abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert first_cells(page(name), "Who may call what") == changing


@pytest.mark.parametrize("name", NAMES)
def test_a_page_explains_every_error(name: str) -> None:
    errors = {entry["name"] for entry in artifact(name).abi if entry["type"] == "error"} - LIBRARY
    assert first_cells(page(name), "When it refuses") == errors


def test_the_numbers_on_the_pages_are_the_contracts(tmp_path: Path) -> None:
    genesis = build_genesis(Founding(CHAIN_ID, FOUNDED, configuration()))
    compared = 0
    with EmbeddedEngine.open(tmp_path / "chain.sqlite", genesis, VALIDATOR_KEYS, lambda: FOUNDED + 1) as engine:
        for name in NAMES:
            told = dict(re.findall(r"^\| `([A-Z_]+)` \| (\d+(?: days)?) \|", page(name), re.MULTILINE))
            public = {e["name"] for e in artifact(name).abi if e["type"] == "function" and e["name"].isupper()}
            assert set(told) == public, name
            for constant, value in told.items():
                expected = int(value.split()[0]) * (DAY if value.endswith("days") else 1)
                answer = engine.call(bytes(20), address_bytes(ADDRESSES[name]), calldata(name, constant))
                assert decode(["uint256"], answer)[0] == expected, f"{name}.{constant}"
                compared += 1
    assert compared > 25
