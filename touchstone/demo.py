"""The demo: the whole path of one fact on this machine, as a story in stages.

Everything that matters is stored before it is used, so the demo may be killed at any moment and run again with the same
home. The marketplaces are simulated and say so; the clock of their world stands at the moment the home was made, so that
a second run sees the same market. One process plays four bureaus, their officers, two brands and the court.
"""

import errno
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from node.chain.decode import decode_log
from node.protocol.answer import Ask
from node.protocol.canonical import Json, canonical, parse, sha256
from node.protocol.identifiers import KIND_NAMES, Kind
from node.protocol.life import Peers
from node.protocol.trust import TrustRoot
from node.protocol.verify import verify_bundle
from node.services.cosigning import Clue, Leader
from node.services.evidence import Sources, capture, export_bundle
from node.services.files import write_whole
from node.services.indexer import Indexer
from node.services.recording import Recorder, read_outbox
from node.services.registering import Registrar
from node.services.subject_evidence import capture_subjects
from node.store import cosigning, findings
from node.store.tables import FindingRow
from oracle.clues import Clue as Suspicion
from oracle.connectors import Source
from oracle.fetch import Fetcher
from oracle.ingest import Counts, ingest
from oracle.pipeline import Detection, context_digest, detect
from oracle.policy import POLICIES
from oracle.scoring.scorer import Models
from touchstone.bureau import Bureau, PlayedOfficer
from touchstone.errors import CommandError
from touchstone.home import Home
from touchstone.market.disagree import DisagreeRule
from touchstone.market.records import Market
from touchstone.market.server import MarketServer
from touchstone.market.simulator import simulate
from touchstone.market.truth import Fit, fit
from touchstone.offers import offers
from touchstone.opened import LEADER, OpenHome
from touchstone.registration import ADVANCE_SECONDS, register, share
from touchstone.report.judged import Judged
from touchstone.report.writing import write_report
from touchstone.stages import Stages

LISTINGS, SEED = 2_000, 7
VANTAGE = "X-Vantage"


@dataclass
class Result:
    """What a run came to; `to_json` is what `--json` prints."""

    counts: Counts | None = None
    detection: Detection | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    findings: list[dict[str, Json]] = field(default_factory=list)
    fits: Mapping[str, Fit] = field(default_factory=dict)
    bundle: Path | None = None
    trust_root: Path | None = None
    reports: list[Path] = field(default_factory=list)
    verdict: str = ""
    altered_verdict: str = ""
    altered_part: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        assert self.counts is not None
        return {
            "payloads": self.counts.payloads,
            "records": self.counts.records,
            "observations": self.counts.ok,
            "quarantined": self.counts.quarantined,
            **self.numbers,
            "findings": self.findings,
            "simulated": {
                kind: asdict(fit) | {"precision": fit.precision, "recall": fit.recall}
                for kind, fit in self.fits.items()
            },
            "bundle": str(self.bundle),
            "trust_root": str(self.trust_root),
            "reports": [str(path) for path in self.reports],
            "verdict": self.verdict,
            "altered_verdict": self.altered_verdict,
            "altered_part": self.altered_part,
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }


class Demo:
    """One run in one home. `run` does the job; the home, chain and stores stay open until `close`."""

    def __init__(self, home: Home, stages: Stages, clock: Callable[[], int] = lambda: int(time.time())) -> None:
        self.home = home
        self.stages = stages
        self.clock = clock
        self.open = ExitStack()
        self.result = Result()

    def run(self) -> Result:
        """All stages, from the chain to the verdict."""
        started = time.monotonic()
        self._start_chain()
        market = self._start_market()
        self._register(market)
        self._pull()
        detection = self._judge()
        self._cosign(detection)
        self._record(market)
        self._verify()
        self.result.seconds = {stage.name: stage.seconds for stage in self.stages.done}
        self.result.seconds["total"] = time.monotonic() - started
        return self.result

    def close(self) -> None:
        self.open.close()

    # --- stages ---------------------------------------------------------------------------------------------------------

    def _start_chain(self) -> None:
        with self.stages("chain", "区块链") as stage:
            self.node = OpenHome.start(self.home, self.clock, self.open)
            self.client, self.contracts = self.node.client, self.node.contracts
            self.bureaus, self.leader = self.node.bureaus, self.node.leader
            self.models = Models.load()
            self.leader.keep_models(self.models)
            stage.result = (
                f"embedded engine, {len(self.bureaus)} bureaus, head {self.client.head()} "
                "(one party holds all validator keys here)"
            )

    def _start_market(self) -> Market:
        with self.stages("marketplaces", "模拟平台") as stage:
            facts = self.home.facts
            market = simulate(facts["seed"], facts["listings"], facts["founded_at"])
            rule = DisagreeRule() if facts["disagree"] else None
            try:
                server = self.open.enter_context(MarketServer(market, rule, facts["market_port"]))
            except OSError as exc:
                if exc.errno != errno.EADDRINUSE:
                    raise
                raise CommandError(
                    f"expected port {facts['market_port']} of 127.0.0.1 to be free: the marketplaces of this home stand "
                    "there, since their addresses are in the evidence. Nothing was changed; stop the program that uses "
                    "it and run the same command again."
                ) from exc
            self.base = server.base_url
            self.fetchers = {bureau.number: self._fetcher(bureau.number) for bureau in self.bureaus}
            stage.result = f"three simulated marketplaces with {len(market.listings)} listings on {self.base}"
        return market

    def _register(self, market: Market) -> None:
        with self.stages("register", "登记") as stage:
            registrar = Registrar(self.leader.store, self.contracts)
            brands, listed = register(self.home, self.client, registrar, self.leader, market, self.clock)
            share(self.leader, [bureau for bureau in self.bureaus if bureau is not self.leader], brands, listed)
            for bureau in self.bureaus:
                Indexer(self.client, bureau.store).run()
            # What is compared with is in force as soon as the registrations are: the market's clock stands still.
            self.registries = {b.number: b.registry(self.clock() + ADVANCE_SECONDS + 60) for b in self.bureaus}
            registry = self.registries[LEADER]
            sellers_now = {(marketplace, seller) for _, marketplace, seller in registry.authorised}
            stage.result = (
                f"{len(brands)} brands, {len(registry.products)} products, {len(sellers_now)} authorised sellers"
            )

    def _pull(self) -> None:
        with self.stages("pull", "采集") as stage:
            sources = [
                Source("shopify", f"{self.base}/shopify", "aurora-shop"),
                Source("page", f"{self.base}/pages", "bazaar-pages"),
                Source("report", f"{self.base}/report/latest.jsonl", "grand-mall"),
            ]
            leader = self.leader
            counts = ingest(
                sources, self.fetchers[LEADER], leader.payloads, leader.lake, self._market_clock, stage.advance
            )
            self.result.counts = counts
            stage.result = (
                f"{counts.payloads} payloads kept; {counts.records} records = {counts.ok} observations "
                f"+ {counts.quarantined} quarantined"
            )

    def _judge(self) -> Detection:
        with self.stages("judge", "研判") as stage:
            times = self.home.facts["founded_at"]
            detection = detect(self.leader.lake, self.registries[LEADER], self.models, POLICIES, times)
            self.result.detection = detection
            counts = detection.counts
            self.result.numbers |= {
                "listings": counts["listings"],
                "matched": counts["matched"],
                "clues": counts["clues"],
            }
            stage.result = f"{counts['matched']} of {counts['listings']} listings matched; {counts['clues']} clues"
        return detection

    def _cosign(self, detection: Detection) -> None:
        with self.stages("co-sign", "会签") as stage:
            peers = {}
            for bureau in self.bureaus:
                answerer = bureau.answerer(
                    self.fetchers[bureau.number],
                    f"{self.base}/report",
                    self.models,
                    self.registries[bureau.number],
                    self.clock,
                    self._market_clock,
                )
                peers[bureau.number] = bureau.peer(answerer, self.clock, PlayedOfficer())
            leader = Leader(
                peers.pop(LEADER),
                list(peers.values()),
                self.contracts.last_sequence,
                self.clock,
                progress=stage.advance,
            )
            outcome = leader.run([self._clue(detection, found) for found in detection.clues])
            with ThreadPoolExecutor(len(self.bureaus)) as pool:
                anchored = sum(pool.map(self._anchor, self.bureaus))
            self.result.numbers |= {
                "answers": outcome.answers,
                "refusals": outcome.refusals,
                "without_quorum": outcome.without_quorum,
                "anchored": anchored,
            }
            stage.result = (
                f"{outcome.answers} answers, {outcome.refusals} refusals, {outcome.without_quorum} clues without quorum, "
                f"{outcome.taken} on record before; the demo plays the officers, who confirmed; {anchored} observations anchored"
            )
            for words, count in sorted(outcome.reasons.items(), key=lambda item: -item[1])[:3]:
                self.stages.console.print(f"  [dim]{count} × {words[:150]}[/dim]", highlight=False)

    def _record(self, market: Market) -> None:
        with self.stages("record", "上链") as stage:
            leader = self.leader
            recorded = Recorder(leader.store, self.contracts, leader.sender).run()
            for words in recorded.failed.values():
                self.stages.console.print(f"  [red]{words}[/red]", highlight=False)
            for bureau in self.bureaus:
                Indexer(self.client, bureau.store).run()
                bureau.keeper(self.clock).sign()
            capture(self.node.sources())
            capture_subjects(self.node.sources(), self.trust())
            self._count(market)
            numbers = self.result.numbers
            stage.result = (
                f"{numbers['findings_on_chain']} findings on chain = {numbers['findings_recorded']} recorded "
                f"= {numbers['findings_indexed']} indexed, head {numbers['blocks']}"
            )

    def _verify(self) -> None:
        with self.stages("verify", "验证") as stage:
            root, now = self.trust(), self.clock()
            self.result.trust_root = self.home.path / "trust.json"
            write_whole(self.result.trust_root, canonical(root.to_json()))
            chosen = self._most_telling()
            data = self.bundle(chosen)
            self.result.bundle = self.home.folder("bundles") / f"{chosen.hex()[:16]}.json"
            write_whole(self.result.bundle, data)
            genuine = verify_bundle(data, root, now)
            self.result.verdict = genuine.verdict.name.lower()
            for language in ("zh", "en"):
                report = self.result.bundle.with_suffix(f".report.{language}.pdf")
                write_report(report, Judged(genuine, root, sha256(data).hex(), len(data), now), language)
                self.result.reports.append(report)
            altered = verify_bundle(_altered(data), root, now)
            self.result.altered_verdict = altered.verdict.name.lower()
            self.result.altered_part = altered.part or ""
            write_whole(self.result.bundle.with_suffix(".altered.json"), _altered(data))
            stage.result = (
                f"bundle of {len(data) // 1024} KB: {self.result.verdict}; a copy with one byte changed: "
                f"{self.result.altered_verdict} ({self.result.altered_part})"
            )

    # --- helpers --------------------------------------------------------------------------------------------------------

    def trust(self) -> TrustRoot:
        """The trust root of this home's chain, as of now."""
        return self.node.trust()

    def bundle(self, finding_id: bytes) -> bytes:
        """The evidence file of a finding."""
        return export_bundle(self._sources(), finding_id)

    def _sources(self) -> Sources:
        return self.node.sources(self._peers)

    def _peers(self, finding_id: bytes) -> list[Peers]:
        """The leader's observations of what else is offered as the same product."""
        with self.leader.store.read() as session:
            row = findings.get(session, finding_id)
        detection = self.result.detection
        return [] if row is None or detection is None else [offers(self.leader, detection, row.product)]

    def _market_clock(self) -> int:
        return self.home.facts["founded_at"]

    def _fetcher(self, bureau: int) -> Fetcher:
        host = self.base.removeprefix("http://")
        return Fetcher({host}, allow_loopback=True, headers={VANTAGE: f"bureau-{bureau}"}, clock=self.clock)

    def _clue(self, detection: Detection, found: Suspicion) -> Clue:
        context = detection.context(found.marketplace, found.listing_id)
        return Clue(
            marketplace=found.marketplace,
            listing_id=found.listing_id,
            seller_id=found.seller_id,
            kind=int(found.kind),
            gtin=found.gtin,
            url=found.url,
            observed_at=found.observed_at,
            context=context,
            context_digest=context_digest(context),
        )

    def _anchor(self, bureau: Bureau) -> int:
        """Anchor all observations of a bureau's lake that are not anchored yet."""
        anchorer = bureau.anchorer()
        count = 0
        for batch in bureau.lake.batches():
            roots = bureau.lake.roots(batch)
            if roots:
                anchorer.stage(batch, roots)
                count += len(roots)
        anchorer.send()
        return count

    def _asks(self) -> dict[bytes, Ask]:
        """The leader's questions by clue: they tie a finding to plain names, which only bureaus know."""
        with self.leader.store.read() as session:
            rows = session.query(FindingRow.clue).all()
            asks = [cosigning.last_ask(session, clue, LEADER) for (clue,) in rows]
        return {row.clue: Ask.from_json(parse(row.ask.encode("utf-8"))) for row in asks if row is not None}

    def _count(self, market: Market) -> None:
        logs = self.client.logs(0, self.client.head())
        told = [event for event in map(decode_log, logs) if event is not None and event.name == "ReportRecorded"]
        asks = self._asks()
        with self.leader.store.read() as session:
            rows = list(session.query(FindingRow))
            recorded = [
                finding for row in cosigning.outbox(session, "recorded") for finding in read_outbox(row)[0].findings
            ]
            by_kind = findings.counts_by_kind(session)
        accused = set()
        for row in rows:
            ask = asks[row.clue]
            accused.add((ask.marketplace, str(ask.listing_id), Kind(ask.kind).name.lower()))
            self.result.findings.append(
                {
                    "id": "0x" + row.id.hex(),
                    "marketplace": ask.marketplace,
                    "listing_id": ask.listing_id,
                    "kind": ask.kind,
                    "period": ask.period(),
                    "score_bps": row.score_bps,
                    "spread_bps": row.spread_bps,
                    "block": row.block_number,
                }
            )
        self.result.fits = fit(market, accused)
        self.result.numbers |= {
            "findings_on_chain": sum(len(event.args["findingIds"]) for event in told),
            "findings_recorded": len({finding.id() for finding in recorded}),
            "findings_indexed": len(rows),
            "disagreements": sum(row.spread_bps > 0 for row in rows),
            "blocks": self.client.head(),
            **{f"findings_{KIND_NAMES[Kind(kind)][0].replace(' ', '_')}": count for kind, count in by_kind.items()},
        }

    def _most_telling(self) -> bytes:
        """The finding to show: one that bureaus saw differently if there is any, else the highest score."""
        best = max(self.result.findings, key=lambda f: (f["spread_bps"], f["score_bps"], f["id"]))
        return bytes.fromhex(str(best["id"])[2:])


def free_port() -> int:
    """A port of the loopback address that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _altered(data: bytes) -> bytes:
    """A copy with one byte changed: a digit of the price that a bureau saw."""
    at = data.index(b'"price_raw","') + len(b'"price_raw","')
    while not data[at : at + 1].isdigit():
        at += 1
    digit = b"1" if data[at : at + 1] != b"1" else b"2"
    return data[:at] + digit + data[at + 1 :]


def defaults() -> dict[str, int]:
    """The facts of a new home."""
    return {
        "listings": LISTINGS,
        "seed": SEED,
        "disagree": 0,
        "founded_at": int(time.time()),
        "market_port": free_port(),
    }
