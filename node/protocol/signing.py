"""secp256k1 signatures over 32-byte digests: r ‖ s ‖ v, 65 bytes, low s, v 27 or 28, and no other form.

The strictness is the point: were other forms accepted, one signature would have several spellings (CVE-2022-35961).
"""

from functools import lru_cache
from typing import Protocol

import coincurve

from node.protocol.canonical import keccak256
from node.protocol.errors import SignatureError, UnreadableError
from node.protocol.identifiers import checksummed
from node.protocol.reading import bytes_of

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of the group, SEC 2 section 2.4.1
HALF_ORDER = ORDER // 2


class Signer(Protocol):
    """Whoever holds a key: in process, in a file, in a device."""

    @property
    def address(self) -> str:
        """The checksummed address of the key."""

    def sign(self, digest: bytes) -> bytes:
        """The 65 bytes r ‖ s ‖ v over `digest`."""


class LocalSigner:
    """A signer whose key is in memory. Signatures are deterministic (RFC 6979)."""

    def __init__(self, key: bytes) -> None:
        try:
            self._key = coincurve.PrivateKey(bytes_of(key, 32))
        except ValueError as exc:
            raise UnreadableError("expected a private key between 1 and the group order, got another number") from exc
        self._address = _address(self._key.public_key)

    @property
    def address(self) -> str:
        return self._address

    def sign(self, digest: bytes) -> bytes:
        signature = self._key.sign_recoverable(bytes_of(digest, 32), hasher=None)
        return bytes(signature[:64]) + bytes([signature[64] + 27])

    def __repr__(self) -> str:
        return f"LocalSigner({self._address})"


def recover(digest: bytes, signature: bytes) -> str:
    """The address whose key signed `digest`. Raises `SignatureError` for any but the one strict form.

    What was found is remembered: bundles of one block carry the same seals, and steps look at a signature again.
    """
    if not isinstance(signature, bytes) or len(signature) != 65:
        got = f"{len(signature)} bytes" if isinstance(signature, bytes) else type(signature).__name__
        raise SignatureError(f"expected a signature of 65 bytes, got {got}")
    return _recover(bytes_of(digest, 32), signature)


@lru_cache(maxsize=8192)
def _recover(digest: bytes, signature: bytes) -> str:
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if v not in (27, 28):
        raise SignatureError(f"expected v 27 or 28, got {v}")
    if not 0 < r < ORDER:
        raise SignatureError("expected r between 1 and the group order, got another number")
    if not 0 < s <= HALF_ORDER:
        raise SignatureError("expected s in the lower half of the group order, got a high or zero s")
    try:
        key = coincurve.PublicKey.from_signature_and_message(signature[:64] + bytes([v - 27]), digest, hasher=None)
    except Exception as exc:  # the library raises bare Exception and ValueError, by build
        raise SignatureError("expected a signature that some key made, got none") from exc
    return _address(key)


def _address(key: coincurve.PublicKey) -> str:
    return checksummed(keccak256(key.format(compressed=False)[1:])[12:])
