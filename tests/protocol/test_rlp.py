"""Strict RLP: one spelling for each value."""

import pytest
import rlp as other
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol import rlp
from node.protocol.errors import TrieError

ITEMS = st.recursive(st.binary(max_size=80), lambda children: st.lists(children, max_size=6), max_leaves=20)


@given(ITEMS)
@settings(max_examples=200, deadline=None)
def test_encoding_is_that_of_another_implementation_and_reads_back(item: rlp.Item) -> None:
    data = rlp.encode(item)
    assert data == other.encode(item)
    assert rlp.decode(data) == item


@given(st.binary(max_size=40))
@settings(max_examples=300, deadline=None)
def test_whatever_is_read_has_no_other_spelling(data: bytes) -> None:
    try:
        item = rlp.decode(data)
    except TrieError:
        return
    assert rlp.encode(item) == data


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        "8100",  # a single byte below 0x80 stands for itself
        "817f",
        "b800",  # a long form for a short length
        "b837" + "00" * 55,
        "b90038" + "00" * 56,  # a length with a leading zero
        "f800",
        "83aabb",  # too short
        "c2aa",
        "c281",
        "0000",  # something after it
        "c000",
        "bf" + "ff" * 8,
        "ff" + "ff" * 8,
        "c1" * 70 + "c0",  # not even consistent, and deep
    ],
)
def test_other_spellings_are_refused(spelling: str) -> None:
    with pytest.raises(TrieError):
        rlp.decode(bytes.fromhex(spelling))


def test_deep_nesting_is_refused_without_recursion_errors() -> None:
    item: rlp.Item = b""
    for _ in range(200):
        item = [item]
    with pytest.raises(TrieError):
        rlp.decode(rlp.encode(item))


@pytest.mark.parametrize(("number", "data"), [(0, b""), (1, b"\x01"), (127, b"\x7f"), (256, b"\x01\x00")])
def test_integers_are_minimal(number: int, data: bytes) -> None:
    assert rlp.minimal(number) == data
