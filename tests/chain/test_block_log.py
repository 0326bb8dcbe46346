"""BlockLog on the embedded engine: the root on chain is the one that `merkle` computes over the engine's block hashes."""

from node.chain.contracts import calldata
from node.protocol import merkle
from node.protocol.canonical import keccak256
from node.protocol.identifiers import ADDRESSES, address_bytes
from tests.chain.conftest import Chain


def grow(chain: Chain, blocks: int) -> None:
    """Seal blocks: each holds one transaction that changes nothing."""
    sender = chain.sender()
    for _ in range(blocks):
        sender.wait(sender.send(ADDRESSES["ValidatorSet"], calldata("ValidatorSet", "getValidators")))


def test_a_run_links_each_of_its_blocks_to_one_slot_under_a_later_header(chain: Chain) -> None:
    grow(chain, 6)
    hashes = [bytes(chain.engine.header(number).hash) for number in range(7)]
    sender = chain.sender()
    sender.wait(sender.send(ADDRESSES["BlockLog"], calldata("BlockLog", "append", 0, 7)))

    slot = int.from_bytes(keccak256(bytes(32)))
    state = chain.engine.state(chain.engine.head())
    root = state.get_storage(address_bytes(ADDRESSES["BlockLog"]), slot).to_bytes(32)
    leaves = [merkle.leaf_hash(block_hash) for block_hash in hashes]
    for number, leaf in enumerate(leaves):
        merkle.check_inclusion(leaf, number, 7, merkle.path(leaves, number), root)
