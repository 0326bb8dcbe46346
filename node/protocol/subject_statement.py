"""The statement that a subject is one seller: signed by bureaus, each of which signs one subject per seller.

Without it nobody could tell a seller without findings from a subject that was made up: any other salt gives a subject
on which nothing is recorded. Like reports it is signed for the FindingRegistry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from node.protocol.canonical import sha256
from node.protocol.errors import UnreadableError, VerificationError
from node.protocol.identifiers import subject_id
from node.protocol.typed_data import Struct


@dataclass(frozen=True)
class SubjectStatement(Struct):
    """These bureaus say that this subject is the seller with these digests, under this salt."""

    TYPE = (
        "SubjectStatement(bytes32 subject,bytes32 salt,bytes32 marketplace,bytes32 seller,bytes32 configDigest,"
        "uint32[] signers)"
    )

    subject: bytes
    salt: bytes
    marketplace: bytes  # SHA-256 of its name in UTF-8
    seller: bytes  # SHA-256 of its id in UTF-8
    config_digest: bytes
    signers: tuple[int, ...]  # bureaus, ascending; none while nobody signed

    @classmethod
    def make(
        cls, salt: bytes, marketplace: str, seller_id: str, config_digest: bytes, signers: Sequence[int] = ()
    ) -> Self:
        """The statement about a seller with this salt."""
        return cls(
            subject=subject_id(salt, marketplace, seller_id),
            salt=salt,
            marketplace=text_digest(marketplace),
            seller=text_digest(seller_id),
            config_digest=config_digest,
            signers=tuple(signers),
        )

    def check_seller(self, marketplace: str, seller_id: str) -> None:
        """Check that the subject is this seller's under the salt, in all members. Raises `VerificationError`."""
        if self != self.make(self.salt, marketplace, seller_id, self.config_digest, self.signers):
            raise VerificationError("expected the subject of the seller named, got another")


def text_digest(text: str) -> bytes:
    """SHA-256 over a text in UTF-8."""
    try:
        return sha256(text.encode("utf-8"))
    except UnicodeEncodeError as exc:
        raise UnreadableError("expected Unicode text, got a lone surrogate") from exc
