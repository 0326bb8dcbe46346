"""Officers decide at the command line: they see what they vote on, and what cannot be is refused before anybody votes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.chain.governance import Governance, KeyState
from tests.services.chain import Chain, open_chain
from tests.services.house import signer
from tests.touchstone.small_network import PASSWORD, make_folder, refusal, run, served

NEW_KEY = signer("a new key").address


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    (tmp_path / "chain").mkdir()
    with open_chain(tmp_path / "chain") as opened:
        yield opened


@pytest.fixture
def at(chain: Chain, tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """Options that name the network's folder."""
    with served(chain.client) as port:
        folder = make_folder(tmp_path / "n", port)
        (folder / "password").write_text(PASSWORD)
        yield ("--network", str(folder))


def test_a_key_is_replaced_by_votes_on_what_everybody_can_read(at: tuple[str, ...]) -> None:
    new = ("--member", "2", "--role", "oracle", "--key", NEW_KEY)
    made = json.loads(run("vote", "replace-key", *at, "--bureau", "1", *new, "--json"))
    assert made["state"] == "open" and made["asks"]["function"] == "replaceKey"
    for bureau in ("1", "2", "3"):
        shown = run("vote", "cast", made["id"], *at, "--bureau", bureau, "--yes")
        assert "refused: " in refusal("vote", "cast", made["id"], *at, "--bureau", bureau, "--no"), "a vote stands"
        assert f"asks 内容       replaceKey 更换密钥: member 2, role oracle, key {NEW_KEY}, revoke False" in shown
    assert "state 状态      passed: 3 yes" in shown and shown.count(" UTC") == 2
    assert "passed: 3 yes" in run("vote", "show", made["id"], *at, "--node", "4")
    assert "ConsortiumTooEarly" in refusal("vote", "execute", made["id"], *at, "--bureau", "1")


def test_an_admission_is_told_with_the_keys_of_the_candidate(at: tuple[str, ...], tmp_path: Path) -> None:
    candidate = tmp_path / "candidate.json"
    propose = ("vote", "admit", *at, "--bureau", "1", "--candidate", str(candidate))
    assert "No such file" in refusal(*propose)
    candidate.write_text('{"id": 5}')
    assert f"expected a bureau in {candidate}, got something else" in refusal(*propose)
    kept = json.loads(run("vote", "members", *at, "--json"))["bureaus"][3]
    keys = {role: signer(f"{role} 5").address for role in ("validator", "oracle", "sender", "officer")}
    candidate.write_text(json.dumps({"bureau": 5, "folder": "n/bureau-5", **kept, "id": 5, **keys}))
    shown = run(*propose)
    assert "admitBureau 接纳机构: id 5, " in shown and f"validator {keys['validator']}" in shown


def test_a_stolen_key_is_revoked_at_once(chain: Chain, at: tuple[str, ...]) -> None:
    stolen = signer("oracle 3").address
    assert "replace it by a vote" in refusal("vote", "revoke-key", *at, "--bureau", "3", "--role", "validator")
    assert "revoked 已吊销  the oracle key of bureau 3" in run(
        "vote", "revoke-key", *at, "--bureau", "3", "--role", "oracle"
    )
    assert Governance(chain.client).key_record(stolen).state is KeyState.REVOKED


def test_what_cannot_be_is_refused_before_anybody_votes(at: tuple[str, ...]) -> None:
    remove = ("vote", "remove", *at, "--bureau", "1", "--member")
    assert "ConsortiumBelowFloor(bureaus=3" in refusal(*remove, "4")
    wrong = NEW_KEY[:-1] + ("0" if NEW_KEY[-1] != "0" else "1")
    replace = ("vote", "replace-key", *at, "--bureau", "1", "--member", "2", "--role", "oracle", "--key")
    assert "a digit is wrong. Nothing was sent" in refusal(*replace, wrong)
    assert "expected 20 bytes of hex" in refusal(*replace, "0x1234")
    assert "expected 32 bytes of hex" in refusal("vote", "show", "0x1234", *at)
    assert "ConsortiumUnknownProposal" in refusal("vote", "show", "0x" + "11" * 32, *at)
