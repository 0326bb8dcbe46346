"""Time-stamp tokens, right and wrong in one thing each, with what must be said of them.

    python -m tests.timestamp_cases

writes them, from new keys that are thrown away, to tests/vectors/timestamps/cases.json for every verifier.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import utils
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from tests.timestamp_authority import (
    ECDSA_WITH,
    HASHES,
    NOW,
    NULL,
    ROOT_EXTENSIONS,
    RSA_WITH,
    STAMPING,
    STAMPING_EXTENSIONS,
    YEAR,
    Authority,
    algorithm,
    attribute,
    certify,
    generalized,
    item,
    make_key,
    name,
    number,
    octets,
    sequence,
    signing_certificate,
    usage,
)

FILE = Path(__file__).parent / "vectors" / "timestamps" / "cases.json"
DATA = hashlib.sha256(b"a block").digest()
SIGNED = usage("digital_signature")
TIME_ATTRIBUTE = attribute("1.2.840.113549.1.9.5", item(0x17, b"260731235959Z"))
V2, CONTENT_TYPE, MESSAGE_DIGEST = (name(f"1.2.840.113549.1.9.{tail}") for tail in ("16.2.47", "3", "4"))


@dataclass(frozen=True)
class Case:
    """A chain of tokens over `data` under pinned certificates; `words` of the refusal, none where it holds."""

    name: str
    tokens: Sequence[bytes]
    certificates: Sequence[bytes]
    words: str = ""
    time: int = NOW
    good_until: int = NOW + YEAR
    data: bytes = DATA


def without(made: list[bytes], *names: bytes) -> list[bytes]:
    """Signed attributes but those of these names."""
    return [each for each in made if not any(found in each[:20] for found in names)]


def replaced(made: list[bytes], *new: bytes) -> list[bytes]:
    """Signed attributes, in order, with others of the same names, or more of them."""
    return sorted([*without(made, *(each[2 : 4 + each[3]] for each in new)), *new])


@cache
def cases() -> list[Case]:
    """All of them, the good ones first."""
    authority, other = Authority(), Authority(title="Other")
    return [
        *_good(authority, other),
        *_bad_content(authority),
        *_bad_form(authority),
        *_bad_signers(authority, other),
        *_chains(authority),
    ]


def _good(a: Authority, other: Authority) -> list[Case]:
    pins = [a.root.der]
    kinds = [("rsa2048", "rsa3072"), ("rsa4096", "p384"), ("p384", "rsa2048")]
    found = []
    for kind, root in kinds:
        made = Authority(kind, root, title=f"{kind} {root}")
        token = made.token(DATA, imprint="sha512", digest="sha384")
        found.append(Case(f"{kind} issued under {root}", [token], [made.root.der]))
    rsa = Authority("rsa2048", title="plain")
    plain = rsa.token(DATA, signer=lambda f: {**f, "algorithm": algorithm("1.2.840.113549.1.1.1", NULL)})
    bare = rsa.token(
        DATA,
        signer=lambda f: {**f, "digest": algorithm(HASHES["sha256"]), "algorithm": algorithm(RSA_WITH["sha256"])},
        outer=lambda f: {**f, "digests": item(0x31, algorithm(HASHES["sha256"]))},
    )
    inner = certify("Inner", make_key("p256"), a.root, ROOT_EXTENSIONS, end=NOW + YEAR // 2)
    below = certify("Below", make_key("p256"), inner, STAMPING_EXTENSIONS)
    renewed = certify("Test Root", a.root.key, None, ROOT_EXTENSIONS, start=NOW - 9 * YEAR, end=NOW - 8 * YEAR)
    newer = certify("Test Root", make_key("p256"), None, ROOT_EXTENSIONS)
    full = {
        "accuracy": sequence(number(1), item(0x80, b"\x01\xf4"), item(0x81, b"\x03\xe7")),
        "ordering": item(0x01, b"\xff"),
        "nonce": number(2**63 + 5),
        "tsa": item(0xA0, item(0xA4, a.holder.certificate.subject.public_bytes())),
        "extensions": item(0xA1, sequence(name("1.2.3.4"), octets(NULL))),
    }
    everything = a.token(
        DATA,
        info=lambda f: {**f, **full, "time": generalized(NOW, ".25")},
        attributes=lambda m: replaced(
            m, TIME_ATTRIBUTE, signing_certificate(a.holder.der, "sha1"), attribute("1.2.3", NULL)
        ),
    )
    lasting = [(STAMPING, True), (x509.BasicConstraints(False, None), True), (usage("content_commitment"), False)]
    return [
        *found,
        Case("p256 issued under p256", [a.token(DATA)], pins),
        Case("rsaEncryption for the algorithm", [plain], [rsa.root.der]),
        Case("algorithms without NULL", [bare], [rsa.root.der]),
        Case("the authority itself pinned", [a.token(DATA)], [a.holder.der]),
        Case("no certificate inside, the authority pinned", [a.token(DATA, embed=[])], [other.root.der, a.holder.der]),
        Case("other certificates inside too", [a.token(DATA, embed=[a.root.der, a.holder.der, other.holder.der])], pins),
        Case("issued by a pinned certificate that is no root", [a.token(DATA, holder=below)], [inner.der], good_until=NOW + YEAR // 2),
        Case("the issuer under a newer key and an older time too", [a.token(DATA)], [newer.der, renewed.der, *pins]),
        Case("every optional field", [everything], pins),
        Case("a certificate of SHA-512 named", [a.token(DATA, attributes=lambda m: replaced(m, signing_certificate(a.holder.der, "sha512")))], pins),
        Case("usage as non-repudiation, no authority by its word", [a.token(DATA, holder=a.issue(lasting))], pins),
        Case("the first second of the certificate", [a.token(DATA, NOW - YEAR)], pins, time=NOW - YEAR),
        Case("the last second of the certificate", [a.token(DATA, NOW + YEAR)], pins, time=NOW + YEAR),
    ]  # fmt: skip


def _bad_content(a: Authority) -> list[Case]:
    pins = [a.root.der]

    def info(title: str, words: str, **changed: bytes) -> Case:
        return Case(title, [a.token(DATA, info=lambda fields: {**fields, **changed})], pins, words)

    def attributes(title: str, words: str, *changed: bytes) -> Case:
        return Case(title, [a.token(DATA, attributes=lambda made: replaced(made, *changed))], pins, words)

    def missing(title: str, words: str, what: bytes) -> Case:
        return Case(title, [a.token(DATA, attributes=lambda made: without(made, what))], pins, words)

    digest = hashlib.sha256(DATA).digest()
    critical = sequence(name("1.2.3.4"), item(0x01, b"\xff"), octets(NULL))
    second = attribute("1.2.840.113549.1.9.4", octets(digest), octets(digest))
    return [
        Case("a stamp over other bytes", [a.token(DATA[::-1])], pins, "one over others"),
        Case("an imprint by SHA-1", [a.token(DATA, imprint="sha1")], pins, "expected SHA-256, SHA-384 or SHA-512"),
        info("an imprint cut short", "one over others", imprint=sequence(algorithm(HASHES["sha256"], NULL), octets(digest[:-1]))),
        info("an imprint of another hash than it names", "one over others", imprint=sequence(algorithm(HASHES["sha512"], NULL), octets(digest))),
        info("parameters that are not NULL", "expected SHA-256", imprint=sequence(algorithm(HASHES["sha256"], octets(b"")), octets(digest))),
        info("version 2 of the statement", "expected a time-stamp of version 1", version=number(2)),
        info("no policy", "expected a field with DER tag 0x06", policy=b""),
        info("a time without a zone", "expected a time in UTC", time=item(0x18, b"20260731235959")),
        info("a time with an offset", "expected a time in UTC", time=item(0x18, b"20260731235959+0800")),
        info("a time in UTCTime", "expected a field with DER tag 0x18", time=item(0x17, b"260731235959Z")),
        info("a fraction that ends in zero", "expected a time in UTC", time=generalized(NOW, ".50")),
        info("a time of day that does not exist", "expected a time in UTC", time=item(0x18, b"20260731235960Z")),
        info("the thirtieth of February", "expected a time in UTC", time=item(0x18, b"20260230000000Z")),
        info("accurate to two minutes", "expected a time accurate to 60 seconds", accuracy=sequence(number(120))),
        info("a negative accuracy", "expected a time accurate", accuracy=sequence(number(-1))),
        info("1000 thousandths", "expected thousandths", accuracy=sequence(item(0x80, b"\x03\xe8"))),
        info("ordering written as FALSE", "expected TRUE", ordering=item(0x01, b"\x00")),
        info("a critical extension", "expected no critical extension", extensions=item(0xA1, critical)),
        info("a further field", "expected no further field", extensions=item(0xA2, NULL)),
        info("a padded serial number", "expected a minimal integer", serial=item(0x02, b"\x00\x07")),
        attributes("the digest of another statement", "expected the signed digest of this", attribute("1.2.840.113549.1.9.4", octets(digest))),
        attributes("another content type", "expected a signed content type", attribute("1.2.840.113549.1.9.3", name("1.2.840.113549.1.7.1"))),
        attributes("another certificate named", "signer's certificate", signing_certificate(a.root.der)),
        attributes("another certificate named by SHA-1 too", "signer's certificate", signing_certificate(a.root.der, "sha1")),
        attributes("a certificate named by an unknown hash", "expected SHA-256", attribute("1.2.840.113549.1.9.16.2.47", sequence(sequence(sequence(algorithm("1.2.3"), octets(digest)))))),
        attributes("two values in an attribute", "with one value", second),
        missing("no signed digest", "expected the signed digest of this", MESSAGE_DIGEST),
        missing("no signed content type", "expected a signed content type", CONTENT_TYPE),
        missing("no certificate named", "signer's certificate", V2),
        Case("signed attributes out of order", [a.token(DATA, attributes=lambda made: made[::-1])], pins, "DER order"),
        Case("an attribute twice", [a.token(DATA, attributes=lambda made: sorted([*made, made[0]]))], pins, "expected one signed attribute"),
    ]  # fmt: skip


def _bad_form(a: Authority) -> list[Case]:
    pins, good = [a.root.der], a.token(DATA)

    def outer(title: str, words: str, **changed: bytes) -> Case:
        return Case(title, [a.token(DATA, outer=lambda fields: {**fields, **changed})], pins, words)

    def signer(title: str, words: str, **changed: bytes) -> Case:
        return Case(title, [a.token(DATA, signer=lambda fields: {**fields, **changed})], pins, words)

    def twice(fields: dict[str, bytes]) -> dict[str, bytes]:
        return {**fields, "signers": item(0x31, *(fields["signers"][4:],) * 2)}

    length = good[2:4]
    certificate = item(0x04, a.holder.der)
    return [
        Case("nothing", [b""], pins, "expected one DER element, got 0"),
        Case("a byte after the end", [good + b"\0"], pins, "expected a DER tag"),
        Case("an element after the end", [good + NULL], pins, "expected one DER element, got 2"),
        Case("cut short", [good[:-1]], pins, "bytes of DER content"),
        Case("a longer length than needed", [b"\x30\x83\x00" + length + good[4:]], pins, "minimal DER length"),
        Case("an open length", [b"\x30\x80" + good[4:] + b"\0\0"], pins, "minimal DER length"),
        Case("the response around the token", [sequence(sequence(number(0)), good)], pins, "expected a field with DER tag 0x06"),
        Case("seventeen certificates", [a.token(DATA, embed=[sequence()] * 17)], pins, "expected one signer"),
        Case("data instead of signed data", [good.replace(name("1.2.840.113549.1.7.2"), name("1.2.840.113549.1.7.1"))], pins, "expected content of type"),
        outer("version 1 of signed data", "expected signed data of version 3", version=number(1)),
        outer("data instead of a time-stamp", "expected content of type", content=sequence(name("1.2.840.113549.1.7.1"), item(0xA0, octets(b"")))),
        outer("two digest algorithms", "with one digest algorithm", digests=item(0x31, *[algorithm(HASHES["sha256"], NULL)] * 2)),
        outer("another digest algorithm than the signer's", "expected the signer's digest", digests=item(0x31, algorithm(HASHES["sha512"], NULL))),
        outer("no signer", "expected one signer", signers=item(0x31)),
        Case("two signers", [a.token(DATA, outer=twice)], pins, "expected one signer"),
        outer("a revocation list", "expected a field with DER tag 0x31", certificates=item(0xA0, a.holder.der) + item(0xA1, sequence())),
        outer("a certificate that is none", "expected DER tag 0x30", certificates=item(0xA0, certificate)),
        signer("a signer named by a key identifier", "expected a signer named by issuer", version=number(3), names=item(0x80, bytes(20))),
        signer("a signer named by nothing that is here", "inside or pinned, got none", names=sequence(a.root.certificate.issuer.public_bytes(), number(1))),
        signer("an unsigned attribute", "expected no further field", unsigned=item(0xA1, attribute("1.2.3", NULL))),
        signer("no signed attributes", "expected a field with DER tag 0xa0", attributes=b""),
        signer("another hash in the signature's algorithm", "expected a signature over sha256, got sha384", algorithm=algorithm(ECDSA_WITH["sha384"])),
        signer("an algorithm for another kind of key", "expected an RSA key", algorithm=algorithm(RSA_WITH["sha256"], NULL)),
        signer("ECDSA with parameters", "by RSA or ECDSA with SHA-2", algorithm=algorithm(ECDSA_WITH["sha256"], NULL)),
        signer("an unknown algorithm", "by RSA or ECDSA with SHA-2", algorithm=algorithm("1.3.101.112")),
        signer("a signature of zeros", "of positive numbers", signature=octets(sequence(number(0), number(0)))),
        signer("a signature by nobody", "a false one", signature=octets(utils.encode_dss_signature(1, 1))),
        signer("a signature in another form", "expected one DER element", signature=octets(bytes(64))),
        Case("a digest by SHA-1", [a.token(DATA, digest="sha1")], pins, "expected SHA-256, SHA-384 or SHA-512"),
    ]  # fmt: skip


def _bad_signers(a: Authority, other: Authority) -> list[Case]:
    pins = [a.root.der]

    def holder(title: str, words: str, extensions: Sequence[tuple[x509.ExtensionType, bool]], **changed: int) -> Case:
        return Case(title, [a.token(DATA, holder=a.issue(extensions, **changed))], pins, words)

    def kind(title: str, words: str, authority: Authority) -> Case:
        return Case(title, [authority.token(DATA)], [authority.root.der], words)

    two = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH])
    strange = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), NULL)
    plain = certify("Plain", make_key("p256"), a.root, STAMPING_EXTENSIONS)  # may stamp, not issue
    by_plain = a.token(DATA, holder=certify("By plain", make_key("p256"), plain, STAMPING_EXTENSIONS))
    crl_only = certify(
        "List", make_key("p256"), None, ((x509.BasicConstraints(True, None), True), (usage("crl_sign"), True))
    )
    by_crl = a.token(DATA, holder=certify("By list", make_key("p256"), crl_only, STAMPING_EXTENSIONS))
    inner = certify("Inner", make_key("p256"), a.root, ROOT_EXTENSIONS)
    two_steps = a.token(DATA, holder=certify("Deep", make_key("p256"), inner, STAMPING_EXTENSIONS), embed=[inner.der])
    namesake = Authority()  # the same names, other keys
    short = certify("Test Root", a.root.key, None, ROOT_EXTENSIONS, end=NOW - 1)
    twin = certify("Test TSA", make_key("p256"), a.root, STAMPING_EXTENSIONS, serial=a.holder.certificate.serial_number)
    weak = a.holder.der.replace(name(ECDSA_WITH["sha256"]), name("1.2.840.10045.4.3.1"))
    half = a.holder.der.replace(name(ECDSA_WITH["sha256"]), name("1.2.840.10045.4.3.1"), 1)
    return [
        Case("nothing pinned", [a.token(DATA)], [], "pinned or issued by a pinned one"),
        Case("another authority pinned", [a.token(DATA)], [other.root.der], "pinned or issued by a pinned one"),
        Case("an authority of the same names", [a.token(DATA)], [namesake.root.der], "a false one"),
        Case("two steps below a pinned certificate", [two_steps], pins, "inside or pinned, got none"),
        Case("issued by an authority that may not issue", [by_plain], [plain.der], "expected a certificate that may issue"),
        Case("issued by an authority that signs lists only", [by_crl], [crl_only.der], "expected a certificate that may issue"),
        Case("two certificates that the signer could mean", [a.token(DATA, embed=[a.holder.der, twin.der])], pins, "expected the one certificate that the signer names, got 2"),
        Case("no certificate inside", [a.token(DATA, embed=[])], pins, "expected the certificate that the signer names, inside or pinned"),
        Case("a pinned certificate that is none", [a.token(DATA)], [*pins, b"\x30\x00"], "expected a field"),
        Case("stamped after the certificate's end", [a.token(DATA, NOW + YEAR + 1)], pins, "expected a certificate valid at"),
        Case("stamped before the certificate's start", [a.token(DATA, NOW - YEAR - 1)], pins, "expected a certificate valid at"),
        Case("stamped after the issuer's end", [a.token(DATA)], [short.der], "expected a certificate valid at"),
        holder("no purpose", "expected a critical extended key usage", [(SIGNED, True)]),
        holder("a purpose that is not critical", "expected a critical extended key usage", [(STAMPING, False)]),
        holder("another purpose", "time-stamping alone", [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), True)]),
        holder("a second purpose", "time-stamping alone", [(two, True)]),
        holder("a key that may not sign", "expected a key that may sign", [(STAMPING, True), (usage("key_encipherment"), True)]),
        holder("an unknown critical extension", "that is not known here, got 1.2.3.4", [(STAMPING, True), (strange, True)]),
        kind("a curve that is too rare", "expected a key on P-256 or P-384", Authority("p521")),
        kind("RSA of 1024 bits", "expected an RSA key of 2048 to 4096 bits", Authority("rsa1024")),
        kind("issued under RSA of 1024 bits", "expected an RSA key of 2048 to 4096 bits", Authority("p256", "rsa1024")),
        Case("a certificate signed with SHA-224", [a.token(DATA, embed=[weak])], pins, "by RSA or ECDSA with SHA-2"),
        Case("two algorithms in a certificate", [a.token(DATA, embed=[half])], pins, "expected one signature algorithm"),
    ]  # fmt: skip


def _chains(a: Authority) -> list[Case]:
    pins = [a.root.der]
    later = Authority("p384", "rsa2048", title="Later")
    next_one = certify("Later TSA", make_key("p384"), later.root, STAMPING_EXTENSIONS, end=NOW + 9 * YEAR)
    long = certify("Later Root", later.root.key, None, ROOT_EXTENSIONS, end=NOW + 10 * YEAR)
    both = [*pins, long.der]
    first = a.token(DATA)

    def renewal(time: int, over: bytes = first) -> bytes:
        return later.token(over, time, imprint="sha512", digest="sha512", holder=next_one)

    second = renewal(NOW + YEAR)
    return [
        Case("a renewal", [first, renewal(NOW + YEAR - 5)], both, good_until=NOW + 9 * YEAR),
        Case("two renewals", [first, second, renewal(NOW + 8 * YEAR, second)], both, good_until=NOW + 9 * YEAR),
        Case("no token", [], pins, "expected 1 to 32 tokens"),
        Case("a renewal after the first one's end", [first, renewal(NOW + YEAR + 1)], both, "expected a renewal after"),
        Case("a renewal at the same time", [first, renewal(NOW)], both, "expected a renewal after"),
        Case("a renewal before the first", [first, renewal(NOW - 5)], both, "expected a renewal after"),
        Case("a renewal of other bytes", [first, renewal(NOW + 5, DATA)], both, "one over others"),
        Case("a renewal of another token", [first, renewal(NOW + 5, a.token(DATA))], both, "one over others"),
        Case("a renewal by somebody not pinned", [first, renewal(NOW + 5)], pins, "pinned or issued by a pinned one"),
        Case("the renewal alone", [renewal(NOW + 5)], both, "one over others"),
        Case("33 tokens", [sequence()] * 33, pins, "expected 1 to 32 tokens"),
    ]  # fmt: skip


def to_json(case: Case) -> dict[str, object]:
    return {
        "name": case.name,
        "data": "0x" + case.data.hex(),
        "tokens": ["0x" + token.hex() for token in case.tokens],
        "certificates": ["0x" + certificate.hex() for certificate in case.certificates],
        "time": None if case.words else case.time,
        "good_until": None if case.words else case.good_until,
    }


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps([to_json(case) for case in cases()], indent=1) + "\n", "utf-8")
