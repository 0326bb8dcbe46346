"""Plain reads of a chain over any web3 provider: raw JSON-RPC answers, so that nothing between us and the bytes rewrites them."""

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

from web3 import HTTPProvider
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint

from node.chain.decode import decode_error
from node.chain.errors import ChainError, Reverted, Unreachable
from node.protocol.canonical import to_hex
from node.protocol.identifiers import ADDRESSES

OURS = sorted(ADDRESSES.values())
POLL_SECONDS = 0.05


class ChainClient:
    """One chain, through one provider."""

    def __init__(self, provider: BaseProvider, wait_seconds: float = 60.0) -> None:
        self._provider = provider
        self._wait_seconds = wait_seconds  # for a transaction to come into a block

    @classmethod
    def at(cls, url: str, timeout: float = 10.0, wait_seconds: float = 60.0) -> Self:
        """The chain behind a JSON-RPC address; `timeout` in seconds is for one answer."""
        return cls(HTTPProvider(url, request_kwargs={"timeout": timeout}), wait_seconds)

    def request(self, method: str, *params: Any) -> Any:
        """The result of a JSON-RPC call. Raises `Unreachable`, `Reverted` or `ChainError`."""
        try:
            answer = self._provider.make_request(RPCEndpoint(method), list(params))
        except (OSError, ValueError) as exc:
            where = getattr(self._provider, "endpoint_uri", "the chain")
            raise Unreachable(f"expected an answer of {where} to {method}, got: {_cause(exc)}") from exc
        if "error" in answer:
            error: Any = answer["error"]
            if isinstance(error, Mapping):
                data = error.get("data")
                if isinstance(data, str) and data.startswith("0x"):
                    raise decode_error(bytes.fromhex(data[2:]))
                raise ChainError(str(error.get("message", error)))
            raise ChainError(str(error))
        return answer["result"]

    @cached_property
    def chain_id(self) -> int:
        return int(self.request("eth_chainId"), 16)

    @cached_property
    def genesis_hash(self) -> bytes:
        return bytes.fromhex(self.block(0)["hash"][2:])

    def head(self) -> int:
        """The newest block's number; on QBFT it is final."""
        return int(self.request("eth_blockNumber"), 16)

    def block(self, number: int) -> dict[str, Any]:
        """A block with whole transactions, as served."""
        found = self.request("eth_getBlockByNumber", hex(number), True)
        if found is None:
            raise ChainError(f"expected block {number}, got none")
        return dict(found)

    def receipts(self, number: int) -> list[dict[str, Any]]:
        """All receipts of a block, one by one where the client cannot give them together."""
        try:
            found = self.request("eth_getBlockReceipts", hex(number))
        except Reverted:
            raise
        except ChainError:
            hashes = [tx["hash"] for tx in self.block(number)["transactions"]]
            found = [self.request("eth_getTransactionReceipt", tx_hash) for tx_hash in hashes]
        return [dict(receipt) for receipt in found]

    def logs(self, first: int, last: int) -> list[dict[str, Any]]:
        """Raw logs of our contracts in a range of blocks, in order."""
        wanted = {"fromBlock": hex(first), "toBlock": hex(last), "address": OURS}
        return [dict(log) for log in self.request("eth_getLogs", wanted)]

    def call(self, to: str, data: bytes, sender: str | None = None, block: int | None = None) -> bytes:
        """What a call returns. Raises `Reverted`."""
        call = {"to": to, "data": to_hex(data), "gasPrice": "0x0"} | ({"from": sender} if sender else {})
        tag = "latest" if block is None else hex(block)
        return bytes.fromhex(self.request("eth_call", call, tag)[2:])

    def code(self, address: str) -> bytes:
        """The code at an address."""
        return bytes.fromhex(self.request("eth_getCode", address, "latest")[2:])

    def transaction_count(self, address: str) -> int:
        """The next nonce of an account, waiting transactions counted."""
        return int(self.request("eth_getTransactionCount", address, "pending"), 16)

    def send_raw(self, raw: bytes) -> bytes:
        """Hand a signed transaction in; returns its hash."""
        return bytes.fromhex(self.request("eth_sendRawTransaction", to_hex(raw))[2:])

    def receipt(self, tx_hash: bytes) -> dict[str, Any]:
        """The receipt of a transaction, waited for. Raises `Unreachable` when it does not come in time."""
        deadline = time.monotonic() + self._wait_seconds
        while True:
            found = self.request("eth_getTransactionReceipt", to_hex(tx_hash))
            if found is not None:
                return dict(found)
            if time.monotonic() > deadline:
                raise Unreachable(
                    f"expected transaction {tx_hash.hex()} in a block within {self._wait_seconds:.0f} s, got nothing"
                )
            time.sleep(POLL_SECONDS)

    def transaction(self, tx_hash: bytes) -> dict[str, Any] | None:
        """A transaction that is in a block."""
        found = self.request("eth_getTransactionByHash", to_hex(tx_hash))
        return None if found is None else dict(found)

    def proof(self, address: str, slots: Sequence[int], block: int) -> dict[str, Any]:
        """Account and storage proofs after a block (EIP-1186), as served."""
        return dict(self.request("eth_getProof", address, [f"0x{slot:064x}" for slot in slots], hex(block)))


def _cause(exc: BaseException) -> BaseException:
    """What the system said in the first place; the libraries between wrap it in pages of their own words."""
    return _cause(exc.__context__) if exc.__context__ is not None else exc
