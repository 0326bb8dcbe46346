"""Erased fields are gone from the disk of this bureau; bundles made afterwards verify and say so."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.protocol.answer import SignedAnswer
from node.protocol.errors import UnreadableError
from node.protocol.observation import ErasedField, Field
from node.protocol.verdict import VerdictCode
from node.services.cosigning import Clue
from node.services.erasing import erase_fields
from node.services.evidence import export_bundle, keep_model
from node.services.peer import keep_replies, read_reply
from node.store import cosigning, erasures
from node.store.session import Store
from tests.services.docket import MALL, SELLER, Docket, open_docket
from tests.services.house import NOW, House, page_of, payload_of
from tests.services.small_model import small_model

TITLE = "AURORA speaker <script>"  # in every observation of the house's oracles, and nowhere else
AFTER = NOW + 7200  # past the deadline of what the house asked


@pytest.fixture
def docket(tmp_path: Path) -> Iterator[Docket]:
    with open_docket(tmp_path) as opened:
        yield opened


def kept(store: Store, clue: bytes) -> list[SignedAnswer]:
    with store.read() as session:
        replies = [read_reply(row.refused, row.answer) for row in cosigning.answers_on(session, clue)]
    return [reply for reply in replies if isinstance(reply, SignedAnswer)]


def on_disk(folder: Path, bureau: int) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"bureau-{bureau}.sqlite*")))


def salts(answers: list[SignedAnswer], name: str) -> list[bytes]:
    fields = [field for signed in answers for o in signed.observations for field in o.fields]
    return [field.salt.hex().encode() for field in fields if isinstance(field, Field) and field.name == name]


def test_values_and_salts_leave_the_disk_of_this_bureau_only(docket: Docket, tmp_path: Path) -> None:
    (finding,) = docket.record("l1")
    docket.record("l2", seller="another")
    before = kept(docket.house.stores[1], finding.clue_key())
    gone = salts(before, "title")
    assert len(gone) == 4 and all(salt in on_disk(tmp_path, 1) for salt in gone)
    receipt = erase_fields(docket.house.stores[1], MALL, SELLER, ["title", "price_raw"], docket.clock.now)
    assert (receipt.clues, receipt.answers, receipt.observations, receipt.fields, receipt.refused) == (1, 4, 4, 8, ())
    left = on_disk(tmp_path, 1)
    assert not any(salt in left for salt in [*gone, *salts(before, "price_raw")])
    assert all(salt in left for salt in salts(before, "seller_name"))
    assert all(salt in on_disk(tmp_path, 2) for salt in gone)
    after = kept(docket.house.stores[1], finding.clue_key())
    assert [o.root() for signed in after for o in signed.observations] == [
        o.root() for s in before for o in s.observations
    ]
    assert [signed.signature for signed in after] == [signed.signature for signed in before]
    assert all(o.erased == 2 and "title" not in o.values() for signed in after for o in signed.observations)


def test_many_answers_leave_no_trace(house: House, make_clue: Callable[..., Clue], tmp_path: Path) -> None:
    """Some hundred kilobytes, so that pages were split and freed while they were written."""
    house.leader().run([make_clue(f"l{number}") for number in range(60)])
    assert on_disk(tmp_path, 1).count(TITLE.encode()) >= 240
    receipt = erase_fields(house.stores[1], MALL, SELLER, ["title"], AFTER)
    assert (receipt.clues, receipt.answers, receipt.fields) == (60, 240, 240)
    assert TITLE.encode() not in on_disk(tmp_path, 1)


def test_bundles_made_afterwards_are_genuine_and_leave_the_payload_out(docket: Docket) -> None:
    model = small_model()
    for oracle in docket.house.oracles.values():
        oracle.model = model
    (finding,) = docket.record("l1")
    keep_model(docket.house.stores[1], model.manifest, model.model, model.features, model.thresholds)
    sources = replace(docket.sources(), payload={payload_of("l1").hex(): page_of("l1")}.get)
    assert list(json.loads(export_bundle(sources, finding.id()))["payloads"]) == [payload_of("l1").hex()]
    erase_fields(docket.house.stores[1], MALL, SELLER, ["price_raw"], docket.clock.now)
    data = export_bundle(sources, finding.id())
    verification = docket.judge(data)
    assert verification.verdict is VerdictCode.GENUINE, [s.words_en for s in verification.steps if not s.ok]
    assert any("The values of 4 erased fields" in words[0] for words in verification.not_proven)
    assert "payloads" not in json.loads(data)


def test_what_is_held_stays_and_is_told(docket: Docket) -> None:
    (held, free) = docket.record("l1", "l2")
    receipt = erase_fields(
        docket.house.stores[1],
        MALL,
        SELLER,
        ["title"],
        docket.clock.now,
        hold=lambda clue: "legal hold of 2026-07-01" if clue == held.clue_key() else "",
    )
    assert [(each.clue, each.words) for each in receipt.refused] == [(held.clue_key(), "legal hold of 2026-07-01")]
    assert receipt.clues == 1 and len(salts(kept(docket.house.stores[1], held.clue_key()), "title")) == 4
    assert salts(kept(docket.house.stores[1], free.clue_key()), "title") == []


def test_answers_that_may_still_be_signed_stay(house: House, make_clue: Callable[..., Clue]) -> None:
    house.leader().run([make_clue("l1")])  # not on record yet
    receipt = erase_fields(house.stores[1], MALL, SELLER, ["title"], NOW)
    assert receipt.fields == 0 and "its answers may still be signed until" in receipt.refused[0].words
    assert erase_fields(house.stores[1], MALL, SELLER, ["title"], AFTER).fields == 4


def test_a_second_erasure_finds_nothing_and_receipts_are_kept_without_values(
    house: House, make_clue: Callable[..., Clue]
) -> None:
    house.leader().run([make_clue("l1")])
    first = erase_fields(house.stores[1], MALL, SELLER, ["title"], AFTER)
    again = erase_fields(house.stores[1], MALL, SELLER, ["title"], AFTER + 1)
    assert (again.clues, again.answers, again.fields) == (0, 0, 0)
    assert erase_fields(house.stores[1], MALL, "nobody", ["title"], AFTER).clues == 0
    with house.stores[1].read() as session:
        told = [json.loads(row.receipt) for row in erasures.all_of(session)]
    assert told[0] == first.to_json() and [each["fields"] for each in told] == [4, 0, 0]
    assert "bundles handed out before" in told[0]["not_reached"] and TITLE not in json.dumps(told)


def test_names_are_needed(house: House) -> None:
    with pytest.raises(UnreadableError, match="expected names of fields to erase"):
        erase_fields(house.stores[1], MALL, SELLER, [], NOW)


def test_an_erased_answer_is_the_one_that_is_given_again(house: House, make_clue: Callable[..., Clue]) -> None:
    """A leader who shows the old answer anew does not bring the value back."""
    outcome = house.leader().run([make_clue("l1")])
    clue = outcome.reports[0].findings[0].clue_key()
    old = kept(house.stores[2], clue)
    erase_fields(house.stores[2], MALL, SELLER, ["title"], AFTER)
    with house.stores[2].write() as session:
        keep_replies(session, [((clue, 1), signed.answer.bureau, signed) for signed in old])
    fields = [field for signed in kept(house.stores[2], clue) for o in signed.observations for field in o.fields]
    assert sum(isinstance(field, ErasedField) for field in fields) == 4
