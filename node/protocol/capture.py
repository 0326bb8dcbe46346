"""Capture reports: how a bureau's tool fetched one payload, and what it checked about itself before and while it did.

A report is a bureau's word about its own machine. It is never called clean unless its clock and its cleanliness were
checked and no such check failed; a failed check stays in the report and is told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from node.protocol.answer import SignedAnswer
from node.protocol.canonical import Json, digest_of, from_hex, to_hex
from node.protocol.errors import UnreadableError, VerificationError
from node.protocol.identifiers import MAX_TIME
from node.protocol.reading import bare_hex_of, bytes_of, integer_of, list_of, object_of, text_of
from node.protocol.typed_data import Struct

CLOCK, NETWORK, CLEANLINESS, CARRIER = AREAS = ("clock", "network", "cleanliness", "carrier")
AREA_NAMES = {CLOCK: "时钟", NETWORK: "网络", CLEANLINESS: "清洁性", CARRIER: "载体"}
MAX_CHECKS, MAX_DETAIL = 64, 300
_NAME, _PAYLOAD = re.compile(r"[a-z][a-z0-9_]{0,63}"), re.compile(r"[0-9a-f]{64}")
# Details are shown to people: nothing that breaks a line or turns its direction.
_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*")


@dataclass(frozen=True)
class Check:
    """One thing that the tool looked at."""

    area: str
    name: str
    ok: bool
    detail: str

    def __post_init__(self) -> None:
        if self.area not in AREAS:
            raise UnreadableError(f"expected an area of {AREAS}, got {self.area!r:.40}")
        if not _NAME.fullmatch(text_of(self.name)):
            raise UnreadableError(f"expected a check's name in snake case, got {self.name!r:.80}")
        if not isinstance(self.ok, bool):
            raise UnreadableError(f"expected true or false, got {type(self.ok).__name__}")
        _plain_of(self.detail)

    def to_json(self) -> dict[str, Json]:
        return {"area": self.area, "name": self.name, "ok": self.ok, "detail": self.detail}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The check that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, ("area", "name", "ok", "detail"))
        ok = members["ok"]
        if not isinstance(ok, bool):
            raise UnreadableError(f"expected true or false, got {type(ok).__name__}")
        return cls(text_of(members["area"]), text_of(members["name"]), ok, text_of(members["detail"]))


@dataclass(frozen=True)
class Capture(Struct):
    """What a bureau signs of a capture report; `report` is the SHA-256 of its canonical form."""

    TYPE = "Capture(bytes32 payload,bytes32 report,uint32 bureau,uint64 capturedAt)"

    payload: bytes
    report: bytes
    bureau: int
    captured_at: int


@dataclass(frozen=True)
class CaptureReport:
    """How one payload came, by the tool that fetched it."""

    tool: str
    url: str
    payload: bytes  # SHA-256
    captured_at: int  # UTC seconds, by the tool's clock
    checks: tuple[Check, ...]

    def __post_init__(self) -> None:
        _plain_of(self.tool)
        text_of(self.url)
        bytes_of(self.payload, 32)
        integer_of(self.captured_at, 0, MAX_TIME)
        if not isinstance(self.checks, tuple) or len(self.checks) > MAX_CHECKS:
            raise UnreadableError(f"expected a tuple of at most {MAX_CHECKS} checks")
        places = [(check.area, check.name) for check in self.checks]
        if len(set(places)) != len(places):
            raise UnreadableError("expected each check once, got one twice")

    @property
    def clean(self) -> bool:
        """Were clock and cleanliness both checked, and did every such check hold?"""
        judged = [check for check in self.checks if check.area in (CLOCK, CLEANLINESS)]
        return {check.area for check in judged} == {CLOCK, CLEANLINESS} and all(check.ok for check in judged)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not hold, of any area."""
        return tuple(check for check in self.checks if not check.ok)

    def statement(self, bureau: int) -> Capture:
        """What `bureau` signs of it."""
        return Capture(self.payload, digest_of(self.to_json()), bureau, self.captured_at)

    def to_json(self) -> dict[str, Json]:
        return {
            "tool": self.tool,
            "url": self.url,
            "payload": self.payload.hex(),
            "captured_at": self.captured_at,
            "checks": [check.to_json() for check in self.checks],
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The report that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, ("tool", "url", "payload", "captured_at", "checks"))
        return cls(
            tool=text_of(members["tool"]),
            url=text_of(members["url"]),
            payload=bare_hex_of(members["payload"], 32),
            captured_at=integer_of(members["captured_at"]),
            checks=tuple(Check.from_json(item) for item in list_of(members["checks"], MAX_CHECKS)),
        )


@dataclass(frozen=True)
class SignedCapture:
    """A capture report with the signature of the bureau that fetched."""

    report: CaptureReport
    bureau: int
    signature: bytes

    def to_json(self) -> dict[str, Json]:
        return {"report": self.report.to_json(), "bureau": self.bureau, "signature": to_hex(self.signature)}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The capture that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, ("report", "bureau", "signature"))
        report = CaptureReport.from_json(members["report"])
        return cls(report, integer_of(members["bureau"], 1, 2**32 - 1), from_hex(members["signature"], 65))


@dataclass(frozen=True)
class Observed:
    """The payloads that the signers' observations name: by which bureau, and at which address where that is shown."""

    named: frozenset[tuple[int, bytes, str | None]]
    hiding: frozenset[int]  # bureaus of which an observation does not show its payload's name, hidden or erased

    @classmethod
    def of(cls, answers: Sequence[SignedAnswer]) -> Self:
        """What the answers show."""
        named, hiding = set(), set()
        for signed in answers:
            for observation in signed.observations:
                values = observation.values()
                name, url = values.get("payload"), values.get("url")
                if isinstance(name, str) and _PAYLOAD.fullmatch(name):
                    named.add((signed.answer.bureau, bytes.fromhex(name), url if isinstance(url, str) else None))
                elif not observation.whole:
                    hiding.add(signed.answer.bureau)
        return cls(frozenset(named), frozenset(hiding))

    def check(self, capture: SignedCapture) -> bool:
        """Did the capture's bureau observe this payload, and at this address? False where hidden fields leave it open.

        Raises `VerificationError` when it did not.
        """
        wanted = (capture.bureau, capture.report.payload)
        urls = {url for bureau, payload, url in self.named if (bureau, payload) == wanted}
        if not urls:
            if capture.bureau in self.hiding:
                return False
            raise VerificationError(f"expected a payload that bureau {capture.bureau} observed, got another")
        if None not in urls and capture.report.url not in urls and capture.bureau not in self.hiding:
            raise VerificationError("expected a capture at the address observed, got another address")
        return True


def _plain_of(value: object) -> str:
    text = text_of(value)
    if len(text) > MAX_DETAIL or not _PLAIN.fullmatch(text):
        raise UnreadableError(f"expected a line of at most {MAX_DETAIL} characters, got {text!r:.80}")
    return text
