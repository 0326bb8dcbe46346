"""The public probes of transparency-dev/merkle, and a plain reading of the RFC to compare with."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from node.protocol.errors import InclusionError
from node.protocol.merkle import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    consistency_path,
    leaf_hash,
    node_hash,
    path,
    root,
)

VECTORS = Path(__file__).parent.parent / "vectors"
PROBES = json.loads((VECTORS / "merkle_inclusion.json").read_text("utf-8"))
CONSISTENCY = json.loads((VECTORS / "merkle_consistency.json").read_text("utf-8"))
NO_HASHES = "additional/sizes-are-equal-one-and-proof-is-empty"  # its roots are words; here a root has 32 bytes
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]


def probe_bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe["name"])
def test_public_inclusion_probe(probe: dict[str, Any]) -> None:
    def check() -> None:
        check_inclusion(
            probe_bytes(probe["leafHash"]),
            int(probe["leafIdx"]),
            int(probe["treeSize"]),
            [probe_bytes(item) for item in probe["proof"]],
            probe_bytes(probe["root"]),
        )

    if probe["wantErr"]:
        with pytest.raises(InclusionError, match="expected"):
            check()
    else:
        check()


def test_all_98_probes_are_here() -> None:
    assert len(PROBES) == 98
    assert sum(not probe["wantErr"] for probe in PROBES) == 6


def rfc_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(rfc_root(leaves[:k]), rfc_root(leaves[k:]))


def rfc_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 9162 section 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*rfc_path(index, leaves[:k]), rfc_root(leaves[k:])]
    return [*rfc_path(index - k, leaves[k:]), rfc_root(leaves[:k])]


def split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


@pytest.mark.parametrize("size", range(1, 41))
def test_roots_and_paths_are_those_of_the_rfc(size: int) -> None:
    leaves = LEAVES[:size]
    assert root(leaves) == rfc_root(leaves)
    for index in range(size):
        assert path(leaves, index) == rfc_path(index, leaves)
        check_inclusion(leaves[index], index, size, path(leaves, index), root(leaves))


def test_every_other_position_and_size_fails() -> None:
    for size in range(1, 18):
        leaves, top = LEAVES[:size], root(LEAVES[:size])
        for index in range(size):
            proof = path(leaves, index)
            for other in range(size):
                if other != index:
                    with pytest.raises(InclusionError):
                        check_inclusion(leaves[index], other, size, proof, top)
            for longer in (proof + [LEAVES[30]], [LEAVES[30], *proof]):
                with pytest.raises(InclusionError):
                    check_inclusion(leaves[index], index, size, longer, top)
            if proof:
                with pytest.raises(InclusionError, match="longer path"):
                    check_inclusion(leaves[index], index, size, proof[:-1], top)


def test_a_repeated_last_leaf_changes_the_root() -> None:
    assert root(LEAVES[:3]) != root([*LEAVES[:3], LEAVES[2]])


def test_an_inner_node_is_no_leaf_of_the_same_size() -> None:
    leaves = LEAVES[:4]
    inner = node_hash(leaves[0], leaves[1])
    with pytest.raises(InclusionError, match="longer path"):
        check_inclusion(inner, 0, 4, [node_hash(leaves[2], leaves[3])], root(leaves))


@pytest.mark.parametrize(
    ("leaf", "index", "size"), [(b"\x00" * 31, 0, 1), (LEAVES[0], 1, 1), (LEAVES[0], -1, 1), (LEAVES[0], 0, 0)]
)
def test_inclusion_rejects_a_place_that_cannot_be(leaf: bytes, index: int, size: int) -> None:
    with pytest.raises(InclusionError, match="expected a 32-byte leaf below"):
        check_inclusion(leaf, index, size, [], leaf)


def test_the_empty_root() -> None:
    assert root([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()
    with pytest.raises(InclusionError, match="expected an index below 0"):
        path([], 0)


# --- consistency --------------------------------------------------------------------------------------------------------


def check_probe(probe: dict[str, Any]) -> None:
    check_consistency(
        int(probe["size1"]),
        int(probe["size2"]),
        [probe_bytes(item) for item in probe["proof"]],
        probe_bytes(probe["root1"]),
        probe_bytes(probe["root2"]),
    )


@pytest.mark.parametrize("probe", CONSISTENCY, ids=lambda probe: probe["name"])
def test_public_consistency_probe(probe: dict[str, Any]) -> None:
    if probe["wantErr"] or probe["name"] == NO_HASHES:
        with pytest.raises(InclusionError, match="expected"):
            check_probe(probe)
    else:
        check_probe(probe)


def test_all_98_consistency_probes_are_here() -> None:
    assert len(CONSISTENCY) == 98
    assert sum(not probe["wantErr"] for probe in CONSISTENCY) == 6


def rfc_subproof(first: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """RFC 9162 section 2.1.4.1, word for word."""
    if first == len(leaves):
        return [] if whole else [rfc_root(leaves)]
    k = split(len(leaves))
    if first <= k:
        return [*rfc_subproof(first, leaves[:k], whole), rfc_root(leaves[k:])]
    return [*rfc_subproof(first - k, leaves[k:], False), rfc_root(leaves[:k])]


@pytest.mark.parametrize("size", range(1, 41))
def test_consistency_paths_are_those_of_the_rfc(size: int) -> None:
    leaves = LEAVES[:size]
    for first in range(1, size + 1):
        found = consistency_path(leaves, first)
        assert found == rfc_subproof(first, leaves, True)
        check_consistency(first, size, found, root(leaves[:first]), root(leaves))


def test_another_past_is_not_consistent() -> None:
    for size in range(2, 18):
        leaves = LEAVES[:size]
        for first in range(1, size):
            proof, old, new = consistency_path(leaves, first), root(leaves[:first]), root(leaves)
            other = root([*LEAVES[20 : 20 + first - 1], LEAVES[39]])
            for one, two in ((other, new), (old, other), (new, old)):
                with pytest.raises(InclusionError):
                    check_consistency(first, size, proof, one, two)
            for longer in ([*proof, LEAVES[30]], [LEAVES[30], *proof]):
                with pytest.raises(InclusionError):
                    check_consistency(first, size, longer, old, new)
            with pytest.raises(InclusionError, match="longer path"):
                check_consistency(first, size, proof[:-1], old, new)


def test_no_path_leads_from_an_empty_or_larger_tree() -> None:
    for first, size in ((0, 5), (6, 5)):
        with pytest.raises(InclusionError, match="expected a first size from 1 to 5"):
            consistency_path(LEAVES[:size], first)
        with pytest.raises(InclusionError, match="expected a first size from 1 to 5"):
            check_consistency(first, size, [], EMPTY_ROOT, root(LEAVES[:size]))
