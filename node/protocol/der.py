"""Strict DER (X.690), as far as time-stamp tokens and certificates need it: one spelling, and nothing after the end.

Tags of one byte and lengths of at most four only. Whatever else is in the bytes raises `TimestampError`.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from node.protocol.errors import TimestampError

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
_UTC_TIME = re.compile(rb"[0-9]{12}Z")
_GENERALIZED_TIME = re.compile(rb"([0-9]{14})(\.[0-9]*[1-9])?Z")

MAX_ARC = 2**128  # of an object identifier: as wide as a UUID (X.667), the widest in use


def context(number: int, constructed: bool = True) -> int:
    """The tag [number] of a context."""
    return (0xA0 if constructed else 0x80) | number


@dataclass(frozen=True)
class Element:
    """One element: its tag, its content, and the whole of its bytes."""

    tag: int
    body: bytes
    raw: bytes

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The one element that `data` is."""
        found = cls.all_in(data)
        if len(found) != 1:
            raise TimestampError(f"expected one DER element, got {len(found)}")
        return found[0]

    @classmethod
    def all_in(cls, data: bytes) -> list[Self]:
        """The elements that follow each other in `data`."""
        found, start = [], 0
        while start < len(data):
            begin, end = _bounds(data, start)
            found.append(cls(data[start], data[begin:end], data[start:end]))
            start = end
        return found

    def expect(self, tag: int) -> Self:
        """Itself, if it has this tag."""
        if self.tag != tag:
            raise TimestampError(f"expected DER tag {tag:#04x}, got {self.tag:#04x}")
        return self

    def items(self, tag: int = SEQUENCE) -> list[Self]:
        """The elements inside, if it has this tag."""
        return type(self).all_in(self.expect(tag).body)


class Fields:
    """The fields of a SEQUENCE, taken in their order."""

    def __init__(self, element: Element, tag: int = SEQUENCE) -> None:
        self._left = element.items(tag)[::-1]

    def take(self, *tags: int) -> Element:
        """The next field, which must have one of these tags."""
        found = self.optional(*tags)
        if found is None:
            got = f"{self._left[-1].tag:#04x}" if self._left else "none"
            raise TimestampError(f"expected a field with DER tag {' or '.join(map('{:#04x}'.format, tags))}, got {got}")
        return found

    def optional(self, *tags: int) -> Element | None:
        """The next field if it has one of these tags."""
        return self._left.pop() if self._left and self._left[-1].tag in tags else None

    def end(self) -> None:
        """Raises when a field is left."""
        if self._left:
            raise TimestampError(f"expected no further field, got one with DER tag {self._left[-1].tag:#04x}")


def integer(element: Element) -> int:
    """An INTEGER."""
    body = element.expect(INTEGER).body
    if not body or len(body) > 1 and (body[0] == 0 and body[1] < 0x80 or body[0] == 0xFF and body[1] >= 0x80):
        raise TimestampError(f"expected a minimal integer, got {body.hex()[:80]!r}")
    return int.from_bytes(body, "big", signed=True)


def oid(element: Element) -> str:
    """An OBJECT IDENTIFIER, dotted."""
    body = element.expect(OID).body
    arcs, value, fresh = [], 0, True
    for byte in body:
        if fresh and byte == 0x80:
            raise TimestampError("expected a minimal object identifier, got a padded one")
        value, fresh = value << 7 | byte & 0x7F, byte < 0x80
        if value >= MAX_ARC:
            raise TimestampError("expected an object identifier of short numbers, got a long one")
        if fresh:
            arcs.append(value)
            value = 0
    if not arcs or not fresh:
        raise TimestampError(f"expected an object identifier, got {body.hex()[:80]!r}")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def truth(element: Element | None) -> bool:
    """A BOOLEAN DEFAULT FALSE: absent, or TRUE in its one spelling."""
    if element is not None and element.expect(BOOLEAN).body != b"\xff":
        raise TimestampError("expected TRUE where a boolean is given, got another value")
    return element is not None


def bits(element: Element) -> bytes:
    """A BIT STRING of whole bytes."""
    body = element.expect(BITS).body
    if body[:1] != b"\0":
        raise TimestampError("expected a bit string of whole bytes, got another")
    return body[1:]


def time(element: Element) -> int:
    """A time in UTC seconds, a fraction of a second dropped."""
    if element.tag == UTC_TIME and _UTC_TIME.fullmatch(element.body):
        digits = element.body[:-1].decode()
        digits = ("20" if digits < "50" else "19") + digits  # RFC 5280 section 4.1.2.5.1
    elif element.tag == GENERALIZED_TIME and (found := _GENERALIZED_TIME.fullmatch(element.body)):
        digits = found[1].decode()
    else:
        raise TimestampError(f"expected a time in UTC, got {element.body[:40]!r}")
    year, rest = int(digits[:4]), [int(digits[at : at + 2]) for at in range(4, 14, 2)]
    try:
        moment = datetime(year, rest[0], rest[1], rest[2], rest[3], rest[4], tzinfo=UTC)
    except ValueError as exc:
        raise TimestampError(f"expected a time in UTC, got {digits}") from exc
    return calendar.timegm(moment.utctimetuple())


def _bounds(data: bytes, start: int) -> tuple[int, int]:
    """Where the content of the element at `start` begins and ends."""
    if len(data) - start < 2 or data[start] & 0x1F == 0x1F:
        raise TimestampError("expected a DER tag of one byte and a length, got another form")
    length, begin = data[start + 1], start + 2
    if length >= 0x80:
        digits = data[begin : begin + (length & 0x7F)]
        short = len(digits) == 1 and digits < b"\x80"
        if len(digits) != length & 0x7F or not 1 <= len(digits) <= 4 or digits[0] == 0 or short:
            raise TimestampError("expected a minimal DER length, got another form")
        length, begin = int.from_bytes(digits, "big"), begin + len(digits)
    if len(data) - begin < length:
        raise TimestampError(f"expected {length} bytes of DER content, got {len(data) - begin}")
    return begin, begin + length
