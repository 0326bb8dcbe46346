"""Checkpoints have one spelling, and a cosignature counts only by a pinned key over these very lines."""

import base64
import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from node.protocol.canonical import from_hex, sha256
from node.protocol.checkpoint import (
    FIELD,
    SMALL_ORDER,
    Checkpoint,
    CheckpointProof,
    Note,
    WitnessKey,
    check_in_checkpoints,
    cosign,
    cosigned_at,
    origin_of,
)
from node.protocol.errors import CheckpointError
from node.protocol.merkle import leaf_hash, path, root
from node.protocol.note import SignatureLine
from tests.verifier import edwards

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "checkpoints.json").read_text("utf-8"))
ORIGIN = origin_of(20262, sha256(b"genesis"))
HASHES = [sha256(bytes([number])) for number in range(20)]
LEAVES = [leaf_hash(item) for item in HASHES]
TIME = 1_785_542_399

# A checkpoint of a public log of certificates with the line of one public witness, as they were published.
PUBLIC_VKEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
PUBLIC_NOTE = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
""".encode()


def secret(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()))


def pinned(name: str) -> WitnessKey:
    return WitnessKey(name, secret(name).public_key().public_bytes_raw())


def checkpoint(size: int = 20, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, root(LEAVES[:size]))


def note(*signers: tuple[str, int], size: int = 20) -> Note:
    made = checkpoint(size)
    return Note(made, tuple(cosign(made, name, secret(name), time) for name, time in signers))


def proof(number: int, made: Note) -> CheckpointProof:
    return CheckpointProof(made, path(LEAVES[: made.checkpoint.size], number))


def check(block: int, made: Note, names: list[str], threshold: int, **changed: Any) -> int:
    way = changed.pop("path", path(LEAVES[: made.checkpoint.size], block))
    given = {
        "block_hash": HASHES[block],
        "number": block,
        "proofs": [CheckpointProof(made, way)],
        "origin": ORIGIN,
        "witnesses": [pinned(name) for name in names],
        "threshold": threshold,
    }
    return check_in_checkpoints(**{**given, **changed})


# --- form -------------------------------------------------------------------------------------------------------------


def test_a_published_checkpoint_and_its_witness_are_read() -> None:
    read = Note.parse(PUBLIC_NOTE)
    assert read.to_bytes() == PUBLIC_NOTE
    key = WitnessKey.parse(PUBLIC_VKEY)
    assert key.vkey() == PUBLIC_VKEY
    assert cosigned_at(read, key) == 0x6A122120
    with pytest.raises(CheckpointError, match=r"expected a cosignature by remora\.n621\.de, got a false one"):
        cosigned_at(replace(read, checkpoint=replace(read.checkpoint, size=1432088531)), key)


def test_a_note_is_read_as_it_was_written() -> None:
    made = note(("notary.example", TIME), ("court.example/a", TIME + 5))
    assert Note.parse(made.to_bytes()) == made
    assert made.checkpoint.to_text().split("\n")[:2] == [ORIGIN, "20"]


TEXT = note(("notary.example", TIME)).to_bytes().decode()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("\n20\n", "\n020\n", "expected the lines origin, size and root"),
        ("\n20\n", "\n+20\n", "expected the lines origin, size and root"),
        ("\n20\n", "\n0\n", "expected the lines origin, size and root"),
        ("\n20\n", "\n9007199254740992\n", "expected a size and a root"),
        ("\n20\n", "\n20\nextension\n", "expected the lines origin, size and root"),
        ("=\n\n", "=\nmore\n\n", "expected the lines origin, size and root"),
        ("=\n\n", "\n\n", "expected base64"),
        ("touchstone/", "touch stone/", "expected an origin"),
        ("touchstone/", "touch+stone/", "expected an origin"),
        ("touchstone/", "touchstone/\x07", "expected an origin"),
        ("touchstone/", "试金石/", "expected an origin"),
        ("\n\n", "\n", "expected a checkpoint, an empty line and signature lines|expected the lines"),
        ("\n\n", "\n\n\n", "expected a line of dash"),
        ("— ", "- ", "expected a line of dash"),
        ("— ", "—  ", "expected a line of dash"),
        ("— notary", "— notary+", "expected a line of dash"),
        ("— notary.example", "— notary.example x", "expected a line of dash"),
    ],
)
def test_another_spelling_is_refused(before: str, after: str, words: str) -> None:
    assert TEXT.count(before) == 1
    with pytest.raises(CheckpointError, match=words):
        Note.parse(TEXT.replace(before, after).encode())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "expected the lines"),
        (TEXT.encode()[:-1], "an empty line and signature lines"),
        (TEXT.encode() + b"\n", "expected a line of dash"),
        (TEXT.encode() + TEXT.encode().splitlines(keepends=True)[-1], "expected one line by each key"),
        (b"\xff" + TEXT.encode(), "expected a note in UTF-8"),
        (TEXT.encode() + b" " * 2**16, "expected a note of at most"),
        (checkpoint().to_text().encode() + b"\n", "expected 1 to 64 signature lines, got 0"),
        (checkpoint().to_text().encode() + "\n— a AAAA\n".encode(), "expected a key id and a signature"),
    ],
)
def test_what_is_no_note_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(CheckpointError, match=words):
        Note.parse(data)


def test_base64_with_stray_bits_is_refused() -> None:
    key = pinned("notary.example").vkey()
    assert key.endswith(encoded := base64.b64encode(b"\x04" + pinned("notary.example").public).decode())
    line = f"— a {base64.b64encode(bytes(5)).decode()}"
    assert SignatureLine.parse(line).signature == b"\0"
    with pytest.raises(CheckpointError, match="one spelling"):
        SignatureLine.parse(line[:-2] + "B=")
    with pytest.raises(CheckpointError, match="expected base64"):
        WitnessKey.parse(key.replace(encoded, encoded + "="))


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused_with_our_error(data: bytes) -> None:
    with pytest.raises(CheckpointError):
        Note.parse(data)


@given(st.data())
def test_no_byte_of_a_signed_checkpoint_can_be_changed(data: st.DataObject) -> None:
    whole = bytearray(TEXT.encode())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CheckpointError):
        check(3, Note.parse(bytes(whole)), ["notary.example"], 1)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_is_read_as_it_was_written() -> None:
    assert WitnessKey.parse(pinned("notary.example").vkey()) == pinned("notary.example")


@pytest.mark.parametrize(
    ("vkey", "words"),
    [
        ("", "cosignature key"),
        ("notary.example", "cosignature key"),
        (PUBLIC_VKEY.replace("da77ade7", "da77ade8"), r"expected key id da77ade7 of remora\.n621\.de, got 'da77ade8'"),
        (PUBLIC_VKEY.replace("da77ade7", "DA77ADE7"), "expected key id"),
        (PUBLIC_VKEY.replace("remora", "remore"), "expected key id"),
        (PUBLIC_VKEY[:-4], "expected a name and a key of 32 bytes"),
        ("a b" + PUBLIC_VKEY[14:], "expected a name and a key"),
        # type 0x01: a key that signs notes without a time
        (
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "expected an Ed25519 cosignature key",
        ),
    ],
)
def test_other_keys_are_refused(vkey: str, words: str) -> None:
    with pytest.raises(CheckpointError, match=words):
        WitnessKey.parse(vkey)


# --- cosignatures -----------------------------------------------------------------------------------------------------


def test_who_did_not_sign_has_no_time() -> None:
    assert cosigned_at(note(("notary.example", TIME)), pinned("court.example")) is None


def test_a_line_under_a_pinned_name_by_another_key_is_nobodys() -> None:
    line = cosign(checkpoint(), "notary.example", secret("somebody else"), TIME)
    assert cosigned_at(Note(checkpoint(), (line,)), pinned("notary.example")) is None


def test_a_false_or_malformed_line_by_a_pinned_key_is_an_error() -> None:
    key = pinned("notary.example")
    line = cosign(checkpoint(), key.name, secret(key.name), TIME)
    other = cosign(checkpoint(19), key.name, secret(key.name), TIME)
    later = replace(line, signature=(TIME + 1).to_bytes(8, "big") + line.signature[8:])
    for false in (other, later, replace(line, signature=line.signature[:8] + bytes(64))):
        with pytest.raises(CheckpointError, match=r"expected a cosignature by notary\.example, got a false one"):
            cosigned_at(Note(checkpoint(), (false,)), key)
    for malformed in (line.signature[:-1], line.signature + b"\0", bytes(8) + line.signature[8:], line.signature[8:]):
        with pytest.raises(CheckpointError, match="expected a time and 64 bytes"):
            cosigned_at(Note(checkpoint(), (replace(line, signature=malformed),)), key)


def test_a_time_that_no_other_program_could_hold_is_refused() -> None:
    far = note(("notary.example", 2**53))
    with pytest.raises(CheckpointError, match="expected a time and 64 bytes"):
        cosigned_at(far, pinned("notary.example"))


# --- blocks in checkpoints --------------------------------------------------------------------------------------------


def test_the_time_is_when_enough_witnesses_had_signed() -> None:
    made = note(("a", TIME + 30), ("b", TIME), ("c", TIME + 10))
    times = [check(7, made, ["a", "b", "c"], threshold) for threshold in (1, 2, 3)]
    assert times == [TIME, TIME + 10, TIME + 30]


def test_too_few_witnesses() -> None:
    made = note(("a", TIME), ("stranger", TIME))
    with pytest.raises(CheckpointError, match="expected cosignatures of 2 witnesses, got 1"):
        check(7, made, ["a", "b"], 2)


def test_no_witness_counts_twice() -> None:
    """Not under two names, and not by two keys."""
    one = pinned("a")
    other = WitnessKey("a", secret("another key of a").public_key().public_bytes_raw())
    made = checkpoint()
    lines = (
        cosign(made, "a", secret("a"), TIME + 9),
        cosign(made, "b", secret("a"), TIME + 9),
        cosign(made, "a", secret("another key of a"), TIME),
    )
    for keys, words in (
        ([one, replace(one, name="b")], f"expected each key of a witness once, got {one.public.hex()} twice"),
        ([one, one], f"expected each key of a witness once, got {one.public.hex()} twice"),
    ):
        for threshold in (1, 2):
            with pytest.raises(CheckpointError, match=words):
                check(7, Note(made, lines), [], threshold, witnesses=keys)
    replaced = [one, other]  # one witness, who replaced its key: both signed, the earlier time counts, once
    both = Note(made, (lines[0], lines[2]))
    assert check(7, both, [], 1, witnesses=replaced) == TIME
    with pytest.raises(CheckpointError, match="expected cosignatures of 2 witnesses, got 1"):
        check(7, both, [], 2, witnesses=replaced)
    with pytest.raises(CheckpointError, match="expected a threshold from 1, got 0"):
        check(7, note(("a", TIME)), [], 0, witnesses=[one])


def test_a_key_for_which_anybody_can_sign_is_refused() -> None:
    """All points of small order, in all spellings; and other points in a second spelling."""
    heights = {edwards.times(count, edwards.SMALL)[1] for count in range(8)}
    assert set(SMALL_ORDER) == heights and len(heights) == 5
    spelled = [y + more for y in (*SMALL_ORDER, *range(2, 19)) for more in (0, FIELD) if y + more < 2**255]
    for y, sign in product(spelled, (0, 1)):
        public = (y | sign << 255).to_bytes(32, "little")
        if 2 <= y < 19:
            assert WitnessKey("a", public).public == public
            continue
        with pytest.raises(CheckpointError, match="expected the key of a to be of large order"):
            WitnessKey("a", public)


def test_one_false_line_spoils_the_note() -> None:
    made = note(("a", TIME), ("b", TIME))
    false = Note(
        made.checkpoint, (made.lines[0], replace(made.lines[1], signature=made.lines[1].signature[:8] + bytes(64)))
    )
    assert check(7, made, ["a", "b"], 1) == TIME
    with pytest.raises(CheckpointError, match="expected a cosignature by b"):
        check(7, false, ["a", "b"], 1)


def test_witnesses_who_signed_different_sizes_count_together() -> None:
    first, second = note(("a", TIME), size=9), note(("b", TIME + 60), ("a", TIME + 99), size=20)
    proofs = [proof(7, first), proof(7, second)]
    keys = [pinned("a"), pinned("b")]
    assert check_in_checkpoints(HASHES[7], 7, proofs, ORIGIN, keys, 2) == TIME + 60
    assert check_in_checkpoints(HASHES[7], 7, proofs, ORIGIN, keys, 1) == TIME
    with pytest.raises(CheckpointError, match="got 0"):
        check_in_checkpoints(HASHES[7], 7, [], ORIGIN, keys, 1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"block_hash": HASHES[8]}, "block 7 is not in the checkpoint of size 20"),
        ({"number": 8}, "block 8 is not in the checkpoint of size 20"),
        ({"number": 20}, "block 20 is not in the checkpoint of size 20"),
        ({"path": path(LEAVES, 8)}, "block 7 is not in the checkpoint of size 20"),
        ({"origin": origin_of(20263, sha256(b"genesis"))}, "expected a checkpoint of touchstone/20263/"),
        ({"origin": origin_of(20262, sha256(b"other"))}, "expected a checkpoint of touchstone/20262/"),
    ],
)
def test_another_block_or_log_is_refused(changed: dict[str, Any], words: str) -> None:
    made = note(("a", TIME))
    assert check(7, made, ["a"], 1) == TIME
    with pytest.raises(CheckpointError, match=words):
        check(7, made, ["a"], 1, **changed)


def test_lines_of_further_keys_are_added_once() -> None:
    made, more = note(("a", TIME)), note(("a", TIME + 1), ("b", TIME + 2))
    both = made.signed_too(more.lines)
    assert [line.name for line in both.lines] == ["a", "b"]
    assert cosigned_at(both, pinned("a")) == TIME


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_vector(case: dict[str, Any]) -> None:
    def judge() -> int:
        return check_in_checkpoints(
            from_hex(case["block_hash"]),
            case["number"],
            [
                CheckpointProof(Note.parse(p["note"].encode()), [from_hex(item) for item in p["path"]])
                for p in case["proofs"]
            ],
            case["origin"],
            [WitnessKey.parse(vkey) for vkey in case["witnesses"]],
            case["threshold"],
        )

    if case["time"] is None:
        with pytest.raises(CheckpointError):
            judge()
    else:
        assert judge() == case["time"]
