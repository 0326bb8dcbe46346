"""The verifier: genuine bundles pass, and every change is named."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.protocol.answer import Ask
from node.protocol.bundle import MAX_BYTES
from node.protocol.canonical import canonical, sha256, to_hex
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ADDRESSES
from node.protocol.life import STATUSES
from node.protocol.trust import ContractInForce, KnownConfiguration, TrustRoot, ValidatorSet
from node.protocol.verdict import VERDICT_WORDS, VerdictCode, Verification
from node.protocol.verify import STEPS, verify_bundle
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from tests.protocol.consortium import ASK, CONFIGURATION, NOW, key

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
    assert [step.number for step in found.steps] == list(range(1, len(STEPS) + 2))
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
    assert found.custody[0] == "One party holds all validator keys of this chain."
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
    ("report", lambda b: b["report"].update(sequence=2)),
    ("report", lambda b: b["report"].update(signers=[1, 2, 4])),
    ("report", lambda b: b["report"].update(configDigest=flip(b["report"]["configDigest"]))),
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


def test_another_chain_is_unknown() -> None:
    found = judge(genuine(), trust=factory.trust_root(chain_id=1))
    assert (found.verdict, found.also, found.claims) == (VerdictCode.UNKNOWN, (), ())
    assert any("for chain 1, this is about chain 20262" in step.words_en for step in found.steps)


def test_another_chain_id_written_into_a_bundle_is_altered() -> None:
    made = genuine()
    made["configuration"]["chainId"] = 5
    assert (judge(made).verdict, judge(made).part) == (VerdictCode.ALTERED, "configuration")


BEFORE = KnownConfiguration(sha256(b"before"), 0)


def standing_of(made: dict[str, Any], trust: TrustRoot) -> str:
    """How the configuration stands in a genuine bundle."""
    found = verify_bundle(canonical(made), trust, NOW + DAY)
    assert found.verdict is VerdictCode.GENUINE, [step.words_en for step in found.steps if not step.ok]
    (standing,) = [step.standing for step in found.steps if step.part == "configuration"]
    return standing


def test_a_configuration_that_the_very_block_put_in_force_is_proven() -> None:
    """By the state after the block, which the history shows."""
    made, trust = factory.bundle_of_the_change(), factory.trust_root(complete_to=3, config_digests=(BEFORE,))
    assert standing_of(made, trust) == "proven"
    assert standing_of(made | {"history": []}, replace(trust, complete_to=100)) == "linked"


@pytest.mark.parametrize(("change", "standing"), [(6, "proven"), (7, "proven"), (8, "linked")])
def test_a_configuration_is_proven_from_the_block_on_that_put_it_in_force(change: int, standing: str) -> None:
    assert factory.BLOCK == 7
    known = (replace(BEFORE, to_block=change), KnownConfiguration(CONFIGURATION.digest(), change + 1))
    assert standing_of(factory.bundle(), factory.trust_root(config_digests=known)) == standing


def test_an_unlisted_configuration_is_linked_only() -> None:
    found = judge(factory.bundle(), trust=factory.trust_root(config_digests=()))
    assert found.verdict is VerdictCode.GENUINE
    assert [step.standing for step in found.steps if step.part == "configuration"] == ["linked"]


ALL = TRUST.validator_sets[0].validators
FIFTH = key("validator 5")


def test_a_block_of_a_retired_set_needs_a_status_under_the_validators_in_force() -> None:
    sets = (ValidatorSet(1, factory.BLOCK + 1, ALL), ValidatorSet(factory.BLOCK + 2, None, (*ALL, FIFTH.address)))
    trust = factory.trust_root(validator_sets=sets)
    found = judge(factory.bundle(), trust=trust)
    assert (found.verdict, found.claims) == (VerdictCode.NOT_TRUSTED, ())
    assert "ask for the bundle again" in found.steps[-1].words_en
    found = judge(genuine(), trust=trust)
    assert found.verdict is VerdictCode.GENUINE, [step.words_en for step in found.steps if not step.ok]
    assert "record stands under a block of those in force" in found.steps[-1].words_en
    # the anchor's block is of the retired set too, and nothing vouches for that
    assert "0 of 3 observations are anchored, 1 more" in next(s for s in found.steps if s.part == "anchors").words_en
    assert any("When the observations were anchored" in words[0] for words in found.not_proven)
    # neither does a status that does not show the record itself
    made = genuine() | {"status": factory.status(finding().clue_key(), factory.record(sha256(b"other"), 1))}
    assert judge(made, trust=trust).verdict is VerdictCode.NOT_TRUSTED
    # and a clue key that was never used contradicts the record
    made = genuine() | {"status": factory.status(finding().clue_key(), 0)}
    assert (judge(made, trust=trust).verdict, judge(made, trust=trust).part) == (VerdictCode.ALTERED, "status")


def test_former_validators_cannot_move_a_record() -> None:
    """They sealed a block of their own for the finding; the record in force tells another time, or another event."""
    for bent in (factory.record(finding().id(), 1, time=NOW), factory.record(finding().id(), 1, sequence=8)):
        made = genuine() | {"status": factory.status(finding().clue_key(), bent)}
        assert (judge(made).verdict, judge(made).part) == (VerdictCode.ALTERED, "status")


def test_a_record_of_today_does_not_prove_in_which_block_former_validators_made_it() -> None:
    sets = (ValidatorSet(1, factory.BLOCK + 1, ALL), ValidatorSet(factory.BLOCK + 2, None, (*ALL, FIFTH.address)))
    trust, made = factory.trust_root(validator_sets=sets), genuine()
    del made["anchors"]
    old = factory.Header.from_rlp(bytes.fromhex(made["header"][2:]))
    moved = made | factory.named(factory.header(3, receipts_root=old.receipts_root))
    for number, each in ((factory.BLOCK, made), (3, moved)):
        found = judge(each, trust=trust)
        assert found.verdict is VerdictCode.GENUINE
        assert not any(f"recorded in block {number}" in words for words, _ in found.claims)
        assert any(f"recorded in block {number}, under these seals" in words for words, _ in found.not_proven)
    assert any(f"recorded in block {factory.BLOCK}" in words for words, _ in judge(made).claims)


@pytest.mark.parametrize(
    "sets",
    [
        (ValidatorSet(1, 5, ALL), ValidatorSet(6, None, tuple(key(f"new {n}").address for n in range(4)))),
        (ValidatorSet(1, 5, ALL), ValidatorSet(6, None, (*ALL[:3], FIFTH.address))),
        (ValidatorSet(1, 7, (*ALL[:3], FIFTH.address)), ValidatorSet(8, None, ALL)),
    ],
    ids=["all retired", "one retired", "one not yet"],
)
def test_validators_of_another_time_are_not_trusted(sets: tuple[ValidatorSet, ...]) -> None:
    assert judge(factory.bundle(), trust=factory.trust_root(validator_sets=sets)).verdict is VerdictCode.NOT_TRUSTED


def test_one_validator_who_helps_a_counterfeit_does_not_make_it_look_altered() -> None:
    made = factory.bundle(signers=[factory.VALIDATORS[0], *(key(f"thief {n}") for n in range(3))])
    assert judge(made).verdict is VerdictCode.NOT_TRUSTED


@pytest.mark.parametrize("byte", [0, 31, 40, 64])
def test_a_changed_seal_is_altered(byte: int) -> None:
    made = genuine()
    header = factory.Header.from_rlp(bytes.fromhex(made["header"][2:]))
    seal = bytearray(header.seals[0])
    seal[byte] ^= 1
    extra = factory.extra_data(header.round, [bytes(seal), *header.seals[1:]])
    made["header"] = to_hex(factory.Header((*header.items[:12], extra, *header.items[13:])).rlp())
    assert (judge(made).verdict, judge(made).part) == (VerdictCode.ALTERED, "header")


def test_custody_is_said_plainly() -> None:
    def sealed(trust: TrustRoot) -> str:
        return next(step for step in judge(genuine(), trust=trust).steps if "sealed by" in step.words_en).words_en

    assert "one party holds all their keys" in sealed(TRUST)
    assert "one party" not in sealed(factory.trust_root(custody="consortium"))


def test_the_status_is_read_where_the_finding_was_recorded() -> None:
    """A later version of the registry holds other records."""
    at = factory.BLOCK + 1
    old, new = (ADDRESSES[name] for name in ("FindingRegistry", "CaseRegistry"))
    versions = (ContractInForce(old, factory.CODE_HASH, 0, at), ContractInForce(new, factory.CODE_HASH, at + 1))
    contracts = {**TRUST.contracts, "FindingRegistry": versions}
    assert judge(genuine(), trust=factory.trust_root(contracts=contracts)).verdict is VerdictCode.GENUINE


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


def test_another_finding_under_the_clue_key_means_superseded() -> None:
    made = genuine() | {"status": factory.status(finding().clue_key(), factory.record(sha256(b"other"), 1))}
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


RECORD = ("header", "block_hash", "receipt")
SPLICED = [
    *((part,) for part in ("header", "receipt", "report", "signatures", "ask", "answers", "anchors", "status")),
    RECORD,
    (*RECORD, "report"),
    (*RECORD, "report", "signatures"),
    ("report", "signatures"),
    ("ask", "answers"),
    ("ask", "answers", "anchors", "status"),
]


@pytest.mark.parametrize("parts", SPLICED, ids="+".join)
def test_two_bundles_spliced_are_never_genuine(parts: tuple[str, ...]) -> None:
    """Another subject in the same block, and the same subject by other bureaus."""
    members = {name: value for name, value in vars(ASK).items() if name != "clue"}
    ask = Ask.make(**members | {"seller_id": "S-2", "listing_id": "L-2"})
    worlds = [(genuine(), factory.full_bundle(sequence=2, ask=ask))]
    worlds.append((factory.bundle(), factory.bundle(bureaus=(1, 2, 4), sequence=2)))
    for one, two in worlds:
        assert judge(one).verdict is judge(two).verdict is VerdictCode.GENUINE
        for mine, other in ((one, two), (two, one)):
            mixed = mine | {part: other[part] for part in parts if part in other}
            if mixed not in (mine, other):
                assert judge(mixed).verdict is VerdictCode.ALTERED


# what nothing binds, and the report says so
UNBOUND = {("ask", "url"), ("ask", "context"), ("ask", "context_digest"), ("anchors", 0, "batch", "previousRoot")}
UNBOUND |= {("quality", name) for name in ("block_number", *STATUSES, "canaries")} | {("peers", 0)}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a JSON document."""
    if not isinstance(value, dict | list):
        yield path
        return
    for name, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from leaves(item, (*path, name))


@pytest.mark.parametrize("part", sorted(set(genuine()) - {"notes", "mediaType"}))
def test_a_change_of_any_value_is_found(part: str) -> None:
    """One character or one number, everywhere; further answers and bureaus are like the first."""
    choose = random.Random(part)
    for path in leaves(genuine()[part], (part,)):
        if path[:2] in UNBOUND or path in UNBOUND or (len(path) > 3 and path[1] in (1, 2)):
            continue
        made: Any = genuine()
        holder = made
        for name in path[:-1]:
            holder = holder[name]
        value = holder[path[-1]]
        if isinstance(value, str):
            holder[path[-1]] = flip(value, choose.randrange(2, len(value))) if len(value) > 2 else value + "1"
        else:
            holder[path[-1]] = 1 if value is None else value + 1
        found = judge(made)
        assert found.verdict is VerdictCode.ALTERED, path
        assert found.part == ("header" if part == "block_hash" else part), path


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
    assert verify_bundle(b" " * (MAX_BYTES + 1), TRUST).exit_code == 2


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


ALONE = """
import sys
from pathlib import Path
from node.protocol.trust import TrustRoot
from node.protocol.verify import verify_bundle

trust, *files = [Path(name).read_bytes() for name in sys.argv[1:]]
root = TrustRoot.parse(trust)
verify_bundle(files[0], root, 0)  # so that all is imported

def hook(event, arguments):
    if event.split(".")[0] in {"socket", "open", "os", "subprocess", "sqlite3", "urllib", "http", "ctypes", "import"}:
        raise SystemExit(f"expected a verification that asks for nothing, got {event} {arguments}")

sys.addaudithook(hook)
verdicts = [verify_bundle(each, root, int(%d)).verdict.name for each in files]
print(*verdicts)
"""


def test_a_genuine_file_is_verified_without_network_files_or_other_programs(tmp_path: Path) -> None:
    """In a process of its own, which ends at the first socket, file, library or program that a verification asks for."""
    (tmp_path / "trust.json").write_bytes(TRUST.to_bytes())
    files = {"full": factory.full_bundle(), "aged": factory.aged_bundle(), "subject": subjects.subject_file()}
    for name, made in files.items():
        (tmp_path / f"{name}.json").write_bytes(canonical(made))
    names = [str(tmp_path / f"{name}.json") for name in ("trust", *files)]
    done = subprocess.run([sys.executable, "-c", ALONE % (NOW + DAY), *names], capture_output=True, text=True)
    assert done.stdout.split() == ["GENUINE"] * 3, done.stdout + done.stderr
