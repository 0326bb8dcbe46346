"""What a verification has established, as plain values: for programs, and for the printed report.

`Facts` are those of a finding's bundle, `SubjectFacts` those of a subject file; both rest on one block (`ChainFacts`).

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
class SeenFact:
    """What these bureaus signed to have seen, alike: (type of observation, field, text); empty and hidden ones are not there."""

    bureaus: tuple[int, ...]
    texts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ReasonFact:
    """A feature in the leader's explanation: the value that the model was given, and how it moved the score, as the leader says."""

    name: str
    scope: str  # own or context
    value: int | None
    micro: int  # log-odds in millionths; zero when the leader gives none


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
class CaptureFact:
    """How a bureau says that it fetched a payload."""

    bureau: int
    captured_at: int
    clean: bool  # the checks of clock and machine were made and held, and the time is not after the record
    late: bool  # dated after the block that recorded the finding
    failed: tuple[tuple[str, str], ...]  # checks, as area and name: network, tls


@dataclass(frozen=True)
class CustodyFact:
    """What a bureau says that it did with a piece of evidence."""

    bureau: int
    act: int
    item: str  # SHA-256 of a payload, or a finding's id
    at: int


@dataclass(frozen=True)
class ChainFacts:
    """The block on which a file rests, and who could seal it."""

    chain_id: int
    block_number: int
    block_hash: str
    block_time: int
    validators: tuple[ValidatorFact, ...]
    validator_sets: tuple[SetFact, ...]  # by the trust root, as the file's history extends it
    complete_to: int  # the block up to which they are known
    rests_on: tuple[str, str] | None  # English, Chinese: what vouches for the block besides the validators of that time

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class SubjectFacts(ChainFacts):
    """Of a subject file; its findings are told one by one in the claims."""

    subject: str
    whose_proven: bool  # that the subject is the seller named
    findings: int
    interested: bool  # a bureau declared an interest in the subject
    configuration: str


@dataclass(frozen=True)
class Facts(ChainFacts):
    """Of a finding's bundle."""

    # what was found
    finding_id: str
    kind: int
    period: int  # YYYYMM
    score_bps: int
    spread_bps: int
    marketplace: str
    seller_id: str
    listing_id: str
    subject: str
    listing: str
    gtin: str
    seen: tuple[SeenFact, ...]
    reasons: tuple[ReasonFact, ...]  # in the model's order
    observed_at: int  # as the leader stated it
    supersedes: str
    # what it rests on
    policy: str
    evidence_root: str
    model: str
    explanation: str
    configuration: str
    configuration_known: bool  # to the trust root
    # who recorded it
    leader: int
    sequence: int  # of the leader's reports
    bureaus: int
    signers: tuple[SignerFact, ...]
    registry: str
    # what else is shown
    anchored: int  # observations
    unanchored: int
    anchored_time: int  # zero when none is
    hidden: int  # fields
    erased: int  # fields whose values and salts are said to be destroyed
    status: int | None
    status_block: int | None
    status_time: int | None
    # the life before the record, as bureaus signed it
    life: tuple[str, ...]  # which parts on it are given
    captures: tuple[CaptureFact, ...]
    custody: tuple[CustodyFact, ...]
    recused: tuple[int, ...]  # bureaus that declared an interest
    interested: tuple[int, ...]  # those of them that signed the finding
