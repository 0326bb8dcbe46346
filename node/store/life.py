"""The life of evidence before it is recorded: capture reports, what was signed of them, interests, test clues."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from node.store.cosigning import Place
from node.store.tables import CanaryRow, CaptureReportsRow, FindingRow, LifeRow, RecusalRow

AT_ONCE = 500  # keys asked for in one statement


def keep_reports(session: Session, rows: Sequence[CaptureReportsRow]) -> None:
    """Keep reports by question; those of a question asked again replace the earlier ones, whose answer was never kept."""
    for known in reports(session, [(row.clue, row.attempt) for row in rows]).values():
        session.delete(known)
    session.flush()
    session.add_all(rows)


def reports(session: Session, places: Sequence[Place]) -> dict[Place, CaptureReportsRow]:
    """The reports behind this bureau's answers to these questions."""
    wanted = set(places)
    found: dict[Place, CaptureReportsRow] = {}
    for first in range(0, len(places), AT_ONCE):
        clues = [clue for clue, _ in places[first : first + AT_ONCE]]
        rows = session.scalars(select(CaptureReportsRow).where(CaptureReportsRow.clue.in_(clues)))
        found |= {(row.clue, row.attempt): row for row in rows if (row.clue, row.attempt) in wanted}
    return found


def without(session: Session, bureau: int) -> Sequence[FindingRow]:
    """The findings of whose life this bureau has signed nothing, by the report that carried them."""
    signed = select(LifeRow.finding).where(LifeRow.bureau == bureau)
    chosen = select(FindingRow).where(FindingRow.id.not_in(signed))
    return session.scalars(chosen.order_by(FindingRow.leader, FindingRow.report_sequence, FindingRow.position)).all()


def get(session: Session, finding: bytes, bureau: int) -> LifeRow | None:
    """What a bureau signed of a finding's life."""
    return session.get(LifeRow, (finding, bureau))


def recusals(session: Session, subject: bytes) -> Sequence[RecusalRow]:
    """The interests declared in a subject, by bureau."""
    chosen = select(RecusalRow).where(RecusalRow.subject == subject)
    return session.scalars(chosen.order_by(RecusalRow.bureau)).all()


def canaries(session: Session, kind: int, period: int) -> tuple[int, int]:
    """All bureaus' test clues of a kind and month: planted, found; zeros when none was told."""
    counted = select(func.sum(CanaryRow.planted), func.sum(CanaryRow.found))
    planted, found = session.execute(counted.where(CanaryRow.kind == kind, CanaryRow.period == period)).one()
    return planted or 0, found or 0
