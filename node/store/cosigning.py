"""Questions, answers and proposals of the two rounds. Everything is here before it leaves the house."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from node.store.tables import AnswerRow, AskRow, OutboxRow, ProposalRow

OPEN, SIGNED, ABANDONED = "open", "signed", "abandoned"
Place = tuple[bytes, int]  # clue, attempt


def ask(session: Session, clue: bytes, attempt: int) -> AskRow | None:
    """One question."""
    return session.get(AskRow, (clue, attempt))


def last_ask(session: Session, clue: bytes, leader: int) -> AskRow | None:
    """The question a leader asked last about a clue."""
    chosen = select(AskRow).where(AskRow.clue == clue, AskRow.leader == leader)
    return session.scalar(chosen.order_by(AskRow.attempt.desc()).limit(1))


def asks_of(session: Session, clues: Iterable[bytes]) -> dict[bytes, str]:
    """The question last asked about each clue."""
    rows = session.scalars(select(AskRow).where(AskRow.clue.in_(list(clues))).order_by(AskRow.attempt))
    return {row.clue: row.ask for row in rows}


def asks(session: Session) -> Sequence[AskRow]:
    """All questions ever asked, by clue and attempt."""
    return session.scalars(select(AskRow).order_by(AskRow.clue, AskRow.attempt)).all()


def attempts_of(session: Session, leader: int, sequence: int) -> list[int]:
    """The attempts whose answers stand behind a report's findings, in its order; none when the proposal is not kept here."""
    row = proposal(session, leader, sequence)
    return [] if row is None else [int(attempt) for attempt in json.loads(row.attempts)]


def attempt_of(session: Session, leader: int, sequence: int, position: int) -> int | None:
    """The attempt whose answers stand behind a finding; None when the proposal is not kept here."""
    attempts = attempts_of(session, leader, sequence)
    return attempts[position] if attempts else None


def keep_ask(session: Session, clue: bytes, attempt: int, leader: int, deadline: int, text: str) -> None:
    """Keep a question; a known one stays as it is."""
    if ask(session, clue, attempt) is None:
        session.add(AskRow(clue=clue, attempt=attempt, leader=leader, deadline=deadline, ask=text))


def answer(session: Session, clue: bytes, attempt: int, bureau: int) -> AnswerRow | None:
    """One bureau's answer or refusal."""
    return session.get(AnswerRow, (clue, attempt, bureau))


def answers(session: Session, places: Iterable[Place]) -> Sequence[AnswerRow]:
    """All answers and refusals to these questions, by clue and ascending bureau."""
    chosen = select(AnswerRow).where(tuple_(AnswerRow.clue, AnswerRow.attempt).in_(list(places)))
    return session.scalars(chosen.order_by(AnswerRow.clue, AnswerRow.attempt, AnswerRow.bureau)).all()


def answers_on(session: Session, clue: bytes) -> Sequence[AnswerRow]:
    """All answers on a clue, of every attempt and bureau; no refusals."""
    chosen = select(AnswerRow).where(AnswerRow.clue == clue, AnswerRow.refused.is_(False))
    return session.scalars(chosen.order_by(AnswerRow.attempt, AnswerRow.bureau)).all()


def keep_answers(session: Session, given: Sequence[AnswerRow]) -> list[AnswerRow]:
    """Keep answers; of each bureau the first one given to a question stays. Returns the kept ones, in order."""
    known = {(row.clue, row.attempt, row.bureau): row for row in answers(session, {(r.clue, r.attempt) for r in given})}
    kept = []
    for row in given:
        first = known.setdefault((row.clue, row.attempt, row.bureau), row)
        if first is row:
            session.add(row)
        kept.append(first)
    return kept


def next_sequence(session: Session, leader: int, on_chain: int) -> int:
    """The next free report sequence of a leader; free on chain and in nobody's hands here."""
    used = [on_chain]
    for row in (ProposalRow, OutboxRow):
        used.append(session.scalar(select(func.max(row.sequence)).where(row.leader == leader)) or 0)
    return max(used) + 1


def proposal(session: Session, leader: int, sequence: int) -> ProposalRow | None:
    """One proposed report."""
    return session.get(ProposalRow, (leader, sequence))


def proposals(session: Session, leader: int, state: str) -> Sequence[ProposalRow]:
    """A leader's proposals in a state, in their order."""
    chosen = select(ProposalRow).where(ProposalRow.leader == leader, ProposalRow.state == state)
    return session.scalars(chosen.order_by(ProposalRow.sequence)).all()


def outbox(session: Session, *states: str) -> Sequence[OutboxRow]:
    """The outbox rows in these states, in the order in which they must be sent."""
    chosen = select(OutboxRow).where(OutboxRow.state.in_(states))
    return session.scalars(chosen.order_by(OutboxRow.leader, OutboxRow.sequence)).all()


def outbox_row(session: Session, leader: int, sequence: int) -> OutboxRow | None:
    """One outbox row."""
    return session.get(OutboxRow, (leader, sequence))
