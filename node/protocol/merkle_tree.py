"""A whole RFC 9162 tree kept in memory, for the paths of many of its leaves."""

from collections.abc import Sequence

from node.protocol.errors import InclusionError
from node.protocol.merkle import EMPTY_ROOT, levels, path_in


class MerkleTree:
    """All levels over leaf hashes: `merkle.path` builds them anew for each leaf, this looks at each level once."""

    def __init__(self, leaf_hashes: Sequence[bytes]) -> None:
        self._levels = levels(leaf_hashes)

    def __len__(self) -> int:
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        return self._levels[-1][0] if len(self) else EMPTY_ROOT

    @property
    def leaf_hashes(self) -> Sequence[bytes]:
        """The leaf hashes in their order."""
        return self._levels[0]

    def path(self, index: int) -> list[bytes]:
        """The inclusion path of the leaf at `index`, from the bottom up."""
        if not 0 <= index < len(self):
            raise InclusionError(f"expected an index below {len(self)}, got {index}")
        return path_in(self._levels, index)
