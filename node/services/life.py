"""A bureau's own account of the time before a finding is recorded: how it captured, and who held what (DESIGN section 5).

The oracle tells how each payload came before an answer is signed, and that is kept as it is told. Once a finding is on
record, and only then, the bureau signs: a capture report for each payload, and a custody log over them. Every bureau
accounts for itself; accounts of others come from them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from node.protocol.answer import SignedAnswer
from node.protocol.canonical import Json, parse
from node.protocol.capture import CaptureReport, Observed, SignedCapture
from node.protocol.configuration import Configuration
from node.protocol.errors import ProtocolError
from node.protocol.identifiers import ADDRESSES, ZERO
from node.protocol.life import Act, Custody, Peers, Recusal, Signed, check_log, check_signed, custody_log
from node.protocol.reading import list_of
from node.protocol.signing import Signer
from node.protocol.typed_data import Domain, Struct, digest
from node.services.peer import text_of
from node.services.quality import quality
from node.store import cosigning, life
from node.store.cosigning import Place
from node.store.session import Session, Store
from node.store.tables import CaptureReportsRow, FindingRow, LifeRow


@dataclass(frozen=True)
class Account:
    """What one bureau signed of a finding's life."""

    bureau: int
    captures: tuple[SignedCapture, ...] = ()
    custody: tuple[Signed[Custody], ...] = ()

    @classmethod
    def of(cls, row: LifeRow) -> "Account":
        """The account that a row keeps."""
        captures = list_of(parse(row.captures.encode("utf-8")))
        log = custody_log(parse(row.custody.encode("utf-8")))
        return cls(row.bureau, tuple(map(SignedCapture.from_json, captures)), log)

    def row(self, finding: bytes) -> LifeRow:
        """The account as the store keeps it."""
        captures = text_of([each.to_json() for each in self.captures])
        return LifeRow(
            finding=finding,
            bureau=self.bureau,
            captures=captures,
            custody=text_of([each.to_json("entry") for each in self.custody]),
        )


@dataclass(frozen=True)
class Keeper:
    """Keeps and signs one bureau's account. `domain` is that of FindingRegistry, `signer` holds the oracle key."""

    store: Store
    bureau: int
    signer: Signer
    domain: Domain
    clock: Callable[[], int]

    def keep(self, reports: Mapping[Place, Sequence[CaptureReport]]) -> None:
        """Keep what the oracle tells of its captures, by question."""
        now = self.clock()
        rows = [
            CaptureReportsRow(
                clue=clue, attempt=attempt, reports=text_of([each.to_json() for each in told]), kept_at=now
            )
            for (clue, attempt), told in reports.items()
            if told
        ]
        with self.store.write() as session:
            life.keep_reports(session, rows)

    def sign(self) -> int:
        """Sign the account of each finding on record that has none yet. Returns how many."""
        with self.store.read() as session:
            found = list(_told(session, self.bureau))
        rows = [self._account(row).row(finding) for finding, row in found]
        with self.store.write() as session:
            session.add_all(rows)
        return len(rows)

    def export(self, finding: bytes) -> None:
        """Note in the log that the evidence left the house: the first time; later copies are of the same evidence."""
        if not self.account(finding).custody:
            self.sign()  # what went before comes first
        with self.store.write() as session:
            row = life.get(session, finding, self.bureau)
            account = Account(self.bureau) if row is None else Account.of(row)
            if not any(each.statement.act == Act.EXPORTED for each in account.custody):
                log = self._log([(Act.EXPORTED, finding, self.clock())], account.custody)
                session.merge(Account(self.bureau, account.captures, log).row(finding))

    def account(self, finding: bytes) -> Account:
        """What this bureau signed of a finding's life, to be handed to another bureau."""
        with self.store.read() as session:
            row = life.get(session, finding, self.bureau)
        return Account(self.bureau) if row is None else Account.of(row)

    def _account(self, row: CaptureReportsRow) -> Account:
        told = [CaptureReport.from_json(item) for item in list_of(parse(row.reports.encode("utf-8")))]
        captures = [SignedCapture(each, self.bureau, self._sign(each.statement(self.bureau))) for each in told]
        lines = [(Act.CAPTURED, each.payload, each.captured_at) for each in told]
        lines += [(Act.KEPT, each.payload, row.kept_at) for each in told]
        return Account(self.bureau, tuple(captures), self._log(lines))

    def _log(
        self, lines: Iterable[tuple[Act, bytes, int]], log: tuple[Signed[Custody], ...] = ()
    ) -> tuple[Signed[Custody], ...]:
        """`log` with these lines after it. Were the clock set back, the time of the line before stands."""
        found = list(log)
        previous, least = (log[-1].statement.struct_hash(), log[-1].statement.at) if log else (ZERO, 0)
        for act, item, at in lines:
            entry = Custody(previous, item, int(act), self.bureau, max(at, least))
            found.append(Signed(entry, self._sign(entry)))
            previous, least = entry.struct_hash(), entry.at
        return tuple(found)

    def _sign(self, statement: Struct) -> bytes:
        return self.signer.sign(digest(self.domain, statement.struct_hash()))


def life_parts(
    session: Session,
    configuration: Configuration,
    finding: FindingRow,
    answers: Sequence[SignedAnswer],
    accounts: Iterable[Account],
    peers: Iterable[Peers] = (),
) -> dict[str, Json]:
    """The parts of a bundle about the time before: of the accounts, only what a verifier will find to hold."""
    domain = Domain(configuration.chain_id, ADDRESSES["FindingRegistry"])
    observed = Observed.of(answers)
    items = {payload for _, payload, _ in observed.named} | {finding.id}
    captures: list[Json] = []
    custody: list[Json] = []
    for account in accounts:
        captures += [each.to_json() for each in account.captures if _holds(each, domain, configuration, observed)]
        try:
            check_log(account.custody, domain, configuration, items)
        except ProtocolError:
            continue
        custody += [each.to_json("entry") for each in account.custody]
    record = quality(session, finding.model, finding.kind, finding.period)
    parts: dict[str, Json] = {
        "captures": captures,
        "custody": custody,
        "recusals": list(_recusals(session, finding.subject, domain, configuration)),
        "quality": None if record is None else record.to_json(),
        "peers": [group.to_json() for group in peers if group.observations],
    }
    return {name: part for name, part in parts.items() if part}


def _told(session: Session, bureau: int) -> Iterator[tuple[bytes, CaptureReportsRow]]:
    """The findings of whose life nothing is signed, with what the oracle told of it."""
    places: dict[bytes, Place] = {}
    for (leader, sequence), rows in groupby(life.without(session, bureau), lambda r: (r.leader, r.report_sequence)):
        attempts = cosigning.attempts_of(session, leader, sequence)
        places |= {row.id: (row.clue, attempts[row.position]) for row in rows if attempts}
    reports = life.reports(session, list(places.values()))
    return ((finding, reports[place]) for finding, place in places.items() if place in reports)


def _holds(capture: SignedCapture, domain: Domain, configuration: Configuration, observed: Observed) -> bool:
    statement = capture.report.statement(capture.bureau)
    try:
        observed.check(capture)
        check_signed(statement, capture.signature, domain, configuration, capture.bureau, "oracle")
    except ProtocolError:
        return False
    return True


def _recusals(session: Session, subject: bytes, domain: Domain, configuration: Configuration) -> Iterator[Json]:
    """The interests declared in a subject, as far as the officers' keys in force show who declared them."""
    for row in life.recusals(session, subject):
        recusal = Recusal(row.bureau, row.subject, row.reason)
        try:
            check_signed(recusal, row.signature, domain, configuration, row.bureau, "officer")
        except ProtocolError:
            continue
        yield Signed(recusal, row.signature).to_json("recusal")
