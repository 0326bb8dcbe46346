"""Signatures of time-stamp authorities: RSA PKCS #1 v1.5 of 2048 to 4096 bits, ECDSA over P-256 and P-384, SHA-2.

No other algorithm, parameter or encoding, so that a second verifier in a browser can follow: exponent 65537, named
curves, uncompressed points, an ECDSA signature in its one DER spelling.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from node.protocol import der
from node.protocol.der import Element, Fields
from node.protocol.errors import TimestampError

RSA, EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
HASHES = {f"2.16.840.1.101.3.4.2.{number}": name for number, name in enumerate(("sha256", "sha384", "sha512"), 1)}
SIGNATURES: dict[
    str, tuple[str, str | None]
] = {  # by object identifier: kind of key; hash, None for the signer's digest
    RSA: (RSA, None),
    "1.2.840.113549.1.1.11": (RSA, "sha256"),
    "1.2.840.113549.1.1.12": (RSA, "sha384"),
    "1.2.840.113549.1.1.13": (RSA, "sha512"),
    "1.2.840.10045.4.3.2": (EC, "sha256"),
    "1.2.840.10045.4.3.3": (EC, "sha384"),
    "1.2.840.10045.4.3.4": (EC, "sha512"),
}
CURVES: dict[str, ec.EllipticCurve] = {"1.2.840.10045.3.1.7": ec.SECP256R1(), "1.3.132.0.34": ec.SECP384R1()}
ALGORITHMS: dict[str, HashAlgorithm] = {"sha256": SHA256(), "sha384": SHA384(), "sha512": SHA512()}
EXPONENT, MIN_BITS, MAX_BITS = 65537, 2048, 4096
PLAIN = (b"", b"\x05\x00")  # parameters of a hash or an RSA algorithm: absent or NULL, both are in use


def hash_of(algorithm: Element) -> str:
    """The name of the hash in an AlgorithmIdentifier."""
    name, parameters = _identifier(algorithm)
    if name not in HASHES or parameters not in PLAIN:
        raise TimestampError(f"expected SHA-256, SHA-384 or SHA-512, got {name}")
    return HASHES[name]


def check_signature(key: Element, algorithm: Element, digest: str | None, signature: bytes, message: bytes) -> None:
    """Check a signature over `message` by `key`, a SubjectPublicKeyInfo. Raises `TimestampError`.

    `algorithm` is the AlgorithmIdentifier beside the signature, `digest` the hash it must have, or None for any of ours.
    """
    name, parameters = _identifier(algorithm)
    kind, named = SIGNATURES.get(name, ("", None))
    if not kind or parameters not in (PLAIN if kind == RSA else (b"",)):
        raise TimestampError(f"expected a signature by RSA or ECDSA with SHA-2, got {name}")
    used = named or digest
    if used is None or digest not in (None, used):
        raise TimestampError(f"expected a signature over {digest or 'a hash that it names'}, got {used}")
    try:
        if kind == RSA:
            _rsa_key(key).verify(signature, message, padding.PKCS1v15(), ALGORITHMS[used])
        else:
            _check_form(signature)
            _ec_key(key).verify(signature, message, ec.ECDSA(ALGORITHMS[used]))
    except InvalidSignature as exc:
        raise TimestampError("expected a signature that holds, got a false one") from exc


def _identifier(algorithm: Element) -> tuple[str, bytes]:
    """Object identifier and parameters of an AlgorithmIdentifier, empty when there are none."""
    fields = algorithm.items()
    if not 1 <= len(fields) <= 2:
        raise TimestampError(f"expected an algorithm and at most one parameter, got {len(fields)} fields")
    return der.oid(fields[0]), b"".join(field.raw for field in fields[1:])


def _key(info: Element) -> tuple[tuple[str, bytes], bytes]:
    """The algorithm of a SubjectPublicKeyInfo, and the key's bytes."""
    fields = Fields(info)
    algorithm, key = fields.take(der.SEQUENCE), fields.take(der.BITS)
    fields.end()
    return _identifier(algorithm), der.bits(key)


def _rsa_key(info: Element) -> rsa.RSAPublicKey:
    algorithm, key = _key(info)
    if algorithm != (RSA, b"\x05\x00"):
        raise TimestampError("expected an RSA key, got another")
    fields = Fields(Element.parse(key))
    modulus, exponent = (der.integer(fields.take(der.INTEGER)) for _ in range(2))
    fields.end()
    bits = modulus.bit_length() if modulus > 0 and modulus & 1 else 0
    if not MIN_BITS <= bits <= MAX_BITS or exponent != EXPONENT:
        raise TimestampError(f"expected an RSA key of {MIN_BITS} to {MAX_BITS} bits, exponent {EXPONENT}, got another")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _ec_key(info: Element) -> ec.EllipticCurvePublicKey:
    (kind, curve), point = _key(info)
    if kind != EC or curve[:1] != bytes([der.OID]) or (name := der.oid(Element.parse(curve))) not in CURVES:
        raise TimestampError("expected a key on P-256 or P-384, got another")
    if point[:1] != b"\x04":
        raise TimestampError("expected an uncompressed point, got another form")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[name], point)
    except ValueError as exc:
        raise TimestampError("expected a point on the curve, got another") from exc


def _check_form(signature: bytes) -> None:
    """An ECDSA signature is a SEQUENCE of two positive integers."""
    fields = Fields(Element.parse(signature))
    numbers = [der.integer(fields.take(der.INTEGER)) for _ in range(2)]
    fields.end()
    if min(numbers) <= 0:
        raise TimestampError("expected an ECDSA signature of positive numbers, got another")
