"""An open home: its chain and its bureaus, and the evidence that its leader hands out."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from node.chain.client import ChainClient
from node.chain.contracts import Contracts
from node.chain.engines.embedded import EmbeddedEngine
from node.chain.engines.facade import EmbeddedProvider
from node.protocol.configuration import Configuration
from node.protocol.life import Peers
from node.protocol.trust import TrustRoot
from node.services.evidence import Sources, export_bundle, trust_root
from node.services.life import Account
from node.services.subject_evidence import SubjectExport, export_subject
from touchstone import consortium
from touchstone.bureau import Bureau
from touchstone.home import Home

LEADER = 1


@dataclass(frozen=True)
class OpenHome:
    """All that one process plays in a home."""

    configuration: Configuration
    client: ChainClient
    contracts: Contracts
    bureaus: tuple[Bureau, ...]
    clock: Callable[[], int]

    @classmethod
    def start(cls, home: Home, clock: Callable[[], int], stack: ExitStack) -> "OpenHome":
        """Open the chain and every bureau's folder; `stack` closes them again."""
        configuration = consortium.configuration(home)
        genesis = consortium.genesis(home, configuration)
        keys = [consortium.bureau_key(home, member.id, "validator") for member in consortium.MEMBERS]
        engine = EmbeddedEngine.open(home.path / "chain.sqlite", genesis, keys, clock)
        stack.callback(engine.close)
        client = ChainClient(EmbeddedProvider(engine))
        bureaus = tuple(Bureau.open(home, member.id, client, configuration) for member in consortium.MEMBERS)
        for bureau in bureaus:
            stack.callback(bureau.store.close)
        return cls(configuration, client, Contracts(client), bureaus, clock)

    @property
    def leader(self) -> Bureau:
        return next(bureau for bureau in self.bureaus if bureau.number == LEADER)

    def sources(self, peers: Callable[[bytes], Iterable[Peers]] = lambda finding_id: ()) -> Sources:
        """Where the leader's evidence comes from; `peers` gives the observations behind a finding's context factors."""
        return self.leader.sources(self.payload, self.clock, self._accounts, peers)

    def trust(self) -> TrustRoot:
        """The trust root of this home's chain, as of now."""
        return trust_root(self.sources())

    def bundle(self, finding_id: bytes) -> bytes:
        """The evidence file of a finding."""
        return export_bundle(self.sources(), finding_id)

    def subject(self, marketplace: str, seller_id: str) -> SubjectExport:
        """The file of all findings on a seller; every bureau of the home is asked whose subject it is."""
        signers = [bureau.subject_signer() for bureau in self.bureaus]
        return export_subject(self.sources(), self.trust(), marketplace, seller_id, signers)

    def payload(self, name: str) -> bytes | None:
        """A payload that any bureau here keeps."""
        for bureau in self.bureaus:
            try:
                return bureau.payloads.read(name)
            except (OSError, LookupError):
                continue
        return None

    def _accounts(self, finding_id: bytes) -> list[Account]:
        """What the other bureaus signed of a finding's life."""
        others = [bureau for bureau in self.bureaus if bureau is not self.leader]
        return [bureau.keeper(self.clock).account(finding_id) for bureau in others]
