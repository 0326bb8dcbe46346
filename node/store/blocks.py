"""Blocks, the indexing cursor and the event sequences of our contracts."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from node.store.tables import BlockRow, CursorRow, EventRow

CURSOR = "chain"


def cursor(session: Session) -> int | None:
    """The last block that was indexed in full; None before the first."""
    row = session.get(CursorRow, CURSOR)
    return None if row is None else row.block_number


def add(session: Session, number: int, block_hash: bytes, parent_hash: bytes, time: int) -> None:
    """Add a block and move the cursor onto it."""
    session.add(BlockRow(number=number, hash=block_hash, parent_hash=parent_hash, time=time))
    session.merge(CursorRow(name=CURSOR, block_number=number))
    session.flush()


def get(session: Session, number: int) -> BlockRow | None:
    """The block at a height."""
    return session.get(BlockRow, number)


def last_sequence(session: Session, contract: str) -> int:
    """The sequence of the last event known of a contract; 0 before the first."""
    found = session.scalar(select(func.max(EventRow.sequence)).where(EventRow.contract == contract))
    return found or 0


def add_event(
    session: Session,
    block_hash: bytes,
    log_index: int,
    contract: str,
    sequence: int,
    name: str,
    block_number: int,
    tx_hash: bytes,
) -> None:
    """Add an event; (block hash, log index) and (contract, sequence) are unique."""
    session.add(
        EventRow(
            block_hash=block_hash,
            log_index=log_index,
            contract=contract,
            sequence=sequence,
            name=name,
            block_number=block_number,
            tx_hash=tx_hash,
        )
    )


def counts(session: Session) -> dict[str, int]:
    """How many events of each name are indexed."""
    rows = session.execute(select(EventRow.name, func.count()).group_by(EventRow.name).order_by(EventRow.name)).all()
    return {row[0]: row[1] for row in rows}
