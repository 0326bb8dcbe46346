"""The cases of checkpoints.json: notes over a log of block hashes, with who is pinned and what must come of it.

Each case: the block asked about, its proofs (note and path), the origin demanded, the pinned vkeys and the threshold;
`time` is the result of `check_in_checkpoints`, null where the case must be refused.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from node.protocol.canonical import Json, sha256, to_hex
from node.protocol.checkpoint import (
    FIELD,
    ORDER_EIGHT,
    Checkpoint,
    Note,
    WitnessKey,
    cosign,
    cosigned_message,
    origin_of,
)
from node.protocol.merkle import leaf_hash, path, root
from node.protocol.note import SignatureLine
from tests.outside import any_vkey

NAMES = ("notary.example", "court.example/witness", "forensic.example")
TIME = 1_785_542_399  # 2026-07-31T23:59:59Z
SIZES = (1, 2, 7, 8, 13, 300)
HASHES = [sha256(f"touchstone vectors: block {number}".encode()) for number in range(max(SIZES))]
LEAVES = [leaf_hash(item) for item in HASHES]
ORIGIN = origin_of(20262, HASHES[0])
WEAK = {
    "a key of order one": (1).to_bytes(32, "little"),
    "a key of order one in another spelling": (FIELD + 1).to_bytes(32, "little"),
    "a key of order two": (FIELD - 1).to_bytes(32, "little"),
    "a key of order four": bytes(32),
    "a key of order eight": ORDER_EIGHT.to_bytes(32, "little"),
}


def checkpoints() -> Json:
    """All cases, good ones first."""
    good = [
        _case(f"block {number} in size {size}", number, [_note(size, (0, 0))])
        for size in SIZES
        for number in sorted({0, size // 2, size - 1})
    ]
    three = _note(300, (0, 30), (1, 0), (2, 10))
    apart = [_note(8, (0, 0)), _note(300, (1, 60), (0, 99))]
    good += [
        _case("the earliest of three", 5, [three], threshold=1),
        _case("two of three", 5, [three], threshold=2, time=TIME + 10),
        _case("three of three", 5, [three], threshold=3, time=TIME + 30),
        _case("two who signed different sizes", 5, apart, threshold=2, time=TIME + 60),
        _case("with a line by a key that nobody pinned", 5, [_note(13, (0, 0), (1, 5))], pinned=NAMES[:1]),
    ]
    return [*good, *_refused(three, apart)]


def _refused(three: str, apart: list[str]) -> list[dict[str, Json]]:
    plain = _note(13, (0, 0))
    text, line = plain.split("\n\n")
    cosignature = base64.b64decode(line.split(" ")[2])
    cases = [
        _case("too few witnesses", 5, [plain], threshold=2),
        _case("one witness twice is one", 5, [_note(8, (0, 0)), plain], threshold=2),
        _case("nobody pinned", 5, [plain], pinned=()),
        _case("no proof at all", 5, []),
        _case("no threshold", 5, [plain], threshold=0),
        _case("the same key under two names", 5, [plain], pinned=NAMES[:2], same_key=True),
        _two_keys_of_one_name(),
        _case("another origin", 5, [plain], origin=origin_of(20263, HASHES[0])),
        _case("a signature over another size", 5, [_note(14, (0, 0)).split("\n\n")[0] + "\n\n" + line]),
        _case("another time than was signed", 5, [_resigned(plain, cosignature, 11, cosignature[11] ^ 1)]),
        _case("another signature", 5, [_resigned(plain, cosignature, 75, cosignature[75] ^ 1)]),
        _case("time zero", 5, [_note(13, (0, -TIME))]),
        _case("a time above 2^53 - 1", 5, [_note(13, (0, 2**53 - TIME))]),
        _case("a size with a leading zero", 5, [plain.replace("\n13\n", "\n013\n")]),
        _case("an extension line", 5, [plain.replace("\n\n", "\nmore\n\n")]),
        _case("root in base64 without padding", 5, [plain.replace("=\n\n", "\n\n")]),
        _case("no line end at the last line", 5, [plain[:-1]]),
        _case("one line twice", 5, [plain + line]),
        _case("carriage returns", 5, [plain.replace("\n", "\r\n")]),
        _case("a hyphen for the dash", 5, [text + "\n\n" + line.replace("—", "-")]),
        _case("one false line among true ones", 5, [three.replace(*_swap(three))], threshold=1),
        *(_forged(what, public) for what, public in WEAK.items()),
        {**_case("another block's hash", 5, [plain]), "block_hash": to_hex(HASHES[6])},
        {**_case("another block's number", 5, [plain]), "number": 6},
        {**_case("a number beyond the size", 5, [plain]), "number": 13},
        {**_case("a path too short", 5, [plain]), "proofs": [{"note": plain, "path": _path(5, 13)[:-1]}]},
        {**_case("one false path among two proofs", 5, apart), "proofs": [_proof(apart[0], 5), _proof(apart[1], 6)]},
    ]
    return [{**case, "time": None} for case in cases]


def _case(
    name: str,
    number: int,
    notes: list[str],
    threshold: int = 1,
    time: int = TIME,
    origin: str = ORIGIN,
    pinned: tuple[str, ...] = NAMES,
    same_key: bool = False,
) -> dict[str, Json]:
    keys = [
        WitnessKey(each, _secret(NAMES[0] if same_key else each).public_key().public_bytes_raw()) for each in pinned
    ]
    return {
        "name": name,
        "block_hash": to_hex(HASHES[number]),
        "number": number,
        "proofs": [_proof(note, number) for note in notes],
        "origin": origin,
        "witnesses": [key.vkey() for key in keys],
        "threshold": threshold,
        "time": time,
    }


def _two_keys_of_one_name() -> dict[str, Json]:
    """Each has signed; as two witnesses they would be as many as asked for."""
    made, other = Checkpoint(ORIGIN, 13, root(LEAVES[:13])), _secret("another key")
    keys = [_secret(NAMES[0]), other]
    note = Note(made, tuple(cosign(made, NAMES[0], key, TIME) for key in keys)).to_bytes().decode("utf-8")
    vkeys: list[Json] = [WitnessKey(NAMES[0], key.public_key().public_bytes_raw()).vkey() for key in keys]
    return {**_case("two keys under one name", 5, [note], threshold=2), "witnesses": vkeys}


def _forged(what: str, public: bytes) -> dict[str, Json]:
    """A cosignature under this key that holds by the formula, and that nobody needed a secret for: R and S are zero."""
    made, name, zero = Checkpoint(ORIGIN, 13, root(LEAVES[:13])), NAMES[0], (1).to_bytes(32, "little") + bytes(32)
    vkey = any_vkey(name, public)
    key_id = bytes.fromhex(vkey.split("+")[1])
    for time in range(TIME, TIME + 100):
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(zero, cosigned_message(made, time))
        except InvalidSignature:
            continue
        line = SignatureLine(name, key_id, time.to_bytes(8, "big") + zero)
        note = Note(made, (line,)).to_bytes().decode("utf-8")
        return {**_case(what, 5, [note]), "witnesses": [vkey]}
    raise ValueError(f"expected a forged signature under {what}, got none")


def _proof(note: str, number: int) -> dict[str, Json]:
    size = int(note.split("\n")[1].strip("+\r"))
    return {"note": note, "path": _path(number, min(size, len(LEAVES)))}


def _path(number: int, size: int) -> list[Json]:
    return [to_hex(item) for item in path(LEAVES[:size], number)]


def _secret(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(f"touchstone vectors: witness {name}".encode()))


def _note(size: int, *signed: tuple[int, int]) -> str:
    """A note with lines by witnesses, each by its place in NAMES and seconds after TIME."""
    made = Checkpoint(ORIGIN, size, root(LEAVES[:size]))
    lines = [cosign(made, NAMES[at], _secret(NAMES[at]), TIME + later) for at, later in signed]
    return Note(made, tuple(lines)).to_bytes().decode("utf-8")


def _resigned(note: str, cosignature: bytes, at: int, byte: int) -> str:
    changed = cosignature[:at] + bytes([byte]) + cosignature[at + 1 :]
    return note.replace(base64.b64encode(cosignature).decode(), base64.b64encode(changed).decode())


def _swap(note: str) -> tuple[str, str]:
    """The last line's signature, and another of the same form."""
    signature = note.rstrip("\n").split(" ")[-1]
    data = base64.b64decode(signature)
    return signature, base64.b64encode(data[:-1] + bytes([data[-1] ^ 1])).decode()
