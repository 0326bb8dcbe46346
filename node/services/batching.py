"""Observation roots to anchored batches: RFC 9162 roots over at most a thousand leaves, one chain of anchors a bureau.

A batch is signed and kept, with its leaves, before it is sent; the same batch id gives the same anchors again. After
a crash the chain's last anchor says how far it came.
"""

from collections.abc import Sequence

from node.chain.contracts import Contracts
from node.chain.errors import Reverted
from node.chain.sender import Sender
from node.protocol.canonical import canonical
from node.protocol.finding import Anchor
from node.protocol.identifiers import ADDRESSES
from node.protocol.merkle import leaf_hash, root
from node.protocol.signing import Signer
from node.protocol.typed_data import Domain, digest
from node.services.errors import BatchConflict
from node.services.inclusion import read_anchor
from node.store import batches
from node.store.session import Session, Store
from node.store.tables import BatchLeafRow, BatchRow

LEAVES_A_BATCH = 1000


class Anchorer:
    """One bureau's anchors. `domain` is that of ObservationLog."""

    def __init__(
        self, store: Store, contracts: Contracts, sender: Sender, signer: Signer, domain: Domain, bureau: int
    ) -> None:
        self._store = store
        self._contracts = contracts
        self._sender = sender
        self._signer = signer
        self._domain = domain
        self._bureau = bureau

    def anchor(self, batch_id: str, observation_roots: Sequence[bytes]) -> list[Anchor]:
        """Stage a batch and send what is staged."""
        anchors = self.stage(batch_id, observation_roots)
        self.send()
        return anchors

    def stage(self, batch_id: str, observation_roots: Sequence[bytes]) -> list[Anchor]:
        """Sign a batch and keep it for sending, in parts of a thousand leaves. The same batch again changes nothing."""
        on_chain = self._contracts.last_anchor(self._bureau)
        with self._store.write() as session:
            kept = batches.parts(session, self._bureau, batch_id)
            if kept:
                known = [leaf for row in kept for leaf in batches.leaves(session, self._bureau, row.sequence)]
                if known != list(observation_roots):
                    raise BatchConflict(f"expected batch {batch_id} as it was kept, got other observations")
                return [read_anchor(row) for row in kept]
            last = batches.last(session, self._bureau)
            before = on_chain.root if last is None else read_anchor(last).root
            sequence = on_chain.sequence if last is None else last.sequence
            return self._add(session, batch_id, observation_roots, sequence, before)

    def send(self) -> int:
        """Send the batches that are not on chain yet, in order. Returns how many went out."""
        with self._store.read() as session:
            waiting = list(batches.unsent(session, self._bureau))
        on_chain = self._contracts.last_anchor(self._bureau)
        for row in waiting:
            if row.sequence == on_chain.sequence and read_anchor(row).root != on_chain.root:
                raise BatchConflict(f"expected anchor {row.sequence} to be ours, got another root on chain")
        rows = [row for row in waiting if row.sequence > on_chain.sequence]
        self._mark([row for row in waiting if row.sequence <= on_chain.sequence])
        if rows and rows[0].sequence != on_chain.sequence + 1:
            raise BatchConflict(
                f"expected anchor {on_chain.sequence + 1} to be kept here, got {rows[0].sequence} first"
            )
        data = [self._contracts.anchor_data(read_anchor(row), row.signature) for row in rows]
        try:
            self._sender.send_all([(ADDRESSES["ObservationLog"], item) for item in data])
        except Reverted as exc:
            raise BatchConflict(f"the chain refused an anchor of bureau {self._bureau}: {exc}") from exc
        self._mark(rows)
        return len(rows)

    def _add(
        self, session: Session, batch_id: str, roots: Sequence[bytes], sequence: int, before: bytes
    ) -> list[Anchor]:
        anchors = []
        for part, first in enumerate(range(0, len(roots), LEAVES_A_BATCH)):
            leaves = roots[first : first + LEAVES_A_BATCH]
            sequence += 1
            anchor = Anchor(
                bureau=self._bureau,
                sequence=sequence,
                previous_root=before,
                root=root([leaf_hash(leaf) for leaf in leaves]),
                size=len(leaves),
            )
            session.add(
                BatchRow(
                    bureau=self._bureau,
                    sequence=sequence,
                    batch_id=batch_id,
                    part=part,
                    anchor=canonical(anchor.to_json()).decode("utf-8"),
                    signature=self._signer.sign(digest(self._domain, anchor.struct_hash())),
                    anchored=False,
                )
            )
            session.add_all(
                BatchLeafRow(bureau=self._bureau, sequence=sequence, position=position, root=leaf)
                for position, leaf in enumerate(leaves)
            )
            anchors.append(anchor)
            before = anchor.root
        return anchors

    def _mark(self, rows: Sequence[BatchRow]) -> None:
        with self._store.write() as session:
            for row in rows:
                kept = batches.get(session, row.bureau, row.sequence)
                assert kept is not None  # batches are never deleted
                kept.anchored = True
