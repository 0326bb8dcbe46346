"""Time-stamp tokens: what holds, what is refused and with which words, and what others think of the same tokens."""

import json
import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from node.protocol.canonical import sha256
from node.protocol.errors import TimestampError
from node.protocol.timestamp import check_chain, check_token
from tests.openssl_authority import OPENSSL, OpensslAuthority, openssl_accepts
from tests.timestamp_authority import (
    NOW,
    POLICY,
    ROOT_EXTENSIONS,
    STAMPING_EXTENSIONS,
    YEAR,
    Authority,
    Holder,
    certify,
    make_key,
    number,
    sequence,
)
from tests.timestamp_cases import DATA, FILE, Case, cases, to_json

VECTORS = json.loads(FILE.read_text("utf-8"))
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl, which plays the authority, is not on this machine")


def from_vector(text: str) -> bytes:
    return bytes.fromhex(text[2:])


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case) -> None:
    if case.words:
        with pytest.raises(TimestampError, match=case.words):
            check_chain(case.tokens, case.data, case.certificates)
    else:
        stamp = check_chain(case.tokens, case.data, case.certificates)
        assert (stamp.time, stamp.good_until) == (case.time, case.good_until)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, object]) -> None:
    tokens, certificates = ([from_vector(each) for each in vector[part]] for part in ("tokens", "certificates"))  # type: ignore[attr-defined]
    data = from_vector(str(vector["data"]))
    if vector["time"] is None:
        with pytest.raises(TimestampError):
            check_chain(tokens, data, certificates)
    else:
        stamp = check_chain(tokens, data, certificates)
        assert (stamp.time, stamp.good_until) == (vector["time"], vector["good_until"])


def test_the_vectors_are_of_these_cases() -> None:
    told = [{key: to_json(case)[key] for key in ("name", "data", "time", "good_until")} for case in cases()]
    assert told == [{key: vector[key] for key in told[0]} for vector in VECTORS]


def test_a_stamp_says_who_stamped_and_for_how_long() -> None:
    authority = Authority()
    stamp = check_token(authority.token(DATA, imprint="sha384"), DATA, [authority.root.der])
    assert (stamp.policy, stamp.hash_algorithm, stamp.signer) == (POLICY, "sha384", sha256(authority.holder.der))
    assert (stamp.not_before, stamp.not_after) == (NOW - YEAR, NOW + YEAR)


def test_a_token_beyond_the_cap_is_not_read() -> None:
    authority = Authority()
    with pytest.raises(TimestampError, match="expected a token of at most 65536 bytes"):
        check_token(authority.token(DATA, embed=[authority.holder.der] * 200), DATA, [authority.root.der])


def test_no_byte_of_a_token_can_be_changed() -> None:
    authority = Authority()
    token, pins = authority.token(DATA), [authority.root.der]
    check_token(token, DATA, pins)
    for at in range(len(token)):
        for bit in (0x01, 0x20, 0x80):
            changed = token[:at] + bytes([token[at] ^ bit]) + token[at + 1 :]
            with pytest.raises(TimestampError):
                check_token(changed, DATA, pins)


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_foreign_bytes_are_refused_with_our_error(token: bytes) -> None:
    with pytest.raises(TimestampError):
        check_token(token, DATA, [])


@given(st.data())
@settings(max_examples=300)
def test_a_damaged_token_is_refused_with_our_error(data: st.DataObject) -> None:
    whole = cases()[0].tokens[0]
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start + 1, len(whole)))
    changed = whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:]
    assume(changed != whole)
    with pytest.raises(TimestampError):
        check_token(changed, DATA, cases()[0].certificates)


# --- others ---------------------------------------------------------------------------------------------------------------


def library_accepts(token: bytes, data: bytes, roots: Sequence[bytes]) -> bool:
    """What rfc3161-client says; it wants self-signed roots, and the certificates inside in DER order."""
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(x509.load_der_x509_certificate(root))
    answer = decode_timestamp_response(sequence(sequence(number(0)), token))
    return builder.build().verify_message(answer, data)


def agreed(but: str) -> list[Case]:
    """The cases that hold, but for those that the others cannot judge."""
    return [case for case in cases() if not case.words and not re.search(but, case.name)]


# They want a pinned root that signed itself, and take a certificate to end before its last second.
OTHERS = "the authority itself pinned|the authority pinned|no root$|last second"


@pytest.mark.parametrize(
    "case",
    agreed(OTHERS + "|other certificates inside too|under a newer key and an older time"),
    ids=lambda case: case.name,
)
def test_another_library_agrees_on_what_holds(case: Case) -> None:
    """But for certificates inside that are not in DER order, as some authorities write them, and for several roots of
    one name, of which it tries whichever comes first to hand.
    """
    for token, data in zip(case.tokens, [case.data, *case.tokens[:-1]], strict=True):
        assert library_accepts(token, data, case.certificates)


@needs_openssl
@pytest.mark.parametrize("case", agreed(OTHERS + "|under a newer key and an older time"), ids=lambda case: case.name)
def test_openssl_agrees_on_what_holds(case: Case, tmp_path: Path) -> None:
    """But for several roots of one name, of which it tries one."""
    roots = [Holder(None, x509.load_der_x509_certificate(each)) for each in case.certificates]  # type: ignore[arg-type]
    times = [case.time, NOW + YEAR - 10, NOW + 8 * YEAR]
    for token, data, at in zip(case.tokens, [case.data, *case.tokens[:-1]], times, strict=False):
        assert openssl_accepts(token, data, roots, tmp_path, at)


@needs_openssl
@pytest.mark.parametrize("kind", ["rsa2048", "p256", "p384"])
def test_tokens_of_openssl_are_read(kind: str, tmp_path: Path) -> None:
    now = int(time.time())
    root = certify("Live Root", make_key(kind), None, ROOT_EXTENSIONS, now - 60, now + YEAR)
    holder = certify("Live TSA", make_key(kind), root, STAMPING_EXTENSIONS, now - 60, now + YEAR)
    live = OpensslAuthority(tmp_path, holder, [root], digest="sha384")
    for hash_name, certificate_hash in (("sha256", "sha256"), ("sha512", "sha1"), ("sha384", "sha512")):
        token = live.token(DATA, hash_name, certificate_hash)
        stamp = check_token(token, DATA, [root.der])
        assert stamp.hash_algorithm == hash_name and now - 60 <= stamp.time and stamp.good_until == now + YEAR
        assert check_token(token, DATA, [holder.der]) == stamp
        with pytest.raises(TimestampError, match="one over others"):
            check_token(token, DATA[::-1], [root.der])
        with pytest.raises(TimestampError, match="pinned or issued by a pinned one"):
            check_token(token, DATA, [Authority().root.der])


@needs_openssl
def test_an_authority_of_openssl_whose_certificate_has_ended(tmp_path: Path) -> None:
    now = int(time.time())
    root = certify("Live Root", make_key("p256"), None, ROOT_EXTENSIONS, now - YEAR, now + YEAR)
    holder = certify("Live TSA", make_key("p256"), root, STAMPING_EXTENSIONS, now - YEAR, now - 60)
    token = OpensslAuthority(tmp_path, holder, [root]).token(DATA)
    with pytest.raises(TimestampError, match="expected a certificate valid at"):
        check_token(token, DATA, [root.der])
