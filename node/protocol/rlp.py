"""Strict RLP (Ethereum Yellow Paper, appendix B): one spelling for each value, and nothing left over.

Own reader, because the common ones take more than one spelling and what a court reads must have only one.
"""

from collections.abc import Sequence
from typing import TypeAlias

from node.protocol.errors import TrieError

Item: TypeAlias = bytes | list["Item"]

MAX_DEPTH = 64  # headers and trie nodes nest three deep; bounds work on foreign input


def encode(item: bytes | Sequence["Item"]) -> bytes:
    """The RLP of bytes or of a list of items."""
    if isinstance(item, bytes):
        return item if len(item) == 1 and item[0] < 0x80 else _prefix(0x80, len(item)) + item
    body = b"".join(encode(part) for part in item)
    return _prefix(0xC0, len(body)) + body


def decode(data: bytes) -> Item:
    """The one item that `data` spells. Raises `TrieError` for any other spelling, or trailing bytes."""
    item, end = _read(data, 0, len(data), 0)
    if end != len(data):
        raise TrieError(f"expected one RLP item, got {len(data) - end} bytes after it")
    return item


def number(data: Item) -> int:
    """An integer in minimal big-endian form."""
    if not isinstance(data, bytes) or data[:1] == b"\0":
        raise TrieError("expected an integer without leading zeros, got something else")
    return int.from_bytes(data, "big")


def minimal(value: int) -> bytes:
    """`value` in as few big-endian bytes as it needs; zero is empty."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _prefix(base: int, length: int) -> bytes:
    if length < 56:
        return bytes([base + length])
    size = minimal(length)
    return bytes([base + 55 + len(size)]) + size


def _read(data: bytes, at: int, end: int, depth: int) -> tuple[Item, int]:
    if at >= end:
        raise TrieError("expected an RLP item, got the end of the data")
    if depth > MAX_DEPTH:
        raise TrieError(f"expected RLP at most {MAX_DEPTH} deep")
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    base = 0x80 if first < 0xC0 else 0xC0
    start, length = _length(data, at, end, first - base)
    stop = start + length
    if stop > end:
        raise TrieError(f"expected {length} bytes of RLP, got {end - start}")
    if base == 0x80:
        if length == 1 and data[start] < 0x80:
            raise TrieError("expected a byte below 0x80 to stand for itself, got it with a prefix")
        return data[start:stop], stop
    items: list[Item] = []
    while start < stop:
        item, start = _read(data, start, stop, depth + 1)
        items.append(item)
    return items, stop


def _length(data: bytes, at: int, end: int, code: int) -> tuple[int, int]:
    if code < 56:
        return at + 1, code
    size = code - 55
    start = at + 1 + size
    if start > end or data[at + 1] == 0:
        raise TrieError("expected an RLP length without leading zeros, got something else")
    length = int.from_bytes(data[at + 1 : start], "big")
    if length < 56:
        raise TrieError(f"expected the short form for {length} bytes, got the long one")
    return start, length
