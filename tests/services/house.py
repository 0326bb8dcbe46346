"""Four bureaus with their stores, and oracles that answer what a test tells them to."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from node.protocol.answer import Ask, Explanation, SignedAnswer, SignedRefusal, observation_root
from node.protocol.canonical import sha256
from node.protocol.configuration import Bureau, Configuration, ContractVersion
from node.protocol.finding import Answer, Finding, Refusal, Report
from node.protocol.identifiers import ADDRESSES, ROLES
from node.protocol.observation import Observation
from node.protocol.scorer import micro
from node.protocol.signing import LocalSigner
from node.protocol.typed_data import Domain, digest
from node.services.cosigning import Clue, Leader
from node.services.peer import Peer
from node.store import blocks, cosigning
from node.store.session import Store, open_store
from node.store.tables import FindingRow, ReportRow
from tests.services.small_model import SmallModel

CHAIN_ID = 20262
NOW = 1_790_000_000
MODEL = sha256(b"model")
POLICY = sha256(b"policy")
DOMAIN = Domain(CHAIN_ID, ADDRESSES["FindingRegistry"])


def signer(name: str) -> LocalSigner:
    return LocalSigner(sha256(name.encode()))


def make_configuration(bureaus: int = 4, threshold: int = 3) -> Configuration:
    def bureau(number: int) -> Bureau:
        return Bureau(
            id=number,
            name_digest=sha256(f"bureau {number}".encode()),
            jurisdiction=sha256(f"jurisdiction {number}".encode()),
            accession=sha256(f"paper {number}".encode()),
            validator=signer(f"validator {number}").address,
            oracle=signer(f"oracle {number}").address,
            sender=signer(f"sender {number}").address,
            officer=signer(f"officer {number}").address,
            epoch=1,
        )

    return Configuration(
        chain_id=CHAIN_ID,
        consortium=ADDRESSES["Consortium"],
        version=1,
        threshold=threshold,
        bureaus=tuple(bureau(n) for n in range(1, bureaus + 1)),
        courts=(),
        contracts=tuple(ContractVersion(role, ADDRESSES[name], 0) for name, role in ROLES.items()),
    )


@dataclass
class FakeOracle:
    """Sees the listing in question and scores it as told; refuses listings in `gone`."""

    bureau: int
    configuration: Configuration
    score_bps: int = 9000
    gone: set[str] = field(default_factory=set)
    asked: int = 0
    fail: Exception | None = None
    model: SmallModel | None = None  # none: the score is what the test says

    def answer(self, asks: Sequence[Ask]) -> Sequence[SignedAnswer | SignedRefusal]:
        self.asked += len(asks)
        if self.fail:
            raise self.fail
        return [self._one(ask) for ask in asks]

    def _one(self, ask: Ask) -> SignedAnswer | SignedRefusal:
        key = signer(f"oracle {self.bureau}")
        common = {
            "clue": ask.clue,
            "attempt": ask.attempt,
            "leader": ask.leader,
            "bureau": self.bureau,
            "config_digest": self.configuration.digest(),
            "deadline": ask.deadline,
        }
        if ask.listing_id in self.gone:
            refusal = Refusal(**common, reason=2)
            return SignedRefusal(refusal, key.sign(digest(DOMAIN, refusal.struct_hash())), "the listing is gone")
        seen = Observation.make(
            {
                "type": "listing",
                "marketplace": ask.marketplace,
                "listing_id": ask.listing_id,
                "title": "AURORA speaker <script>alert(1)</script>",
                "price_raw": f"¥{self.score_bps / 100:.2f}",
                "seller_name": "Shop One",
                "payload": payload_of(ask.listing_id).hex(),
                "url": ask.url,
            }
        )
        explanation = self._explanation()
        answer = Answer(
            **common,
            observation_root=observation_root([seen]),
            score_bps=explanation.score_bps,
            model=explanation.model,
            context=ask.context_digest,
            explanation=explanation.digest(),
        )
        return SignedAnswer(answer, key.sign(digest(DOMAIN, answer.struct_hash())), (seen,), explanation)

    def _explanation(self) -> Explanation:
        features = (("price_gap_bps", "own", self.score_bps), ("peer_gap_bps", "context", None))
        if self.model is None:
            lines = (("price_gap_bps", 2_500_000), ("peer_gap_bps", -400_000), ("bias", -100_000), ("rounding", 1))
            return Explanation(MODEL, features, self.score_bps, 2_000_001, lines)
        margin = self.model.scorer.margin([value for _, _, value in features])
        lines = (("price_gap_bps", micro(margin)), ("peer_gap_bps", 0), ("bias", 0), ("rounding", 0))
        return Explanation(self.model.id, features, self.model.scorer.score_bps(margin), micro(margin), lines)


def page_of(listing_id: str | None) -> bytes:
    """The bytes that every fake oracle sees of a listing."""
    return f"page of {listing_id}".encode()


def payload_of(listing_id: str | None) -> bytes:
    """The name of those bytes."""
    return sha256(page_of(listing_id))


@dataclass
class FakeOfficer:
    """Confirms every clue but those about the listings in `doubted`."""

    doubted: set[str] = field(default_factory=set)

    def confirm(self, ask: Ask, answer: SignedAnswer) -> bool:
        return ask.listing_id not in self.doubted


@dataclass
class House:
    """Four bureaus."""

    configuration: Configuration
    stores: dict[int, Store]
    oracles: dict[int, FakeOracle]
    officers: dict[int, FakeOfficer]
    peers: dict[int, Peer]
    now: int = NOW

    def leader(self, number: int = 1, last_sequence: Callable[[int], int] = lambda leader: 0) -> Leader:
        others = [peer for n, peer in self.peers.items() if n != number]
        return Leader(self.peers[number], others, last_sequence, lambda: self.now)


def clue(listing: str = "l1", seller: str = "s1", kind: int = 1) -> Clue:
    return Clue(
        marketplace="aurora-shop",
        listing_id=listing,
        seller_id=seller,
        kind=kind,
        gtin="06901234567892",
        url=f"http://127.0.0.1/item/{listing}",
        observed_at=NOW - 60,
        context={"peer_gap_bps": None},
        context_digest=sha256(b"snapshot"),
        seller_name="Shop One",
    )


def record(house: House, bureau: int = 1) -> list[bytes]:
    """Write the bureau's outbox into all stores as if it stood in block 7; returns the finding ids."""
    with house.stores[bureau].read() as session:
        rows = cosigning.outbox(session, "queued", "sent", "recorded")
    ids = []
    for store in house.stores.values():
        with store.write() as session:
            blocks.add(session, 7, b"\x07" * 32, b"\x06" * 32, NOW)
            for row in rows:
                report = Report.from_json(json.loads(row.report))
                session.add(
                    ReportRow(
                        leader=row.leader,
                        sequence=row.sequence,
                        report=row.report,
                        signatures=row.signatures,
                        block_number=7,
                        tx_hash=b"\x11" * 32,
                        tx_index=0,
                    )
                )
                for position, finding in enumerate(report.findings):
                    ids.append(finding.id())
                    session.add(finding_row(finding, report, position))
    return list(dict.fromkeys(ids))


def finding_row(finding: Finding, report: Report, position: int) -> FindingRow:
    return FindingRow(
        id=finding.id(),
        clue=finding.clue_key(),
        subject=finding.subject,
        listing=finding.listing,
        product=finding.product,
        kind=finding.kind,
        period=finding.period,
        score_bps=finding.score_bps,
        spread_bps=finding.spread_bps,
        model=finding.model,
        observed_at=finding.observed_at,
        supersedes=finding.supersedes,
        leader=report.leader,
        report_sequence=report.sequence,
        position=position,
        status=1,
        sequence=100 * report.sequence + position,
        recorded_at=NOW,
        block_number=7,
        tx_hash=b"\x11" * 32,
        log_index=position,
    )


@contextmanager
def open_house(folder: Path, founded: Configuration | None = None) -> Iterator[House]:
    configuration = founded or make_configuration()
    numbers = [bureau.id for bureau in configuration.bureaus]
    stores = {n: open_store(folder / f"bureau-{n}.sqlite") for n in numbers}
    oracles = {n: FakeOracle(n, configuration, score_bps=8000 + 100 * n) for n in numbers}
    officers = {n: FakeOfficer() for n in numbers}
    made = House(configuration, stores, oracles, officers, {})
    for n in numbers:
        key = signer(f"oracle {n}")
        made.peers[n] = Peer(
            stores[n], n, oracles[n], officers[n], key, DOMAIN, configuration, POLICY, lambda: made.now
        )
    yield made
    for store in stores.values():
        store.close()
