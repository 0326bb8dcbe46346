"""What the contracts' code can and cannot do, read off the compiled bytes."""

from collections.abc import Iterator

import pytest

from node.chain.artifacts import NAMES, artifact

PUSH1, PUSH32 = 0x60, 0x7F
DELEGATECALL, CALLCODE, SELFDESTRUCT, CREATE, CREATE2 = 0xF4, 0xF2, 0xFF, 0xF0, 0xF5


def opcodes(code: bytes) -> Iterator[int]:
    """The instructions, without the bytes that they push."""
    at = 0
    while at < len(code):
        yield code[at]
        at += 1 + (code[at] - PUSH1 + 1 if PUSH1 <= code[at] <= PUSH32 else 0)


@pytest.mark.parametrize("name", NAMES)
def test_no_contract_runs_foreign_code_makes_another_or_ends_itself(name: str) -> None:
    used = set(opcodes(artifact(name).bytecode))
    assert not used & {DELEGATECALL, CALLCODE, SELFDESTRUCT, CREATE, CREATE2}
    assert 0xF3 in used, "no RETURN: not read as code"


@pytest.mark.parametrize("name", NAMES)
def test_no_contract_takes_ether_or_is_initialised_later(name: str) -> None:
    abi = artifact(name).abi
    assert not [entry for entry in abi if entry.get("stateMutability") == "payable"]
    assert not [entry for entry in abi if entry["type"] in ("receive", "fallback")]
    assert not [entry["name"] for entry in abi if entry["type"] == "function" and "initialize" in entry["name"].lower()]
