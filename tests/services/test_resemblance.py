"""Names that an officer looks at: stand-in digits, like shapes, traditional forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.protocol.brand_name import name_key, reading
from node.protocol.errors import UnreadableError
from node.services.resemblance import SHAPES, TRADITIONAL, resembling

GROUPS = [*SHAPES.split(), *TRADITIONAL.split()]


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("康师傅", "康帅傅"),
        ("康師傅", "康帅傅"),
        ("大白兔", "太百免"),
        ("岚屿", "嵐嶼"),
        ("Adidas", "4did@s"),
        ("Cash", "CA$H"),
        ("Best 8", "８E5T B"),
    ],
)
def test_names_that_resemble_each_other_meet_and_keep_their_keys(name: str, like: str) -> None:
    assert resembling(name) == resembling(like)
    assert name_key(name) != name_key(like)


@pytest.mark.parametrize(("name", "other"), [("岚屿", "岚山"), ("长城", "长安"), ("Aurora", "Borealis"), ("3M", "3N")])
def test_other_names_do_not_meet(name: str, other: str) -> None:
    assert resembling(name) != resembling(other)


@given(st.sampled_from(GROUPS), st.text("岚屿长城", max_size=3))
def test_every_member_of_a_group_resembles_its_first(group: str, rest: str) -> None:
    assert {resembling(rest + member) for member in group} == {resembling(rest + group[0])}


def test_a_name_that_reads_alike_resembles_too() -> None:
    for name in ("Ｌｕｍｉｎａ", "LUM1NA", "Lumína", "Lumіnа"):
        assert reading(name) == reading("Lumina") and resembling(name) == resembling("Lumina")
    with pytest.raises(UnreadableError, match="expected a name with a letter or digit"):
        resembling("—")
