"""EIP-712 typed data: strict frozen values, their struct hashes, and digests under our domain.

A `Struct` is a dataclass whose members follow its EIP-712 type string, which is the only place that names them. Values
are checked when they are made and never coerced; hashing is then a joining of 32-byte words. Integers stay within
2^53 - 1 whatever their Solidity width, so that JSON carries them. Left out: dynamic `bytes` and `string`, unused here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

from node.protocol.canonical import MAX_INTEGER, Json, from_hex, keccak256, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.identifiers import address_bytes
from node.protocol.reading import bytes_of, integer_of, list_of, object_of

NAME, VERSION = "Touchstone", "1"
DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_DOMAIN_HEAD = b"".join(keccak256(text.encode("ascii")) for text in (DOMAIN_TYPE, NAME, VERSION))


Codec: TypeAlias = tuple[Callable[[Any], bytes], Callable[[Json], Any], Callable[[Any], Json]]  # word, read, write


class Member(NamedTuple):
    """One member of a struct: how it is named, hashed, and read from JSON and written to it."""

    name: str  # in the type string and in JSON
    attribute: str  # in Python
    word: Callable[[Any], bytes]  # checks the value and returns its 32 bytes
    read: Callable[[Json], Any]
    write: Callable[[Any], Json]


class Struct:
    """Base of typed values. A subclass is a frozen dataclass with `TYPE`, and `PARTS`: the structs it names."""

    TYPE: ClassVar[str]
    PARTS: ClassVar[tuple[type["Struct"], ...]] = ()
    MEMBERS: ClassVar[tuple[Member, ...]]
    TYPE_HASH: ClassVar[bytes]

    def __init_subclass__(cls) -> None:
        members = cls.TYPE[cls.TYPE.index("(") + 1 : -1].split(",")
        cls.MEMBERS = tuple(_member(text, cls.PARTS) for text in members)
        referred = sorted({part.TYPE for part in cls.PARTS})
        cls.TYPE_HASH = keccak256("".join([cls.TYPE, *referred]).encode("ascii"))

    def __post_init__(self) -> None:
        self.words()

    def words(self) -> bytes:
        """The encoded members; for a struct without arrays this is also its ABI encoding."""
        return self._words

    @cached_property
    def _words(self) -> bytes:
        found = []
        for member in self.MEMBERS:
            try:
                found.append(member.word(getattr(self, member.attribute)))
            except UnreadableError as exc:
                raise UnreadableError(f"{type(self).__name__}.{member.attribute}: {exc}") from exc
        return b"".join(found)

    def struct_hash(self) -> bytes:
        """EIP-712 hashStruct."""
        return self._struct_hash

    @cached_property
    def _struct_hash(self) -> bytes:
        return keccak256(self.TYPE_HASH + self._words)

    def to_json(self) -> dict[str, Json]:
        """The members under their EIP-712 names."""
        return {member.name: member.write(getattr(self, member.attribute)) for member in self.MEMBERS}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The value that `to_json` wrote. Raises `UnreadableError` for missing, unknown or wrong members."""
        members = object_of(value, [member.name for member in cls.MEMBERS])
        return cls(**{member.attribute: member.read(members[member.name]) for member in cls.MEMBERS})


@dataclass(frozen=True)
class Domain:
    """Where signatures count: one chain and one contract on it."""

    chain_id: int
    verifying_contract: str

    def __post_init__(self) -> None:
        integer_of(self.chain_id, 1)
        address_bytes(self.verifying_contract)

    def separator(self) -> bytes:
        """EIP-712 domainSeparator."""
        return _separator(self.chain_id, self.verifying_contract)


def digest(domain: Domain, struct_hash: bytes) -> bytes:
    """What is signed: keccak256(0x1901 ‖ domainSeparator ‖ hashStruct)."""
    return keccak256(b"\x19\x01" + domain.separator() + bytes_of(struct_hash, 32))


def unsigned(bits: int) -> Callable[[object], bytes]:
    """The encoder of uint`bits`."""
    high = min(2**bits - 1, MAX_INTEGER)
    return lambda value: integer_of(value, 0, high).to_bytes(32, "big")


def address_word(value: object) -> bytes:
    """An address as a word."""
    return bytes(12) + address_bytes(value)


@lru_cache(maxsize=64)
def _separator(chain_id: int, verifying_contract: str) -> bytes:
    return keccak256(_DOMAIN_HEAD + chain_id.to_bytes(32, "big") + address_word(verifying_contract))


def _member(text: str, parts: tuple[type[Struct], ...]) -> Member:
    solidity, name = text.split(" ")
    attribute = re.sub(r"(?=[A-Z])", "_", name).lower()
    word, read, write = _codec(solidity, {part.__name__: part for part in parts})
    return Member(name, attribute, word, read, write)


def _codec(solidity: str, parts: dict[str, type[Struct]]) -> Codec:
    if solidity.endswith("[]"):
        word, read, write = _codec(solidity[:-2], parts)
        return (
            lambda items: keccak256(b"".join(map(word, _tuple_of(items)))),
            lambda items: tuple(map(read, list_of(items))),
            lambda items: list(map(write, items)),
        )
    if solidity in parts:
        part = parts[solidity]
        return lambda item: _instance_of(part, item).struct_hash(), part.from_json, lambda item: item.to_json()
    if solidity == "bytes32":
        return lambda item: bytes_of(item, 32), lambda item: from_hex(item, 32), to_hex
    if solidity == "address":
        return address_word, _same, _same
    return unsigned(int(solidity.removeprefix("uint"))), _same, _same


def _same(item: Any) -> Any:
    return item


def _tuple_of(items: object) -> tuple[Any, ...]:
    if not isinstance(items, tuple):
        raise UnreadableError(f"expected a tuple, got {type(items).__name__}")
    return items


def _instance_of(part: type[Struct], item: object) -> Struct:
    if not isinstance(item, part):
        raise UnreadableError(f"expected {part.__name__}, got {type(item).__name__}")
    return item
