"""Blocks for cases: headers with any fields, any seals, any receipts, sealed again."""

from collections.abc import Sequence

from node.protocol import rlp
from node.protocol.canonical import from_hex, keccak256, to_hex
from node.protocol.finding import Report
from node.protocol.header import VANITY, Header, extra_data
from node.protocol.identifiers import ADDRESSES
from node.protocol.signing import LocalSigner
from scripts.evidence.case import Made
from tests import bundle_factory as factory

EVENT = b"ReportRecorded(uint32,uint64,bytes32[],uint64)"
LATER_FIELDS = (b"\x07", keccak256(b"withdrawals"), b"", b"", bytes(32), keccak256(b"requests"))  # after the first 15


def header_of(made: Made) -> Header:
    return Header.from_rlp(from_hex(made["header"]))


def sealed_by(signers: Sequence[LocalSigner], bare: Header) -> list[bytes]:
    """Seals, with v 0 or 1."""
    seals = [signer.sign(bare.commit_hash()) for signer in signers]
    return [seal[:64] + bytes([seal[64] - 27]) for seal in seals]


def resealed(
    items: Sequence[bytes],
    signers: Sequence[LocalSigner] = factory.VALIDATORS,
    round_number: int = 1,
    vanity: bytes = VANITY,
) -> Header:
    """The header with these fields and honest seals."""
    bare = Header((*items[:12], extra_data(round_number, vanity=vanity), *items[13:]))
    return with_seals(bare, sealed_by(signers, bare), round_number)


def with_seals(header: Header, seals: Sequence[bytes], round_number: int | None = None) -> Header:
    """The header with other seals, and another round if one is given; nothing is signed."""
    extra = rlp.decode(header.items[12])
    assert isinstance(extra, list) and isinstance(extra[0], bytes)
    number = header.round if round_number is None else round_number
    return Header((*header.items[:12], extra_data(number, seals, extra[0]), *header.items[13:]))


def raw(items: Sequence[rlp.Item], block_hash: bytes) -> Made:
    """Parts for a header that ours would not build."""
    return {"header": to_hex(rlp.encode(list(items))), "block_hash": to_hex(block_hash)}


def with_items(made: Made, changes: dict[int, bytes], signers: Sequence[LocalSigner] = factory.VALIDATORS) -> Made:
    """The bundle with fields of its header changed, and sealed again."""
    items = [changes.get(place, item) for place, item in enumerate(header_of(made).items)]
    return made | factory.named(resealed(items, signers))


def with_fields(made: Made, count: int) -> Made:
    """The bundle under a header of this many fields."""
    items = (*header_of(made).items[:15], *LATER_FIELDS[: count - 15])
    return made | factory.named(resealed(items))


Log = tuple[str, Sequence[bytes], bytes]


def event_log(made: Made, **other: bytes) -> Log:
    """The log that records the bundle's report; `other` gives a topic, the words or the ids otherwise."""
    report = Report.from_json(made["report"])
    numbers = [report.leader.to_bytes(32, "big"), report.sequence.to_bytes(32, "big")]
    ids = b"".join(finding.id() for finding in report.findings)
    words = (64, report.sequence, len(report.findings))
    data = b"".join(word.to_bytes(32, "big") for word in words) + other.get("ids", ids)
    topics = [other.get("event", keccak256(EVENT)), *numbers]
    return ADDRESSES["FindingRegistry"], topics, other.get("data", data)


def with_receipt(made: Made, receipt: bytes, index: int = 1, log_index: int = 0) -> Made:
    """The bundle in a block whose transaction `index` left this receipt."""
    root, nodes = factory.receipts(receipt, index)
    made |= {"receipt": {"index": index, "nodes": nodes, "log_index": log_index}}
    return with_items(made, {5: root})


def with_log(made: Made, log: Log) -> Made:
    return with_receipt(made, factory.receipt_of([log], typed=True))
