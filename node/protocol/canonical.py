"""Canonical JSON after RFC 8785, a strict reader for it, and the two hashes of the protocol.

Reading is stricter than writing: the reader refuses what two programs could understand differently (duplicate keys,
NaN, lone surrogates, numbers beyond 2^53 - 1, deep nesting). It accepts any spacing and key order.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

import rfc8785
import sha3

from node.protocol.errors import CanonicalError, UnreadableError

Json: TypeAlias = "None | bool | int | float | str | Sequence[Json] | Mapping[str, Json]"

MAX_INTEGER = 2**53 - 1  # I-JSON, RFC 7493 section 2.2
MAX_DEPTH = 64  # our own records nest less than ten deep

# A string, closed or not, or one bracket. Possessive, so that hostile input costs one pass.
_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_PLAIN = bytes(set(range(256)) - set(b'[]{}"'))
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


def canonical(value: Json) -> bytes:
    """The one RFC 8785 form of `value`. Raises `CanonicalError` if it has none."""
    try:
        if _is_plain(value):
            return _ENCODER.encode(value).encode("utf-8")
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as exc:
        raise CanonicalError(f"expected a value with a canonical form, got: {exc}") from exc


def _is_plain(value: object, depth: int = 0) -> bool:
    """Whether the standard encoder gives the RFC 8785 form, several times faster: no floats, safe integers, ASCII keys.

    Both escape alike, and over ASCII keys the order by code point is the order by UTF-16 unit.
    """
    kind = value.__class__
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER  # type: ignore[operator]
    if depth >= MAX_DEPTH:
        return False
    if kind is list or kind is tuple:
        return all([_is_plain(item, depth + 1) for item in value])  # type: ignore[attr-defined]
    if kind is dict:
        assert isinstance(value, dict)
        if not all([key.__class__ is str and key.isascii() for key in value]):
            return False
        return all([_is_plain(item, depth + 1) for item in value.values()])
    return False


def parse(data: bytes, max_depth: int = MAX_DEPTH, max_marks: int | None = None) -> Json:
    """The JSON value in `data`, UTF-8. Raises `CanonicalError` for anything ambiguous.

    `max_marks` bounds the commas, colons and opening brackets, and so the work on foreign input.
    """
    marks = len(data) - len(data.translate(None, b",:[{")) if max_marks is not None else 0
    if max_marks is not None and marks > max_marks:
        raise CanonicalError(f"expected at most {max_marks} commas, colons and brackets, got {marks}")
    _check_depth(data, max_depth)
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except (ValueError, RecursionError) as exc:
        raise CanonicalError(f"expected strict JSON, got: {exc}") from exc
    if _SURROGATE_ESCAPE.search(data):
        _check_surrogates(value)
    return value


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it (the padding before FIPS 202)."""
    return bytes(sha3.keccak_256(data).digest())


def digest_of(value: Json) -> bytes:
    """SHA-256 of the canonical form."""
    return sha256(canonical(value))


def to_hex(data: bytes) -> str:
    """Lowercase hex with 0x, as all bytes stand in our JSON."""
    return "0x" + data.hex()


def from_hex(text: object, length: int | None = None) -> bytes:
    """The bytes that `to_hex` wrote. Raises `UnreadableError` for any other spelling or length."""
    data = _unhex(text[2:]) if isinstance(text, str) and text[:2] == "0x" else None
    if data is None:
        raise UnreadableError(f"expected lowercase 0x hex, got {_shown(text)}")
    if length is not None and len(data) != length:
        raise UnreadableError(f"expected {length} bytes of hex, got {len(data)}")
    return data


def _unhex(digits: str) -> bytes | None:
    """The bytes of lowercase hex, None for any other spelling: `fromhex` takes capitals and spaces too."""
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        return None
    return data if data.hex() == digits else None


def _check_depth(data: bytes, max_depth: int) -> None:
    """Refuse deep nesting before the recursive reader sees it."""
    if b"\\" not in data:  # then quotes alone bound the strings, and few passes over the brackets outside them do
        brackets = b"".join(data.translate(_ONE_KIND, _PLAIN).split(b'"')[::2])
        for _ in range(max_depth + 1):
            if not brackets:
                return
            brackets = brackets.replace(b"[]", b"")  # the innermost level
    depth = 0
    for match in _STRUCTURE.finditer(data):
        mark = match.group()
        if mark in (b"[", b"{"):
            depth += 1
            if depth > max_depth:
                raise CanonicalError(f"expected at most {max_depth} levels of nesting, got more")
        elif mark in (b"]", b"}"):
            depth -= 1


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise CanonicalError(f"expected each key once, got {_shown(twice)} twice")
    return found


def _constant(text: str) -> NoReturn:
    raise CanonicalError(f"expected a JSON number, got {text}")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise CanonicalError(f"expected an integer within 2^53 - 1, got {_shown(text)}")
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    if not abs(number) <= MAX_INTEGER:  # beyond, its canonical form may be an integer that is refused
        raise CanonicalError(f"expected a number within 2^53 - 1, got {_shown(text)}")
    return number


def _check_surrogates(value: Json) -> None:
    """Refuse half a surrogate pair: it is in no Unicode text and cannot be written as UTF-8."""
    stack: list[Json] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if any("\ud800" <= character <= "\udfff" for character in item):
                raise CanonicalError("expected Unicode text, got a lone surrogate")
        elif isinstance(item, Mapping):
            stack.extend(item.keys())
            stack.extend(item.values())
        elif isinstance(item, Sequence):
            stack.extend(item)


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."
