"""A kept tree gives what climbing anew gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.protocol.errors import InclusionError
from node.protocol.merkle import check_inclusion, leaf_hash, path, root
from node.protocol.merkle_tree import MerkleTree

LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(300)]


@pytest.mark.parametrize("size", [*range(1, 20), 255, 256, 257])
def test_root_and_paths_are_those_of_the_leaves(size: int) -> None:
    tree = MerkleTree(LEAVES[:size])
    assert (len(tree), tree.root) == (size, root(LEAVES[:size]))
    assert [tree.path(index) for index in range(size)] == [path(LEAVES[:size], index) for index in range(size)]


@given(st.integers(1, 300), st.data())
def test_each_leaf_is_included_where_it_stands_and_nowhere_else(size: int, data: st.DataObject) -> None:
    tree, index, other = MerkleTree(LEAVES[:size]), *(data.draw(st.integers(0, size - 1)) for _ in range(2))
    check_inclusion(LEAVES[index], index, size, tree.path(index), tree.root)
    if other != index:
        with pytest.raises(InclusionError, match="expected"):
            check_inclusion(LEAVES[index], other, size, tree.path(index), tree.root)


def test_an_empty_tree_has_a_root_and_no_path() -> None:
    assert MerkleTree([]).root == root([])
    for size, index in ((0, 0), (3, 3), (3, -1)):
        with pytest.raises(InclusionError, match=f"expected an index below {size}, got {index}"):
            MerkleTree(LEAVES[:size]).path(index)
