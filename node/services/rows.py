"""What each event of our contracts changes in the store. Called inside the block's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from node.chain.decode import Event, decode_submit
from node.chain.errors import ChainError
from node.protocol.canonical import canonical, from_hex, parse, to_hex
from node.protocol.errors import ProtocolError
from node.protocol.finding import Report
from node.store import cosigning, findings, products
from node.store.session import Session
from node.store.tables import (
    AnchorRow,
    AuthorisationRow,
    BatchRow,
    BrandRow,
    FindingRow,
    ProductRow,
    ReportRow,
    StatusChangeRow,
)

ZERO = bytes(32)
Told: TypeAlias = tuple[Report, list[bytes], dict[bytes, int]]  # with each finding's place


@dataclass(frozen=True)
class Place:
    """The block an event stands in, with its transactions: hash to (index, input)."""

    number: int
    block_hash: bytes
    time: int
    transactions: Mapping[bytes, tuple[int, bytes]]


def apply(session: Session, event: Event, place: Place) -> None:
    """Write the rows of one event; an event that changes no row is only counted."""
    write = WRITERS.get(event.name)
    if write is not None:
        write(session, event, place)
        session.flush()


def _finding_recorded(session: Session, event: Event, place: Place) -> None:
    finding_id = event.args["findingId"]
    told = _report(session, event, place)
    index, _ = place.transactions[event.tx_hash]
    row = FindingRow(
        id=finding_id,
        subject=event.args["subject"],
        status=findings.RECORDED,
        sequence=event.sequence,
        recorded_at=place.time,
        block_number=place.number,
        tx_hash=event.tx_hash,
        log_index=event.log_index,
    )
    if told is None:
        _leave_untold(row)
        session.add(row)
        return
    report, signatures, positions = told
    position = positions[finding_id]
    finding = report.findings[position]
    row.clue, row.listing, row.product = finding.clue_key(), finding.listing, finding.product
    row.kind, row.period, row.model = finding.kind, finding.period, finding.model
    row.score_bps, row.spread_bps = finding.score_bps, finding.spread_bps
    row.observed_at, row.supersedes = finding.observed_at, finding.supersedes
    row.leader, row.report_sequence, row.position = report.leader, report.sequence, position
    session.add(row)
    if finding.supersedes != ZERO:
        before = findings.get(session, finding.supersedes)
        if before is not None:
            before.status = findings.SUPERSEDED
    if findings.report(session, report.leader, report.sequence) is None:
        session.add(
            ReportRow(
                leader=report.leader,
                sequence=report.sequence,
                report=canonical(report.to_json()).decode("utf-8"),
                signatures=canonical([to_hex(signature) for signature in signatures]).decode("utf-8"),
                block_number=place.number,
                tx_hash=event.tx_hash,
                tx_index=index,
            )
        )


def _report(session: Session, event: Event, place: Place) -> Told | None:
    """The signed report that names this finding; None when the transaction does not show it and it is not kept here."""
    finding_id = event.args["findingId"]
    told = _told(place.transactions[event.tx_hash][1])
    if told is not None and finding_id in told[2]:
        return told
    for row in cosigning.outbox(session, "queued", "sent", "recorded"):
        report = Report.from_json(parse(row.report.encode("utf-8")))
        if any(finding.id() == finding_id for finding in report.findings):
            kept = parse(row.signatures.encode("utf-8"))
            assert isinstance(kept, list)
            return report, [from_hex(text, 65) for text in kept], _positions(report)
    return None


@lru_cache(maxsize=8)
def _told(calldata: bytes) -> Told | None:
    """What a transaction told, read once for all its findings; None when somebody else's contract carried it."""
    try:
        report, signatures = decode_submit(calldata)
    except (ChainError, ProtocolError):
        return None
    return report, list(signatures), _positions(report)


def _positions(report: Report) -> dict[bytes, int]:
    return {finding.id(): position for position, finding in enumerate(report.findings)}


def _leave_untold(row: FindingRow) -> None:
    """A finding whose words this node has not seen: it is on record, and kind 0 says that no more is known."""
    row.clue = row.listing = row.product = row.model = row.supersedes = ZERO
    row.kind = row.period = row.score_bps = row.spread_bps = row.observed_at = 0
    row.leader = row.report_sequence = row.position = 0


def _status_changed(session: Session, event: Event, place: Place) -> None:
    finding_id, after = event.args["findingId"], event.args["to"]
    session.add(
        StatusChangeRow(
            block_hash=place.block_hash,
            log_index=event.log_index,
            finding=finding_id,
            before=event.args["from"],
            after=after,
            reason=event.args["reason"],
            block_number=place.number,
            changed_at=place.time,
        )
    )
    row = findings.get(session, finding_id)
    if row is not None:
        row.status = after


def _batch_anchored(session: Session, event: Event, place: Place) -> None:
    bureau, batch = event.args["bureau"], event.args["batch"]
    session.add(
        AnchorRow(
            bureau=bureau,
            sequence=batch,
            root=event.args["root"],
            size=event.args["size"],
            block_number=place.number,
            tx_hash=event.tx_hash,
            log_index=event.log_index,
        )
    )
    kept = session.get(BatchRow, (bureau, batch))
    if kept is not None:
        kept.anchored = True


def _brand_registered(session: Session, event: Event, place: Place) -> None:
    session.merge(
        BrandRow(
            id=event.args["brandId"],
            owner=event.args["owner"],
            bureau=event.args["bureau"],
            block_number=place.number,
        )
    )


def _product_registered(session: Session, event: Event, place: Place) -> None:
    gtin, brand = event.args["gtin"], event.args["brandId"]
    known = session.get(ProductRow, (gtin, brand))
    if known is None:
        session.add(
            ProductRow(gtin=gtin, brand=brand, contested=False, block_number=place.number, tx_hash=event.tx_hash)
        )


def _product_contested(session: Session, event: Event, place: Place) -> None:
    for row in products.claims(session, event.args["gtin"]):  # the rival's claim was registered by the event before
        row.contested = True


def _seller_authorised(session: Session, event: Event, place: Place) -> None:
    session.merge(
        AuthorisationRow(
            brand=event.args["brandId"],
            subject=event.args["subject"],
            valid_from=event.args["from"],
            valid_until=event.args["until"],
            block_number=place.number,
        )
    )


def _seller_withdrawn(session: Session, event: Event, place: Place) -> None:
    row = session.get(AuthorisationRow, (event.args["brandId"], event.args["subject"]))
    if row is not None:
        row.valid_until = event.args["until"]


WRITERS = {
    "FindingRecorded": _finding_recorded,
    "FindingStatusChanged": _status_changed,
    "BatchAnchored": _batch_anchored,
    "BrandRegistered": _brand_registered,
    "ProductRegistered": _product_registered,
    "ProductContested": _product_contested,
    "SellerAuthorised": _seller_authorised,
    "SellerWithdrawn": _seller_withdrawn,
}
