"""DER has one spelling; what our reader takes is what its writer wrote."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.protocol import der
from node.protocol.der import Element, Fields
from node.protocol.errors import TimestampError
from tests.timestamp_authority import generalized, item, name, number, octets, sequence

ARCS = st.lists(st.integers(0, 2**70), max_size=8)


@given(st.integers(-(2**200), 2**200))
def test_integers(value: int) -> None:
    assert der.integer(Element.parse(number(value))) == value
    assert Element.parse(number(value)).raw == number(value)


@given(st.integers(0, 2), st.integers(0, 39), ARCS)
def test_object_identifiers(first: int, second: int, rest: list[int]) -> None:
    dotted = ".".join(map(str, (first, second, *rest)))
    assert der.oid(Element.parse(name(dotted))) == dotted


@given(st.integers(0, 253_402_300_799), st.sampled_from(["", ".5", ".001"]))
def test_times(value: int, fraction: str) -> None:
    assert der.time(Element.parse(generalized(value, fraction))) == value


def test_two_digits_of_a_year_turn_in_1950() -> None:
    for digits, year in ((b"490101000000Z", 2049), (b"500101000000Z", 1950)):
        assert der.time(Element.parse(item(der.UTC_TIME, digits))) == int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


@given(st.lists(st.binary(max_size=400), max_size=5))
def test_elements_side_by_side(parts: list[bytes]) -> None:
    found = Element.parse(sequence(*map(octets, parts))).items()
    assert [each.expect(der.OCTETS).body for each in found] == parts


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "expected one DER element, got 0"),
        ("05", "expected a DER tag of one byte and a length"),
        ("1f0100", "expected a DER tag of one byte and a length"),
        ("0500 0500", "expected one DER element, got 2"),
        ("0403 0102", "expected 3 bytes of DER content, got 2"),
        ("0480", "expected a minimal DER length"),
        ("0481 01 00", "expected a minimal DER length"),
        ("0482 0001 00", "expected a minimal DER length"),
        ("0485 0000000001 00", "expected a minimal DER length"),
        ("0482 01", "expected a minimal DER length"),
    ],
)
def test_another_spelling_is_refused(data: str, words: str) -> None:
    with pytest.raises(TimestampError, match=words):
        Element.parse(bytes.fromhex(data))


@pytest.mark.parametrize("body", ["", "0001", "ff80", "0000"])
def test_an_integer_in_more_bytes_than_needed_is_refused(body: str) -> None:
    with pytest.raises(TimestampError, match="expected a minimal integer"):
        der.integer(Element.parse(item(der.INTEGER, bytes.fromhex(body))))


@pytest.mark.parametrize("body", ["", "2a80", "2a8001", "8001"])
def test_a_padded_or_open_object_identifier_is_refused(body: str) -> None:
    with pytest.raises(TimestampError, match="object identifier"):
        der.oid(Element.parse(item(der.OID, bytes.fromhex(body))))


def test_fields_come_in_their_order() -> None:
    fields = Fields(Element.parse(sequence(number(1), octets(b"x"))))
    assert fields.optional(der.BOOLEAN) is None
    assert der.integer(fields.take(der.INTEGER)) == 1
    with pytest.raises(TimestampError, match="expected no further field, got one with DER tag 0x04"):
        fields.end()
    with pytest.raises(TimestampError, match="expected a field with DER tag 0x02 or 0x05, got 0x04"):
        fields.take(der.INTEGER, der.NULL)
    assert fields.take(der.OCTETS).body == b"x"
    fields.end()
    with pytest.raises(TimestampError, match="got none"):
        fields.take(der.OCTETS)


def test_booleans_and_bits_have_one_form() -> None:
    assert der.truth(None) is False and der.truth(Element.parse(item(der.BOOLEAN, b"\xff"))) is True
    for body in (b"\x00", b"\x01", b"", b"\xff\xff"):
        with pytest.raises(TimestampError, match="expected TRUE"):
            der.truth(Element.parse(item(der.BOOLEAN, body)))
    assert der.bits(Element.parse(item(der.BITS, b"\0abc"))) == b"abc"
    for body in (b"", b"\x01\x80"):
        with pytest.raises(TimestampError, match="expected a bit string of whole bytes"):
            der.bits(Element.parse(item(der.BITS, body)))
