"""A founded chain for tests: four bureaus with fixed keys, a clock that tests move."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from node.chain.client import ChainClient
from node.chain.contracts import Contracts
from node.chain.engines.embedded import EmbeddedEngine
from node.chain.engines.facade import EmbeddedProvider
from node.chain.genesis import Founding, Genesis, build_genesis
from node.chain.sender import Sender
from node.protocol.canonical import sha256
from node.protocol.configuration import Bureau, Configuration, ContractVersion, Court
from node.protocol.identifiers import ADDRESSES, ROLES
from node.protocol.signing import LocalSigner

CHAIN_ID = 20262
FOUNDED = 1_790_000_000


def key(name: str) -> bytes:
    return sha256(name.encode())


def configuration() -> Configuration:
    def address(bureau: int, role: str) -> str:
        return LocalSigner(key(f"{bureau}.{role}")).address

    bureaus = tuple(
        Bureau(
            number,
            sha256(b"name"),
            b"330100".ljust(32, b"\0"),
            sha256(b"paper"),
            address(number, "validator"),
            address(number, "oracle"),
            address(number, "sender"),
            address(number, "officer"),
            1,
        )
        for number in (1, 2, 3, 4)
    )
    court = Court(1, sha256(b"court"), LocalSigner(key("court")).address)
    contracts = tuple(ContractVersion(role, ADDRESSES[name], 0) for name, role in ROLES.items())
    return Configuration(CHAIN_ID, ADDRESSES["Consortium"], 1, 3, bureaus, (court,), contracts)


class Clock:
    """A clock that runs a second at each look, so nothing waits."""

    def __init__(self) -> None:
        self.now = FOUNDED + 10
        self.running = True

    def __call__(self) -> int:
        self.now += self.running
        return self.now


@dataclass
class Chain:
    """An open engine with what speaks to it."""

    engine: EmbeddedEngine
    genesis: Genesis
    path: Path
    clock: Clock

    def __post_init__(self) -> None:
        self.client = ChainClient(EmbeddedProvider(self.engine))
        self.contracts = Contracts(self.client)

    def sender(self, bureau: int = 1) -> Sender:
        return Sender(self.client, key(f"{bureau}.sender"))


@pytest.fixture(scope="session")
def genesis() -> Genesis:
    return build_genesis(Founding(CHAIN_ID, FOUNDED, configuration()))


VALIDATOR_KEYS = [key(f"{number}.validator") for number in (1, 2, 3, 4)]


@pytest.fixture
def chain(tmp_path: Path, genesis: Genesis) -> Iterator[Chain]:
    clock = Clock()
    with EmbeddedEngine.open(tmp_path / "chain.sqlite", genesis, VALIDATOR_KEYS, clock) as engine:
        yield Chain(engine, genesis, tmp_path / "chain.sqlite", clock)
