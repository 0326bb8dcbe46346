"""One bureau of a home: its store, payloads, lake and oracle, wired to the chain. One process plays all of them here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from node.chain.client import ChainClient
from node.chain.contracts import Contracts
from node.chain.sender import Sender
from node.protocol.answer import Ask, SignedAnswer
from node.protocol.canonical import parse
from node.protocol.configuration import Configuration
from node.protocol.identifiers import ADDRESSES
from node.protocol.life import Peers
from node.protocol.observation import Scalar
from node.protocol.signing import LocalSigner
from node.protocol.typed_data import Domain
from node.services.batching import Anchorer
from node.services.cosigning import Peer
from node.services.evidence import Sources, keep_model
from node.services.life import Account, Keeper
from node.services.ports import Officer
from node.services.stating import SubjectSigner
from node.store import products, subjects
from node.store.session import Store, open_store
from node.store.tables import ProductFactsRow
from oracle.answering import Answerer
from oracle.connectors import normalize, refetch
from oracle.fetch import Fetcher
from oracle.lake import Lake
from oracle.matching.matcher import Matcher
from oracle.payload import PayloadStore, RawPayload
from oracle.policy import POLICIES
from oracle.record import Record
from oracle.registry import RegisteredProduct, Registry
from oracle.scoring.scorer import Models
from touchstone.consortium import bureau_key
from touchstone.home import Home


class PlayedOfficer:
    """The officer of a demo bureau, who confirms every clue. In earnest a person looks at each."""

    def confirm(self, ask: Ask, answer: SignedAnswer) -> bool:
        return True


@dataclass(frozen=True)
class Bureau:
    """What one bureau holds."""

    number: int
    folder: Path
    store: Store
    payloads: PayloadStore
    lake: Lake
    signer: LocalSigner
    sender: Sender
    contracts: Contracts
    configuration: Configuration

    @classmethod
    def open(cls, home: Home, number: int, client: ChainClient, configuration: Configuration) -> "Bureau":
        """Open a bureau's folder in the home."""
        folder = home.folder(f"bureau-{number}")
        return cls(
            number=number,
            folder=folder,
            store=open_store(folder / "node.sqlite"),
            payloads=PayloadStore(folder / "payloads"),
            lake=Lake(folder / "lake"),
            signer=LocalSigner(bureau_key(home, number, "oracle")),
            sender=Sender(client, bureau_key(home, number, "sender")),
            contracts=Contracts(client),
            configuration=configuration,
        )

    def peer(self, answerer: Answerer, clock: Callable[[], int], officer: Officer) -> Peer:
        """This bureau's side of co-signing."""
        models = answerer.models
        return Peer(
            self.store,
            self.number,
            answerer,
            officer,
            self.signer,
            self._domain("FindingRegistry"),
            self.configuration,
            POLICIES.digest(),
            clock,
            {model.id: model.reference for model in models.by_kind.values()},
        )

    def answerer(
        self,
        fetcher: Fetcher,
        report_base: str,
        models: Models,
        registry: Registry,
        clock: Callable[[], int],
        market_clock: Callable[[], int],
    ) -> Answerer:
        """This bureau's oracle: it fetches for itself what an ask is about."""

        def fetch(ask: Ask) -> Iterable[RawPayload]:
            return refetch(ask.marketplace, str(ask.listing_id), ask.url, report_base, fetcher, market_clock)

        def read(payload: RawPayload) -> Iterable[Mapping[str, Scalar]]:
            return (found.values for found in normalize(payload) if isinstance(found, Record))

        return Answerer(
            bureau=self.number,
            signer=self.signer,
            domain=self._domain("FindingRegistry"),
            config_digest=self.configuration.digest(),
            refetch=fetch,
            normalize=read,
            payloads=self.payloads,
            lake=self.lake,
            models=models,
            registry=registry,
            clock=clock,
            matcher=Matcher(registry),
            captures=self.keeper(clock),
        )

    def subject_signer(self) -> SubjectSigner:
        """Its word for whose subject it is."""
        return SubjectSigner(self.store, self.number, self.signer, self._domain("FindingRegistry"), self.configuration)

    def keeper(self, clock: Callable[[], int]) -> Keeper:
        """This bureau's account of how its evidence came and who held it."""
        return Keeper(self.store, self.number, self.signer, self._domain("FindingRegistry"), clock)

    def anchorer(self) -> Anchorer:
        """This bureau's chain of anchors."""
        return Anchorer(
            self.store, self.contracts, self.sender, self.signer, self._domain("ObservationLog"), self.number
        )

    def keep_models(self, models: Models) -> None:
        """Keep the models' files for the bundles of their findings."""
        for model in models.by_kind.values():
            files = model.files
            keep_model(
                self.store,
                files["manifest.json"],
                files["model.json"],
                files["features.json"],
                files["thresholds.hex"].decode("ascii"),
            )

    def sources(
        self,
        payload: Callable[[str], bytes | None],
        clock: Callable[[], int],
        accounts: Callable[[bytes], Iterable[Account]],
        peers: Callable[[bytes], Iterable[Peers]],
    ) -> Sources:
        """Where this bureau's bundles come from."""
        policy = {"policy": POLICIES.to_json()}
        client, keeper = self.contracts.client, self.keeper(clock)
        return Sources(self.store, client, self.configuration, payload, policy, keeper, accounts, peers)

    def registry(self, at: int) -> Registry:
        """Registered products and the sellers authorised at a time: what the oracle compares with."""
        with self.store.read() as session:
            on_chain = products.registered(session)
            rows = [row for row in session.query(ProductFactsRow) if (row.gtin, row.brand) in on_chain]
            known = {row.subject: row for row in subjects.all_of(session)}
            gtins: dict[bytes, list[str]] = {}
            for row in rows:
                gtins.setdefault(row.brand, []).append(f"{row.gtin:014d}")
            authorised = set()
            for brand, owned in gtins.items():
                for grant in products.authorisations(session, brand):
                    seller = known.get(grant.subject)
                    if seller is not None and grant.valid_from <= at < grant.valid_until:
                        authorised |= {(gtin, seller.marketplace, seller.seller_id) for gtin in owned}
        return Registry([_product(row) for row in rows], frozenset(authorised))

    def _domain(self, contract: str) -> Domain:
        return Domain(self.configuration.chain_id, ADDRESSES[contract])


def _product(row: ProductFactsRow) -> RegisteredProduct:
    facts = parse(row.facts.encode("utf-8"))
    assert isinstance(facts, dict)  # written by registering, canonical
    return RegisteredProduct(
        gtin=f"{row.gtin:014d}",
        brand=row.brand_name,
        names=tuple(str(name) for name in facts["names"]),
        category=row.category,
        price_low_fen=row.price_low_fen,
        price_high_fen=row.price_high_fen,
        currency=row.currency,
    )
