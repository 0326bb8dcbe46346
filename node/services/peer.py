"""A bureau's side of co-signing (DESIGN section 6): it answers for itself, and signs only what it has checked.

Every answer is kept before it leaves, and the kept one is given again when the same question comes twice: a bureau
never tells two things about one (clue, attempt).
"""

from collections.abc import Callable, Mapping, Sequence

from node.protocol.answer import Ask, SignedAnswer, SignedRefusal
from node.protocol.canonical import Json, canonical, parse
from node.protocol.configuration import Configuration
from node.protocol.cosigning import check_about, check_answer, check_report
from node.protocol.errors import ProtocolError
from node.protocol.finding import Refusal
from node.protocol.scorer import ReferenceScorer
from node.protocol.signing import Signer
from node.protocol.typed_data import Domain, digest
from node.services.ports import CoSignature, Objection, Officer, Oracle, Proposal, Reason, Reply, SubjectQuestion
from node.services.stating import SubjectSigner
from node.store import cosigning, findings, subjects
from node.store.errors import SaltConflict
from node.store.session import Session, Store
from node.store.tables import AnswerRow, ProposalRow


class Peer:
    """One bureau's node in the two rounds."""

    def __init__(
        self,
        store: Store,
        number: int,
        oracle: Oracle,
        officer: Officer,
        signer: Signer,
        domain: Domain,
        configuration: Configuration,
        policy_digest: bytes,
        clock: Callable[[], int],
        scorers: Mapping[bytes, ReferenceScorer] | None = None,
    ) -> None:
        self.store = store
        self.number = number
        self.domain = domain
        self.configuration = configuration
        self.policy_digest = policy_digest
        self._oracle = oracle
        self._officer = officer
        self._signer = signer
        self._clock = clock
        self._scorers = scorers  # models by id, to run every signer's vector again before signing

    def answer(self, asks: Sequence[Ask]) -> Sequence[Reply]:
        """Round one: this bureau's kept or fresh answer to each question, in their order."""
        replies = self._kept(asks)
        fresh = [ask for ask in asks if (ask.clue, ask.attempt) not in replies]
        # (1) the questions and the sellers' salts are kept before anything is fetched for them
        refused = self._take_over(fresh)
        wanted = [ask for ask in fresh if (ask.clue, ask.attempt) not in refused]
        # (2) the oracle fetches and scores; (3) an officer decides about each
        found = dict(refused)
        for ask, reply in zip(wanted, self._oracle.answer(wanted) if wanted else (), strict=True):
            found[(ask.clue, ask.attempt)] = self._judged(ask, reply)
        # (4) kept before it leaves; was the same asked at the same time, the first answer kept is the one to give
        with self.store.write() as session:
            kept = keep_replies(session, [(place, self.number, reply) for place, reply in found.items()])
        replies |= dict(zip(found, kept, strict=True))
        return [replies[(ask.clue, ask.attempt)] for ask in asks]

    def co_sign(self, proposal: Proposal) -> CoSignature | Objection:
        """Round two: a signature over a report that holds in every part, or the reason why not."""
        try:
            check_report(
                proposal.report,
                proposal.asks,
                proposal.answers,
                self.domain,
                self.configuration,
                self.policy_digest,
                now=self._clock(),
                scorers=self._scorers,
            )
        except ProtocolError as exc:
            return Objection(self.number, str(exc))
        words = self._objection(proposal)
        if words:
            return Objection(self.number, words)
        self._keep(proposal)
        return CoSignature(self.number, self._signer.sign(digest(self.domain, proposal.report.struct_hash())))

    def sign_subject(self, question: SubjectQuestion) -> CoSignature | Objection:
        """Whose subject it is, as far as this bureau holds the same."""
        own = SubjectSigner(self.store, self.number, self._signer, self.domain, self.configuration)
        return own.sign_subject(question)

    def refuse(self, ask: Ask, reason: int, words: str) -> SignedRefusal:
        """A signed refusal."""
        refusal = Refusal(
            clue=ask.clue,
            attempt=ask.attempt,
            leader=ask.leader,
            bureau=self.number,
            reason=reason,
            config_digest=self.configuration.digest(),
            deadline=ask.deadline,
        )
        return SignedRefusal(refusal, self._signer.sign(digest(self.domain, refusal.struct_hash())), words)

    def _kept(self, asks: Sequence[Ask]) -> dict[cosigning.Place, Reply]:
        with self.store.read() as session:
            rows = cosigning.answers(session, [(ask.clue, ask.attempt) for ask in asks])
        own = [row for row in rows if row.bureau == self.number]
        return {(row.clue, row.attempt): read_reply(row.refused, row.answer) for row in own}

    def _take_over(self, asks: Sequence[Ask]) -> dict[cosigning.Place, Reply]:
        refused: dict[cosigning.Place, Reply] = {}
        with self.store.write() as session:
            for ask in asks:
                place = (ask.clue, ask.attempt)
                if self.configuration.bureau(ask.leader) is None:
                    refused[place] = self.refuse(ask, Reason.UNKNOWN_LEADER, f"no bureau has the number {ask.leader}")
                elif self._clock() > ask.deadline:
                    refused[place] = self.refuse(ask, Reason.EXPIRED, f"the deadline {ask.deadline} is past")
                else:
                    try:
                        subjects.keep(session, ask.marketplace, ask.seller_id, ask.subject_salt)
                    except SaltConflict as exc:
                        refused[place] = self.refuse(ask, Reason.SALT_CONFLICT, str(exc))
                keep_ask(session, ask)
        return refused

    def _judged(self, ask: Ask, reply: Reply) -> Reply:
        if isinstance(reply, SignedRefusal):
            return reply
        check_answer(reply, ask, self.domain, self.configuration)
        check_about(reply, ask)
        if not self._officer.confirm(ask, reply):
            return self.refuse(ask, Reason.NOT_CONFIRMED, "the officer did not confirm this clue")
        return reply

    def _objection(self, proposal: Proposal) -> str:
        """What this bureau knows that speaks against a report which holds in itself; empty when nothing does."""
        if self.number not in proposal.report.signers:
            return f"expected bureau {self.number} among the signers, got {list(proposal.report.signers)}"
        kept = self._kept(proposal.asks)
        with self.store.read() as session:
            live = {
                f.clue
                for ask in proposal.asks
                for f in findings.of_clue(session, ask.clue)
                if f.status in findings.LIVE
            }
        for ask, answers, finding in zip(proposal.asks, proposal.answers, proposal.report.findings, strict=True):
            own = next((signed for signed in answers if signed.answer.bureau == self.number), None)
            if own is None or own != kept.get((ask.clue, ask.attempt)):
                return f"the answer shown for bureau {self.number} on clue {ask.clue.hex()} is not the one it gave"
            if ask.clue in live and not any(finding.supersedes):
                return f"clue {ask.clue.hex()} has a live finding already"
        return ""

    def _keep(self, proposal: Proposal) -> None:
        """Keep the whole proposal: so every signer can show later what it signed, and why."""
        report = proposal.report
        with self.store.write() as session:
            shown = zip(proposal.asks, proposal.answers, strict=True)
            keep_replies(session, [((a.clue, a.attempt), s.answer.bureau, s) for a, answers in shown for s in answers])
            if report.leader != self.number:  # the leader holds its own proposals
                session.merge(proposal_row(proposal, cosigning.SIGNED))


def text_of(value: Json) -> str:
    """Canonical JSON text, as the store keeps it."""
    return canonical(value).decode("utf-8")


def proposal_row(proposal: Proposal, state: str) -> ProposalRow:
    """A proposal as the store keeps it."""
    return ProposalRow(
        leader=proposal.report.leader,
        sequence=proposal.report.sequence,
        report=text_of(proposal.report.to_json()),
        attempts=text_of([ask.attempt for ask in proposal.asks]),
        state=state,
        reason="",
    )


def keep_ask(session: Session, ask: Ask) -> None:
    """Keep a question."""
    cosigning.keep_ask(session, ask.clue, ask.attempt, ask.leader, ask.deadline, text_of(ask.to_json()))


def keep_replies(session: Session, given: Sequence[tuple[cosigning.Place, int, Reply]]) -> list[Reply]:
    """Keep answers and refusals by question and bureau; returns those that are kept: the first that were given."""
    rows = [
        AnswerRow(clue=clue, attempt=attempt, bureau=bureau, refused=isinstance(r, SignedRefusal), answer=r.text)
        for (clue, attempt), bureau, r in given
    ]
    kept = zip(cosigning.keep_answers(session, rows), given, strict=True)
    return [reply if row.answer == reply.text else read_reply(row.refused, row.answer) for row, (_, _, reply) in kept]


def read_reply(refused: bool, text: str) -> Reply:
    """The answer or refusal that `keep_replies` kept."""
    value = parse(text.encode("utf-8"))
    return SignedRefusal.from_json(value) if refused else SignedAnswer.from_json(value)
