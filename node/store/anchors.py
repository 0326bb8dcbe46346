"""What dates blocks from outside: the log of their hashes, cosigned checkpoints of it, and time-stamps."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from node.store.tables import CheckpointRow, LogNodeRow, StampRow


def log_size(session: Session) -> int:
    """How many blocks the log holds."""
    last = session.scalar(select(func.max(LogNodeRow.position)).where(LogNodeRow.level == 0))
    return 0 if last is None else last + 1


def add_log_nodes(session: Session, level: int, first: int, hashes: Iterable[bytes]) -> None:
    """Add nodes of a level from a position on."""
    session.add_all(LogNodeRow(level=level, position=first + at, hash=each) for at, each in enumerate(hashes))
    session.flush()


def log_nodes(session: Session, level: int, start: int, end: int) -> list[bytes]:
    """The nodes of a level from `start` to before `end`."""
    chosen = select(LogNodeRow.hash).where(
        LogNodeRow.level == level, LogNodeRow.position >= start, LogNodeRow.position < end
    )
    return list(session.scalars(chosen.order_by(LogNodeRow.position)))


def keep_checkpoint(session: Session, size: int, note: str) -> None:
    """Keep a cosigned checkpoint; one of the same size is replaced."""
    session.merge(CheckpointRow(size=size, note=note))


def checkpoint(session: Session, size: int) -> CheckpointRow | None:
    """The checkpoint of a size."""
    return session.get(CheckpointRow, size)


def checkpoints_with(session: Session, block_number: int, most: int = 256) -> Sequence[CheckpointRow]:
    """The checkpoints that hold a block, the smallest first; many more follow over the years."""
    chosen = select(CheckpointRow).where(CheckpointRow.size > block_number)
    return session.scalars(chosen.order_by(CheckpointRow.size).limit(most)).all()


def stamps(session: Session, block_number: int) -> Sequence[StampRow]:
    """The time-stamps over a block, the first and its renewals."""
    chosen = select(StampRow).where(StampRow.block_number == block_number)
    return session.scalars(chosen.order_by(StampRow.sequence)).all()


def stamps_ending(session: Session, before: int) -> Sequence[int]:
    """The blocks whose last time-stamp needs a renewal before a time, in UTC seconds."""
    ends = select(StampRow.block_number, func.max(StampRow.good_until).label("end")).group_by(StampRow.block_number)
    chosen = ends.subquery()
    return session.scalars(select(chosen.c.block_number).where(chosen.c.end < before).order_by(chosen.c.end)).all()
