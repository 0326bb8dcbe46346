"""What vouches for a block: links through BlockLog, pinned blocks, and nothing that does not hold."""

import copy
import json
import random
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from node.protocol import dating
from node.protocol.canonical import canonical, from_hex, sha256, to_hex
from node.protocol.dating import read_anchors
from node.protocol.trust import PinnedBlock, TrustRoot, ValidatorSet
from node.protocol.verdict import VerdictCode, Verification
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests import outside
from tests.protocol.consortium import NOW, key
from tests.protocol.test_verify import DAY, flip, leaves

NEW = tuple(key(f"new validator {number}") for number in (1, 2, 3, 4))
NAMES, NEW_NAMES = (tuple(signer.address for signer in signers) for signers in (factory.VALIDATORS, NEW))
RETIRED = factory.trust_root(validator_sets=(ValidatorSet(1, 50, NAMES), ValidatorSet(51, None, NEW_NAMES)))
LONG = replace(
    RETIRED, complete_to=1000, validator_sets=(ValidatorSet(1, 999, NAMES), ValidatorSet(1000, None, NEW_NAMES))
)
TRUST = factory.trust_root()
LATER = 95


@cache
def _aged() -> str:
    return json.dumps(factory.aged_bundle())


def aged() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(_aged())
    return made


def bare(**parts: Any) -> dict[str, Any]:
    """A bundle without status, whose block rests on what is given here."""
    made = {
        name: part for name, part in aged().items() if name not in ("status", "anchors", "history", "block_anchors")
    }
    return made | parts


def linked(*ways: dict[str, Any], made: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    made = made or bare()
    return [{"block_hash": made["block_hash"], "checkpoints": [], "timestamps": [], "block_log": list(ways)}]


def link(later: int = LATER, signers: Any = factory.VALIDATORS) -> dict[str, Any]:
    return factory.block_log_link(factory.BLOCK, from_hex(bare()["block_hash"], 32), later, signers)


def judge(made: Any, trust: TrustRoot = TRUST) -> Verification:
    return verify_bundle(canonical(made), trust, NOW + DAY)


def test_the_verdict_says_what_the_block_rests_on() -> None:
    found = judge(aged())
    assert found.verdict is VerdictCode.GENUINE, found.to_json()
    assert any("block 95, sealed by the validators in force now, holds its hash" in words for words, _ in found.claims)
    assert not any("did not collude later" in words for words, _ in found.not_proven)


def test_a_block_of_a_retired_set_holds_by_a_link_to_a_block_of_today() -> None:
    assert judge(bare(), RETIRED).verdict is VerdictCode.NOT_TRUSTED
    assert judge(bare(block_anchors=linked(link(signers=NEW))), RETIRED).verdict is VerdictCode.GENUINE
    # a later block of the same retired set, or one by strangers, vouches for nothing
    own = judge(bare(block_anchors=linked(link(40))), RETIRED)
    assert (own.verdict, own.part) == (VerdictCode.NOT_TRUSTED, None)
    foreign = judge(bare(block_anchors=linked(link(signers=factory.VALIDATORS))), RETIRED)
    assert foreign.verdict is VerdictCode.NOT_TRUSTED


def test_a_link_may_lead_over_a_second_one() -> None:
    first = link(40)
    second = factory.block_log_link(5, from_hex(first["block_hash"], 32), LATER, NEW)
    other = {"block_hash": first["block_hash"], "checkpoints": [], "timestamps": [], "block_log": [second]}
    anchors = [*linked(first), other]
    found = judge(bare(block_anchors=anchors), RETIRED)
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")  # place 5 of that run is not block 40


def chained(count: int, times: int) -> dict[str, Any]:
    """A bundle whose block is linked to the next, and so on; each link is given so many times."""
    made, anchors = bare(), []
    block_hash = from_hex(made["block_hash"], 32)
    for number in range(factory.BLOCK, factory.BLOCK + count):
        way = factory.block_log_link(number, block_hash, number + 1, NEW[:1], first=number)
        anchors.append(
            {"block_hash": to_hex(block_hash), "checkpoints": [], "timestamps": [], "block_log": [way] * times}
        )
        block_hash = from_hex(way["block_hash"], 32)
    return made | {"block_anchors": anchors}


def test_many_ways_to_the_same_block_are_walked_once() -> None:
    """Two links at each of forty blocks make 2^40 ways."""
    assert judge(chained(40, 2), RETIRED).verdict is VerdictCode.NOT_TRUSTED


def test_a_way_too_long_is_altered() -> None:
    assert judge(chained(100, 1), LONG).verdict is VerdictCode.NOT_TRUSTED
    found = judge(chained(101, 1), LONG)
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")


def test_a_link_that_held_is_judged_again_for_another_number_under_the_same_hash() -> None:
    found = judge(factory.one_hash_for_two(), factory.trust_root(complete_to=90))
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")


def test_what_outsiders_say_of_a_block_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty proofs in one block of a retired set, with stamps that come too late: five thousand would take minutes."""
    full = factory.full_bundle()
    anchor = full["anchors"][0]
    late = [outside.stamps(from_hex(anchor["block_hash"], 32), NOW + 3 * DAY) for _ in range(4)]
    anchors = [*linked(link(signers=NEW)), outside.block_anchor(from_hex(anchor["block_hash"], 32), timestamps=late)]
    trust, asked = replace(RETIRED, timestamp_certificates=(outside.authority().root.der,)), []
    check_chain = dating.check_chain
    monkeypatch.setattr(dating, "check_chain", lambda *each: asked.append(each) or check_chain(*each))
    found = judge(bare(anchors=[anchor] * 50, block_anchors=anchors), trust)
    assert found.verdict is VerdictCode.GENUINE and len(asked) == len(late)


def test_a_pinned_block_vouches_and_another_in_its_place_is_not_trusted() -> None:
    made = bare()
    pin = PinnedBlock(factory.BLOCK, from_hex(made["block_hash"], 32))
    found = judge(made, replace(RETIRED, pinned_blocks=(pin,)))
    assert found.verdict is VerdictCode.GENUINE
    assert any("the trust root pins this block" in words for words, _ in found.claims)
    other = replace(RETIRED, pinned_blocks=(replace(pin, block_hash=sha256(b"other")),))
    assert judge(made, other).verdict is VerdictCode.NOT_TRUSTED
    later = link(40)
    pinned_later = replace(RETIRED, pinned_blocks=(PinnedBlock(40, from_hex(later["block_hash"], 32)),))
    assert judge(bare(block_anchors=linked(later)), pinned_later).verdict is VerdictCode.GENUINE


def test_an_anchor_of_a_foreign_block_or_one_given_twice_is_altered() -> None:
    made = aged()
    made["block_anchors"][0]["block_hash"] = to_hex(sha256(b"foreign"))
    found = judge(made)
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")
    made = aged()
    made["block_anchors"] *= 2
    found = judge(made)
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")


def test_a_link_back_is_altered() -> None:
    found = judge(bare(block_anchors=linked(link(factory.BLOCK - 1))))
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")


def test_a_step_of_the_history_must_agree_with_the_trust_root() -> None:
    made = aged()
    made["history"] = [factory.history_step(90, following=NEW)]
    found = judge(made)
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "history")


def test_history_leads_the_trust_root_to_the_block() -> None:
    short = factory.trust_root(complete_to=3)
    assert judge(bare(), short).verdict is VerdictCode.UNKNOWN
    assert judge(bare(history=[factory.history_step(90)]), short).verdict is VerdictCode.GENUINE


def test_a_change_of_the_set_counts_when_its_block_is_vouched_for() -> None:
    step = factory.history_step(4, following=NEW)
    made = factory.bundle(signers=NEW) | {"history": [step, factory.history_step(90, NEW, NEW)]}
    short = factory.trust_root(complete_to=3)
    found = judge(made, short)
    assert found.verdict is VerdictCode.NOT_TRUSTED
    assert any("nothing outside the leaving set vouches for it" in each.words_en for each in found.steps)
    pinned = replace(short, pinned_blocks=(PinnedBlock(4, from_hex(step["block_hash"], 32)),))
    assert judge(made, pinned).verdict is VerdictCode.GENUINE
    # linked through BlockLog to a block of the set that would come by it: that proves itself by itself
    ring = factory.block_log_link(4, from_hex(step["block_hash"], 32), LATER, NEW)
    made["block_anchors"] = [
        {"block_hash": step["block_hash"], "checkpoints": [], "timestamps": [], "block_log": [ring]}
    ]
    assert judge(made, short).verdict is VerdictCode.NOT_TRUSTED


@pytest.mark.parametrize("part", ["history", "block_anchors"])
def test_a_change_of_any_value_is_found(part: str) -> None:
    choose = random.Random(part)
    for path in leaves(aged()[part], (part,)):
        made: Any = aged()
        holder = made
        for name in path[:-1]:
            holder = holder[name]
        value = holder[path[-1]]
        holder[path[-1]] = flip(value, choose.randrange(2, len(value))) if isinstance(value, str) else value + 1
        found = judge(made)
        assert (found.verdict, found.part) == (VerdictCode.ALTERED, part), path


def test_links_that_meet_again_and_again_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight ways from each of five levels to the next: thirty thousand ways, forty links."""
    made, later, anchors = bare(), [10 + level for level in range(6)], []
    below = made["block_hash"]
    for level in range(5):
        ways = [factory.block_log_link(factory.BLOCK, from_hex(below, 32), later[level])] * 8
        anchors.append({"block_hash": below, "checkpoints": [], "timestamps": [], "block_log": ways})
        below = ways[0]["block_hash"]
    judged: list[object] = []
    monkeypatch.setattr(dating, "_check_link", lambda *words: judged.append(words))  # every link holds
    found = judge(made | {"block_anchors": anchors}, RETIRED)
    assert (found.verdict, found.part) == (VerdictCode.NOT_TRUSTED, None)
    assert len(judged) == 8 * 5


def test_a_pinned_block_is_compared_wherever_a_block_stands() -> None:
    made = aged()
    for part in ("status", "history"):
        header = made[part]["header"] if part == "status" else made[part][0]["header"]
        number = factory.BLOCK + 3 if part == "status" else 90
        assert header
        pinned = replace(TRUST, pinned_blocks=(PinnedBlock(number, sha256(b"another")),))
        found = judge(made, pinned)
        assert found.verdict is VerdictCode.NOT_TRUSTED
        assert any(not step.ok and step.part == part and "pins another block" in step.words_en for step in found.steps)


def test_anchors_read_back() -> None:
    told = aged()["block_anchors"]
    assert [anchor.to_json() for anchor in read_anchors(copy.deepcopy(told))] == told
