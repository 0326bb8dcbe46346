"""QBFT block headers: three encodings of one header, and the seals that make it final.

With H(extra) the RLP list of the header with its extraData replaced (Besu's QbftExtraDataCodec and BftBlockHashing):

    blockHash  = keccak256(H(RLP([vanity, validators, vote, 0,     []])))   round forced to 0, seals emptied
    commitHash = keccak256(H(RLP([vanity, validators, vote, round, []])))   real round, seals emptied
    signer     = ecrecover(commitHash, seal)                                 raw digest, r ‖ s ‖ v with v 0 or 1

Only validator-contract mode: the lists of validators and votes inside the header are empty, and the set that seals block n
is what the contract says on the state after block n − 1. keccak256 of the header as served is neither hash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Self, cast

from node.protocol import rlp
from node.protocol.canonical import keccak256
from node.protocol.errors import HeaderError, SealError, SignatureError, TrieError
from node.protocol.identifiers import checksummed
from node.protocol.signing import recover

MIX_HASH = bytes.fromhex("63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365")
OMMERS_HASH = keccak256(b"\xc0")
VANITY = bytes(32)
MAX_SEALS = 100  # as many as there may be validators
MAX_BYTES = 2**14  # twice what a header of a hundred seals has; headers that were read stay in memory

# name in JSON-RPC, length in bytes (0: an integer, -1: any bytes); the first fifteen are always there
FIELDS: tuple[tuple[str, int], ...] = (
    ("parentHash", 32),
    ("sha3Uncles", 32),
    ("miner", 20),
    ("stateRoot", 32),
    ("transactionsRoot", 32),
    ("receiptsRoot", 32),
    ("logsBloom", 256),
    ("difficulty", 0),
    ("number", 0),
    ("gasLimit", 0),
    ("gasUsed", 0),
    ("timestamp", 0),
    ("extraData", -1),
    ("mixHash", 32),
    ("nonce", 8),
    ("baseFeePerGas", 0),  # London
    ("withdrawalsRoot", 32),  # Shanghai
    ("blobGasUsed", 0),  # Cancun
    ("excessBlobGas", 0),
    ("parentBeaconBlockRoot", 32),
    ("requestsHash", 32),  # Prague
)
ALWAYS, EXTRA = 15, 12


def quorum(size: int) -> int:
    """How many of `size` validators must seal: ceil(2n/3)."""
    return -(-2 * size // 3)


def extra_data(round_number: int = 0, seals: Sequence[bytes] = (), vanity: bytes = VANITY) -> bytes:
    """extraData in validator-contract mode."""
    return rlp.encode([vanity, [], [], rlp.minimal(round_number), list(seals)])


@dataclass(frozen=True)
class Header:
    """A header as its RLP items, checked for form; extraData holds round and seals as served."""

    items: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not ALWAYS <= len(self.items) <= len(FIELDS):
            raise HeaderError(f"expected {ALWAYS} to {len(FIELDS)} header fields, got {len(self.items)}")
        for (name, length), item in zip(FIELDS, self.items, strict=False):
            if length > 0 and len(item) != length:
                raise HeaderError(f"expected {length} bytes for {name}, got {len(item)}")
            if length == 0 and (item[:1] == b"\0" or len(item) > 32):
                raise HeaderError(f"expected a minimal integer for {name}, got {item.hex()[:80]}")
        self._extra  # noqa: B018 - its form is part of the header's form

    @classmethod
    def from_rlp(cls, data: bytes) -> Self:
        """Read a header from its RLP. Raises `HeaderError`. What was read is remembered: files of one block share it."""
        if len(data) > MAX_BYTES:
            raise HeaderError(f"expected a header of at most {MAX_BYTES} bytes, got {len(data)}")
        return cast(Self, _remembered(data))

    @classmethod
    def read(cls, data: bytes) -> Self:
        """`from_rlp`, every time anew."""
        try:
            items = rlp.decode(data)
        except TrieError as exc:
            raise HeaderError(f"malformed header: {exc}") from exc
        if not isinstance(items, list):
            raise HeaderError("expected a header to be a list of byte strings")
        flat = [item for item in items if isinstance(item, bytes)]
        if len(flat) != len(items):
            raise HeaderError("expected a header to be a list of byte strings")
        return cls(tuple(flat))

    @classmethod
    def from_rpc(cls, block: Mapping[str, Any]) -> Self:
        """Build a header from a block as JSON-RPC serves it, by the fields that are present."""
        items: list[bytes] = []
        for index, (name, length) in enumerate(FIELDS):
            if block.get(name) is None:
                if index < ALWAYS:
                    raise HeaderError(f"expected {name} in the block, got none")
                break
            digits = str(block[name]).removeprefix("0x")
            if length == 0:
                items.append(rlp.minimal(int(digits, 16)))
            else:
                items.append(bytes.fromhex(digits.zfill(2 * max(length, 0))))
        return cls(tuple(items))

    def rlp(self) -> bytes:
        """The header as served, seals included."""
        return rlp.encode(list(self.items))

    def block_hash(self) -> bytes:
        """The hash that the next block names as its parent. Block 0 is hashed as it stands."""
        return self._block_hash

    def commit_hash(self) -> bytes:
        """What validators sign."""
        return self._commit_hash

    @cached_property
    def _block_hash(self) -> bytes:
        return keccak256(self.rlp()) if self.number == 0 else self._hash_with(b"")

    @cached_property
    def _commit_hash(self) -> bytes:
        return self._hash_with(self._extra[1])

    def check_constants(self) -> None:
        """What every QBFT header must say. Raises `HeaderError`."""
        if self.items[13] != MIX_HASH:
            raise HeaderError("expected the QBFT mixHash, got another")
        if self.items[7] != b"\x01" or self.items[14] != bytes(8) or self.items[1] != OMMERS_HASH:
            raise HeaderError("expected difficulty 1, nonce 0 and no ommers, got something else")

    @property
    def parent_hash(self) -> bytes:
        return self.items[0]

    @property
    def proposer(self) -> str:
        return checksummed(self.items[2])

    @property
    def state_root(self) -> bytes:
        return self.items[3]

    @property
    def receipts_root(self) -> bytes:
        return self.items[5]

    @property
    def number(self) -> int:
        return int.from_bytes(self.items[8], "big")

    @property
    def time(self) -> int:
        """Block time, UTC seconds."""
        return int.from_bytes(self.items[11], "big")

    @property
    def round(self) -> int:
        return int.from_bytes(self._extra[1], "big")

    @property
    def seals(self) -> tuple[bytes, ...]:
        return self._extra[2]

    @cached_property
    def _extra(self) -> tuple[bytes, bytes, tuple[bytes, ...]]:
        """Vanity, round and seals of extraData in contract mode."""
        try:
            parts = rlp.decode(self.items[EXTRA])
        except TrieError as exc:
            raise HeaderError(f"malformed extraData: {exc}") from exc
        if not isinstance(parts, list) or len(parts) != 5:
            raise HeaderError("expected extraData to be a list of five items")
        vanity, validators, vote, round_item, seals = parts
        if not isinstance(vanity, bytes) or len(vanity) != 32:
            raise HeaderError("expected 32 bytes of vanity in extraData")
        if validators != [] or vote != []:
            raise HeaderError("expected no validators and no vote in extraData (validator-contract mode)")
        if not isinstance(round_item, bytes) or round_item[:1] == b"\0" or len(round_item) > 4:
            raise HeaderError("expected a round of at most four bytes in extraData")
        if not isinstance(seals, list) or len(seals) > MAX_SEALS:
            raise HeaderError(f"expected a list of at most {MAX_SEALS} seals in extraData")
        flat = tuple(seal for seal in seals if isinstance(seal, bytes))
        if len(flat) != len(seals):
            raise HeaderError("expected seals to be byte strings")
        return vanity, round_item, flat

    def _hash_with(self, round_item: bytes) -> bytes:
        extra = rlp.encode([self._extra[0], [], [], round_item, []])
        return keccak256(rlp.encode([*self.items[:EXTRA], extra, *self.items[EXTRA + 1 :]]))


@lru_cache(maxsize=1024)
def _remembered(data: bytes) -> Header:
    return Header.read(data)


def seal_signers(header: Header) -> list[str]:
    """Who made the header's seals, in their order. Raises `SealError` for a seal of another form than the strict one."""
    digest = header.commit_hash()
    signers = []
    for seal in header.seals:
        if len(seal) != 65 or seal[64] not in (0, 1):
            raise SealError("expected seals of 65 bytes with v 0 or 1, got another form")
        try:
            signers.append(recover(digest, seal[:64] + bytes([seal[64] + 27])))
        except SignatureError as exc:
            raise SealError(f"malformed seal: {exc}") from exc
    return signers


def check_seals(header: Header, validators: Sequence[str]) -> list[str]:
    """Check that a quorum of `validators`, the set in force for this block, sealed it; returns who did.

    Raises `SealError` when a seal is malformed, stands twice, is by somebody else, or too few are there, and when the
    proposer is not of the set.
    """
    members = set(validators)
    if not members or len(members) != len(validators):
        raise SealError(f"expected a set of validators, got {len(validators)} with {len(members)} distinct")
    signers = seal_signers(header)
    if len(set(signers)) != len(signers):
        raise SealError("expected each validator to seal once, got one twice")
    foreign = [signer for signer in signers if signer not in members]
    if foreign:
        raise SealError(f"expected seals of the {len(members)} validators in force, got one by {foreign[0]}")
    if len(signers) < quorum(len(members)):
        raise SealError(f"expected {quorum(len(members))} seals of {len(members)} validators, got {len(signers)}")
    if header.proposer not in members:
        raise SealError(f"expected a proposer of the set in force, got {header.proposer}")
    return signers
