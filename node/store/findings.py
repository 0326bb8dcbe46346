"""Findings on record, the reports that carried them and their changes of status."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from node.store.tables import EventRow, FindingRow, ReportRow, StatusChangeRow

# contracts/interfaces/IFindingRegistry: none, recorded, contested, upheld, overturned, superseded, withdrawn
RECORDED, CONTESTED, UPHELD, OVERTURNED, SUPERSEDED, WITHDRAWN = 1, 2, 3, 4, 5, 6
LIVE = (RECORDED, CONTESTED, UPHELD, OVERTURNED)  # the clue key is taken: the same facts are not told twice


@dataclass(frozen=True)
class Filter:
    """What findings to list; None leaves a side open."""

    kind: int | None = None
    least_score_bps: int = 0
    first_block: int | None = None
    last_block: int | None = None
    product: bytes | None = None
    subject: bytes | None = None
    statuses: Sequence[int] | None = None

    def with_statuses(self, statuses: Sequence[int] | None) -> "Filter":
        """The same, of these statuses only."""
        return replace(self, statuses=statuses)


def get(session: Session, finding_id: bytes) -> FindingRow | None:
    """One finding by its id."""
    return session.get(FindingRow, finding_id)


def of_clue(session: Session, clue: bytes) -> Sequence[FindingRow]:
    """All findings ever recorded of a clue, oldest first."""
    return session.scalars(
        select(FindingRow).where(FindingRow.clue == clue).order_by(FindingRow.sequence, FindingRow.position)
    ).all()


def counted(session: Session, contract: str, subject: bytes) -> Sequence[FindingRow]:
    """All findings that one version of the registry has counted on a subject, in its order."""
    here = (EventRow.block_number == FindingRow.block_number) & (EventRow.log_index == FindingRow.log_index)
    chosen = select(FindingRow).join(EventRow, here).where(EventRow.contract == contract, FindingRow.subject == subject)
    return session.scalars(chosen.order_by(FindingRow.sequence, FindingRow.position)).all()


def live_clues(session: Session) -> set[bytes]:
    """The clue keys that are taken by a live finding."""
    return set(session.scalars(select(FindingRow.clue).where(FindingRow.status.in_(LIVE))))


def known(session: Session, ids: Iterable[bytes]) -> set[bytes]:
    """Which of `ids` are on record."""
    return set(session.scalars(select(FindingRow.id).where(FindingRow.id.in_(list(ids)))))


def report(session: Session, leader: int, sequence: int) -> ReportRow | None:
    """The report of a leader under its sequence."""
    return session.get(ReportRow, (leader, sequence))


def of_report(session: Session, leader: int, sequence: int) -> Sequence[FindingRow]:
    """The findings of one report, in its order."""
    chosen = select(FindingRow).where(FindingRow.leader == leader, FindingRow.report_sequence == sequence)
    return session.scalars(chosen.order_by(FindingRow.position)).all()


def changes(session: Session, finding_id: bytes) -> Sequence[StatusChangeRow]:
    """The changes of a finding's status, oldest first."""
    chosen = select(StatusChangeRow).where(StatusChangeRow.finding == finding_id)
    return session.scalars(chosen.order_by(StatusChangeRow.block_number, StatusChangeRow.log_index)).all()


def select_page(session: Session, wanted: Filter, offset: int, limit: int) -> tuple[Sequence[FindingRow], int]:
    """One page of findings, newest first, and how many there are in all."""
    chosen = (
        _where(select(FindingRow), wanted)
        .order_by(FindingRow.sequence.desc(), FindingRow.position.desc())
        .offset(offset)
        .limit(limit)
    )
    total = session.scalar(_where(select(func.count()).select_from(FindingRow), wanted))
    return session.scalars(chosen).all(), total or 0


def counts_by_kind(session: Session, statuses: Sequence[int] | None = None) -> dict[int, int]:
    """How many findings of each kind are on record."""
    counted = _where(select(FindingRow.kind, func.count()), Filter(statuses=statuses))
    rows = session.execute(counted.group_by(FindingRow.kind).order_by(FindingRow.kind)).all()
    return {row[0]: row[1] for row in rows}


def counts_by_status(session: Session, model: bytes) -> dict[int, int]:
    """How many findings of a model stand in each status."""
    counted = select(FindingRow.status, func.count()).where(FindingRow.model == model)
    return {row[0]: row[1] for row in session.execute(counted.group_by(FindingRow.status)).all()}


def _where(query: Any, wanted: Filter) -> Any:
    query = query.where(FindingRow.score_bps >= wanted.least_score_bps)
    if wanted.kind is not None:
        query = query.where(FindingRow.kind == wanted.kind)
    if wanted.first_block is not None:
        query = query.where(FindingRow.block_number >= wanted.first_block)
    if wanted.last_block is not None:
        query = query.where(FindingRow.block_number <= wanted.last_block)
    if wanted.product is not None:
        query = query.where(FindingRow.product == wanted.product)
    if wanted.subject is not None:
        query = query.where(FindingRow.subject == wanted.subject)
    if wanted.statuses is not None:
        query = query.where(FindingRow.status.in_(list(wanted.statuses)))
    return query
