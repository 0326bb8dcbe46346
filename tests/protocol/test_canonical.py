import contextlib
import json
import math
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol.canonical import (
    MAX_DEPTH,
    MAX_INTEGER,
    Json,
    canonical,
    digest_of,
    from_hex,
    keccak256,
    parse,
    sha256,
    to_hex,
)
from node.protocol.errors import CanonicalError, UnreadableError
from node.protocol.identifiers import Kind

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "canonical.json").read_text("utf-8"))

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(-MAX_INTEGER, MAX_INTEGER)
    | st.text()
)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@settings(deadline=None)
@given(values)
def test_what_is_written_is_read_back_and_written_the_same(value: Json) -> None:
    data = canonical(value)
    assert canonical(parse(data)) == data


@pytest.mark.parametrize("case", VECTORS["accepted"], ids=lambda case: case["name"])
def test_accepted_inputs_have_one_canonical_form(case: dict[str, str]) -> None:
    value = parse(bytes.fromhex(case["input"][2:]))
    assert to_hex(canonical(value)) == case["canonical"]
    assert to_hex(digest_of(value)) == case["sha256"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_refused_inputs_raise(case: dict[str, str]) -> None:
    with pytest.raises(CanonicalError):
        parse(bytes.fromhex(case["input"][2:]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a":1,"a":2}', "'a' twice"),
        ("NaN", "got NaN"),
        ("-Infinity", "got -Infinity"),
        ("1e999", "a number within 2"),
        ("9007199254740992", "within 2"),
        ("-9007199254740992", "within 2"),
        ("1" * 5000, "within 2"),
        ('["\\ud800"]', "lone surrogate"),
        ('{"\\uDFFF":1}', "lone surrogate"),
        ("[1,]", "strict JSON"),
        ("[1] 2", "strict JSON"),
        ("\ufeff1", "strict JSON"),
        ("'a'", "strict JSON"),
        ("", "strict JSON"),
    ],
)
def test_parse_refuses_ambiguous_text(text: str, words: str) -> None:
    with pytest.raises(CanonicalError, match=words):
        parse(text.encode("utf-8", "surrogatepass"))


def test_parse_refuses_bytes_that_are_no_utf8() -> None:
    for data in (b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', '"a"'.encode("utf-16")):
        with pytest.raises(CanonicalError, match="strict JSON"):
            parse(data)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'["\\"",[', b'{"]":{"}":'])
def test_parse_refuses_100000_levels_at_once(opening: bytes) -> None:
    with pytest.raises(CanonicalError, match="64 levels"):
        parse(opening * 100_000)


def test_parse_allows_the_cap_and_no_more() -> None:
    assert parse(b"[" * 64 + b"]" * 64)
    with pytest.raises(CanonicalError, match="nesting"):
        parse(b"[" * 65 + b"]" * 65)
    with pytest.raises(CanonicalError, match="2 levels"):
        parse(b"[[[]]]", max_depth=2)


def test_brackets_in_strings_do_not_count() -> None:
    text = '"' + '\\"[' * 1000 + '"'
    assert parse(text.encode()) == '"[' * 1000


@pytest.mark.parametrize(
    "data", [b'"' + b'\\"' * 500_000, b'"' + b"a" * 1_000_000, b'"\\' * 400_000, b"\\" * 1_000_000]
)
def test_hostile_strings_cost_one_pass(data: bytes) -> None:
    started = time.process_time()
    with pytest.raises(CanonicalError):
        parse(data)
    assert time.process_time() - started < 2


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_parse_raises_only_its_own_error(data: bytes) -> None:
    with contextlib.suppress(CanonicalError):
        parse(data)


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "😀"
    assert canonical("😀") == '"😀"'.encode()


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 2**53, "\ud800", {"\ud800": 1}, {1: 2}, {1, 2}, b"bytes", [complex(1, 2)]], ids=repr
)
def test_canonical_refuses_values_without_a_form(value: object) -> None:
    with pytest.raises(CanonicalError):
        canonical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]"), ('{"a":["[",', "]}")])
def test_levels_are_counted_one_by_one(opening: str, closing: str) -> None:
    levels = opening.count("[") - opening.count('"["') + opening.count("{")
    deepest = MAX_DEPTH // levels
    assert parse((opening * deepest + "1" + closing * deepest).encode())
    with pytest.raises(CanonicalError, match="64 levels"):
        parse((opening * (deepest + 1) + "1" + closing * (deepest + 1)).encode())
    with pytest.raises(CanonicalError, match="64 levels"):
        parse((opening * (deepest + 1) + '"\\n"' + closing * (deepest + 1)).encode())


def test_canonical_refuses_endless_nesting() -> None:
    value: list[Json] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(CanonicalError):
        canonical(value)


def test_keys_sort_by_utf16_and_enums_are_numbers() -> None:
    assert canonical({"\ufb33": 1, "😀": Kind.BRUSHING}) == '{"😀":3,"\ufb33":1}'.encode()


def test_hashes() -> None:
    assert sha256(b"").hex().startswith("e3b0c442")
    assert keccak256(b"").hex().startswith("c5d24601")


@pytest.mark.parametrize("text", ["0xAB", "ab", "0x1", "0X11", "0x11\n", "0xzz", None, 7, b"0x11"])
def test_from_hex_reads_one_spelling(text: object) -> None:
    with pytest.raises(UnreadableError, match="lowercase 0x hex"):
        from_hex(text)


def test_from_hex_checks_length() -> None:
    assert from_hex("0x") == b""
    assert from_hex(to_hex(b"\x01\x02"), 2) == b"\x01\x02"
    with pytest.raises(UnreadableError, match="expected 32 bytes of hex, got 2"):
        from_hex("0x0102", 32)
