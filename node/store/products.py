"""Brands, products and authorised sellers: what the chain says, and the plain facts behind its digests."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from node.store.tables import AuthorisationRow, BrandFactsRow, BrandRow, ProductFactsRow, ProductRow


def brand(session: Session, brand_id: bytes) -> BrandRow | None:
    """A brand on chain."""
    return session.get(BrandRow, brand_id)


def brand_facts(session: Session, brand_id: bytes) -> BrandFactsRow | None:
    """A brand's plain facts."""
    return session.get(BrandFactsRow, brand_id)


def all_brand_facts(session: Session) -> Sequence[BrandFactsRow]:
    """The plain facts of all brands known here."""
    return session.scalars(select(BrandFactsRow).order_by(BrandFactsRow.id)).all()


def claims(session: Session, gtin: int) -> Sequence[ProductRow]:
    """All claims to a GTIN, first claim first."""
    return session.scalars(select(ProductRow).where(ProductRow.gtin == gtin).order_by(ProductRow.block_number)).all()


def facts(session: Session, gtin: int) -> Sequence[ProductFactsRow]:
    """The plain facts known of a GTIN, one a brand that claims it."""
    return session.scalars(select(ProductFactsRow).where(ProductFactsRow.gtin == gtin)).all()


def facts_of(session: Session, gtins: Iterable[int]) -> dict[int, ProductFactsRow]:
    """The plain facts of several GTINs; of rival claims, one."""
    rows = session.scalars(select(ProductFactsRow).where(ProductFactsRow.gtin.in_(list(gtins))))
    return {row.gtin: row for row in rows}


def search(session: Session, words: str, limit: int) -> Sequence[ProductFactsRow]:
    """Products whose name or brand contains `words`."""
    chosen = select(ProductFactsRow).where(
        or_(
            ProductFactsRow.name.contains(words, autoescape=True),
            ProductFactsRow.brand_name.contains(words, autoescape=True),
        )
    )
    return session.scalars(chosen.order_by(ProductFactsRow.name).limit(limit)).all()


def registered(session: Session) -> set[tuple[int, bytes]]:
    """All (gtin, brand) on chain."""
    return {(gtin, brand) for gtin, brand in session.execute(select(ProductRow.gtin, ProductRow.brand))}


def authorisations(session: Session, brand_id: bytes) -> Sequence[AuthorisationRow]:
    """The sellers a brand authorised."""
    chosen = select(AuthorisationRow).where(AuthorisationRow.brand == brand_id)
    return session.scalars(chosen.order_by(AuthorisationRow.valid_from)).all()


def count(session: Session) -> int:
    """How many products are on chain."""
    return session.scalar(select(func.count(func.distinct(ProductRow.gtin)))) or 0
