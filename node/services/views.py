"""What the read side hands to pages: plain values, ready for JSON. Bytes are 0x hex, times UTC seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SellerLine:
    """A seller, as a bureau knows it."""

    marketplace: str
    seller_id: str
    name: str
    subject: str
    findings: int


@dataclass(frozen=True)
class ProductLine:
    """A registered product."""

    gtin: str
    name: str
    brand: str
    category: str
    price_low_fen: int
    price_high_fen: int
    currency: str
    contested: bool
    on_chain: bool
    findings: int


@dataclass(frozen=True)
class FindingLine:
    """A finding in a list."""

    id: str
    kind: int
    kind_en: str
    kind_zh: str
    score_bps: int
    spread_bps: int
    status: int
    status_en: str
    status_zh: str
    period: int
    recorded_at: int
    observed_at: int
    block_number: int
    gtin: str
    product: str
    marketplace: str
    seller_id: str
    seller: str
    listing_id: str
    url: str


@dataclass(frozen=True)
class Page:
    """One page of findings."""

    findings: list[FindingLine]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Found:
    """What a search brought."""

    words: str
    products: list[ProductLine]
    sellers: list[SellerLine]
    findings: list[FindingLine]


@dataclass(frozen=True)
class ProductPage:
    """A product with all claims to it and the findings about it."""

    claims: list[ProductLine]
    findings: list[FindingLine]
    total: int


@dataclass(frozen=True)
class Factor:
    """What one feature added to the margin, in micro log-odds."""

    name: str
    scope: str
    value: int | None
    micro: int


@dataclass(frozen=True)
class AnswerLine:
    """One signer's own view."""

    bureau: int
    score_bps: int
    margin_micro: int
    observation_root: str
    context: str
    factors: list[Factor]  # strongest first, at most eight
    observations: int


@dataclass(frozen=True)
class Difference:
    """A fact or feature with each signer's value, ascending by bureau."""

    name: str
    values: list[str]
    equal: bool


@dataclass(frozen=True)
class ChainPlace:
    """Where a finding stands on chain."""

    block_number: int
    block_hash: str
    block_time: int
    tx_hash: str
    log_index: int
    sequence: int
    leader: int
    report_sequence: int
    signers: list[int]
    config_digest: str
    policy_digest: str
    evidence_root: str
    model: str
    subject: str
    clue: str


@dataclass(frozen=True)
class Change:
    """A change of status."""

    before: int
    after: int
    after_en: str
    after_zh: str
    reason: str
    changed_at: int
    block_number: int


@dataclass(frozen=True)
class FindingPage:
    """One finding with all that is known of it here."""

    line: FindingLine
    chain: ChainPlace
    answers: list[AnswerLine]
    facts: list[Difference]
    features: list[Difference]  # those in which the signers differ
    anchored: int  # observation roots of the answers that stand in an anchored batch
    observed: int
    changes: list[Change]
    product: ProductLine | None
