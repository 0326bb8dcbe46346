"""Hostile changes of a JSON file: in its bytes, in its values, in its spelling."""

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[Any, ...]

VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1, -(2**53) + 1),
    *(1.0, -0.0, 0.5, 1e15, "", "0", "0x", "0x00", "0X00", "a", "01", "\u0000", "é", "𝒳", "\u2028", "A" * 65),
    *([], [[]], {}, {"a": 1}, [0], "0x" + "00" * 32, "00" * 32, "0x" + "00" * 20, "0x" + "00" * 65, "eA==", "eB=="),
]
SPELLINGS: list[bytes] = [
    *(b"-0", b"0.0", b"-0.0", b"1e0", b"1E+2", b"10e-1", b"1.", b".5", b"01", b"+1", b"0x10", b"1_0", b"--1", b"-"),
    *(b"9007199254740991", b"9007199254740992", b"-9007199254740992", b"9007199254740991.5", b"9e15", b"1e400"),
    *(b"00000000000000001", b"123456789012345678", b"9007199254740990.5", b"NaN", b"Infinity", b"-Infinity"),
    *(b"nan", b"True", b"None", b"nul", b"'a'", b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\\ude00\\ud83d"', b'"\\uD8"'),
    *(b'"\\x41"', b'"\\u0041"', b'"\\/"', b'"\n"', b'"\t"', b'"\x7f"', b'"\xed\xa0\x80"', b'"\xc0\x80"', b'"\xff"'),
    *(b'"\xf4\x90\x80\x80"', b'"\xef\xbb\xbf"', b"\xef\xbb\xbf1", b"[1,]", b'{"a":1,}', b'{"a":1,"a":1}', b'{"":0}'),
    *(b'{"__proto__":1}', b'{"constructor":{}}', b'{"a":1 "b":2}', b"{a:1}", b"[1 2]", b"/**/1", b"", b" ", b"\x0b1"),
    *(
        b"[" * 70 + b"]" * 70,
        b"[" * 60 + b"]" * 60,
        b'"\\ud800\\u0041"',
        b'"\\ud83d\xf0\x9f\x98\x80"',
        b"1\x00",
        b"\xc2\xa01",
    ),
]


def in_bytes(data: bytes, choose: random.Random) -> bytes:
    """One change that knows nothing of JSON."""
    at, length = choose.randrange(len(data)), choose.choice((1, 1, 1, 2, 8, 64))
    piece = data[at : at + length]
    return choose.choice(
        (
            lambda: data[:at] + bytes([data[at] ^ 1 << choose.randrange(8)]) + data[at + 1 :],
            lambda: data[:at] + bytes([choose.randrange(256)]) + data[at + 1 :],
            lambda: data[:at] + data[at + length :],
            lambda: data[:at] + piece + data[at:],
            lambda: data[:at] + choose.choice(b'0123456789abcdef"{}[],: \\').to_bytes(1, "big") + data[at:],
            lambda: data[:at],
        )
    )()


def paths_of(value: Any, path: Path = ()) -> Iterator[Path]:
    """The way to every value in a document, the inner ones too."""
    yield path
    if isinstance(value, dict | list):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths_of(item, (*path, name))


def at(value: Any, path: Path) -> Any:
    for name in path:
        value = value[name]
    return value


def pick(choose: random.Random, paths: list[Path]) -> Path:
    """One of the paths; each first key is as likely as the others, however much lies under it."""
    first = choose.choice(sorted({path[0] for path in paths if path}, key=str))
    return choose.choice([path for path in paths if path and path[0] == first])


def in_values(document: Any, choose: random.Random, paths: list[Path]) -> Any:
    """One change of one value, one key or one item. `paths` are those of `document`."""
    made = copy.deepcopy(document)
    path = pick(choose, paths)
    holder, name = at(made, path[:-1]), path[-1]
    change: Callable[[Any], Any] = choose.choice((_other, _near, _near, _near))
    action = choose.randrange(10)
    if action < 7:
        holder[name] = change(choose)(holder[name]) if change is _near else _other(choose)
    elif action == 7:
        del holder[name]
    elif action == 8 and isinstance(holder, list):
        holder.insert(name, copy.deepcopy(holder[choose.randrange(len(holder))]))
    elif action == 8:
        holder[choose.choice(("x", "", "__proto__", name.upper()))] = choose.choice(VALUES)
    else:
        holder[name] = copy.deepcopy(at(document, choose.choice(paths)))
    return made


def in_spelling(document: Any, choose: random.Random, paths: list[Path]) -> bytes:
    """One value written in a way that a lax reader takes, or another order, spacing or escape of all of it."""
    mark = "\U0001f512mark"
    made = copy.deepcopy(document)
    path = pick(choose, paths)
    value, kept = choose.choice(SPELLINGS), at(made, path)
    holder = at(made, path[:-1])
    if choose.randrange(3) == 0:
        value = _respelled(kept, choose)
    holder[path[-1]] = mark
    text = json.dumps(
        made,
        ensure_ascii=choose.random() < 0.5,
        indent=choose.choice((None, None, 1)),
        sort_keys=choose.random() < 0.5,
        separators=choose.choice(((",", ":"), (" ,\t", "\r: "))),
    )
    return (
        text.replace(json.dumps(mark), json.dumps(mark, ensure_ascii=False))
        .encode()
        .replace(f'"{mark}"'.encode(), value)
    )


def _respelled(value: Any, choose: random.Random) -> bytes:
    """The same value, or nearly, in another spelling."""
    if isinstance(value, str):
        escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 and choose.random() < 0.3 else c for c in value)
        return f'"{escaped}"'.encode()
    if isinstance(value, bool) or value is None:
        return json.dumps(value).encode()
    if isinstance(value, int | float):
        return choose.choice(
            (f"{value}.0", f"{value}e0", f"-{value}", f"{value}E-0", f"0{value}", f" {value}\n")
        ).encode()
    return b" " + json.dumps(value).encode() + b"\r\n\t "


def _other(choose: random.Random) -> Any:
    return copy.deepcopy(choose.choice(VALUES))


def _near(choose: random.Random) -> Callable[[Any], Any]:
    """A change that keeps most of a value."""

    def change(value: Any) -> Any:
        if isinstance(value, bool) or value is None:
            return choose.choice((not value, int(bool(value)), "null"))
        if isinstance(value, int):
            return choose.choice(
                (value + 1, value - 1, -value, float(value), str(value), value * 2, value ^ 1 << choose.randrange(40))
            )
        if isinstance(value, float):
            return choose.choice((value + 1, -value, value * 1.0000001, int(value)))
        if isinstance(value, str):
            return _near_text(value, choose)
        if isinstance(value, list):
            return choose.choice((value[:-1], value[::-1], value + value[:1], value + value, {}, value[:1]))
        return choose.choice((dict(list(value.items())[:-1]), list(value), dict(reversed(value.items()))))

    return change


def _near_text(text: str, choose: random.Random) -> str:
    if not text:
        return choose.choice((" ", "0x", "\n"))
    place = choose.randrange(len(text))
    digit = choose.choice("0123456789abcdef")
    return choose.choice(
        (
            text[:place] + digit + text[place + 1 :],
            text[:place] + digit + text[place + 1 :],
            text[:place] + digit + text[place + 1 :],
            text[:place] + text[place + 1 :],
            text[:place] + digit + text[place:],
            text.upper(),
            text.swapcase(),
            text + "\n",
            " " + text,
            text + "=",
            text.removeprefix("0x"),
            "0x" + text,
            text + "00",
            text[:-2],
            text[:place] + choose.choice("é\u0000\ud7ff𝒳\u212a") + text[place:],
            re.sub("[0-9]", lambda m: chr(0xFF10 + int(m.group())), text, count=1),  # full-width digits
        )
    )
