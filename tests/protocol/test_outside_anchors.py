"""Blocks that outside parties vouch for: in time, by those whom the trust root names, and by enough of them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from node.protocol.canonical import canonical, from_hex, to_hex
from node.protocol.claims import STAMPED
from node.protocol.header import Header, extra_data
from node.protocol.trust import TrustRoot
from node.protocol.verdict import VerdictCode, Verification
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests import outside
from tests.protocol.consortium import NOW
from tests.protocol.test_dating import NEW, RETIRED, bare
from tests.protocol.test_verify import DAY, flip
from tests.timestamp_authority import YEAR

BLOCK_TIME = NOW + 60  # of the bundle's block
BLOCK_HASH = from_hex(bare()["block_hash"], 32)
WITNESSES = ("notary.example", "court.example", "forensics.example")
ROOT = replace(
    RETIRED,
    witnesses=tuple(map(outside.vkey, WITNESSES)),
    witness_threshold=2,
    timestamp_certificates=(outside.authority().root.der,),
)
TWO = [(WITNESSES[0], BLOCK_TIME + 30), (WITNESSES[2], BLOCK_TIME + 90)]


def judge(trust: TrustRoot = ROOT, at: int = NOW + DAY, **evidence: Any) -> Verification:
    made = bare(block_anchors=[outside.block_anchor(BLOCK_HASH, **evidence)])
    return verify_bundle(canonical(made), trust, at)


def checkpoint(*signers: tuple[str, int]) -> list[dict[str, Any]]:
    return [outside.checkpoint_proof(factory.BLOCK, BLOCK_HASH, signers)]


def test_enough_witnesses_in_time_anchor_a_block_of_a_retired_set() -> None:
    found = judge(checkpoints=checkpoint(*TWO))
    assert found.verdict is VerdictCode.GENUINE, found.to_json()
    assert any("2 witnesses whom the trust root names had signed" in words for words, _ in found.claims)


@pytest.mark.parametrize(
    "signers",
    [
        TWO[:1],
        [TWO[0], ("stranger.example", BLOCK_TIME)],
        [TWO[0], (WITNESSES[1], BLOCK_TIME + DAY + 1)],
        [TWO[0], (WITNESSES[1], BLOCK_TIME - 61), (WITNESSES[2], BLOCK_TIME - 62)],
    ],
    ids=["too few", "a stranger", "a day too late", "before the block"],
)
def test_others_count_for_nothing(signers: list[tuple[str, int]]) -> None:
    found = judge(checkpoints=checkpoint(*signers))
    assert (found.verdict, found.part) == (VerdictCode.NOT_TRUSTED, None)


def test_witnesses_who_signed_notes_of_their_own_count_together() -> None:
    apart = [*checkpoint(TWO[0]), *checkpoint(TWO[1])]
    assert judge(checkpoints=apart).verdict is VerdictCode.GENUINE


def test_a_false_line_of_a_named_witness_or_another_chains_log_is_altered() -> None:
    proof = checkpoint(*TWO)[0]
    head, tail = proof["note"].rsplit(" ", 1)
    false = {**proof, "note": f"{head} {tail[:40]}{'A' if tail[40] != 'A' else 'B'}{tail[41:]}"}
    found = judge(checkpoints=[false])
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")
    other = outside.checkpoint_proof(factory.BLOCK, BLOCK_HASH, TWO, "touchstone/1/" + "00" * 32)
    found = judge(checkpoints=[other])
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")
    moved = {**proof, "path": [flip(proof["path"][0]), *proof["path"][1:]]}
    assert judge(checkpoints=[moved]).part == "block_anchors"


def test_a_time_stamp_within_a_day_anchors() -> None:
    found = judge(timestamps=[outside.stamps(BLOCK_HASH, BLOCK_TIME + 600)])
    assert found.verdict is VerdictCode.GENUINE, found.to_json()
    assert any("time-stamped its hash at" in words for words, _ in found.claims)
    late = judge(timestamps=[outside.stamps(BLOCK_HASH, BLOCK_TIME + DAY + 1)])
    assert (late.verdict, late.part) == (VerdictCode.NOT_TRUSTED, None)


def test_a_time_stamp_of_an_authority_that_nobody_named_says_nothing() -> None:
    stamps = [outside.stamps(BLOCK_HASH, BLOCK_TIME + 600)]
    found = judge(replace(ROOT, timestamp_certificates=()), timestamps=stamps)
    assert (found.verdict, found.part) == (VerdictCode.NOT_TRUSTED, None)


def test_a_time_stamp_over_other_bytes_is_altered() -> None:
    found = judge(timestamps=[outside.stamps(b"other", BLOCK_TIME + 600)])
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "block_anchors")


def test_a_time_stamp_whose_certificates_ended_needs_a_renewal_from_before() -> None:
    after = NOW + 2 * YEAR
    single = [outside.stamps(BLOCK_HASH, BLOCK_TIME + 600)]
    assert judge(at=after, timestamps=single).verdict is VerdictCode.NOT_TRUSTED
    assert judge(at=NOW + DAY, timestamps=single).verdict is VerdictCode.GENUINE


def test_former_validators_can_have_a_block_of_today_stamped_and_the_verdict_says_so() -> None:
    """A stamp shows when a block existed, not that those who sealed it were still in force."""
    old, later = Header.from_rlp(from_hex(bare()["header"])), NOW + YEAR // 2
    made = bare() | factory.named(factory.header(receipts_root=old.receipts_root, time=later))
    block_hash = from_hex(made["block_hash"], 32)
    stamped = [outside.block_anchor(block_hash, timestamps=[outside.stamps(block_hash, later + 5)])]
    found = verify_bundle(canonical(made | {"block_anchors": stamped}), ROOT, later + DAY)
    assert found.verdict is VerdictCode.GENUINE and STAMPED in found.not_proven
    way = factory.block_log_link(factory.BLOCK, block_hash, 40)
    far = from_hex(way["block_hash"], 32)
    linked = [
        outside.block_anchor(block_hash, block_log=[way]),
        outside.block_anchor(far, timestamps=[outside.stamps(far, NOW + 60 * 40)]),
    ]
    assert STAMPED in verify_bundle(canonical(made | {"block_anchors": linked}), ROOT, later).not_proven
    # witnesses sign one history alone, and validators in force speak for themselves
    assert STAMPED not in judge(checkpoints=checkpoint(*TWO)).not_proven
    current = replace(ROOT, validator_sets=factory.trust_root().validator_sets)
    assert STAMPED not in judge(current, timestamps=[outside.stamps(BLOCK_HASH, BLOCK_TIME + 600)]).not_proven


def test_what_is_dated_after_its_validators_left_is_not_trusted_whoever_stamped_it() -> None:
    """Where the trust root knows when they left: nobody gets a date before that stamped any more."""
    (old, now), left = RETIRED.validator_sets, NOW + 60 * 50
    known = replace(ROOT, validator_sets=(replace(old, ended_at=left), now))
    assert TrustRoot.parse(known.to_bytes()) == known
    honest = judge(known, timestamps=[outside.stamps(BLOCK_HASH, BLOCK_TIME + 600)])
    assert honest.verdict is VerdictCode.GENUINE and STAMPED not in honest.not_proven
    receipts_root = Header.from_rlp(from_hex(bare()["header"])).receipts_root
    for time, verdict in ((left, VerdictCode.GENUINE), (left + 1, VerdictCode.NOT_TRUSTED)):
        made = bare() | factory.named(factory.header(receipts_root=receipts_root, time=time))
        block_hash = from_hex(made["block_hash"], 32)
        made["block_anchors"] = [outside.block_anchor(block_hash, timestamps=[outside.stamps(block_hash, time + 5)])]
        assert verify_bundle(canonical(made), known, NOW + DAY).verdict is verdict


@pytest.mark.parametrize("forged", [True, False])
def test_a_stamp_over_a_later_header_that_nobody_sealed_vouches_for_nothing(forged: bool) -> None:
    """An authority stamps any bytes: a link to such a header would let former validators date their blocks at will."""
    way = factory.block_log_link(factory.BLOCK, BLOCK_HASH, 60, signers=NEW)
    if forged:
        items = list(Header.from_rlp(from_hex(way["header"])).items)
        items[12] = extra_data(0, [])
        way["header"] = to_hex(Header(tuple(items)).rlp())
    far = from_hex(way["block_hash"], 32)
    anchors = [
        outside.block_anchor(BLOCK_HASH, block_log=[way]),
        outside.block_anchor(far, timestamps=[outside.stamps(far, NOW + 60 * 60)]),
    ]
    found = verify_bundle(canonical(bare(block_anchors=anchors)), ROOT, NOW + DAY)
    assert (found.verdict is VerdictCode.GENUINE) is not forged
    # nor does one that the trust root does not reach
    short = replace(ROOT, complete_to=59)
    assert verify_bundle(canonical(bare(block_anchors=anchors)), short, NOW + DAY).verdict is VerdictCode.NOT_TRUSTED


def test_leaving_validators_can_have_a_change_of_today_stamped_and_the_verdict_says_so() -> None:
    step = factory.history_step(4, following=NEW)
    made = factory.bundle(signers=NEW) | {"history": [step, factory.history_step(90, NEW, NEW)]}
    founding = replace(ROOT, validator_sets=factory.trust_root().validator_sets, complete_to=0)
    step_hash, time = from_hex(step["block_hash"], 32), NOW + 60 * 4
    evidence: dict[str, Any]
    for evidence, said in (
        ({"timestamps": [outside.stamps(step_hash, time + 5)]}, True),
        ({"checkpoints": [outside.checkpoint_proof(4, step_hash, [(n, time + 5) for n in WITNESSES[:2]])]}, False),
    ):
        made["block_anchors"] = [outside.block_anchor(step_hash, **evidence)]
        found = verify_bundle(canonical(made), founding, NOW + DAY)
        assert found.verdict is VerdictCode.GENUINE and (STAMPED in found.not_proven) is said


def test_an_anchored_change_of_the_set_leads_a_reader_of_the_founding_on() -> None:
    step = factory.history_step(4, following=NEW)
    made = factory.bundle(signers=NEW) | {"history": [step, factory.history_step(90, NEW, NEW)]}
    founding = replace(ROOT, validator_sets=factory.trust_root().validator_sets, complete_to=0)
    assert verify_bundle(canonical(made), founding, NOW + DAY).verdict is VerdictCode.NOT_TRUSTED
    step_hash, time = from_hex(step["block_hash"], 32), NOW + 60 * 4
    signers = [(name, time + 5) for name in WITNESSES[:2]]
    proof = outside.checkpoint_proof(4, step_hash, signers)
    made["block_anchors"] = [outside.block_anchor(step_hash, checkpoints=[proof])]
    found = verify_bundle(canonical(made), founding, NOW + DAY)
    assert found.verdict is VerdictCode.GENUINE, found.to_json()


def test_the_trust_root_with_witnesses_and_certificates_reads_back() -> None:
    assert TrustRoot.parse(ROOT.to_bytes()) == ROOT
    told = json.loads(ROOT.to_bytes())
    assert told["witness_threshold"] == 2 and len(told["timestamp_certificates"]) == 1
    assert to_hex(ROOT.id()) != to_hex(RETIRED.id())
