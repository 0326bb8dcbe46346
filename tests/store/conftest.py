"""A new database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.store.session import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "node.sqlite")
    yield opened
    opened.close()
