"""What vouches for old blocks, for bundles: links through BlockLog to a later block, and what others signed."""

from collections.abc import Iterable, Mapping, Sequence

from node.chain.block_log import BLOCK_LOG, BlockLog, Run
from node.chain.client import ChainClient
from node.chain.errors import Reverted
from node.chain.proofs import state_proof
from node.protocol.bundle import EvidenceFile, NamedHeader
from node.protocol.canonical import Json
from node.protocol.dating import BlockAnchor, BlockLogLink, range_slot, root_slot
from node.protocol.history import HistoryStep
from node.protocol.merkle import leaf_hash, path
from node.protocol.steps_chain import blocks_of
from node.services.checkpoints import CheckpointLog
from node.store import anchors, blocks
from node.store.session import Session, Store


def chain_parts(
    client: ChainClient,
    store: Store,
    kind: type[EvidenceFile],
    parts: Mapping[str, Json],
    steps: Sequence[HistoryStep],
) -> dict[str, Json]:
    """The parts of a file about the chain: its history by these steps, and what vouches for all blocks that it shows."""
    told: list[Json] = [step.to_json() for step in steps]
    shown = blocks_of(kind({**parts, "history": told}))
    vouching = anchors_of(client, store, shown, steps[-1].named)
    found: dict[str, Json] = {"history": told}
    if vouching:
        found["block_anchors"] = [anchor.to_json() for anchor in vouching]
    return found


def anchors_of(
    client: ChainClient, store: Store, named: Iterable[NamedHeader], later: NamedHeader
) -> list[BlockAnchor]:
    """What this node can show for each of these blocks: kept checkpoints and time-stamps, and links that end in `later`."""
    log, witnessed = BlockLog(client), CheckpointLog(store, client)
    found = []
    for each in {item.block_hash: item for item in named}.values():
        number = each.header.number
        with store.read() as session:
            link = _link(log, session, each, later)
            tokens = tuple(row.token for row in anchors.stamps(session, number))
        made = BlockAnchor(
            each.block_hash,
            tuple(witnessed.proofs(number)),
            (tokens,) if tokens else (),
            (link,) if link is not None else (),
        )
        if made.checkpoints or made.timestamps or made.links:
            found.append(made)
    return found


def _link(log: BlockLog, session: Session, named: NamedHeader, later: NamedHeader) -> BlockLogLink | None:
    number, last = named.header.number, later.header.number
    try:
        index, place = log.run_of(number)
    except Reverted:
        return None  # not logged yet
    run = log.run(index)
    if run.first + run.size > last:
        return None  # the later block's state may not have it
    account, (root, span) = state_proof(log.client, BLOCK_LOG, [root_slot(index), range_slot(index)], last)
    leaves = [leaf_hash(item) for item in _hashes(session, run)]
    return BlockLogLink(index, tuple(path(leaves, place)), later, tuple(account), tuple(root), tuple(span))


def _hashes(session: Session, run: Run) -> list[bytes]:
    """The hashes of a run's blocks, from the index."""
    rows = [blocks.get(session, number) for number in range(run.first, run.first + run.size)]
    return [row.hash for row in rows if row is not None]
