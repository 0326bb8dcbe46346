"""Our encoder against eth_account's, for every type; eth_account is lenient, so only as a reference for good values."""

import json
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol.canonical import MAX_INTEGER, canonical, from_hex, parse, to_hex
from node.protocol.capture import Capture
from node.protocol.configuration import Bureau, ContractVersion, Court
from node.protocol.errors import UnreadableError
from node.protocol.finding import Anchor, Answer, Finding, Refusal, Report
from node.protocol.identifiers import checksummed
from node.protocol.life import Custody, Recusal
from node.protocol.signing import recover
from node.protocol.subject_statement import SubjectStatement
from node.protocol.typed_data import Domain, Struct, digest

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "typed_data.json").read_text("utf-8"))
TYPES: dict[str, type[Struct]] = {
    t.__name__: t for t in (Finding, Report, Answer, Refusal, Anchor, Capture, Custody, Recusal, SubjectStatement)
}
ALL: list[type[Struct]] = [*TYPES.values(), Bureau, Court, ContractVersion]

words = st.binary(min_size=32, max_size=32)
addresses = st.binary(min_size=20, max_size=20).map(checksummed)


def schema(struct: type[Struct]) -> list[dict[str, str]]:
    members = struct.TYPE[struct.TYPE.index("(") + 1 : -1].split(",")
    return [dict(zip(("type", "name"), member.split(" "), strict=True)) for member in members]


def values(struct: type[Struct]) -> st.SearchStrategy[Any]:
    def of(solidity: str, name: str) -> st.SearchStrategy[Any]:
        if solidity.endswith("[]"):
            return st.lists(of(solidity[:-2], name), max_size=4).map(tuple)
        if solidity in TYPES:
            return values(TYPES[solidity])
        if solidity == "bytes32":
            return words
        if solidity == "address":
            return addresses
        high = 10_000 if name.endswith("Bps") else min(2 ** int(solidity[4:]) - 1, MAX_INTEGER)
        return st.integers(0, high)

    parts = {m.attribute: of(row["type"], m.name) for m, row in zip(struct.MEMBERS, schema(struct), strict=True)}
    return st.builds(struct, **parts)


def reference(domain: Domain, value: Struct) -> Any:
    types = {t.__name__: schema(t) for t in (type(value), *value.PARTS)}
    types["EIP712Domain"] = [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ]
    return encode_typed_data(
        full_message={
            "types": types,
            "primaryType": type(value).__name__,
            "domain": {
                "name": "Touchstone",
                "version": "1",
                "chainId": domain.chain_id,
                "verifyingContract": domain.verifying_contract,
            },
            "message": value.to_json(),
        }
    )


@pytest.mark.parametrize("struct", ALL, ids=lambda struct: struct.__name__)
def test_hashes_are_those_of_eth_account(struct: type[Struct]) -> None:
    @settings(max_examples=60, deadline=None)
    @given(values(struct), st.integers(1, MAX_INTEGER), addresses)
    def check(value: Struct, chain_id: int, contract: str) -> None:
        domain = Domain(chain_id, contract)
        message = reference(domain, value)
        assert domain.separator() == message.header
        assert value.struct_hash() == message.body
        assert digest(domain, value.struct_hash()) == keccak(b"\x19" + message.version + message.header + message.body)

    check()


@pytest.mark.parametrize("struct", ALL, ids=lambda struct: struct.__name__)
def test_json_is_read_back_as_the_same_value(struct: type[Struct]) -> None:
    @settings(max_examples=25, deadline=None)
    @given(values(struct))
    def check(value: Struct) -> None:
        assert struct.from_json(parse(canonical(value.to_json()))) == value

    check()


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["primaryType"])
def test_vectors(case: dict[str, Any]) -> None:
    value = TYPES[case["primaryType"]].from_json(case["message"])
    domain = Domain(case["domain"]["chainId"], case["domain"]["verifyingContract"])
    assert case["type"] == value.TYPE
    assert to_hex(value.struct_hash()) == case["structHash"]
    assert to_hex(digest(domain, value.struct_hash())) == case["digest"]
    assert recover(from_hex(case["digest"], 32), from_hex(case["signature"], 65)) == case["signer"]
    if isinstance(value, Finding):
        assert to_hex(value.clue_key()) == case["clueKey"]


@pytest.mark.parametrize(
    ("chain_id", "contract"),
    [(0, "0x" + "0" * 40), (True, "0x" + "0" * 40), ("1", "0x" + "0" * 40), (1, "0x" + "ab" * 20), (1, None)],
)
def test_the_domain_is_strict(chain_id: Any, contract: Any) -> None:
    with pytest.raises(UnreadableError, match="expected"):
        Domain(chain_id, contract)


def test_the_domain_binds_chain_and_contract() -> None:
    here = Domain(1, "0x" + "0" * 40)
    assert len({d.separator() for d in (here, Domain(2, "0x" + "0" * 40), Domain(1, "0x" + "0" * 39 + "1"))}) == 3
