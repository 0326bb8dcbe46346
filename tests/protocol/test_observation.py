import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol.canonical import canonical, parse, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.merkle import check_inclusion, path, root
from node.protocol.observation import ErasedField, Field, HiddenField, Observation, Scalar, fresh_salt

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "observation.json").read_text("utf-8"))
VALUES: dict[str, Scalar] = {
    "type": "listing",
    "title": "正品 “Aurora” 面霜",
    "price_fen": 12900,
    "available": True,
    "gtin": None,
}


def counted() -> Any:
    numbers = itertools.count(1)
    return lambda: next(numbers).to_bytes(32, "big")


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_vectors(case: dict[str, Any]) -> None:
    observation = Observation.from_json(case["observation"])
    assert [to_hex(field.leaf) for field in observation.fields] == case["leaves"]
    assert to_hex(observation.root()) == case["root"]
    assert observation.values() == case["values"]


def test_leaf_is_the_hash_of_salt_name_and_value() -> None:
    field = Field("price_fen", b"\xab" * 32, 12900)
    assert field.leaf == hashlib.sha256(b'\x00["' + b"ab" * 32 + b'","price_fen",12900]').digest()


def test_fields_stand_in_name_order_with_fresh_salts() -> None:
    observation = Observation.make(VALUES)
    assert list(observation.values()) == sorted(VALUES)
    assert observation.values() == VALUES
    assert len({field.salt for field in observation.fields if isinstance(field, Field)}) == len(VALUES)
    assert Observation.make(VALUES).root() != observation.root()
    assert Observation.make(VALUES, counted()).root() == Observation.make(VALUES, counted()).root()
    assert len(fresh_salt()) == 32


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(VALUES))))
def test_a_redacted_copy_keeps_root_and_says_what_is_hidden(names: set[str]) -> None:
    observation = Observation.make(VALUES, counted())
    copy = observation.redact(names)
    assert copy.root() == observation.root()
    assert copy.hidden == len(names)
    assert copy.values() == {name: value for name, value in VALUES.items() if name not in names}
    assert Observation.from_json(parse(canonical(copy.to_json()))) == copy
    for name in names:
        assert name not in canonical(copy.to_json()).decode()


def test_an_erased_copy_keeps_the_root_and_counts_apart() -> None:
    observation = Observation.make(VALUES, counted())
    copy = observation.redact(["gtin"]).erase(["title", "price_fen"])
    assert copy.root() == observation.root()
    assert (copy.hidden, copy.erased, copy.whole, observation.whole) == (1, 2, False, True)
    assert Observation.from_json(parse(canonical(copy.to_json()))) == copy
    assert copy.to_json()[2] == {"erased": to_hex(observation.fields[2].leaf)}
    with pytest.raises(UnreadableError, match="expected names of shown fields, got .'title'."):
        copy.erase(["title"])


def test_a_hidden_value_cannot_be_given_another_one() -> None:
    observation = Observation.make(VALUES, counted())
    changed = tuple(
        Field(f.name, f.salt, 1) if isinstance(f, Field) and f.name == "price_fen" else f for f in observation.fields
    )
    assert Observation(changed).root() != observation.root()


def test_redact_refuses_names_that_are_not_shown() -> None:
    observation = Observation.make(VALUES).redact(["title"])
    with pytest.raises(UnreadableError, match="title"):
        observation.redact(["title"])


def test_a_single_field_can_be_proven() -> None:
    observation = Observation.make(VALUES)
    leaves = [field.leaf for field in observation.fields]
    assert root(leaves) == observation.root()
    check_inclusion(leaves[2], 2, len(leaves), path(leaves, 2), observation.root())


@pytest.mark.parametrize(
    ("name", "salt", "value", "words"),
    [
        ("Price", b"\0" * 32, 1, "snake case"),
        ("preis€", b"\0" * 32, 1, "snake case"),
        ("a\n", b"\0" * 32, 1, "snake case"),
        (None, b"\0" * 32, 1, "snake case"),
        ("a", b"\0" * 31, 1, "32 bytes"),
        ("a", "00" * 32, 1, "32 bytes"),
        ("a", b"\0" * 32, 1.5, "got float"),
        ("a", b"\0" * 32, 2**53, "expected an integer"),
        ("a", b"\0" * 32, ["x"], "got list"),
    ],
)
def test_fields_are_strict(name: Any, salt: Any, value: Any, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        Field(name, salt, value)


def test_order_and_repetition_are_refused() -> None:
    a, b = Field("a", bytes(32), 1), Field("b", bytes(32), 1)
    for fields in ((b, a), (a, a), (b, HiddenField(bytes(32)), a)):
        with pytest.raises(UnreadableError, match="name order"):
            Observation(fields)
    with pytest.raises(UnreadableError, match="name order"):
        Observation((b, ErasedField(bytes(32)), a))
    for wrong in ((), [a], (a, "0x")):
        with pytest.raises(UnreadableError):
            Observation(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        ["0x12"],
        [{"erased": "0x12"}],
        [{"erased": None}],
        [{"hidden": "0x" + "00" * 32}],
        [{"erased": "0x" + "00" * 32, "salt": "00" * 32}],
        [{}],
        [["00" * 32, "a"]],
        [["0x" + "00" * 32, "a", 1]],
        [["00" * 32, "a", [1]]],
        [["00" * 32, "a", 1.0]],
        [7],
    ],
)
def test_from_json_is_strict(value: Any) -> None:
    with pytest.raises(UnreadableError):
        Observation.from_json(value)
