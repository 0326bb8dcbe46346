"""Blocks become rows once, in whole blocks; a dropped log and a changed past are noticed."""

from collections.abc import Callable
from typing import Any

import pytest

from node.services import indexer as indexing
from node.services.cosigning import Clue
from node.services.errors import ConsensusConflict, SequenceGap
from node.services.indexer import Indexer
from node.store import blocks, cosigning, findings
from node.store.session import Store, open_store
from node.store.tables import BlockRow, EventRow, FindingRow
from tests.services.chain import Chain
from tests.services.house import House

Make = Callable[..., Clue]


class Lossy:
    """The chain's client, with logs dropped on the way."""

    def __init__(self, chain: Chain, also_receipts: bool) -> None:
        self._client = chain.client
        self._also = also_receipts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def logs(self, first: int, last: int) -> list[dict[str, Any]]:
        return self._client.logs(first, last)[1:]

    def receipts(self, number: int) -> list[dict[str, Any]]:
        found = self._client.receipts(number)
        return [{**receipt, "logs": receipt["logs"][1:]} for receipt in found] if self._also else found


@pytest.fixture
def busy(house: House, chain: Chain, make_clue: Make) -> Chain:
    for listing in ("l1", "l2", "l3"):
        house.leader(1, chain.contracts.last_sequence).run([make_clue(listing), make_clue(listing, kind=5)])
        chain.recorder(house).run()
    return chain


def digest(store: Store) -> list[tuple[Any, ...]]:
    """Everything that was indexed, in an order that does not depend on how."""
    with store.read() as session:
        found: list[tuple[Any, ...]] = []
        for table in (BlockRow, EventRow, FindingRow):
            columns = [column.key for column in table.__table__.columns]
            found += sorted(tuple(getattr(row, name) for name in columns) for row in session.query(table))
    return found


def test_a_second_run_changes_nothing(house: House, busy: Chain) -> None:
    first = busy.indexer(house).run()
    before = digest(house.stores[1])
    again = busy.indexer(house).run()
    assert first.events == 3 and (again.blocks, again.events) == (0, 0) and digest(house.stores[1]) == before


@pytest.mark.parametrize("after", range(1, 4))
def test_a_crash_inside_a_block_leaves_whole_blocks_and_the_same_rows(
    house: House, busy: Chain, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    busy.indexer(house, 2).run()
    calls = 0

    def fall(*args: Any) -> None:
        nonlocal calls
        calls += 1
        apply(*args)
        if calls == after:
            raise KeyboardInterrupt

    apply = indexing.apply
    monkeypatch.setattr(indexing, "apply", fall)
    with pytest.raises(KeyboardInterrupt):
        busy.indexer(house, 1).run()
    with house.stores[1].read() as session:
        cursor = blocks.cursor(session)
        assert all(row.block_number <= (cursor or 0) for row in session.query(FindingRow))
        assert session.query(FindingRow).count() == 2 * (after - 1)
    monkeypatch.setattr(indexing, "apply", apply)
    busy.indexer(house, 1).run()
    assert digest(house.stores[1]) == digest(house.stores[2])


def test_a_dropped_log_is_fetched_in_the_other_way(house: House, busy: Chain) -> None:
    Indexer(Lossy(busy, also_receipts=False), house.stores[1]).run()  # type: ignore[arg-type]
    with house.stores[1].read() as session:
        assert findings.select_page(session, findings.Filter(), 0, 1)[1] == 6


def test_a_log_that_stays_away_stops_the_indexer(house: House, busy: Chain) -> None:
    with pytest.raises(SequenceGap, match="block 1: expected receipts under"):
        Indexer(Lossy(busy, also_receipts=True), house.stores[1]).run()  # type: ignore[arg-type]
    with house.stores[1].read() as session:
        assert blocks.cursor(session) == 0  # the block before it is kept


def test_another_block_at_an_indexed_height_is_a_conflict(house: House, busy: Chain) -> None:
    busy.indexer(house).run()
    with house.stores[1].write() as session:
        cursor = blocks.cursor(session)
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        session.connection().exec_driver_sql("DELETE FROM events")
        row = session.get(BlockRow, cursor)
        assert row is not None
        row.hash = b"\x00" * 32
    with pytest.raises(ConsensusConflict, match=f"expected block {cursor}"):
        busy.indexer(house).run()


def test_another_chain_is_a_conflict(house: House, busy: Chain) -> None:
    house.stores[1].bind(busy.client.chain_id, b"\x01" * 32)
    with pytest.raises(ConsensusConflict, match="genesis_hash"):
        busy.indexer(house).run()


def test_a_lower_head_is_only_lag(house: House, busy: Chain) -> None:
    busy.indexer(house).run()
    behind = Lossy(busy, also_receipts=False)
    behind.head = lambda: 1  # type: ignore[attr-defined]
    assert Indexer(behind, house.stores[1]).run().blocks == 0  # type: ignore[arg-type]


def test_any_node_indexes_the_words_without_having_taken_part(house: House, busy: Chain, tmp_path: Any) -> None:
    stranger = open_store(tmp_path / "stranger.sqlite")
    Indexer(busy.client, stranger).run()
    with stranger.read() as session:
        rows = findings.select_page(session, findings.Filter(), 0, 10)[0]
        assert {row.score_bps for row in rows} == {8200} and cosigning.outbox(session, "queued") == []
    stranger.close()
