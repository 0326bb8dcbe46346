"""A node's log of block hashes gives the paths of the list of them, and keeps what witnesses cosigned."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from node.chain.client import ChainClient
from node.protocol.canonical import sha256, to_hex
from node.protocol.checkpoint import (
    Checkpoint,
    Note,
    WitnessKey,
    check_in_checkpoints,
    cosign,
    cosigned_at,
    origin_of,
)
from node.protocol.errors import CheckpointError
from node.protocol.merkle import check_consistency, check_inclusion, consistency_path, leaf_hash, path, root
from node.services import checkpoints
from node.services.checkpoints import CheckpointLog
from node.services.errors import ConsensusConflict, NotFound
from node.store.session import Store, open_store

CHAIN_ID = 20262
TIME = 1_785_542_399


class Blocks(ChainClient):
    """A chain of nothing but hashes; `mark` makes them differ from those of another one, from a number on."""

    def __init__(self, count: int, mark: bytes = b"", since: int = 0) -> None:
        self.count, self.mark, self.since, self.asked = count, mark, since, 0

    def hash(self, number: int) -> bytes:
        return sha256(b"block %d" % number + (self.mark if number >= self.since else b""))

    def request(self, method: str, *params: Any) -> Any:
        if method == "eth_chainId":
            return hex(CHAIN_ID)
        if method == "eth_blockNumber":
            return hex(self.count - 1)
        number = int(params[0], 16)
        self.asked += 1
        if number >= self.count:
            return None
        parent = self.hash(number - 1) if number else bytes(32)
        return {"hash": to_hex(self.hash(number)), "parentHash": to_hex(parent), "number": hex(number)}

    def leaves(self, size: int) -> list[bytes]:
        return [leaf_hash(self.hash(number)) for number in range(size)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "node.sqlite")
    yield opened
    opened.close()


def secret(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()))


def pinned(*names: str) -> list[WitnessKey]:
    return [WitnessKey(name, secret(name).public_key().public_bytes_raw()) for name in names]


def note(client: Blocks, size: int, *signed: tuple[str, int]) -> bytes:
    made = Checkpoint(origin_of(CHAIN_ID, client.hash(0)), size, root(client.leaves(size)))
    return Note(made, tuple(cosign(made, name, secret(name), time) for name, time in signed)).to_bytes()


@pytest.mark.parametrize("step", [2, 8])
def test_roots_and_paths_are_those_of_the_list(step: int, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every second level kept, so that several levels are kept; and as it is."""
    monkeypatch.setattr(checkpoints, "STEP", step)
    client = Blocks(300)
    log = CheckpointLog(store, client)
    assert log.extend() == 300 and log.size() == 300 and log.extend() == 0
    for size in (1, 2, 63, 64, 65, 255, 256, 257, 300):
        leaves = client.leaves(size)
        assert log.root(size) == root(leaves)
        for number in {0, size // 3, size - 1}:
            assert log.path(number, size) == path(leaves, number)
            check_inclusion(leaves[number], number, size, log.path(number, size), log.root(size))
        for first in {1, size // 2 + 1, size}:
            assert log.consistency(first, size) == consistency_path(leaves, first)
            check_consistency(first, size, log.consistency(first, size), log.root(first), log.root(size))


def test_the_log_grows_from_where_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "RANGE", 7)
    for count in (1, 20, 21, 300):
        client = Blocks(count)
        CheckpointLog(store, client).extend()
        assert CheckpointLog(store, client).root(count) == root(client.leaves(count))
    assert client.asked <= 300 - 21 + 2, "only what is new, the last one before it, and the genesis"


def test_a_break_off_leaves_whole_ranges(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "RANGE", 50)
    client = Blocks(300)
    monkeypatch.setattr(client, "count", 120)
    monkeypatch.setattr(client, "head", lambda: 299)
    with pytest.raises(NotFound, match="expected block 120 from the node, got none"):
        CheckpointLog(store, client).extend()
    assert CheckpointLog(store, client).size() == 100
    client.count = 300
    assert CheckpointLog(store, client).extend() == 200
    assert CheckpointLog(store, client).root(300) == root(client.leaves(300))


def test_another_history_is_a_conflict(store: Store) -> None:
    CheckpointLog(store, Blocks(10)).extend()
    with pytest.raises(ConsensusConflict, match="expected block 9 as it is in the log"):
        CheckpointLog(store, Blocks(12, b"other", since=9)).extend()
    broken = Blocks(12)
    broken.hash = lambda number: sha256(b"block %d" % number) if number < 10 else sha256(b"x%d" % broken.asked)  # type: ignore[method-assign]
    with pytest.raises(ConsensusConflict, match="expected block 11 to follow"):
        CheckpointLog(store, broken).extend()
    assert CheckpointLog(store, Blocks(10)).size() == 10


@pytest.mark.parametrize("size", [0, 11])
def test_no_proof_beyond_the_log(size: int, store: Store) -> None:
    log = CheckpointLog(store, Blocks(10))
    log.extend()
    with pytest.raises(NotFound, match=f"expected a size from 1 to the 10 blocks in the log here, got {size}"):
        log.root(size)


def test_a_cosigned_checkpoint_is_kept_and_dates_its_blocks(store: Store) -> None:
    client, witnesses = Blocks(40), pinned("notary", "court")
    log = CheckpointLog(store, client)
    log.keep(note(client, 20, ("notary", TIME)), witnesses)
    log.keep(note(client, 30, ("notary", TIME + 60), ("court", TIME + 70)), witnesses)
    for number in (0, 19):
        proofs = log.proofs(number)
        assert [proof.note.checkpoint.size for proof in proofs] == [20, 30]
        assert check_in_checkpoints(client.hash(number), number, proofs, log.origin, witnesses, 2) == TIME + 70
        assert len(log.proofs(number, witnesses=1)) == 1
    assert [proof.note.checkpoint.size for proof in log.proofs(20)] == [30]
    assert log.proofs(30) == []


def test_lines_on_one_checkpoint_come_together_and_the_earliest_stays(store: Store) -> None:
    client, witnesses = Blocks(20), pinned("notary", "court")
    log = CheckpointLog(store, client)
    log.keep(note(client, 20, ("notary", TIME), ("stranger", TIME)), witnesses)
    kept = log.keep(note(client, 20, ("court", TIME + 5), ("notary", TIME + 9)), witnesses)
    assert [line.name for line in kept.lines] == ["notary", "court"], "strangers are left out"
    assert cosigned_at(kept, witnesses[0]) == TIME
    (proof,) = log.proofs(3)
    assert proof.note == kept


def test_what_is_not_worth_keeping_is_refused(store: Store) -> None:
    client, witnesses = Blocks(20), pinned("notary")
    log = CheckpointLog(store, client)
    with pytest.raises(CheckpointError, match="expected a cosignature of 1 pinned witnesses, got none"):
        log.keep(note(client, 20, ("stranger", TIME)), witnesses)
    with pytest.raises(CheckpointError, match=f"expected a checkpoint of touchstone/{CHAIN_ID}/"):
        log.keep(note(Blocks(20, b"other"), 20, ("notary", TIME)), witnesses)
    with pytest.raises(NotFound, match="expected a size from 1 to the 20 blocks in the log here, got 21"):
        log.keep(note(Blocks(21), 21, ("notary", TIME)), witnesses)
    with pytest.raises(ConsensusConflict, match="cosigned another history up to block 19 .* Nothing was kept"):
        log.keep(note(Blocks(20, b"other", since=10), 20, ("notary", TIME)), witnesses)
    assert log.proofs(3) == []
