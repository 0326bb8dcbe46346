"""Names that read alike have one key, others their own; the vectors bind both to the contract's tests."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.protocol.brand_name import READ_AS, name_key, name_keys, reading
from node.protocol.canonical import keccak256, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.look_alikes import LOOK_ALIKES

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "brand_names.json").read_text("utf-8"))
LATIN = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ", min_size=1)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFC), min_size=1, max_size=20)
SILENT = st.sampled_from([" ", "-", ".", "·", "!", "®", "™", "\u200b", "\u00ad", "\u202e", "\u0301", "\ufe0f", "、"])
NAMES = st.text(st.characters(exclude_categories=("Cn", "Co", "Cs")), min_size=1, max_size=40)


def readable(name: str) -> bool:
    try:
        return bool(reading(name))
    except UnreadableError:
        return False


@pytest.mark.parametrize("group", VECTORS["alike"], ids=lambda group: group["what"])
def test_names_that_read_alike_have_one_key(group: dict[str, Any]) -> None:
    assert {reading(name) for name in group["names"]} == {group["reading"]}
    assert {to_hex(name_key(name)) for name in group["names"]} == {group["key"]}
    assert group["key"] == to_hex(keccak256(group["reading"].encode("utf-8")))


def test_other_names_have_keys_of_their_own() -> None:
    keys = [item["key"] for item in [*VECTORS["apart"], *VECTORS["alike"]]]
    assert len(set(keys)) == len(keys)
    assert [to_hex(name_key(item["name"])) for item in VECTORS["apart"]] == [i["key"] for i in VECTORS["apart"]]


@pytest.mark.parametrize("name", VECTORS["refused"])
def test_a_name_without_letters_or_of_unknown_ones_is_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match="expected (a name with a letter|characters of Unicode)"):
        name_key(name)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(UnreadableError, match=r"expected characters of Unicode .*, got half a surrogate pair, U\+D800"):
        name_key("Lumina\ud800")


@given(LATIN.filter(readable), st.data())
def test_any_look_alike_of_any_letter_leaves_the_key(name: str, data: st.DataObject) -> None:
    doubles: dict[str, list[str]] = {}
    for code, letter in LOOK_ALIKES.items():
        doubles.setdefault(chr(letter).lower(), []).append(chr(code))
    for letter, chars in READ_AS.items():
        doubles.setdefault(letter, []).extend(chars)
    disguised = "".join(data.draw(st.sampled_from([char, *doubles.get(char.lower(), [])])) for char in name)
    assert name_key(disguised) == name_key(name)


@given(LATIN.filter(readable), st.data())
def test_full_width_case_and_silent_characters_leave_the_key(name: str, data: st.DataObject) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if char != " " else "\u3000" for char in name)
    loud = "".join(char + data.draw(SILENT) for char in name)
    for other in (wide, loud, name.swapcase(), wide.lower()):
        assert name_key(other) == name_key(name)


@given(CHINESE, CHINESE)
def test_chinese_names_collide_only_when_they_are_one(one: str, other: str) -> None:
    double = {ord(char): letter for letter, chars in READ_AS.items() for char in chars if len(letter.encode()) > 1}
    plain = [unicodedata.normalize("NFKC", name).translate(double) for name in (one, other)]
    assert (name_key(one) == name_key(other)) == (plain[0] == plain[1])
    assert reading(one) == plain[0]


@given(NAMES.filter(readable))
def test_a_reading_reads_as_itself(name: str) -> None:
    assert reading(reading(name)) == reading(name)


@given(NAMES.filter(readable))
def test_a_name_is_looked_up_under_its_own_key_first(name: str) -> None:
    keys = name_keys(name)
    assert keys[0] == name_key(name)
    assert {name_key(name.upper()), name_key(name.lower())} <= set(keys)
    assert len(set(keys)) == len(keys)
