"""The doctor names each thing that keeps a node from joining, and goes on with the others."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from node.chain.client import ChainClient
from node.chain.errors import ChainError
from node.protocol.trust import TrustRoot
from node.services.evidence import founding_root
from tests.services.chain import Chain, open_chain
from tests.services.house import NOW, make_configuration
from tests.services.test_monitoring import Source, grow
from touchstone.doctor import Check, Doctor, examine


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    (tmp_path / "chain").mkdir()
    with open_chain(tmp_path / "chain") as opened:
        grow(opened, 2)
        yield opened


def honest(method: str) -> Any:
    answers = {
        "net_peerCount": "0x3",
        "web3_clientVersion": "besu/v26.8.0",
        "eth_gasPrice": "0x0",
        "istanbul_getValidators": [bureau.validator.lower() for bureau in make_configuration().bureaus],
    }
    return answers.get(method)


class Node(ChainClient):
    """The embedded chain, answering like a client of a network."""

    def __init__(self, inner: ChainClient, **lies: Callable[..., Any]) -> None:
        self.inner = Source(inner, **lies)
        self.lies = lies

    def request(self, method: str, *params: Any) -> Any:
        if method in self.lies and honest(method) is not None:
            return self.lies[method](None)
        return honest(method) or self.inner.request(method, *params)


def failed(trust: TrustRoot, client: ChainClient, folder: Path, now: float) -> set[str]:
    return {check.name for check in Doctor(trust, client, folder, 2, lambda: now).checks() if not check.ok}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "bureau"
    home.mkdir()
    (home / "node.key").touch(mode=0o600)
    return home


def test_a_sound_node_passes_every_check(chain: Chain, folder: Path) -> None:
    trust = founding_root(chain.client, make_configuration())
    now = int(chain.client.block(chain.client.head())["timestamp"], 16) + 1
    assert failed(trust, Node(chain.client), folder, now) <= {"disk"}


def test_each_fault_is_named_alone(chain: Chain, folder: Path) -> None:
    trust = founding_root(chain.client, make_configuration())
    now = int(chain.client.block(chain.client.head())["timestamp"], 16) + 1

    def refuse(*_: Any) -> Any:
        raise ChainError("missing trie node")

    faults: dict[str, Node] = {
        "chain id": Node(chain.client, eth_chainId=lambda *_: "0x1"),
        "contracts": Node(chain.client, eth_getCode=lambda *_: "0x00"),
        "client": Node(chain.client, web3_clientVersion=lambda *_: "Nethermind"),
        "peers": Node(chain.client, net_peerCount=lambda *_: "0x0"),
        "gas": Node(chain.client, eth_gasPrice=lambda *_: "0x1"),
        "proofs": Node(chain.client, eth_getProof=refuse),
        "validators": Node(chain.client, istanbul_getValidators=refuse),
    }
    for name, client in faults.items():
        assert failed(trust, client, folder, now) - {"disk"} == {name}
    stale = Node(chain.client, istanbul_getValidators=lambda *_: honest("istanbul_getValidators")[:3])
    assert failed(trust, stale, folder, now) - {"disk"} == {"validators"}
    other = TrustRoot.from_json({**trust.to_json(), "genesis_hash": "0x" + "11" * 32})
    assert failed(other, Node(chain.client), folder, now) - {"disk"} == {"genesis"}
    assert failed(trust, Node(chain.client), folder, now + 3600) - {"disk"} == {"head"}
    assert failed(trust, Node(chain.client), folder, now - 60) - {"disk"} == {"clock"}
    assert failed(trust, Node(chain.client, eth_blockNumber=lambda *_: "0x0"), folder, NOW - 999) - {"disk"} == {
        "proofs"
    }
    (folder / "node.key").chmod(0o644)
    assert failed(trust, Node(chain.client), folder, now) - {"disk"} == {"key files"}


def test_a_node_that_does_not_answer_fails_what_needs_it_and_no_more(chain: Chain, folder: Path) -> None:
    trust = founding_root(chain.client, make_configuration())
    silent = ChainClient.at("http://127.0.0.1:9", timeout=1)
    assert {"disk", "key files"} & failed(trust, silent, folder, NOW) <= {"disk"}
    assert {"chain id", "genesis", "proofs"} <= failed(trust, silent, folder, NOW)
    found = {check.name: check.found for check in Doctor(trust, silent, folder, 2, lambda: NOW).checks()}
    assert "Connection refused" in found["chain id"] and found["genesis"] == "no answer 无应答", (
        "the reason is told once"
    )


def test_a_folder_that_is_not_there_or_holds_no_keys_is_named(chain: Chain, tmp_path: Path) -> None:
    trust = founding_root(chain.client, make_configuration())
    now = int(chain.client.block(chain.client.head())["timestamp"], 16) + 1
    checks = {check.name: check for check in Doctor(trust, Node(chain.client), tmp_path / "n", 2, lambda: now).checks()}
    assert {name for name, check in checks.items() if not check.ok} == {"disk", "key files"}
    assert "No such file" in checks["disk"].found and checks["key files"].found == "no key files"
    assert checks["disk"].advice == checks["key files"].advice == "give the folder of the bureau's node"


@pytest.mark.parametrize(("wait", "well"), [(60, True), (0, False)])
def test_the_doctor_looks_again_while_there_is_time(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: int, well: bool
) -> None:
    (tmp_path / "trust.json").write_bytes(founding_root(chain.client, make_configuration()).to_bytes())
    looks = iter([[Check("head", "最新区块", ok, "", "")] for ok in (False, False, True)])
    monkeypatch.setattr(Doctor, "checks", lambda self: next(looks))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    assert examine(tmp_path / "trust.json", "http://127.0.0.1:9", tmp_path, 1, wait, as_json=True) is well
