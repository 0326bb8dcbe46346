"""The commands about trust roots: what they say, what they lead on, and what they never overwrite."""

import json
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from node.protocol.canonical import canonical, from_hex
from node.protocol.checkpoint import WitnessKey
from node.protocol.trust import PinnedBlock, TrustRoot
from tests import bundle_factory as factory
from tests import outside
from tests.protocol.consortium import CONFIGURATION, NOW
from tests.protocol.test_dating import NEW, aged
from touchstone.cli import app
from touchstone.errors import CommandError


def run(*words: Any) -> str:
    """What a command prints. Raises what it raises."""
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(factory.trust_root(complete_to=3).to_bytes())
    return path


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "person"))


def test_show_says_the_id_that_people_read_out(root: Path) -> None:
    trust = TrustRoot.parse(root.read_bytes())
    told = json.loads(run("trust", "show", root, "--json"))
    assert told["spoken_id"] == trust.spoken_id() and told["id"] == "0x" + trust.id().hex()
    assert len(told["spoken_id"].replace(" ", "")) == 30
    assert trust.spoken_id() in run("trust", "show", root)


def test_show_says_until_when_validators_sealed(root: Path) -> None:
    trust = TrustRoot.parse(root.read_bytes())
    first = replace(trust.validator_sets[0], to_block=9, ended_at=1_785_000_000)
    root.write_bytes(replace(trust, validator_sets=(first,)).to_bytes())
    assert "until 至 2026-07-25 17:20:00 UTC" in run("trust", "show", root)


def test_extend_leads_on_by_the_proofs_in_a_bundle_and_pins_where_it_ends(root: Path, tmp_path: Path) -> None:
    bundle, out = tmp_path / "bundle.json", tmp_path / "later.json"
    bundle.write_bytes(canonical(aged()))
    run("trust", "extend", root, "--with", bundle, "--out", out)
    led = TrustRoot.parse(out.read_bytes())
    step = aged()["history"][0]
    assert led.complete_to == 91
    assert led.pinned_blocks == (PinnedBlock(90, from_hex(step["block_hash"], 32)),)
    with pytest.raises(CommandError, match="expected .* not to exist yet"):
        run("trust", "extend", root, "--with", bundle, "--out", out)


def test_extend_refuses_a_change_that_nobody_vouches_for(root: Path, tmp_path: Path) -> None:
    proofs, out = tmp_path / "proofs.json", tmp_path / "later.json"
    proofs.write_bytes(canonical({"history": [factory.history_step(4, following=NEW, configuration=CONFIGURATION)]}))
    with pytest.raises(CommandError, match="nothing outside the leaving set vouches for it"):
        run("trust", "extend", root, "--with", proofs, "--out", out)
    assert not out.exists()
    proofs.write_bytes(canonical({"history": [factory.history_step(90)]}))
    with pytest.raises(CommandError, match="last step shows the configuration"):
        run("trust", "extend", root, "--with", proofs, "--out", out)
    proofs.write_bytes(b"{}")
    with pytest.raises(CommandError, match="expected a part history"):
        run("trust", "extend", root, "--with", proofs, "--out", out)


def test_extend_says_when_a_change_rests_on_a_time_stamp_alone(root: Path, tmp_path: Path) -> None:
    step = factory.history_step(4, following=NEW, configuration=CONFIGURATION)
    block_hash, time = from_hex(step["block_hash"], 32), NOW + 60 * 4
    root.write_bytes(
        factory.trust_root(
            complete_to=3,
            witnesses=(outside.vkey("notary.example"),),
            witness_threshold=1,
            timestamp_certificates=(outside.authority().root.der,),
        ).to_bytes()
    )
    stamp = outside.block_anchor(block_hash, timestamps=[outside.stamps(block_hash, time)])
    witness = [outside.checkpoint_proof(4, block_hash, [("notary.example", time)])]
    for name, anchor in (("stamp", stamp), ("witness", outside.block_anchor(block_hash, checkpoints=witness))):
        proofs = tmp_path / f"{name}.proofs.json"
        proofs.write_bytes(canonical({"history": [step], "block_anchors": [anchor]}))
        told = run("trust", "extend", root, "--with", proofs, "--out", tmp_path / f"{name}.json")
        assert ("rests on a time-stamp alone" in told) is (name == "stamp")


def test_add_names_witnesses_and_authorities_once(root: Path, tmp_path: Path) -> None:
    der, pem = tmp_path / "a.der", tmp_path / "a.pem"
    der.write_bytes(outside.authority().root.der)
    pem.write_text(ssl.DER_cert_to_PEM_cert(outside.authority().root.der))
    keys = [outside.vkey("notary.example"), outside.vkey("court.example")]
    words = ("--witness", keys[0], "--witness", keys[1], "--threshold", 2, "--authority", der, "--authority", pem)
    run("trust", "add", root, "--out", tmp_path / "more.json", *words)
    more = TrustRoot.parse((tmp_path / "more.json").read_bytes())
    assert (list(more.witnesses), more.witness_threshold) == (keys, 2)
    assert more.timestamp_certificates == (outside.authority().root.der,)
    run("trust", "add", tmp_path / "more.json", "--out", tmp_path / "again.json", *words)
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "more.json").read_bytes()
    with pytest.raises(CommandError, match="in their form"):
        run("trust", "add", root, "--out", tmp_path / "bad.json", "--witness", "notary.example+00000000+AAAA")
    again = WitnessKey("notary.example", WitnessKey.parse(outside.vkey("forensics.example")).public).vkey()
    with pytest.raises(CommandError, match="expected an integer from 1 to 2, got 3"):  # it is no third witness
        run(
            "trust", "add", tmp_path / "more.json", "--out", tmp_path / "bad.json", "--witness", again, "--threshold", 3
        )
    with pytest.raises(CommandError, match="in their form"):
        run("trust", "add", root, "--out", tmp_path / "bad.json", "--authority", root)
    assert not (tmp_path / "bad.json").exists()


def test_pin_compares_and_never_replaces_unasked(root: Path, tmp_path: Path) -> None:
    spoken = TrustRoot.parse(root.read_bytes()).spoken_id()
    with pytest.raises(CommandError, match="Nothing was pinned"):
        run("trust", "pin", root, "--id", spoken[:-1] + ("0" if spoken[-1] != "0" else "1"))
    place = tmp_path / "person/.config/touchstone/trust.json"
    assert not place.exists()
    run("trust", "pin", root, "--id", spoken)
    assert place.read_bytes() == root.read_bytes()
    other = tmp_path / "other.json"
    other.write_bytes(factory.trust_root(complete_to=4).to_bytes())
    spoken = TrustRoot.parse(other.read_bytes()).spoken_id()
    with pytest.raises(CommandError, match="another trust root is pinned"):
        run("trust", "pin", other, "--id", spoken)
    assert place.read_bytes() == root.read_bytes()
    run("trust", "pin", other, "--id", spoken, "--replace")
    assert place.read_bytes() == other.read_bytes()
