"""A node asks an authority for time-stamps over block hashes, keeps the tokens that hold, and renews them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.protocol.canonical import sha256
from node.protocol.der import Element
from node.protocol.errors import TimestampError
from node.protocol.timestamp import check_chain
from node.services.timestamping import Stamps, token_in
from node.store.session import Store, open_store
from tests.openssl_authority import OPENSSL, OpensslAuthority
from tests.timestamp_authority import (
    NOW,
    ROOT_EXTENSIONS,
    STAMPING_EXTENSIONS,
    YEAR,
    Authority,
    certify,
    item,
    make_key,
    number,
    sequence,
)

BLOCK = 17


def hash_of(block: int) -> bytes:
    return sha256(b"block %d" % block)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "node.sqlite")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


class Post:
    """An authority that answers requests over what it is told, with their nonce, at its own time."""

    def __init__(self, authority: Authority, data: bytes, now: int = NOW) -> None:
        self.authority, self.data, self.now, self.seen = authority, data, now, 0

    def __call__(self, request: bytes) -> bytes:
        self.seen += 1
        nonce = Element.parse(request).items()[2]  # after the version and the imprint
        token = self.authority.token(self.data, self.now, info=lambda fields: {**fields, "nonce": nonce.raw})
        return sequence(sequence(number(0)), token)


def test_a_token_is_asked_for_checked_and_kept(store: Store, authority: Authority) -> None:
    stamps = Stamps(store, hash_of, [authority.root.der])
    assert stamps.tokens(BLOCK) == []
    stamp = stamps.fetch(BLOCK, Post(authority, hash_of(BLOCK)))
    assert (stamp.time, stamp.good_until) == (NOW, NOW + YEAR)
    (token,) = stamps.tokens(BLOCK)
    assert check_chain([token], hash_of(BLOCK), [authority.root.der]) == stamp


def test_a_second_request_renews_the_first_token(store: Store, authority: Authority) -> None:
    later = Authority(title="Later")
    renewing = later.issue(end=NOW + 5 * YEAR)
    later.root = certify("Later Root", later.root.key, None, ROOT_EXTENSIONS, end=NOW + 5 * YEAR)
    later.holder = renewing
    stamps = Stamps(store, hash_of, [authority.root.der, later.root.der])
    stamps.fetch(BLOCK, Post(authority, hash_of(BLOCK)))
    assert stamps.ending(NOW + YEAR) == [] and stamps.ending(NOW + YEAR + 1) == [BLOCK]
    (first,) = stamps.tokens(BLOCK)
    stamp = stamps.fetch(BLOCK, Post(later, first, NOW + 100))
    assert (stamp.time, stamp.good_until) == (NOW, NOW + 5 * YEAR)
    assert check_chain(stamps.tokens(BLOCK), hash_of(BLOCK), [authority.root.der, later.root.der]) == stamp
    assert stamps.ending(NOW + YEAR + 1) == []


def refused(stamps: Stamps, request: bytes, answer: bytes, words: str) -> None:
    before = stamps.tokens(BLOCK)
    with pytest.raises(TimestampError, match=words):
        stamps.accept(BLOCK, request, answer)
    assert stamps.tokens(BLOCK) == before


def test_an_answer_that_does_not_hold_is_not_kept(store: Store, authority: Authority) -> None:
    stamps = Stamps(store, hash_of, [authority.root.der])
    request = stamps.request(BLOCK)
    good = Post(authority, hash_of(BLOCK))(request)
    refused(stamps, stamps.request(BLOCK), good, "expected an answer to this request, got one to another")
    refused(stamps, request, Post(authority, hash_of(1))(request), "one over others")
    refused(
        stamps, request, Post(Authority(title="Other"), hash_of(BLOCK))(request), "pinned or issued by a pinned one"
    )
    refused(stamps, request, sequence(sequence(number(2))), r"expected the authority to grant .* got status 2")
    refused(stamps, request, sequence(sequence(number(1)), authority.token(hash_of(BLOCK))), "got status 1")
    refused(stamps, request, sequence(sequence(number(0))), "got status 0")
    refused(stamps, request, good + b"\0", "expected")
    refused(stamps, request, b"<html>not found</html>", "expected")
    no_nonce = sequence(sequence(number(0)), authority.token(hash_of(BLOCK)))
    refused(stamps, request, no_nonce, "the nonces differ")
    assert stamps.accept(BLOCK, request, good).time == NOW


def test_the_status_may_have_words(authority: Authority) -> None:
    token = authority.token(hash_of(BLOCK))
    status = sequence(number(0), sequence(item(0x0C, b"granted")))
    assert token_in(sequence(status, token)) == token


@pytest.mark.skipif(OPENSSL is None, reason="openssl, which plays the authority, is not on this machine")
def test_an_authority_of_openssl_answers_our_requests(store: Store, tmp_path: Path) -> None:
    now = int(time.time())
    root = certify("Live Root", make_key("rsa2048"), None, ROOT_EXTENSIONS, now - 60, now + YEAR)
    holder = certify("Live TSA", make_key("rsa2048"), root, STAMPING_EXTENSIONS, now - 60, now + YEAR)
    stamps = Stamps(store, hash_of, [root.der])
    stamp = stamps.fetch(BLOCK, OpensslAuthority(tmp_path / "tsa", holder, [root]).answer)
    assert stamp.hash_algorithm == "sha256" and stamp.good_until == now + YEAR
