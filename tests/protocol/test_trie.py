"""Trie proofs: another implementation's tries, the real chains' proofs, and proofs that must fail."""

from typing import Any

import pytest
import rlp as other
from hypothesis import given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from node.protocol import rlp
from node.protocol.canonical import keccak256
from node.protocol.errors import TrieError
from node.protocol.trie import EMPTY_ROOT, lookup
from tests.protocol.chains import CHAINS, unhex

ENTRIES = st.dictionaries(
    st.binary(min_size=1, max_size=4), st.binary(min_size=1, max_size=40), min_size=1, max_size=25
)


def proof(entries: dict[bytes, bytes], key: bytes) -> tuple[bytes, list[bytes]]:
    tree = HexaryTrie({})
    for name, value in entries.items():
        tree[name] = value
    encoded = [other.encode(node) for node in tree.get_proof(key) if node]
    return bytes(tree.root_hash), [node for n, node in enumerate(encoded) if n == 0 or len(node) >= 32]


@given(ENTRIES, st.binary(min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_presence_and_absence_in_tries_of_another_implementation(entries: dict[bytes, bytes], stranger: bytes) -> None:
    for key in [*entries, stranger]:
        root, nodes = proof(entries, key)
        assert lookup(root, key, nodes) == entries.get(key)


def case() -> tuple[bytes, bytes, list[bytes]]:
    entries = {keccak256(bytes([n])): b"value %d" % n * 5 for n in range(200)}
    key = keccak256(b"\x07")
    root, nodes = proof(entries, key)
    assert len(nodes) >= 2
    return root, key, nodes


def test_every_changed_byte_fails() -> None:
    root, key, nodes = case()
    for number, node in enumerate(nodes):
        for at in range(len(node)):
            bent = [*nodes[:number], node[:at] + bytes([node[at] ^ 1]) + node[at + 1 :], *nodes[number + 1 :]]
            with pytest.raises(TrieError):
                lookup(root, key, bent)


def test_each_node_is_used_once_in_order_and_none_is_left() -> None:
    root, key, nodes = case()
    for bent in (nodes[:-1], nodes[1:], nodes[::-1], [*nodes, nodes[-1]], [nodes[0], *nodes], [], nodes * 50):
        with pytest.raises(TrieError):
            lookup(root, key, bent)
    with pytest.raises(TrieError):
        lookup(keccak256(b"another root"), key, nodes)


def test_a_short_node_stands_inline_and_a_long_one_by_its_hash() -> None:
    key = b"\x60\x17"

    def proof_of(value: bytes, inline: bool) -> tuple[bytes, list[bytes]]:
        leaf: rlp.Item = [b"\x30\x17", value]
        encoded = rlp.encode(leaf)
        top = rlp.encode([*[b""] * 6, leaf if inline else keccak256(encoded), *[b""] * 10])
        return keccak256(top), [top] if inline else [top, encoded]

    for value in (b"v", b"v" * 40):
        for inline in (True, False):
            root, nodes = proof_of(value, inline)
            if inline == (len(value) == 1):
                assert lookup(root, key, nodes) == value
            else:
                with pytest.raises(TrieError, match="inline"):
                    lookup(root, key, nodes)


def test_the_empty_trie_holds_nothing() -> None:
    assert lookup(EMPTY_ROOT, b"key", []) is None
    with pytest.raises(TrieError):
        lookup(keccak256(b"x"), b"key", [])


@pytest.mark.parametrize(
    "node",
    [
        b"bytes",
        [b"\x20"],
        [b"\x40", b"x"],  # no such flag
        [b"\x21", b""],  # an empty leaf
        [b"\x2f", b"x"],  # padding
        [b"\x00", bytes(32)],  # an extension over nothing
        [b"\x16", b""],  # an extension that leads nowhere
        [b"\x16", b"short"],
        [b""] * 16,
        [[b"\x20", b"x" * 60], *[b""] * 16],
    ],
    ids=repr,
)
def test_malformed_nodes_fail(node: Any) -> None:
    data = rlp.encode(node)
    with pytest.raises(TrieError):
        lookup(keccak256(data), b"\x06\x07" if len(node) > 16 else b"\x61", [data])


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_account_and_storage_proofs_of_real_chains(chain: Any) -> None:
    checked = 0
    for number, given_proof in chain.data["proofs"].items():
        header = chain.headers.get(int(number))
        if header is None:
            continue
        address = bytes.fromhex(given_proof["address"][2:])
        account_data = lookup(header.state_root, keccak256(address), [unhex(n) for n in given_proof["accountProof"]])
        assert account_data is not None
        account = rlp.decode(account_data)
        assert account[2:] == [unhex(given_proof["storageHash"]), unhex(given_proof["codeHash"])]
        for slot in given_proof["storageProof"]:
            key = keccak256(int(slot["key"], 16).to_bytes(32, "big"))
            word = lookup(unhex(given_proof["storageHash"]), key, [unhex(n) for n in slot["proof"]])
            value = 0 if word is None else int.from_bytes(rlp.decode(word), "big")  # type: ignore[arg-type]
            assert value == int(slot["value"], 16)
            checked += 1
    assert checked >= 10


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_the_sets_under_the_state_roots_are_those_in_force(chain: Any) -> None:
    for number, given_proof in chain.data["proofs"].items():
        values = [int(slot["value"], 16) for slot in given_proof["storageProof"]]
        count = values[0]
        stored = {f"0x{value:040x}" for value in values[1 : count + 1]}
        assert stored == {address.lower() for address in chain.data["rpc_validators"][number]}


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_receipts_roots_are_rebuilt(chain: Any) -> None:
    for receipt in chain.data["receipts"].values():
        header = chain.headers[int(receipt["blockNumber"], 16)]
        logs = [
            [unhex(log["address"]), [unhex(topic) for topic in log["topics"]], unhex(log["data"])]
            for log in receipt["logs"]
        ]
        used = rlp.minimal(int(receipt["cumulativeGasUsed"], 16))
        body = rlp.encode([rlp.minimal(int(receipt["status"], 16)), used, unhex(receipt["logsBloom"]), logs])
        kind = int(receipt["type"], 16)
        data = (bytes([kind]) if kind else b"") + body
        root, nodes = proof({b"\x80": data}, b"\x80")
        assert root == header.receipts_root
        assert lookup(header.receipts_root, b"\x80", nodes) == data
