"""Certificates of time-stamp authorities (RFC 5280), as much of them as a time-stamp token rests on.

No chain building: an authority's certificate is pinned, or issued directly by a pinned one. Revocation is not asked
for: it would need a network, and whoever keeps the trust root takes a pin away. Names are compared byte for byte.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, Self

from node.protocol import der
from node.protocol.der import Element, Fields
from node.protocol.errors import TimestampError
from node.protocol.public_key import check_signature

MAX_BYTES = 2**16
BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE = "2.5.29.19", "2.5.29.15", "2.5.29.37"
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
SIGNING, NON_REPUDIATION, CERTIFICATE_SIGNING = 0x80, 0x40, 0x04  # in the first byte of keyUsage


class Extension(NamedTuple):
    """One extension of a certificate."""

    critical: bool
    value: bytes


class Names(NamedTuple):
    """How a signed message names its signer's certificate: the issuer's name in DER, the content of the serial number."""

    issuer: bytes
    serial: bytes


@dataclass(frozen=True)
class Certificate:
    """An X.509 certificate of version 3."""

    raw: bytes
    signed: Element
    algorithm: Element
    signature: bytes
    names: Names
    subject: bytes
    not_before: int
    not_after: int
    key: Element
    extensions: Mapping[str, Extension]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The certificate in DER. Raises `TimestampError`."""
        if len(data) > MAX_BYTES:
            raise TimestampError(f"expected a certificate of at most {MAX_BYTES} bytes, got {len(data)}")
        outer = Fields(Element.parse(data))
        signed, algorithm, signature = outer.take(der.SEQUENCE), outer.take(der.SEQUENCE), outer.take(der.BITS)
        outer.end()
        fields = Fields(signed)
        if fields.take(der.context(0)).body != b"\x02\x01\x02":
            raise TimestampError("expected a certificate of version 3, got another")
        serial, inner, issuer = fields.take(der.INTEGER), fields.take(der.SEQUENCE), fields.take(der.SEQUENCE)
        validity, subject, key = (fields.take(der.SEQUENCE) for _ in range(3))
        extensions = extensions_in(Element.parse(fields.take(der.context(3)).body).items())
        fields.end()
        if inner.raw != algorithm.raw:
            raise TimestampError("expected one signature algorithm in a certificate, got two")
        times = Fields(validity)
        span = [der.time(times.take(der.UTC_TIME, der.GENERALIZED_TIME)) for _ in range(2)]
        times.end()
        return cls(
            raw=data,
            signed=signed,
            algorithm=algorithm,
            signature=der.bits(signature),
            names=Names(issuer.raw, serial.body),
            subject=subject.raw,
            not_before=span[0],
            not_after=span[1],
            key=key,
            extensions=extensions,
        )

    def check_stamps(self) -> None:
        """This certificate is for time-stamping and for nothing else (RFC 3161 section 2.3)."""
        self._check_critical()
        purposes = self.extensions.get(EXTENDED_KEY_USAGE)
        if purposes is None or not purposes.critical:
            raise TimestampError("expected a critical extended key usage in the authority's certificate, got none")
        if [der.oid(item) for item in Element.parse(purposes.value).items()] != [TIME_STAMPING]:
            raise TimestampError("expected a certificate for time-stamping alone, got another purpose")
        if not self._usage & (SIGNING | NON_REPUDIATION):
            raise TimestampError("expected a key that may sign, got another usage")

    def check_issued(self, other: "Certificate") -> None:
        """This certificate is of a certification authority that signed `other`."""
        self._check_critical()
        constraints = self.extensions.get(BASIC_CONSTRAINTS)
        if constraints is None or not _is_authority(constraints.value) or not self._usage & CERTIFICATE_SIGNING:
            raise TimestampError("expected a certificate that may issue others, got another usage")
        if other.names.issuer != self.subject:
            raise TimestampError("expected the issuer that a certificate names, got another")
        check_signature(self.key, other.algorithm, None, other.signature, other.signed.raw)

    def check_valid(self, time: int) -> None:
        """The time, in UTC seconds, is within the certificate's own; both ends count."""
        if not self.not_before <= time <= self.not_after:
            raise TimestampError(
                f"expected a certificate valid at {time}, got one from {self.not_before} to {self.not_after}"
            )

    @cached_property
    def _usage(self) -> int:
        """The first byte of keyUsage; all bits where the extension is absent."""
        usage = self.extensions.get(KEY_USAGE)
        body = Element.parse(usage.value).expect(der.BITS).body if usage else b"\0\xff"
        if not 2 <= len(body) <= 3 or body[0] > 7:
            raise TimestampError("expected the bits of a key usage, got another form")
        return body[1]

    def _check_critical(self) -> None:
        known = {BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE}
        unknown = sorted(name for name, item in self.extensions.items() if item.critical and name not in known)
        if unknown:
            raise TimestampError(f"expected no critical extension that is not known here, got {unknown[0]}")


@lru_cache(maxsize=4)
def certificates_in(pinned: tuple[bytes, ...]) -> tuple[Certificate, ...]:
    """The certificates that a trust root pins. What was read is remembered: each token asks for all of them."""
    return tuple(map(Certificate.parse, pinned))


def names_in(certificate: Element) -> Names:
    """What an embedded certificate says of its issuer and serial number; the rest of it is not looked at."""
    fields = Fields(certificate.items()[0] if certificate.items() else certificate)
    fields.optional(der.context(0))
    serial = fields.take(der.INTEGER)
    fields.take(der.SEQUENCE)
    return Names(fields.take(der.SEQUENCE).raw, serial.body)


def _is_authority(constraints: bytes) -> bool:
    """BasicConstraints: cA; the length of paths plays no part, for ours have one step."""
    fields = Fields(Element.parse(constraints))
    authority = der.truth(fields.optional(der.BOOLEAN))
    fields.optional(der.INTEGER)
    fields.end()
    return authority


def extensions_in(items: Sequence[Element]) -> dict[str, Extension]:
    """Extensions by their object identifiers, each once."""
    found: dict[str, Extension] = {}
    for item in items:
        fields = Fields(item)
        name, critical = der.oid(fields.take(der.OID)), der.truth(fields.optional(der.BOOLEAN))
        value = fields.take(der.OCTETS).body
        fields.end()
        if name in found:
            raise TimestampError(f"expected each extension once, got {name} twice")
        found[name] = Extension(critical, value)
    return found
