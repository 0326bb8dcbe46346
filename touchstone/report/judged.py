"""What a report is about."""

from dataclasses import dataclass

from node.protocol.facts import Facts
from node.protocol.trust import TrustRoot
from node.protocol.verdict import Verification


@dataclass(frozen=True)
class Judged:
    """A verification with the file that was judged, the trust root that it was held against, and the time."""

    verification: Verification
    trust: TrustRoot
    sha256: str  # of the file in bare hex; empty when the file was too large to be read whole
    size: int  # bytes
    at: int  # UTC seconds

    @property
    def facts(self) -> Facts:
        """What is proven. Only where something is."""
        facts = self.verification.facts
        if facts is None:
            raise ValueError("expected a verification that proves something, got one without facts")
        return facts
