"""Strict proofs in Ethereum's Merkle Patricia trie (Yellow Paper, appendix D).

Each node is used once, in order, and none is left; a node stands by its hash exactly when it is 32 bytes or longer;
encodings are canonical; absence counts only where the path visibly turns away.
"""

from collections.abc import Sequence

from node.protocol.canonical import keccak256
from node.protocol.errors import TrieError
from node.protocol.rlp import Item, decode, encode

EMPTY_ROOT = keccak256(b"\x80")
MAX_NODES = 80  # a path has at most 64 nibbles, and one node more than that


def lookup(root: bytes, key: bytes, nodes: Sequence[bytes]) -> bytes | None:
    """The value under `key` in the trie with this root, or None when the proof shows that there is none.

    Raises `TrieError` for everything that is no proof of either.
    """
    if not nodes and root == EMPTY_ROOT:
        return None
    if not 0 < len(nodes) <= MAX_NODES:
        raise TrieError(f"expected 1 to {MAX_NODES} trie nodes, got {len(nodes)}")
    path = [nibble for byte in key for nibble in (byte >> 4, byte & 15)]
    waiting = list(nodes)
    node = _by_hash(root, waiting, at_least=1)
    while True:
        found = _step(node, path)
        if found is None or isinstance(found, bytes):
            if waiting:
                raise TrieError(f"expected no trie node after the end of the path, got {len(waiting)}")
            return found
        reference, path = found
        node = _by_hash(reference, waiting) if isinstance(reference, bytes) else reference


def _by_hash(expected: bytes, waiting: list[bytes], at_least: int = 32) -> list[Item]:
    """The next node of the proof, which must have this hash. Below the root, shorter nodes stand inline."""
    if not waiting:
        raise TrieError("expected a further trie node, got the end of the proof")
    data = waiting.pop(0)
    if keccak256(data) != expected:
        raise TrieError(f"expected a trie node with hash {expected.hex()}, got {keccak256(data).hex()}")
    if len(data) < at_least:
        raise TrieError(f"expected a node of less than {at_least} bytes to stand inline, got it by its hash")
    node = decode(data)
    if not isinstance(node, list):
        raise TrieError("expected a trie node to be a list, got bytes")
    return node


def _step(node: list[Item], path: list[int]) -> tuple[Item, list[int]] | bytes | None:
    """One node on: a reference and the rest of the path, the value, or None where the path turns away."""
    if len(node) == 17:
        if not path:
            value = node[16]
            if not isinstance(value, bytes):
                raise TrieError("expected bytes as a branch's value, got a list")
            return value or None
        return _follow(node[path[0]], path[1:])
    if len(node) != 2 or not isinstance(node[0], bytes):
        raise TrieError(f"expected a trie node of 2 or 17 items, got {len(node)}")
    leaf, nibbles = _compact(node[0])
    if leaf:
        value = node[1]
        if not isinstance(value, bytes) or not value:
            raise TrieError("expected a leaf to hold bytes, got something else")
        return value if nibbles == path else None
    if not nibbles:
        raise TrieError("expected an extension to cover at least one nibble, got none")
    if path[: len(nibbles)] != nibbles:
        return None
    follow = _follow(node[1], path[len(nibbles) :])
    if follow is None:
        raise TrieError("expected an extension to lead on, got nothing behind it")
    return follow


def _follow(reference: Item, rest: list[int]) -> tuple[Item, list[int]] | None:
    if isinstance(reference, list):
        if len(encode(reference)) >= 32:
            raise TrieError("expected a node of 32 bytes or more to stand by its hash, got it inline")
        return reference, rest
    if not reference:
        return None
    if len(reference) != 32:
        raise TrieError(f"expected a node's hash of 32 bytes, got {len(reference)}")
    return reference, rest


def _compact(data: bytes) -> tuple[bool, list[int]]:
    """The hex-prefix encoding: is it a leaf, and which nibbles."""
    if not data or data[0] >> 4 > 3:
        raise TrieError("expected a hex-prefix path, got something else")
    flag = data[0] >> 4
    nibbles = [nibble for byte in data[1:] for nibble in (byte >> 4, byte & 15)]
    if flag & 1:
        nibbles.insert(0, data[0] & 15)
    elif data[0] & 15:
        raise TrieError("expected zero padding in a hex-prefix path, got something else")
    return flag >= 2, nibbles
