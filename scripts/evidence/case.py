"""One case of the conformance suite: an evidence file, the trust root to hold it against, and what must come out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from node.protocol.canonical import canonical
from node.protocol.trust import TrustRoot
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from tests.protocol.consortium import NOW

Made = dict[str, Any]
Change = Callable[[Made], Any]

TRUST = factory.trust_root()
DAY = 24 * 3600
AT = NOW + DAY
GENUINE, ALTERED, NOT_TRUSTED, UNKNOWN = "genuine", "altered", "not_trusted", "unknown"
STALE, SUPERSEDED, OVERTURNED, UNREADABLE = "stale", "superseded", "overturned", "unreadable"


@dataclass(frozen=True)
class Case:
    """What stands in one folder. `at` is the time to judge at, UTC seconds."""

    name: str
    data: bytes
    verdict: str
    part: str | None
    also: tuple[str, ...]
    trust: TrustRoot
    at: int

    @property
    def folder(self) -> str:
        return self.name if self.verdict == GENUINE else f"{self.name}_fail"

    def files(self) -> dict[str, bytes]:
        """The files of the folder by name."""
        expected = {"at": self.at, "verdict": self.verdict, "part": self.part, "also": list(self.also)}
        return {
            "bundle.json": self.data,
            "trust.json": self.trust.to_bytes(),
            "expected.json": json.dumps(expected).encode() + b"\n",
        }


def case(
    name: str,
    made: Made | bytes,
    verdict: str = GENUINE,
    part: str | None = None,
    also: Sequence[str] = (),
    trust: TrustRoot = TRUST,
    at: int = AT,
) -> Case:
    """A case over a file as JSON, or as the bytes that they are."""
    data = made if isinstance(made, bytes) else canonical(made)
    return Case(name, data, verdict, part, tuple(also), trust, at)


def changed(name: str, made: Made, part: str, *changes: Change) -> Case:
    """A case with a change that must be found in this part."""
    for change in changes:
        change(made)
    return case(name, made, ALTERED, part)


@cache
def _text(kind: str) -> str:
    makers: dict[str, Callable[[], Made]] = {
        "bare": factory.bundle,
        "full": factory.full_bundle,
        "aged": factory.aged_bundle,
        "subject": subjects.subject_file,
    }
    return json.dumps(makers[kind]())


def fresh(kind: str) -> Made:
    """A copy to bend: a `bare` bundle, a `full` or an `aged` one, or a `subject` file."""
    made: Made = json.loads(_text(kind))
    return made


def with_parts(*parts: str) -> Made:
    """The required parts and these optional ones."""
    full = fresh("full")
    return fresh("bare") | {part: full[part] for part in parts}


def flip(text: str, at: int = -1) -> str:
    """Another hex digit in one place."""
    at %= len(text)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
