"""A network's folder and its clients, without running one: files, modes, determinism, and what is refused."""

import json
import shutil
import socket
import stat
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from node.chain.errors import ChainError
from node.chain.genesis import Genesis, build_genesis
from node.chain.network import clients, files, processes
from node.chain.network.clients import Client
from node.chain.network.create import Plan, add_bureau, create, make_bureau, read_founding, write_files
from node.chain.network.keystore import read_keystore
from node.chain.network.layout import Network
from node.protocol.header import ALWAYS
from node.protocol.identifiers import ADDRESSES
from node.protocol.signing import LocalSigner
from node.protocol.trust import TrustRoot

PASSWORD = "only for tests"


@pytest.fixture(scope="module", params=list(Client))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Network, TrustRoot]:
    root = tmp_path_factory.mktemp("network") / "n"
    trust = create(Plan(root, 4, request.param, 4711, 2, 21_000, 1_790_000_000, PASSWORD, execution_delay=60))
    return Network.load(root), trust


def test_every_bureau_has_its_keys_and_nobody_else_may_read_them(made: tuple[Network, TrustRoot]) -> None:
    network, _ = made
    configuration = read_founding((network.root / "founding.json").read_bytes()).configuration
    for node, bureau in zip(network.nodes, configuration.bureaus, strict=True):
        folder = network.folder(node)
        secret = bytes.fromhex((folder / "node.key").read_text())
        assert LocalSigner(secret).address == node.validator == bureau.validator
        for file in (folder / "node.key", *(folder / "keystore").iterdir()):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    folder = network.folder(network.nodes[0])
    assert LocalSigner(read_keystore(folder, "oracle", PASSWORD)).address == configuration.bureaus[0].oracle
    with pytest.raises(ChainError, match="password given"):
        read_keystore(folder, "oracle", "another")


def test_the_same_founding_gives_the_same_genesis_on_every_engine(made: tuple[Network, TrustRoot]) -> None:
    network, trust = made
    founding = read_founding((network.root / "founding.json").read_bytes())
    assert founding.execution_delay == 60
    again = build_genesis(founding)
    kept = json.loads((network.root / "genesis.json").read_bytes())
    assert kept == clients.genesis_json(again, network.client, network.period)
    assert Genesis.from_json(kept).alloc == again.alloc, "the embedded engine founds the same accounts"
    assert set(kept["alloc"]) == set(ADDRESSES.values())
    header = clients.genesis_header(again, network.client)
    assert len(header.items) == ALWAYS + (network.client is Client.BESU)
    assert header.block_hash() == trust.genesis_hash
    assert trust == TrustRoot.parse((network.root / "trust.json").read_bytes())
    assert set(trust.contracts) == set(ADDRESSES)


def test_the_files_of_each_client(made: tuple[Network, TrustRoot]) -> None:
    network, _ = made
    enodes = json.loads((network.root / "static-nodes.json").read_bytes())
    assert len(set(enodes)) == 4 and all(node.enode in enodes for node in network.nodes)
    folder = network.folder(network.nodes[0])
    unit, keep = ((folder / name).read_text() for name in (files.NODE_UNIT, files.KEEP_UNIT))
    for text in (unit, keep):
        assert "ExecStart=/opt/" in text and str(network.root) not in text and text.count("[Service]") == 1
    assert "ReadWritePaths=" in unit and "ReadWritePaths=" not in keep
    assert "network keep /var/lib/touchstone --bureau 1 " in keep and PASSWORD not in keep
    if network.client is Client.BESU:
        toml = (network.folder(network.nodes[1]) / "besu.toml").read_text()
        keys = [line for line in toml.splitlines() if line and not line.startswith("#")]
        assert "min-gas-price=0" in keys and all("=" in line for line in keys)
        assert str(network.root) not in toml, "the file serves on the bureau's own machine"
        assert "--permissions-nodes-config-file=/var/lib/touchstone/permissions_config.toml" in unit
        assert (network.root / "compose.yml").read_text().count("image: hyperledger/besu:") == 4
        assert (network.root / "permissions_config.toml").read_text().count("enode://") == 4
    else:
        assert "PRIVATE_CONFIG=ignore" in unit


def test_a_candidate_stands_beside_the_founders_and_not_among_them(made: tuple[Network, TrustRoot]) -> None:
    network, _ = made
    founding = (network.root / "founding.json").read_bytes()
    node, bureau = add_bureau(network, PASSWORD)
    later = Network.load(network.root)
    assert node.bureau == bureau.id == len(later.nodes) and node in later.nodes
    assert (network.root / "founding.json").read_bytes() == founding


def test_a_bureaus_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bureau-5").mkdir()
    (tmp_path / "bureau-5" / "node.key").write_text("mine")
    with pytest.raises(ChainError, match=r"expected nothing at .*bureau-5, .*move it away"):
        make_bureau(tmp_path, 5, 21_000, PASSWORD)
    assert [path.name for path in tmp_path.iterdir()] == ["bureau-5"]
    assert (tmp_path / "bureau-5" / "node.key").read_text() == "mine"


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "n").mkdir()
    with pytest.raises(ChainError, match="Nothing was changed"):
        create(Plan(tmp_path / "n", 4, Client.BESU, 1, 2, 21_000, 0, PASSWORD))
    with pytest.raises(ChainError, match="one that fails stops the chain"):
        create(Plan(tmp_path / "m", 3, Client.BESU, 1, 2, 21_000, 0, PASSWORD))
    assert [path.name for path in tmp_path.iterdir()] == ["n"]


def program(folder: Path, words: str) -> Path:
    path = folder / "client"
    path.write_text(f"#!/bin/sh\necho '{words}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("words", "client", "version"),
    [
        ("besu/v26.8.0/linux-x86_64/openjdk-java-21", Client.BESU, "26.8.0"),
        ("Geth\nQuorum Version: 24.4.1", Client.QUORUM, "24.4.1"),
    ],
)
def test_a_client_is_known_by_what_it_says(tmp_path: Path, words: str, client: Client, version: str) -> None:
    found = clients.recognise(program(tmp_path, words))
    assert (found.client, found.version) == (client, version)


def test_a_client_in_this_folder_and_one_in_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = program(tmp_path, "besu/v26.8.0/linux")
    monkeypatch.chdir(tmp_path)
    assert clients.recognise(Path("./client")).path == made
    monkeypatch.chdir("/")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert clients.recognise(Path("client")).path == Path("client")


def test_another_program_and_another_client_are_refused(made: tuple[Network, TrustRoot], tmp_path: Path) -> None:
    network, _ = made
    with pytest.raises(ChainError, match="expected Besu or GoQuorum"):
        clients.recognise(program(tmp_path, "hello"))
    with pytest.raises(ChainError, match="expected a client program"):
        clients.recognise(tmp_path / "nothing")
    other = next(client for client in Client if client is not network.client)
    wrong = clients.Executable(tmp_path / "client", other, "1")
    with pytest.raises(ChainError, match="Nothing was started"):
        processes.start(network, wrong, list(network.nodes))


def test_a_key_that_others_may_read_and_a_port_in_use_start_nothing(
    made: tuple[Network, TrustRoot], tmp_path: Path
) -> None:
    network, _ = made
    first, second = network.nodes[:2]
    executable = clients.Executable(program(tmp_path, "started"), network.client, "1")
    key = network.folder(second) / "node.key"
    key.chmod(0o644)
    with pytest.raises(ChainError, match=r"expected mode 0600 .*bureau-2/node\.key"):
        processes.start(network, executable, [first, second])
    key.chmod(0o600)
    for port in (second.p2p, second.rpc):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", port))
            with pytest.raises(ChainError, match=f"expected port {port} of bureau 2 .*Nothing was started"):
                processes.start(network, executable, [first, second])
    assert not any((network.folder(node) / name).exists() for node in (first, second) for name in ("data", "pid"))


def test_a_node_that_ends_at_once_is_told_with_its_last_words(made: tuple[Network, TrustRoot], tmp_path: Path) -> None:
    network, _ = made
    executable = clients.Executable(program(tmp_path, "no such option"), network.client, "1")
    with pytest.raises(ChainError, match="no such option"):
        processes.start(network, executable, [network.nodes[0]])
    assert processes.pid_of(network, network.nodes[0]) is None
    assert processes.status(network, network.nodes[0], int(time.time())).pid is None
    assert processes.stop(network, list(network.nodes)) == []


NODE = """\
#!{python}
# Answers like a node. Bureau 1's waits for bureau 2's to be started.
import http.server, json, pathlib, re, sys, time
words = " ".join(sys.argv)
folder = pathlib.Path(re.search(r"(/[^ =]+/bureau-[0-9]+)/data", words)[1])
if " init " in words:
    sys.exit()
deadline = time.monotonic() + 20
while folder.name == "bureau-1" and not (folder.parent / "bureau-2" / "node.log").exists():
    if time.monotonic() > deadline:
        sys.exit("alone")
    time.sleep(0.05)

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with (folder / "asked").open("a") as file:
            print(asked["method"], file=file)
        answer = json.dumps({{"jsonrpc": "2.0", "id": asked["id"], "result": "0x0"}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

port = int(re.search(r"--(?:rpc-http-|http[.])port[= ]([0-9]+)", words)[1])
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


def test_nodes_start_together_and_besu_lets_in_one_that_comes_later(
    made: tuple[Network, TrustRoot], tmp_path: Path
) -> None:
    network = Network.load(shutil.copytree(made[0].root, tmp_path / "n"))
    moved = 8_000 + 100 * list(Client).index(network.client)  # to ports that no other test uses at the same time
    nodes = (replace(node, p2p=node.p2p + moved, rpc=node.rpc + moved) for node in network.nodes)
    network = replace(network, nodes=tuple(nodes))
    write_files(network, network.root)
    path = tmp_path / "client"
    path.write_text(NODE.format(python=sys.executable))
    path.chmod(0o755)
    executable = clients.Executable(path, network.client, "1")
    seen: list[int] = []
    try:
        first = processes.start(network, executable, list(network.nodes[:2]), lambda node: seen.append(node.bureau))
        assert [node.bureau for node in first] == seen == [1, 2]
        later, _ = add_bureau(network, PASSWORD)
        network = Network.load(network.root)
        assert processes.start(network, executable, [later]) == [later]
        for node in (*first, later):
            asked = (network.folder(node) / "asked").read_text().split()
            assert asked.count("perm_reloadPermissionsFromFile") == (network.client is Client.BESU and node in first)
    finally:
        processes.stop(network, list(network.nodes))


def test_a_folder_that_is_no_network(tmp_path: Path) -> None:
    with pytest.raises(ChainError, match="touchstone network create"):
        Network.load(tmp_path)
    (tmp_path / "network.json").write_text('{"format": 1}')
    with pytest.raises(ChainError, match="put the file back"):
        Network.load(tmp_path)
