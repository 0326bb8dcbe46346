"""Past blocks into BlockLog, before their hashes fall out of the machine's reach of 256 blocks.

Every node may do this; they need not agree who. Of two who log the same blocks one is told, and has nothing left to do.
"""

from node.chain.block_log import BLOCK_LOG, BlockLog
from node.chain.contracts import calldata
from node.chain.errors import Reverted
from node.chain.sender import Sender

RUN = 128  # blocks: half of the reach, so that a node may be late by as many


def log_blocks(log: BlockLog, sender: Sender, size: int = RUN) -> int:
    """Log all whole runs of `size` blocks that are sealed and not logged; returns how many this call logged."""
    logged = 0
    head = log.client.head()
    while (first := log.next()) + size <= head + 1:
        try:
            sender.wait(sender.send(BLOCK_LOG, calldata("BlockLog", "append", first, size)))
            logged += 1
        except Reverted as exc:
            if exc.name != "BlockLogNotNext":  # another node was first
                raise
    return logged
