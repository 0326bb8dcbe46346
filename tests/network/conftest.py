"""A real network on this machine, of four bureaus unless a module asks for more, with the client that TOUCHSTONE_QBFT_CLIENT names."""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from node.chain.client import ChainClient
from node.chain.contracts import Contracts
from node.chain.network import clients, processes
from node.chain.network.clients import Executable
from node.chain.network.create import Plan, create, read_founding
from node.chain.network.keystore import read_keystore
from node.chain.network.layout import Network
from node.chain.sender import Sender
from node.protocol.configuration import Configuration
from node.protocol.signing import LocalSigner
from node.protocol.trust import TrustRoot

PASSWORD = "only for tests"
VARIABLE = "TOUCHSTONE_QBFT_CLIENT"
PATIENCE = 60  # seconds for something to come about
ROUNDS = 300  # seconds: as long as nothing is sealed rounds double, and nodes that start meet the others only in a longer one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent and "executable" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.network)


@pytest.fixture(scope="session")
def executable() -> Executable:
    path = os.environ.get(VARIABLE)
    if not path:
        pytest.skip(f"needs a QBFT client: set {VARIABLE} to the path of Besu or GoQuorum")
    return clients.recognise(Path(path))


@dataclass
class Real:
    """A running network and the keys of its bureaus."""

    network: Network
    executable: Executable
    configuration: Configuration
    trust: TrustRoot
    keys: dict[tuple[int, str], bytes] = field(default_factory=dict)

    def client(self, bureau: int = 1, wait_seconds: float = PATIENCE) -> ChainClient:
        return processes.client_of(self.network.node(bureau), wait_seconds=wait_seconds)

    def contracts(self, bureau: int = 1) -> Contracts:
        return Contracts(self.client(bureau))

    def key(self, bureau: int, role: str) -> bytes:
        """A bureau's key; opening a keystore takes a second, so each is opened once."""
        folder = self.network.folder(self.network.node(bureau))
        if (bureau, role) not in self.keys:
            raw = bytes.fromhex((folder / "node.key").read_text()) if role == "validator" else None
            self.keys[bureau, role] = raw or read_keystore(folder, role, PASSWORD)
        return self.keys[bureau, role]

    def signer(self, bureau: int, role: str) -> LocalSigner:
        return LocalSigner(self.key(bureau, role))

    def sender(self, bureau: int, role: str = "sender", through: int = 1, wait_seconds: float = PATIENCE) -> Sender:
        return Sender(self.client(through, wait_seconds), self.key(bureau, role))

    def stop(self, *bureaus: int) -> None:
        processes.stop(self.network, [self.network.node(number) for number in bureaus])

    def start(self, *bureaus: int) -> None:
        processes.start(self.network, self.executable, [self.network.node(number) for number in bureaus])

    def height(self, bureau: int = 1) -> int:
        return self.client(bureau).head()

    def grows(self, bureau: int = 1, blocks: int = 2, seconds: float = PATIENCE) -> int:
        """Wait for some new blocks; returns the height."""
        goal = self.height(bureau) + blocks
        until(lambda: self.height(bureau) >= goal, f"{blocks} new blocks at bureau {bureau}", seconds)
        return self.height(bureau)


def until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"expected {what} within {seconds} s"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def real(
    request: pytest.FixtureRequest, executable: Executable, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Real]:
    """Bureaus' nodes, making blocks: four, or as many as the module's parameter says. Each module has its own network."""
    bureaus = getattr(request, "param", 4)
    root = tmp_path_factory.mktemp("network") / "n"
    first_port = random.randrange(20_000, 28_000)
    trust = create(
        Plan(root, bureaus, executable.client, 20262, 1, first_port, int(time.time()), PASSWORD, execution_delay=2)
    )
    network = Network.load(root)
    configuration = read_founding((root / "founding.json").read_bytes()).configuration
    real = Real(network, executable, configuration, trust)
    try:
        processes.start(network, executable, list(network.nodes))
        real.grows(seconds=ROUNDS)
        yield real
    finally:
        network = Network.load(root)  # bureaus may have been added
        processes.stop(network, list(network.nodes))
