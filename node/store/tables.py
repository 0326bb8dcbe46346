"""The tables. First what every node can rebuild from the chain, then what is kept only here.

Bytes are raw, JSON columns hold canonical JSON text, times are UTC seconds, prices minor units of their currency.
"""

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The root of all tables."""

    type_annotation_map = {bytes: LargeBinary, str: Text}


class MetaRow(Base):
    """Facts about this file: schema, chain id, genesis hash, configuration."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


# --- what the chain says ------------------------------------------------


class BlockRow(Base):
    """A block that was indexed."""

    __tablename__ = "blocks"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(unique=True)
    parent_hash: Mapped[bytes]
    time: Mapped[int]


class CursorRow(Base):
    """The last block that was indexed in full; written with that block's rows."""

    __tablename__ = "cursor"

    name: Mapped[str] = mapped_column(primary_key=True)
    block_number: Mapped[int]


class EventRow(Base):
    """Every event of our contracts, once; `sequence` rises by one for each contract, so a dropped log is noticed."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("contract", "sequence"),)

    block_hash: Mapped[bytes] = mapped_column(ForeignKey("blocks.hash"), primary_key=True)
    log_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contract: Mapped[str]
    sequence: Mapped[int]
    name: Mapped[str]
    block_number: Mapped[int]
    tx_hash: Mapped[bytes]


class ReportRow(Base):
    """A report as it was sent: the words that were signed, and the signatures."""

    __tablename__ = "reports"

    leader: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report: Mapped[str]
    signatures: Mapped[str]  # JSON list of hex
    block_number: Mapped[int] = mapped_column(ForeignKey("blocks.number"))
    tx_hash: Mapped[bytes]
    tx_index: Mapped[int]


class FindingRow(Base):
    """A finding on record."""

    __tablename__ = "findings"
    __table_args__ = (Index("findings_by_place", "block_number", "log_index"),)

    id: Mapped[bytes] = mapped_column(primary_key=True)
    clue: Mapped[bytes] = mapped_column(index=True)
    subject: Mapped[bytes] = mapped_column(index=True)
    listing: Mapped[bytes]
    product: Mapped[bytes] = mapped_column(index=True)
    kind: Mapped[int] = mapped_column(index=True)
    period: Mapped[int]
    score_bps: Mapped[int]
    spread_bps: Mapped[int]
    model: Mapped[bytes]
    observed_at: Mapped[int]
    supersedes: Mapped[bytes]
    leader: Mapped[int]
    report_sequence: Mapped[int]
    position: Mapped[int]  # in report.findings
    status: Mapped[int] = mapped_column(index=True)
    sequence: Mapped[int]  # of its event
    recorded_at: Mapped[int]
    block_number: Mapped[int] = mapped_column(ForeignKey("blocks.number"))
    tx_hash: Mapped[bytes]
    log_index: Mapped[int]


class StatusChangeRow(Base):
    """One step of a finding's status, with the reason's digest."""

    __tablename__ = "status_changes"

    block_hash: Mapped[bytes] = mapped_column(primary_key=True)
    log_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    finding: Mapped[bytes] = mapped_column(index=True)
    before: Mapped[int]
    after: Mapped[int]
    reason: Mapped[bytes]
    block_number: Mapped[int]
    changed_at: Mapped[int]


class AnchorRow(Base):
    """A batch of observation roots that a bureau anchored."""

    __tablename__ = "anchors"

    bureau: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    size: Mapped[int]
    block_number: Mapped[int]
    tx_hash: Mapped[bytes]
    log_index: Mapped[int]


class BrandRow(Base):
    """A brand as registered."""

    __tablename__ = "brands"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    owner: Mapped[str]
    bureau: Mapped[int]
    block_number: Mapped[int]


class ProductRow(Base):
    """A brand's claim to a GTIN; rival claims stand side by side."""

    __tablename__ = "products"

    gtin: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    brand: Mapped[bytes] = mapped_column(primary_key=True)
    contested: Mapped[bool]
    block_number: Mapped[int]
    tx_hash: Mapped[bytes]


class AuthorisationRow(Base):
    """A seller (by subject) that a brand authorised for a time."""

    __tablename__ = "sellers"

    brand: Mapped[bytes] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(primary_key=True)
    valid_from: Mapped[int]
    valid_until: Mapped[int]
    block_number: Mapped[int]


class RecusalRow(Base):
    """A bureau's declared interest in a subject; the signature where the call that declared it shows it."""

    __tablename__ = "recusals"

    bureau: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[bytes] = mapped_column(primary_key=True)
    reason: Mapped[bytes]
    signature: Mapped[bytes] = mapped_column(default=b"")
    block_number: Mapped[int]


class CanaryRow(Base):
    """How many of a month's blind test clues a bureau found."""

    __tablename__ = "canaries"

    bureau: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    planted: Mapped[int]
    found: Mapped[int]
    block_number: Mapped[int]


# --- what is kept only here ---------------------------------------------


class SubjectRow(Base):
    """A seller's salt; drawn once by the first leader, stored before use, never redrawn."""

    __tablename__ = "subjects"

    marketplace: Mapped[str] = mapped_column(primary_key=True)
    seller_id: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    subject: Mapped[bytes] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")


class BrandFactsRow(Base):
    """The plain facts behind a brand's digests."""

    __tablename__ = "brand_facts"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str]
    facts: Mapped[str]  # canonical JSON whose digest is on chain


class ProductFactsRow(Base):
    """The plain facts behind a product's digests."""

    __tablename__ = "product_facts"

    gtin: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    brand: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str]
    brand_name: Mapped[str]
    category: Mapped[str]
    price_low_fen: Mapped[int]
    price_high_fen: Mapped[int]
    currency: Mapped[str]
    facts: Mapped[str]  # canonical JSON whose digest is on chain


class AskRow(Base):
    """A question of round one, kept before it is sent or answered."""

    __tablename__ = "asks"

    clue: Mapped[bytes] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leader: Mapped[int]
    deadline: Mapped[int]
    ask: Mapped[str]


class AnswerRow(Base):
    """A signed answer or refusal, kept before it leaves and given again when asked again."""

    __tablename__ = "answers"

    clue: Mapped[bytes] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bureau: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    refused: Mapped[bool]
    answer: Mapped[str]


class ProposalRow(Base):
    """A report on its way through round two; its sequence is reserved by being here."""

    __tablename__ = "proposals"

    leader: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report: Mapped[str]
    attempts: Mapped[str]  # JSON list, one a finding
    state: Mapped[str] = mapped_column(index=True)  # open, signed, abandoned
    reason: Mapped[str] = mapped_column(default="")


class OutboxRow(Base):
    """A signed report to be carried to the chain."""

    __tablename__ = "outbox"

    leader: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report: Mapped[str]
    signatures: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)  # queued, sent, recorded, failed
    tx_hash: Mapped[bytes] = mapped_column(default=b"")
    reason: Mapped[str] = mapped_column(default="")


class BatchRow(Base):
    """A batch of observation roots, kept signed before it is sent."""

    __tablename__ = "batches"

    bureau: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch_id: Mapped[str] = mapped_column(index=True)
    part: Mapped[int]
    anchor: Mapped[str]
    signature: Mapped[bytes]
    anchored: Mapped[bool] = mapped_column(index=True)


class BatchLeafRow(Base):
    """One observation root of a batch, so that its inclusion can be shown later."""

    __tablename__ = "batch_leaves"

    bureau: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(index=True)


class ModelRow(Base):
    """The files of a model under the digest of its manifest."""

    __tablename__ = "models"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    manifest: Mapped[str]
    model: Mapped[bytes]
    features: Mapped[str]
    thresholds: Mapped[str]  # hex of big-endian float32


class CaptureRow(Base):
    """A proof that can expire on the chain's side, taken while it could be had."""

    __tablename__ = "captures"

    finding: Mapped[bytes] = mapped_column(primary_key=True)
    block_number: Mapped[int]
    status: Mapped[str]  # JSON {header, account_nodes, storage_nodes}


class HistoryRow(Base):
    """How the chain's validators and configuration stood after a block that changed them, with the proofs."""

    __tablename__ = "history"

    block_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    config_digest: Mapped[bytes] = mapped_column(index=True)
    step: Mapped[str]  # canonical JSON, node.protocol.history


class LogNodeRow(Base):
    """A node of the log of block hashes: a leaf (level 0), or the root over 2^level of them, kept for every eighth level."""

    __tablename__ = "log_nodes"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class CheckpointRow(Base):
    """A checkpoint of that log that pinned witnesses cosigned."""

    __tablename__ = "checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str]


class StampRow(Base):
    """A time-stamp token over a block's hash (sequence 0), or over the bytes of the token before it."""

    __tablename__ = "stamps"

    block_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[bytes]
    time: Mapped[int]
    good_until: Mapped[int]


class SubjectCaptureRow(Base):
    """The proof of all findings on a subject, taken while it could be had."""

    __tablename__ = "subject_captures"

    subject: Mapped[bytes] = mapped_column(primary_key=True)
    block_number: Mapped[int]
    proof: Mapped[str]  # JSON {header, block_hash, registries}
    step: Mapped[str]  # JSON, the chain's history at that block, with the configuration


class ErasureRow(Base):
    """That fields were erased here, and how many; nothing of what they held."""

    __tablename__ = "erasures"

    number: Mapped[int] = mapped_column(primary_key=True)
    erased_at: Mapped[int]
    receipt: Mapped[str]  # JSON


class CaptureReportsRow(Base):
    """How the payloads behind this bureau's answer were captured, told by its oracle before the answer was signed."""

    __tablename__ = "capture_reports"

    clue: Mapped[bytes] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reports: Mapped[str]  # JSON list
    kept_at: Mapped[int]


class LifeRow(Base):
    """What a bureau signed of the time before a finding was recorded: capture reports and its custody log."""

    __tablename__ = "life"

    finding: Mapped[bytes] = mapped_column(primary_key=True)
    bureau: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    captures: Mapped[str]  # JSON list
    custody: Mapped[str]  # JSON list
