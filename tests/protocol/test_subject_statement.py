"""A statement holds for exactly one seller under exactly one salt."""

from dataclasses import replace

import pytest

from node.protocol.canonical import sha256
from node.protocol.errors import UnreadableError, VerificationError
from node.protocol.identifiers import subject_id
from node.protocol.subject_statement import SubjectStatement, text_digest
from tests.subject_factory import MARKETPLACE, SALT, SELLER, statement


def test_it_names_the_subject_of_the_seller() -> None:
    told = statement()
    assert told.subject == subject_id(SALT, MARKETPLACE, SELLER)
    assert told.seller == sha256(SELLER.encode()) and told.marketplace == sha256(MARKETPLACE.encode())
    told.check_seller(MARKETPLACE, SELLER)
    assert SubjectStatement.from_json(told.to_json()) == told


@pytest.mark.parametrize(
    ("marketplace", "seller"),
    [(MARKETPLACE, "S-2"), ("other", SELLER), (SELLER, MARKETPLACE), (MARKETPLACE, " " + SELLER)],
)
def test_another_seller_is_refused(marketplace: str, seller: str) -> None:
    with pytest.raises(VerificationError, match="expected the subject of the seller named"):
        statement().check_seller(marketplace, seller)


@pytest.mark.parametrize("member", ["subject", "salt", "marketplace", "seller"])
def test_each_member_is_held_against_the_seller(member: str) -> None:
    with pytest.raises(VerificationError, match="got another"):
        replace(statement(), **{member: sha256(b"other")}).check_seller(MARKETPLACE, SELLER)


def test_a_seller_has_a_marketplace_and_an_id() -> None:
    with pytest.raises(UnreadableError, match="got an empty one"):
        SubjectStatement.make(SALT, MARKETPLACE, "", bytes(32))
    with pytest.raises(UnreadableError, match="lone surrogate"):
        text_digest("\ud800")
