"""Every case of the conformance suite, in both verifiers that we have, and the files that it stands in."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.protocol.canonical import canonical, parse
from node.protocol.trust import TrustRoot
from node.protocol.verdict import VerdictCode
from node.protocol.verify import verify_bundle
from scripts import make_evidence
from tests.evidence import run

ROOT = Path(__file__).parent.parent.parent
CLI = ROOT / "verifier" / "cli.js"
FOLDERS = sorted(run.CASES.iterdir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_case_comes_out_as_expected(folder: Path) -> None:
    expected = run.expected_of(folder)
    trust = TrustRoot.parse((folder / "trust.json").read_bytes())
    found = verify_bundle((folder / "bundle.json").read_bytes(), trust, expected["at"])
    told = found.to_json()
    failed = [step.words_en for step in found.steps if not step.ok]
    assert {name: told[name] for name in ("verdict", "part", "also")} == {
        name: expected[name] for name in ("verdict", "part", "also")
    }, failed
    assert bool(found.claims) == (expected["verdict"] in ("genuine", "stale", "superseded", "overturned"))


def test_names_tell_what_is_genuine_and_there_are_enough_of_each_verdict() -> None:
    verdicts = {folder.name: run.expected_of(folder)["verdict"] for folder in FOLDERS}
    for name, verdict in verdicts.items():
        assert name.endswith("_fail") == (verdict != "genuine"), name
    assert len(verdicts) >= 150
    assert set(verdicts.values()) == set(run.EXIT_CODES) == {code.name.lower() for code in VerdictCode}
    assert {code.name.lower(): int(code) for code in VerdictCode} == run.EXIT_CODES


def test_the_folder_is_small_and_what_can_be_canonical_is() -> None:
    files = [path for folder in FOLDERS for path in folder.iterdir()]
    assert {path.name for path in files} == {"bundle.json", "trust.json", "expected.json"}
    assert sum(path.stat().st_size for path in files) < 15_000_000
    for folder in FOLDERS:
        if not folder.name.startswith(("unreadable_", "spelled_", "number_", "nested_")):
            data = (folder / "bundle.json").read_bytes()
            assert canonical(parse(data)) == data, folder.name


def test_the_generator_writes_the_committed_files() -> None:
    names = set()
    for case in make_evidence.cases():
        names.add(case.folder)
        for name, data in case.files().items():
            assert (run.CASES / case.folder / name).read_bytes() == data, f"{case.folder}/{name}"
    assert names == {folder.name for folder in FOLDERS}


def _lines() -> Iterator[str]:
    for folder in FOLDERS:
        files = {name: (folder / f"{name}.json").read_bytes() for name in ("bundle", "trust")}
        encoded = {name: base64.b64encode(data).decode("ascii") for name, data in files.items()}
        yield json.dumps(encoded | {"at": run.expected_of(folder)["at"]})


@pytest.mark.skipif(not CLI.exists() or shutil.which("node") is None, reason="needs verifier/cli.js and node")
def test_the_verifier_in_javascript_agrees_on_every_case() -> None:
    ran = subprocess.run(
        ["node", str(CLI), "batch"],
        input="\n".join(_lines()) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(told) == len(FOLDERS)
    wrong: dict[str, Any] = {}
    for folder, answer in zip(FOLDERS, told, strict=True):
        expected = run.expected_of(folder)
        wanted = {name: expected[name] for name in ("verdict", "part", "also")}
        if {name: answer[name] for name in wanted} != wanted:
            wrong[folder.name] = answer
    assert wrong == {}


ECHO = """
import json, sys
from datetime import datetime
bundle, at = sys.argv[2], int(datetime.fromisoformat(sys.argv[6]).timestamp())
assert sys.argv[1::2] == ["verify", "--trust", "--at", "--json"]
expected = json.load(open(bundle.replace("bundle.json", "expected.json")))
assert expected.pop("at") == at
code = {codes}[expected["verdict"]]
print(json.dumps(expected | dict(exit_code=code)))
sys.exit({end})
"""


def _command(tmp_path: Path, end: str) -> list[str]:
    """A verifier that gives the expected answers and ends as told."""
    script = tmp_path / "echo.py"
    script.write_text(ECHO.format(codes=run.EXIT_CODES, end=end))
    return [shutil.which("python3") or "python3", str(script)]


def test_the_runner_finds_agreement_and_each_way_to_disagree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = tmp_path / "cases"
    for name in ("bare", "altered_ask_seller_fail"):
        shutil.copytree(run.CASES / name, few / name)
    monkeypatch.setattr(run, "CASES", few)
    assert run.main(_command(tmp_path, "code")) == 0
    good = few / "bare"
    assert run.judge(_command(tmp_path, "7"), good) == ["process ended with 7 for 0"]
    assert run.judge(["echo"], good) == ["no JSON object with verdict, exit_code, part and also: JSONDecodeError"]
    shutil.copy(few / "altered_ask_seller_fail" / "bundle.json", few / "bare" / "bundle.json")
    assert run.judge(_command(tmp_path, "code"), good) == []  # it tells what is expected whatever the file
    assert run.main([]) == 2
