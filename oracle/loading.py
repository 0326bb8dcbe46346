"""One guarded way from foreign bytes to JSON values: no depth, digits or double keys that two programs could read apart."""

import json
from decimal import Decimal
from typing import Any

from oracle.errors import Malformed

MAX_DEPTH = 100
MAX_DIGITS = 40


def load_json(data: bytes | str) -> Any:
    """The value in `data`; numbers with a point are `Decimal`. Raises `Malformed`."""
    text = _text(data)
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_decimal,
            parse_int=_integer,
            strict=False,  # raw control characters inside strings are common in shop pages, and harmless
        )
    except Malformed:
        raise
    except (ValueError, RecursionError) as exc:
        raise Malformed("NOT_JSON", f"expected JSON, got: {str(exc)[:200]}") from exc


def _text(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Malformed("NOT_UTF8", f"expected UTF-8 text, got byte {data[exc.start]:#x} at {exc.start}") from exc


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    inside, escaped = False, False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed("JSON_TOO_DEEP", f"expected at most {MAX_DEPTH} levels of nesting, got more")
        elif character in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Malformed("DUPLICATE_KEY", "expected each key once in an object, got one twice")
    return made


def _constant(name: str) -> Any:
    raise Malformed("NOT_A_NUMBER", f"expected a number, got {name}")


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_DIGITS:
        raise Malformed("NUMBER_TOO_LONG", f"expected a number of at most {MAX_DIGITS} characters, got {len(text)}")
    return Decimal(text)


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise Malformed("NUMBER_TOO_LONG", f"expected a number of at most {MAX_DIGITS} characters, got {len(text)}")
    return int(text)
