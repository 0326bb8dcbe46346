"""py-evm set up as a QBFT chain: London rules, base fee 0, no block reward, headers in QBFT form.

With extraData of round 0 and no seals, py-evm's own block hash is the QBFT block hash, so parent links, receipts, logs and
BLOCKHASH all hold; the seals stand beside the block and are put into extraData where it is served.
"""

from typing import Any

from eth.abc import BlockAPI, BlockHeaderAPI
from eth.chains.base import MiningChain
from eth.consensus.noproof import NoProofConsensus
from eth.vm.forks.london import LondonVM
from eth.vm.forks.london.blocks import LondonBlockHeader

from node.protocol.header import MIX_HASH, extra_data

GAS_LIMIT = 500_000_000  # no block comes near half of it, so the base fee stays 0
ROUND_0 = extra_data()


def next_header(parent: BlockHeaderAPI | None, **fields: Any) -> BlockHeaderAPI:
    """A header after `parent` (None: the genesis) with the constants of QBFT."""
    constants: dict[str, Any] = {
        "difficulty": 1,
        "gas_limit": GAS_LIMIT,
        "mix_hash": MIX_HASH,
        "nonce": bytes(8),
        "extra_data": ROUND_0,
        "base_fee_per_gas": 0,
    }
    if parent is not None:
        constants |= {
            "parent_hash": parent.hash,
            "block_number": parent.block_number + 1,
            "timestamp": parent.timestamp + 1,
            "state_root": parent.state_root,
        }
    else:
        constants |= {"block_number": 0}
    return LondonBlockHeader(**(constants | fields))


class QbftVM(LondonVM):  # type: ignore[misc]  # py-evm is untyped here
    """London rules without reward; headers by `next_header`."""

    extra_data_max_bytes = 2048
    consensus_class = NoProofConsensus  # the seals are the proof, and stand beside the block
    create_header_from_parent = staticmethod(next_header)

    @staticmethod
    def get_block_reward() -> int:
        return 0

    def validate_block(self, block: BlockAPI) -> None:
        """Nothing to do: this chain has one writer, who made the block by the rules."""


def chain_class(chain_id: int) -> type[MiningChain]:
    """The chain class for a chain id."""
    return type("QbftChain", (MiningChain,), {"chain_id": chain_id, "vm_configuration": ((0, QbftVM),)})
