"""The committed vectors are what their script writes."""

import pytest

from scripts.make_vectors import FOLDER, MAKERS, text_of


@pytest.mark.parametrize("name", MAKERS)
def test_the_script_writes_the_committed_file(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == text_of(name)
