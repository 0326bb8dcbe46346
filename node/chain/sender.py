"""Carries transactions: legacy, gas price 0, one account. Nonces come from the chain, so a restart goes on where it was."""

import threading
from collections.abc import Sequence
from typing import Any

from eth_account import Account

from node.chain.client import ChainClient
from node.chain.errors import Reverted
from node.protocol.canonical import to_hex

GAS = 100_000_000  # explicit: an estimate costs a call, and gas is free here


class Sender:
    """One sending account."""

    def __init__(self, client: ChainClient, key: bytes) -> None:
        self._client = client
        self._account = Account.from_key(key)
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        return str(self._account.address)

    def send(self, to: str, data: bytes) -> bytes:
        """Send one call; returns the transaction's hash. Raises `Reverted` when the contract would refuse it now."""
        with self._lock:
            self._client.call(to, data, sender=self.address)
            return self._send(to, data, self._client.transaction_count(self.address))

    def send_all(self, calls: Sequence[tuple[str, bytes]]) -> list[dict[str, Any]]:
        """Send calls in order and wait for all; returns their receipts. Raises `Reverted` for the first refused."""
        with self._lock:
            nonce = self._client.transaction_count(self.address)
            hashes = [self._send(to, data, nonce + offset) for offset, (to, data) in enumerate(calls)]
        return [self.wait(tx_hash) for tx_hash in hashes]

    def wait(self, tx_hash: bytes) -> dict[str, Any]:
        """The receipt of a transaction, waited for. Raises `Reverted` with the contract's reason when it failed."""
        receipt = self._client.receipt(tx_hash)
        if int(receipt["status"], 16) != 1:
            raise self._reason(tx_hash, int(receipt["blockNumber"], 16))
        return receipt

    def _send(self, to: str, data: bytes, nonce: int) -> bytes:
        transaction = {
            "to": to,
            "data": to_hex(data),
            "nonce": nonce,
            "gas": GAS,
            "gasPrice": 0,
            "value": 0,
            "chainId": self._client.chain_id,
        }
        return self._client.send_raw(bytes(self._account.sign_transaction(transaction).raw_transaction))

    def _reason(self, tx_hash: bytes, block: int) -> Reverted:
        """Run the failed call again where it failed, to hear why."""
        sent = self._client.transaction(tx_hash) or {}
        try:
            self._client.call(sent["to"], bytes.fromhex(sent["input"][2:]), sender=sent["from"], block=block - 1)
        except Reverted as exc:
            return exc
        return Reverted("after another transaction of the same block", {"transaction": tx_hash})
