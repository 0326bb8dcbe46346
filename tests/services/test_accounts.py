"""Each bureau accounts for its own captures and custody; an exported file holds what it can show of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from node.chain.contracts import calldata
from node.protocol.canonical import sha256
from node.protocol.capture import CaptureReport, Check
from node.protocol.finding import Finding
from node.protocol.identifiers import ADDRESSES
from node.protocol.life import Act, Peers, Recusal
from node.protocol.observation import Observation
from node.protocol.typed_data import digest
from node.protocol.verify import VerdictCode, Verification, verify_bundle
from node.services.cosigning import Clue
from node.services.evidence import Sources, export_bundle, keep_model, trust_root
from node.services.life import Account, Keeper
from node.services.quality import quality
from node.store import findings, life
from tests.services.chain import Chain
from tests.services.house import DOMAIN, NOW, House, payload_of, signer
from tests.services.small_model import small_model

Make = Callable[..., Clue]
CHECKS = (Check("clock", "server_time", True, ""), Check("cleanliness", "no_session", True, ""))


class World:
    """Two findings on a chain, with what every oracle told of its captures before it answered."""

    def __init__(self, house: House, chain: Chain, make_clue: Make) -> None:
        self.house, self.chain, self.now = house, chain, NOW
        model = small_model()
        for oracle in house.oracles.values():
            oracle.model = model
        self.keepers = {number: self._keeper(number) for number in house.stores}
        outcome = house.leader(1, chain.contracts.last_sequence).run([make_clue("l1"), make_clue("l2")])
        self.findings: tuple[Finding, ...] = outcome.reports[0].findings
        chain.recorder(house).run()
        keep_model(house.stores[1], model.manifest, model.model, model.features, model.thresholds)

    def _keeper(self, number: int) -> Keeper:
        return Keeper(self.house.stores[number], number, signer(f"oracle {number}"), DOMAIN, lambda: self.now)

    def told(self, listing: str, **changes: Any) -> CaptureReport:
        members = {"tool": "test", "url": f"http://127.0.0.1/item/{listing}", "payload": payload_of(listing)}
        return CaptureReport(**members | {"captured_at": NOW - 5, "checks": CHECKS} | changes)

    def keep(self, listing: str, finding: Finding, bureaus: tuple[int, ...] = (1, 2, 3, 4), **changes: Any) -> None:
        for number in bureaus:
            self.keepers[number].keep({(finding.clue_key(), 1): [self.told(listing, **changes)]})

    def index(self, *bureaus: int) -> None:
        for number in bureaus or (1, 2, 3, 4):
            self.chain.indexer(self.house, number).run()

    def sources(self) -> Sources:
        others = [keeper for number, keeper in self.keepers.items() if number != 1]
        accounts = lambda finding: [keeper.account(finding) for keeper in others]  # noqa: E731
        store, client = self.house.stores[1], self.chain.client
        return Sources(store, client, self.house.configuration, keeper=self.keepers[1], accounts=accounts)

    def bundle(self, finding: Finding, sources: Sources | None = None) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(export_bundle(sources or self.sources(), finding.id()))
        return made

    def judge(self, made: dict[str, Any]) -> Verification:
        return verify_bundle(json.dumps(made).encode(), trust_root(self.sources()))


@pytest.fixture
def world(house: House, chain: Chain, make_clue: Make) -> World:
    return World(house, chain, make_clue)


def test_a_bundle_carries_every_signers_captures_and_custody(world: World) -> None:
    first, second = world.findings
    world.keep("l1", first)
    world.keep("l2", second)
    world.index()
    assert [keeper.sign() for keeper in world.keepers.values()] == [2, 2, 2, 2]
    assert [keeper.sign() for keeper in world.keepers.values()] == [0, 0, 0, 0]
    world.now = NOW + 100
    made = world.bundle(first)
    assert [each["bureau"] for each in made["captures"]] == [1, 2, 3, 4]
    acts = [(each["entry"]["bureau"], each["entry"]["act"], each["entry"]["at"]) for each in made["custody"]]
    own = [(1, Act.CAPTURED, NOW - 5), (1, Act.KEPT, NOW), (1, Act.EXPORTED, NOW + 100)]
    others = [(n, act, at) for n in (2, 3, 4) for act, at in ((Act.CAPTURED, NOW - 5), (Act.KEPT, NOW))]
    assert acts == own + others
    found = world.judge(made)
    assert found.verdict is VerdictCode.GENUINE, [step.words_en for step in found.steps if not step.ok]
    assert {step.part: step.standing for step in found.steps}["custody"] == "linked"


def test_a_second_copy_of_the_evidence_is_the_same(world: World) -> None:
    world.keep("l1", world.findings[0])
    world.index()
    first = export_bundle(world.sources(), world.findings[0].id())
    world.now += 1000
    assert export_bundle(world.sources(), world.findings[0].id()) == first


def test_exporting_before_signing_loses_nothing(world: World) -> None:
    world.keep("l1", world.findings[0])
    world.index()
    acts = [each["entry"]["act"] for each in world.bundle(world.findings[0])["custody"]]
    assert acts == [Act.CAPTURED, Act.KEPT, Act.EXPORTED]


def test_nothing_is_signed_before_a_finding_is_on_record(world: World) -> None:
    world.keep("l1", world.findings[0])
    assert world.keepers[1].sign() == 0
    assert world.keepers[1].account(world.findings[0].id()) == Account(1)


def test_what_was_told_again_replaces_what_was_told_before(world: World) -> None:
    world.keep("l1", world.findings[0], captured_at=NOW - 90)
    world.keep("l1", world.findings[0], captured_at=NOW - 3)
    world.index()
    world.keepers[2].sign()
    (capture,) = world.keepers[2].account(world.findings[0].id()).captures
    assert capture.report.captured_at == NOW - 3


def test_a_log_never_runs_backwards(world: World) -> None:
    world.now = NOW - 500  # set back after the capture
    world.keep("l1", world.findings[0])
    world.index(1)
    made = world.bundle(world.findings[0])
    assert [each["entry"]["at"] for each in made["custody"]] == [NOW - 5] * 3
    assert world.judge(made).verdict is VerdictCode.GENUINE


def test_a_failed_clock_is_carried_into_the_file_and_told(world: World) -> None:
    failed = (Check("clock", "server_time", False, "own clock 600 s ahead of the server's"), CHECKS[1])
    world.keep("l1", world.findings[0], (1, 2))
    world.keep("l1", world.findings[0], (3,), checks=failed)
    world.index()
    for keeper in world.keepers.values():
        keeper.sign()
    found = world.judge(world.bundle(world.findings[0]))
    words = next(step.words_en for step in found.steps if step.part == "captures")
    assert "3 capture reports, 2 of them clean" in words and "600 s ahead" in words


def test_what_would_not_hold_is_left_out(world: World) -> None:
    finding = world.findings[0]
    world.keep("l1", finding, (1,))
    world.keep("l2", finding, (2,))  # of a payload that it did not observe
    world.keep("l1", finding, (3,))
    world.index()
    forger = Keeper(world.house.stores[3], 3, signer("a thief"), DOMAIN, lambda: NOW)
    assert (world.keepers[2].sign(), forger.sign()) == (1, 1)
    made = world.bundle(finding)
    assert {each["bureau"] for each in made["captures"]} == {1}
    assert {each["entry"]["bureau"] for each in made["custody"]} == {1}
    assert world.judge(made).verdict is VerdictCode.GENUINE


def test_without_accounts_the_parts_are_left_out(world: World) -> None:
    world.index()
    made = world.bundle(world.findings[0], replace(world.sources(), keeper=None))
    assert not {"captures", "custody", "recusals"} & set(made)
    assert made["quality"]["recorded"] == 2 and made["quality"]["canaries"] is None
    assert world.judge(made).verdict is VerdictCode.GENUINE


def declare(world: World, bureau: int, subject: bytes, name: str | None = None) -> None:
    """A recusal on the chain."""
    recusal = Recusal(bureau, subject, sha256(b"kinship"))
    signature = signer(name or f"officer {bureau}").sign(digest(DOMAIN, recusal.struct_hash()))
    data = calldata("FindingRegistry", "recuse", bureau, subject, recusal.reason, signature)
    sender = world.chain.sender("sender 1")
    sender.wait(sender.send(ADDRESSES["FindingRegistry"], data))


def test_a_declared_interest_is_carried_with_its_signature(world: World) -> None:
    finding = world.findings[0]
    declare(world, 2, finding.subject)
    declare(world, 3, sha256(b"somebody else"))
    world.index()
    made = world.bundle(finding)
    assert [each["recusal"]["bureau"] for each in made["recusals"]] == [2]
    found = world.judge(made)
    assert found.verdict is VerdictCode.GENUINE
    assert found.claims[0][0].startswith("Bureau 2, which signed the finding, has declared an interest")


def test_an_interest_without_its_signature_is_known_and_left_out(world: World) -> None:
    finding = world.findings[0]
    declare(world, 2, finding.subject)
    world.index()
    with world.house.stores[1].write() as session:
        (row,) = life.recusals(session, finding.subject)
        row.signature = b""
    assert "recusals" not in world.bundle(finding)


def tell(world: World, bureau: int, kind: int, period: int, planted: int, found: int) -> None:
    """A canary result on the chain."""
    data = calldata("ModelRegistry", "tellCanary", kind, period, planted, found, sha256(b"list"))
    sender = world.chain.sender(f"officer {bureau}")
    sender.wait(sender.send(ADDRESSES["ModelRegistry"], data))


def test_the_models_record_counts_findings_and_canaries(world: World) -> None:
    finding = world.findings[0]
    tell(world, 1, finding.kind, finding.period, 10, 9)
    tell(world, 2, finding.kind, finding.period, 5, 5)
    tell(world, 2, finding.kind, finding.period - 100, 7, 0)
    tell(world, 2, finding.kind + 1, finding.period, 7, 0)
    world.index()
    made = world.bundle(finding)["quality"]
    assert made["canaries"] == {"planted": 15, "found": 14, "period": finding.period}
    assert (made["block_number"], made["recorded"], made["upheld"]) == (world.chain.client.head(), 2, 0)


def test_the_record_is_of_this_model_and_by_status(world: World) -> None:
    world.index()
    finding = world.findings[0]
    with world.house.stores[1].write() as session:
        first, second = (findings.get(session, each.id()) for each in world.findings)
        assert first is not None and second is not None
        first.status, second.status = findings.UPHELD, findings.OVERTURNED
    with world.house.stores[1].read() as session:
        record = quality(session, finding.model, finding.kind, finding.period)
        assert record is not None
        assert (record.recorded, record.upheld, record.overturned, record.error_bps) == (0, 1, 1, 5000)
        other = quality(session, sha256(b"another model"), finding.kind, finding.period)
        assert other is not None and other.rulings == other.recorded == 0 and other.error_bps is None


def test_before_any_block_there_is_no_record(house: House) -> None:
    with house.stores[1].read() as session:
        assert quality(session, sha256(b"model"), 1, 202607) is None


def test_peers_are_carried_as_they_are_given(world: World) -> None:
    world.index()
    seen = Observation.make({"type": "listing", "price_fen": 1})
    sources = replace(world.sources(), peers=lambda finding: [Peers(1, (seen,)), Peers(2, ())])
    made = world.bundle(world.findings[0], sources)
    assert [group["bureau"] for group in made["peers"]] == [1]
    assert world.judge(made).verdict is VerdictCode.GENUINE
