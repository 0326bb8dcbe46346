"""docs/invariants.md and the tests that it names are in agreement."""

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "invariants.md").read_text()
NAMED = re.findall(r"`(\w+\.py)::(\w+)`", PAGE)
TITLED = re.findall(r"`([\w.]+\.test\.js): ([^`]+)`", PAGE)


def test_every_test_that_the_page_names_is_there() -> None:
    assert len(NAMED) > 30
    for file, name in NAMED:
        assert re.search(rf"^ *def {name}\(", (HERE / file).read_text(), re.MULTILINE), f"{file} has no {name}"
    assert len(TITLED) >= 6
    for file, title in TITLED:
        assert f'"{title}"' in (HERE.parent / "contracts" / file).read_text(), f"{file} has no test {title!r}"


def test_everything_that_always_holds_is_on_the_page() -> None:
    files = sorted(HERE.glob("*.py"))
    always = [(file.name, name) for file in files for name in re.findall(r"@always\n    def (\w+)", file.read_text())]
    assert len(always) > 20
    assert [entry for entry in always if entry not in NAMED] == []
