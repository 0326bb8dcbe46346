"""Bundles as files: whole parts back, and faults that name their part."""

import json
from typing import Any

import pytest

from node.protocol.bundle import OPTIONAL, REQUIRED, Bundle
from node.protocol.canonical import canonical
from node.protocol.errors import ProtocolError
from node.protocol.verdict import StepFailed, VerdictCode
from tests import bundle_factory as factory

FULL = canonical(factory.full_bundle())
PARTS = ("receipt", "report", "signatures", "configuration", "ask", "answers", "model", "anchors", "payloads", "status")


def test_a_bundle_reads_back_to_the_same_bytes() -> None:
    data = canonical(factory.aged_bundle())
    bundle = Bundle.parse(data)
    assert bundle.to_bytes() == data
    assert set(bundle.parts) == {*REQUIRED, *OPTIONAL}


def test_parts_are_decoded() -> None:
    bundle = Bundle.parse(FULL)
    assert bundle.named.header.number == factory.BLOCK
    assert bundle.finding == bundle.report.findings[0]
    assert [signed.answer.bureau for signed in bundle.answers] == [1, 2, 3]
    assert bundle.model.manifest.id() == bundle.finding.model
    assert list(bundle.payloads.values()) == [factory.PAYLOAD]
    assert (len(bundle.anchors), bundle.anchors[0].index) == (1, 1)
    assert bundle.status.key == bundle.finding.clue_key()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("value", [None, True, "x", 1.5, {"a": 1}, [None]], ids=repr)
def test_a_malformed_part_is_named(part: str, value: Any) -> None:
    bundle = Bundle.parse(canonical(json.loads(FULL) | {part: value}))
    with pytest.raises(StepFailed) as caught:
        getattr(bundle, part)
    assert (caught.value.part, caught.value.code) == (part, VerdictCode.ALTERED)


@pytest.mark.parametrize("text", ["eA", "eB==", "eA==\n", "é", " eA==", "e-=="])
def test_base64_has_one_spelling(text: str) -> None:
    made = json.loads(FULL)
    made["model"]["model"] = text
    with pytest.raises(StepFailed):
        _ = Bundle.parse(canonical(made)).model


def test_the_cap_counts_bytes() -> None:
    assert Bundle.parse(FULL, len(FULL)).to_bytes() == FULL
    with pytest.raises(ProtocolError):
        Bundle.parse(FULL, len(FULL) - 1)
