"""Evidence over changes of the validators: what was exported before, what is exported after, and what former validators forge."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from node.chain.block_log import BlockLog
from node.chain.contracts import calldata
from node.chain.governance import Actions, Governance
from node.protocol.canonical import canonical, from_hex, sha256, to_hex
from node.protocol.configuration import Bureau
from node.protocol.header import Header, extra_data
from node.protocol.identifiers import ADDRESSES
from node.protocol.trust import PinnedBlock, TrustRoot
from node.protocol.verdict import VerdictCode, Verification
from node.protocol.verify import verify_bundle
from node.services import governance as votes
from node.services.block_logging import log_blocks
from node.services.evidence import (
    Sources,
    capture,
    export_bundle,
    founding_root,
    keep_model,
    refresh_bundle,
    trust_root,
)
from tests.services.chain import Chain, open_chain
from tests.services.house import House, clue, open_house, signer
from tests.services.small_model import small_model

FIFTH = Bureau(
    5,
    sha256(b"bureau 5"),
    sha256(b"jurisdiction 5"),
    sha256(b"paper 5"),
    *(signer(f"{role} 5").address for role in ("validator", "oracle", "sender", "officer")),
    1,
)
DAY = 86_400


@dataclass(frozen=True)
class Story:
    """A finding recorded by four validators; then a fifth was admitted."""

    sources: Sources
    finding: bytes
    before: bytes  # the bundle as exported before the change
    founding: TrustRoot
    before_root: TrustRoot
    change: int  # the block that changed the set
    now: int

    def verify(self, data: bytes, trust: TrustRoot) -> Verification:
        return verify_bundle(data, trust, self.now)

    @property
    def root(self) -> TrustRoot:
        return trust_root(self.sources)


def grow(chain: Chain, blocks: int) -> None:
    sender = chain.sender("anyone")
    for _ in range(blocks):
        sender.wait(sender.send(ADDRESSES["ValidatorSet"], calldata("ValidatorSet", "getValidators")))


def admit(chain: Chain, bureau: Bureau) -> int:
    """Vote a bureau in and seat its validator; returns the block that did."""
    governance = Governance(chain.client)
    proposal = votes.propose(governance, chain.sender("officer 1"), Actions.admit_bureau(bureau), sha256(b"minutes"))
    for number in (1, 2, 3):
        votes.vote(chain.sender(f"officer {number}"), proposal, True)
    chain.clock.now += DAY
    proof, signature = votes.sign_activation(governance, proposal, bureau.id, signer(f"validator {bureau.id}"))
    votes.activate(chain.sender("anyone"), proof, signature)
    return chain.client.head()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    with open_house(folder) as house, open_chain(folder) as chain:
        yield _tell(house, chain)


def _tell(house: House, chain: Chain) -> Story:
    model = small_model()
    for oracle in house.oracles.values():
        oracle.model = model
    outcome = house.leader(1, chain.contracts.last_sequence).run([clue("l1")])
    finding = outcome.reports[0].findings[0].id()
    chain.recorder(house).run()
    chain.indexer(house).run()
    keep_model(house.stores[1], model.manifest, model.model, model.features, model.thresholds)
    sources = Sources(house.stores[1], chain.client, house.configuration)
    before, before_root = export_bundle(sources, finding), trust_root(sources)
    founding = replace(founding_root(chain.client, house.configuration), complete_to=0)
    grow(chain, 31)
    change = admit(chain, FIFTH)
    grow(chain, 3)
    assert list(log_blocks(BlockLog(chain.client), chain.sender("anyone"), size=20))
    grow(chain, 1)
    chain.indexer(house).run()
    assert capture(sources) == 1
    now = int(chain.client.block(chain.client.head())["timestamp"], 16) + 60
    return Story(sources, finding, before, founding, before_root, change, now)


def test_the_nodes_trust_root_names_both_sets(story: Story) -> None:
    first, second = story.root.validator_sets
    assert (first.to_block, second.from_block, second.to_block) == (story.change, story.change + 1, None)
    assert (len(first.validators), len(second.validators)) == (4, 5)
    assert [each.to_block for each in story.root.config_digests] == [story.change, None]
    assert TrustRoot.parse(story.root.to_bytes()) == story.root


def test_what_was_exported_before_holds_under_the_trust_root_of_then(story: Story) -> None:
    verdict = story.verify(story.before, story.before_root)
    assert verdict.verdict is VerdictCode.GENUINE, verdict.to_json()
    assert any("did not collude later" in words for words, _ in verdict.not_proven)


def test_under_a_trust_root_of_today_it_asks_for_a_link_and_holds_with_one(story: Story) -> None:
    verdict = story.verify(story.before, story.root)
    assert verdict.verdict is VerdictCode.NOT_TRUSTED
    assert any("bundle refresh" in step.words_en for step in verdict.steps if not step.ok)
    fresh = refresh_bundle(story.sources, story.before)
    verdict = story.verify(fresh, story.root)
    assert verdict.verdict is VerdictCode.GENUINE, verdict.to_json()
    assert any("sealed by the validators in force now, holds its hash" in words for words, _ in verdict.claims)
    kept, now = json.loads(story.before), json.loads(fresh)
    assert {name for name in now if now[name] != kept.get(name)} == {"status", "history", "block_anchors"}


def test_without_its_link_a_fresh_status_vouches_for_the_record(story: Story) -> None:
    parts = json.loads(export_bundle(story.sources, story.finding))
    del parts["block_anchors"]
    verdict = story.verify(canonical(parts), story.root)
    assert verdict.verdict is VerdictCode.GENUINE
    assert any("the record stands under a later block" in words for words, _ in verdict.claims)


def test_a_reader_who_knows_only_the_founding_needs_somebody_outside_to_vouch_for_the_change(story: Story) -> None:
    data = export_bundle(story.sources, story.finding)
    verdict = story.verify(data, story.founding)
    assert verdict.verdict is VerdictCode.NOT_TRUSTED
    assert any(step.part == "history" and "nothing outside the leaving set" in step.words_en for step in verdict.steps)
    block = story.sources.client.block(story.change)
    pinned = replace(story.founding, pinned_blocks=(PinnedBlock(story.change, from_hex(block["hash"], 32)),))
    verdict = story.verify(data, pinned)
    assert verdict.verdict is VerdictCode.GENUINE, verdict.to_json()
    other = replace(story.founding, pinned_blocks=(PinnedBlock(story.change, sha256(b"another")),))
    assert story.verify(data, other).verdict is VerdictCode.NOT_TRUSTED


def _told_again(data: bytes) -> bytes:
    """The same bundle with the record's block sealed again by three founding validators, a minute later than it was."""
    parts = json.loads(data)
    old = Header.from_rlp(from_hex(parts["header"]))
    items = list(old.items)
    items[11] = (old.time + 60).to_bytes(4, "big")
    items[12] = extra_data(0)
    bare = Header(tuple(items))
    seals = [signer(f"validator {number}").sign(bare.commit_hash()) for number in (1, 2, 3)]
    items[12] = extra_data(0, [seal[:64] + bytes([seal[64] - 27]) for seal in seals])
    forged = Header(tuple(items))
    return canonical(parts | {"header": to_hex(forged.rlp()), "block_hash": to_hex(forged.block_hash())})


def test_former_validators_who_tell_their_past_again_are_not_trusted(story: Story) -> None:
    bare = json.loads(export_bundle(story.sources, story.finding))
    for part in ("block_anchors", "status", "history"):
        bare.pop(part, None)
    forged = _told_again(canonical(bare))
    # seals and ranges pass: only an anchor could tell, and the verdict says that it rests on there being none
    assert story.verify(forged, story.root).verdict is VerdictCode.NOT_TRUSTED
    then = story.verify(forged, story.before_root)
    assert then.verdict is VerdictCode.GENUINE
    assert any("did not collude later" in words for words, _ in then.not_proven)
    # the true record under a later block, or the true link, does not fit the forged block
    fresh = _told_again(refresh_bundle(story.sources, story.before))
    assert story.verify(fresh, story.root).verdict is VerdictCode.ALTERED


def test_a_pinned_block_stops_a_forgery_also_while_its_set_is_in_force(story: Story) -> None:
    number = Header.from_rlp(from_hex(json.loads(story.before)["header"])).number
    true_hash = from_hex(json.loads(story.before)["block_hash"], 32)
    pinned = replace(story.before_root, pinned_blocks=(PinnedBlock(number, true_hash),))
    assert story.verify(story.before, pinned).verdict is VerdictCode.GENUINE
    bare = {name: part for name, part in json.loads(story.before).items() if name not in ("status", "history")}
    assert story.verify(_told_again(canonical(bare)), pinned).verdict is VerdictCode.NOT_TRUSTED
