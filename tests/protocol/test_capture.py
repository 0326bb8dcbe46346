"""Capture reports: their strict form, and when one may be called clean."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.protocol.canonical import canonical, parse, sha256
from node.protocol.capture import AREAS, CLEANLINESS, CLOCK, CaptureReport, Check, SignedCapture
from node.protocol.errors import ProtocolError, UnreadableError
from tests.life_factory import CHECKS, capture
from tests.protocol.consortium import NOW

PAYLOAD = sha256(b"payload")
REPORT = CaptureReport("tool 1", "http://127.0.0.1/item", PAYLOAD, NOW, CHECKS)
checks = st.builds(
    Check,
    st.sampled_from(AREAS),
    st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    st.booleans(),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp")), max_size=300),
)


def checked(**outcomes: bool) -> CaptureReport:
    """A report with one check an area that is named."""
    return replace(REPORT, checks=tuple(Check(area, "one", ok, "") for area, ok in outcomes.items()))


@given(st.lists(checks, max_size=8, unique_by=lambda check: (check.area, check.name)))
def test_a_report_reads_back_to_the_same_bytes(some: list[Check]) -> None:
    report = replace(REPORT, checks=tuple(some))
    again = CaptureReport.from_json(parse(canonical(report.to_json())))
    assert again == report and again.statement(2) == report.statement(2)


def test_a_signed_capture_reads_back() -> None:
    made = capture(2, PAYLOAD)
    assert SignedCapture.from_json(made).to_json() == made


@pytest.mark.parametrize(
    ("report", "clean"),
    [
        (checked(clock=True, cleanliness=True), True),
        (checked(clock=True, cleanliness=True, network=False, carrier=False), True),
        (checked(clock=False, cleanliness=True), False),
        (checked(clock=True, cleanliness=False), False),
        (checked(clock=True), False),
        (checked(cleanliness=True), False),
        (checked(), False),
    ],
)
def test_clean_needs_clock_and_cleanliness_checked_and_held(report: CaptureReport, clean: bool) -> None:
    assert report.clean is clean


@given(st.lists(checks, max_size=6, unique_by=lambda check: (check.area, check.name)))
def test_a_failed_clock_or_cleanliness_check_is_never_clean(some: list[Check]) -> None:
    report = replace(REPORT, checks=tuple(some))
    if any(not check.ok and check.area in (CLOCK, CLEANLINESS) for check in some):
        assert not report.clean
    assert list(report.failed) == [check for check in some if not check.ok]


def test_the_statement_binds_every_word_of_the_report() -> None:
    statement = REPORT.statement(2)
    assert (statement.payload, statement.captured_at, statement.bureau) == (PAYLOAD, NOW, 2)
    for change in ({"tool": "tool 2"}, {"url": "http://127.0.0.1/other"}, {"checks": CHECKS[:-1]}):
        assert replace(REPORT, **change).statement(2).report != statement.report  # type: ignore[arg-type]


BAD_CHECKS: list[tuple[dict[str, Any], str]] = [
    ({"area": "weather"}, "expected an area of"),
    ({"name": "Server time"}, "name in snake case"),
    ({"ok": 1}, "expected true or false, got int"),
    ({"ok": None}, "expected true or false, got NoneType"),
    ({"detail": "one\nmore"}, "expected a line"),
    ({"detail": "\u202ereversed"}, "expected a line"),
    ({"detail": "x" * 301}, "expected a line of at most 300"),
    ({"extra": 1}, r"unknown \['extra'\]"),
]


@pytest.mark.parametrize(("change", "words"), BAD_CHECKS, ids=[words for _, words in BAD_CHECKS])
def test_a_malformed_check_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        Check.from_json(CHECKS[0].to_json() | change)


BAD_REPORTS: list[tuple[dict[str, Any], str]] = [
    ({"tool": 5}, "expected text, got int"),
    ({"payload": "0x" + "11" * 32}, "bare lowercase hex"),
    ({"captured_at": True}, "expected an integer"),
    ({"captured_at": 2**53 - 1}, "expected an integer"),
    ({"checks": [CHECKS[0].to_json()] * 2}, "expected each check once"),
    ({"checks": [CHECKS[0].to_json()] * 65}, "expected at most 64 items"),
    ({"operator": "me"}, r"unknown \['operator'\]"),
]


@pytest.mark.parametrize(("change", "words"), BAD_REPORTS, ids=[words for _, words in BAD_REPORTS])
def test_a_malformed_report_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        CaptureReport.from_json(REPORT.to_json() | change)
