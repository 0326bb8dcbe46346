"""What a header proves once it is sealed: logs under its receipts root, storage under its state root."""

from dataclasses import dataclass

from node.protocol import rlp
from node.protocol.bundle import NamedHeader, ReceiptProof
from node.protocol.canonical import keccak256
from node.protocol.errors import HeaderError, SealError, TrieError
from node.protocol.header import check_seals, quorum, seal_signers
from node.protocol.identifiers import address_bytes, checksummed
from node.protocol.trie import EMPTY_ROOT, lookup
from node.protocol.trust import ContractInForce, TrustRoot
from node.protocol.verdict import StepFailed, VerdictCode, altered
from node.protocol.wording import moment


@dataclass(frozen=True)
class Log:
    """An event as its receipt holds it."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Account:
    """A contract in the state after a block."""

    storage_root: bytes
    code_hash: bytes


def check_form(named: NamedHeader, part: str) -> None:
    """The header is one of QBFT, and the block hash beside it is its own."""
    try:
        named.header.check_constants()
    except HeaderError as exc:
        raise altered(part, str(exc)) from exc
    if named.header.block_hash() != named.block_hash:
        raise altered(
            part,
            f"expected block hash {named.block_hash.hex()}, got {named.header.block_hash().hex()}",
            "区块哈希与区块头的内容不符",
        )


def check_sealed(named: NamedHeader, trust: TrustRoot, part: str) -> tuple[int, int]:
    """A quorum of the set in force sealed the block; returns how many of how many. Raises `StepFailed`.

    How a foreign chain is told from changed bytes: the block hash beside the header already fixes all but round and
    seals, and a changed seal recovers a key that nobody has. So seals that fail are *altered*, unless they are whose they
    claim to be, though not of this set: each by another key, and strangers are a quorum among themselves or all of them
    validators of another time. That is *not trusted*; and so is another round, or the seals of another block, under which
    every seal recovers a stranger's key: nothing tells them from the seals of another chain.
    """
    header = named.header
    # (1) the trust root speaks for this block
    then = trust.set_for(header.number)
    if then is None:
        raise StepFailed(
            VerdictCode.UNKNOWN,
            part,
            f"the trust root reaches block {trust.complete_to} and does not say who sealed block {header.number}",
            f"信任根截至第 {trust.complete_to} 号区块，未涵盖此区块",
        )
    is_pinned(named, trust, part)
    validators = then.validators
    if then.ended_at is not None and header.time > then.ended_at:
        raise StepFailed(
            VerdictCode.NOT_TRUSTED,
            part,
            f"block {header.number} is dated {moment(header.time)}, and the last block of its validators "
            f"{moment(then.ended_at)}: they had left",
            f"第 {header.number} 号区块所示时间为 {moment(header.time)}，而其验证节点的最后一个区块为 {moment(then.ended_at)}，届时已离任",
        )
    try:
        # (2) whole seals by others: somebody else's chain, or validators beyond their time
        signers = seal_signers(header)
        strangers = set(signers) - set(validators)
        others = len(strangers) >= quorum(len(validators)) or all(trust.has_sealed(each) for each in strangers)
        if strangers and others and len(set(signers)) == len(signers):
            raise StepFailed(
                VerdictCode.NOT_TRUSTED,
                part,
                f"{len(strangers)} of {len(signers)} seals are by keys outside the validator set in force",
                f"{len(signers)} 枚封签中有 {len(strangers)} 枚出自当时验证节点之外的密钥",
            )
        # (3) the rule
        return len(check_seals(header, validators)), len(validators)
    except SealError as exc:
        raise altered(part, str(exc)) from exc


def is_pinned(named: NamedHeader, trust: TrustRoot, part: str) -> bool:
    """Does the trust root pin this block? Raises `StepFailed`: not trusted, where it pins another in its place."""
    number = named.header.number
    pinned = trust.pinned(number)
    if pinned is not None and pinned != named.block_hash:
        raise StepFailed(
            VerdictCode.NOT_TRUSTED,
            part,
            f"the trust root pins another block {number} than this one",
            f"信任根固定的第 {number} 号区块与此区块不同",
        )
    return pinned is not None


def log_at(named: NamedHeader, proof: ReceiptProof) -> Log:
    """The log that the proof leads to, of a transaction that succeeded. Raises `TrieError`."""
    # (1) the receipt is in the block
    key = rlp.encode(rlp.minimal(proof.index))
    data = lookup(named.header.receipts_root, key, proof.nodes)
    if data is None:
        raise TrieError(f"expected a receipt of transaction {proof.index}, got none")
    # (2) typed receipts (EIP-2718) carry one byte before the list
    receipt = rlp.decode(data[1:] if data[0] < 0x80 else data)
    if not isinstance(receipt, list) or len(receipt) != 4 or not isinstance(receipt[3], list):
        raise TrieError("expected a receipt of status, gas, bloom and logs, got something else")
    if receipt[0] != b"\x01":
        raise TrieError("expected a transaction that succeeded, got one that failed")
    # (3) the log is in the receipt
    logs = receipt[3]
    if proof.log_index >= len(logs):
        raise TrieError(f"expected log {proof.log_index}, got only {len(logs)}")
    log = logs[proof.log_index]
    if not isinstance(log, list) or len(log) != 3:
        raise TrieError("expected a log of address, topics and data, got something else")
    address, topics, body = log
    if not isinstance(address, bytes) or len(address) != 20 or not isinstance(topics, list):
        raise TrieError("expected a log of address, topics and data, got something else")
    words = tuple(topic for topic in topics if isinstance(topic, bytes) and len(topic) == 32)
    if len(words) != len(topics) or not isinstance(body, bytes):
        raise TrieError("expected topics of 32 bytes and data, got something else")
    return Log(checksummed(address), words, body)


def check_log(log: Log, emitter: str, event: str, topics: int, words: int | None = None) -> list[int]:
    """The log is this event by this contract; returns the words of its data, as many as stated if any number is.

    Raises `TrieError`.
    """
    if log.address != emitter:
        raise TrieError(f"expected a log of {emitter}, got one of {log.address}")
    if len(log.topics) != topics or log.topics[0] != keccak256(event.encode("ascii")):
        raise TrieError(f"expected the event {event}, got another")
    if len(log.data) % 32 or words is not None and len(log.data) != 32 * words:
        raise TrieError(f"expected {'whole' if words is None else words} words of data, got {len(log.data)} bytes")
    return [int.from_bytes(log.data[at : at + 32], "big") for at in range(0, len(log.data), 32)]


def account_at(state_root: bytes, address: str, nodes: tuple[bytes, ...]) -> Account:
    """A contract's account under a state root. Raises `TrieError`."""
    data = lookup(state_root, keccak256(address_bytes(address)), nodes)
    if data is None:
        raise TrieError(f"expected an account at {address}, got none")
    account = rlp.decode(data)
    if not isinstance(account, list) or len(account) != 4:
        raise TrieError("expected an account of four items, got something else")
    storage_root, code_hash = account[2], account[3]
    if not isinstance(storage_root, bytes) or not isinstance(code_hash, bytes):
        raise TrieError("expected an account with storage root and code hash, got something else")
    return Account(storage_root, code_hash)


def contract_named(trust: TrustRoot, name: str, block: int, part: str) -> ContractInForce:
    """The contract that the trust root names for this block. Raises `StepFailed`: unknown."""
    found = trust.contract_in_force(name, block)
    if found is None:
        raise StepFailed(
            VerdictCode.UNKNOWN,
            part,
            f"the trust root names no {name} for this block",
            f"信任根未列出此区块的 {name} 合约",
        )
    return found


def check_code(account: Account, contract: ContractInForce | None, name: str, part: str) -> None:
    """The account runs the code that the trust root names for the contract. Raises `StepFailed`: not trusted.

    The state may well be the chain's own: nothing was changed then, but what this code stored proves nothing.
    """
    if contract is None or contract.code_hash != account.code_hash:
        raise StepFailed(
            VerdictCode.NOT_TRUSTED,
            part,
            f"the code of {name} is not the one that the trust root names",
            f"{name} 合约的代码与信任根所列不符",
        )


def storage_at(account: Account, slot: bytes, nodes: tuple[bytes, ...]) -> int:
    """The word in a storage slot, zero when it is empty. Raises `TrieError`."""
    if not nodes and account.storage_root == EMPTY_ROOT:
        return 0
    data = lookup(account.storage_root, keccak256(slot), nodes)
    if data is None:
        return 0
    value = rlp.decode(data)
    if not isinstance(value, bytes) or not 0 < len(value) <= 32 or value[0] == 0:
        raise TrieError("expected a minimal storage word, got something else")
    return int.from_bytes(value, "big")
