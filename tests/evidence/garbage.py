"""Foreign input of all sorts: random bytes, random JSON, and files with the right names around wrong values."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from node.protocol.bundle import OPTIONAL, REQUIRED, Bundle
from node.protocol.subject_bundle import SubjectBundle
from tests.evidence.judging import document_of
from tests.evidence.mutations import OTHER_VALUES, at, holders_of, leaves_of

TOKENS = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"0", b"-1", b"1e9", b"true", b"null", b'"a"', b" ", b"\n"]
TOKENS += [
    b'"mediaType"',
    json.dumps(Bundle.MEDIA_TYPE).encode(),
    b"\xff",
    b"\xef\xbb\xbf",
    b'"\\ud800"',
    b"NaN",
    b"\0",
]


def random_bytes(choose: random.Random) -> bytes:
    return choose.randbytes(choose.choice((0, 1, 2, 16, 100, 1000)))


def random_tokens(choose: random.Random) -> bytes:
    return b"".join(choose.choices(TOKENS, k=choose.randrange(60)))


def value_of(choose: random.Random, depth: int = 0) -> Any:
    """A random JSON value, seldom deep."""
    if depth > 3 or choose.random() < 0.5:
        return copy.deepcopy(choose.choice(OTHER_VALUES))
    if choose.random() < 0.5:
        return [value_of(choose, depth + 1) for _ in range(choose.randrange(4))]
    return {choose.choice(("a", "index", "nodes", "batch", "")): value_of(choose, depth + 1) for _ in range(3)}


def random_parts(choose: random.Random) -> bytes:
    """All parts by name, none with what belongs there."""
    made = {name: value_of(choose) for name in REQUIRED}
    made |= {name: value_of(choose) for name in choose.sample(OPTIONAL, choose.randrange(len(OPTIONAL)))}
    return json.dumps(made | {"mediaType": Bundle.MEDIA_TYPE}).encode()


def random_subject(choose: random.Random) -> bytes:
    names = [*SubjectBundle.REQUIRED, *choose.sample(SubjectBundle.OPTIONAL, 1)]
    return json.dumps({name: value_of(choose) for name in names} | {"mediaType": SubjectBundle.MEDIA_TYPE}).encode()


def half_right(choose: random.Random) -> bytes:
    """A genuine file with a tenth of its parts, members or items exchanged for others."""
    document = document_of(choose.choice(("bare", "aged", "subject_five_findings")))
    made = json.loads(json.dumps(document))
    for _ in range(choose.randrange(1, 6)):
        path = choose.choice([*leaves_of(made), *holders_of(made, list), *holders_of(made, dict)])
        if path and path[0] not in ("mediaType", "notes"):
            at(made, path[:-1])[path[-1]] = value_of(choose)
    made.pop("notes", None)
    return json.dumps(made).encode()


def cut(choose: random.Random) -> bytes:
    data = json.dumps(document_of("bare")).encode()
    return data[choose.randrange(len(data)) : choose.randrange(len(data))]


KINDS: dict[str, tuple[int, Callable[[random.Random], bytes]]] = {  # how many in the normal tier
    "bytes": (6000, random_bytes),
    "tokens": (6000, random_tokens),
    "cut": (2000, cut),
    "parts": (3000, random_parts),
    "subject": (2000, random_subject),
    "half right": (1000, half_right),
}
