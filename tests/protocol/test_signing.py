import coincurve
import pytest
from eth_account import Account
from eth_keys import keys
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol.canonical import sha256
from node.protocol.errors import SignatureError, UnreadableError
from node.protocol.signing import ORDER, LocalSigner, recover

KEY = sha256(b"a key")
DIGEST = sha256(b"a digest")
SIGNER = LocalSigner(KEY)
SIGNATURE = SIGNER.sign(DIGEST)


@settings(deadline=None)
@given(st.integers(1, ORDER - 1), st.binary(min_size=32, max_size=32))
def test_signatures_are_those_of_eth_account(number: int, digest: bytes) -> None:
    key = number.to_bytes(32, "big")
    signer, account = LocalSigner(key), Account.from_key(key)
    assert signer.address == account.address
    assert signer.sign(digest) == bytes(account.unsafe_sign_hash(digest).signature)
    assert recover(digest, signer.sign(digest)) == signer.address


def test_coincurve_does_the_work() -> None:
    assert isinstance(SIGNER._key, coincurve.PrivateKey)
    reference = keys.Signature(SIGNATURE[:64] + bytes([SIGNATURE[64] - 27]))
    assert reference.recover_public_key_from_msg_hash(DIGEST).to_checksum_address() == SIGNER.address


def high_s(signature: bytes) -> bytes:
    """The same signature in its other spelling, which eth_account accepts."""
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        (high_s(SIGNATURE), "high or zero s"),
        (SIGNATURE[:64], "65 bytes, got 64"),
        (SIGNATURE + b"\x00", "65 bytes, got 66"),
        (b"", "65 bytes, got 0"),
        (SIGNATURE.hex(), "65 bytes, got str"),
        (bytearray(SIGNATURE), "65 bytes, got bytearray"),
        (SIGNATURE[:64] + b"\x00", "v 27 or 28, got 0"),
        (SIGNATURE[:64] + b"\x01", "v 27 or 28, got 1"),
        (SIGNATURE[:64] + b"\x1d", "v 27 or 28, got 29"),
        (SIGNATURE[:64] + b"\x25", "v 27 or 28, got 37"),
        (bytes(32) + SIGNATURE[32:], "r between"),
        (ORDER.to_bytes(32, "big") + SIGNATURE[32:], "r between"),
        (SIGNATURE[:32] + bytes(32) + SIGNATURE[64:], "zero s"),
        ((5).to_bytes(32, "big") + SIGNATURE[32:], "some key made"),  # no point of the curve has this x
    ],
)
def test_recover_accepts_one_form_only(signature: bytes, words: str) -> None:
    with pytest.raises(SignatureError, match=words):
        recover(DIGEST, signature)


def test_the_high_form_is_the_same_signature_elsewhere() -> None:
    assert Account._recover_hash(DIGEST, signature=high_s(SIGNATURE)) == SIGNER.address


def test_another_digest_gives_another_address() -> None:
    assert recover(DIGEST, SIGNATURE) == SIGNER.address
    assert recover(sha256(b"another"), SIGNATURE) != SIGNER.address
    with pytest.raises(UnreadableError, match="32 bytes"):
        recover(b"short", SIGNATURE)
    with pytest.raises(UnreadableError, match="32 bytes"):
        SIGNER.sign(b"short")


@pytest.mark.parametrize("key", [bytes(32), ORDER.to_bytes(32, "big"), b"\x01", "00" * 32])
def test_keys_outside_the_group_are_refused(key: bytes) -> None:
    with pytest.raises(UnreadableError, match="expected"):
        LocalSigner(key)


def test_a_signer_never_shows_its_key() -> None:
    assert repr(SIGNER) == f"LocalSigner({SIGNER.address})"
