"""`touchstone verify` in the terminal: which trust root it takes, and what it prints of each kind of file."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from node.protocol.canonical import canonical, to_hex
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from touchstone.cli import app
from touchstone.errors import CommandError
from touchstone.trusting import pinned_path

AT = ("--at", "2026-07-26T18:20:00Z")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "person"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "subject.json"
    path.write_bytes(canonical(subjects.subject_file()))
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(factory.trust_root().to_bytes())
    return path


def run(*words: Any) -> tuple[int, str]:
    """The exit code, and what a command prints. Raises what it raises."""
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value or result.exit_code, result.output


def test_the_pinned_trust_root_is_taken_when_none_is_named(file: Path, root: Path) -> None:
    run("trust", "pin", root, "--id", factory.trust_root().spoken_id())
    code, told = run("verify", file, *AT)
    assert code == 0 and told.startswith("Genuine:")
    assert run("verify", file, *AT, "--trust", root) == (code, told)


def test_without_one_the_way_to_pin_is_told(file: Path) -> None:
    with pytest.raises(
        CommandError, match=r"expected --trust FILE or a pinned trust root, got none in .*trust pin FILE"
    ):
        run("verify", file, *AT)
    assert not pinned_path().exists()


def test_what_is_pinned_but_no_trust_root_is_refused(file: Path) -> None:
    pinned_path().parent.mkdir(parents=True)
    pinned_path().write_text("{}")
    with pytest.raises(CommandError, match="expected a trust root in .*, got something else"):
        run("verify", file, *AT)


def test_a_subject_file_is_told_with_all_its_findings(file: Path, root: Path) -> None:
    _, told = run("verify", file, "--trust", root, *AT, "--lang", "zh")
    assert "已证明：" in told and "在录的全部认定共 5 项，别无其他" in told
    for entry in subjects.five():
        assert to_hex(entry.finding.id()) in told


def test_where_nothing_is_proven_no_step_stands_as_proven(file: Path, root: Path) -> None:
    made = json.loads(file.read_bytes())
    made["registries"][0]["findings"].pop()
    file.write_bytes(canonical(made))
    code, told = run("verify", file, "--trust", root, *AT)
    assert code == 10 and "Part concerned: registries with their findings\n" in told
    assert told.endswith("\nNothing that this file says is proven.\n")
    assert "[proven]" not in told and "What is proven" not in told and "✗ (9) expected all 5 findings" in told


def test_a_foreign_error_is_told_once_in_chinese(file: Path, root: Path) -> None:
    file.write_bytes(canonical(json.loads(file.read_bytes()) | {"statement": 7}))
    _, told = run("verify", file, "--trust", root, *AT, "--lang", "zh")
    line = next(line for line in told.splitlines() if line.startswith(" ✗ (7)"))
    assert line.count("expected") == 1 and "此项核验不成立（expected" in line
