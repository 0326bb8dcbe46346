import hashlib

import pytest
from eth_abi import encode
from eth_utils import keccak, to_checksum_address

from node.protocol.errors import UnreadableError
from node.protocol.identifiers import (
    ADDRESSES,
    KIND_NAMES,
    ROLES,
    ZERO,
    Kind,
    address_bytes,
    checksummed,
    clue_key,
    listing_digest,
    period_of,
    product_id,
    subject_id,
)

SALT = bytes(range(32))


def test_subject_and_listing_are_salted_digests_of_their_own_kind() -> None:
    preimage = ('["' + SALT.hex() + '","grand-mall","卖家1"]').encode()
    assert subject_id(SALT, "grand-mall", "卖家1") == hashlib.sha256(b"\x02" + preimage).digest()
    assert listing_digest(SALT, "grand-mall", "卖家1") == hashlib.sha256(b"\x03" + preimage).digest()
    assert subject_id(bytes(32), "grand-mall", "卖家1") != subject_id(SALT, "grand-mall", "卖家1")


@pytest.mark.parametrize(
    ("salt", "marketplace", "seller"), [(b"\x00" * 31, "m", "s"), (SALT, "", "s"), (SALT, "m", ""), (SALT, "m", 7)]
)
def test_subject_refuses_unfit_parts(salt: bytes, marketplace: str, seller: str) -> None:
    with pytest.raises(UnreadableError, match="expected"):
        subject_id(salt, marketplace, seller)


def test_clue_key_is_the_abi_encoding_hashed() -> None:
    subject, listing = b"\x11" * 32, b"\x22" * 32
    encoded = encode(["bytes32", "bytes32", "uint16", "uint32"], [subject, listing, 3, 202607])
    assert clue_key(subject, listing, Kind.BRUSHING, 202607) == keccak(encoded)


@pytest.mark.parametrize(("kind", "period"), [(2**16, 1), (-1, 1), (True, 1), (1, 2**32), (1, 1.0)])
def test_clue_key_refuses_other_numbers(kind: int, period: int) -> None:
    with pytest.raises(UnreadableError, match="expected an integer"):
        clue_key(ZERO, ZERO, kind, period)


def test_period_is_the_utc_month() -> None:
    assert period_of(0) == 197001
    assert period_of(1_785_542_399) == 202607  # 2026-07-31T23:59:59Z
    assert period_of(1_785_542_400) == 202608
    with pytest.raises(UnreadableError):
        period_of(10**12)


def test_product_is_the_gtin_as_a_number() -> None:
    assert product_id(None) == ZERO
    assert product_id("06901234567892") == product_id("6901234567892") == (6901234567892).to_bytes(32, "big")
    for wrong in ("", "123", "690123456789a", "123456789012345", "６901234567892", " 12345670"):
        with pytest.raises(UnreadableError, match="expected a GTIN"):
            product_id(wrong)


def test_addresses_of_the_contracts() -> None:
    assert ADDRESSES["FindingRegistry"] == "0x0000000000000000000000000000000000007007"
    assert all(
        address == to_checksum_address(address) and int(address[-1]) == ROLES[name]
        for name, address in ADDRESSES.items()
    )
    assert set(KIND_NAMES) == set(Kind)


def test_checksums_are_those_of_eip_55() -> None:
    for number in range(50):
        raw = keccak(bytes([number]))[12:]
        assert checksummed(raw) == to_checksum_address(raw)
        assert address_bytes(checksummed(raw)) == raw


@pytest.mark.parametrize(
    "text",
    [
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAe",
        None,
        b"\x00" * 20,
    ],
)
def test_addresses_without_checksum_are_refused(text: object) -> None:
    assert address_bytes("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
    with pytest.raises(UnreadableError, match="checksummed address"):
        address_bytes(text)
