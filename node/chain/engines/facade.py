"""JSON-RPC over the embedded engine: the methods and hex forms that a real client serves, so that everything above it
(web3 included) cannot tell the difference."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from eth.abc import BlockHeaderAPI
from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from node.chain.engines.embedded import EmbeddedEngine, ExecutionReverted
from node.chain.errors import ChainError, StorageFull
from node.protocol.header import FIELDS
from node.protocol.identifiers import checksummed
from node.protocol.rlp import decode as read_rlp

CLIENT = "Touchstone/embedded"


class EmbeddedProvider(JSONBaseProvider):
    """A web3 provider over an engine; calls are taken one at a time."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        super().__init__()
        self._facade = Facade(engine)
        self._lock = threading.RLock()

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        with self._lock:
            return json.loads(json.dumps(self._facade.answer(str(method), params)))  # type: ignore[no-any-return]

    def is_connected(self, show_traceback: bool = False) -> bool:
        return True


class Facade:
    """Answers JSON-RPC requests."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine
        self._methods: dict[str, Callable[..., Any]] = {
            "web3_clientVersion": lambda: CLIENT,
            "net_version": lambda: str(engine.chain_id),
            "eth_chainId": lambda: hex(engine.chain_id),
            "eth_gasPrice": lambda: "0x0",
            "eth_blockNumber": lambda: hex(engine.head().block_number),
            "eth_getBlockByNumber": self._block_by_number,
            "eth_getBlockByHash": self._block_by_hash,
            "eth_getBlockReceipts": self._block_receipts,
            "eth_getTransactionByHash": self._transaction_by_hash,
            "eth_getTransactionReceipt": self._receipt_by_hash,
            "eth_getLogs": self._logs,
            "eth_call": self._call,
            "eth_estimateGas": lambda call, *_: hex(engine.gas(*_call(call))),
            "eth_getBalance": lambda address, tag="latest": hex(self._state(tag).get_balance(_data(address))),
            "eth_getCode": lambda address, tag="latest": _hex(self._state(tag).get_code(_data(address))),
            "eth_getTransactionCount": self._transaction_count,
            "eth_getStorageAt": self._storage_at,
            "eth_getProof": self._proof,
            "eth_sendRawTransaction": lambda raw: _hex(engine.send(_data(raw))),
        }

    def answer(self, method: str, params: Any) -> dict[str, Any]:
        """The response to one request."""
        head: dict[str, Any] = {"jsonrpc": "2.0", "id": 1}
        if method not in self._methods:
            return head | {"error": {"code": -32601, "message": f"the method {method} does not exist"}}
        try:
            self._engine.seal_if_due()
            return head | {"result": self._methods[method](*params)}
        except ExecutionReverted as exc:
            return head | {"error": {"code": 3, "message": "execution reverted", "data": _hex(exc.data)}}
        except StorageFull:
            raise
        except (ChainError, LookupError, ValueError, TypeError) as exc:
            return head | {"error": {"code": -32000, "message": str(exc)}}

    # --- blocks ---------------------------------------------------------------------------------------------------------

    def _header(self, tag: Any) -> BlockHeaderAPI:
        if tag in ("latest", "pending", None):
            return self._engine.head()
        return self._engine.header(0 if tag == "earliest" else int(tag, 16))

    def _block_by_number(self, tag: str, full: bool = False) -> dict[str, Any] | None:
        try:
            return self._block(self._header(tag), full)
        except LookupError:
            return None

    def _block_by_hash(self, block_hash: str, full: bool = False) -> dict[str, Any] | None:
        try:
            header = self._engine.chain.chaindb.get_block_header_by_hash(_data(block_hash))
        except Exception:  # py-evm's HeaderNotFound
            return None
        return self._block(header, full)

    def _block(self, header: BlockHeaderAPI, full: bool) -> dict[str, Any]:
        served = self._engine.served_header(header)
        block: dict[str, Any] = {}
        for (name, length), item in zip(FIELDS, served.items, strict=False):
            block[name] = _hex(item) if length else hex(int.from_bytes(item, "big"))
        transactions = self._transactions(header)
        return block | {
            "miner": checksummed(served.items[2]),
            "hash": _hex(served.block_hash()),
            "totalDifficulty": hex(header.block_number + 1),
            "size": hex(len(served.rlp())),
            "uncles": [],
            "transactions": transactions if full else [tx["hash"] for tx in transactions],
        }

    def _transactions(self, header: BlockHeaderAPI) -> list[dict[str, Any]]:
        vm = self._engine.chain.get_vm(header)
        found = self._engine.chain.chaindb.get_block_transactions(header, vm.get_transaction_builder())
        return [self._transaction(tx, header, position) for position, tx in enumerate(found)]

    def _transaction(self, tx: Any, header: BlockHeaderAPI, position: int) -> dict[str, Any]:
        return {
            "hash": _hex(tx.hash),
            "blockHash": _hex(header.hash),
            "blockNumber": hex(header.block_number),
            "transactionIndex": hex(position),
            "from": checksummed(tx.sender),
            "to": checksummed(tx.to) if tx.to else None,
            "nonce": hex(tx.nonce),
            "gas": hex(tx.gas),
            "gasPrice": hex(tx.gas_price),
            "value": hex(tx.value),
            "input": _hex(tx.data),
            "type": "0x0",
            "chainId": hex(self._engine.chain_id),
            "v": hex(tx.v if hasattr(tx, "v") else tx.y_parity),
            "r": hex(tx.r),
            "s": hex(tx.s),
        }

    # --- transactions ---------------------------------------------------------------------------------------------------

    def _transaction_by_hash(self, tx_hash: str) -> dict[str, Any] | None:
        place = self._engine.find_transaction(_data(tx_hash))
        return None if place is None else self._transactions(self._engine.header(place[0]))[place[1]]

    def _receipt_by_hash(self, tx_hash: str) -> dict[str, Any] | None:
        place = self._engine.find_transaction(_data(tx_hash))
        return None if place is None else self._receipts(self._engine.header(place[0]))[place[1]]

    def _block_receipts(self, tag: str) -> list[dict[str, Any]]:
        return self._receipts(self._header(tag))

    def _receipts(self, header: BlockHeaderAPI) -> list[dict[str, Any]]:
        vm = self._engine.chain.get_vm(header)
        receipts = self._engine.chain.chaindb.get_receipts(header, vm.get_receipt_builder())
        made, before, log_index = [], 0, 0
        for tx, receipt in zip(self._transactions(header), receipts, strict=True):
            logs = []
            for log in receipt.logs:
                topics = [topic.to_bytes(32, "big") for topic in log.topics]
                logs.append(self._log(tx, log_index, log.address, topics, log.data))
                log_index += 1
            made.append(
                {
                    "transactionHash": tx["hash"],
                    "transactionIndex": tx["transactionIndex"],
                    "blockHash": tx["blockHash"],
                    "blockNumber": tx["blockNumber"],
                    "from": tx["from"],
                    "to": tx["to"],
                    "contractAddress": None,
                    "cumulativeGasUsed": hex(receipt.gas_used),
                    "gasUsed": hex(receipt.gas_used - before),
                    "effectiveGasPrice": "0x0",
                    "status": "0x1" if receipt.state_root == b"\x01" else "0x0",
                    "logsBloom": f"0x{receipt.bloom:0512x}",
                    "type": "0x0",
                    "logs": logs,
                }
            )
            before = receipt.gas_used
        return made

    def _log(
        self, tx: Mapping[str, Any], log_index: int, address: bytes, topics: list[bytes], data: bytes
    ) -> dict[str, Any]:
        return {
            "address": checksummed(address),
            "topics": [_hex(topic) for topic in topics],
            "data": _hex(data),
            "blockNumber": tx["blockNumber"],
            "blockHash": tx["blockHash"],
            "transactionHash": tx["hash"],
            "transactionIndex": tx["transactionIndex"],
            "logIndex": hex(log_index),
            "removed": False,
        }

    def _logs(self, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
        first = self._header(wanted.get("fromBlock", "latest")).block_number
        tag = wanted.get("toBlock", "latest")
        head = self._engine.head().block_number
        last = head if tag == "latest" else min(int(tag, 16), head)
        addresses = wanted.get("address") or []
        allowed = {_data(a) for a in ([addresses] if isinstance(addresses, str) else addresses)}
        found, transactions, block = [], [], -1
        for number, index, position, address, joined, data in self._engine.logs(first, last):
            topics = [joined[at : at + 32] for at in range(0, len(joined), 32)]
            if (allowed and address not in allowed) or not _matches(topics, wanted.get("topics") or []):
                continue
            if number != block:
                block, transactions = number, self._transactions(self._engine.header(number))
            found.append(self._log(transactions[position], index, address, topics, data))
        return found

    # --- state ----------------------------------------------------------------------------------------------------------

    def _state(self, tag: str) -> Any:
        return self._engine.state(self._header(tag))

    def _call(self, call: Mapping[str, Any], tag: str = "latest", *_: Any) -> str:
        return _hex(self._engine.call(*_call(call), self._header(tag)))

    def _transaction_count(self, address: str, tag: str = "latest") -> str:
        return hex(self._engine.nonce(_data(address), pending=tag == "pending"))

    def _storage_at(self, address: str, slot: str, tag: str = "latest") -> str:
        return f"0x{self._state(tag).get_storage(_data(address), int(slot, 16)):064x}"

    def _proof(self, address: str, slots: list[str], tag: str = "latest") -> dict[str, Any]:
        proof = self._engine.proof(_data(address), [int(slot, 16) for slot in slots], self._header(tag))
        nonce, balance, storage_hash, code_hash = proof["items"]
        return {
            "address": checksummed(_data(address)),
            "nonce": hex(int.from_bytes(nonce, "big")),
            "balance": hex(int.from_bytes(balance, "big")),
            "storageHash": _hex(storage_hash),
            "codeHash": _hex(code_hash),
            "accountProof": [_hex(node) for node in proof["account"]],
            "storageProof": [
                {"key": f"0x{slot:064x}", "value": _value(value), "proof": [_hex(node) for node in nodes]}
                for slot, value, nodes in proof["storage"]
            ],
        }


def _call(call: Mapping[str, Any]) -> tuple[bytes, bytes, bytes]:
    data = call.get("data") or call.get("input") or "0x"
    return _data(call.get("from", "0x" + "00" * 20)), _data(call["to"]), _data(data)


def _matches(topics: list[bytes], wanted: list[Any]) -> bool:
    if len(wanted) > len(topics):
        return False
    for topic, choice in zip(topics, wanted, strict=False):
        choices = [choice] if isinstance(choice, str) else choice
        if choices and topic not in {_data(c) for c in choices}:
            return False
    return True


def _value(stored: bytes) -> str:
    """A slot's value as clients serve it: a number, leading zeros dropped. In the trie it stands as RLP."""
    value = read_rlp(stored) if stored else b""
    assert isinstance(value, bytes)
    return hex(int.from_bytes(value, "big"))


def _hex(data: bytes) -> str:
    return "0x" + bytes(data).hex()


def _data(text: str) -> bytes:
    digits = text.removeprefix("0x")
    return bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits)
