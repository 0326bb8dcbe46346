"""A house and its chain with a court, so that findings are superseded, contested, upheld and withdrawn for real."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from node.chain.contracts import Contracts, calldata
from node.protocol.canonical import sha256
from node.protocol.configuration import Configuration, Court
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ADDRESSES
from node.protocol.trust import TrustRoot
from node.protocol.typed_data import digest
from node.protocol.verify import Verification, verify_bundle
from node.services.evidence import Sources, trust_root
from node.services.facts import share_subjects, take_over_subjects
from node.services.subject_evidence import SubjectExport, export_subject
from tests.services.chain import Chain, Clock, open_chain
from tests.services.house import DOMAIN, House, clue, make_configuration, open_house, signer

MALL, SELLER = "aurora-shop", "s1"
UPHELD, WITHDRAWN = 3, 6
ANSWER_PERIOD = 15 * 86_400  # of CaseRegistry


def with_court() -> Configuration:
    return replace(make_configuration(), courts=(Court(1, sha256(b"court"), signer("court").address),))


@dataclass
class Docket:
    """What a test does to a seller's findings, each step on chain and indexed by bureau 1."""

    house: House
    chain: Chain
    cases: int = 0

    @property
    def clock(self) -> Clock:
        return self.chain.clock

    def record(self, *listings: str, seller: str = SELLER) -> list[Finding]:
        """Findings on these listings, by two rounds between the bureaus."""
        self.house.now = self.clock.now
        leader = self.house.leader(1, self.chain.contracts.last_sequence)
        outcome = leader.run([clue(listing, seller) for listing in listings])
        self._carry()
        return [finding for report in outcome.reports for finding in report.findings]

    def supersede(self, finding: Finding) -> Finding:
        """Another finding in place of this one, with a higher score."""
        return self.tell(replace(finding, score_bps=finding.score_bps + 1, supersedes=finding.id()))

    def tell(self, finding: Finding) -> Finding:
        """A report of this one finding, signed by three bureaus."""
        sequence = self.chain.contracts.last_sequence(1) + 1
        report = Report(1, sequence, self.house.configuration.digest(), (1, 2, 3), (finding,))
        wanted = digest(DOMAIN, report.struct_hash())
        signatures = [signer(f"oracle {number}").sign(wanted) for number in report.signers]
        self.chain.recorder(self.house).enqueue(report, signatures)
        self._carry()
        return finding

    def rule(self, finding: Finding, decision: int) -> None:
        """A case about the finding, and the court's ruling after the time to answer."""
        self.cases += 1
        named = (finding.clue_key(), finding.id(), sha256(b"party"), sha256(b"notice"))
        self._send("officer 1", "open", *named)
        self.clock.now += ANSWER_PERIOD + 1
        self._send("court", "rule", self.cases, decision, sha256(b"ruling"))
        self.chain.indexer(self.house).run()

    def share(self) -> None:
        """Give the other bureaus the salts that bureau 1 has."""
        for number in (2, 3, 4):
            take_over_subjects(self.house.stores[number], share_subjects(self.house.stores[1]))

    def sources(self) -> Sources:
        return Sources(self.house.stores[1], self.chain.client, self.house.configuration)

    def trust(self) -> TrustRoot:
        return trust_root(self.sources())

    def export(self, bureaus: Sequence[int] = (1, 2, 3, 4), seller: str = SELLER) -> SubjectExport:
        nodes = [self.house.peers[number] for number in bureaus]
        return export_subject(self.sources(), self.trust(), MALL, seller, nodes)

    def judge(self, data: bytes) -> Verification:
        return verify_bundle(data, self.trust(), self.clock.now)

    def _carry(self) -> None:
        assert self.chain.recorder(self.house).run().failed == {}
        self.chain.indexer(self.house).run()

    def _send(self, name: str, function: str, *values: object) -> None:
        sender = self.chain.sender(name)
        sender.wait(sender.send(ADDRESSES["CaseRegistry"], calldata("CaseRegistry", function, *values)))


@contextmanager
def open_docket(folder: Path) -> Iterator[Docket]:
    with open_house(folder, with_court()) as house, open_chain(folder, house.configuration) as chain:
        assert Contracts(chain.client).config_digest() == house.configuration.digest()
        yield Docket(house, chain)
