"""docs/guarantees.md names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
TITLED = re.findall(r"`([\w.]+\.test\.js): ([^`]+)`", PAGE)
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| promise ")]


def test_every_test_that_the_page_names_is_there() -> None:
    assert len(NAMED) > 50
    for file, name in NAMED:
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE), f"{file} has no {name}"
    assert len(TITLED) >= 4
    for file, title in TITLED:
        assert f'"{title}"' in (ROOT / "tests" / "contracts" / file).read_text("utf-8"), f"{file} has no test {title!r}"


def test_no_promise_goes_without_a_fault_model_and_a_test() -> None:
    assert len(ROWS) > 20
    for row in ROWS:
        promise, against, shown_by, _ = (cell.strip() for cell in row.strip("|").split("|"))
        assert promise and against, row
        assert re.findall(r"`[^`]+\.(?:py::\w+|test\.js: [^`]+)`", shown_by), promise


def test_every_name_has_a_form_that_is_looked_up() -> None:
    assert len(re.findall(r"\.py::", PAGE)) == len(NAMED)
    assert len(re.findall(r"\.test\.js", PAGE)) == len(TITLED)
