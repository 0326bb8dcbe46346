"""A time-stamping authority for tests that writes its tokens byte by byte, so also wrong ones, at any time."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = 1_785_542_399  # 2026-07-31T23:59:59Z
YEAR = 365 * 86_400
HASHES = {"sha1": "1.3.14.3.2.26"} | {
    name: f"2.16.840.1.101.3.4.2.{number}" for number, name in enumerate(("sha256", "sha384", "sha512"), 1)
}
RSA_WITH = {name: f"1.2.840.113549.1.1.{number}" for number, name in enumerate(("sha256", "sha384", "sha512"), 11)}
ECDSA_WITH = {name: f"1.2.840.10045.4.3.{number}" for number, name in enumerate(("sha256", "sha384", "sha512"), 2)}
ALGORITHMS = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
POLICY = "1.3.6.1.4.1.99999.1"
NULL = b"\x05\x00"


# --- writing DER ------------------------------------------------------------------------------------------------------


def item(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = len(body)
    size = bytes([length]) if length < 128 else length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (size if length < 128 else bytes([0x80 | len(size)]) + size) + body


def sequence(*parts: bytes) -> bytes:
    return item(0x30, *parts)


def number(value: int) -> bytes:
    return item(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    return item(0x04, value)


def name(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    body = b""
    for arc in (first * 40 + second, *rest):
        groups = [arc >> 7 * step & 0x7F for step in range(max(1, -(-arc.bit_length() // 7)))][::-1]
        body += bytes([0x80 | group for group in groups[:-1]] + groups[-1:])
    return item(0x06, body)


def generalized(time: int, fraction: str = "") -> bytes:
    return item(0x18, datetime.fromtimestamp(time, UTC).strftime("%Y%m%d%H%M%S").encode() + fraction.encode() + b"Z")


def algorithm(dotted: str, parameters: bytes = b"") -> bytes:
    return sequence(name(dotted), parameters)


def attribute(dotted: str, *values: bytes) -> bytes:
    return sequence(name(dotted), item(0x31, *values))


# --- certificates -----------------------------------------------------------------------------------------------------


def make_key(kind: str) -> CertificateIssuerPrivateKeyTypes:
    """A key: rsa2048, rsa3072, rsa1024, p256, p384, p521."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    return ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}[kind])


@dataclass
class Holder:
    """A key with its certificate. A `fixed` one signs the same bytes alike each time (RFC 6979)."""

    key: CertificateIssuerPrivateKeyTypes
    certificate: x509.Certificate
    fixed: bool = False

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])


def usage(*given: str) -> x509.KeyUsage:
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    every += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{each: each in given for each in every})


def certify(
    subject: str,
    key: CertificateIssuerPrivateKeyTypes,
    issuer: Holder | None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]],
    start: int = NOW - YEAR,
    end: int = NOW + YEAR,
    serial: int | None = None,
    fixed: bool = False,
) -> Holder:
    """A certificate of `key`, signed by `issuer`, or by itself; `fixed` if all of it shall be the same each time."""
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(issuer.certificate.subject if issuer else called)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(datetime.fromtimestamp(start, UTC))
        .not_valid_after(datetime.fromtimestamp(end, UTC))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    signing = issuer.key if issuer else key
    return Holder(key, builder.sign(signing, hashes.SHA256(), ecdsa_deterministic=fixed or None), fixed)


ROOT_EXTENSIONS = ((x509.BasicConstraints(True, None), True), (usage("key_cert_sign", "crl_sign"), True))
STAMPING_EXTENSIONS = ((STAMPING, True), (usage("digital_signature"), True))


# --- tokens -----------------------------------------------------------------------------------------------------------


@dataclass
class Authority:
    """An authority with a root and a certificate for time-stamping. Every part of a token can be given otherwise."""

    kind: str = "p256"
    root_kind: str = "p256"
    title: str = "Test"
    root: Holder = field(init=False)
    holder: Holder = field(init=False)

    def __post_init__(self) -> None:
        self.root = certify(f"{self.title} Root", make_key(self.root_kind), None, ROOT_EXTENSIONS)
        self.holder = self.issue()

    def issue(
        self,
        extensions: Sequence[tuple[x509.ExtensionType, bool]] = STAMPING_EXTENSIONS,
        **changed: int | str,
    ) -> Holder:
        """Another certificate for time-stamping under the root."""
        return certify(f"{self.title} TSA", make_key(self.kind), self.root, extensions, **changed)  # type: ignore[arg-type]

    def token(
        self,
        data: bytes,
        time: int = NOW,
        imprint: str = "sha256",
        digest: str = "sha256",
        holder: Holder | None = None,
        embed: Sequence[bytes] | None = None,
        info: Callable[[dict[str, bytes]], Mapping[str, bytes]] = lambda fields: fields,
        attributes: Callable[[list[bytes]], Sequence[bytes]] = lambda made: made,
        signer: Callable[[dict[str, bytes]], Mapping[str, bytes]] = lambda fields: fields,
        outer: Callable[[dict[str, bytes]], Mapping[str, bytes]] = lambda fields: fields,
    ) -> bytes:
        """A token over `data`. The four functions get the parts as they should be, in order, and may change them."""
        holder = holder or self.holder
        content = sequence(*info(info_fields(data, time, imprint)).values())
        signed = attributes(
            sorted(
                [
                    attribute("1.2.840.113549.1.9.3", name("1.2.840.113549.1.9.16.1.4")),
                    attribute("1.2.840.113549.1.9.4", octets(hashlib.new(digest, content).digest())),
                    signing_certificate(holder.der),
                ]
            )
        )
        signature = sign(holder.key, digest, item(0x31, *signed), holder.fixed)
        embedded = [holder.der] if embed is None else list(embed)
        made = {
            "version": number(3),
            "digests": item(0x31, algorithm(HASHES[digest], NULL)),
            "content": sequence(name("1.2.840.113549.1.9.16.1.4"), item(0xA0, octets(content))),
            "certificates": item(0xA0, *embedded) if embedded else b"",
            "signers": item(0x31, sequence(*signer(signer_fields(holder, digest, signed, signature)).values())),
        }
        return sequence(name("1.2.840.113549.1.7.2"), item(0xA0, sequence(*outer(made).values())))


def info_fields(data: bytes, time: int, imprint: str) -> dict[str, bytes]:
    """TSTInfo."""
    return {
        "version": number(1),
        "policy": name(POLICY),
        "imprint": sequence(algorithm(HASHES[imprint], NULL), octets(hashlib.new(imprint, data).digest())),
        "serial": number(7),
        "time": generalized(time),
        "accuracy": b"",
        "ordering": b"",
        "nonce": b"",
        "tsa": b"",
        "extensions": b"",
    }


def signer_fields(holder: Holder, digest: str, signed: Sequence[bytes], signature: bytes) -> dict[str, bytes]:
    """SignerInfo."""
    certificate = holder.certificate
    kind = RSA_WITH if isinstance(holder.key, rsa.RSAPrivateKey) else ECDSA_WITH
    return {
        "version": number(1),
        "names": sequence(certificate.issuer.public_bytes(), number(certificate.serial_number)),
        "digest": algorithm(HASHES[digest], NULL),
        "attributes": item(0xA0, *signed),
        "algorithm": algorithm(kind.get(digest, kind["sha256"]), NULL if kind is RSA_WITH else b""),
        "signature": octets(signature),
        "unsigned": b"",
    }


def signing_certificate(certificate: bytes, hash_name: str = "sha256") -> bytes:
    """The attribute that names the signer's certificate, of version 1 for sha1."""
    digest = octets(hashlib.new(hash_name, certificate).digest())
    if hash_name == "sha1":
        return attribute("1.2.840.113549.1.9.16.2.12", sequence(sequence(sequence(digest))))
    chosen = b"" if hash_name == "sha256" else algorithm(HASHES[hash_name])
    return attribute("1.2.840.113549.1.9.16.2.47", sequence(sequence(sequence(chosen, digest))))


def sign(key: CertificateIssuerPrivateKeyTypes, digest: str, message: bytes, fixed: bool = False) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), ALGORITHMS[digest])
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.sign(message, ec.ECDSA(ALGORITHMS[digest], deterministic_signing=fixed))
