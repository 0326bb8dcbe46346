"""BlockLog on the embedded engine: the root on chain is the one that `merkle` computes over the engine's block hashes."""

import pytest

from node.chain.block_log import BLOCK_LOG, BlockLog
from node.chain.contracts import calldata
from node.chain.errors import Reverted
from node.chain.sender import Sender
from node.protocol import merkle
from node.protocol.dating import range_slot, root_slot
from node.protocol.identifiers import ADDRESSES, address_bytes
from node.services.block_logging import log_blocks
from tests.chain.conftest import Chain


def grow(chain: Chain, blocks: int) -> None:
    """Seal blocks: each holds one transaction that changes nothing."""
    sender = chain.sender()
    for _ in range(blocks):
        sender.wait(sender.send(ADDRESSES["ValidatorSet"], calldata("ValidatorSet", "getValidators")))


def test_a_run_links_each_of_its_blocks_to_its_slots_under_a_later_header(chain: Chain) -> None:
    grow(chain, 10)
    hashes = [bytes(chain.engine.header(number).hash) for number in range(10)]
    log = BlockLog(chain.client)
    logged = list(log_blocks(log, chain.sender(), size=5))
    assert [(run.first, run.size, run.missed, run.block) for run in logged] == [(0, 5, 0, 11), (5, 5, 0, 12)]
    assert [log.run_of(number) for number in (0, 4, 5, 9)] == [(0, 0), (0, 4), (1, 0), (1, 4)]

    state = chain.engine.state(chain.engine.head())
    for index in (0, 1):
        root = state.get_storage(address_bytes(BLOCK_LOG), root_slot(index)).to_bytes(32)
        assert state.get_storage(address_bytes(BLOCK_LOG), range_slot(index)) == 5 << 64 | 5 * index
        leaves = [merkle.leaf_hash(block_hash) for block_hash in hashes[5 * index : 5 * index + 5]]
        for place, leaf in enumerate(leaves):
            merkle.check_inclusion(leaf, place, 5, merkle.path(leaves, place), root)
        assert log.run(index).root == logged[index].root == root


def test_only_whole_runs_below_the_head_are_logged(chain: Chain) -> None:
    log = BlockLog(chain.client)
    grow(chain, 3)
    assert list(log_blocks(log, chain.sender(), size=4)) == [], "the head's own hash is not known to a call yet"
    grow(chain, 1)
    assert len(list(log_blocks(log, chain.sender(), size=4))) == 1
    assert log.next() == 4
    assert list(log_blocks(log, chain.sender(), size=6)) == []


def test_blocks_out_of_reach_are_told_as_missed(chain: Chain) -> None:
    grow(chain, 260)
    (run,) = log_blocks(BlockLog(chain.client), chain.sender())
    assert (run.block, run.first, run.missed) == (261, 5, 5)


def test_of_two_who_log_the_same_blocks_one_goes_on(chain: Chain) -> None:
    grow(chain, 6)
    log = BlockLog(chain.client)

    class Late(Sender):
        """A node whose look at the log is a moment old."""

        def send(self, to: str, data: bytes) -> bytes:
            list(log_blocks(log, chain.sender(2), size=3))
            return super().send(to, data)

    late = Late(chain.client, bytes([7]) * 32)
    assert list(log_blocks(log, late, size=3)) == []
    assert log.next() >= 6
    with pytest.raises(Reverted, match="BlockLogBadSize"):
        list(log_blocks(log, chain.sender(), size=0))


def test_of_two_whose_transactions_meet_in_one_block_one_goes_on(chain: Chain) -> None:
    grow(chain, 6)
    log = BlockLog(chain.client)

    class Twin(Sender):
        """A node that sends in the same moment as another."""

        def send(self, to: str, data: bytes) -> bytes:
            chain.clock.now, chain.clock.running = chain.engine.head().timestamp, False
            chain.sender(2).send(to, data)
            sent = super().send(to, data)
            chain.clock.running = True
            return sent

    assert list(log_blocks(log, Twin(chain.client, bytes([7]) * 32), size=5)) == []
    assert [int(receipt["status"], 16) for receipt in chain.client.receipts(7)] == [1, 0]
    assert log.next() == 5
