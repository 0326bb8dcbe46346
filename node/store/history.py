"""The kept steps of the chain's history."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.store.tables import EventRow, HistoryRow

CHANGES = ("ValidatorsChanged", "ConfigurationChanged")


def changed_blocks(session: Session) -> Sequence[int]:
    """The indexed blocks that changed validators or configuration, ascending."""
    found = select(EventRow.block_number).where(EventRow.name.in_(CHANGES)).distinct()
    return session.scalars(found.order_by(EventRow.block_number)).all()


def steps(session: Session) -> Sequence[HistoryRow]:
    """All kept steps, ascending."""
    return session.scalars(select(HistoryRow).order_by(HistoryRow.block_number)).all()


def step_with(session: Session, config_digest: bytes) -> HistoryRow | None:
    """The first step after which this configuration was in force."""
    wanted = select(HistoryRow).where(HistoryRow.config_digest == config_digest)
    return session.scalars(wanted.order_by(HistoryRow.block_number).limit(1)).first()


def keep_step(session: Session, block_number: int, config_digest: bytes, step: str) -> None:
    """Keep a step; the same block again replaces it."""
    session.merge(HistoryRow(block_number=block_number, config_digest=config_digest, step=step))
