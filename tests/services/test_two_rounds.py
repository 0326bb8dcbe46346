"""Two rounds between four bureaus: what is signed, what is refused, and that a crash at any step costs nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from node.protocol.answer import Ask
from node.protocol.canonical import from_hex
from node.protocol.finding import Report
from node.protocol.identifiers import ADDRESSES
from node.protocol.signing import recover
from node.protocol.typed_data import Domain, digest
from node.services.cosigning import Clue, read_proposal
from node.services.errors import PeerUnavailable
from node.services.facts import share_subjects, take_over_subjects
from node.services.ports import CoSignature, Objection, Proposal
from node.store import cosigning, subjects

Make = Callable[..., Clue]


def outbox(house: Any, number: int = 1) -> list[Any]:
    with house.stores[number].read() as session:
        return list(cosigning.outbox(session, "queued", "sent", "recorded"))


def test_all_bureaus_sign_one_report_with_the_lower_median(house: Any, make_clue: Make) -> None:
    outcome = house.leader().run([make_clue("l1"), make_clue("l2", kind=5)])
    (report,) = outcome.reports
    assert report.signers == (1, 2, 3, 4) and len(report.findings) == 2 and outcome.answers == 8
    assert {f.score_bps for f in report.findings} == {8200} and {f.spread_bps for f in report.findings} == {300}
    (row,) = outbox(house)
    domain = Domain(house.configuration.chain_id, ADDRESSES["FindingRegistry"])
    signed = [recover(digest(domain, report.struct_hash()), from_hex(s)) for s in json.loads(row.signatures)]
    assert signed == [bureau.oracle for bureau in house.configuration.bureaus]
    assert Report.from_json(json.loads(row.report)) == report


def test_a_report_names_exactly_the_bureaus_that_answered(house: Any, make_clue: Make) -> None:
    house.oracles[3].gone = {"l1"}
    house.officers[4].doubted = {"l2"}
    outcome = house.leader().run([make_clue("l1"), make_clue("l2")])
    assert sorted(report.signers for report in outcome.reports) == [(1, 2, 3), (1, 2, 4)]
    assert outcome.refusals == 2
    assert outcome.reasons["the officer did not confirm this clue"] == 1


def test_two_answers_are_no_quorum(house: Any, make_clue: Make) -> None:
    house.oracles[2].gone = house.oracles[3].gone = {"l1"}
    outcome = house.leader().run([make_clue("l1")])
    assert outcome.reports == [] and outcome.without_quorum == 1 and outbox(house) == []


def test_the_same_clues_again_change_nothing(house: Any, make_clue: Make) -> None:
    clues = [make_clue("l1"), make_clue("l1"), make_clue("l2")]
    first = house.leader().run(clues)
    again = house.leader().run(clues)
    assert (first.findings, first.taken) == (2, 1)
    assert (again.findings, again.taken) == (0, 3) and len(outbox(house)) == 1


def test_a_bureau_gives_its_kept_answer_again(house: Any, make_clue: Make) -> None:
    house.leader().run([make_clue("l1")])
    with house.stores[1].read() as session:
        kept = cosigning.asks_of(
            session, {f.clue_key() for f in Report.from_json(json.loads(outbox(house)[0].report)).findings}
        )
    ask = Ask.from_json(json.loads(next(iter(kept.values()))))
    house.oracles[2].score_bps = 1
    assert house.peers[2].answer([ask])[0].answer.score_bps == 8200
    assert house.oracles[2].asked == 1


def test_an_unreachable_bureau_is_left_out(house: Any, make_clue: Make) -> None:
    house.oracles[4].fail = PeerUnavailable("bureau 4 cannot be reached")
    outcome = house.leader().run([make_clue("l1")])
    assert outcome.reports[0].signers == (1, 2, 3)


def test_a_bureau_that_objects_is_left_out_and_the_sequence_moves_on(
    house: Any, make_clue: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.peers[4], "co_sign", lambda proposal: Objection(4, "recused"))
    outcome = house.leader().run([make_clue("l1")])
    assert [(r.signers, r.sequence) for r in outcome.reports] == [((1, 2, 3), 2)]
    with house.stores[1].read() as session:
        (given_up,) = cosigning.proposals(session, 1, cosigning.ABANDONED)
    assert given_up.reason == "bureau 4: recused"


def test_a_forged_co_signature_is_not_accepted(house: Any, make_clue: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    other = house.peers[3]
    monkeypatch.setattr(house.peers[4], "co_sign", lambda p: CoSignature(4, other.co_sign(p).signature))
    outcome = house.leader().run([make_clue("l1")])
    assert outcome.reports[0].signers == (1, 2, 3)
    assert "oracle key" in outcome.objections[0].words


def test_a_bureau_does_not_sign_what_it_did_not_answer(house: Any, make_clue: Make) -> None:
    house.leader().run([make_clue("l1")])
    with house.stores[1].read() as session:
        row = cosigning.proposal(session, 1, 1)
        proposal = read_proposal(session, Report.from_json(json.loads(row.report)), json.loads(row.attempts))
    with house.stores[2].write() as session:  # as if bureau 2 had never given this answer
        session.delete(cosigning.answer(session, proposal.asks[0].clue, 1, 2))
    reply = house.peers[2].co_sign(proposal)
    assert isinstance(reply, Objection) and "is not the one it gave" in reply.words


def test_an_altered_report_is_objected_to(house: Any, make_clue: Make) -> None:
    house.leader().run([make_clue("l1")])
    with house.stores[1].read() as session:
        row = cosigning.proposal(session, 1, 1)
        proposal = read_proposal(session, Report.from_json(json.loads(row.report)), json.loads(row.attempts))
    worse = replace(proposal.report, findings=(replace(proposal.report.findings[0], score_bps=9999),))
    reply = house.peers[2].co_sign(Proposal(worse, proposal.asks, proposal.answers))
    assert isinstance(reply, Objection) and "scoreBps" in reply.words


def test_answers_are_void_after_the_deadline_and_asked_for_again(
    house: Any, make_clue: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.peers[2], "co_sign", _fall)
    with pytest.raises(KeyboardInterrupt):
        house.leader().run([make_clue("l1")])
    monkeypatch.undo()
    house.now += 7200
    outcome = house.leader().run([make_clue("l1")])
    assert len(outcome.objections) == 4 and outcome.findings == 1
    with house.stores[1].read() as session:
        assert cosigning.attempt_of(session, 1, outcome.reports[0].sequence, 0) == 2


@pytest.mark.parametrize("step", ["ask", "own answer", "second answer", "first signature", "last signature", "outbox"])
def test_a_crash_at_any_step_loses_and_doubles_nothing(
    house: Any, make_clue: Make, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target, name = {
        "ask": (house.oracles[1], "answer"),
        "own answer": (house.oracles[2], "answer"),
        "second answer": (house.oracles[3], "answer"),
        "first signature": (house.peers[1], "co_sign"),
        "last signature": (house.peers[4], "co_sign"),
        "outbox": (cosigning, "proposal"),
    }[step]
    monkeypatch.setattr(target, name, _fall)
    with pytest.raises(KeyboardInterrupt):
        house.leader().run([make_clue("l1"), make_clue("l2")])
    monkeypatch.undo()
    house.leader().run([make_clue("l1"), make_clue("l2")])
    findings = [f for row in outbox(house) for f in Report.from_json(json.loads(row.report)).findings]
    assert len(findings) == 2 and len({f.clue_key() for f in findings}) == 2
    assert all(oracle.asked <= 4 for oracle in house.oracles.values())


def test_two_leaders_with_shared_salts_name_one_subject(house: Any, make_clue: Make) -> None:
    house.leader(1).run([make_clue("l1", kind=1)])
    take_over_subjects(house.stores[2], share_subjects(house.stores[1]))
    outcome = house.leader(2).run([make_clue("l1", kind=5)])
    first = Report.from_json(json.loads(outbox(house)[0].report)).findings[0]
    assert outcome.reports[0].findings[0].subject == first.subject


def test_a_redrawn_salt_is_refused(house: Any, make_clue: Make) -> None:
    for number in (2, 3, 4):
        with house.stores[number].write() as session:
            subjects.keep(session, "aurora-shop", "s1", bytes([9]) * 32)
    outcome = house.leader().run([make_clue("l1")])
    assert outcome.without_quorum == 1 and any("known salt" in words for words in outcome.reasons)


def _fall(*args: Any, **kwargs: Any) -> Any:
    raise KeyboardInterrupt  # stands for kill -9: no handler of ours catches it
