"""The statements that bureaus sign: findings and reports, answers and refusals, and anchors of evidence batches.

All are EIP-712 structs. A finding's struct hash is its name everywhere. Anchors are signed for the ObservationLog, all
others for the FindingRegistry.
"""

from dataclasses import dataclass

from node.protocol.errors import UnreadableError
from node.protocol.identifiers import clue_key
from node.protocol.typed_data import Struct

MAX_BPS = 10_000
MAX_FINDINGS = 200  # in one report, as in FindingRegistry


def _check_bps(*values: int) -> None:
    if max(values) > MAX_BPS:
        raise UnreadableError(f"expected at most {MAX_BPS} basis points, got {max(values)}")


@dataclass(frozen=True)
class Finding(Struct):
    """What the signing bureaus found: a suspicion of one kind about one subject, with what it rests on."""

    TYPE = (
        "Finding(bytes32 subject,bytes32 listing,bytes32 product,uint16 kind,uint32 period,"
        "uint16 scoreBps,uint16 spreadBps,bytes32 policyDigest,bytes32 evidenceRoot,bytes32 model,"
        "bytes32 explanation,uint64 observedAt,bytes32 configDigest,bytes32 supersedes)"
    )

    subject: bytes
    listing: bytes  # zero when the finding is about the seller
    product: bytes  # GTIN, zero when none
    kind: int
    period: int  # YYYYMM
    score_bps: int  # lower median of the signers' scores
    spread_bps: int  # highest less lowest
    policy_digest: bytes
    evidence_root: bytes
    model: bytes
    explanation: bytes
    observed_at: int  # UTC seconds
    config_digest: bytes
    supersedes: bytes  # id of the finding that this one replaces, zero when none

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_bps(self.score_bps, self.spread_bps)

    def id(self) -> bytes:
        """The findingId: the struct hash."""
        return self.struct_hash()

    def clue_key(self) -> bytes:
        """The key under which at most one finding is live."""
        return clue_key(self.subject, self.listing, self.kind, self.period)


@dataclass(frozen=True)
class Report(Struct):
    """What is co-signed and submitted: findings, and exactly the bureaus that sign them."""

    TYPE = "Report(uint32 leader,uint64 sequence,bytes32 configDigest,uint32[] signers,Finding[] findings)"
    PARTS = (Finding,)

    leader: int
    sequence: int
    config_digest: bytes
    signers: tuple[int, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Answer(Struct):
    """One bureau's own score for a clue."""

    TYPE = (
        "Answer(bytes32 clue,uint32 attempt,uint32 leader,uint32 bureau,bytes32 observationRoot,uint16 scoreBps,"
        "bytes32 model,bytes32 context,bytes32 explanation,bytes32 configDigest,uint64 deadline)"
    )

    clue: bytes
    attempt: int
    leader: int
    bureau: int
    observation_root: bytes
    score_bps: int
    model: bytes
    context: bytes  # digest of the lake snapshot behind the context features
    explanation: bytes
    config_digest: bytes
    deadline: int  # UTC seconds; void afterwards

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_bps(self.score_bps)


@dataclass(frozen=True)
class Refusal(Struct):
    """One bureau's signed refusal to answer."""

    TYPE = (
        "Refusal(bytes32 clue,uint32 attempt,uint32 leader,uint32 bureau,uint16 reason,"
        "bytes32 configDigest,uint64 deadline)"
    )

    clue: bytes
    attempt: int
    leader: int
    bureau: int
    reason: int
    config_digest: bytes
    deadline: int


@dataclass(frozen=True)
class Anchor(Struct):
    """A bureau's next batch of observations."""

    TYPE = "Anchor(uint32 bureau,uint64 sequence,bytes32 previousRoot,bytes32 root,uint64 size)"

    bureau: int
    sequence: int  # the last one plus one
    previous_root: bytes  # zero for the first batch
    root: bytes
    size: int
