"""The one guarded JSON reader for payloads. Legal floats are read as `Decimal`; anything ambiguous is refused."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from oracle.errors import Malformed

MAX_DEPTH = 64  # the deepest payload of the shops we know nests nine deep
MAX_DIGITS = 40
_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)
_OPENING, _CLOSING = (b"[", b"{"), (b"]", b"}")


def load_json(data: bytes, max_depth: int = MAX_DEPTH, controls: bool = False) -> Any:
    """The JSON value in `data`. Raises `Malformed`: JSON_TOO_DEEP, DUPLICATE_KEY, NOT_A_NUMBER, NUMBER_TOO_LARGE,
    NOT_UTF8, NOT_JSON. With `controls`, bare control characters in texts are taken, as browsers take them in pages.
    """
    _check_depth(data, max_depth)
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            strict=not controls,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_decimal,
        )
    except UnicodeDecodeError as exc:
        raise Malformed("NOT_UTF8", "UTF-8", str(exc)) from exc
    except (ValueError, RecursionError) as exc:
        raise Malformed("NOT_JSON", "JSON", str(exc)) from exc


def _check_depth(data: bytes, max_depth: int) -> None:
    """Refuse deep nesting before the parser recurses into it."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    depth = 0
    for found in _STRUCTURE.finditer(data):
        sign = found.group()
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth > max_depth:
            raise Malformed("JSON_TOO_DEEP", f"at most {max_depth} levels", f"more at byte {found.start()}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Malformed("DUPLICATE_KEY", "each key once", twice)
    return found


def _constant(word: str) -> NoReturn:
    raise Malformed("NOT_A_NUMBER", "a number", word)


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Malformed("NUMBER_TOO_LARGE", f"at most {MAX_DIGITS} digits", f"{len(digits)} digits")
    return int(digits)


def _decimal(digits: str) -> Decimal:
    if len(digits) > MAX_DIGITS:
        raise Malformed("NUMBER_TOO_LARGE", f"at most {MAX_DIGITS} digits", f"{len(digits)} digits")
    try:
        number = Decimal(digits)
    except InvalidOperation as exc:
        raise Malformed("NUMBER_TOO_LARGE", "a number of moderate size", digits) from exc
    if abs(number.adjusted()) > MAX_DIGITS:
        raise Malformed("NUMBER_TOO_LARGE", "a number of moderate size", digits)
    return number


def object_of(value: object, what: str) -> Mapping[str, Any]:
    """`value` if it is a JSON object."""
    if not isinstance(value, dict):
        raise Malformed("WRONG_TYPE", f"{what} as an object", value)
    return value


def list_of(value: object, what: str) -> list[Any]:
    """`value` if it is a JSON array; None is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed("WRONG_TYPE", f"{what} as an array", value)
    return value
