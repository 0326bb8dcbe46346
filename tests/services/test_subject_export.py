"""All findings on a seller in one file, on a real chain: none, one, several, superseded, withdrawn."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.chain.errors import ChainError
from node.protocol.canonical import canonical, sha256, to_hex
from node.protocol.subject_bundle import SubjectBundle
from node.protocol.subject_statement import SubjectStatement
from node.protocol.verdict import VerdictCode, Verification
from node.protocol.verify import verify_bundle
from node.services.errors import Incomplete, NotFound, PeerUnavailable
from node.services.ports import CoSignature, Objection, SubjectQuestion
from node.services.subject_evidence import capture_subjects, export_subject
from node.store import evidence, findings, subjects
from tests.services.docket import MALL, SELLER, UPHELD, WITHDRAWN, Docket, open_docket


@pytest.fixture
def docket(tmp_path: Path) -> Iterator[Docket]:
    with open_docket(tmp_path) as opened:
        yield opened


def proven(verification: Verification) -> str:
    """The claims, in English, of a file that proves whose subject it is."""
    assert verification.verdict is VerdictCode.GENUINE, [s.words_en for s in verification.steps if not s.ok]
    claims = "\n".join(words[0] for words in verification.claims)
    assert f"is the seller “{SELLER}” at “{MALL}”: 4 of 4 bureaus signed that" in claims
    return claims


def test_none(docket: Docket) -> None:
    docket.record("l1", seller="another")
    for store in docket.house.stores.values():
        with store.write() as session:
            subjects.keep(session, MALL, SELLER, sha256(b"salt"))
    exported = docket.export()
    assert (exported.findings, exported.signers, exported.objections) == (0, (1, 2, 3, 4), ())
    assert "No finding on this seller is recorded" in proven(docket.judge(exported.data))


def test_one_and_several(docket: Docket) -> None:
    (first,) = docket.record("l1")
    claims = proven(docket.judge(docket.export().data))
    assert "none more: 1." in claims and to_hex(first.id()) in claims
    more = docket.record("l2", "l3", "l4")
    docket.record("l5", seller="another")
    claims = proven(docket.judge(docket.export().data))
    assert "none more: 4." in claims and all(to_hex(finding.id()) in claims for finding in [first, *more])
    assert claims.count("“recorded”") == 4


def test_superseded_and_withdrawn(docket: Docket) -> None:
    first, second, third = docket.record("l1", "l2", "l3")
    newer = docket.supersede(first)
    docket.rule(second, WITHDRAWN)
    docket.rule(third, UPHELD)
    claims = proven(docket.judge(docket.export().data))
    assert "none more: 4." in claims
    for finding, status in ((first, "superseded"), (second, "withdrawn"), (third, "upheld"), (newer, "recorded")):
        line = next(line for line in claims.splitlines() if to_hex(finding.id()) in line)
        assert f"status “{status}”" in line
    # told anew after it was withdrawn, both count
    docket.tell(replace(second, score_bps=second.score_bps + 1))
    claims = proven(docket.judge(docket.export().data))
    assert "none more: 5." in claims and claims.count("“withdrawn”") == 1


def test_a_finding_taken_out_of_the_file_is_altered(docket: Docket) -> None:
    docket.record("l1", "l2")
    made: Any = json.loads(docket.export().data)
    del made["registries"][0]["findings"][1]
    verification = docket.judge(canonical(made))
    assert (verification.verdict, verification.part) == (VerdictCode.ALTERED, "registries")


def test_a_reader_whose_trust_root_ends_early_is_led_on(docket: Docket) -> None:
    docket.record("l1", "l2")
    data, early = docket.export().data, replace(docket.trust(), complete_to=0)
    assert "none more: 2." in proven(verify_bundle(data, early, docket.clock.now))
    bare: Any = json.loads(data)
    del bare["history"][-1]["configuration"]
    assert verify_bundle(canonical(bare), early).verdict is VerdictCode.UNKNOWN
    assert verify_bundle(canonical(bare), docket.trust()).verdict is VerdictCode.GENUINE


def test_what_is_not_here_is_said(docket: Docket) -> None:
    with docket.house.stores[1].write() as session:
        subjects.keep(session, MALL, SELLER, sha256(b"salt"))
    with pytest.raises(NotFound, match="nothing of the chain is indexed"):
        docket.export()
    with pytest.raises(NotFound, match="no seller another at aurora-shop is known here"):
        docket.export(seller="another")


def test_a_store_that_lacks_a_finding_makes_no_file(docket: Docket) -> None:
    first, _ = docket.record("l1", "l2")
    with docket.house.stores[1].write() as session:
        session.delete(findings.get(session, first.id()))
    with pytest.raises(Incomplete, match="expected all 2 findings on the subject, got 1"):
        docket.export()


# --- who signs --------------------------------------------------------------------------------------------------------


def test_a_bureau_signs_only_the_subject_that_it_holds(docket: Docket) -> None:
    docket.record("l1")
    with docket.house.stores[3].write() as session:
        session.delete(subjects.get(session, MALL, SELLER))
    with docket.house.stores[4].write() as session:
        session.delete(subjects.get(session, MALL, SELLER))
        session.flush()
        subjects.keep(session, MALL, SELLER, sha256(b"another salt"))
    exported = docket.export()
    assert exported.signers == (1, 2)
    assert [(o.bureau, o.words) for o in exported.objections] == [
        (3, f"seller {SELLER} at {MALL} is not known here"),
        (4, f"expected the one subject that this bureau holds of seller {SELLER} at {MALL}, got another"),
    ]
    verification = docket.judge(exported.data)
    assert verification.verdict is VerdictCode.GENUINE
    assert not any("this seller" in words[0] for words in verification.claims)
    assert any("2 of 4 bureaus signed whose subject this is, 3 are needed" in w[0] for w in verification.not_proven)


def test_three_are_enough_when_one_cannot_be_reached(docket: Docket, monkeypatch: pytest.MonkeyPatch) -> None:
    docket.record("l1")

    def unreachable(question: SubjectQuestion) -> CoSignature:
        raise PeerUnavailable("bureau 2 cannot be reached")

    monkeypatch.setattr(docket.house.peers[2], "sign_subject", unreachable)
    exported = docket.export()
    assert exported.signers == (1, 3, 4) and exported.objections == (Objection(2, "bureau 2 cannot be reached"),)
    assert any("3 of 4 bureaus signed that" in words[0] for words in docket.judge(exported.data).claims)


def test_a_signature_by_another_is_no_signature(docket: Docket, monkeypatch: pytest.MonkeyPatch) -> None:
    docket.record("l1")
    other = docket.house.peers[1]

    def borrowed(question: SubjectQuestion) -> CoSignature:
        reply = other.sign_subject(question)
        assert isinstance(reply, CoSignature)
        return replace(reply, bureau=4)

    monkeypatch.setattr(docket.house.peers[4], "sign_subject", borrowed)
    exported = docket.export()
    assert exported.signers == (1, 2, 3) and "expected its oracle key's signature" in exported.objections[0].words


def test_without_other_bureaus_nobodys_word_is_added(docket: Docket) -> None:
    docket.record("l1")
    exported = docket.export(())
    assert exported.signers == () and json.loads(exported.data)["signatures"] == []
    assert docket.judge(exported.data).verdict is VerdictCode.GENUINE


def test_a_statement_about_another_seller_salt_or_configuration_is_not_signed(docket: Docket) -> None:
    docket.record("l1")
    peer, digest = docket.house.peers[2], docket.house.configuration.digest()
    with docket.house.stores[2].read() as session:
        row = subjects.get(session, MALL, SELLER)
    assert row is not None
    good = SubjectStatement.make(row.salt, MALL, SELLER, digest, (1, 2, 3))
    assert isinstance(peer.sign_subject(SubjectQuestion(good, MALL, SELLER)), CoSignature)
    made_up = SubjectStatement.make(sha256(b"made up"), MALL, SELLER, digest, (1, 2, 3))
    for statement, seller, words in (
        (good, "s2", "expected the subject of the seller named"),
        (replace(good, subject=made_up.subject), SELLER, "expected the subject of the seller named"),
        (made_up, SELLER, "expected the one subject"),
        (replace(good, config_digest=bytes(32)), SELLER, "expected the configuration in force"),
        (replace(good, signers=(1, 3, 4)), SELLER, "expected bureau 2 among the signers"),
    ):
        reply = peer.sign_subject(SubjectQuestion(statement, MALL, seller))
        assert isinstance(reply, Objection) and words in reply.words


# --- proofs that expire -----------------------------------------------------------------------------------------------


class Forgetful:
    """The chain's client after it has forgotten old states."""

    def __init__(self, docket: Docket) -> None:
        self._client = docket.chain.client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def proof(self, address: str, slots: Any, block: int) -> Any:
        raise ChainError("expected a state that is still kept, got an older one")


def test_a_kept_proof_stands_in_for_a_state_that_is_gone(docket: Docket) -> None:
    docket.record("l1", "l2")
    assert capture_subjects(docket.sources(), docket.trust()) == 1
    kept_at = docket.chain.client.head()
    docket.record("l3", seller="another")
    docket.share()
    forgetful = replace(docket.sources(), client=Forgetful(docket))  # type: ignore[arg-type]
    nodes = list(docket.house.peers.values())
    exported = export_subject(forgetful, docket.trust(), MALL, SELLER, nodes)
    assert (exported.block_number, exported.findings) == (kept_at, 2)
    assert SubjectBundle.parse(exported.data).named.header.number == kept_at
    assert "none more: 2." in proven(docket.judge(exported.data))
    with pytest.raises(ChainError, match="still kept"):
        export_subject(forgetful, docket.trust(), MALL, "another", nodes)


def test_what_is_new_about_a_subject_is_kept_again(docket: Docket) -> None:
    (first,) = docket.record("l1")
    docket.record("l2", seller="another")
    assert capture_subjects(docket.sources(), docket.trust()) == 2
    assert capture_subjects(docket.sources(), docket.trust()) == 0
    docket.record("l3")
    assert capture_subjects(docket.sources(), docket.trust()) == 1
    docket.rule(first, UPHELD)
    assert capture_subjects(docket.sources(), docket.trust()) == 1
    with docket.house.stores[1].read() as session:
        kept = evidence.subject_capture(session, first.subject)
    assert kept is not None and kept.block_number == docket.chain.client.head()
    assert capture_subjects(docket.sources(), docket.trust(), [first.subject]) == 1
