"""Four bureaus in process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.services.cosigning import Clue
from tests.services.chain import Chain, open_chain
from tests.services.house import House, clue, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as made:
        yield made


@pytest.fixture
def make_clue() -> Callable[..., Clue]:
    return clue


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with open_chain(tmp_path) as opened:
        yield opened
