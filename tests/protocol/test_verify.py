"""The verifier: genuine bundles pass, and every change is named."""

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol.canonical import canonical, sha256, to_hex
from node.protocol.finding import Finding, Report
from node.protocol.trust import ValidatorSet
from node.protocol.verdict import VERDICT_WORDS, VerdictCode, Verification
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests.protocol.consortium import NOW, key

TRUST = factory.trust_root()
DAY = 24 * 3600


@cache
def _genuine() -> bytes:
    return canonical(factory.full_bundle())


def genuine() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(_genuine())
    return made


def judge(made: Any, at: int | None = NOW + DAY, trust: Any = TRUST) -> Verification:
    return verify_bundle(canonical(made), trust, at)


def finding() -> Finding:
    return Report.from_json(genuine()["report"]).findings[0]


def flip(text: str, at: int = -1) -> str:
    """Another hex digit in one place."""
    at %= len(text)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def test_a_genuine_bundle_passes_with_all_parts_and_with_the_required_ones() -> None:
    found = judge(genuine())
    assert [step.words_en for step in found.steps if not step.ok] == []
    assert (found.verdict, found.exit_code, found.part, found.also) == (VerdictCode.GENUINE, 0, None, ())
    assert [step.number for step in found.steps] == list(range(1, 12))
    found = judge(factory.bundle())
    assert found.verdict is VerdictCode.GENUINE
    assert any("no status" in words[0] for words in found.not_proven)


def test_claims_say_what_is_proven_in_both_languages() -> None:
    found = judge(genuine())
    english = " ".join(words[0] for words in found.claims)
    for words in ("suspicion of counterfeit", "06901234567892", "block 7", "3 of 4 bureaus", "4 of 4 validators"):
        assert words in english
    texts = [*found.claims, *found.not_proven, found.custody, *((s.words_en, s.words_zh) for s in found.steps)]
    for en, zh in [*texts, *VERDICT_WORDS.values()]:
        assert en.isprintable() and en.isascii() or "“" in en
        assert any("\u4e00" <= character <= "\u9fff" for character in zh), zh
    assert found.custody[0] == "one party holds all validator keys of this chain"
    assert json.loads(json.dumps(found.to_json()))["verdict"] == "genuine"


CHANGES: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("header", lambda b: b.update(header=b["header"][:90] + flip(b["header"][90:100], 0) + b["header"][100:])),
    ("header", lambda b: b.update(block_hash=flip(b["block_hash"]))),
    ("header", lambda b: b.update(header=factory.to_hex(factory.header(signers=factory.VALIDATORS[:2]).rlp()))),
    ("header", lambda b: b.update(header="0x")),
    ("header", lambda b: b.update(header=5)),
    ("receipt", lambda b: b["receipt"].update(index=2)),
    ("receipt", lambda b: b["receipt"].update(log_index=1)),
    ("receipt", lambda b: b["receipt"]["nodes"].append(b["receipt"]["nodes"][0])),
    ("receipt", lambda b: b["receipt"]["nodes"].__setitem__(0, flip(b["receipt"]["nodes"][0]))),
    ("report", lambda b: b["report"]["findings"][0].update(scoreBps=1234)),
    ("report", lambda b: b["report"]["findings"][0].update(policyDigest="0x" + "ab" * 32)),
    ("signatures", lambda b: b["report"].update(sequence=2)),  # the signatures are what no longer fits
    ("report", lambda b: b["report"].update(extra=1)),
    ("report", lambda b: b["report"].update(leader=9)),
    ("signatures", lambda b: b["signatures"].__setitem__(0, flip(b["signatures"][0], 20))),
    ("signatures", lambda b: b["signatures"].pop()),
    ("signatures", lambda b: b["signatures"].__setitem__(1, b["signatures"][0])),
    ("finding", lambda b: b.update(finding=1)),
    ("configuration", lambda b: b["configuration"].update(threshold=2)),
    ("configuration", lambda b: b["configuration"]["bureaus"][0].update(oracle=key("thief").address)),
    ("ask", lambda b: b["ask"].update(seller_id="S-2")),
    ("ask", lambda b: b["ask"].update(attempt=2)),
    ("ask", lambda b: b["ask"].update(gtin=None)),
    ("ask", lambda b: b["ask"].update(subject_salt="00" * 32)),
    ("answers", lambda b: b["answers"].pop()),
    ("answers", lambda b: b["answers"].reverse()),
    ("answers", lambda b: b["answers"][0]["answer"].update(scoreBps=1)),
    ("answers", lambda b: b["answers"][0].update(signature=flip(b["answers"][0]["signature"], 20))),
    ("answers", lambda b: b["answers"][0]["observations"][0][0].__setitem__(2, "L-9")),
    ("answers", lambda b: b["answers"][0]["explanation"]["features"][0].update(value=1)),
    ("model", lambda b: b["model"].update(model=factory.encode_file(b"{}"))),
    ("model", lambda b: b["model"].update(thresholds=b["model"]["thresholds"][:-4])),
    ("model", lambda b: b["model"]["manifest"].update(kind=2)),
    ("anchors", lambda b: b["anchors"][0].update(index=0)),
    ("anchors", lambda b: b["anchors"][0]["batch"].update(sequence=5)),
    ("anchors", lambda b: b["anchors"][0].update(observation_root="0x" + "11" * 32)),
    ("anchors", lambda b: b["anchors"][0].update(block_hash=flip(b["anchors"][0]["block_hash"]))),
    ("anchors", lambda b: b["anchors"][0]["receipt"].update(index=0)),
    ("payloads", lambda b: b["payloads"].update({sha256(b"x").hex(): "eA=="})),
    ("payloads", lambda b: b["payloads"].update({next(iter(b["payloads"])): "eA=="})),
    ("status", lambda b: b["status"].update(key="0x" + "22" * 32)),
    ("status", lambda b: b["status"]["storage_nodes"].pop()),
    ("status", lambda b: b["status"]["account_nodes"].reverse()),
    ("status", lambda b: b["status"].update(block_hash=flip(b["status"]["block_hash"]))),
    ("status", lambda b: b["status"].update(**factory.named(factory.header(2)))),
]


@pytest.mark.parametrize(("part", "change"), CHANGES, ids=[f"{n}-{part}" for n, (part, _) in enumerate(CHANGES)])
def test_a_change_in_one_place_is_named(part: str, change: Callable[[dict[str, Any]], None]) -> None:
    made = genuine()
    change(made)
    found = judge(made)
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, part), [s.words_en for s in found.steps if not s.ok]
    assert found.claims == ()


def test_notes_are_never_believed() -> None:
    made = genuine() | {"notes": {"verdict": "another", "deep": [1, {"x": None}]}}
    assert judge(made).to_json() == judge(genuine()).to_json()


def test_a_counterfeit_chain_is_not_trusted() -> None:
    thieves = [key(f"thief {number}") for number in range(4)]
    found = judge(factory.bundle(signers=thieves))
    assert (found.verdict, found.exit_code, found.claims) == (VerdictCode.NOT_TRUSTED, 11, ())


def test_beyond_the_trust_root_is_unknown() -> None:
    for trust in (
        factory.trust_root(complete_to=factory.BLOCK - 1),
        factory.trust_root(validator_sets=()),
        factory.trust_root(contracts={}),
    ):
        assert judge(factory.bundle(), trust=trust).verdict is VerdictCode.UNKNOWN


def test_another_chain_id_never_passes() -> None:
    assert judge(factory.bundle(), trust=factory.trust_root(chain_id=1)).verdict is not VerdictCode.GENUINE


def test_an_unlisted_configuration_is_linked_only() -> None:
    found = judge(factory.bundle(), trust=factory.trust_root(config_digests=()))
    assert found.verdict is VerdictCode.GENUINE
    assert [step.standing for step in found.steps if step.part == "configuration"] == ["linked"]


def test_a_retired_set_is_said_so() -> None:
    first = TRUST.validator_sets[0].validators
    sets = (ValidatorSet(1, 50, first), ValidatorSet(51, None, first[:3]))
    found = judge(factory.bundle(), trust=factory.trust_root(validator_sets=sets))
    assert any("retired" in words[0] for words in found.not_proven)


@pytest.mark.parametrize(
    ("live", "verdict"),
    [(1, VerdictCode.GENUINE), (2, VerdictCode.GENUINE), (3, VerdictCode.GENUINE), (4, VerdictCode.OVERTURNED)],
)
def test_the_status_under_the_clue_key(live: int, verdict: VerdictCode) -> None:
    found = judge(factory.full_bundle(live))
    assert found.verdict is verdict
    assert found.claims != ()


@pytest.mark.parametrize("number", [5, 6])
def test_the_status_under_the_id(number: int) -> None:
    made = genuine() | {"status": factory.status(finding().id(), factory.record(finding().id(), number))}
    assert judge(made).verdict is VerdictCode.SUPERSEDED


def test_another_or_no_live_finding_means_superseded() -> None:
    for packed in (0, factory.record(sha256(b"other"), 1)):
        made = genuine() | {"status": factory.status(finding().clue_key(), packed)}
        assert judge(made).verdict is VerdictCode.SUPERSEDED


def test_nothing_under_the_id_shows_no_status() -> None:
    found = judge(genuine() | {"status": factory.status(finding().id(), 0)})
    assert found.verdict is VerdictCode.GENUINE
    assert any("no status" in words[0] for words in found.not_proven)


def test_another_code_at_the_registry_is_not_trusted() -> None:
    record = factory.record(finding().id(), 1)
    made = genuine() | {"status": factory.status(finding().clue_key(), record, code_hash=sha256(b"other"))}
    assert judge(made).verdict is VerdictCode.NOT_TRUSTED


def test_staleness_is_judged_at_the_time_given() -> None:
    made, limit = genuine(), NOW + 3600 + 30 * DAY
    assert judge(made, limit).verdict is VerdictCode.GENUINE
    assert judge(made, limit + 1).verdict is VerdictCode.STALE
    assert judge(made, None).verdict is VerdictCode.GENUINE
    found = judge(factory.full_bundle(4), limit + 1)
    assert (found.verdict, found.also) == (VerdictCode.OVERTURNED, (VerdictCode.STALE,))


SPLICED = ["header", "receipt", "report", "signatures", "answers"]


@pytest.mark.parametrize("part", SPLICED)
def test_two_bundles_spliced_are_never_genuine(part: str) -> None:
    one, two = factory.bundle(), factory.bundle(bureaus=(1, 2, 4), sequence=2)
    assert judge(two).verdict is VerdictCode.GENUINE
    mixed = copy.deepcopy(one) | {part: two[part]}
    assert judge(mixed).verdict is not VerdictCode.GENUINE


def test_hidden_fields_are_counted() -> None:
    made = genuine()
    observation = factory.Observation.from_json(made["answers"][0]["observations"][0])
    made["answers"][0]["observations"][0] = observation.redact(["payload", "seller_id"]).to_json()
    found = judge(made)
    assert found.verdict is VerdictCode.GENUINE
    assert any("2 hidden fields" in words[0] for words in found.not_proven)


NO_BUNDLES = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"mediaType":1,"mediaType":2}',
    b'{"mediaType":"application/json"}',
]


@pytest.mark.parametrize("data", NO_BUNDLES, ids=lambda data: repr(data[:20]))
def test_what_is_no_bundle_gets_no_verdict(data: bytes) -> None:
    assert verify_bundle(data, TRUST).exit_code == 2


def test_unknown_and_missing_keys_and_other_versions_are_no_bundle() -> None:
    for made in (
        genuine() | {"extra": 1},
        {name: part for name, part in genuine().items() if name != "model"},
        genuine() | {"mediaType": "application/vnd.touchstone.bundle+json;version=2"},
    ):
        assert judge(made).exit_code == 2


def test_a_file_above_the_cap_is_no_bundle() -> None:
    assert verify_bundle(b" " * (64 * 2**20 + 1), TRUST).exit_code == 2


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_random_bytes_never_raise(data: bytes) -> None:
    assert verify_bundle(data, TRUST, NOW).exit_code == 2


@given(st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_truncated_bundles_never_raise(cut: int) -> None:
    data = _genuine()
    assert verify_bundle(data[: cut % len(data)], TRUST, NOW).exit_code == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), lambda c: st.lists(c, max_size=3)
)


@given(st.sampled_from(sorted(set(genuine()) - {"notes", "mediaType"})), JSON)
@settings(max_examples=200, deadline=None)
def test_any_value_in_place_of_a_part_is_named_never_raised(part: str, value: Any) -> None:
    made = genuine()
    if value in (made[part], []) or (part == "finding" and value == 0):
        return
    found = judge(made | {part: value})
    assert found.verdict is VerdictCode.ALTERED
    assert found.part == ("header" if part == "block_hash" else part)


def test_duplicate_keys_are_no_bundle() -> None:
    data = _genuine()
    assert verify_bundle(data[:-1] + b',"finding":0}', TRUST).exit_code == 2


def test_words_of_errors_hold_no_machine_matter() -> None:
    made = genuine() | {"model": {"manifest": None}}
    for step in judge(made).steps:
        assert "Traceback" not in step.words_en and "/" not in step.words_en


def test_the_trust_root_is_named() -> None:
    assert judge(genuine()).to_json()["trust_root"] == to_hex(TRUST.id())
