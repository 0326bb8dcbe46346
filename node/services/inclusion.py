"""Where an observation stands among its bureau's anchored batches, with the RFC 9162 proof."""

from dataclasses import dataclass

from node.protocol.canonical import parse
from node.protocol.finding import Anchor
from node.protocol.merkle import leaf_hash, path
from node.store import batches
from node.store.session import Session
from node.store.tables import BatchRow


@dataclass(frozen=True)
class Inclusion:
    """Where an observation root stands in an anchored batch."""

    anchor: Anchor
    signature: bytes
    index: int
    path: tuple[bytes, ...]
    observation_root: bytes


def read_anchor(row: BatchRow) -> Anchor:
    """The anchor in a batch row."""
    return Anchor.from_json(parse(row.anchor.encode("utf-8")))


def inclusion(session: Session, observation_root: bytes) -> Inclusion | None:
    """The proof that an observation root stands in an anchored batch; None when it stands in none."""
    leaf = batches.find_leaf(session, observation_root)
    row = None if leaf is None else batches.get(session, leaf.bureau, leaf.sequence)
    if leaf is None or row is None or not row.anchored:
        return None
    hashes = [leaf_hash(item) for item in batches.leaves(session, leaf.bureau, leaf.sequence)]
    proof = tuple(path(hashes, leaf.position))
    return Inclusion(read_anchor(row), row.signature, leaf.position, proof, observation_root)
