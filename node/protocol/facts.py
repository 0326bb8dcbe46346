"""What a verification has established, as plain values: for programs, and for the printed report.

Hex values are spelled as everywhere (0x, lowercase; addresses with their checksum), times are UTC seconds, scores basis
points. An empty text stands for "none". `proven.facts_of` takes them from bytes that the steps have proven.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class SignerFact:
    """A bureau that signed, by the consortium's configuration, and the score that it came to."""

    bureau: int
    leads: bool
    name_digest: str
    division: str  # code of its jurisdiction (GB/T 2260), empty when the configuration states something else
    score_bps: int


@dataclass(frozen=True)
class ValidatorFact:
    """A validator in force for the block."""

    address: str
    bureau: int | None  # whose validator key it is, by the consortium's configuration
    sealed: bool


@dataclass(frozen=True)
class SetFact:
    """Who may seal in a range of blocks, both ends included; no last block while the range is open."""

    from_block: int
    to_block: int | None
    validators: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """All of them, for one finding."""

    # what was found
    finding_id: str
    kind: int
    period: int  # YYYYMM
    score_bps: int
    spread_bps: int
    subject: str
    listing: str
    gtin: str
    observed_at: int  # as the leader stated it
    supersedes: str
    # what it rests on
    policy: str
    evidence_root: str
    model: str
    explanation: str
    configuration: str
    configuration_known: bool  # to the trust root
    # who recorded it, and when
    leader: int
    sequence: int  # of the leader's reports
    bureaus: int
    signers: tuple[SignerFact, ...]
    chain_id: int
    registry: str
    block_number: int
    block_hash: str
    block_time: int
    # who sealed it
    validators: tuple[ValidatorFact, ...]
    validator_sets: tuple[SetFact, ...]
    complete_to: int  # the block up to which they are known
    # what else is shown
    anchored: int  # observations
    unanchored: int
    anchored_time: int  # zero when none is
    hidden: int  # fields
    status: int | None
    status_block: int | None
    status_time: int | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
