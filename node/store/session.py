"""The node's database: one SQLite file that survives a crash and a power cut.

WAL with `synchronous=FULL`: a transaction that was reported as committed is on the disk. Writers take the write lock
at their first statement (BEGIN IMMEDIATE), so two writers wait for each other instead of failing half way.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from node.store.errors import ForeignStore, NewerSchema, StoreBusy, StoreError, StoreFull
from node.store.tables import Base, MetaRow

SCHEMA = 1
BUSY_MS = 5_000  # how long a writer waits for another one

__all__ = ["SCHEMA", "Session", "Store", "open_store"]


class Store:
    """An open database. `read()` and `write()` give a session each; a write commits at its end or leaves nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session over one consistent view; nothing done in it is kept."""
        with _plainly(), Session(self._engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that holds the write lock from its start."""
        with _plainly(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            session.connection()  # takes the lock now, before anything is read
            yield session

    def bind(self, chain_id: int, genesis_hash: bytes) -> None:
        """Say which chain this database is about; raises `ForeignStore` when it is about another one."""
        wanted = {"chain_id": str(chain_id), "genesis_hash": genesis_hash.hex()}
        with self.write() as session:
            for key, value in wanted.items():
                row = session.get(MetaRow, key)
                if row is None:
                    session.add(MetaRow(key=key, value=value))
                elif row.value != value:
                    raise ForeignStore(f"expected a database about {key} {value}, got one about {row.value}")

    def fact(self, key: str) -> str | None:
        """A fact about this database, such as `chain_id`."""
        with self.read() as session:
            row = session.get(MetaRow, key)
            return None if row is None else row.value

    def remember(self, key: str, value: str) -> None:
        """Keep a fact; an earlier one under the same key is replaced."""
        with self.write() as session:
            session.merge(MetaRow(key=key, value=value))

    def scrub(self) -> None:
        """Leave nothing of what was overwritten on the disk: the write-ahead log is folded in and emptied.

        Freed space in the file itself is zeroed as it is freed (`secure_delete`). Raises `StoreBusy` while others read.
        """
        connection = self._engine.raw_connection()
        try:
            busy, _, _ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        if busy:
            raise StoreBusy("expected nobody to read the database while it is scrubbed, got a reader; try again")

    def close(self) -> None:
        """Close all connections; the write-ahead log is folded in."""
        self._engine.dispose()


def open_store(path: Path) -> Store:
    """Open the database at `path`, new or old. Raises `NewerSchema`, and changes nothing, when it is newer."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    store = Store(engine)
    try:
        with store.write() as session:
            Base.metadata.create_all(session.connection(), tables=[MetaRow.metadata.tables["meta"]])
            version = session.get(MetaRow, "schema")
            if version is not None and int(version.value) > SCHEMA:
                raise NewerSchema(f"expected a database of schema {SCHEMA} or older at {path}, got {version.value}")
            Base.metadata.create_all(session.connection())
            session.merge(MetaRow(key="schema", value=str(SCHEMA)))
    except DatabaseError as exc:  # such as a file that is no database
        engine.dispose()
        raise StoreError(f"expected a usable database at {path}: {exc.orig}") from exc
    except BaseException:
        engine.dispose()
        raise
    return store


@contextmanager
def _plainly() -> Iterator[None]:
    """Tell a full disk and a held lock from the other errors of the database."""
    try:
        yield
    except OperationalError as exc:
        words = str(exc.orig)
        if "disk is full" in words or "disk I/O error" in words:
            raise StoreFull(
                "the disk is full. Everything committed so far is kept and whole; "
                "free some space and do the same again: it goes on where it stopped"
            ) from exc
        if "locked" in words:
            raise StoreBusy(
                "expected to write to the database, got no lock: another process is writing. "
                "Nothing was changed; try again when it is done"
            ) from exc
        raise


def _configure(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    chosen = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", f"busy_timeout={BUSY_MS}")
    for pragma in chosen:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
