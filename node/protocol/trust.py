"""The trust root: what a verifier brings and never takes from a bundle.

It says which chain is meant, who sealed it in which blocks, where the contracts are, up to which block it speaks, and
which parties outside the consortium may vouch for the time of a block. Block ranges include both ends; an open end is
null. It grows by proofs alone: `history.py`.
"""

import base64
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, Self, TypeVar

from node.protocol.canonical import MAX_INTEGER, Json, canonical, from_hex, keccak256, parse, sha256, to_hex
from node.protocol.certificate import certificates_in
from node.protocol.checkpoint import check_distinct, witness_keys
from node.protocol.configuration import Configuration
from node.protocol.errors import UnreadableError
from node.protocol.identifiers import ROLES, address_bytes
from node.protocol.reading import bytes_of, file_of, integer_of, list_of, object_of, optional_integer_of, text_of

MEDIA_TYPE = "application/vnd.touchstone.trust-root+json;version=1"
CUSTODIES = ("one party", "consortium")
MAX_BYTES = 4 * 2**20
MAX_RANGES = 10_000
KEYS = (
    *("mediaType", "chain_id", "genesis_hash", "custody", "contracts", "validator_sets", "config_digests"),
    *("pinned_blocks", "witnesses", "witness_threshold", "timestamp_certificates", "complete_to"),
)
MAX_WITNESSES, MAX_CERTIFICATES = 100, 100


class Ranged(Protocol):
    """Something that holds from one block to another."""

    @property
    def from_block(self) -> int: ...

    @property
    def to_block(self) -> int | None: ...


R = TypeVar("R", bound=Ranged)


def covers(item: Ranged, block: int) -> bool:
    """Does the range include this block?"""
    return item.from_block <= block and (item.to_block is None or block <= item.to_block)


def in_force(ranges: Sequence[R], block: int) -> R | None:
    """The one of these ranges, apart and ascending, that includes this block."""
    place = bisect_right(ranges, block, key=lambda each: each.from_block)
    return ranges[place - 1] if place and covers(ranges[place - 1], block) else None


@dataclass(frozen=True)
class ContractInForce:
    """One version of a contract."""

    address: str
    code_hash: bytes
    from_block: int
    to_block: int | None = None

    def __post_init__(self) -> None:
        address_bytes(self.address)
        bytes_of(self.code_hash, 32)
        _check_range(self)


@dataclass(frozen=True)
class ValidatorSet:
    """Who may seal blocks of this range.

    `ended_at` is the time of its last block, UTC seconds: what is dated later was made by validators who had left.
    """

    from_block: int
    to_block: int | None
    validators: tuple[str, ...]
    ended_at: int | None = None  # none while the range is open, or where it is not known

    def __post_init__(self) -> None:
        _check_range(self)
        if self.ended_at is not None and self.to_block is None:
            raise UnreadableError("expected a time of the end only for validators who have left")
        optional_integer_of(self.ended_at, 0, MAX_INTEGER)
        members = {address_bytes(address) for address in self.validators}
        if not isinstance(self.validators, tuple) or not members or len(members) != len(self.validators):
            raise UnreadableError(f"expected distinct validators, got {len(self.validators)}")


@dataclass(frozen=True)
class KnownConfiguration:
    """The digest of a consortium configuration in force."""

    digest: bytes
    from_block: int
    to_block: int | None = None

    def __post_init__(self) -> None:
        bytes_of(self.digest, 32)
        _check_range(self)


@dataclass(frozen=True)
class PinnedBlock:
    """A block that the root's holder vouches for: nothing that former validators sealed later can stand in its place."""

    number: int
    block_hash: bytes

    def __post_init__(self) -> None:
        integer_of(self.number)
        bytes_of(self.block_hash, 32)


class Outsiders(NamedTuple):
    """Who may vouch for blocks of which chain from outside the consortium. Proofs that lead a trust root on keep it."""

    chain_id: int
    genesis_hash: bytes
    witnesses: tuple[str, ...]
    witness_threshold: int
    timestamp_certificates: tuple[bytes, ...]


@dataclass(frozen=True)
class TrustRoot:
    """A whole trust root. Its id names it to people."""

    chain_id: int
    genesis_hash: bytes
    custody: str
    contracts: Mapping[str, tuple[ContractInForce, ...]]
    validator_sets: tuple[ValidatorSet, ...]
    config_digests: tuple[KnownConfiguration, ...]
    complete_to: int
    pinned_blocks: tuple[PinnedBlock, ...] = ()  # ascending
    witnesses: tuple[str, ...] = ()  # C2SP verifier keys, `name+hash+key`
    witness_threshold: int = 0  # how many of them must have signed; zero without witnesses
    timestamp_certificates: tuple[bytes, ...] = ()  # DER, of RFC 3161 authorities or their direct issuers

    def __post_init__(self) -> None:
        integer_of(self.chain_id, 1)
        bytes_of(self.genesis_hash, 32)
        integer_of(self.complete_to)
        if self.custody not in CUSTODIES:
            raise UnreadableError(f"expected custody of {CUSTODIES}, got {self.custody!r:.40}")
        unknown = set(self.contracts) - set(ROLES)
        if unknown:
            raise UnreadableError(f"expected contracts of {sorted(ROLES)}, got {sorted(unknown)}")
        _check_order(self.validator_sets)
        _check_order(self.config_digests)
        for versions in self.contracts.values():
            _check_order(versions)
        numbers = [each.number for each in self.pinned_blocks]
        if numbers != sorted(set(numbers)):
            raise UnreadableError(f"expected pinned blocks once and ascending, got {numbers!r:.80}")
        witnesses = witness_keys(self.witnesses)
        check_distinct(witnesses)
        names = {key.name for key in witnesses}
        certificates_in(self.timestamp_certificates)
        integer_of(self.witness_threshold, min(1, len(names)), len(names))

    @classmethod
    def founding(
        cls,
        genesis_hash: bytes,
        configuration: Configuration,
        codes: Mapping[str, bytes],
        custody: str,
        complete_to: int,
    ) -> Self:
        """What holds as long as nothing was changed since the genesis; `codes` are the contracts' codes by name."""
        names = {role: name for name, role in ROLES.items()}
        versions = [(names[each.role], each) for each in configuration.contracts if codes.get(names[each.role])]
        keys = [bureau.validator for bureau in configuration.bureaus]
        return cls(
            chain_id=configuration.chain_id,
            genesis_hash=genesis_hash,
            custody=custody,
            contracts={
                name: (ContractInForce(each.at, keccak256(codes[name]), each.from_block),) for name, each in versions
            },
            validator_sets=(ValidatorSet(1, None, tuple(sorted(keys, key=address_bytes))),),
            config_digests=(KnownConfiguration(configuration.digest(), 0),),
            complete_to=complete_to,
        )

    @property
    def outsiders(self) -> Outsiders:
        return Outsiders(
            self.chain_id, self.genesis_hash, self.witnesses, self.witness_threshold, self.timestamp_certificates
        )

    def set_for(self, block: int) -> ValidatorSet | None:
        """The set that seals this block, or None beyond the reach of this trust root."""
        return in_force(self.validator_sets, block) if 0 <= block <= self.complete_to else None

    def validators_for(self, block: int) -> tuple[str, ...] | None:
        """Its members."""
        found = self.set_for(block)
        return None if found is None else found.validators

    def is_current(self, block: int) -> bool:
        """Is the set that sealed this block still the one in force at `complete_to`?"""
        then, now = self.validators_for(block), self.validators_for(self.complete_to)
        return then is not None and now is not None and set(then) == set(now)

    def has_sealed(self, address: str) -> bool:
        """Is this a validator of any set, at any time?"""
        return any(address in each.validators for each in self.validator_sets)

    def pinned(self, block: int) -> bytes | None:
        """The hash of a pinned block."""
        return self._pins.get(block)

    @cached_property
    def _pins(self) -> dict[int, bytes]:
        return {each.number: each.block_hash for each in self.pinned_blocks}

    def contract_in_force(self, name: str, block: int) -> ContractInForce | None:
        """The version of a contract that counts in this block."""
        return in_force(self.contracts.get(name, ()), block)

    def contract(self, name: str, block: int) -> str | None:
        """Its address."""
        found = self.contract_in_force(name, block)
        return None if found is None else found.address

    def knows_configuration(self, digest: bytes, block: int) -> bool:
        """Was the configuration with this digest in force in this block, or put in force by it?

        What holds from the next block on stands in the state after this one, so what this block recorded under it came
        after the change.
        """
        return any(
            each.digest == digest and (covers(each, block) or covers(each, block + 1)) for each in self.config_digests
        )

    def id(self) -> bytes:
        """SHA-256 of the canonical form."""
        return self._id

    @cached_property
    def _id(self) -> bytes:
        return sha256(self.to_bytes())

    def spoken_id(self) -> str:
        """The id as people read it to each other over the telephone: 30 digits, 99 bits of it, in fives."""
        digits = f"{int.from_bytes(self.id(), 'big') % 10**30:030d}"
        return " ".join(digits[at : at + 5] for at in range(0, 30, 5))

    def to_bytes(self) -> bytes:
        """The canonical form, as it is handed out."""
        return canonical(self.to_json())

    def to_json(self) -> dict[str, Json]:
        return {
            "mediaType": MEDIA_TYPE,
            "chain_id": self.chain_id,
            "genesis_hash": to_hex(self.genesis_hash),
            "custody": self.custody,
            "contracts": {
                name: [
                    {"address": each.address, "code_hash": to_hex(each.code_hash), **_range_json(each)}
                    for each in versions
                ]
                for name, versions in self.contracts.items()
            },
            "validator_sets": [
                {
                    **_range_json(each),
                    "validators": list(each.validators),
                    **({} if each.ended_at is None else {"ended_at": each.ended_at}),
                }
                for each in self.validator_sets
            ],
            "config_digests": [{"digest": to_hex(each.digest), **_range_json(each)} for each in self.config_digests],
            "pinned_blocks": [
                {"number": each.number, "block_hash": to_hex(each.block_hash)} for each in self.pinned_blocks
            ],
            "witnesses": list(self.witnesses),
            "witness_threshold": self.witness_threshold,
            "timestamp_certificates": [base64.b64encode(each).decode("ascii") for each in self.timestamp_certificates],
            "complete_to": self.complete_to,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The trust root that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, KEYS)
        if members["mediaType"] != MEDIA_TYPE:
            raise UnreadableError(f"expected {MEDIA_TYPE}, got {members['mediaType']!r:.80}")
        contracts = members["contracts"]
        if not isinstance(contracts, dict):
            raise UnreadableError("expected an object of contracts")
        return cls(
            chain_id=integer_of(members["chain_id"]),
            genesis_hash=from_hex(members["genesis_hash"], 32),
            custody=text_of(members["custody"]),
            contracts={
                text_of(name): tuple(_contract(item) for item in list_of(versions, MAX_RANGES))
                for name, versions in contracts.items()
            },
            validator_sets=tuple(_validators(item) for item in list_of(members["validator_sets"], MAX_RANGES)),
            config_digests=tuple(_configuration(item) for item in list_of(members["config_digests"], MAX_RANGES)),
            complete_to=integer_of(members["complete_to"]),
            pinned_blocks=tuple(_pinned(item) for item in list_of(members["pinned_blocks"], MAX_RANGES)),
            witnesses=tuple(text_of(item) for item in list_of(members["witnesses"], MAX_WITNESSES)),
            witness_threshold=integer_of(members["witness_threshold"]),
            timestamp_certificates=tuple(
                file_of(item) for item in list_of(members["timestamp_certificates"], MAX_CERTIFICATES)
            ),
        )

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The trust root in a file. Raises `ProtocolError` for anything else."""
        if len(data) > MAX_BYTES:
            raise UnreadableError(f"expected a trust root of at most {MAX_BYTES} bytes, got {len(data)}")
        return cls.from_json(parse(data))


def _contract(item: Json) -> ContractInForce:
    row = object_of(item, ("address", "code_hash", "from_block", "to_block"))
    return ContractInForce(text_of(row["address"]), from_hex(row["code_hash"], 32), *_range_of(row))


def _validators(item: Json) -> ValidatorSet:
    row = object_of(item, ("from_block", "to_block", "validators"), ("ended_at",))
    members = tuple(text_of(each) for each in list_of(row["validators"], 1000))
    return ValidatorSet(*_range_of(row), members, integer_of(row["ended_at"]) if "ended_at" in row else None)


def _configuration(item: Json) -> KnownConfiguration:
    row = object_of(item, ("digest", "from_block", "to_block"))
    return KnownConfiguration(from_hex(row["digest"], 32), *_range_of(row))


def _pinned(item: Json) -> PinnedBlock:
    row = object_of(item, ("number", "block_hash"))
    return PinnedBlock(integer_of(row["number"]), from_hex(row["block_hash"], 32))


def _range_of(row: Mapping[str, Json]) -> tuple[int, int | None]:
    last = row["to_block"]
    return integer_of(row["from_block"]), None if last is None else integer_of(last)


def _range_json(item: Ranged) -> dict[str, Json]:
    return {"from_block": item.from_block, "to_block": item.to_block}


def _check_range(item: Ranged) -> None:
    integer_of(item.from_block)
    if item.to_block is not None:
        integer_of(item.to_block, item.from_block)


def _check_order(ranges: Sequence[Ranged]) -> None:
    """One thing at a time: ascending, and none reaching into the next."""
    if not isinstance(ranges, tuple):
        raise UnreadableError(f"expected a tuple of block ranges, got {type(ranges).__name__}")
    for first, second in zip(ranges, ranges[1:], strict=False):
        if first.to_block is None or first.to_block >= second.from_block:
            raise UnreadableError(f"expected block ranges apart and ascending, got one into block {second.from_block}")
