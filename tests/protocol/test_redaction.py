"""Redacted and erased copies verify, say how many fields are gone, and give nothing away."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol.bundle import Bundle
from node.protocol.canonical import canonical, sha256
from node.protocol.errors import ProtocolError, UnreadableError
from node.protocol.observation import ErasedField, Field, HiddenField, Observation, fresh_salt
from node.protocol.redaction import payloads_of, redact_bundle
from node.protocol.verdict import VerdictCode, Verification
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests.protocol.consortium import NOW

FULL = canonical(factory.full_bundle())
NAMES = ("listing_id", "marketplace", "payload", "seller_id", "type")  # of each observation there


def judge(bundle: Bundle) -> Verification:
    return verify_bundle(bundle.to_bytes(), factory.trust_root(), NOW + 7200)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(NAMES), min_size=1))
def test_a_copy_verifies_and_counts_what_is_hidden(names: set[str]) -> None:
    original = Bundle.parse(FULL)
    redacted = redact_bundle(original, names)
    verification = judge(redacted.bundle)
    assert verification.verdict is VerdictCode.GENUINE, [s.words_en for s in verification.steps if not s.ok]
    assert redacted.fields == 3 * len(names) and redacted.observations == 3
    assert any(f"The values of {redacted.fields} hidden fields." == words[0] for words in verification.not_proven)
    assert any(f"{redacted.fields} fields are hidden, 0 erased" in step.words_en for step in verification.steps)
    for before, after in zip(original.answers, redacted.bundle.answers, strict=True):
        assert [o.root() for o in before.observations] == [o.root() for o in after.observations]
        assert not names & {name for o in after.observations for name in o.values()}


def test_the_payload_that_shows_it_is_left_out() -> None:
    redacted = redact_bundle(Bundle.parse(FULL), ["seller_id"])
    assert redacted.payloads == 1 and not redacted.bundle.has("payloads")
    assert any("payloads held that are not here" in words[0] for words in judge(redacted.bundle).not_proven)


def test_payloads_of_whole_observations_stay() -> None:
    """One shared by a touched and an untouched observation goes, as does one whose observation was cut before."""
    bodies = [b"of the seller", b"of the listing", b"of both", b"cut before"]
    names = [sha256(body).hex() for body in bodies]
    seen = [
        Observation.make({"payload": names[n], **more})
        for n, more in [(0, {"colour": "x"}), (1, {}), (2, {}), (2, {"colour": "x"})]
    ]
    seen.append(Observation.make({"payload": names[3], "other": 1}).redact(["other"]))
    made = json.loads(FULL)
    made["answers"][0]["observations"] = [each.to_json() for each in seen]
    made["payloads"] = {name: factory.encode_file(body) for name, body in zip(names, bodies, strict=True)}
    redacted = redact_bundle(Bundle(made), ["colour"])
    assert list(redacted.bundle.payloads.values()) == [b"of the listing"]
    assert (redacted.fields, redacted.observations, redacted.payloads) == (2, 2, 3)


def test_a_field_is_hidden_wherever_it_is_still_shown() -> None:
    made = json.loads(FULL)
    seen = Observation.from_json(made["answers"][1]["observations"][0])
    made["answers"][1]["observations"] = [seen.redact(["seller_id"]).to_json()]
    redacted = redact_bundle(Bundle(made), ["seller_id"])
    assert (redacted.fields, redacted.observations) == (2, 2)
    assert judge(redacted.bundle).verdict is VerdictCode.GENUINE


def test_a_value_that_stands_elsewhere_too_is_named() -> None:
    made = Bundle.parse(FULL)
    still = redact_bundle(made, ["marketplace", "type", "payload"]).still  # captures name the payload's digest
    assert still == ("marketplace", "payload", "type")
    assert redact_bundle(made, ["seller_id"]).still == ()  # “S-1” is too short to say


def test_unknown_names_are_refused_with_those_that_are_shown() -> None:
    for names in (["price"], []):
        with pytest.raises(
            UnreadableError, match=r"expected fields that the bundle shows, of \['brand_raw', 'listing_id', .*"
        ):
            redact_bundle(Bundle.parse(FULL), names)
    again = redact_bundle(Bundle.parse(FULL), ["type"]).bundle
    with pytest.raises(ProtocolError, match=r"got \['type'\]"):
        redact_bundle(again, ["type"])


# --- erased -----------------------------------------------------------------------------------------------------------


def erased_bundle(names: Iterable[str]) -> Bundle:
    made = json.loads(FULL)
    for answer in made["answers"][:2]:
        seen = Observation.from_json(answer["observations"][0])
        answer["observations"] = [seen.erase(list(names)).to_json()]
    return Bundle(made)


def test_erased_fields_verify_and_are_counted_apart() -> None:
    hidden = redact_bundle(erased_bundle(["seller_id", "type"]), ["listing_id"]).bundle
    verification = judge(hidden)
    assert verification.verdict is VerdictCode.GENUINE
    words = " ".join(pair[0] for pair in verification.not_proven)
    assert "The values of 4 erased fields: value and salt are destroyed, the exporter says so." in words
    assert "The values of 3 hidden fields." in words
    payloads = next(step for step in verification.steps if step.part == "payloads")
    assert "3 fields are hidden, 4 erased" in payloads.words_en and payloads.standing != "proven"


def test_a_payload_behind_an_erased_field_is_left_out_of_a_copy() -> None:
    redacted = redact_bundle(erased_bundle(["seller_id"]), ["type"])
    assert redacted.payloads == 1


def test_payloads_are_named_by_those_who_show_the_name() -> None:
    seen = Observation.make({"payload": "ab", "title": "x"})
    assert payloads_of([seen, Observation.make({"payload": None}), Observation.make({"title": "x"})]) == {"ab"}
    assert payloads_of([seen.erase(["payload"])]) == set()


# --- guessing ---------------------------------------------------------------------------------------------------------

PHONE = "13800427195"
# how many last digits a guesser does not know: the whole range of 10^5 and of 10^6 numbers
RANGES = [5, pytest.param(6, marks=pytest.mark.slow)]


def phone_observation(salts: Mapping[str, bytes]) -> Observation:
    """A seller with a phone number; fields take the salts given, or fresh ones."""
    values: dict[str, Any] = {"phone": PHONE, "seller_id": "S-1", "type": "seller"}
    return Observation(tuple(Field(name, salts.get(name) or fresh_salt(), value) for name, value in values.items()))


def guess(left: Observation, digits: int) -> list[str]:
    """Every number of the range, under every salt that a guesser has, against every bare leaf that is left.

    It has the salts beside it, and the one that anybody would try first.
    """
    leaves = {field.leaf for field in left.fields if not isinstance(field, Field)}
    found = []
    for salt in [bytes(32), *(field.salt for field in left.fields if isinstance(field, Field))]:
        start = hashlib.sha256(b'\x00["%s","phone","%s' % (salt.hex().encode(), PHONE[:-digits].encode()))
        for number in range(10**digits):
            tried = start.copy()
            tried.update(b'%0*d"]' % (digits, number))
            if tried.digest() in leaves:
                found.append(f"{PHONE[:-digits]}{number:0{digits}d}")
    return found


@pytest.mark.parametrize("digits", RANGES)
@pytest.mark.parametrize("gone", [HiddenField, ErasedField])
def test_a_phone_number_cannot_be_guessed_from_what_is_left(gone: type, digits: int) -> None:
    whole = phone_observation({})
    left = whole.redact(["phone"]) if gone is HiddenField else whole.erase(["phone"])
    copy = Observation.from_json(json.loads(canonical(left.to_json())))
    assert copy == left and copy.root() == whole.root() and isinstance(copy.fields[0], gone)
    assert guess(copy, digits) == []


@pytest.mark.parametrize("digits", RANGES)
@pytest.mark.parametrize("weak", ["constant", "the salt of another field"])
def test_the_same_guesser_finds_it_where_the_salt_is_weak(weak: str, digits: int) -> None:
    """The control: under a salt that is known, the whole range is soon tried, and gives exactly the number."""
    shared = sha256(b"one salt for all")
    salts = {"phone": bytes(32)} if weak == "constant" else {"phone": shared, "seller_id": shared}
    assert guess(phone_observation(salts).erase(["phone"]), digits) == [PHONE]
