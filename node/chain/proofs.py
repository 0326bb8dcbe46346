"""Proofs for bundles, from what a node serves: receipts under the receipts root, accounts and slots under the state root."""

from collections.abc import Mapping, Sequence
from typing import Any

from trie import HexaryTrie

from node.chain.client import ChainClient
from node.chain.errors import ChainError
from node.protocol import rlp
from node.protocol.canonical import Json, keccak256, to_hex
from node.protocol.errors import TrieError
from node.protocol.header import Header
from node.protocol.identifiers import ADDRESSES, address_bytes, checksummed
from node.protocol.onchain import account_at, storage_at

VALIDATORS_SLOT = 0  # of ValidatorSet: the array's length, elements from keccak256(slot) on
SET_HASH_SLOT = 1
MAX_VALIDATORS = 100


def header_rlp(block: Mapping[str, Any]) -> bytes:
    """The RLP of a served block's header, checked against the hash that the node gave with it."""
    header = Header.from_rpc(block)
    if header.block_hash().hex() != str(block["hash"])[2:]:
        raise ChainError(f"expected block hash {block['hash']}, got {header.block_hash().hex()} from its fields")
    return header.rlp()


def header_part(client: ChainClient, block_number: int) -> dict[str, Json]:
    """A header as it stands in evidence: as served, seals included, and the block's hash beside it."""
    block = client.block(block_number)
    return {"header": to_hex(header_rlp(block)), "block_hash": str(block["hash"]).lower()}


def receipt_proof(client: ChainClient, block_number: int, position: int) -> list[bytes]:
    """The nodes that lead from the block's receipts root to the receipt at `position`, root first."""
    _, tree = _receipts(client, block_number)
    return [_node(node) for node in tree.get_proof(rlp.encode(rlp.minimal(position)))]


def proven_receipts(client: ChainClient, block_number: int) -> list[dict[str, Any]]:
    """All receipts of a block, believed only because its header's receipts root is theirs. Raises `ChainError`."""
    return _receipts(client, block_number)[0]


def _receipts(client: ChainClient, block_number: int) -> tuple[list[dict[str, Any]], HexaryTrie]:
    receipts = client.receipts(block_number)
    tree = HexaryTrie({})
    for index, receipt in enumerate(receipts):
        tree[rlp.encode(rlp.minimal(index))] = encode_receipt(receipt)
    expected = Header.from_rpc(client.block(block_number)).receipts_root
    if tree.root_hash != expected:
        raise ChainError(
            f"expected receipts under {expected.hex()} in block {block_number}, got {tree.root_hash.hex()}"
        )
    return receipts, tree


def encode_receipt(receipt: Mapping[str, Any]) -> bytes:
    """A receipt as it stands in the trie (EIP-658, EIP-2718)."""
    logs: list[rlp.Item] = [
        [_bytes(log["address"]), [_bytes(topic) for topic in log["topics"]], _bytes(log["data"])]
        for log in receipt["logs"]
    ]
    status = rlp.minimal(int(receipt["status"], 16))
    body = rlp.encode([status, rlp.minimal(int(receipt["cumulativeGasUsed"], 16)), _bytes(receipt["logsBloom"]), logs])
    kind = int(receipt.get("type") or "0x0", 16)
    return bytes([kind]) + body if kind else body


def state_proof(
    client: ChainClient, address: str, slots: Sequence[int], block_number: int
) -> tuple[list[bytes], list[list[bytes]]]:
    """Account nodes, and the nodes of each slot, after a block."""
    served = client.proof(address, slots, block_number)
    account = [_bytes(node) for node in served["accountProof"]]
    return account, [[_bytes(node) for node in item["proof"]] for item in served["storageProof"]]


def proven_words(client: ChainClient, header: Header, address: str, slots: Sequence[int]) -> list[int]:
    """Storage words after a block, believed only because the header's state root proves them. Raises `TrieError`."""
    account_nodes, slot_nodes = state_proof(client, address, slots, header.number)
    account = account_at(header.state_root, address, tuple(account_nodes))
    return [
        storage_at(account, slot.to_bytes(32, "big"), tuple(nodes))
        for slot, nodes in zip(slots, slot_nodes, strict=True)
    ]


def proven_validators(client: ChainClient, header: Header, known: Sequence[str] = ()) -> tuple[str, ...]:
    """The set in force after a block, from the array of ValidatorSet; it seals the next one. `known` is the set before:
    where the proven hash of the set is that of `known`, the array is not asked for. Raises `TrieError`.
    """
    at = ADDRESSES["ValidatorSet"]
    size, set_hash = proven_words(client, header, at, [VALIDATORS_SLOT, SET_HASH_SLOT])
    if known and set_hash == int.from_bytes(set_hash_of(known), "big"):
        return tuple(known)
    if not 0 < size <= MAX_VALIDATORS:
        raise TrieError(f"expected 1 to {MAX_VALIDATORS} validators, got {size}")
    first = int.from_bytes(keccak256(VALIDATORS_SLOT.to_bytes(32, "big")), "big")
    words = proven_words(client, header, at, [first + place for place in range(size)])
    if any(word >> 160 for word in words):
        raise TrieError("expected addresses in the array of validators, got longer words")
    return tuple(checksummed(word.to_bytes(20, "big")) for word in words)


def set_hash_of(validators: Sequence[str]) -> bytes:
    """What ValidatorSet keeps beside its array: keccak256(abi.encode(validators)), ascending."""
    words = [bytes(12) + address for address in sorted(map(address_bytes, validators))]
    return keccak256((32).to_bytes(32, "big") + len(words).to_bytes(32, "big") + b"".join(words))


def _node(node: Any) -> bytes:
    if isinstance(node, bytes):
        return node
    return rlp.encode([_item(part) for part in node])


def _item(part: Any) -> Any:
    return bytes(part) if isinstance(part, bytes | bytearray) else [_item(inner) for inner in part]


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
