"""The consortium's configuration and its digest, to which every finding is bound.

The digest is keccak256 over the ABI encoding of (chainId, consortium, version, threshold, bureaus, courts, contracts),
as the Consortium contract computes it. A signature under one configuration is void under another.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from node.protocol.canonical import Json, keccak256
from node.protocol.errors import UnreadableError
from node.protocol.identifiers import address_bytes
from node.protocol.reading import integer_of, list_of, object_of, text_of
from node.protocol.typed_data import Struct, address_word, unsigned

MAX_BUREAUS = 100  # as in Consortium; bounds work on foreign input
NO_KEY = "0x" + "00" * 20  # stands where a bureau's key was revoked and not replaced yet
KEYS = ("chainId", "consortium", "version", "threshold", "bureaus", "courts", "contracts")


@dataclass(frozen=True)
class Bureau(Struct):
    """One member of the consortium with its keys by role."""

    TYPE = (
        "Bureau(uint32 id,bytes32 nameDigest,bytes32 jurisdiction,bytes32 accession,address validator,address oracle,"
        "address sender,address officer,uint64 epoch)"
    )

    id: int
    name_digest: bytes
    jurisdiction: bytes
    accession: bytes
    validator: str
    oracle: str
    sender: str
    officer: str
    epoch: int


@dataclass(frozen=True)
class Court(Struct):
    """A court whose key may rule."""

    TYPE = "Court(uint32 id,bytes32 nameDigest,address key)"

    id: int
    name_digest: bytes
    key: str


@dataclass(frozen=True)
class ContractVersion(Struct):
    """A contract in force from a block on; `role` is a number of `identifiers.ROLES`."""

    TYPE = "ContractVersion(uint16 role,address at,uint64 fromBlock)"

    role: int
    at: str
    from_block: int


@dataclass(frozen=True)
class Configuration:
    """Who may sign, how many must, and which contracts are in force."""

    chain_id: int
    consortium: str
    version: int
    threshold: int
    bureaus: tuple[Bureau, ...]  # ascending by id
    courts: tuple[Court, ...]
    contracts: tuple[ContractVersion, ...]

    def __post_init__(self) -> None:
        self._head()
        for items, wanted in ((self.bureaus, Bureau), (self.courts, Court), (self.contracts, ContractVersion)):
            if not isinstance(items, tuple) or not all(isinstance(item, wanted) for item in items):
                raise UnreadableError(f"expected a tuple of {wanted.__name__}, got something else")
            if len(items) > MAX_BUREAUS:
                raise UnreadableError(f"expected at most {MAX_BUREAUS} of {wanted.__name__}, got {len(items)}")
        ids = [bureau.id for bureau in self.bureaus]
        if ids != sorted(set(ids)) or ids[:1] == [0]:
            raise UnreadableError(f"expected bureau ids above zero, each once and ascending, got {ids}")
        oracles = [bureau.oracle for bureau in self.bureaus if bureau.oracle != NO_KEY]
        if len(set(oracles)) != len(oracles):
            raise UnreadableError("expected one oracle key a bureau, got a shared one")

    def digest(self) -> bytes:
        """The configDigest."""
        return self._digest

    @cached_property
    def _digest(self) -> bytes:
        arrays: tuple[tuple[Struct, ...], ...] = (self.bureaus, self.courts, self.contracts)
        tails = [len(items).to_bytes(32, "big") + b"".join(item.words() for item in items) for items in arrays]
        offset, offsets = 7 * 32, b""
        for tail in tails:
            offsets += offset.to_bytes(32, "big")
            offset += len(tail)
        return keccak256(self._head() + offsets + b"".join(tails))

    def bureau(self, number: int) -> Bureau | None:
        """The bureau with this id."""
        return next((bureau for bureau in self.bureaus if bureau.id == number), None)

    def bureau_of_oracle(self, address: str) -> Bureau | None:
        """The bureau whose oracle key has this address."""
        return next((bureau for bureau in self.bureaus if bureau.oracle == address != NO_KEY), None)

    def quorum(self) -> int:
        """How many bureaus must sign a report: the threshold, and never below three."""
        return max(3, self.threshold)

    def to_json(self) -> dict[str, Json]:
        return {
            "chainId": self.chain_id,
            "consortium": self.consortium,
            "version": self.version,
            "threshold": self.threshold,
            "bureaus": [bureau.to_json() for bureau in self.bureaus],
            "courts": [court.to_json() for court in self.courts],
            "contracts": [contract.to_json() for contract in self.contracts],
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The value that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, KEYS)
        return cls(
            chain_id=integer_of(members["chainId"]),
            consortium=text_of(members["consortium"]),
            version=integer_of(members["version"]),
            threshold=integer_of(members["threshold"]),
            bureaus=tuple(Bureau.from_json(item) for item in list_of(members["bureaus"], MAX_BUREAUS)),
            courts=tuple(Court.from_json(item) for item in list_of(members["courts"], MAX_BUREAUS)),
            contracts=tuple(ContractVersion.from_json(item) for item in list_of(members["contracts"], MAX_BUREAUS)),
        )

    def _head(self) -> bytes:
        address_bytes(self.consortium)
        return (
            unsigned(256)(integer_of(self.chain_id, 1))
            + address_word(self.consortium)
            + unsigned(64)(self.version)
            + unsigned(32)(self.threshold)
        )
