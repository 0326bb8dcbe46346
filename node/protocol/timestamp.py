"""RFC 3161 time-stamps: tokens that say by when some bytes existed, and chains of tokens that keep them good.

The authority's certificate is pinned in the trust root, or issued directly by one that is. Certificates are judged at
the time in the token, so a token outlives them; how long it can be relied on without a renewal is `good_until`. No
network: revocation is not asked for, and the nonce is compared by who asked for the token.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from node.protocol import der
from node.protocol.canonical import sha256
from node.protocol.certificate import Certificate, certificates_in, names_in
from node.protocol.der import Element, Fields
from node.protocol.errors import TimestampError, UnknownAuthority
from node.protocol.public_key import check_signature, hash_of
from node.protocol.token import TST_INFO, Info, Token

MAX_TOKENS = 32
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"


@dataclass(frozen=True)
class Stamp:
    """What a time-stamp says. Times are UTC seconds."""

    time: int  # by which the bytes existed
    hash_algorithm: str  # of the imprint
    policy: str  # object identifier under which the authority worked
    signer: bytes  # SHA-256 of the authority's certificate
    not_before: int  # within which all certificates behind the token are valid
    not_after: int
    good_until: int  # until when no renewal is needed: `not_after`, in a chain that of the last token


def check_token(token: bytes, imprint: bytes, certificates: Sequence[bytes]) -> Stamp:
    """Check that `token` stamps the bytes `imprint` under one of the pinned `certificates`, in DER.

    Raises `TimestampError`.
    """
    # (1) it has the form of a token
    read = Token.parse(token)
    info = Info.parse(read.content)
    # (2) it stamps these bytes
    if hashlib.new(info.hash_algorithm, imprint).digest() != info.imprint:
        raise TimestampError("expected a time-stamp over these bytes, got one over others")
    # (3) the signer may stamp, is pinned or issued by a pinned one, and all certificates are valid at that time
    chain = _chain(read, certificates_in(tuple(certificates)), info.time)
    chain[0].check_stamps()
    # (4) what is signed is this statement, under this certificate
    _check_attributes(read, chain[0])
    # (5) the signature holds
    check_signature(chain[0].key, read.algorithm, read.digest, read.signature, read.signed)
    ends = min(certificate.not_after for certificate in chain)
    return Stamp(
        time=info.time,
        hash_algorithm=info.hash_algorithm,
        policy=info.policy,
        signer=sha256(chain[0].raw),
        not_before=max(certificate.not_before for certificate in chain),
        not_after=ends,
        good_until=ends,
    )


def check_chain(tokens: Sequence[bytes], imprint: bytes, certificates: Sequence[bytes]) -> Stamp:
    """Check a time-stamp over `imprint` and its renewals: each token after the first stamps the bytes of the one before.

    A renewal comes later, and while the certificates behind the one before are still valid. What the first token says
    counts, and holds until those behind the last one end. Raises `TimestampError`.
    """
    if not 1 <= len(tokens) <= MAX_TOKENS:
        raise TimestampError(f"expected 1 to {MAX_TOKENS} tokens, got {len(tokens)}")
    first = last = check_token(tokens[0], imprint, certificates)
    for before, token in zip(tokens, tokens[1:], strict=False):
        stamp = check_token(token, before, certificates)
        if not last.time < stamp.time <= last.not_after:
            raise TimestampError(
                f"expected a renewal after {last.time} and not after {last.not_after}, got one at {stamp.time}"
            )
        last = stamp
    return replace(first, good_until=last.not_after)


def _chain(token: Token, pinned: Sequence[Certificate], time: int) -> list[Certificate]:
    """The signer's certificate, and the pinned one that issued it unless it is pinned itself."""
    raws = {item.raw for item in token.certificates if names_in(item) == token.signer}
    raws |= {item.raw for item in pinned if item.names == token.signer}
    if not raws:
        raise UnknownAuthority("expected the certificate that the signer names, inside or pinned, got none")
    if len(raws) > 1:
        raise TimestampError(f"expected the one certificate that the signer names, got {len(raws)}")
    signer = Certificate.parse(raws.pop())
    signer.check_valid(time)
    if any(item.raw == signer.raw for item in pinned):
        return [signer]
    failure: TimestampError = UnknownAuthority(
        "expected an authority that is pinned or issued by a pinned one, got another"
    )
    for issuer in pinned:
        if issuer.subject == signer.names.issuer:
            try:
                issuer.check_valid(time)
                issuer.check_issued(signer)
                return [signer, issuer]
            except TimestampError as exc:  # another of the same name, for a newer key or a longer time, may do
                failure = exc
    try:
        raise failure
    finally:
        del failure  # an error that a frame holds would keep that frame, and with it the file


def _check_attributes(token: Token, signer: Certificate) -> None:
    """The signed attributes name this content (RFC 5652 section 11) and this certificate (RFC 5816 section 2.2.1)."""
    kind, digest = (token.attributes.get(name) for name in (CONTENT_TYPE, MESSAGE_DIGEST))
    if kind is None or der.oid(kind) != TST_INFO:
        raise TimestampError("expected a signed content type of a time-stamp, got another or none")
    if digest is None or digest.expect(der.OCTETS).body != hashlib.new(token.digest, token.content).digest():
        raise TimestampError("expected the signed digest of this time-stamp, got another or none")
    named = [
        _certificate_hash(value, versioned)
        for name, versioned in ((SIGNING_CERTIFICATE, False), (SIGNING_CERTIFICATE_V2, True))
        if (value := token.attributes.get(name)) is not None
    ]
    if not named or any(hashlib.new(name, signer.raw).digest() != value for name, value in named):
        raise TimestampError("expected the signed digest of the signer's certificate, got another or none")


def _certificate_hash(value: Element, versioned: bool) -> tuple[str, bytes]:
    """Hash name and value of the first certificate in a SigningCertificate, or in one of version 2 (RFC 5035)."""
    lists = Fields(value)
    certificates = lists.take(der.SEQUENCE).items()
    if not certificates:
        raise TimestampError("expected a certificate in a signing-certificate attribute, got none")
    fields = Fields(certificates[0])
    algorithm = fields.optional(der.SEQUENCE) if versioned else None
    name = hash_of(algorithm) if algorithm else "sha256" if versioned else "sha1"
    return name, fields.take(der.OCTETS).body
