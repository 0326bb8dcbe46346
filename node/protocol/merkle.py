"""Merkle trees over SHA-256 after RFC 9162 section 2.1: roots, inclusion and consistency paths, and their checks.

Pure functions over bytes. All but `leaf_hash` take leaf *hashes*; an observation's field leaves are such already.
"""

import hashlib
from collections.abc import Sequence

from node.protocol.errors import InclusionError

LEAF, NODE = b"\x00", b"\x01"  # domain separation: a node never reads back as a leaf
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(NODE + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over `leaf_hashes`, in their order."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = list(leaf_hashes)
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def path(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The inclusion path of the leaf at `index`, from the bottom up. Requires 0 <= index < len(leaf_hashes)."""
    if not 0 <= index < len(leaf_hashes):
        raise InclusionError(f"expected an index below {len(leaf_hashes)}, got {index}")
    return path_in(levels(leaf_hashes), index)


def levels(leaf_hashes: Sequence[bytes]) -> list[list[bytes]]:
    """All levels of the tree over at least one leaf, the leaf hashes first, the root alone last."""
    found = [list(leaf_hashes)]
    while len(found[-1]) > 1:
        found.append(_parents(found[-1]))
    return found


def path_in(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The inclusion path of the leaf at `index` out of a tree's levels. Requires an index of a leaf."""
    found = []
    for level in levels[:-1]:
        if index ^ 1 < len(level):
            found.append(level[index ^ 1])
        index >>= 1
    return found


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf`, a leaf hash, sits at `index` of the `size` leaves under `root` (RFC 9162 section 2.1.3.2).

    Returning means the proof holds. Raises `InclusionError` saying what was expected.
    """
    # (1) the position exists, and every hash is whole
    if len(leaf) != 32 or not 0 <= index < size:
        raise InclusionError(f"expected a 32-byte leaf below {size}, got {len(leaf)} bytes at {index}")
    if any(len(sibling) != 32 for sibling in path):
        raise InclusionError("expected path elements of 32 bytes, got another length")
    # (2), (3) climb from the leaf
    first, last, running = index, size - 1, leaf
    for sibling in path:
        # (4) the root is reached while path elements are left
        if last == 0:
            raise InclusionError(f"expected a shorter path for leaf {index} of {size}, got {len(path)} elements")
        if first & 1 or first == last:
            running = node_hash(sibling, running)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            running = node_hash(running, sibling)
        first, last = first >> 1, last >> 1
    # (5) the path led all the way up, to this root
    if last != 0:
        raise InclusionError(f"expected a longer path for leaf {index} of {size}, got {len(path)} elements")
    if running != root:
        raise InclusionError(f"expected root {root.hex()}, got {running.hex()}")


def consistency_ranges(first: int, size: int) -> list[tuple[int, int]]:
    """The runs of leaves, from their start to before their end, whose roots make up a consistency path.

    It leads from the tree of `first` leaves to that of `size` (RFC 9162 section 2.1.4.1). Requires 0 < first <= size.
    """
    if not 0 < first <= size:
        raise InclusionError(f"expected a first size from 1 to {size}, got {first}")
    start, end, known, ranges = 0, size, True, []  # known: the run is the first tree itself, whose root the reader has
    while first != end:
        middle = start + split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, known = middle, False
    return ranges[::-1] if known else [(start, end), *ranges[::-1]]


def consistency_path(leaf_hashes: Sequence[bytes], first: int) -> list[bytes]:
    """The path that shows that the first `first` leaves are the start of all of them."""
    return [root(leaf_hashes[start:end]) for start, end in consistency_ranges(first, len(leaf_hashes))]


def check_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Check that the tree of `second` leaves continues that of `first` (RFC 9162 section 2.1.4.2).

    Two equal sizes are consistent when the roots are equal and the path is empty. Raises `InclusionError`.
    """
    # (1) the sizes can be, and every hash is whole
    if not 0 < first <= second:
        raise InclusionError(f"expected a first size from 1 to {second}, got {first}")
    if any(len(item) != 32 for item in (first_root, second_root, *path)):
        raise InclusionError("expected roots and path elements of 32 bytes, got another length")
    if first == second:
        if path or first_root != second_root:
            raise InclusionError("expected equal roots and no path for equal sizes, got others")
        return
    # (2) the root of a whole first tree stands for its own subtree
    steps = list(path) if first & (first - 1) else [first_root, *path]
    if not steps:
        raise InclusionError(f"expected a longer path from {first} to {second}, got none")
    # (3), (4) start where the first tree's last whole subtree ends
    left, right = first - 1, second - 1
    while left & 1:
        left, right = left >> 1, right >> 1
    old = new = steps[0]
    # (5) climb
    for item in steps[1:]:
        if right == 0:
            raise InclusionError(f"expected a shorter path from {first} to {second}, got {len(path)} elements")
        if left & 1 or left == right:
            old, new = node_hash(item, old), node_hash(item, new)
            while not left & 1 and left:
                left, right = left >> 1, right >> 1
        else:
            new = node_hash(new, item)
        left, right = left >> 1, right >> 1
    # (6) both trees are reached
    if right != 0:
        raise InclusionError(f"expected a longer path from {first} to {second}, got {len(path)} elements")
    if old != first_root:
        raise InclusionError(f"expected first root {first_root.hex()}, got {old.hex()}")
    if new != second_root:
        raise InclusionError(f"expected second root {second_root.hex()}, got {new.hex()}")


def split(size: int) -> int:
    """The largest power of two below `size`: where the tree over more than one leaf parts."""
    return 1 << (size - 1).bit_length() - 1


def _parents(level: list[bytes]) -> list[bytes]:
    """One level up; a last node without sibling is carried up unchanged."""
    sha256 = hashlib.sha256  # node_hash without a call for each: trees have millions of nodes
    parents = [sha256(NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
    if len(level) % 2:
        parents.append(level[-1])
    return parents
