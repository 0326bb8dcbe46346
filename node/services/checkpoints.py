"""The log of all block hashes in a node's store, and the checkpoints of it that witnesses cosigned.

Leaves come from the node's own client; a root that a pinned witness signed shows that they are the same blocks. Of the
tree only every eighth level is kept, so that any path is a few hundred hashes away.
"""

from collections.abc import Sequence

from node.chain.client import ChainClient
from node.protocol.canonical import from_hex
from node.protocol.checkpoint import CheckpointProof, Note, WitnessKey, cosigned_at, origin_of
from node.protocol.errors import CheckpointError
from node.protocol.log_tree import inclusion_ranges, range_root
from node.protocol.merkle import consistency_ranges, leaf_hash, root
from node.services.errors import ConsensusConflict, NotFound
from node.store import anchors
from node.store.session import Session, Store

STEP = 8  # levels from one that is kept to the next
RANGE = 500  # blocks in one database transaction
MAX_WITNESSES = 16  # in the proofs of one block


class CheckpointLog:
    """The log of one chain."""

    def __init__(self, store: Store, client: ChainClient) -> None:
        self._store = store
        self._client = client
        self.origin = origin_of(client.chain_id, client.genesis_hash)

    def extend(self) -> int:
        """Take in the blocks up to the head; returns how many. Raises `ConsensusConflict` where they do not follow."""
        head, first = self._client.head(), self.size()
        parent = self._last(first)
        for start in range(first, head + 1, RANGE):
            leaves = []
            for number in range(start, min(start + RANGE, head + 1)):
                block_hash, before = self._hashes(number)
                if parent is not None and before != parent:
                    raise ConsensusConflict(f"expected block {number} to follow {parent.hex()}, got {before.hex()}")
                leaves.append(leaf_hash(block_hash))
                parent = block_hash
            with self._store.write() as session:
                anchors.add_log_nodes(session, 0, start, leaves)
                _add_levels(session, start, start + len(leaves))
        return max(0, head + 1 - first)

    def size(self) -> int:
        """How many blocks are in the log."""
        with self._store.read() as session:
            return anchors.log_size(session)

    def root(self, size: int) -> bytes:
        """The root over the first `size` blocks."""
        return self._roots(size, [(0, size)])[0]

    def path(self, number: int, size: int) -> list[bytes]:
        """The inclusion path of block `number` in the tree over the first `size` blocks."""
        return self._roots(size, inclusion_ranges(number, size))

    def consistency(self, first: int, size: int) -> list[bytes]:
        """The path that shows that the first `size` blocks continue the first `first`."""
        return self._roots(size, consistency_ranges(first, size))

    def keep(self, data: bytes, witnesses: Sequence[WitnessKey]) -> Note:
        """Keep a checkpoint that some of the pinned `witnesses` cosigned, together with earlier lines on the same one.

        Raises `CheckpointError` when none of them did or a line is false, `NotFound` when this node is not as far, and
        `ConsensusConflict` when they signed another history than this node has.
        """
        note = Note.parse(data)
        size, signed = note.checkpoint.size, note.checkpoint
        if signed.origin != self.origin:
            raise CheckpointError(f"expected a checkpoint of {self.origin}, got one of {signed.origin:.200}")
        by = {(key.name, key.key_id) for key in witnesses if cosigned_at(note, key) is not None}
        if not by:
            raise CheckpointError(f"expected a cosignature of {len(witnesses)} pinned witnesses, got none")
        if size > self.size():
            self.extend()
        if self.root(size) != signed.root:
            raise ConsensusConflict(
                f"the witnesses cosigned another history up to block {size - 1} than this node has. Nothing was kept; "
                "keep the note as evidence, and compare the blocks of several nodes"
            )
        lines = [line for line in note.lines if (line.name, line.key_id) in by]
        with self._store.write() as session:
            row = anchors.checkpoint(session, size)
            kept = Note.parse(row.note.encode()).signed_too(lines) if row else Note(signed, tuple(lines))
            anchors.keep_checkpoint(session, size, kept.to_bytes().decode())
        return kept

    def proofs(self, number: int, witnesses: int = MAX_WITNESSES) -> list[CheckpointProof]:
        """Kept checkpoints that hold a block, with their paths: the first by each of at most so many witnesses."""
        with self._store.read() as session:
            notes = [Note.parse(row.note.encode()) for row in anchors.checkpoints_with(session, number)]
        names: set[str] = set()
        found = []
        for note in notes:
            new = {line.name for line in note.lines} - names  # every line here was checked when it was kept
            if new and len(names) < witnesses:
                names |= new
                found.append(CheckpointProof(note, self.path(number, note.checkpoint.size)))
        return found

    def _roots(self, size: int, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        with self._store.read() as session:
            have = anchors.log_size(session)
            if not 0 < size <= have:
                raise NotFound(f"expected a size from 1 to the {have} blocks in the log here, got {size}")
            return [range_root(lambda level, at: _subtree(session, level, at), *each) for each in ranges]

    def _last(self, size: int) -> bytes | None:
        """The hash of the last block in the log, which the client must still have. None when there is none."""
        if size == 0:
            return None
        block_hash = self._hashes(size - 1)[0]
        with self._store.read() as session:
            kept = anchors.log_nodes(session, 0, size - 1, size)
        if kept != [leaf_hash(block_hash)]:
            raise ConsensusConflict(f"expected block {size - 1} as it is in the log, got {block_hash.hex()}")
        return block_hash

    def _hashes(self, number: int) -> tuple[bytes, bytes]:
        """The hash of a block and that of its parent, as the client states them."""
        block = self._client.request("eth_getBlockByNumber", hex(number), False)
        if block is None:
            raise NotFound(f"expected block {number} from the node, got none")
        return from_hex(block["hash"], 32), from_hex(block["parentHash"], 32)


def _add_levels(session: Session, start: int, end: int) -> None:
    """The kept nodes above the leaves from `start` to before `end`, as far as they are whole."""
    level = STEP
    while end >> level:
        for position in range(start >> level, end >> level):
            below = anchors.log_nodes(session, level - STEP, position << STEP, (position + 1) << STEP)
            anchors.add_log_nodes(session, level, position, [root(below)])
        level += STEP


def _subtree(session: Session, level: int, position: int) -> bytes:
    """The root over the 2^level leaves from position · 2^level on."""
    above = level % STEP
    return root(anchors.log_nodes(session, level - above, position << above, (position + 1) << above))
