"""The facts of a verification: values of the finding and its block, and nothing at all where nothing is proven."""

import json
from dataclasses import replace
from typing import Any

import pytest

from node.protocol.canonical import canonical, to_hex
from node.protocol.facts import Facts, SetFact, SubjectFacts
from node.protocol.finding import Report
from node.protocol.observation import Observation
from node.protocol.trust import ValidatorSet
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from tests.protocol.consortium import ASK, CONFIGURATION, NOW, key

DAY = 24 * 3600


def facts_of(made: dict[str, Any], **trust: Any) -> Facts:
    facts = verify_bundle(canonical(made), factory.trust_root(**trust), NOW + DAY).facts
    assert isinstance(facts, Facts)
    return facts


def test_they_repeat_the_finding_and_its_block() -> None:
    made = factory.full_bundle()
    facts, finding = facts_of(made), Report.from_json(made["report"]).findings[0]
    assert facts.finding_id == to_hex(finding.id()) and facts.block_hash == made["block_hash"]
    assert (facts.subject, facts.listing) == (to_hex(ASK.subject()), to_hex(ASK.listing()))
    assert (facts.kind, facts.period, facts.gtin, facts.supersedes) == (1, 202607, "06901234567892", "")
    assert (facts.leader, facts.sequence, facts.bureaus, facts.chain_id) == (1, 1, 4, 20262)
    assert (facts.block_number, facts.block_time, facts.observed_at) == (7, NOW + 60, NOW)
    assert (facts.anchored, facts.unanchored, facts.anchored_time) == (1, 2, NOW + 60)
    assert (facts.status, facts.status_block, facts.status_time) == (1, 10, NOW + 3600)


def test_each_signer_stands_with_its_own_score() -> None:
    made = factory.full_bundle()
    facts = facts_of(made)
    scores = [answer["answer"]["scoreBps"] for answer in made["answers"]]
    assert [(each.bureau, each.leads, each.score_bps) for each in facts.signers] == [
        (1, True, scores[0]),
        (2, False, scores[1]),
        (3, False, scores[2]),
    ]
    assert facts.spread_bps == max(scores) - min(scores)
    assert facts.signers[2].name_digest == to_hex(CONFIGURATION.bureaus[2].name_digest)


@pytest.mark.parametrize(
    ("jurisdiction", "division"),
    [(b"330100", "330100"), (b"3301", ""), (b"33010a", ""), (b"330100\x001", ""), (b"", "")],
)
def test_only_a_division_code_is_taken_for_one(jurisdiction: bytes, division: str) -> None:
    from node.protocol.proven import _division

    assert _division(jurisdiction.ljust(32, b"\0")) == division


def test_who_sealed_and_whose_keys_those_are() -> None:
    three = facts_of(factory.bundle(signers=factory.VALIDATORS[:3]))
    assert [(each.bureau, each.sealed) for each in three.validators] == [(1, True), (2, True), (3, True), (4, False)]
    others = tuple(key(f"someone {number}") for number in range(4))
    strangers = ValidatorSet(1, None, tuple(each.address for each in others))
    facts = facts_of(factory.bundle(signers=others), validator_sets=(strangers,))
    assert [(each.bureau, each.sealed) for each in facts.validators] == [(None, True)] * 4


def test_the_history_is_that_of_the_trust_root() -> None:
    now = tuple(each.address for each in factory.VALIDATORS)
    sets = (ValidatorSet(1, 5, (key("old").address,)), ValidatorSet(6, None, now))
    facts = facts_of(factory.full_bundle(), validator_sets=sets, complete_to=50)
    assert facts.validator_sets == (SetFact(1, 5, (key("old").address,)), SetFact(6, None, now))
    assert facts.complete_to == 50


def test_what_is_not_shown_is_none_or_counted() -> None:
    bare = facts_of(factory.bundle(), config_digests=())
    assert (bare.status, bare.status_block, bare.status_time, bare.anchored, bare.anchored_time) == (
        None,
        None,
        None,
        0,
        0,
    )
    assert not bare.configuration_known
    made = factory.full_bundle()
    seen = made["answers"][0]["observations"]
    seen[0] = Observation.from_json(seen[0]).redact(["payload", "seller_id"]).to_json()
    assert facts_of(made).hidden == 2


@pytest.mark.parametrize("live", [4, 5])
def test_they_stand_under_what_came_of_the_finding_later(live: int) -> None:
    assert facts_of(factory.full_bundle(live=live)).status == live


def test_there_are_none_where_nothing_is_proven() -> None:
    made = factory.full_bundle()
    trust = factory.trust_root()
    altered = made | {"block_hash": to_hex(bytes(32))}
    strangers = factory.bundle(signers=[key(f"stranger {number}") for number in range(4)])
    for data, root in (
        (b"{}", trust),
        (canonical(altered), trust),
        (canonical(strangers), trust),
        (canonical(made), replace(trust, complete_to=3)),
    ):
        found = verify_bundle(data, root, NOW + DAY)
        assert found.facts is None and found.to_json()["facts"] is None


def test_they_go_into_json() -> None:
    found = verify_bundle(canonical(factory.full_bundle()), factory.trust_root(), NOW + DAY)
    told = json.loads(json.dumps(found.to_json()))["facts"]
    assert told["block_number"] == 7 and told["signers"][0]["bureau"] == 1
    assert told["validator_sets"][0]["validators"] == [each.address for each in factory.VALIDATORS]


def test_the_life_before_is_as_bureaus_signed_it() -> None:
    facts = facts_of(factory.full_bundle())
    assert facts.life == ("captures", "custody", "recusals", "quality", "peers")
    assert [(each.bureau, each.clean, each.failed) for each in facts.captures] == [
        (bureau, True, (("network", "tls"),)) for bureau in (1, 2, 3)
    ]
    assert [each.at for each in facts.custody] == [NOW, NOW, NOW, NOW + 1, NOW + 1, NOW + 1, NOW + 90]
    assert (facts.custody[-1].item, facts.recused, facts.interested) == (facts.finding_id, (4,), ())
    assert facts.rests_on is None and facts.validator_sets[0].from_block == 1


def test_a_history_in_the_file_leads_on_whom_the_facts_name() -> None:
    assert facts_of(factory.aged_bundle(), complete_to=20).complete_to == 91
    rests_on = facts_of(factory.aged_bundle()).rests_on
    assert rests_on is not None and "block 95" in rests_on[0] and "第 95 号区块" in rests_on[1]


@pytest.mark.parametrize(("signers", "whose"), [((1, 2, 3), True), ((1,), False)])
def test_a_subject_file_has_facts_of_its_own(signers: tuple[int, ...], whose: bool) -> None:
    made = subjects.subject_file(told=subjects.statement(signers))
    facts = verify_bundle(canonical(made), factory.trust_root(), subjects.TIME + DAY).facts
    assert isinstance(facts, SubjectFacts)
    assert (facts.subject, facts.findings, facts.whose_proven) == (to_hex(subjects.SUBJECT), 5, whose)
    assert (facts.block_number, facts.block_time) == (subjects.BLOCK, subjects.TIME)
    assert json.loads(json.dumps(facts.to_json()))["configuration"] == to_hex(CONFIGURATION.digest())
