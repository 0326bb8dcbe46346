"""A brand's right, and an officer's signed word that the brand may go on record for its owner (contracts/types/Brand.sol).

The owner stands in the signed words: whoever carries them, or copies them, registers the same brand for the same owner.
"""

from dataclasses import dataclass

from node.protocol.canonical import keccak256
from node.protocol.errors import UnreadableError
from node.protocol.typed_data import Struct

NICE_CLASSES = range(1, 46)  # the classes of the Nice Agreement


def office_code(office: str) -> int:
    """The number of an office's WIPO ST.3 code of two capitals."""
    if len(office) != 2 or not (office.isascii() and office.isalpha() and office.isupper()):
        raise UnreadableError(f"expected an office by two capital letters, got {office!r:.20}")
    return int.from_bytes(office.encode("ascii"), "big")


def nice_bits(classes: tuple[int, ...]) -> int:
    """The classes as bits: bit n set for class n."""
    if not classes or not set(classes) <= set(NICE_CLASSES):
        raise UnreadableError(f"expected classes from 1 to 45, got {classes}")
    return sum(1 << number for number in set(classes))


@dataclass(frozen=True)
class Right(Struct):
    """A trade mark right; its times are UTC seconds, `valid_until` the first second after it."""

    TYPE = (
        "Right(bytes32 numberDigest,uint16 office,uint64 niceClasses,"
        "uint64 validFrom,uint64 validUntil,bytes32 documentDigest)"
    )

    number_digest: bytes
    office: int
    nice_classes: int
    valid_from: int
    valid_until: int
    document_digest: bytes

    def digest(self) -> bytes:
        """keccak256 of the ABI encoding, which an authority names."""
        return keccak256(self.words())


@dataclass(frozen=True)
class Authority(Struct):
    """What an officer signs, for the BrandRegistry."""

    TYPE = "Authority(bytes32 brandId,address owner,bytes32 nameKey,bytes32 nameDigest,bytes32 rightDigest,uint64 deadline)"

    brand_id: bytes
    owner: str
    name_key: bytes  # node/protocol/brand_name.py
    name_digest: bytes
    right_digest: bytes
    deadline: int  # last second at which it may be used
