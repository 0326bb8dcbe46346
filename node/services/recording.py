"""Signed findings to the chain, through an outbox: nothing is lost, nothing counts twice.

A signed report is kept before it is sent, and its sequence is reserved by being kept. After a crash it is simply sent
again: the contract refuses what it knows, and a report whose findings are all on record counts as recorded, whoever
carried it. A report that the chain refuses is kept as failed with the reason and does not hold up the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from node.chain.contracts import Contracts
from node.chain.errors import Reverted
from node.chain.sender import Sender
from node.protocol.canonical import canonical, from_hex, parse, to_hex
from node.protocol.finding import Report
from node.protocol.identifiers import ADDRESSES
from node.store import cosigning
from node.store.session import Store
from node.store.tables import OutboxRow

AT_ONCE = 16  # reports sent before waiting; pools keep 64 transactions ahead of an account


@dataclass
class Recorded:
    """What a run brought onto the chain."""

    reports: int = 0
    findings: int = 0
    failed: dict[tuple[int, int], str] = field(default_factory=dict)  # (leader, sequence) to the reason


class Recorder:
    """Carries signed reports. The sender's key gives no authority: whoever signed is the author."""

    def __init__(self, store: Store, contracts: Contracts, sender: Sender) -> None:
        self._store = store
        self._contracts = contracts
        self._sender = sender

    def enqueue(self, report: Report, signatures: Sequence[bytes]) -> None:
        """Keep a signed report for sending; one that is kept already stays as it is."""
        with self._store.write() as session:
            if cosigning.outbox_row(session, report.leader, report.sequence) is None:
                session.add(
                    OutboxRow(
                        leader=report.leader,
                        sequence=report.sequence,
                        report=canonical(report.to_json()).decode("utf-8"),
                        signatures=canonical([to_hex(signature) for signature in signatures]).decode("utf-8"),
                        state="queued",
                    )
                )

    def run(self) -> Recorded:
        """Send all that is kept and not on record yet, in the order of its sequences."""
        done = Recorded()
        with self._store.read() as session:
            rows = cosigning.outbox(session, "queued", "sent")
        # what a run before a crash has brought onto the chain is not sent again
        waiting = [row for row in rows if not self._finish_if_recorded(row, done)]
        for first in range(0, len(waiting), AT_ONCE):
            self._send(waiting[first : first + AT_ONCE], done)
        return done

    def retry(self, leader: int, sequence: int) -> None:
        """Queue a failed report again, after what made it fail was mended."""
        with self._store.write() as session:
            row = cosigning.outbox_row(session, leader, sequence)
            if row is not None and row.state == "failed":
                row.state, row.reason = "queued", ""

    def _send(self, rows: Sequence[OutboxRow], done: Recorded) -> None:
        sent: list[tuple[OutboxRow, bytes]] = []
        for row in rows:
            self._mark(row, "sent")
            try:
                report, signatures = read_outbox(row)
                data = self._contracts.submit_data(report, signatures)
                sent.append((row, self._sender.send(ADDRESSES["FindingRegistry"], data)))
            except Reverted as exc:
                self._settle(row, done, str(exc))
        for row, tx_hash in sent:
            try:
                self._sender.wait(tx_hash)
            except Reverted as exc:
                self._settle(row, done, str(exc))
            else:
                self._mark(row, "recorded", tx_hash=tx_hash)
                self._count(row, done)

    def _settle(self, row: OutboxRow, done: Recorded, reason: str) -> None:
        """After a refusal: recorded when its findings are on chain all the same, failed otherwise."""
        if not self._finish_if_recorded(row, done):
            self._mark(row, "failed", reason=reason)
            done.failed[(row.leader, row.sequence)] = reason

    def _finish_if_recorded(self, row: OutboxRow, done: Recorded) -> bool:
        report, _ = read_outbox(row)
        for finding in report.findings:
            if self._contracts.status_of(finding.id(), finding.clue_key()) == 0:
                return False
        self._mark(row, "recorded")
        self._count(row, done)
        return True

    def _count(self, row: OutboxRow, done: Recorded) -> None:
        done.reports += 1
        done.findings += len(read_outbox(row)[0].findings)

    def _mark(self, row: OutboxRow, state: str, tx_hash: bytes = b"", reason: str = "") -> None:
        with self._store.write() as session:
            kept = cosigning.outbox_row(session, row.leader, row.sequence)
            assert kept is not None  # rows leave the outbox by state only
            kept.state, kept.reason = state, reason
            kept.tx_hash = tx_hash or kept.tx_hash


def read_outbox(row: OutboxRow) -> tuple[Report, list[bytes]]:
    """The report and its signatures in an outbox row."""
    signatures = parse(row.signatures.encode("utf-8"))
    assert isinstance(signatures, list)
    return Report.from_json(parse(row.report.encode("utf-8"))), [from_hex(text, 65) for text in signatures]
