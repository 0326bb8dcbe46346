"""The embedded chain's file: one SQLite database that holds state, blocks, seals and the index of transactions and logs.

A block and all that belongs to it are written in one transaction with `synchronous=FULL`: after a crash the file holds
whole blocks only. One process owns the file.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eth.db.backends.base import BaseDB

from node.chain.errors import ChainError, HomeLocked, StorageFull

TABLES = """
CREATE TABLE IF NOT EXISTS kv (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seals (block INTEGER PRIMARY KEY, round INTEGER NOT NULL, seals BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS transactions (hash BLOB PRIMARY KEY, block INTEGER NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS logs (block INTEGER NOT NULL, log INTEGER NOT NULL, position INTEGER NOT NULL, address BLOB NOT NULL,
  topics BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY (block, log)) WITHOUT ROWID;
"""


class ChainFile(BaseDB):  # type: ignore[misc]  # py-evm is untyped here
    """A key-value store for py-evm with the tables of the engine beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Path(f"{path}.lock").open("a")  # noqa: SIM115  # held while the engine is open
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            self._lock.close()
            raise HomeLocked(
                f"expected to be the only process on the chain file {path}, but another one holds it. "
                "Nothing was changed; stop that process, or use another home."
            ) from exc
        with full_disk():
            self.sql = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self.sql.execute("PRAGMA journal_mode=WAL")
                self.sql.execute("PRAGMA synchronous=FULL")
                self.sql.executescript(TABLES)
            except sqlite3.DatabaseError as exc:
                if isinstance(exc, sqlite3.OperationalError):
                    raise
                raise ChainError(
                    f"expected a chain file at {path}, got something else ({exc}). Nothing was changed; "
                    "put the file back from a copy, or use another home."
                ) from exc

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is written as a whole, or not at all."""
        with full_disk():
            self.sql.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.sql.in_transaction:
                    self.sql.execute("ROLLBACK")
                raise
            self.sql.execute("COMMIT")

    def __getitem__(self, key: bytes) -> bytes:
        row = self.sql.execute("SELECT value FROM kv WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.sql.execute("INSERT OR REPLACE INTO kv VALUES (?, ?)", (key, value))

    def __delitem__(self, key: bytes) -> None:
        if self.sql.execute("DELETE FROM kv WHERE key = ?", (key,)).rowcount == 0:
            raise KeyError(key)

    def _exists(self, key: bytes) -> bool:
        return self.sql.execute("SELECT 1 FROM kv WHERE key = ?", (key,)).fetchone() is not None

    def close(self) -> None:
        """Give the file back."""
        self.sql.close()
        self._lock.close()


@contextmanager
def full_disk() -> Iterator[None]:
    """Say plainly when there is no room."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        if "full" in str(exc):
            raise StorageFull(
                "the disk is full. Every sealed block is kept; free some space and run the same command again."
            ) from exc
        raise ChainError(f"the chain file cannot be used: {exc}") from exc
