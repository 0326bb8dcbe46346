"""Values as a reader sees them."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from node.protocol.wording import month, percent, quoted


def test_numbers_and_months() -> None:
    assert (percent(10_000), percent(9001), percent(5)) == ("100.00", "90.01", "0.05")
    assert (month(202607), month(101)) == ("2026-07", "0001-01")


def test_foreign_text_stays_within_its_quotation_marks() -> None:
    assert quoted("卖家 S-1") == "“卖家 S-1”"
    assert quoted("a\u202eb\nc") == "“a\ufffdb\ufffdc”"
    assert quoted("x" * 81) == f"“{'x' * 80}…”"
    assert quoted("“x”") == "“\ufffdx\ufffd”"


@given(st.text(max_size=200))
def test_any_text_is_one_visible_line(text: str) -> None:
    shown = quoted(text)
    assert all(each.isprintable() or unicodedata.category(each) == "Cn" for each in shown)  # Cn: not assigned yet
    assert len(shown) <= 83 and shown.count("”") == 1
