"""A growing RFC 9162 log: its root without its leaves, and its proofs out of stored subtrees.

`CompactRange` is what somebody needs who only follows a log. `range_root` and `inclusion_ranges` are for whoever serves
one and can look up the hash over any whole subtree, given by `subtree(level, index)`: that over the 2^level leaves from
index · 2^level on. Consistency paths are the roots of `merkle.consistency_ranges`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from node.protocol.errors import InclusionError
from node.protocol.merkle import EMPTY_ROOT, node_hash, split

Subtree = Callable[[int, int], bytes]


@dataclass(frozen=True)
class CompactRange:
    """The roots of the whole subtrees that make up a log of `size` leaves, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count() or any(len(item) != 32 for item in self.hashes):
            raise InclusionError(f"expected the subtrees of a log of {self.size} leaves, got {len(self.hashes)} hashes")

    def append(self, leaf: bytes) -> Self:
        """The range with one more leaf hash; as many subtrees close as the old size ends in one bits."""
        hashes, size = [*self.hashes, leaf], self.size
        while size & 1:
            right = hashes.pop()
            hashes.append(node_hash(hashes.pop(), right))
            size >>= 1
        return type(self)(self.size + 1, tuple(hashes))

    def root(self) -> bytes:
        """The root of the log."""
        return fold(self.hashes)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over whole subtrees that stand side by side, the largest first."""
    if not hashes:
        return EMPTY_ROOT
    running = hashes[-1]
    for left in reversed(hashes[:-1]):
        running = node_hash(left, running)
    return running


def range_root(subtree: Subtree, start: int, end: int) -> bytes:
    """The root over the leaves from `start` to before `end`, where a subtree of the log may begin at `start`."""
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(subtree(level, start >> level))
        start += 1 << level
    return fold(hashes)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The runs of leaves whose roots make up an inclusion path, from the bottom up (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < size:
        raise InclusionError(f"expected an index below {size}, got {index}")
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]
