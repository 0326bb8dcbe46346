"""Seeded changes of evidence files: in the bytes, at every JSON leaf, in the structure; and the legal ones on purpose."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from node.protocol.canonical import canonical, from_hex, to_hex
from node.protocol.header import Header, extra_data
from node.protocol.observation import Observation

Made = Any
Path = tuple[Any, ...]

OTHER_VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 255, 2**32 - 1, 2**32, 2**53 - 1, 0.5, "", "0", "0x", "0x00", "a", "é"),
    *([], {}, [0], {"a": 1}, "0x" + "00" * 32, "00" * 32, "0x" + "ff" * 32, "0x" + "00" * 20, "0x" + "00" * 65, "eA=="),
]


def leaves_of(value: Made, path: Path = ()) -> Iterator[Path]:
    """The way to every value that holds no other."""
    if not isinstance(value, dict | list) or not value:
        yield path
        return
    for name, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from leaves_of(item, (*path, name))


def holders_of(value: Made, kind: type, path: Path = ()) -> Iterator[Path]:
    """The way to every list, or every object, that is not empty."""
    if isinstance(value, kind) and value:
        yield path
    if isinstance(value, dict | list):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from holders_of(item, kind, (*path, name))


def at(value: Made, path: Path) -> Made:
    for name in path:
        value = value[name]
    return value


def in_bytes(data: bytes, choose: random.Random) -> bytes:
    """Flip a bit, put another byte, delete, insert or duplicate a run."""
    place, length = choose.randrange(len(data)), choose.choice((1, 1, 2, 8, 64))
    run = data[place : place + length]
    kind = choose.randrange(6)
    if kind == 0:
        return data[:place] + bytes([data[place] ^ 1 << choose.randrange(8)]) + data[place + 1 :]
    if kind == 1:
        return data[:place] + bytes([choose.choice(b'0123456789abcdef",:[]{}')]) + data[place + 1 :]
    if kind == 2:
        return data[:place] + data[place + length :]
    if kind == 3:
        return data[:place] + bytes([choose.choice(b'0123456789abcdef",:[]{} ')]) + data[place:]
    if kind == 4:
        return data[:place] + run + data[place:]
    other = choose.randrange(len(data))
    return data[:place] + data[other : other + length] + data[place + length :]


def near(value: Made, choose: random.Random) -> Made:
    """A value that looks like this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return choose.choice((value + 1, value - 1, -value, value ^ 1 << choose.randrange(16), str(value)))
    if not isinstance(value, str) or not value:
        return copy.deepcopy(choose.choice(OTHER_VALUES))
    place = choose.randrange(len(value))
    digit = choose.choice("0123456789abcdef")
    return choose.choice(
        (
            value[:place] + digit + value[place + 1 :],
            value[:place] + value[place + 1 :],
            value[:place] + digit + value[place:],
            value.upper(),
            value + value[-2:],
            value[:-2],
            value[::-1],
        )
    )


def in_leaf(document: Made, path: Path, choose: random.Random) -> Made:
    """The value at one leaf exchanged for a near one, for any other, or for that of another leaf."""
    made = copy.deepcopy(document)
    holder, old = at(made, path[:-1]), at(made, path)
    kind = choose.randrange(4)
    if kind < 2:
        holder[path[-1]] = near(old, choose)
    elif kind == 2:
        holder[path[-1]] = copy.deepcopy(choose.choice(OTHER_VALUES))
    else:
        holder[path[-1]] = copy.deepcopy(at(document, choose.choice(list(leaves_of(document)))))
    return made


def in_structure(document: Made, choose: random.Random) -> Made:
    """Drop, repeat, swap, move or reverse list items; drop, add, rename or exchange members of objects."""
    made = copy.deepcopy(document)
    kind = choose.randrange(9)
    if kind < 5:
        items = at(made, choose.choice(list(holders_of(made, list))))
        one, two = choose.randrange(len(items)), choose.randrange(len(items))
        _LISTS[kind](items, one, two)
        return made
    members = at(made, choose.choice(list(holders_of(made, dict))))
    one, two = choose.choice(list(members)), choose.choice(list(members))
    if kind == 5:
        del members[one]
    elif kind == 6:
        members[choose.choice(("x", "", "__proto__", one.upper()))] = copy.deepcopy(members[two])
    elif kind == 7:
        members[one], members[two] = members[two], members[one]
    else:
        other = choose.choice([*holders_of(document, dict), *holders_of(document, list)])
        members[one] = copy.deepcopy(at(document, other))
    return made


def _swap(items: list[Any], one: int, two: int) -> None:
    items[one], items[two] = items[two], items[one]


_LISTS: tuple[Callable[[list[Any], int, int], Any], ...] = (
    lambda items, one, two: items.pop(one),
    lambda items, one, two: items.insert(two, copy.deepcopy(items[one])),
    _swap,
    lambda items, one, two: items.insert(two, items.pop(one)),
    lambda items, one, two: items.reverse(),
)


# --- changes that are allowed -----------------------------------------------------------------------------------------


def legal_changes(document: Made, choose: random.Random) -> Iterator[tuple[str, bytes]]:
    """One change of every legal kind that this file has room for."""
    yield "white space", json.dumps(document, indent=choose.randrange(4)).encode()
    names = list(document)
    choose.shuffle(names)
    yield "key order", json.dumps({name: document[name] for name in names}).encode()
    yield "escapes", json.dumps(document, ensure_ascii=True).replace("/", "\\/").encode()
    yield "notes", canonical(document | {"notes": choose.choice(OTHER_VALUES)})
    yield "seals", canonical(document | {"header": _fewer_seals(document["header"], choose)})
    for part in ("anchors", "payloads", "captures", "custody", "recusals", "quality", "peers", "status", "notes"):
        if part in document:
            yield "part left out", canonical({name: value for name, value in document.items() if name != part})
    for part in ("captures", "recusals", "peers", "anchors"):
        if document.get(part):
            kept = choose.sample(document[part], choose.randrange(len(document[part])))
            yield "items left out", canonical(document | {part: kept})
    if document.get("custody"):
        yield "custody cut short", canonical(document | {"custody": document["custody"][:-1]})
    if "answers" in document:
        yield "hidden", canonical(_hiding(document, Observation.redact, choose))
        yield "erased", canonical(_hiding(document, Observation.erase, choose))
        yield "unbound", canonical(document | {"ask": document["ask"] | {"url": str(choose.random())}})


def _fewer_seals(text: str, choose: random.Random) -> str:
    """A quorum of the four seals, in any order."""
    header = Header.from_rlp(from_hex(text))
    seals = choose.sample(header.seals, 3)
    return to_hex(Header((*header.items[:12], extra_data(header.round, seals), *header.items[13:])).rlp())


def _hiding(document: Made, cut: Callable[..., Observation], choose: random.Random) -> Made:
    """Any fields of one answer but the payload's name, which captures lean on."""
    made = copy.deepcopy(document)
    answer = choose.choice(made["answers"])
    seen = Observation.from_json(answer["observations"][0])
    names = [name for name in seen.values() if name != "payload"]
    answer["observations"][0] = cut(seen, choose.sample(names, choose.randrange(1, len(names)))).to_json()
    return made
