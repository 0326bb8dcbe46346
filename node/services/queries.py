"""Read models for pages: plain values in the words a reader needs, ready for JSON.

All come from the store. What the public may see is decided here (`Audience`), not in the pages: a recorded finding is
a suspicion, seen by bureaus and by those concerned; the public sees upheld ones only.
"""

from collections.abc import Mapping, Sequence
from enum import Enum

from node.protocol.answer import Ask, SignedAnswer
from node.protocol.canonical import Json, parse, to_hex
from node.protocol.finding import Report
from node.protocol.identifiers import KIND_NAMES, Kind
from node.services.errors import NotFound
from node.services.inclusion import inclusion
from node.services.peer import read_reply
from node.services.views import (
    AnswerLine,
    ChainPlace,
    Change,
    Difference,
    Factor,
    FindingLine,
    FindingPage,
    Found,
    Page,
    ProductLine,
    ProductPage,
    SellerLine,
)
from node.store import blocks, cosigning, findings, products, subjects
from node.store.findings import Filter
from node.store.session import Session, Store
from node.store.tables import FindingRow, ProductFactsRow, ReportRow, SubjectRow

PAGE = 50
STATUS_NAMES = {
    1: ("recorded", "已记录"),
    2: ("contested", "有异议"),
    3: ("upheld", "已维持"),
    4: ("overturned", "已推翻"),
    5: ("superseded", "已被取代"),
    6: ("withdrawn", "已撤回"),
}
FACTS = (  # what to show of a listing or seller, in this order
    "title",
    "brand_raw",
    "gtin_raw",
    "price_raw",
    "list_price_raw",
    "currency",
    "seller_name",
    "seller_id",
    "registered_at",
    "location",
    "rating_centi",
    "available",
    "published_at",
    "observed_at",
)


class Audience(Enum):
    """Who reads."""

    BUREAU = "bureau"
    PUBLIC = "public"


FACTORS = 8


class Queries:
    """The read side of one node."""

    def __init__(self, store: Store, audience: Audience = Audience.BUREAU) -> None:
        self._store = store
        self._statuses: Sequence[int] | None = (findings.UPHELD,) if audience is Audience.PUBLIC else None
        self.audience = audience

    def search(self, words: str, limit: int = 20) -> Found:
        """Products by name, brand or GTIN, sellers by id or shop name (for bureaus), and findings about them."""
        words = words.strip()
        if not words:
            return Found("", [], [], [])
        with self._store.read() as session:
            rows = list(products.search(session, words, limit))
            if words.isdigit() and len(words) <= 14:
                rows = list(products.facts(session, int(words))) + rows
            sellers = self._sellers(session, words, limit)
            about: dict[bytes, FindingRow] = {}
            for gtin in {row.gtin for row in rows[:5]}:
                about |= {f.id: f for f in self._select(session, Filter(product=gtin.to_bytes(32, "big")), limit)}
            for seller in sellers[:5]:
                about |= {f.id: f for f in self._select(session, Filter(subject=seller.subject), limit)}
            newest = sorted(about.values(), key=lambda row: (row.sequence, row.position), reverse=True)[:limit]
            return Found(
                words,
                [self._product_line(session, row) for row in rows[:limit]],
                [self._seller_line(session, row) for row in sellers],
                self._lines(session, newest),
            )

    def product(self, gtin: str) -> ProductPage:
        """A product by GTIN. Raises `NotFound`."""
        if not gtin.isdigit() or len(gtin) > 14:
            raise NotFound(f"expected a GTIN of digits, got {gtin:.40}")
        with self._store.read() as session:
            rows = products.facts(session, int(gtin))
            wanted = Filter(product=int(gtin).to_bytes(32, "big"), statuses=self._statuses)
            found, total = findings.select_page(session, wanted, 0, PAGE)
            if not rows and not found:
                raise NotFound(f"no product with the GTIN {gtin} is registered here")
            claims = [self._product_line(session, row) for row in rows]
            return ProductPage(claims, self._lines(session, found), total)

    def findings(
        self,
        kind: int | None = None,
        least_score_bps: int = 0,
        first_block: int | None = None,
        last_block: int | None = None,
        page: int = 1,
    ) -> Page:
        """Findings, newest first."""
        wanted = Filter(kind, least_score_bps, first_block, last_block, statuses=self._statuses)
        page = max(1, min(page, 1_000_000))
        with self._store.read() as session:
            found, total = findings.select_page(session, wanted, (page - 1) * PAGE, PAGE)
            return Page(self._lines(session, found), total, page, max(1, -(-total // PAGE)))

    def finding(self, finding_id: bytes) -> FindingPage:
        """One finding. Raises `NotFound`, also for one that this audience may not see."""
        with self._store.read() as session:
            row = findings.get(session, finding_id)
            if row is None or (self._statuses is not None and row.status not in self._statuses):
                raise NotFound(f"no finding {finding_id.hex()} is on record here")
            told = findings.report(session, row.leader, row.report_sequence)
            answers = kept_answers(session, row, told)
            roots = [o.root() for signed in answers for o in signed.observations]
            facts = products.facts(session, int.from_bytes(row.product, "big"))
            return FindingPage(
                line=self._lines(session, [row])[0],
                chain=_chain(session, row, told),
                answers=[_answer_line(signed) for signed in answers],
                facts=_facts(answers),
                features=_features(answers),
                anchored=sum(inclusion(session, root) is not None for root in roots),
                observed=len(roots),
                changes=[
                    _change(c.before, c.after, c.reason, c.changed_at, c.block_number)
                    for c in findings.changes(session, row.id)
                ],
                product=self._product_line(session, facts[0]) if facts else None,
            )

    def summary(self) -> dict[str, Json]:
        """Counts for the front page."""
        with self._store.read() as session:
            cursor = blocks.cursor(session)
            block = None if cursor is None else blocks.get(session, cursor)
            counts = findings.counts_by_kind(session, self._statuses)
            kinds: list[Json] = [
                {"kind": kind, "kind_en": kind_names(kind)[0], "kind_zh": kind_names(kind)[1], "findings": count}
                for kind, count in counts.items()
            ]
            return {
                "head": cursor,
                "head_time": None if block is None else block.time,
                "findings": sum(counts.values()),
                "kinds": kinds,
                "products": products.count(session),
            }

    def _sellers(self, session: Session, words: str, limit: int) -> list[SubjectRow]:
        return [] if self.audience is Audience.PUBLIC else list(subjects.search(session, words, limit))

    def _select(self, session: Session, wanted: Filter, limit: int) -> Sequence[FindingRow]:
        return findings.select_page(session, wanted.with_statuses(self._statuses), 0, limit)[0]

    def _seller_line(self, session: Session, row: SubjectRow) -> SellerLine:
        total = findings.select_page(session, Filter(subject=row.subject, statuses=self._statuses), 0, 1)[1]
        return SellerLine(row.marketplace, row.seller_id, row.name, to_hex(row.subject), total)

    def _product_line(self, session: Session, row: ProductFactsRow) -> ProductLine:
        claims = products.claims(session, row.gtin)
        wanted = Filter(product=row.gtin.to_bytes(32, "big"), statuses=self._statuses)
        return ProductLine(
            gtin=f"{row.gtin:014d}",
            name=row.name,
            brand=row.brand_name,
            category=row.category,
            price_low_fen=row.price_low_fen,
            price_high_fen=row.price_high_fen,
            currency=row.currency,
            contested=any(claim.contested for claim in claims),
            on_chain=any(claim.brand == row.brand for claim in claims),
            findings=findings.select_page(session, wanted, 0, 1)[1],
        )

    def _lines(self, session: Session, rows: Sequence[FindingRow]) -> list[FindingLine]:
        asks = cosigning.asks_of(session, {row.clue for row in rows})
        named = products.facts_of(session, {int.from_bytes(row.product, "big") for row in rows})
        sellers = subjects.by_subjects(session, {row.subject for row in rows})
        return [self._line(row, asks.get(row.clue), named, sellers) for row in rows]

    def _line(
        self,
        row: FindingRow,
        ask: str | None,
        named: Mapping[int, ProductFactsRow],
        sellers: Mapping[bytes, SubjectRow],
    ) -> FindingLine:
        asked = None if ask is None else Ask.from_json(parse(ask.encode("utf-8")))
        gtin = int.from_bytes(row.product, "big")
        product, seller = named.get(gtin), sellers.get(row.subject)
        return FindingLine(
            id=to_hex(row.id),
            kind=row.kind,
            kind_en=kind_names(row.kind)[0],
            kind_zh=kind_names(row.kind)[1],
            score_bps=row.score_bps,
            spread_bps=row.spread_bps,
            status=row.status,
            status_en=STATUS_NAMES[row.status][0],
            status_zh=STATUS_NAMES[row.status][1],
            period=row.period,
            recorded_at=row.recorded_at,
            observed_at=row.observed_at,
            block_number=row.block_number,
            gtin=f"{gtin:014d}" if gtin else "",
            product="" if product is None else product.name,
            marketplace="" if seller is None else seller.marketplace,
            seller_id="" if seller is None else seller.seller_id,
            seller="" if seller is None else seller.name,
            listing_id="" if asked is None else asked.listing_id or "",
            url="" if asked is None else asked.url,
        )


def kind_names(kind: int) -> tuple[str, str]:
    """A kind in English and Chinese, also one that this version does not know."""
    known = {int(item): names for item, names in KIND_NAMES.items()}
    return known.get(kind, (f"kind {kind}", f"类别{kind}"))


def all_kinds() -> list[tuple[int, str, str]]:
    """The published table of kinds."""
    return [(int(kind), *KIND_NAMES[kind]) for kind in Kind]


def kept_answers(session: Session, row: FindingRow, told: ReportRow | None) -> list[SignedAnswer]:
    """The signers' answers to a finding, ascending by bureau, as far as they are kept here."""
    if told is None:
        return []
    report = Report.from_json(parse(told.report.encode("utf-8")))
    attempt = cosigning.attempt_of(session, row.leader, row.report_sequence, row.position)
    found = []
    for bureau in report.signers if attempt is not None else ():
        kept = cosigning.answer(session, row.clue, attempt or 0, bureau)
        reply = None if kept is None else read_reply(kept.refused, kept.answer)
        if isinstance(reply, SignedAnswer):
            found.append(reply)
    return found


def _chain(session: Session, row: FindingRow, told: ReportRow | None) -> ChainPlace:
    block = blocks.get(session, row.block_number)
    report = None if told is None else Report.from_json(parse(told.report.encode("utf-8")))
    finding = None if report is None else report.findings[row.position]
    return ChainPlace(
        block_number=row.block_number,
        block_hash="" if block is None else to_hex(block.hash),
        block_time=0 if block is None else block.time,
        tx_hash=to_hex(row.tx_hash),
        log_index=row.log_index,
        sequence=row.sequence,
        leader=row.leader,
        report_sequence=row.report_sequence,
        signers=[] if report is None else list(report.signers),
        config_digest="" if finding is None else to_hex(finding.config_digest),
        policy_digest="" if finding is None else to_hex(finding.policy_digest),
        evidence_root="" if finding is None else to_hex(finding.evidence_root),
        model=to_hex(row.model),
        subject=to_hex(row.subject),
        clue=to_hex(row.clue),
    )


def _answer_line(signed: SignedAnswer) -> AnswerLine:
    explanation = signed.explanation
    values = {name: (scope, value) for name, scope, value in explanation.features}
    lines = [
        Factor(name, *values[name], micro) if name in values else Factor(name, "", None, micro)
        for name, micro in explanation.contributions
        if micro and name not in ("bias", "rounding")
    ]
    return AnswerLine(
        bureau=signed.answer.bureau,
        score_bps=signed.answer.score_bps,
        margin_micro=explanation.margin_micro,
        observation_root=to_hex(signed.answer.observation_root),
        context=to_hex(signed.answer.context),
        factors=sorted(lines, key=lambda line: -abs(line.micro))[:FACTORS],
        observations=len(signed.observations),
    )


def _facts(answers: Sequence[SignedAnswer]) -> list[Difference]:
    """What each signer saw of the listing and its seller."""
    seen = []
    for signed in answers:
        merged: dict[str, str] = {}
        for observation in signed.observations:
            values = observation.values()
            if values.get("type") in ("listing", "seller"):
                merged = {**{k: str(v) for k, v in values.items() if v is not None}, **merged}
        seen.append(merged)
    rows = [Difference(name, [facts.get(name, "") for facts in seen], True) for name in FACTS]
    return [Difference(row.name, row.values, len(set(row.values)) == 1) for row in rows if any(row.values)]


def _features(answers: Sequence[SignedAnswer]) -> list[Difference]:
    """The features in which the signers' vectors differ."""
    vectors = [{name: value for name, _, value in signed.explanation.features} for signed in answers]
    names = list(vectors[0]) if vectors else []
    rows = [Difference(name, ["" if v.get(name) is None else str(v[name]) for v in vectors], False) for name in names]
    return [row for row in rows if len(set(row.values)) > 1]


def _change(before: int, after: int, reason: bytes, changed_at: int, block_number: int) -> Change:
    return Change(before, after, *STATUS_NAMES[after], to_hex(reason), changed_at, block_number)
