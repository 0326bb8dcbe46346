"""A real embedded chain founded by the four bureaus of the house, on a clock that tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from node.chain.client import ChainClient
from node.chain.contracts import Contracts
from node.chain.engines.embedded import EmbeddedEngine
from node.chain.engines.facade import EmbeddedProvider
from node.chain.genesis import Founding, Genesis, build_genesis
from node.chain.sender import Sender
from node.protocol.canonical import sha256
from node.protocol.configuration import Configuration
from node.protocol.identifiers import ADDRESSES
from node.protocol.typed_data import Domain
from node.services.batching import Anchorer
from node.services.indexer import Indexer
from node.services.recording import Recorder
from tests.services.house import CHAIN_ID, NOW, House, make_configuration, signer


@cache
def genesis(founded: Configuration) -> Genesis:
    return build_genesis(Founding(CHAIN_ID, NOW - 1000, founded))


@dataclass
class Clock:
    """Moves on by one second with every look, so that blocks seal without waiting."""

    now: int = NOW

    def __call__(self) -> int:
        self.now += 1
        return self.now


@dataclass
class Chain:
    client: ChainClient
    contracts: Contracts
    clock: Clock

    def sender(self, name: str) -> Sender:
        return Sender(self.client, sha256(name.encode()))

    def recorder(self, house: House, bureau: int = 1) -> Recorder:
        return Recorder(house.stores[bureau], self.contracts, self.sender(f"sender {bureau}"))

    def anchorer(self, house: House, bureau: int = 1) -> Anchorer:
        domain = Domain(CHAIN_ID, ADDRESSES["ObservationLog"])
        sender = self.sender(f"sender {bureau}")
        return Anchorer(house.stores[bureau], self.contracts, sender, signer(f"oracle {bureau}"), domain, bureau)

    def indexer(self, house: House, bureau: int = 1) -> Indexer:
        return Indexer(self.client, house.stores[bureau])


@contextmanager
def open_chain(folder: Path, founded: Configuration | None = None) -> Iterator[Chain]:
    keys = [sha256(f"validator {number}".encode()) for number in range(1, 6)]  # one more than found the chain
    clock, first = Clock(), genesis(founded or make_configuration())
    with EmbeddedEngine.open(folder / "chain.sqlite", first, keys, clock) as engine:
        client = ChainClient(EmbeddedProvider(engine))
        yield Chain(client, Contracts(client), clock)
