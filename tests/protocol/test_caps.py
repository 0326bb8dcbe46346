"""Files at the edge of what is taken: judged or refused with bounded work, whatever they hold."""

import gc
import sys
from dataclasses import replace
from typing import Any

import pytest

from node.protocol import steps_chain
from node.protocol.bundle import MAX_BYTES, MAX_MARKS, encode_file
from node.protocol.canonical import canonical, from_hex
from node.protocol.verdict import VerdictCode
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests import outside
from tests.protocol.consortium import NOW
from tests.protocol.test_dating import aged
from tests.timestamp_authority import Authority

TRUST = factory.trust_root()


@pytest.mark.parametrize(
    "data",
    [
        b'{"mediaType":"' + b"x" * (MAX_BYTES - 20) + b'"}',
        b"[" + b"0," * (MAX_MARKS - 1) + b"0]",
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"[" * MAX_MARKS,
        b'"' + b"\\u0000" * 1000,
        b"[" + b"[]," * (MAX_MARKS // 2 - 1) + b"[]]",
    ],
    ids=["one long text", "many numbers", "nested", "only opened", "escapes", "many lists"],
)
def test_large_files_of_another_shape_are_unreadable(data: bytes) -> None:
    found = verify_bundle(data, TRUST)
    assert found.verdict is VerdictCode.UNREADABLE


def test_more_marks_than_are_taken_are_refused_before_they_are_read() -> None:
    made: dict[str, Any] = factory.bundle() | {"notes": {"list": [0] * MAX_MARKS}}
    found = verify_bundle(canonical(made), TRUST)
    assert found.verdict is VerdictCode.UNREADABLE
    assert f"at most {MAX_MARKS} commas" in found.steps[-1].words_en


def test_more_seals_than_are_judged_make_a_file_unreadable_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = aged()
    monkeypatch.setattr(steps_chain, "MAX_SEALS", 15)  # five blocks with four seals each
    found = verify_bundle(canonical(made), TRUST, NOW)
    assert (found.verdict, found.part) == (VerdictCode.UNREADABLE, None)
    assert "at most 15 seals" in found.steps[-1].words_en and len(found.steps) == 3
    monkeypatch.setattr(steps_chain, "MAX_SEALS", 20)
    assert verify_bundle(canonical(made), TRUST, NOW).verdict is VerdictCode.GENUINE


@pytest.mark.parametrize("part", ["header", "report", "answers", "history", "block_anchors", "a false token"])
def test_nothing_holds_a_file_once_it_is_judged(part: str) -> None:
    """Errors hold their frames, and frames the file: a process that judges many must not wait for the collector."""
    made = aged()
    if part == "a false token":
        block_hash = from_hex(made["block_hash"], 32)
        token = encode_file(Authority().token(block_hash, NOW + 60))  # another key under the name of the one pinned
        made["block_anchors"] = [outside.block_anchor(block_hash, timestamps=[[token]])]
    else:
        made[part] = [] if part == "header" else {}
    data, trust = canonical(made), replace(TRUST, timestamp_certificates=(outside.authority().root.der,))
    gc.disable()
    try:
        before = sys.getrefcount(data)
        assert verify_bundle(data, trust, NOW).verdict is VerdictCode.ALTERED
        assert sys.getrefcount(data) == before
    finally:
        gc.enable()
