"""The leader's side of co-signing (DESIGN section 6): two rounds between bureaus, and a signed report in the outbox.

Round one: the leader keeps its questions and commits to its own answers, then asks the others. Round two: clues with
the same answering bureaus share a report, every signer checks and signs it. All that is needed to go on after a crash
is in the store: questions, answers, and proposals whose sequence is reserved by their being there.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from node.protocol.answer import Ask, SignedAnswer
from node.protocol.canonical import parse
from node.protocol.cosigning import check_about, check_answer, compose_finding
from node.protocol.errors import ProtocolError
from node.protocol.finding import Report
from node.protocol.identifiers import clue_key, listing_digest, period_of
from node.protocol.signing import recover
from node.protocol.typed_data import digest
from node.services.errors import PeerUnavailable
from node.services.peer import Peer, keep_ask, keep_replies, proposal_row, read_reply, text_of
from node.services.ports import BureauNode, Clue, CoSignature, Objection, Proposal, Reply
from node.store import cosigning, findings, subjects
from node.store.session import Session
from node.store.tables import OutboxRow, ProposalRow

ANSWER_SECONDS = 3600  # how long an answer holds, by default
ASKS_AT_ONCE = 500
FINDINGS_A_REPORT = 100  # the contract takes 200; half leaves room below the block's gas limit

__all__ = ["Clue", "Leader", "Outcome", "Peer"]

Group = list[tuple[Ask, tuple[SignedAnswer, ...]]]


@dataclass
class Outcome:
    """What came of a run: counts for the person who watches, and why clues were left."""

    clues: int = 0
    taken: int = 0  # already on record or on the way
    answers: int = 0
    refusals: int = 0
    without_quorum: int = 0
    findings: int = 0
    reports: list[Report] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # words of refusals, counted


class Leader:
    """Takes a bureau's clues through both rounds. `last_sequence` reads the leader's last report sequence on chain."""

    def __init__(
        self,
        own: Peer,
        others: Sequence[BureauNode],
        last_sequence: Callable[[int], int],
        clock: Callable[[], int],
        answer_seconds: int = ANSWER_SECONDS,
        draw_salt: Callable[[], bytes] = lambda: secrets.token_bytes(32),
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._own = own
        self._nodes: list[BureauNode] = sorted([own, *others], key=lambda node: node.number)
        self._last_sequence = last_sequence
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._draw_salt = draw_salt
        self._progress = progress
        self._store = own.store

    def run(self, clues: Sequence[Clue]) -> Outcome:
        """Take `clues` as far as they go, after what a crash left half done. The signed reports are in the outbox."""
        outcome = Outcome(clues=len(clues))
        self.resume(outcome)
        asks = self._asks(clues, outcome)
        ready: Group = []
        for first in range(0, len(asks), ASKS_AT_ONCE):
            chunk = asks[first : first + ASKS_AT_ONCE]
            ready += zip(chunk, self._hear(chunk, outcome), strict=True)
            self._progress(min(first + ASKS_AT_ONCE, len(asks)), len(asks))
        self._report(ready, outcome)
        return outcome

    def resume(self, outcome: Outcome | None = None) -> Outcome:
        """Take proposals that a crash left open through round two again; those without all signatures are given up."""
        outcome = outcome or Outcome()
        with self._store.read() as session:
            rows = cosigning.proposals(session, self._own.number, cosigning.OPEN)
            proposals = [self._read_proposal(session, row) for row in rows]
        for proposal in proposals:
            self._round_two(proposal, outcome)
        return outcome

    # --- round one --------------------------------------------------------

    def _asks(self, clues: Sequence[Clue], outcome: Outcome) -> list[Ask]:
        """The questions about those clues that are not on record or on the way; kept, with their salts, before use."""
        asks: dict[bytes, Ask] = {}
        with self._store.write() as session:
            taken = self._taken(session)
            for clue in clues:
                salt = self._salt(session, clue)
                listing = bytes(32)
                if clue.listing_id is not None:
                    listing = listing_digest(salt, clue.marketplace, clue.listing_id)
                subject = subjects.keep(session, clue.marketplace, clue.seller_id, salt, clue.seller_name).subject
                key = clue_key(subject, listing, clue.kind, period_of(clue.observed_at))
                if key in taken or key in asks:
                    outcome.taken += 1
                    continue
                asks[key] = self._ask(session, clue, key, salt)
        return list(asks.values())

    def _ask(self, session: Session, clue: Clue, key: bytes, salt: bytes) -> Ask:
        last = cosigning.last_ask(session, key, self._own.number)
        if last is not None and last.deadline > self._clock():
            return Ask.from_json(parse(last.ask.encode("utf-8")))  # asked before a crash: the answers still hold
        ask = Ask.make(
            attempt=1 if last is None else last.attempt + 1,
            leader=self._own.number,
            marketplace=clue.marketplace,
            listing_id=clue.listing_id,
            seller_id=clue.seller_id,
            kind=clue.kind,
            gtin=clue.gtin,
            url=clue.url,
            subject_salt=salt,
            deadline=self._clock() + self._answer_seconds,
            observed_at=clue.observed_at,
            context=clue.context,
            context_digest=clue.context_digest,
        )
        keep_ask(session, ask)
        return ask

    def _salt(self, session: Session, clue: Clue) -> bytes:
        known = subjects.get(session, clue.marketplace, clue.seller_id)
        return self._draw_salt() if known is None else known.salt

    def _taken(self, session: Session) -> set[bytes]:
        taken = findings.live_clues(session)
        failed = {row.sequence for row in cosigning.outbox(session, "failed") if row.leader == self._own.number}
        for state in (cosigning.OPEN, cosigning.SIGNED):
            for row in cosigning.proposals(session, self._own.number, state):
                if row.sequence not in failed:
                    report = Report.from_json(parse(row.report.encode("utf-8")))
                    taken |= {finding.clue_key() for finding in report.findings}
        return taken

    def _hear(self, asks: Sequence[Ask], outcome: Outcome) -> list[tuple[SignedAnswer, ...]]:
        """The valid answers to each question, ascending by bureau; the leader's own are given, and kept, first."""
        heard: list[dict[int, SignedAnswer]] = [{} for _ in asks]
        for node in sorted(self._nodes, key=lambda node: node.number != self._own.number):
            try:
                replies = node.answer(asks)
            except PeerUnavailable as exc:
                outcome.reasons[str(exc)] += len(asks)
                continue
            replies = self._keep_replies(asks, node.number, replies)
            for ask, reply, found in zip(asks, replies, heard, strict=True):
                words = self._fault(ask, node.number, reply)
                if words or not isinstance(reply, SignedAnswer):
                    outcome.refusals += 1
                    outcome.reasons[words] += 1
                else:
                    outcome.answers += 1
                    found[node.number] = reply
        return [tuple(found[number] for number in sorted(found)) for found in heard]

    def _keep_replies(self, asks: Sequence[Ask], bureau: int, replies: Sequence[Reply]) -> list[Reply]:
        """Keep what a bureau replied; were it to tell another thing the second time, the first one counts."""
        with self._store.write() as session:
            given = zip(asks, replies, strict=True)
            return keep_replies(session, [((ask.clue, ask.attempt), bureau, reply) for ask, reply in given])

    def _fault(self, ask: Ask, bureau: int, reply: Reply) -> str:
        """Why this reply cannot stand in a report; empty when it can."""
        if not isinstance(reply, SignedAnswer):
            return reply.words
        try:
            if reply.answer.bureau != bureau:
                return f"expected an answer of bureau {bureau}, got one of {reply.answer.bureau}"
            check_answer(reply, ask, self._own.domain, self._own.configuration, self._clock())
            check_about(reply, ask)
        except ProtocolError as exc:
            return str(exc)
        return ""

    # --- round two --------------------------------------------------------

    def _report(self, ready: Group, outcome: Outcome, without: frozenset[int] = frozenset()) -> None:
        """Make reports of clues that the same bureaus answered, and have them signed; `without` some bureaus."""
        for group in self._groups(ready, outcome, without):
            proposal = self._propose(group)
            objectors = self._round_two(proposal, outcome)
            if objectors:
                self._report(group, outcome, without | objectors)

    def _groups(self, ready: Group, outcome: Outcome, without: frozenset[int]) -> Iterator[Group]:
        groups: dict[tuple[int, ...], Group] = defaultdict(list)
        for ask, answers in ready:
            own = next((signed for signed in answers if signed.answer.bureau == self._own.number), None)
            usable = tuple(
                signed
                for signed in answers
                if own is not None and signed.answer.model == own.answer.model and signed.answer.bureau not in without
            )
            if len(usable) < self._own.configuration.quorum() or self._own.number in without:
                outcome.without_quorum += 1
            else:
                groups[tuple(signed.answer.bureau for signed in usable)].append((ask, usable))
        for _, group in sorted(groups.items()):
            for first in range(0, len(group), FINDINGS_A_REPORT):
                yield group[first : first + FINDINGS_A_REPORT]

    def _propose(self, group: Group) -> Proposal:
        """A report over `group`, kept; keeping it is what reserves its sequence."""
        config_digest = self._own.configuration.digest()
        found = tuple(compose_finding(ask, answers, self._own.policy_digest, config_digest) for ask, answers in group)
        on_chain = self._last_sequence(self._own.number)
        with self._store.write() as session:
            report = Report(
                leader=self._own.number,
                sequence=cosigning.next_sequence(session, self._own.number, on_chain),
                config_digest=config_digest,
                signers=tuple(signed.answer.bureau for signed in group[0][1]),
                findings=found,
            )
            proposal = Proposal(report, tuple(ask for ask, _ in group), tuple(answers for _, answers in group))
            session.add(proposal_row(proposal, cosigning.OPEN))
        return proposal

    def _round_two(self, proposal: Proposal, outcome: Outcome) -> frozenset[int]:
        """Have a proposal signed and put it into the outbox. Returns who did not sign; it is then given up."""
        report = proposal.report
        signatures: list[CoSignature] = []
        objections: list[Objection] = []
        for node in self._nodes:
            if node.number in report.signers:
                reply = self._co_signed(node, proposal)
                if isinstance(reply, CoSignature):
                    signatures.append(reply)
                else:
                    objections.append(reply)
        missing = set(report.signers) - {node.number for node in self._nodes}
        objections += [Objection(number, "the bureau is not connected") for number in sorted(missing)]
        with self._store.write() as session:
            row = cosigning.proposal(session, report.leader, report.sequence)
            assert row is not None  # _propose kept it
            row.state = cosigning.ABANDONED if objections else cosigning.SIGNED
            row.reason = "; ".join(f"bureau {o.bureau}: {o.words}" for o in objections)
            if not objections:
                texts = [str(signature) for signature in signatures]
                session.add(
                    OutboxRow(
                        leader=report.leader,
                        sequence=report.sequence,
                        report=row.report,
                        signatures=text_of(texts),
                        state="queued",
                    )
                )
        if objections:
            outcome.objections += objections
            return frozenset(objection.bureau for objection in objections)
        outcome.reports.append(report)
        outcome.findings += len(report.findings)
        return frozenset()

    def _co_signed(self, node: BureauNode, proposal: Proposal) -> CoSignature | Objection:
        try:
            reply = node.co_sign(proposal)
            if isinstance(reply, CoSignature):
                bureau = self._own.configuration.bureau(node.number)
                signer = recover(digest(self._own.domain, proposal.report.struct_hash()), reply.signature)
                if bureau is None or signer != bureau.oracle:
                    return Objection(node.number, f"expected its oracle key's signature, got one by {signer}")
            return reply
        except (PeerUnavailable, ProtocolError) as exc:
            return Objection(node.number, str(exc))

    def _read_proposal(self, session: Session, row: ProposalRow) -> Proposal:
        report = Report.from_json(parse(row.report.encode("utf-8")))
        attempts = parse(row.attempts.encode("utf-8"))
        assert isinstance(attempts, list)
        return read_proposal(session, report, [int(attempt) for attempt in attempts])


def read_proposal(session: Session, report: Report, attempts: Sequence[int]) -> Proposal:
    """The proposal of a kept report, with the kept questions and the signers' kept answers."""
    asks, answers = [], []
    for finding, attempt in zip(report.findings, attempts, strict=True):
        place = (finding.clue_key(), attempt)
        kept = cosigning.ask(session, *place)
        rows = [cosigning.answer(session, *place, bureau) for bureau in report.signers]
        if kept is None or any(row is None or row.refused for row in rows):
            raise ProtocolError(f"expected the question and all answers on clue {place[0].hex()}, got some missing")
        asks.append(Ask.from_json(parse(kept.ask.encode("utf-8"))))
        read = [read_reply(False, row.answer) for row in rows if row is not None]
        answers.append(tuple(signed for signed in read if isinstance(signed, SignedAnswer)))
    return Proposal(report, tuple(asks), tuple(answers))
