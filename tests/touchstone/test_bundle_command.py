"""`touchstone bundle` and `erase`: what is exported holds, a redacted copy holds, and what cannot be done leaves no file."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from node.protocol.bundle import REQUIRED, Bundle
from node.protocol.canonical import canonical, to_hex
from node.protocol.errors import ProtocolError
from node.protocol.facts import Facts
from node.protocol.observation import Field
from node.protocol.trust import TrustRoot
from node.protocol.verdict import VerdictCode, Verification
from node.protocol.verify import verify_bundle
from node.services.errors import NotFound
from node.store import subjects
from node.store.tables import FindingRow
from tests import bundle_factory as factory
from tests.subject_factory import subject_file
from touchstone.cli import app
from touchstone.demo import Demo, defaults
from touchstone.errors import CommandError
from touchstone.home import Home
from touchstone.stages import Stages


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, int]]]:
    """A home after a small demo, and how many findings each seller of a marketplace has."""
    path = tmp_path_factory.mktemp("bundle") / "home"
    home = Home.open(path, {"listings": 80}, defaults())
    story = Demo(home, Stages(Console(quiet=True)))
    story.run()
    with story.leader.store.read() as session:
        known = {row.subject: f"{row.marketplace} {row.seller_id}" for row in subjects.all_of(session)}
        counts = dict.fromkeys(known.values(), 0)
        for (subject,) in session.query(FindingRow.subject):
            counts[known[subject]] += 1
    story.close()
    home.close()
    yield path, counts


def run(*arguments: object) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["bundle", *map(str, arguments), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def judge(home: Path, file: Path) -> Verification:
    return verify_bundle(file.read_bytes(), TrustRoot.parse((home / "trust.json").read_bytes()))


def test_a_finding_is_exported_as_the_pages_export_it(ran: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    home, _ = ran
    (shown,) = (path for path in home.joinpath("bundles").glob("*.json") if ".altered" not in path.name)
    name = to_hex(Bundle.parse(shown.read_bytes()).finding.id())
    told = run("export", "--finding", name, "--home", home, "--out", tmp_path / "f.json")
    assert told["finding"] == name and told["bytes"] == (tmp_path / "f.json").stat().st_size
    parts = [json.loads(path.read_bytes()) for path in (tmp_path / "f.json", shown)]
    assert all(parts[0][part] == parts[1][part] for part in REQUIRED)  # others tell when they were exported
    assert judge(home, tmp_path / "f.json").verdict is VerdictCode.GENUINE


def test_all_findings_on_a_seller_and_none(ran: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    home, counts = ran
    for seller in (max(counts, key=lambda name: counts[name]), min(counts, key=lambda name: counts[name])):
        told = run("export", "--subject", *seller.split(" "), "--home", home, "--out", tmp_path / "s.json")
        assert (told["findings"], told["signers"], told["objections"]) == (counts[seller], [1, 2, 3, 4], [])
        verification = judge(home, tmp_path / "s.json")
        assert verification.verdict is VerdictCode.GENUINE
        claims = "\n".join(words[0] for words in verification.claims)
        wanted = f"none more: {counts[seller]}." if counts[seller] else "No finding on this seller is recorded"
        assert wanted in claims
    assert min(counts.values()) == 0 < max(counts.values())


def test_what_cannot_be_exported_leaves_no_file(ran: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    home, _ = ran
    for arguments, error, words in (
        (["--subject", "grand-mall", "nobody"], NotFound, "no seller nobody at grand-mall"),
        (["--finding", "0x" + "00" * 32], NotFound, "no finding"),
        (["--finding", "abc"], CommandError, "expected a finding's id, 0x and 64 hex digits, got 'abc'"),
        ([], CommandError, "expected one of --finding ID and --subject"),
        (["--finding", "0x", "--subject", "a", "b"], CommandError, "expected one of"),
    ):
        done = CliRunner().invoke(
            app, ["bundle", "export", *arguments, "--home", str(home), "--out", str(tmp_path / "x")]
        )
        assert isinstance(done.exception, error) and words in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_no_home_is_made(tmp_path: Path) -> None:
    arguments = ["--subject", "a", "b", "--home", str(tmp_path / "none"), "--out", str(tmp_path / "x")]
    done = CliRunner().invoke(app, ["bundle", "export", *arguments])
    assert isinstance(done.exception, CommandError) and "expected a Touchstone home at" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_bytes(canonical(factory.full_bundle()))
    return path


def test_a_redacted_copy_holds_and_says_what_it_lacks(file: Path, tmp_path: Path) -> None:
    told = run("redact", file, "--hide", "listing_id", "--hide", "marketplace", "--out", tmp_path / "copy.json")
    assert (told["fields_hidden"], told["observations"], told["payloads_left_out"]) == (6, 3, 1)
    assert told["values_still_elsewhere"] == ["marketplace"]
    verification = verify_bundle((tmp_path / "copy.json").read_bytes(), factory.trust_root())
    assert verification.verdict is VerdictCode.GENUINE
    assert any(words[0] == "The values of 6 hidden fields." for words in verification.not_proven)
    shown = CliRunner().invoke(
        app, ["bundle", "redact", str(file), "--hide", "marketplace", "--out", str(tmp_path / "b")]
    )
    assert "fields hidden: 3" in shown.stdout and "payloads left out: 1" in shown.stdout
    assert "the values of marketplace still stand elsewhere" in shown.stderr


def test_what_cannot_be_redacted_leaves_no_copy(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "subject.json"
    other.write_bytes(canonical(subject_file()))
    for source, field, out, error, words in (
        (file, "price", "copy.json", ProtocolError, "expected fields that the bundle shows"),
        (other, "type", "copy.json", ProtocolError, "got 'application/vnd.touchstone.subject+json;version=1'"),
        (file, "type", "bundle.json", CommandError, "expected another file for the copy"),
        (tmp_path / "none.json", "type", "copy.json", CommandError, "expected to read the bundle"),
    ):
        arguments = ["redact", str(source), "--hide", field, "--out", str(tmp_path / out)]
        done = CliRunner().invoke(app, ["bundle", *arguments])
        assert isinstance(done.exception, error) and words in str(done.exception)
    assert not (tmp_path / "copy.json").exists() and file.read_bytes() == canonical(factory.full_bundle())


def test_erased_fields_are_gone_from_the_home_and_what_it_exports_holds(
    ran: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    home, before = tmp_path / "home", tmp_path / "before.json"
    shutil.copytree(ran[0], home)
    (shown,) = (path for path in home.joinpath("bundles").glob("*.json") if ".altered" not in path.name)
    bundle = Bundle.parse(shown.read_bytes())
    finding, ask = to_hex(bundle.finding.id()), bundle.ask
    told = run("export", "--home", home, "--finding", finding, "--out", before)
    names = sorted({name for each in bundle.answers[0].observations for name in each.values()} & {"title", "price_raw"})
    assert names
    salts = salts_of(before, names)
    seller = ("--seller", ask.marketplace, ask.seller_id)
    arguments = ["erase", "--home", home, *seller, *(part for name in names for part in ("--field", name)), "--json"]
    asked = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=True)
    assert isinstance(asked.exception, CommandError) and "--yes" in str(asked.exception)
    assert salts <= salts_of(before, names) and on_disk(home, salts) == salts

    done = CliRunner().invoke(app, [*map(str, arguments), "--yes"], catch_exceptions=False)
    receipts = json.loads(done.stdout)["receipts"]
    assert [each["bureau"] for each in receipts] == [1, 2, 3, 4]
    assert receipts[0]["fields"] > 0 and all(each["not_reached"] for each in receipts)
    assert on_disk(home, salts) == set()

    after = tmp_path / "after.json"
    assert run("export", "--home", home, "--finding", finding, "--out", after)["bytes"] < told["bytes"]
    judged = judge(home, after)
    assert judged.verdict is VerdictCode.GENUINE
    assert isinstance(judged.facts, Facts) and judged.facts.erased == len(salts)


def salts_of(file: Path, names: list[str]) -> set[str]:
    observations = [each for signed in Bundle.parse(file.read_bytes()).answers for each in signed.observations]
    return {f.salt.hex() for each in observations for f in each.fields if isinstance(f, Field) and f.name in names}


def on_disk(home: Path, salts: set[str]) -> set[str]:
    """Which of the salts stand in any bureau's store."""
    held = b"".join(path.read_bytes() for path in home.glob("bureau-*/*.sqlite*"))
    return {salt for salt in salts if salt.encode() in held}
