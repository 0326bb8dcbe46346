"""An officer's authority: the same bytes as the contract's, bound to the right it names."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from node.protocol.authority import Authority, Right, nice_bits, office_code
from node.protocol.brand_name import name_key
from node.protocol.canonical import from_hex, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.identifiers import ADDRESSES
from node.protocol.signing import recover
from node.protocol.typed_data import Domain, digest

VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "authority.json").read_text("utf-8"))
RIGHT, WORDS = Right.from_json(VECTOR["right"]), Authority.from_json(VECTOR["authority"])


def test_the_vector_is_signed_by_its_officer() -> None:
    signed = digest(Domain(20262, ADDRESSES["BrandRegistry"]), WORDS.struct_hash())
    assert to_hex(signed) == VECTOR["digest"]
    assert recover(signed, from_hex(VECTOR["signature"], 65)) == VECTOR["signer"]
    assert WORDS.name_key == name_key("LUM1NA")


def test_an_authority_names_one_right() -> None:
    assert RIGHT.digest() == WORDS.right_digest
    assert replace(RIGHT, valid_until=RIGHT.valid_until + 1).digest() != WORDS.right_digest


def test_offices_and_classes_are_written_as_the_contract_reads_them() -> None:
    assert (office_code("CN"), office_code("EM")) == (0x434E, 0x454D)
    assert nice_bits((3, 45, 3)) == 1 << 3 | 1 << 45


@pytest.mark.parametrize("office", ["", "C", "CHN", "cn", "C1", "ÄÖ"])
def test_an_office_has_two_capitals(office: str) -> None:
    with pytest.raises(UnreadableError, match="expected an office by two capital letters"):
        office_code(office)


@pytest.mark.parametrize("classes", [(), (0,), (46,), (9, -1)])
def test_classes_are_those_of_the_nice_agreement(classes: tuple[int, ...]) -> None:
    with pytest.raises(UnreadableError, match="expected classes from 1 to 45"):
        nice_bits(classes)
