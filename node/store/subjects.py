"""Sellers and their salts. A salt is stored before it is used and never redrawn."""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from node.protocol.identifiers import subject_id
from node.store.errors import SaltConflict
from node.store.tables import SubjectRow


def get(session: Session, marketplace: str, seller_id: str) -> SubjectRow | None:
    """A seller, if it is known here."""
    return session.get(SubjectRow, (marketplace, seller_id))


def keep(session: Session, marketplace: str, seller_id: str, salt: bytes, name: str = "") -> SubjectRow:
    """The seller with this salt, made when it is new. Raises `SaltConflict` when it is known with another salt."""
    row = get(session, marketplace, seller_id)
    if row is None:
        subject = subject_id(salt, marketplace, seller_id)
        row = SubjectRow(marketplace=marketplace, seller_id=seller_id, salt=salt, subject=subject, name=name)
        session.add(row)
        session.flush()
    elif row.salt != salt:
        raise SaltConflict(f"expected the known salt of seller {seller_id} at {marketplace}, got another one")
    elif name and not row.name:
        row.name = name
    return row


def by_subject(session: Session, subject: bytes) -> SubjectRow | None:
    """The seller behind a subject, if its salt is known here."""
    return session.scalar(select(SubjectRow).where(SubjectRow.subject == subject))


def by_subjects(session: Session, wanted: Iterable[bytes]) -> dict[bytes, SubjectRow]:
    """The sellers behind these subjects, as far as their salts are known here."""
    rows = session.scalars(select(SubjectRow).where(SubjectRow.subject.in_(list(wanted))))
    return {row.subject: row for row in rows}


def all_of(session: Session) -> Sequence[SubjectRow]:
    """All sellers whose salts are known here."""
    return session.scalars(select(SubjectRow).order_by(SubjectRow.marketplace, SubjectRow.seller_id)).all()


def search(session: Session, words: str, limit: int) -> Sequence[SubjectRow]:
    """Sellers whose id or name contains `words`."""
    chosen = select(SubjectRow).where(
        or_(SubjectRow.seller_id.contains(words, autoescape=True), SubjectRow.name.contains(words, autoescape=True))
    )
    return session.scalars(chosen.order_by(SubjectRow.marketplace, SubjectRow.seller_id).limit(limit)).all()
