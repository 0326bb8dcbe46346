"""The form of an RFC 3161 time-stamp token: the fields of one, read from strict DER without judging them.

A token is the bare TimeStampToken, a CMS SignedData (RFC 5652), not the response around it. Narrow on purpose, so that
another program reads the same: version 3, one signer named by issuer and serial number, no crls, no unsigned
attributes, signed attributes in their DER order with one value each, no critical extension.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from node.protocol import der
from node.protocol.certificate import Names, extensions_in
from node.protocol.der import Element, Fields
from node.protocol.errors import TimestampError
from node.protocol.public_key import hash_of

MAX_BYTES, MAX_CERTIFICATES = 2**16, 16
MAX_ACCURACY = 60  # seconds; an authority that is less sure of its clock dates nothing here
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"


@dataclass(frozen=True)
class Info:
    """TSTInfo (RFC 3161 section 2.4.2): what the authority states. The time is in UTC seconds, a fraction dropped."""

    policy: str
    hash_algorithm: str
    imprint: bytes
    time: int
    nonce: int | None

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """The statement in DER. Serial number, ordering and the authority's name only have to have their form."""
        fields = Fields(Element.parse(content))
        if der.integer(fields.take(der.INTEGER)) != 1:
            raise TimestampError("expected a time-stamp of version 1, got another")
        policy = der.oid(fields.take(der.OID))
        imprint = Fields(fields.take(der.SEQUENCE))
        algorithm, hashed = hash_of(imprint.take(der.SEQUENCE)), imprint.take(der.OCTETS).body
        imprint.end()
        der.integer(fields.take(der.INTEGER))
        time = der.time(fields.take(der.GENERALIZED_TIME))
        _check_accuracy(fields.optional(der.SEQUENCE))
        der.truth(fields.optional(der.BOOLEAN))
        nonce, _, extensions = (fields.optional(tag) for tag in (der.INTEGER, der.context(0), der.context(1)))
        fields.end()
        if extensions and any(item.critical for item in extensions_in(extensions.items(extensions.tag)).values()):
            raise TimestampError("expected no critical extension in a time-stamp, got one")
        return cls(policy, algorithm, hashed, time, der.integer(nonce) if nonce else None)


@dataclass(frozen=True)
class Token:
    """A token: the statement, who signed it and how."""

    content: bytes  # TSTInfo
    certificates: tuple[Element, ...]
    signer: Names
    digest: str
    attributes: Mapping[str, Element]  # by object identifier: the value
    signed: bytes  # the attributes as they are signed
    algorithm: Element
    signature: bytes

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The token in DER. Raises `TimestampError`."""
        if len(data) > MAX_BYTES:
            raise TimestampError(f"expected a token of at most {MAX_BYTES} bytes, got {len(data)}")
        outer = Fields(Element.parse(data))
        _expect_kind(SIGNED_DATA, outer.take(der.OID))
        fields = Fields(Element.parse(outer.take(der.context(0)).body))
        outer.end()
        if der.integer(fields.take(der.INTEGER)) != 3:
            raise TimestampError("expected signed data of version 3, got another")
        digests, content = fields.take(der.SET).items(der.SET), Fields(fields.take(der.SEQUENCE))
        _expect_kind(TST_INFO, content.take(der.OID))
        octets = Element.parse(content.take(der.context(0)).body).expect(der.OCTETS)
        content.end()
        embedded = fields.optional(der.context(0))
        certificates = embedded.items(embedded.tag) if embedded else []
        signers = fields.take(der.SET).items(der.SET)
        fields.end()
        if (len(digests), len(signers)) != (1, 1) or len(certificates) > MAX_CERTIFICATES:
            raise TimestampError(
                f"expected one signer with one digest algorithm, got {len(signers)} and {len(digests)}"
            )
        read = cls._of_signer(signers[0], octets.body, tuple(certificates))
        if hash_of(digests[0]) != read.digest:
            raise TimestampError(f"expected the signer's digest algorithm {read.digest}, got another")
        return read

    @classmethod
    def _of_signer(cls, signer: Element, content: bytes, certificates: tuple[Element, ...]) -> Self:
        fields = Fields(signer)
        if der.integer(fields.take(der.INTEGER)) != 1:
            raise TimestampError("expected a signer named by issuer and serial number, got another form")
        names = Fields(fields.take(der.SEQUENCE))
        issuer, serial = names.take(der.SEQUENCE), names.take(der.INTEGER)
        names.end()
        digest, attributes = hash_of(fields.take(der.SEQUENCE)), fields.take(der.context(0))
        algorithm, signature = fields.take(der.SEQUENCE), fields.take(der.OCTETS)
        fields.end()
        return cls(
            content=content,
            certificates=certificates,
            signer=Names(issuer.raw, serial.body),
            digest=digest,
            attributes=_attributes(attributes.items(attributes.tag)),
            signed=bytes([der.SET]) + attributes.raw[1:],  # under the tag of a SET: RFC 5652 section 5.4
            algorithm=algorithm,
            signature=signature.body,
        )


def _attributes(items: list[Element]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for item in items:
        fields = Fields(item)
        name, values = der.oid(fields.take(der.OID)), fields.take(der.SET).items(der.SET)
        fields.end()
        if len(values) != 1 or name in found:
            raise TimestampError(f"expected one signed attribute {name} with one value, got more")
        found[name] = values[0]
    if [item.raw for item in items] != sorted(item.raw for item in items):
        raise TimestampError("expected signed attributes in DER order, got another")
    return found


def _expect_kind(wanted: str, got: Element) -> None:
    if der.oid(got) != wanted:
        raise TimestampError(f"expected content of type {wanted}, got {der.oid(got)}")


def _check_accuracy(accuracy: Element | None) -> None:
    if accuracy is None:
        return
    fields = Fields(accuracy)
    seconds = fields.optional(der.INTEGER)
    parts = [fields.optional(der.context(number, constructed=False)) for number in (0, 1)]
    fields.end()
    if seconds and not 0 <= der.integer(seconds) <= MAX_ACCURACY:
        raise TimestampError(f"expected a time accurate to {MAX_ACCURACY} seconds, got another accuracy")
    if any(not 1 <= int.from_bytes(part.body, "big") <= 999 or len(part.body) > 2 for part in parts if part):
        raise TimestampError("expected thousandths from 1 to 999 in an accuracy, got others")
