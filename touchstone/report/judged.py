"""What a report is about."""

from dataclasses import dataclass

from node.protocol.facts import ChainFacts, Facts, SubjectFacts
from node.protocol.trust import TrustRoot
from node.protocol.verdict import WITHOUT_CLAIMS, Verification

SUBJECT_PARTS = {"statement", "registries"}  # that only subject files have


@dataclass(frozen=True)
class Judged:
    """A verification with the file that was judged, the trust root that it was held against, and the time."""

    verification: Verification
    trust: TrustRoot
    sha256: str  # of the file in bare hex; empty when the file was too large to be read whole
    size: int  # bytes
    at: int  # UTC seconds

    @property
    def proves(self) -> bool:
        """Is anything proven? The verdict says so."""
        return self.verification.verdict not in WITHOUT_CLAIMS

    @property
    def is_subject_file(self) -> bool:
        """Is it about all findings on a subject, rather than about one finding? As far as its steps show."""
        return any(step.part in SUBJECT_PARTS for step in self.verification.steps)

    @property
    def facts(self) -> Facts:
        """What is proven of a finding. Only where something is."""
        facts = self.verification.facts
        if not isinstance(facts, Facts):
            raise ValueError("expected a verification that proves a finding, got one without facts of it")
        return facts

    @property
    def subject(self) -> SubjectFacts | None:
        """What is proven of a subject, by a subject file."""
        facts = self.verification.facts
        return facts if isinstance(facts, SubjectFacts) else None

    @property
    def chain(self) -> ChainFacts:
        """What is proven of the block. Only where something is."""
        facts = self.verification.facts
        if facts is None:
            raise ValueError("expected a verification that proves something, got one without facts")
        return facts
