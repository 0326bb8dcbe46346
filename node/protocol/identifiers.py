"""Names of things: kinds of violation, subjects, listings, clues, periods, products, addresses and contracts.

Subjects and listings are salted digests, so that a seller, who may be a natural person, is named on chain by a value
that means nothing without the salt.
"""

import re
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache

from node.protocol.canonical import canonical, keccak256, sha256
from node.protocol.errors import UnreadableError
from node.protocol.reading import bytes_of, integer_of, text_of

SUBJECT, LISTING = b"\x02", b"\x03"  # domain separation, beside the 0x00 and 0x01 of the Merkle trees
ZERO = bytes(32)  # "none": no listing, no product, nothing superseded
_ONES = int.from_bytes(b"\x01" * 40, "big")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
MAX_TIME = 253_402_300_799  # the last second of the year 9999


class Kind(IntEnum):
    """The published table of kinds of violation (uint16)."""

    COUNTERFEIT = 1
    GREY_MARKET = 2
    BRUSHING = 3
    FALSE_ADVERTISING = 4
    PRICE_FRAUD = 5


KIND_NAMES: dict[Kind, tuple[str, str]] = {
    Kind.COUNTERFEIT: ("counterfeit", "假冒"),
    Kind.GREY_MARKET: ("grey market", "串货"),
    Kind.BRUSHING: ("brushing", "刷单"),
    Kind.FALSE_ADVERTISING: ("false advertising", "虚假宣传"),
    Kind.PRICE_FRAUD: ("price fraud", "价格欺诈"),
}

# A contract's role is the last digit of its genesis address, and stands in the configuration beside newer addresses.
ROLES: dict[str, int] = {
    "ValidatorSet": 1,
    "BlockLog": 2,
    "Consortium": 3,
    "BrandRegistry": 4,
    "ProductRegistry": 5,
    "ObservationLog": 6,
    "FindingRegistry": 7,
    "CaseRegistry": 8,
    "ModelRegistry": 9,
}
ADDRESSES: dict[str, str] = {name: f"0x{0x7000 + role:040x}" for name, role in ROLES.items()}  # no letters: checksummed


def subject_id(salt: bytes, marketplace: str, seller_id: str) -> bytes:
    """The subject of findings about a seller."""
    return _salted(SUBJECT, salt, marketplace, seller_id)


def listing_digest(salt: bytes, marketplace: str, listing_id: str) -> bytes:
    """A listing of the subject whose salt this is."""
    return _salted(LISTING, salt, marketplace, listing_id)


def clue_key(subject: bytes, listing: bytes, kind: int, period: int) -> bytes:
    """keccak256(abi.encode(subject, listing, kind, period)): at most one live finding has it."""
    return keccak256(
        bytes_of(subject, 32)
        + bytes_of(listing, 32)
        + integer_of(kind, 0, 2**16 - 1).to_bytes(32, "big")
        + integer_of(period, 0, 2**32 - 1).to_bytes(32, "big")
    )


def period_of(observed_at: int) -> int:
    """The UTC month of a time in seconds, as YYYYMM."""
    moment = datetime.fromtimestamp(integer_of(observed_at, 0, MAX_TIME), tz=UTC)
    return moment.year * 100 + moment.month


def product_id(gtin: str | None) -> bytes:
    """A GTIN (8, 12, 13 or 14 digits) as an integer in 32 bytes; zero when there is none.

    The check digit is not judged here: what a seller wrote is evidence as it stands.
    """
    if gtin is None:
        return ZERO
    if not isinstance(gtin, str) or not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", gtin):
        raise UnreadableError(f"expected a GTIN of 8, 12, 13 or 14 digits, got {gtin!r:.40}")
    return int(gtin).to_bytes(32, "big")


def checksummed(address: bytes) -> str:
    """The EIP-55 spelling of a 20-byte address."""
    return _checksummed(bytes_of(address, 20))


@lru_cache(maxsize=8192)
def _checksummed(address: bytes) -> str:
    digits = address.hex().encode("ascii")
    marks = keccak256(digits).hex()[:40].encode("ascii")
    letters, high = int.from_bytes(digits, "big"), int.from_bytes(marks, "big")
    # All forty at once: bit 6 of an ASCII digit tells a letter, bit 3 or 6 one from 8 on, bit 5 is what makes it small.
    upper = letters >> 6 & (high >> 3 | high >> 6) & _ONES
    return "0x" + (letters ^ upper << 5).to_bytes(40, "big").decode("ascii")


def address_bytes(address: object) -> bytes:
    """The 20 bytes of an EIP-55 checksummed address. Raises `UnreadableError` for any other spelling."""
    if isinstance(address, str) and len(address) == 42:
        return _address_bytes(address)
    raise UnreadableError(f"expected a checksummed address, got {address!r:.60}")


@lru_cache(maxsize=8192)
def _address_bytes(address: str) -> bytes:
    if _ADDRESS.fullmatch(address):
        raw = bytes.fromhex(address[2:])
        if checksummed(raw) == address:
            return raw
    raise UnreadableError(f"expected a checksummed address, got {address!r:.60}")


def _salted(prefix: bytes, salt: bytes, marketplace: str, name: str) -> bytes:
    if not text_of(marketplace) or not text_of(name):
        raise UnreadableError("expected a marketplace and an id, got an empty one")
    return sha256(prefix + canonical([bytes_of(salt, 32).hex(), marketplace, name]))
