"""The database keeps what it reported as kept, and leaves alone what it does not understand."""

import sqlite3
import threading
from pathlib import Path

import pytest

from node.store import blocks, subjects
from node.store.errors import ForeignStore, NewerSchema, SaltConflict, StoreBusy, StoreError
from node.store.session import Store, open_store
from node.store.tables import MetaRow


def test_a_new_file_is_in_write_ahead_mode_with_full_sync(tmp_path: Path) -> None:
    store = open_store(tmp_path / "node.sqlite")
    with store.read() as session:
        pragma = lambda name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()  # noqa: E731
        assert [pragma(n) for n in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")] == [
            "wal",
            2,
            1,
            5000,
        ]


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as session:
        blocks.add(session, 1, b"h" * 32, b"p" * 32, 100)
        raise RuntimeError("the power went")
    with store.read() as session:
        assert blocks.cursor(session) is None and blocks.get(session, 1) is None


def test_opening_again_keeps_the_rows(tmp_path: Path) -> None:
    store = open_store(tmp_path / "node.sqlite")
    with store.write() as session:
        blocks.add(session, 1, b"h" * 32, b"p" * 32, 100)
    store.close()
    with open_store(tmp_path / "node.sqlite").read() as session:
        assert blocks.cursor(session) == 1


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path / "node.sqlite").close()
    with sqlite3.connect(tmp_path / "node.sqlite") as raw:
        raw.execute("UPDATE meta SET value='99' WHERE key='schema'")
    with pytest.raises(NewerSchema, match="got 99"):
        open_store(tmp_path / "node.sqlite")
    with sqlite3.connect(tmp_path / "node.sqlite") as raw:
        assert raw.execute("SELECT value FROM meta WHERE key='schema'").fetchone() == ("99",)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "node.sqlite").write_bytes(b"not a database, and long enough to be read as a header" * 20)
    with pytest.raises(StoreError, match="expected a usable database"):
        open_store(tmp_path / "node.sqlite")


def test_a_store_of_another_chain_is_refused(store: Store) -> None:
    store.bind(20262, b"\x01" * 32)
    store.bind(20262, b"\x01" * 32)
    with pytest.raises(ForeignStore, match="genesis_hash"):
        store.bind(20262, b"\x02" * 32)


def test_writers_wait_for_each_other(store: Store) -> None:
    def write(number: int) -> None:
        with store.write() as session:
            blocks.add(session, (blocks.cursor(session) or 0) + 1, bytes([number]) * 32, b"", number)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert blocks.cursor(session) == 8


def test_a_salt_is_never_redrawn(store: Store) -> None:
    with store.write() as session:
        first = subjects.keep(session, "aurora-shop", "s1", b"\x01" * 32)
        assert subjects.keep(session, "aurora-shop", "s1", b"\x01" * 32, "Shop One").subject == first.subject
    with pytest.raises(SaltConflict), store.write() as session:
        subjects.keep(session, "aurora-shop", "s1", b"\x02" * 32)
    with store.read() as session:
        found = subjects.by_subject(session, first.subject)
        assert found is not None and found.name == "Shop One"
        assert [row.seller_id for row in subjects.search(session, "Shop", 5)] == ["s1"]
        assert subjects.search(session, "%", 5) == []


def test_what_was_overwritten_is_gone_after_scrubbing(tmp_path: Path) -> None:
    secret = "a value that must not stay " * 400  # several pages
    store = open_store(tmp_path / "a.sqlite")
    store.remember("note", secret)
    store.remember("note", "gone")

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"must not stay" in on_disk()  # in the write-ahead log
    store.scrub()
    assert b"must not stay" not in on_disk()
    assert store.fact("note") == "gone"
    store.close()


def test_scrubbing_waits_for_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.store.session.BUSY_MS", 10)
    store = open_store(tmp_path / "a.sqlite")
    with store.read() as session:
        session.get(MetaRow, "schema")
        store.remember("note", "new")
        with pytest.raises(StoreBusy, match="expected nobody to read"):
            store.scrub()
    store.scrub()
    store.close()
