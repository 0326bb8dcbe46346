"""Time-stamps and checkpoints: the browser's verifier takes and refuses what ours does, the shared cases and hostile ones."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from node.protocol.canonical import to_hex
from node.protocol.checkpoint import WitnessKey, cosigned_message
from node.protocol.merkle import leaf_hash
from node.protocol.note import Checkpoint, Note, SignatureLine
from node.protocol.public_key import CURVES
from node.protocol.token import Token
from tests.outside import any_vkey
from tests.timestamp_authority import ECDSA_WITH, NULL, RSA_WITH, algorithm, item, name, number, sequence
from tests.verifier import edwards
from tests.verifier.edwards import BASE, ORDER, SMALL, ZERO, add, times
from tests.verifier.javascript import needs_node
from tests.verifier.mutations import in_bytes
from tests.verifier.probing import Question, disagreements, ours, theirs

pytestmark = needs_node
FOLDER = Path(__file__).parent.parent / "vectors"
STAMPS: list[dict[str, Any]] = json.loads((FOLDER / "timestamps" / "cases.json").read_text("utf-8"))
CHECKPOINTS: list[dict[str, Any]] = json.loads((FOLDER / "checkpoints.json").read_text("utf-8"))
COUNT = 300


def stamp(case: dict[str, Any]) -> Question:
    return ("stamp", case["tokens"], case["data"], case["certificates"])


def cosigned(case: dict[str, Any]) -> Question:
    proofs = [[to_hex(proof["note"].encode()), proof["path"]] for proof in case["proofs"]]
    return (
        "cosigned",
        *(case["block_hash"], case["number"], proofs, case["origin"], case["witnesses"], case["threshold"]),
    )


# --- hostile changes --------------------------------------------------------------------------------------------------


def flip(data: bytes, choose: random.Random) -> bytes:
    """One bit changed, so that lengths stay as they are and most of the form does."""
    at = choose.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << choose.randrange(8)]) + data[at + 1 :]


def bent(data: bytes, choose: random.Random) -> str:
    return to_hex(choose.choice((flip, flip, in_bytes))(data, choose))


def tokens(choose: random.Random) -> Iterator[Question]:
    """Good tokens and pinned certificates, changed in one place: judged whole, and only read."""
    good = [case for case in STAMPS if case["time"] is not None]
    yield from map(stamp, STAMPS)
    for _ in range(COUNT):
        case = choose.choice(good)
        parts = choose.choice(("tokens", "tokens", "certificates"))
        at = choose.randrange(len(case[parts]))
        changed = bent(bytes.fromhex(case[parts][at][2:]), choose)
        yield stamp({**case, parts: [*case[parts][:at], changed, *case[parts][at + 1 :]]})
        token = Token.parse(bytes.fromhex(choose.choice(case["tokens"])[2:]))
        yield ("info", bent(token.content, choose))
        yield ("token", bent(bytes.fromhex(choose.choice(case["tokens"])[2:]), choose))
        yield ("certificate", bent(bytes.fromhex(choose.choice(case["certificates"])[2:]), choose))


def times_of_certificates(_: random.Random) -> Iterator[Question]:
    """Times right and nearly right, in the place of a certificate's own."""
    whole = bytes.fromhex(STAMPS[0]["certificates"][0][2:])
    start = whole.index(b"\x17\x0d")  # validity is two times of 15 bytes in a SEQUENCE of 30
    texts = ["000101000000", "491231235959", "500101000000", "991231235959", "260229000000", "240229000000"]
    texts += [
        "261301000000",
        "260001000000",
        "260431000000",
        "260100000000",
        "260101240000",
        "260101006000",
        "26010100006 ",
    ]
    for text in [*texts, "260101000060", "２６0101000000", "2601010000+1"]:
        body = text.encode()[:12] + b"Z"
        yield ("certificate", to_hex(whole[: start + 2] + body + whole[start + 15 :]))
    longs = ["00000101000000", "00010101000000", "99991231235959", "20000229000000", "19000229000000", "2026010100000"]
    for long in [*longs, *(longs[1] + tail for tail in (".", ".0", ".5", ".05", ".50", ",5"))]:
        info = Token.parse(bytes.fromhex(STAMPS[0]["tokens"][0][2:])).content
        at = info.index(b"\x18\x0f")
        fields = info[2:at] if info[1] < 0x80 else info[3:at]
        yield ("info", to_hex(sequence(fields, item(0x18, long.encode() + b"Z"))))


# --- signatures of authorities ----------------------------------------------------------------------------------------


def _asked(key: Any, spoken: bytes, signature: bytes, digest: str | None = "sha256") -> Question:
    info = key if isinstance(key, bytes) else key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return ("signature", to_hex(info), to_hex(spoken), digest, to_hex(signature), to_hex(MESSAGE))


MESSAGE = b"a message"
WITH = {hash_.name: hash_ for hash_ in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512())}


def rsa_signatures(_: random.Random) -> Iterator[Question]:
    """RSA: every hash, odd lengths, keys and paddings; numbers that are equal modulo the key's."""
    for bits, exponent in ((2048, 65537), (2049, 65537), (2047, 65537), (2048, 3), (1024, 65537)):
        key = rsa.generate_private_key(exponent, bits)
        public, numbers = key.public_key(), key.private_numbers()
        modulus, size = numbers.public_numbers.n, (bits + 7) // 8
        for own, hash_ in WITH.items():
            good = key.sign(MESSAGE, padding.PKCS1v15(), hash_)
            for said in WITH:
                yield _asked(public, algorithm(RSA_WITH[said], NULL), good, own)
                yield _asked(public, algorithm(RSA_WITH[said]), good, None)
            yield _asked(public, algorithm("1.2.840.113549.1.1.1", NULL), good, own)
            yield _asked(public, algorithm("1.2.840.113549.1.1.1", NULL), good, None)
            yield _asked(public, algorithm(RSA_WITH[own], NULL + NULL), good, own)
            yield _asked(public, algorithm("1.2.840.113549.1.1.10", NULL), good, own)
        spoken = algorithm(RSA_WITH["sha256"], NULL)
        good = key.sign(MESSAGE, padding.PKCS1v15(), WITH["sha256"])
        whole = int.from_bytes(good, "big")
        for odd in (
            good[1:],
            b"\0" + good,
            good + b"\0",
            b"",
            bytes(size),
            modulus.to_bytes(size, "big"),
            b"\xff" * size,
        ):
            yield _asked(public, spoken, odd)
        yield _asked(public, spoken, (whole + modulus).to_bytes(size + 1, "big"))
        if (whole + modulus).bit_length() <= 8 * size:
            yield _asked(public, spoken, (whole + modulus).to_bytes(size, "big"))
        yield _asked(public, spoken, (modulus - whole).to_bytes(size, "big"))
        if bits >= 2048:
            yield _asked(
                public, spoken, key.sign(MESSAGE, padding.PSS(padding.MGF1(WITH["sha256"]), 32), WITH["sha256"])
            )
        digest = hashes.Hash(WITH["sha256"])
        digest.update(MESSAGE)
        octets = item(0x04, digest.finalize())
        right = sequence(algorithm("2.16.840.1.101.3.4.2.1", NULL), octets)
        for info, tail in (
            (right, b""),
            (sequence(algorithm("2.16.840.1.101.3.4.2.1"), octets), b""),
            (right, b"\0" * 8),
            (octets, b""),
        ):
            filler = b"\xff" * (size - 3 - len(info) - len(tail))
            for start, end in ((b"\0\1", b"\0"), (b"\0\2", b"\0"), (b"\0\0", b"\0"), (b"\0\1", b"\1")):
                padded = int.from_bytes(start + filler + end + info + tail, "big")
                yield _asked(public, spoken, pow(padded, numbers.d, modulus).to_bytes(size, "big"))


def ecdsa_signatures(_: random.Random) -> Iterator[Question]:
    """ECDSA: every hash on both curves, high and wrapped numbers, odd keys."""
    for identifier, curve in CURVES.items():
        key = ec.generate_private_key(curve)
        public, order = key.public_key(), curve.group_order
        for own, hash_ in WITH.items():
            for _turn in range(4):  # of high and low numbers
                good = key.sign(MESSAGE, ec.ECDSA(hash_))
                r, s = decode_dss_signature(good)
                spoken = algorithm(ECDSA_WITH[own])
                pairs = [(r, s), (r, order - s), (r + order, s), (r, s + order), (r - order, s), (s, r), (0, s), (r, 0)]
                for pair in [*pairs, (order, s), (r, order), (-r, -s), (r, 1 << 3000), (1 << 3000, s), (r, -s % order)]:
                    yield _asked(public, spoken, sequence(*map(number, pair)), own)
            for odd in (good + b"\0", good[:-1], b"", sequence(number(r), number(s), NULL), sequence(number(r))):
                yield _asked(public, spoken, odd, own)
            padded = item(0x02, b"\0\0" + r.to_bytes(curve.key_size // 8, "big"))
            yield _asked(public, spoken, sequence(padded, number(s)), own)
            for said in WITH:
                yield _asked(public, algorithm(ECDSA_WITH[said]), good, own)
                yield _asked(public, algorithm(ECDSA_WITH[said], NULL), good, None)
        for point in _points(public, curve):
            for parameters in (*map(name, CURVES), name("1.3.132.0.35"), NULL, b"", sequence(name(identifier))):
                info = sequence(algorithm("1.2.840.10045.2.1", parameters), item(0x03, b"\0", point))
                yield _asked(info, spoken, good, own)
    other = ec.generate_private_key(ec.SECP521R1())
    yield _asked(other.public_key(), spoken, other.sign(MESSAGE, ec.ECDSA(hash_)), own)


def _points(public: ec.EllipticCurvePublicKey, curve: ec.EllipticCurve) -> Iterator[bytes]:
    """The key's point in its forms, and points that are on no curve."""
    whole = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    size, parity = curve.key_size // 8, whole[-1] & 1
    yield from (whole, public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    yield from (bytes([6 | parity]) + whole[1:], b"\0", b"\4", b"", whole + b"\0", whole[:-1])
    yield from (b"\4" + bytes(2 * size), b"\4" + b"\xff" * (2 * size), whole[: 1 + size] + bytes(size))
    yield whole[:-1] + bytes([whole[-1] ^ 1])


# --- checkpoints ------------------------------------------------------------------------------------------------------


def notes(choose: random.Random) -> Iterator[Question]:
    """Notes and keys, changed in one place: judged whole, and only read."""
    yield from map(cosigned, CHECKPOINTS)
    good = [case for case in CHECKPOINTS if case["time"] is not None]
    for _ in range(COUNT):
        case = choose.choice(good)
        question = cosigned(case)
        proof = choose.randrange(len(question[3]))
        data = bytes.fromhex(question[3][proof][0][2:])
        changed = bent(data, choose)
        yield ("note", changed)
        question[3][proof][0] = changed
        yield question
        piece, at = choose.choice((b"\n", b" ", b"=", b"+", b"\0", b"\r", b"\xef\xbb\xbf", b"\xe2\x80\x94", b"\x7f")), 0
        at = choose.randrange(len(data))
        yield ("note", to_hex(data[:at] + piece + data[at + choose.randrange(2) :]))
        vkey = choose.choice(case["witnesses"])
        at = choose.randrange(len(vkey))
        yield ("vkey", vkey)
        yield ("vkey", vkey[:at] + choose.choice("A=+/- \né") + vkey[at + choose.randrange(2) :])
        yield ("origin", choose.randrange(2**53), to_hex(choose.randbytes(32)))


def sizes_and_lines(_: random.Random) -> Iterator[Question]:
    """The bounds of a note."""
    text, line = CHECKPOINTS[0]["proofs"][0]["note"].split("\n\n")
    origin, _size, root = text.split("\n")
    for size in (
        "0",
        "1",
        "01",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "9007199254740991",
        "9007199254740992",
        "9" * 16,
        "1" * 17,
        "١",
    ):
        yield ("note", to_hex(f"{origin}\n{size}\n{root}\n\n{line}".encode()))
    for letters in ("", "a" * 200, "a" * 201, "a+b", "a b", "é", "~!*,-"):
        yield ("note", to_hex(f"{letters}\n1\n{root}\n\n{line}".encode()))
        yield ("note", to_hex(f"{origin}\n1\n{root}\n\n{line.replace('notary.example', letters)}".encode()))
    for count in (0, 1, 63, 64, 65):
        lines = "".join(f"— n{at} AAAAAAA=\n" for at in range(count))
        yield ("note", to_hex(f"{text}\n\n{lines}".encode()))
    for data in ("AAAAAA==", "AAAAAAA=", "AAAAAAB=", "", "=", "AAAAAAA"):
        yield ("note", to_hex(f"{text}\n\n— n {data}\n".encode()))
    long = f"{text}\n\n— n " + "AAAA" * 16_500 + "\n"
    yield ("note", to_hex(long.encode()))


def _of_one(key: bytes, time: int, signature: bytes) -> Question:
    """A checkpoint of one block, cosigned by one witness."""
    witness = WitnessKey("w", key)
    line = SignatureLine("w", witness.key_id, time.to_bytes(8, "big") + signature)
    note = to_hex(Note(TREE, (line,)).to_bytes())
    return ("cosigned", to_hex(BLOCK), 0, [[note, []]], TREE.origin, [witness.vkey()], 1)


def _alone(key: bytes, time: int, signature: bytes) -> Question:
    """The signature of that cosignature, without a judgement on the key."""
    return ("ed25519", to_hex(key), to_hex(signature), to_hex(cosigned_message(TREE, time)))


BLOCK = bytes(32)
TREE = Checkpoint("log", 1, leaf_hash(BLOCK))
CANONICAL_AND_NOT = [
    *(
        (y | sign << 255).to_bytes(32, "little")
        for y in (0, 1, edwards.P - 1, edwards.P, edwards.P + 1)
        for sign in (0, 1)
    ),
    *((y + edwards.P).to_bytes(32, "little") for y in range(2, 19)),
    *(edwards.encoded(times(count, SMALL)) for count in range(8)),
]


def cosignatures(choose: random.Random) -> Iterator[Question]:
    """Signatures that no honest witness makes: parts of small order in R and in the key, other spellings, great numbers."""
    for time in range(1, 13):
        message, secret, nonce = cosigned_message(TREE, time), choose.randrange(ORDER), choose.randrange(ORDER)
        for of_key, of_nonce in ((0, 0), (0, 1), (0, 4), (1, 0), (4, 0), (1, 1), (4, 4)):
            key = edwards.encoded(add(times(secret, BASE), times(of_key, SMALL)))
            made = edwards.encoded(add(times(nonce, BASE), times(of_nonce, SMALL)))
            s = (nonce + edwards.challenge(made, key, message) * secret) % ORDER
            yield _of_one(key, time, made + s.to_bytes(32, "little"))
            yield _of_one(key, time, made + (s + ORDER).to_bytes(32, "little"))
            yield _of_one(key, time, made + (s + 8 * ORDER).to_bytes(32, "little"))


def weak_keys(choose: random.Random) -> Iterator[Question]:
    """Keys of small order and in other spellings, with signatures that hold whatever is signed, or one time in eight.

    The formula alone: as keys of witnesses all of them are refused.
    """
    for key in CANONICAL_AND_NOT:
        for time in range(1, 9):
            s = choose.choice((0, 1, choose.randrange(ORDER)))
            point = add(times(s, BASE), times(choose.randrange(8), SMALL)) if s else ZERO
            yield _alone(key, time, edwards.encoded(point) + s.to_bytes(32, "little"))
        for made in CANONICAL_AND_NOT:
            yield _alone(key, 1, made + bytes(32))


def keys_of_witnesses(choose: random.Random) -> Iterator[Question]:
    """Keys as trust roots pin them: of small order, in other spellings, and honest ones."""
    honest = [edwards.encoded(times(choose.randrange(ORDER), BASE)) for _ in range(20)]
    near = [(y | sign << 255).to_bytes(32, "little") for y in range(2, 19) for sign in (0, 1)]
    for key in (*CANONICAL_AND_NOT, *honest, *near):
        yield ("vkey", any_vkey("w", key))


# --- the tests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "questions",
    [
        *(tokens, times_of_certificates, rsa_signatures, ecdsa_signatures),
        *(notes, sizes_and_lines, cosignatures, weak_keys, keys_of_witnesses),
    ],
    ids=lambda each: each.__name__,
)
def test_both_implementations_agree(questions: Callable[[random.Random], Iterator[Question]]) -> None:
    asked = list(questions(random.Random(questions.__name__)))
    assert disagreements(asked)[:5] == []
    kinds = {tuple(ours(question)) for question in asked}
    assert kinds == {("ok",), ("error",)}, "expected questions of both kinds, those that hold and those that do not"


def test_the_shared_stamps_hold() -> None:
    answers = theirs([stamp(case) for case in STAMPS])
    got = [[answer["ok"][0], answer["ok"][3]] if "ok" in answer else [None, None] for answer in answers]
    assert got == [[case["time"], case["good_until"]] for case in STAMPS]


def test_the_shared_checkpoints_hold() -> None:
    answers = theirs([cosigned(case) for case in CHECKPOINTS])
    assert [answer.get("ok") for answer in answers] == [case["time"] for case in CHECKPOINTS]


@pytest.mark.parametrize("digits", [b"\xff" * 2_100 + b"\x7f", b"\xff" * 60_000 + b"\x7f"], ids=["long", "longer"])
def test_an_endless_object_identifier_is_refused(digits: bytes) -> None:
    info = Token.parse(bytes.fromhex(STAMPS[0]["tokens"][0][2:])).content
    policy = name("1.3.6.1.4.1.99999.1")
    assert policy in info
    body = info[2:] if info[1] < 0x80 else info[3:]
    assert theirs([("info", to_hex(sequence(body.replace(policy, item(0x06, digits)))))]) == [
        {"error": "TimestampError"}
    ]
