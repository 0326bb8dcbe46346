"""Signed reports reach the chain once, whatever falls over in between."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from node.protocol.canonical import from_hex
from node.protocol.typed_data import digest
from node.services.cosigning import Clue
from node.services.recording import read_outbox
from node.store import cosigning, findings
from tests.services.chain import Chain
from tests.services.house import DOMAIN, House, signer

Make = Callable[..., Clue]


def states(house: House, bureau: int = 1) -> list[str]:
    with house.stores[bureau].read() as session:
        return [row.state for row in cosigning.outbox(session, "queued", "sent", "recorded", "failed")]


def recorded(house: House, chain: Chain) -> int:
    chain.indexer(house).run()
    with house.stores[1].read() as session:
        return findings.select_page(session, findings.Filter(), 0, 1)[1]


def test_a_signed_report_is_recorded_and_indexed(house: House, chain: Chain, make_clue: Make) -> None:
    outcome = house.leader(1, chain.contracts.last_sequence).run([make_clue("l1"), make_clue("l2")])
    done = chain.recorder(house).run()
    assert (done.reports, done.findings, done.failed) == (1, 2, {})
    for bureau in (1, 3):
        counts = chain.indexer(house, bureau).run()
        assert counts.by_name["ReportRecorded"] == 1
        with house.stores[bureau].read() as session:
            row = findings.get(session, outcome.reports[0].findings[1].id())
            assert row is not None and (row.position, row.score_bps, row.status) == (1, 8200, 1)
    assert chain.recorder(house).run().reports == 0 and states(house) == ["recorded"]


def test_clues_on_record_are_not_taken_up_again(house: House, chain: Chain, make_clue: Make) -> None:
    house.leader(1, chain.contracts.last_sequence).run([make_clue("l1")])
    chain.recorder(house).run()
    chain.indexer(house, 2).run()
    outcome = house.leader(2, chain.contracts.last_sequence).run([make_clue("l1")])
    assert (outcome.taken, outcome.findings) == (1, 0)


@pytest.mark.parametrize("step", ["before the send", "after the send", "before the mark"])
def test_a_crash_around_the_send_loses_and_doubles_nothing(
    house: House, chain: Chain, make_clue: Make, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    house.leader(1, chain.contracts.last_sequence).run([make_clue("l1"), make_clue("l2")])
    recorder = chain.recorder(house)
    sender: Any = recorder._sender
    send = sender.send
    if step == "before the send":
        monkeypatch.setattr(sender, "send", _fall)
    elif step == "after the send":
        monkeypatch.setattr(sender, "send", lambda to, data: _fall(send(to, data)))
    else:
        monkeypatch.setattr(recorder, "_count", _fall)
    with pytest.raises(KeyboardInterrupt):
        recorder.run()
    done = chain.recorder(house).run()
    assert done.failed == {} and states(house) == ["recorded"]
    assert recorded(house, chain) == 2


def test_a_refused_report_is_kept_with_the_reason_and_blocks_nobody(
    house: House, chain: Chain, make_clue: Make
) -> None:
    leader = house.leader(1, chain.contracts.last_sequence)
    leader.run([make_clue("l1")])
    leader.run([make_clue("l2")])
    with house.stores[1].write() as session:
        row = cosigning.outbox_row(session, 1, 1)
        assert row is not None
        row.signatures = row.signatures.replace(row.signatures[4:8], "ffff", 1)  # spoilt on its way
    done = chain.recorder(house).run()
    assert done.reports == 1 and "FindingRegistry" in done.failed[(1, 1)]
    assert states(house) == ["failed", "recorded"]
    again = leader.run([make_clue("l1")])  # the clue is free again, under a new sequence
    assert again.reports[0].sequence == 3
    assert chain.recorder(house).run().reports == 1 and recorded(house, chain) == 2


def test_what_somebody_else_carried_counts_as_recorded(house: House, chain: Chain, make_clue: Make) -> None:
    house.leader(1, chain.contracts.last_sequence).run([make_clue("l1")])
    with house.stores[1].read() as session:
        report, signatures = read_outbox(cosigning.outbox(session, "queued")[0])
    chain.recorder(house, 2).enqueue(report, signatures)
    assert chain.recorder(house, 2).run().reports == 1
    assert chain.recorder(house).run().reports == 1 and states(house) == ["recorded"]


def test_a_superseded_finding_is_marked(house: House, chain: Chain, make_clue: Make) -> None:
    house.leader(1, chain.contracts.last_sequence).run([make_clue("l1")])
    chain.recorder(house).run()
    with house.stores[1].read() as session:
        first, _ = read_outbox(cosigning.outbox(session, "recorded")[0])
    old = first.findings[0]
    newer = replace(first, sequence=2, findings=(replace(old, score_bps=1, supersedes=old.id()),))
    signed = [signer(f"oracle {n}").sign(digest(DOMAIN, newer.struct_hash())) for n in newer.signers]
    recorder = chain.recorder(house)
    recorder.enqueue(newer, signed)
    assert recorder.run().failed == {}
    chain.indexer(house).run()
    with house.stores[1].read() as session:
        rows = {row.id: row.status for row in findings.of_clue(session, old.clue_key())}
    assert rows == {old.id(): findings.SUPERSEDED, newer.findings[0].id(): findings.RECORDED}
    assert from_hex("0x" + old.id().hex(), 32) == old.id()


def _fall(*args: Any, **kwargs: Any) -> Any:
    raise KeyboardInterrupt
