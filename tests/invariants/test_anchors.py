"""Anchors: each batch follows the bureau's last one, and the chain's inclusion check is the reference model's."""

from dataclasses import replace
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import rule

from node.chain.contracts import Contracts
from node.chain.governance import Actions, KeyRole
from node.protocol import merkle
from node.protocol.errors import InclusionError
from node.protocol.finding import Anchor
from node.protocol.identifiers import ADDRESSES, ROLES, ZERO
from node.protocol.signing import ORDER, LocalSigner
from node.protocol.typed_data import Domain
from node.protocol.typed_data import digest as signed_digest
from tests.chain.conftest import CHAIN_ID, key
from tests.invariants.chain_machine import DAY, ChainMachine, always, digest, walk

LOG = Domain(CHAIN_ID, ADDRESSES["ObservationLog"])
BUREAUS = (1, 2, 3, 4)


class Batch(NamedTuple):
    """What the log keeps of a bureau's last batch."""

    sequence: int
    root: bytes
    size: int


class AnchorsMachine(ChainMachine):
    """Bureaus anchor batches, right and wrong ones, and one may lose its key."""

    def __init__(self) -> None:
        super().__init__()
        self.anchored: dict[int, list[Batch]] = {bureau: [] for bureau in BUREAUS}
        self.told: list[tuple[int, Batch]] = []  # by the events, in their order
        self.revoked: set[int] = set()

    def last(self, bureau: int) -> Batch:
        return self.anchored[bureau][-1] if self.anchored.get(bureau) else Batch(0, ZERO, 0)

    def signature(self, anchor: Anchor, domain: Domain = LOG, by: str | None = None) -> bytes:
        signer = LocalSigner(key(by or f"{anchor.bureau}.oracle"))
        return signer.sign(signed_digest(domain, anchor.struct_hash()))

    def send_anchor(self, anchor: Anchor, signature: bytes, faults: set[str]) -> None:
        refusals = {f"ObservationLog{fault}" for fault in faults}
        if anchor.bureau in self.revoked:
            refusals.add("ObservationLogNotTheOracle")
        outcome = self.send("stranger", "ObservationLog", Contracts.anchor_data(anchor, signature))
        if not self.expect(outcome, refusals):
            return
        batch = Batch(anchor.sequence, anchor.root, anchor.size)
        self.anchored[anchor.bureau].append(batch)
        [event] = outcome.events
        told = event.args
        self.told.append((told["bureau"], Batch(told["batch"], told["root"], told["size"])))

    @rule(bureau=st.sampled_from(BUREAUS), size=st.integers(1, 5), content=st.integers(0, 9))
    def anchor_next_batch(self, bureau: int, size: int, content: int) -> None:
        """Any size: a batch is a tree of its own, so sizes may fall."""
        last = self.last(bureau)
        anchor = Anchor(bureau, last.sequence + 1, last.root, digest(f"batch {content}"), size)
        self.send_anchor(anchor, self.signature(anchor), set())

    @rule(bureau=st.sampled_from(BUREAUS))
    def anchor_wrongly(self, bureau: int) -> None:
        last = self.last(bureau)
        good = Anchor(bureau, last.sequence + 1, last.root, digest("batch"), 3)
        changes: list[tuple[dict[str, Any], str]] = [
            ({"sequence": last.sequence}, "BadSequence"),
            ({"sequence": last.sequence + 2}, "BadSequence"),
            ({"previous_root": digest("another")}, "BadPreviousRoot"),
            ({"root": ZERO}, "EmptyBatch"),
            ({"size": 0}, "EmptyBatch"),
            ({"bureau": 0}, "NotTheOracle"),
            ({"bureau": 5}, "NotTheOracle"),
        ]
        for values, error in changes:
            changed = replace(good, **values)
            self.send_anchor(changed, self.signature(changed), {error})
        signature = self.signature(good)
        s, v = int.from_bytes(signature[32:64], "big"), signature[64]
        high_s = signature[:32] + (ORDER - s).to_bytes(32, "big") + bytes([55 - v])
        for bad in (high_s, signature + b"\0", signature[:64], bytes(65), signature[:64] + bytes([v - 27])):
            self.send_anchor(good, bad, {"BadSignature"})
        other = Domain(CHAIN_ID, ADDRESSES["FindingRegistry"])
        neighbour = f"{bureau % 4 + 1}.oracle"
        for foreign in (
            self.signature(good, other),
            self.signature(good, by=neighbour),
            self.signature(good, by="court"),
        ):
            self.send_anchor(good, foreign, {"NotTheOracle"})

    @rule(bureau=st.sampled_from(BUREAUS))
    def revoke_oracle(self, bureau: int) -> None:
        outcome = self.call(f"{bureau}.officer", "Consortium", "revokeKey", KeyRole.ORACLE)
        if self.expect(outcome, {"ConsortiumNoKey"} if bureau in self.revoked else ()):
            self.revoked.add(bureau)

    @rule(bureau=st.sampled_from(BUREAUS))
    def anchor_in_a_pause(self, bureau: int) -> None:
        officers = ["1.officer", "2.officer", "3.officer"]
        self.must(self.decide(Actions.pause(ROLES["ObservationLog"], self.now + DAY), officers, wait=0))
        last = self.last(bureau)
        anchor = Anchor(bureau, last.sequence + 1, last.root, digest("batch"), 1)
        self.send_anchor(anchor, self.signature(anchor), {"NotInForce"})
        self.must(self.decide(Actions.resume(ROLES["ObservationLog"]), officers, wait=0))

    @rule(size=st.integers(1, 9), data=st.data())
    def check_inclusion(self, size: int, data: st.DataObject) -> None:
        """A leaf is accepted exactly where the reference model has it: this index, this size, this path, this root."""
        leaves = [merkle.leaf_hash(bytes([n])) for n in range(size)]
        root = merkle.root(leaves)
        index = data.draw(st.integers(0, size - 1))
        path = merkle.path(leaves, index)
        self.compare(leaves[index], index, size, path, root)
        at = data.draw(st.integers(0, size + 1))
        of = data.draw(st.integers(0, size + 2))
        self.compare(leaves[index], at, of, path, root)
        self.compare(merkle.leaf_hash(b"another"), index, size, path, root)
        for other in (path[:-1], path[1:], [*path, root], path[::-1]):
            self.compare(leaves[index], at, of, other, root)

    def compare(self, leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> None:
        try:
            merkle.check_inclusion(leaf, index, size, path, root)
            accepted = True
            assert len(path) <= (size - 1).bit_length(), "a path longer than the tree is high"
        except InclusionError:
            accepted = False
        outcome = self.call("stranger", "ObservationLog", "checkInclusion", leaf, index, size, path, root)
        assert (outcome.refusal is None) is accepted
        assert outcome.refusal is None or outcome.refusal.startswith("InclusionProof")

    @always
    def the_log_keeps_each_bureaus_last_batch(self) -> None:
        for bureau in BUREAUS:
            assert self.read("ObservationLog", "last", bureau) == tuple(self.last(bureau))

    @always
    def the_events_tell_every_batch_once_and_in_order(self) -> None:
        for bureau in BUREAUS:
            batches = [batch for by, batch in self.told if by == bureau]
            assert batches == self.anchored[bureau]
            assert [batch.sequence for batch in batches] == list(range(1, len(batches) + 1))
            assert all(batch.root != ZERO and batch.size > 0 for batch in batches)


REACHED = {
    "BatchAnchored",
    "ObservationLogNotInForce",
    "ObservationLogBadSequence",
    "ObservationLogBadPreviousRoot",
    "ObservationLogEmptyBatch",
    "ObservationLogNotTheOracle",
    "ObservationLogBadSignature",
    "InclusionProofBadPosition",
    "InclusionProofBadLength",
    "InclusionProofBadRoot",
    "ConsortiumNoKey",
}


def test_anchors() -> None:
    walk(AnchorsMachine, REACHED)
