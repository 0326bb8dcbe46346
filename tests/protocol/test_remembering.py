"""A part that many files share is read once, and nothing else takes its place."""

import pytest

from node.protocol.errors import UnreadableError
from node.protocol.reading import integer_of
from node.protocol.remembering import MOST, MOST_BYTES, Remembering


class Reader:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def __call__(self, value: object) -> object:
        self.seen.append(value)
        return integer_of(value["n"]) if isinstance(value, dict) else value


def test_the_same_json_is_read_once() -> None:
    reader = Reader()
    read = Remembering(reader)
    assert read({"n": 7}) == read({"n": 7}) == 7
    assert reader.seen == [{"n": 7}]


@pytest.mark.parametrize("other", [True, 1.0, "1", None])
def test_what_python_calls_equal_is_still_told_apart(other: object) -> None:
    read = Remembering(Reader())
    assert read({"n": 1}) == 1
    with pytest.raises(UnreadableError):
        read({"n": other})
    with pytest.raises(UnreadableError):  # and a refusal is not remembered as anything else
        read({"n": other})


def test_only_the_last_few_and_no_large_ones_are_kept() -> None:
    reader = Reader()
    read = Remembering(reader)
    for number in range(MOST + 1):
        read([number])
    read([0])
    assert reader.seen.count([0]) == 2
    read([MOST])
    assert reader.seen.count([MOST]) == 1
    large = ["a" * (MOST_BYTES + 1)]
    assert read(large) == read(large) == large
    assert reader.seen.count(large) == 2
    read([MOST])
    assert reader.seen.count([MOST]) == 1
