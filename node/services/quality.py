"""How a model has fared: what became of its findings, and of blind test clues, as the chain tells it at a block.

Everything is counted from rows that any node can rebuild, so anyone can recompute it.
"""

from node.protocol.life import STATUSES, Canaries, Quality
from node.store import blocks, findings, life
from node.store.session import Session

BY_NUMBER = dict(
    zip(
        (
            findings.RECORDED,
            findings.CONTESTED,
            findings.UPHELD,
            findings.OVERTURNED,
            findings.SUPERSEDED,
            findings.WITHDRAWN,
        ),
        STATUSES,
        strict=True,
    )
)


def quality(session: Session, model: bytes, kind: int, period: int) -> Quality | None:
    """A model's record at the last block indexed, with the test clues of a kind and month; None before any block."""
    block_number = blocks.cursor(session)
    if block_number is None:
        return None
    counts = findings.counts_by_status(session, model)
    planted, found = life.canaries(session, kind, period)
    return Quality(
        model=model,
        block_number=block_number,
        **{name: counts.get(number, 0) for number, name in BY_NUMBER.items()},
        canaries=Canaries(planted, found, period) if planted else None,
    )
