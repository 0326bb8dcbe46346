"""Input that is no evidence file: no verdict at all, exit code 2."""

import json
from collections.abc import Iterator

from node.protocol.canonical import canonical
from scripts.evidence.case import UNREADABLE, Case, case, fresh
from tests.subject_factory import FIRST, subject_file

MEDIA = b'"mediaType":"application/vnd.touchstone.bundle+json;version=1"'


def cases() -> Iterator[Case]:
    whole = canonical(fresh("bare"))
    small = canonical(subject_file([(FIRST, [])]))
    for name, data in {**_bytes(small), **_values()}.items():
        yield case(f"unreadable_{name}", data, UNREADABLE)
    yield from _spellings(whole)


def _bytes(whole: bytes) -> dict[str, bytes]:
    notes = b',"block_anchors":'
    return {
        "empty": b"",
        "white_space": b" \n\t ",
        "null_byte": b"\0",
        "not_json": b"%PDF-1.7\n",
        "truncated": whole[:-1],
        "truncated_in_a_string": whole[: len(whole) // 2],
        "cut_to_one_byte": whole[:1],
        "trailing_bracket": whole + b"}",
        "trailing_text": whole + b" x",
        "two_files": whole + whole,
        "trailing_comma": whole[:-1] + b",}",
        "byte_order_mark": b"\xef\xbb\xbf" + whole,
        "utf_16": whole.decode().encode("utf-16"),
        "invalid_utf_8": whole.replace(b"grand-mall", b"grand\xffmall", 1),
        "overlong_utf_8": whole.replace(b"grand-mall", b"grand\xc0\xafmall", 1),
        "surrogate_in_utf_8": whole.replace(b"grand-mall", b"grand\xed\xa0\x80mall", 1),
        "lone_surrogate": whole.replace(b"grand-mall", b"grand\\ud800mall", 1),
        "control_character": whole.replace(b"grand-mall", b"grand\nmall", 1),
        "bad_escape": whole.replace(b"grand-mall", b"grand\\xmall", 1),
        "duplicate_key": whole[:-1] + b',"history":[],"history":[]}',
        "duplicate_key_below": whole.replace(b'"statement":{', b'"statement":{"signers":[],', 1),
        "duplicate_key_escaped": whole[:-1] + b',"\\u006darketplace":"grand-mall"}',
        "number_beyond_2_53": whole[:-1] + notes + b"9007199254740992}",
        "number_beyond_2_53_negative": whole[:-1] + notes + b"-9007199254740993}",
        "number_of_many_digits": whole[:-1] + notes + b"1" * 400 + b"}",
        "number_too_large_with_exponent": whole[:-1] + notes + b"1e400}",
        "number_with_leading_zero": whole[:-1] + notes + b"01}",
        "number_with_plus": whole[:-1] + notes + b"+1}",
        "not_a_number": whole[:-1] + notes + b"NaN}",
        "infinity": whole[:-1] + notes + b"-Infinity}",
        "comment": whole[:-1] + b"/* */}",
        "single_quotes": whole.replace(b'"', b"'"),
        "deep_nesting": whole[:-1] + notes + b"[" * 100 + b"]" * 100 + b"}",
        "deep_nesting_alone": b"[" * 20_000,
        "too_many_marks": whole[:-1] + notes + b"[" + b"[]," * 100_000 + b"[]]}",
    }


def _values() -> dict[str, bytes]:
    made = fresh("bare")
    found = {
        "null": b"null",
        "number": b"7",
        "text": b'"bundle"',
        "list": b"[]",
        "empty_object": b"{}",
        "media_type_alone": b"{" + MEDIA + b"}",
        "media_type_null": canonical(made | {"mediaType": None}),
        "other_media_type": canonical(made | {"mediaType": "application/json"}),
        "newer_version": canonical(made | {"mediaType": made["mediaType"].replace("version=1", "version=2")}),
        "media_type_with_a_space": canonical(made | {"mediaType": made["mediaType"].replace(";", "; ")}),
        "media_type_of_a_subject_file": canonical(made | {"mediaType": fresh("subject")["mediaType"]}),
        "bundle_in_a_list": canonical([made]),
        "unknown_part": canonical(made | {"extra": 1}),
    }
    for part in ("block_hash", "model"):
        found[f"without_{part}"] = canonical({name: value for name, value in made.items() if name != part})
    subject = fresh("subject")
    found["subject_file_without_statement"] = canonical({n: v for n, v in subject.items() if n != "statement"})
    found["subject_file_as_bundle"] = canonical(subject | {"mediaType": made["mediaType"]})
    return found


def _spellings(whole: bytes) -> Iterator[Case]:
    """Other spellings of the same JSON are the same file."""
    made = fresh("bare")
    yield case("spelled_with_white_space", json.dumps(made, indent=1).encode())
    yield case("spelled_in_another_order", json.dumps(dict(reversed(list(made.items())))).encode())
    yield case("spelled_with_escapes", whole.replace(b"grand-mall", b"\\u0067rand-mall"))
    yield case("spelled_with_a_fraction_of_zero", whole.replace(b'"finding":0', b'"finding":0.0'), "altered", "finding")
    pair = canonical(made)[:-1] + b',"notes":"\\ud83d\\ude00 \xf0\x9f\x98\x80"}'
    yield case("spelled_with_a_surrogate_pair", pair)
    yield case("number_at_2_53_less_one", whole[:-1] + b',"notes":[9007199254740991,-9007199254740991,1e3,0.5]}')
    yield case("nested_as_deep_as_allowed", whole[:-1] + b',"notes":' + b"[" * 60 + b"]" * 60 + b"}")
