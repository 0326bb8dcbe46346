"""Batches of observation roots, with the leaves that later inclusion proofs need."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from node.store.tables import BatchLeafRow, BatchRow


def parts(session: Session, bureau: int, batch_id: str) -> Sequence[BatchRow]:
    """The parts of a batch, in order; none when it is new."""
    chosen = select(BatchRow).where(BatchRow.bureau == bureau, BatchRow.batch_id == batch_id)
    return session.scalars(chosen.order_by(BatchRow.sequence)).all()


def last(session: Session, bureau: int) -> BatchRow | None:
    """The newest batch of a bureau, sent or not."""
    return session.scalar(select(BatchRow).where(BatchRow.bureau == bureau).order_by(BatchRow.sequence.desc()).limit(1))


def unsent(session: Session, bureau: int) -> Sequence[BatchRow]:
    """The batches of a bureau that are not known to be on chain, in order."""
    chosen = select(BatchRow).where(BatchRow.bureau == bureau, BatchRow.anchored.is_(False))
    return session.scalars(chosen.order_by(BatchRow.sequence)).all()


def leaves(session: Session, bureau: int, sequence: int) -> list[bytes]:
    """The observation roots of a batch, in order."""
    chosen = select(BatchLeafRow.root).where(BatchLeafRow.bureau == bureau, BatchLeafRow.sequence == sequence)
    return list(session.scalars(chosen.order_by(BatchLeafRow.position)))


def find_leaf(session: Session, root: bytes) -> BatchLeafRow | None:
    """Where an observation root was first anchored."""
    chosen = select(BatchLeafRow).where(BatchLeafRow.root == root)
    return session.scalar(chosen.order_by(BatchLeafRow.bureau, BatchLeafRow.sequence).limit(1))


def get(session: Session, bureau: int, sequence: int) -> BatchRow | None:
    """One batch."""
    return session.get(BatchRow, (bureau, sequence))


def count_leaves(session: Session, bureau: int) -> int:
    """How many observation roots a bureau has batched."""
    return session.scalar(select(func.count()).select_from(BatchLeafRow).where(BatchLeafRow.bureau == bureau)) or 0
