import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from node.protocol.errors import UnreadableError
from node.protocol.finding import Anchor, Answer, Finding, Report

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "typed_data.json").read_text("utf-8"))
MESSAGES = {case["primaryType"]: case["message"] for case in VECTORS}
FINDING = Finding.from_json(MESSAGES["Finding"])
REPORT = Report.from_json(MESSAGES["Report"])


def test_the_id_is_the_struct_hash() -> None:
    assert FINDING.id() == FINDING.struct_hash()
    assert dataclasses.replace(FINDING, supersedes=FINDING.id()).id() != FINDING.id()


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("subject", b"\x00" * 31, "expected 32 bytes, got 31 bytes"),
        ("subject", b"\x00" * 33, "expected 32 bytes, got 33 bytes"),
        ("subject", "0x" + "00" * 32, "expected 32 bytes, got str"),
        ("subject", bytearray(32), "expected 32 bytes, got bytearray"),
        ("kind", 2**16, "from 0 to 65535"),
        ("kind", -1, "expected an integer"),
        ("kind", True, "expected an integer"),
        ("kind", "1", "expected an integer"),
        ("kind", 1.0, "expected an integer"),
        ("kind", None, "expected an integer"),
        ("period", 2**32, "from 0 to 4294967295"),
        ("observed_at", 2**53, "from 0 to 9007199254740991"),
        ("score_bps", 10_001, "at most 10000 basis points"),
        ("spread_bps", 10_001, "at most 10000 basis points"),
    ],
)
def test_a_finding_takes_no_other_type_or_range(member: str, value: Any, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        dataclasses.replace(FINDING, **{member: value})


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("signers", [1, 2, 3]),
        ("signers", (1, True)),
        ("findings", [FINDING]),
        ("findings", (REPORT,)),
        ("findings", ("x",)),
    ],
)
def test_a_report_takes_tuples_of_its_own_parts(member: str, value: Any) -> None:
    with pytest.raises(UnreadableError, match=f"Report.{member}: expected"):
        dataclasses.replace(REPORT, **{member: value})


@pytest.mark.parametrize("struct", [Finding, Report, Answer, Anchor], ids=lambda struct: struct.__name__)
def test_json_with_missing_unknown_or_odd_members_is_refused(struct: type[Any]) -> None:
    message = MESSAGES[struct.__name__]
    for name in message:
        with pytest.raises(UnreadableError, match="missing"):
            struct.from_json({key: item for key, item in message.items() if key != name})
        odd: tuple[Any, ...] = (None, True, 1.0, "1", "0x", [[]], {})
        for wrong in odd:
            with pytest.raises(UnreadableError):
                struct.from_json(message | {name: wrong})
    with pytest.raises(UnreadableError, match="unknown"):
        struct.from_json(message | {"note": 1})
    with pytest.raises(UnreadableError, match="expected an object"):
        struct.from_json([message])


def test_hex_has_one_spelling() -> None:
    subject = MESSAGES["Finding"]["subject"]
    for wrong in (subject.upper(), subject[2:], subject + "00", subject[:-1]):
        with pytest.raises(UnreadableError):
            Finding.from_json(MESSAGES["Finding"] | {"subject": wrong})
