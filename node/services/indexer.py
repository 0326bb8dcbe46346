"""Blocks to rows: one database transaction a block, cursor included, so a crash leaves whole blocks only.

Every event of our contracts carries that contract's own sequence number, and a block's header says in its bloom which
contracts may have logged in it; a missing event means that the node we read from dropped a log (or lies), and is asked
for again before the indexer gives up. The words of a finding come from the
transaction that carried it, checked against the finding's id, so any node can index without having taken part.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_bloom.bloom import BloomFilter

from node.chain.client import ChainClient
from node.chain.decode import Event, decode_log
from node.chain.errors import ChainError
from node.chain.proofs import proven_receipts
from node.protocol.canonical import from_hex
from node.protocol.identifiers import ADDRESSES
from node.services.errors import ConsensusConflict, SequenceGap
from node.services.rows import Place, apply
from node.store import blocks
from node.store.errors import ForeignStore
from node.store.session import Store

RANGE = 500  # blocks whose logs are asked for at once


@dataclass
class Indexed:
    """What a run brought in."""

    blocks: int = 0
    events: int = 0
    head: int = 0
    by_name: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class Indexer:
    """Follows one chain into one store."""

    def __init__(
        self, client: ChainClient, store: Store, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> None:
        self._client = client
        self._store = store
        self._progress = progress

    def run(self) -> Indexed:
        """Index from the cursor to the head. Raises `ConsensusConflict` or `SequenceGap`, keeping the blocks before."""
        head = self._client.head()
        first = self._check_chain(head)
        done = Indexed(head=head)
        for start in range(first, head + 1, RANGE):
            last = min(start + RANGE - 1, head)
            logs = self._logs(start, last)
            for number in range(start, last + 1):
                self._block(number, logs.get(number, []), done)
                self._progress(number, head)
        return done

    def _check_chain(self, head: int) -> int:
        """Compare what was indexed with the chain; returns the first block to index. A lower head is only lag."""
        try:
            self._store.bind(self._client.chain_id, self._client.genesis_hash)
        except ForeignStore as exc:
            raise ConsensusConflict(str(exc)) from exc
        with self._store.read() as session:
            cursor = blocks.cursor(session)
            known = None if cursor is None else blocks.get(session, cursor)
        if cursor is None or known is None:
            return 0
        if head >= cursor:
            got = _bytes(self._client.block(cursor)["hash"])
            if got != known.hash:
                raise ConsensusConflict(f"expected block {cursor} to be {known.hash.hex()}, got {got.hex()}")
        return cursor + 1

    def _logs(self, first: int, last: int) -> dict[int, list[Mapping[str, Any]]]:
        found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
        for raw in self._client.logs(first, last):
            found[_number(raw["blockNumber"])].append(raw)
        return found

    def _block(self, number: int, raw_logs: Sequence[Mapping[str, Any]], done: Indexed) -> None:
        block = self._client.block(number)
        block_hash, parent = _bytes(block["hash"]), _bytes(block["parentHash"])
        time = _number(block["timestamp"])
        events = _events(raw_logs, block_hash)
        gap = self._gap(events)
        if gap or _silent(block, events):
            # the other way to the same logs; a node that drops them in both is not to be believed
            try:
                receipts = proven_receipts(self._client, number)
            except ChainError as exc:
                raise SequenceGap(f"block {number}: {exc}") from exc
            events = _events([log for receipt in receipts for log in receipt["logs"]], block_hash)
            gap = self._gap(events)
            if gap:
                raise SequenceGap(f"block {number}: {gap}")
        place = Place(number, block_hash, time, _transactions(block))
        with self._store.write() as session:
            before = blocks.get(session, number - 1)
            if before is not None and before.hash != parent:
                raise ConsensusConflict(f"expected block {number} to follow {before.hash.hex()}, got {parent.hex()}")
            blocks.add(session, number, block_hash, parent, time)
            for event in events:
                blocks.add_event(
                    session,
                    block_hash,
                    event.log_index,
                    event.address,
                    event.sequence,
                    event.name,
                    number,
                    event.tx_hash,
                )
                apply(session, event, place)
        done.blocks += 1
        done.events += len(events)
        for event in events:
            done.by_name[event.name] += 1

    def _gap(self, events: Sequence[Event]) -> str:
        """What is missing before or between these events; empty when nothing is."""
        last: dict[str, int] = {}
        for event in events:
            if event.address not in last:
                with self._store.read() as session:
                    last[event.address] = blocks.last_sequence(session, event.address)
            if event.sequence != last[event.address] + 1:
                return f"expected event {last[event.address] + 1} of {event.address}, got {event.sequence}"
            last[event.address] = event.sequence
        return ""


def _events(raw_logs: Sequence[Mapping[str, Any]], block_hash: bytes) -> list[Event]:
    found = [event for event in map(decode_log, raw_logs) if event is not None]
    for event in found:
        if event.block_hash != block_hash:
            raise ConsensusConflict(f"expected logs of block {block_hash.hex()}, got one of {event.block_hash.hex()}")
    return sorted(found, key=lambda event: event.log_index)


def _silent(block: Mapping[str, Any], events: Sequence[Event]) -> bool:
    """Does the header's bloom name a contract of ours of which no event came? It may name one too many."""
    bloom = BloomFilter(_number(block["logsBloom"]))
    return any(bytes.fromhex(each[2:]) in bloom for each in set(ADDRESSES.values()) - {e.address for e in events})


def _transactions(block: Mapping[str, Any]) -> dict[bytes, tuple[int, bytes]]:
    """Hash to (index, input) of a block's transactions; the input only where our registry was called directly.

    What calls it in between could tell us other words than it told the registry.
    """
    found = {}
    for tx in block["transactions"]:
        direct = tx["to"] is not None and int(tx["to"], 16) == int(ADDRESSES["FindingRegistry"], 16)
        found[_bytes(tx["hash"])] = (_number(tx["transactionIndex"]), _bytes(tx["input"]) if direct else b"")
    return found


def _bytes(value: Any) -> bytes:
    return from_hex(value) if isinstance(value, str) else bytes(value)


def _number(value: Any) -> int:
    return int(value, 16) if isinstance(value, str) else int(value)
