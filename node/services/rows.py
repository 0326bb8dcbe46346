"""What each event of our contracts changes in the store. Called inside the block's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from node.chain.decode import Event, decode_recuse, decode_submit
from node.chain.errors import ChainError
from node.protocol.canonical import canonical, from_hex, parse, to_hex
from node.protocol.errors import ProtocolError
from node.protocol.finding import Finding, Report
from node.store import cosigning, findings, products
from node.store.session import Session
from node.store.tables import (
    AnchorRow,
    AuthorisationRow,
    BatchRow,
    BrandRow,
    CanaryRow,
    FindingRow,
    ProductRow,
    RecusalRow,
    ReportRow,
    StatusChangeRow,
)

ZERO = bytes(32)
Told: TypeAlias = tuple[Report, list[bytes]]  # with its signatures


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


def _report_recorded(session: Session, event: Event, place: Place) -> None:
    ids = list(event.args["findingIds"])
    told = _report(session, event, place)
    for position, finding_id in enumerate(ids):
        row = FindingRow(
            id=finding_id,
            status=findings.RECORDED,
            sequence=event.sequence,
            recorded_at=place.time,
            block_number=place.number,
            tx_hash=event.tx_hash,
            log_index=event.log_index,
            leader=event.args["leader"],
            report_sequence=event.args["reportSequence"],
            position=position,
        )
        _tell(row, None if told is None else told[0].findings[position])
        session.add(row)
    if told is None:
        return
    report, signatures = told
    session.add(
        ReportRow(
            leader=report.leader,
            sequence=report.sequence,
            report=canonical(report.to_json()).decode("utf-8"),
            signatures=canonical([to_hex(signature) for signature in signatures]).decode("utf-8"),
            block_number=place.number,
            tx_hash=event.tx_hash,
            tx_index=place.transactions[event.tx_hash][0],
        )
    )


def _tell(row: FindingRow, finding: Finding | None) -> None:
    """A finding's words; where this node has not seen them it is on record all the same, and kind 0 says so."""
    if finding is None:
        row.subject = row.clue = row.listing = row.product = row.model = row.supersedes = ZERO
        row.kind = row.period = row.score_bps = row.spread_bps = row.observed_at = 0
        return
    row.subject, row.clue = finding.subject, finding.clue_key()
    row.listing, row.product = finding.listing, finding.product
    row.kind, row.period, row.model = finding.kind, finding.period, finding.model
    row.score_bps, row.spread_bps = finding.score_bps, finding.spread_bps
    row.observed_at, row.supersedes = finding.observed_at, finding.supersedes


def _report(session: Session, event: Event, place: Place) -> Told | None:
    """The signed report of these findings; None when the transaction does not show it and it is not kept here."""
    ids = list(event.args["findingIds"])
    told = _told(place.transactions[event.tx_hash][1])
    if told is not None and _ids(told[0]) == ids:
        return told
    for row in cosigning.outbox(session, "queued", "sent", "recorded"):
        report = Report.from_json(parse(row.report.encode("utf-8")))
        if _ids(report) == ids:
            kept = parse(row.signatures.encode("utf-8"))
            assert isinstance(kept, list)
            return report, [from_hex(text, 65) for text in kept]
    return None


def _told(calldata: bytes) -> Told | None:
    """What a transaction told; None when somebody else's contract carried it."""
    try:
        report, signatures = decode_submit(calldata)
    except (ChainError, ProtocolError):
        return None
    return report, list(signatures)


def _ids(report: Report) -> list[bytes]:
    return [finding.id() for finding in report.findings]


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


def _recused(session: Session, event: Event, place: Place) -> None:
    declared = (event.args["bureau"], event.args["subject"], event.args["reason"])
    try:
        *told, signature = decode_recuse(place.transactions[event.tx_hash][1])
    except ChainError:
        told, signature = [], b""  # somebody else's contract carried it
    session.merge(
        RecusalRow(
            bureau=declared[0],
            subject=declared[1],
            reason=declared[2],
            signature=signature if tuple(told) == declared else b"",
            block_number=place.number,
        )
    )


def _canary_told(session: Session, event: Event, place: Place) -> None:
    session.merge(
        CanaryRow(
            **{name: event.args[name] for name in ("bureau", "kind", "period", "planted", "found")},
            block_number=place.number,
        )
    )


WRITERS = {
    "ReportRecorded": _report_recorded,
    "FindingStatusChanged": _status_changed,
    "BatchAnchored": _batch_anchored,
    "BrandRegistered": _brand_registered,
    "ProductRegistered": _product_registered,
    "ProductContested": _product_contested,
    "SellerAuthorised": _seller_authorised,
    "SellerWithdrawn": _seller_withdrawn,
    "Recused": _recused,
    "CanaryTold": _canary_told,
}
