"""The log of past block hashes, typed. At which slots proofs find it: node.protocol.dating."""

from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode

from node.chain.artifacts import canonical_type
from node.chain.client import ChainClient
from node.chain.contracts import calldata
from node.chain.decode import function_entry
from node.protocol.identifiers import ADDRESSES

BLOCK_LOG = ADDRESSES["BlockLog"]


@dataclass(frozen=True)
class Run:
    """The RFC 9162 root over the hashes of `size` blocks from `first` on."""

    root: bytes
    first: int
    size: int


class BlockLog:
    """Reads over a client."""

    def __init__(self, client: ChainClient) -> None:
        self.client = client

    def next(self) -> int:
        """The block that follows the last one logged."""
        return int(self._read("next")[0])

    def run(self, index: int) -> Run:
        """Raises `Reverted` when there is none."""
        return Run(*self._read("run", index)[0])

    def run_of(self, block: int) -> tuple[int, int]:
        """Which run holds a block, and the block's place in it. Raises `Reverted` when none does."""
        index, place = self._read("runOf", block)
        return int(index), int(place)

    def _read(self, function: str, *values: Any) -> tuple[Any, ...]:
        answer = self.client.call(BLOCK_LOG, calldata("BlockLog", function, *values))
        return tuple(decode([canonical_type(part) for part in function_entry("BlockLog", function)["outputs"]], answer))
