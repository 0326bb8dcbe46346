"""Receipts of erasures: that fields were erased here, and how many."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.store.tables import ErasureRow


def keep(session: Session, erased_at: int, receipt: str) -> None:
    """Keep a receipt."""
    session.add(ErasureRow(erased_at=erased_at, receipt=receipt))


def all_of(session: Session) -> Sequence[ErasureRow]:
    """All receipts, oldest first."""
    return session.scalars(select(ErasureRow).order_by(ErasureRow.number)).all()
