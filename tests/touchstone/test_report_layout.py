"""How a report is laid out: lines, pages, the square code, and words in both languages."""

import string

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from node.protocol.bundle import Bundle
from node.protocol.layers import LAYERS
from node.protocol.parts import PARTS
from node.protocol.subject_bundle import SubjectBundle
from touchstone.report.document import Digest
from touchstone.report.flow import Strip, pages
from touchstone.report.labels import LABELS
from touchstone.report.speech import LONGEST, UNSEEN, Speech, plain, shorten
from touchstone.report.square import BORDER, bars
from touchstone.report.wrapping import CLOSING, OPENING, break_lines

UNJUDGED = {"mediaType", "notes", "marketplace", "seller_id"}  # no step is about them alone
WORDS = st.text(st.sampled_from("认定为涉嫌假冒，。“”（）《》ab c0x12-.%"), max_size=120)


def wide(text: str) -> float:
    """Two columns a Chinese character, one for the rest."""
    return sum(2 if character > "\u2000" else 1 for character in text)


def squeezed(text: str) -> str:
    return "".join(text.split())


# --- lines ------------------------------------------------------------------------------------------------------------


@given(WORDS, st.integers(2, 40))
def test_lines_fit_and_lose_nothing(text: str, limit: int) -> None:
    lines = break_lines(text, wide, limit)
    assert squeezed("".join(lines)) == squeezed(text)
    assert all(wide(line) <= limit for line in lines)


@given(
    st.lists(st.sampled_from(["认", "（认", "“定）", "为，", "嫌”。", "ab", "ab，", "（12）", " "])), st.integers(8, 40)
)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(pieces: list[str], limit: int) -> None:
    for line in break_lines("".join(pieces), wide, limit):
        assert line[:1] not in set(CLOSING) and line[-1:] not in set(OPENING)


def test_chinese_breaks_anywhere_but_before_its_marks() -> None:
    assert break_lines("所涉主体为卖家。", wide, 14) == ["所涉主体为卖", "家。"]
    assert break_lines("状态为“已记录”。", wide, 8) == ["状态为", "“已记", "录”。"]


def test_english_breaks_between_words() -> None:
    assert break_lines("sealed by 4 of 4 validators", wide, 12) == ["sealed by 4", "of 4", "validators"]
    assert break_lines("由 mall.example 所示", wide, 14) == ["由", "mall.example", "所示"]


def test_what_is_wider_than_a_line_is_cut() -> None:
    assert break_lines("id 0123456789abcdef", wide, 6) == ["id", "012345", "6789ab", "cdef"]
    assert break_lines("", wide, 6) == [""]


# --- pages ------------------------------------------------------------------------------------------------------------


def strip(height: float, keep: bool = False, head: Strip | None = None) -> Strip:
    return Strip(height, lambda y: None, keep, head)


def test_pages_fill_and_follow() -> None:
    assert [len(page) for page in pages([strip(4)] * 7, 10)] == [2, 2, 2, 1]
    assert pages([], 10) == [[]]


def test_a_heading_goes_with_what_it_is_about() -> None:
    rows = [strip(6), strip(2, keep=True), strip(4), strip(1)]
    assert pages(rows, 10) == [rows[:1], rows[1:]]


def test_a_table_has_its_head_again_on_the_next_page() -> None:
    head = strip(2, keep=True)
    rows = [strip(4, head=head) for _ in range(3)]
    assert pages([head, *rows], 10) == [[head, *rows[:2]], [head, rows[2]]]


def test_what_is_higher_than_a_page_has_one_of_its_own() -> None:
    tall = strip(30)
    assert pages([strip(1), tall, strip(1)], 10)[1] == [tall]


# --- the square code --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["touchstone:" + "ab" * 32, f"touchstone:{'ab' * 32}:0x{'cd' * 32}"])
def test_bars_are_the_dark_modules(text: str) -> None:
    size, found = bars(text)
    matrix = segno.make_qr(text, error="m").matrix
    assert size == len(matrix) + 2 * BORDER
    drawn = {(x + step - BORDER, y - BORDER) for x, y, length in found for step in range(length)}
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", LABELS)
def test_both_languages_take_the_same_values(key: str) -> None:
    english, chinese = ({field for _, field, _, _ in string.Formatter().parse(words) if field} for words in LABELS[key])
    assert english == chinese


def test_every_part_that_is_told_apart_has_a_name() -> None:
    for part in {*Bundle.REQUIRED, *Bundle.OPTIONAL, *SubjectBundle.REQUIRED, *SubjectBundle.OPTIONAL} - UNJUDGED:
        assert part in PARTS and part in LAYERS
    assert Speech("zh").part("answers") == "答复" and Speech("en").part("new\u202epart") == f"new{UNSEEN}part"


def test_times_are_told_in_utc_and_in_beijing() -> None:
    assert Speech("en").when(1_785_000_000) == "2026-07-25 17:20:00 UTC (Beijing 2026-07-26 01:20:00)"
    assert Speech("zh").when(0) == "北京时间 1970-01-01 08:00:00（UTC 1970-01-01 00:00:00）"
    assert Speech("en").when(2**64) == str(2**64) and Speech("en").when(253_402_300_799) == "253402300799"


@given(st.text())
def test_foreign_text_becomes_printable_and_short(text: str) -> None:
    shown = plain(text)
    assert len(shown) == min(len(text), LONGEST)
    assert all(character.isprintable() or character.isspace() for character in shown)
    assert not set(shown) & set("\n\r\t\u2028\u2029\u202e\u2066\u200b\ufeff\0")


def test_only_values_given_elsewhere_are_shortened() -> None:
    known, other = "0x" + "ab" * 32, "0x" + "cd" * 32
    assert shorten(f"{known} {other}", {known}) == f"0xabababab…abababab {other}"


def test_long_values_are_grouped_to_be_read_out() -> None:
    assert Digest("0x0123456789abcdef").groups == ("01234567", "89abcdef")
    assert (Digest("ab").prefix, Digest("0xab").prefix) == ("", "0x")
