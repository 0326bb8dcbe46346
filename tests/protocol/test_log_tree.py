"""A log kept by its whole subtrees has the roots and proofs of the list of its leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.protocol.errors import InclusionError
from node.protocol.log_tree import CompactRange, inclusion_ranges, range_root
from node.protocol.merkle import consistency_path, consistency_ranges, leaf_hash, path, root

LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(300)]


def subtree(level: int, index: int) -> bytes:
    """The hash over a whole subtree of the leaves."""
    found = LEAVES[index << level : (index + 1) << level]
    assert len(found) == 1 << level, "asked beyond what is whole"
    return root(found)


def test_appending_gives_the_root_of_the_list_at_every_size() -> None:
    kept = CompactRange()
    for size, leaf in enumerate(LEAVES):
        assert kept.size == size and kept.root() == root(LEAVES[:size])
        kept = kept.append(leaf)
    assert kept.root() == root(LEAVES)


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_inclusion_paths_out_of_subtrees(place: tuple[int, int]) -> None:
    index, size = place
    found = [range_root(subtree, start, end) for start, end in inclusion_ranges(index, size)]
    assert found == path(LEAVES[:size], index)


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))))
def test_consistency_paths_out_of_subtrees(sizes: tuple[int, int]) -> None:
    first, size = sizes
    found = [range_root(subtree, start, end) for start, end in consistency_ranges(first, size)]
    assert found == consistency_path(LEAVES[:size], first)


@given(st.integers(0, 300))
def test_the_root_out_of_subtrees(size: int) -> None:
    assert range_root(subtree, 0, size) == root(LEAVES[:size])


def test_a_range_of_another_size_is_refused() -> None:
    whole = CompactRange().append(LEAVES[0]).append(LEAVES[1]).append(LEAVES[2])
    for size, hashes in ((4, whole.hashes), (3, whole.hashes[:1]), (3, (b"", b"")), (-1, ())):
        with pytest.raises(InclusionError, match="expected the subtrees of a log"):
            CompactRange(size, hashes)


def test_no_place_beyond_the_log() -> None:
    with pytest.raises(InclusionError, match="expected an index below 5, got 5"):
        inclusion_ranges(5, 5)
