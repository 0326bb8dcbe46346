"""Past blocks into BlockLog, before their hashes fall out of the machine's reach of 256 blocks.

Every node may do this; they need not agree who. Of two who log the same blocks one is told, and has nothing left to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from node.chain.block_log import BLOCK_LOG, BlockLog
from node.chain.contracts import calldata
from node.chain.decode import decode_log
from node.chain.errors import Reverted
from node.chain.sender import Sender

RUN = 128  # blocks: half of the reach, so that a node may be late by as many


@dataclass(frozen=True)
class Logged:
    """A run that a transaction of ours logged. `missed` blocks before `first` were out of reach: a gap for good."""

    first: int
    size: int
    root: bytes
    missed: int
    block: int  # holds the transaction


def log_blocks(log: BlockLog, sender: Sender, size: int = RUN) -> Iterator[Logged]:
    """Log all whole runs of `size` blocks below the head and not logged; yields each that this call logged.

    The head itself waits: a call is tried as part of the newest block, which does not know its own hash.
    """
    head = log.client.head()
    while (first := log.next()) + size <= head:
        try:
            receipt = sender.wait(sender.send(BLOCK_LOG, calldata("BlockLog", "append", first, size)))
        except Reverted:
            if log.next() == first:  # not because another node was first
                raise
        else:
            yield _logged(receipt)


def _logged(receipt: Mapping[str, Any]) -> Logged:
    """What the receipt of an append says."""
    events = {event.name: event.args for raw in receipt["logs"] if (event := decode_log(raw)) is not None}
    run, missed = events["RunLogged"], events.get("BlocksMissed", {"size": 0})
    return Logged(run["first"], run["size"], run["root"], missed["size"], int(receipt["blockNumber"], 16))
