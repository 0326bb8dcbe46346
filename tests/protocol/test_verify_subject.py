"""The subject file: all findings on a seller, none more, none less, or none at all."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol.canonical import canonical, from_hex, sha256, to_hex
from node.protocol.trust import TrustRoot, ValidatorSet
from node.protocol.verdict import VerdictCode, Verification
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from tests.protocol.consortium import key
from tests.subject_factory import FIRST, SECOND, TIME, Entry, finding, five, subject_file

TRUST = factory.trust_root()
DAY = 24 * 3600
Change = Callable[[dict[str, Any]], object]


@cache
def _genuine() -> bytes:
    return canonical(subject_file())


def genuine() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(_genuine())
    return made


def judge(made: Any, trust: TrustRoot = TRUST, at: int | None = TIME + DAY) -> Verification:
    return verify_bundle(canonical(made), trust, at)


def found(made: Any, trust: TrustRoot = TRUST) -> tuple[VerdictCode, str | None]:
    verification = judge(made, trust)
    assert not (verification.claims and verification.verdict is VerdictCode.ALTERED)
    return verification.verdict, verification.part


def english(words: Any) -> str:
    return "\n".join(pair[0] for pair in words)


ALTERED = (VerdictCode.ALTERED, "registries")


# --- what holds -------------------------------------------------------------------------------------------------------


def test_five_of_five() -> None:
    verification = judge(genuine())
    assert [step.words_en for step in verification.steps if not step.ok] == []
    assert (verification.verdict, verification.also) == (VerdictCode.GENUINE, ())
    assert [step.number for step in verification.steps] == list(range(1, 12))
    claims = english(verification.claims)
    assert "is the seller “卖家 S-1” at “grand-mall”: 3 of 4 bureaus signed that" in claims
    assert "All findings on this seller recorded up to block 10 at 2026-07-25 18:20:00 UTC, and none more: 5." in claims
    for number, (entry, status) in enumerate(
        zip(five(), ("recorded", "upheld", "recorded", "superseded", "recorded"), strict=True), start=1
    ):
        assert f"{number}. counterfeit, month 2026-07, score {entry.finding.score_bps / 100:.2f} %" in claims
        assert f"“{status}”, recorded at 2026-07-25 17:2{number}:00 UTC: {to_hex(entry.finding.id())}" in claims


def test_none() -> None:
    verification = judge(subject_file([(FIRST, [])]))
    assert verification.verdict is VerdictCode.GENUINE
    assert "No finding on this seller is recorded up to block 10" in english(verification.claims)
    assert "该经营者没有任何认定记录" in "".join(pair[1] for pair in verification.claims)


def test_a_declared_interest_is_told_and_is_no_finding() -> None:
    for entries in ([], five()):
        verification = judge(subject_file([(FIRST, entries)], interested=True))
        assert verification.verdict is VerdictCode.GENUINE
        assert "declared an interest" in english(verification.claims)
    assert "declared an interest" not in english(judge(genuine()).claims)


def test_withdrawn_findings_count_and_stand_under_their_id() -> None:
    entries = [Entry(finding(1), subjects.WITHDRAWN), Entry(finding(2), 4)]
    verification = judge(subject_file([(FIRST, entries)]))
    assert verification.verdict is VerdictCode.GENUINE
    claims = english(verification.claims)
    assert "“withdrawn”" in claims and "“overturned”" in claims and "none more: 2." in claims


def test_words_are_in_both_languages_and_hold_nothing_invisible() -> None:
    made = subject_file()
    for verification in (judge(made), judge(subject_file(told=subjects.statement(())))):
        texts = [
            *verification.claims,
            *verification.not_proven,
            *((s.words_en, s.words_zh) for s in verification.steps),
        ]
        for en, zh in texts:
            assert en.isprintable() and any("\u4e00" <= character <= "\u9fff" for character in zh), (en, zh)


def test_a_sellers_name_cannot_bend_the_words() -> None:
    made = genuine() | {"seller_id": "x\u202e\n”. Proven: everything" + "y" * 200}
    told = subjects.SubjectStatement.make(subjects.SALT, subjects.MARKETPLACE, made["seller_id"], bytes(32))
    made["statement"] = told.to_json() | {"configDigest": made["statement"]["configDigest"]}
    made["signatures"] = []
    made["registries"] = subject_file([(FIRST, [])], told)["registries"]
    words = english(judge(made).not_proven)
    assert "\u202e" not in words and "y" * 100 not in words


# --- what was changed -------------------------------------------------------------------------------------------------


def swap(made: dict[str, Any], one: int, two: int) -> None:
    rows = made["registries"][0]["findings"]
    rows[one], rows[two] = rows[two], rows[one]


def add(made: dict[str, Any]) -> None:
    """One more, of the same subject, with the record of another beside it."""
    rows = made["registries"][0]["findings"]
    rows.append(deepcopy(rows[0]) | {"finding": finding(9).to_json(), "key": to_hex(finding(9).clue_key())})


@pytest.mark.parametrize("place", range(5))
def test_one_removed(place: int) -> None:
    made = genuine()
    del made["registries"][0]["findings"][place]
    assert found(made) == ALTERED
    assert "expected all 5 findings on the subject, got 4" in str([s.words_en for s in judge(made).steps])


def test_all_removed_does_not_show_none() -> None:
    made = genuine()
    made["registries"][0]["findings"] = []
    assert found(made) == ALTERED


def test_one_added() -> None:
    made = genuine()
    add(made)
    assert found(made) == ALTERED


@pytest.mark.parametrize(("one", "two"), [(0, 1), (1, 4), (3, 4)])
def test_two_in_another_order(one: int, two: int) -> None:
    made = genuine()
    swap(made, one, two)
    assert found(made) == ALTERED


def test_one_told_twice_in_place_of_another() -> None:
    made = genuine()
    rows = made["registries"][0]["findings"]
    rows[1] = rows[0]
    assert found(made) == ALTERED


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=6).filter(lambda order: order != list(range(5))))
def test_no_other_choice_of_the_same_findings_holds(order: list[int]) -> None:
    made = genuine()
    rows = made["registries"][0]["findings"]
    made["registries"][0]["findings"] = [rows[place] for place in order]
    assert found(made) == ALTERED


def test_a_finding_on_another_subject() -> None:
    made = genuine()
    foreign = finding(1, sha256(b"another subject"))
    made["registries"][0]["findings"][0]["finding"] = foreign.to_json()
    assert found(made) == ALTERED
    assert any("expected findings on subject" in step.words_en for step in judge(made).steps)


def test_the_proof_of_another_subject() -> None:
    """In the same state, of a subject without findings, to show none."""
    made, other = genuine(), subjects.statement(salt=sha256(b"other")).subject
    made["registries"] = [subjects.registry_part(subjects.state_of([(FIRST, five())]), FIRST, [], other)]
    assert found(made) == ALTERED


CHANGES: list[tuple[str, Change]] = [
    ("registries", lambda m: m["registries"][0]["findings"][0]["finding"].update(scoreBps=1)),
    ("registries", lambda m: m["registries"][0]["findings"][0].update(key="0x" + "00" * 32)),
    ("registries", lambda m: m["registries"][0]["findings"][0]["record_nodes"].pop()),
    ("registries", lambda m: m["registries"][0]["findings"][0].update(record_nodes=[])),
    ("registries", lambda m: m["registries"][0]["subject_nodes"].pop()),
    ("registries", lambda m: m["registries"][0]["account_nodes"].reverse()),
    ("registries", lambda m: m["registries"][0].update(address=SECOND)),
    ("registries", lambda m: m["registries"].clear()),
    ("registries", lambda m: m["registries"].append(m["registries"][0])),
    ("registries", lambda m: m.update(registries={})),
    ("marketplace", lambda m: m.update(marketplace="other")),
    ("seller_id", lambda m: m.update(seller_id="S-2")),
    ("seller_id", lambda m: m.update(seller_id=7)),
    ("signatures", lambda m: m["signatures"].pop()),
    ("signatures", lambda m: m["signatures"].reverse()),
    ("signatures", lambda m: m.update(signatures=[])),
    ("signatures", lambda m: m["signatures"].__setitem__(0, m["signatures"][1])),
    ("statement", lambda m: m["statement"].update(signers=[1, 2, 2])),
    ("statement", lambda m: m["statement"].update(signers=[3, 2, 1])),
    ("statement", lambda m: m["statement"].update(signers=[1, 2, 4])),
    ("statement", lambda m: m["statement"].update(salt="0x" + "11" * 32)),
    ("statement", lambda m: m.update(statement=None)),
    ("configuration", lambda m: m["configuration"].update(threshold=2)),
    ("configuration", lambda m: m["configuration"]["bureaus"][0].update(oracle=key("thief").address)),
    ("header", lambda m: m.update(block_hash="0x" + "22" * 32)),
]


@pytest.mark.parametrize(("part", "change"), CHANGES, ids=[f"{n}-{part}" for n, (part, _) in enumerate(CHANGES)])
def test_a_change_in_one_place_is_named(part: str, change: Change) -> None:
    made = genuine()
    change(made)
    assert found(made) == (VerdictCode.ALTERED, part), [s.words_en for s in judge(made).steps if not s.ok]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if not isinstance(value, dict | list):
        yield path
        return
    for name, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from leaves(item, (*path, name))


@pytest.mark.parametrize("part", sorted(set(genuine()) - {"notes", "mediaType"}))
def test_a_change_of_any_value_is_found(part: str) -> None:
    choose = random.Random(part)
    for path in leaves(genuine()[part], (part,)):
        made: Any = genuine()
        holder = made
        for name in path[:-1]:
            holder = holder[name]
        value = holder[path[-1]]
        if isinstance(value, str):
            at = choose.randrange(2, len(value))
            holder[path[-1]] = value[:at] + ("0" if value[at] != "0" else "1") + value[at + 1 :]
        else:
            holder[path[-1]] = value + 1
        assert found(made) == (VerdictCode.ALTERED, "header" if part == "block_hash" else part), path


def test_another_status_for_a_finding() -> None:
    """The record of a state in which it was upheld, under the header of one in which it is not."""
    upheld = subject_file([(FIRST, [Entry(finding(1), 3)])])
    made = subject_file([(FIRST, [Entry(finding(1), 4)])])
    made["registries"] = upheld["registries"]
    assert found(made) == ALTERED


def test_the_record_of_the_successor_does_not_stand_for_the_one_before() -> None:
    made = genuine()
    rows = made["registries"][0]["findings"]
    rows[3] |= {"key": rows[4]["key"], "record_nodes": rows[4]["record_nodes"]}
    assert found(made) == ALTERED


def test_a_record_that_tells_another_place() -> None:
    entries = [Entry(finding(1)), Entry(finding(2), place=0)]
    assert found(subject_file([(FIRST, entries)])) == ALTERED


# --- the block --------------------------------------------------------------------------------------------------------


def test_beyond_the_trust_root_is_unknown() -> None:
    for trust in (factory.trust_root(complete_to=subjects.BLOCK - 1), factory.trust_root(contracts={})):
        assert found(genuine(), trust)[0] is VerdictCode.UNKNOWN
    verification = judge(genuine(), factory.trust_root(chain_id=1))
    assert verification.verdict is VerdictCode.UNKNOWN and verification.claims == ()
    assert any("for chain 1, this is about chain 20262" in step.words_en for step in verification.steps)


def test_a_kind_that_this_version_cannot_name_is_unknown() -> None:
    made = subject_file([(FIRST, [Entry(finding(1, kind=77))])])
    assert found(made)[0] is VerdictCode.UNKNOWN


def test_a_block_of_strangers_or_of_retired_validators_is_not_trusted() -> None:
    made = genuine()
    state = factory.Header.from_rlp(from_hex(made["header"])).state_root
    thieves = [key(f"thief {number}") for number in range(4)]
    strange = factory.named(factory.header(subjects.BLOCK, state_root=state, time=TIME, signers=thieves))
    assert found(made | strange)[0] is VerdictCode.NOT_TRUSTED
    held = TRUST.validator_sets[0].validators
    sets = (
        ValidatorSet(1, subjects.BLOCK, held),
        ValidatorSet(subjects.BLOCK + 1, None, (*held, key("fifth").address)),
    )
    verification = judge(made, factory.trust_root(validator_sets=sets))
    assert (verification.verdict, verification.claims) == (VerdictCode.NOT_TRUSTED, ())
    assert "nothing outside them vouches for it" in verification.steps[-1].words_en


def test_an_old_block_is_stale() -> None:
    limit = TIME + 30 * DAY
    assert judge(genuine(), at=limit).verdict is VerdictCode.GENUINE
    verification = judge(genuine(), at=limit + 1)
    assert verification.verdict is VerdictCode.STALE and verification.claims


# --- the file ---------------------------------------------------------------------------------------------------------


def test_notes_are_never_believed_and_optional_parts_are_judged() -> None:
    made = genuine() | {"notes": {"verdict": "another"}}
    assert judge(made).to_json() == judge(genuine()).to_json()
    for part in ("history", "block_anchors"):
        assert judge(genuine() | {part: []}).claims == judge(genuine()).claims
        assert found(genuine() | {part: [None]}) == (VerdictCode.ALTERED, part)


@pytest.mark.parametrize("part", sorted(set(genuine()) - {"notes"}))
def test_unknown_and_missing_parts_are_no_subject_file(part: str) -> None:
    assert judge({name: value for name, value in genuine().items() if name != part}).exit_code == 2
    assert judge(genuine() | {"extra": 1}).exit_code == 2


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(set(genuine()) - {"notes", "mediaType"})),
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), lambda c: st.lists(c, max_size=3)
    ),
)
def test_any_value_in_place_of_a_part_is_named_never_raised(part: str, value: Any) -> None:
    assert found(genuine() | {part: value}) == (VerdictCode.ALTERED, "header" if part == "block_hash" else part)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_truncated_files_never_raise(cut: int) -> None:
    assert verify_bundle(_genuine()[: cut % len(_genuine())], TRUST).exit_code == 2
