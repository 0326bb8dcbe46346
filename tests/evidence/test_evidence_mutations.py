"""Ten thousand seeded changes of genuine files, a hundred thousand in the long tier: none is accepted but the legal ones."""

import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from node.protocol.canonical import canonical
from node.protocol.errors import ProtocolError
from node.protocol.verdict import VerdictCode
from tests.evidence.judging import BASES, TIMES, Base, Tally, base_of
from tests.evidence.legal import RULES, reason
from tests.evidence.mutations import in_bytes, in_leaf, in_structure, leaves_of, legal_changes

Changes = Callable[[Base, int], Iterator[tuple[str, bytes]]]
BYTES, LEAVES, STRUCTURES, LEGAL = 650 * TIMES, 620 * TIMES, 400 * TIMES, 10 * TIMES  # of each base


def _written(made: Any) -> bytes:
    """The file; what has no canonical form is left as it was, so that the count says so."""
    try:
        return canonical(made)
    except ProtocolError:
        return b"no canonical form"


def _another(base: Base, change: Callable[[], bytes]) -> bytes:
    """The first outcome that is another file than the genuine one."""
    return next(data for data in iter(change, None) if data != base.data)


def of_bytes(base: Base, count: int) -> Iterator[tuple[str, bytes]]:
    choose = random.Random(f"bytes {base.name}")
    for number in range(count):
        yield f"bytes {number}", _another(base, lambda: in_bytes(base.data, choose))


def of_leaves(base: Base, count: int) -> Iterator[tuple[str, bytes]]:
    """Each leaf in turn, in an order of its own."""
    choose = random.Random(f"leaves {base.name}")
    paths = [path for path in leaves_of(base.document) if path[0] != "notes"]
    choose.shuffle(paths)
    for number in range(count):
        path = paths[number % len(paths)]
        change = partial(in_leaf, base.document, path, choose)
        yield f"leaf {path} {number}", _another(base, lambda change=change: _written(change()))


def of_structure(base: Base, count: int) -> Iterator[tuple[str, bytes]]:
    choose = random.Random(f"structure {base.name}")
    for number in range(count):
        yield f"structure {number}", _another(base, lambda: _written(in_structure(base.document, choose)))


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize(
    ("changes", "count"),
    [(of_bytes, BYTES), (of_leaves, LEAVES), (of_structure, STRUCTURES)],
    ids=["bytes", "leaves", "structure"],
)
def test_no_change_is_accepted_but_the_legal_ones(changes: Changes, count: int, name: str) -> None:
    base, tally = base_of(name), Tally()
    tally.add_all(base, changes(base, count))
    tally.check()


@pytest.mark.parametrize("name", BASES)
def test_legal_changes_are_accepted(name: str) -> None:
    base, tally = base_of(name), Tally()
    choose = random.Random(name)
    for _ in range(LEGAL):
        for what, data in legal_changes(base.document, choose):
            assert base.judge(data).verdict is VerdictCode.GENUINE, what
            tally.add(base, what, data)
    tally.check()
    assert tally.counts["legal: spelling"] >= 2 * LEGAL and tally.counts["legal: header"] == LEGAL


def test_the_counts_make_ten_thousand() -> None:
    assert len(BASES) * (BYTES + LEAVES + STRUCTURES) >= 10_000 * TIMES


@pytest.mark.parametrize("part", sorted(set(RULES) - {"notes", "peers"}))
def test_a_rule_lets_nothing_through_that_says_more(part: str) -> None:
    """The list of what is legal is no hole: another value in the part is none of it."""
    document = base_of("aged").document
    for other in (
        {},
        [{}],
        [[]],
        None,
        "0x",
        7,
        [*document[part], {"x": 1}] if isinstance(document[part], list) else 8,
    ):
        if other not in ({}, []) or part not in ("payloads",):
            assert reason(document, canonical(document | {part: other})) is None, (part, other)


def test_a_verifier_that_believes_a_change_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above fail when one step of the verifier is missing."""
    base, tally = base_of("full"), Tally()
    honest = base.judge(base.data)
    monkeypatch.setattr("tests.evidence.judging.verify_bundle", lambda data, trust, at: honest)
    made = base.document | {"finding": 1}
    tally.add(base, "another finding", canonical(made))
    with pytest.raises(AssertionError, match="another finding: accepted"):
        tally.check()


def test_every_run_makes_the_same_changes() -> None:
    base = base_of("full")
    for changes in (of_bytes, of_leaves, of_structure):
        once, twice = (list(partial(changes, base)(20)) for _ in range(2))
        assert once == twice
