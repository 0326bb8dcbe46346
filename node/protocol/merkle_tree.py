"""A whole RFC 9162 tree kept in memory, for the paths of many of its leaves."""

from collections.abc import Sequence

from node.protocol.errors import InclusionError
from node.protocol.merkle import EMPTY_ROOT, parents


class MerkleTree:
    """All levels over `leaf_hashes`: `merkle.path` climbs anew for each leaf, this looks once at each level."""

    def __init__(self, leaf_hashes: Sequence[bytes]) -> None:
        self._levels = [list(leaf_hashes)]
        while len(self._levels[-1]) > 1:
            self._levels.append(parents(self._levels[-1]))

    def __len__(self) -> int:
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        return self._levels[-1][0] if len(self) else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """The leaf hash at `index`."""
        self._check(index)
        return self._levels[0][index]

    def path(self, index: int) -> list[bytes]:
        """The inclusion path of the leaf at `index`, from the bottom up."""
        self._check(index)
        found = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                found.append(level[index ^ 1])
            index >>= 1
        return found

    def _check(self, index: int) -> None:
        if not 0 <= index < len(self):
            raise InclusionError(f"expected an index below {len(self)}, got {index}")
