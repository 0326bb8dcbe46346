"""The embedded engine: the contracts in this process, sealed in QBFT form by the validator keys that this party holds.

Block time is set when a block's first transaction arrives: the clock, and at least one second after the parent. A block is
sealed once the clock has reached its time, so no block runs ahead of the clock, and it holds all transactions that came
until then. Sealing happens on the next call after that moment. The set that seals block n is what ValidatorSet answers on
the state after block n − 1; the engine seals with as many keys as that set's quorum.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import rlp
from eth.abc import BlockHeaderAPI, SignedTransactionAPI
from eth.db.atomic import AtomicDB
from eth.vm.spoof import SpoofTransaction
from eth_abi.abi import decode
from trie import HexaryTrie

from node.chain.engines.evm import GAS_LIMIT, chain_class, next_header
from node.chain.engines.files import ChainFile
from node.chain.errors import ChainError, WrongChain
from node.chain.genesis import Genesis
from node.protocol.canonical import keccak256
from node.protocol.header import Header, extra_data, quorum
from node.protocol.identifiers import ADDRESSES, address_bytes, checksummed
from node.protocol.rlp import decode as read_rlp
from node.protocol.signing import LocalSigner

GET_VALIDATORS = bytes.fromhex("b7ab4db5")
VALIDATOR_SET = address_bytes(ADDRESSES["ValidatorSet"])
NOBODY = bytes(20)


class ExecutionReverted(ChainError):
    """A call that a contract refused; `data` is what it gave back."""

    def __init__(self, data: bytes) -> None:
        super().__init__("execution reverted")
        self.data = data


class EmbeddedEngine:
    """One chain in one file. Open it with `open`, close it with `close`."""

    def __init__(
        self, file: ChainFile, genesis: Genesis, validator_keys: Sequence[bytes], clock: Callable[[], int]
    ) -> None:
        self.file = file
        self.chain_id = genesis.chain_id
        self._clock = clock
        self._signers = {signer.address: signer for signer in map(LocalSigner, validator_keys)}
        self._pending: list[SignedTransactionAPI] = []
        self._due = 0
        kind = chain_class(genesis.chain_id)
        database = AtomicDB(file)
        if not self._has_blocks():
            with file.transaction():
                kind.from_genesis(database, {"timestamp": genesis.time}, genesis.state)
                file.sql.execute("INSERT INTO seals VALUES (0, 0, ?)", (b"",))
        self.chain = kind(database)
        found = self.header(0).hash
        if found != genesis.hash:
            raise WrongChain(
                f"expected the chain with genesis {genesis.hash.hex()} in {file.path}, got one with {found.hex()}. "
                "Nothing was changed; use the genesis file that belongs to it, or another home."
            )

    @classmethod
    def open(
        cls,
        path: Path,
        genesis: Genesis,
        validator_keys: Sequence[bytes],
        clock: Callable[[], int] = lambda: int(time.time()),
    ) -> Self:
        """Open the chain in `path`, or found it there. Raises `HomeLocked`, `WrongChain`, `StorageFull`."""
        file = ChainFile(path)
        try:
            return cls(file, genesis, validator_keys, clock)
        except BaseException:
            file.close()
            raise

    def close(self) -> None:
        """Give the file back. Transactions not sealed yet are dropped: their senders still hold them."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- blocks ---------------------------------------------------------------------------------------------------------

    def head(self) -> BlockHeaderAPI:
        """The newest block's header."""
        return self.chain.chaindb.get_canonical_head()

    def header(self, number: int) -> BlockHeaderAPI:
        """The header of a block. Raises `LookupError` when there is none."""
        try:
            return self.chain.chaindb.get_canonical_block_header_by_number(number)
        except Exception as exc:  # py-evm raises its own HeaderNotFound
            raise LookupError(f"no block {number}") from exc

    def served_header(self, header: BlockHeaderAPI) -> Header:
        """A header as members exchange it: with round and seals."""
        row = self.file.sql.execute("SELECT round, seals FROM seals WHERE block = ?", (header.block_number,)).fetchone()
        items = [bytes(item) for item in rlp.decode(rlp.encode(header))]
        if header.block_number > 0:
            seals = [row[1][at : at + 65] for at in range(0, len(row[1]), 65)]
            items[12] = extra_data(row[0], seals)
        return Header(tuple(items))

    def validators(self, number: int) -> list[str]:
        """The set that seals block `number`: the contract's answer on the state after the block before, ascending."""
        answer = self.call(NOBODY, VALIDATOR_SET, GET_VALIDATORS, self.header(max(number - 1, 0)))
        return [checksummed(bytes.fromhex(a[2:])) for a in sorted(decode(["address[]"], answer)[0])]

    # --- transactions ---------------------------------------------------------------------------------------------------

    def send(self, raw: bytes) -> bytes:
        """Take a signed transaction into the next block. Raises `ChainError` saying why not."""
        try:
            transaction = self.chain.get_vm().get_transaction_builder().decode(raw)
            transaction.validate()
            sender = transaction.sender
        except Exception as exc:  # py-evm and rlp raise many kinds
            raise ChainError(f"expected a signed transaction, got one that cannot be read: {exc}") from exc
        if transaction.hash in {tx.hash for tx in self._pending} or self.find_transaction(transaction.hash):
            return bytes(transaction.hash)
        if transaction.chain_id not in (None, self.chain_id):
            raise ChainError(f"expected chain id {self.chain_id}, got {transaction.chain_id}")
        expected = self.nonce(sender, pending=True)
        if transaction.nonce != expected:
            raise ChainError(f"expected nonce {expected} of {sender.hex()}, got {transaction.nonce}")
        if transaction.gas > GAS_LIMIT // 4:
            raise ChainError(f"expected a gas limit of at most {GAS_LIMIT // 4}, got {transaction.gas}")
        if not self._pending:
            self._due = max(self.head().timestamp + 1, self._clock())
        self._pending.append(transaction)
        return bytes(transaction.hash)

    def seal_if_due(self) -> bool:
        """Seal the waiting transactions if the clock has reached their block's time."""
        if not self._pending or self._clock() < self._due:
            return False
        taken, self._pending = self._pending, []
        self._seal(taken, self._due)
        return True

    def _seal(self, transactions: Sequence[SignedTransactionAPI], timestamp: int) -> None:
        parent = self.head()
        number = parent.block_number + 1
        validators = self.validators(number)
        proposer = validators[number % len(validators)]
        with self.file.transaction():
            header = next_header(parent, timestamp=timestamp, coinbase=address_bytes(proposer))
            self.chain.header = header
            result, receipts, _ = self.chain.mine_all(transactions)
            block = result.imported_block
            served = Header(tuple(bytes(item) for item in rlp.decode(rlp.encode(block.header))))
            seals = self._seals(served.commit_hash(), validators)
            self.file.sql.execute("INSERT INTO seals VALUES (?, 0, ?)", (number, b"".join(seals)))
            log_index = 0
            for position, (transaction, receipt) in enumerate(zip(transactions, receipts, strict=True)):
                self.file.sql.execute("INSERT INTO transactions VALUES (?, ?, ?)", (transaction.hash, number, position))
                for log in receipt.logs:
                    topics = b"".join(topic.to_bytes(32, "big") for topic in log.topics)
                    self.file.sql.execute(
                        "INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?)",
                        (number, log_index, position, log.address, topics, log.data),
                    )
                    log_index += 1

    def _seals(self, digest: bytes, validators: Sequence[str]) -> list[bytes]:
        held = [self._signers[address] for address in validators if address in self._signers]
        needed = quorum(len(validators))
        if len(held) < needed:
            raise ChainError(f"expected {needed} keys of the {len(validators)} validators here, got {len(held)}")
        signatures = [signer.sign(digest) for signer in held[:needed]]
        return [signature[:64] + bytes([signature[64] - 27]) for signature in signatures]

    # --- state ----------------------------------------------------------------------------------------------------------

    def nonce(self, address: bytes, pending: bool = False) -> int:
        """How many transactions an account has sent."""
        count = self.chain.get_vm(self._next()).state.get_nonce(address)
        return int(count) + (sum(tx.sender == address for tx in self._pending) if pending else 0)

    def state(self, header: BlockHeaderAPI) -> Any:
        """The state after a block."""
        return self.chain.get_vm(self._next(header)).state

    def call(self, sender: bytes, to: bytes, data: bytes, after: BlockHeaderAPI | None = None) -> bytes:
        """What a call gives on the state after a block. Raises `ExecutionReverted`."""
        return bytes(self._run(sender, to, data, after).output)

    def gas(self, sender: bytes, to: bytes, data: bytes) -> int:
        """How much gas a transaction with this call would take now."""
        unsigned = self._unsigned(self.chain.get_vm(self._next()), sender, to, data)
        return int(unsigned.gas_used_by(self._run(sender, to, data, None)))

    def _run(self, sender: bytes, to: bytes, data: bytes, after: BlockHeaderAPI | None) -> Any:
        vm = self.chain.get_vm(self._next(after))
        unsigned = self._unsigned(vm, sender, to, data)
        computation = vm.state.costless_execute_transaction(SpoofTransaction(unsigned, from_=sender))
        if computation.is_error:
            raise ExecutionReverted(bytes(computation.output))
        return computation

    @staticmethod
    def _unsigned(vm: Any, sender: bytes, to: bytes, data: bytes) -> Any:
        return vm.create_unsigned_transaction(
            nonce=vm.state.get_nonce(sender), gas_price=0, gas=GAS_LIMIT // 4, to=to, value=0, data=data
        )

    def proof(self, address: bytes, slots: Sequence[int], header: BlockHeaderAPI) -> dict[str, Any]:
        """Account and storage proofs under a block's state root: RLP nodes from the root on."""
        accounts = HexaryTrie(AtomicDB(self.file), header.state_root)
        account = accounts[keccak256(address)]
        items = read_rlp(account) if account else [b"", b"", HexaryTrie({}).root_hash, keccak256(b"")]
        assert isinstance(items, list)
        storage = HexaryTrie(AtomicDB(self.file), items[2])
        return {
            "account": [rlp.encode(node) for node in accounts.get_proof(keccak256(address))],
            "items": items,
            "storage": [
                (slot, storage[key], [rlp.encode(node) for node in storage.get_proof(key)])
                for slot in slots
                for key in [keccak256(slot.to_bytes(32, "big"))]
            ],
        }

    # --- look-ups -------------------------------------------------------------------------------------------------------

    def find_transaction(self, tx_hash: bytes) -> tuple[int, int] | None:
        """Block and position of a sealed transaction."""
        row = self.file.sql.execute("SELECT block, position FROM transactions WHERE hash = ?", (tx_hash,)).fetchone()
        return None if row is None else (row[0], row[1])

    def logs(self, first: int, last: int) -> list[tuple[int, int, int, bytes, bytes, bytes]]:
        """(block, log index, transaction position, address, topics joined, data) of a range of blocks, in order."""
        return self.file.sql.execute(
            "SELECT block, log, position, address, topics, data FROM logs WHERE block BETWEEN ? AND ? ORDER BY block, log",
            (first, last),
        ).fetchall()

    def _next(self, after: BlockHeaderAPI | None = None) -> BlockHeaderAPI:
        parent = after or self.head()
        return next_header(parent, timestamp=max(parent.timestamp + 1, self._clock()))

    def _has_blocks(self) -> bool:
        return self.file.sql.execute("SELECT 1 FROM seals LIMIT 1").fetchone() is not None
