"""Taking JSON values apart without guessing: each function returns the type it names or raises `UnreadableError`."""

import base64
import binascii
from collections.abc import Collection

from node.protocol.canonical import MAX_INTEGER, Json
from node.protocol.errors import UnreadableError


def object_of(value: Json, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Json]:
    """An object with all `required` keys, perhaps some `optional` ones, and no others."""
    if not isinstance(value, dict):
        raise UnreadableError(f"expected an object, got {type(value).__name__}")
    missing, unknown = set(required) - set(value), set(value) - set(required) - set(optional)
    if missing or unknown:
        raise UnreadableError(
            f"expected all of {sorted(required)}, got missing {sorted(missing)}, unknown {sorted(unknown)}"
        )
    return value


def list_of(value: Json, most: int | None = None) -> list[Json]:
    """A list of at most `most` items."""
    if not isinstance(value, list):
        raise UnreadableError(f"expected a list, got {type(value).__name__}")
    if most is not None and len(value) > most:
        raise UnreadableError(f"expected at most {most} items, got {len(value)}")
    return value


def text_of(value: object) -> str:
    """A string."""
    if not isinstance(value, str):
        raise UnreadableError(f"expected text, got {type(value).__name__}")
    return value


def optional_text_of(value: object) -> str | None:
    """A string or null."""
    return None if value is None else text_of(value)


def integer_of(value: object, low: int = 0, high: int = MAX_INTEGER) -> int:
    """An integer (never a boolean) from `low` to `high`."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UnreadableError(f"expected an integer from {low} to {high}, got {value!r:.40}")
    return int(value)


def optional_integer_of(value: object, low: int, high: int) -> int | None:
    """An integer from `low` to `high`, or null."""
    return None if value is None else integer_of(value, low, high)


def bytes_of(value: object, length: int) -> bytes:
    """Exactly `length` bytes (a value in Python, not hex)."""
    if not isinstance(value, bytes) or len(value) != length:
        got = f"{len(value)} bytes" if isinstance(value, bytes) else type(value).__name__
        raise UnreadableError(f"expected {length} bytes, got {got}")
    return value


def bare_hex_of(value: object, length: int) -> bytes:
    """The bytes of lowercase hex without 0x, as salts and payload names are written."""
    text = text_of(value)
    if len(text) != 2 * length or not set(text) <= set("0123456789abcdef"):
        raise UnreadableError(f"expected {length} bytes of bare lowercase hex, got {text!r:.40}")
    return bytes.fromhex(text)


def file_of(value: object) -> bytes:
    """The bytes of a file as it stands in JSON: base64 (RFC 4648) in its one spelling."""
    text = text_of(value)
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as exc:
        raise UnreadableError(f"expected base64, got: {exc}") from exc
    if base64.b64encode(data).decode("ascii") != text:
        raise UnreadableError("expected base64 in its one spelling, got another")
    return data
