"""The parts about the time before recording: what holds is told with its standing, what does not is named."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from node.protocol.canonical import canonical, sha256, to_hex
from node.protocol.capture import Check, Observed
from node.protocol.errors import UnreadableError, VerificationError
from node.protocol.finding import Finding, Report
from node.protocol.layers import LAYERS
from node.protocol.life import Act, Canaries, Quality, custody_log, peers, recusals
from node.protocol.trust import TrustRoot
from node.protocol.verdict import Step, VerdictCode, Verification
from node.protocol.verify import STEPS, verify_bundle
from tests import bundle_factory as factory
from tests import life_factory as lives
from tests.protocol.consortium import NOW

TRUST = factory.trust_root()
PAYLOAD = sha256(factory.PAYLOAD)
PARTS = ("captures", "custody", "recusals", "quality", "peers")
Made = dict[str, Any]


@cache
def _genuine() -> bytes:
    return canonical(factory.full_bundle())


def genuine() -> Made:
    made: Made = json.loads(_genuine())
    return made


def finding() -> Finding:
    return Report.from_json(genuine()["report"]).findings[0]


def judge(made: Made, trust: TrustRoot = TRUST) -> Verification:
    return verify_bundle(canonical(made), trust, NOW + 7200)


def step(found: Verification, part: str) -> Step:
    return next(each for each in found.steps if each.part == part)


def texts(pairs: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(words[0] for words in pairs)


def test_each_part_has_its_own_standing() -> None:
    found = judge(genuine())
    assert found.verdict is VerdictCode.GENUINE
    standings = {part: step(found, part).standing for part in PARTS}
    assert standings == {
        "captures": "linked",
        "custody": "linked",
        "recusals": "proven",
        "quality": "informative",
        "peers": "informative",
    }
    layers = [step(found, part).words_en.split(":")[0] for part in PARTS]
    assert layers == ["carrier", "carrier", "content", "content", "content"]
    assert {part for part, _ in STEPS} <= set(LAYERS)


def test_without_them_the_bundle_holds_and_says_what_is_missing() -> None:
    made = {name: part for name, part in genuine().items() if name not in PARTS}
    found = judge(made)
    assert found.verdict is VerdictCode.GENUINE
    assert {step(found, part).standing for part in PARTS} == {"informative"}
    open_ends = texts(found.not_proven)
    for words in (
        "How 3 payloads were captured: no report",
        "no custody log is given",
        "no declaration is given",
        "How often the model errs: its record is not given",
    ):
        assert words in open_ends
    assert "capture" not in texts(found.claims)


CHANGES: list[tuple[str, str, Callable[[Made], Any]]] = [
    ("captures", "payload that bureau 1 observed", lambda b: b.update(captures=[lives.capture(1, sha256(b"x"))])),
    ("captures", "payload that bureau 4 observed", lambda b: b.update(captures=[lives.capture(4, PAYLOAD)])),
    ("captures", "oracle key of bureau 1, got one by", lambda b: b["captures"][0]["report"].update(tool="other")),
    ("captures", "oracle key of bureau 2, got one by", lambda b: b["captures"][0].update(bureau=2)),
    ("captures", "expected each capture once", lambda b: b["captures"].append(b["captures"][0])),
    ("custody", "broken chain", lambda b: b["custody"].pop(1)),
    ("custody", "broken chain", lambda b: b["custody"].pop(0)),
    ("custody", "broken chain", lambda b: b["custody"].insert(2, b["custody"][1])),
    ("custody", "not before", lambda b: b.update(custody=lives.log(1, (1, PAYLOAD, NOW), (2, PAYLOAD, NOW - 1)))),
    ("custody", "item of this evidence", lambda b: b.update(custody=lives.log(1, (1, sha256(b"x"), NOW)))),
    ("custody", "oracle key of bureau 2", lambda b: b["custody"][0]["entry"].update(bureau=2)),
    ("custody", "bureau of the configuration, got 9", lambda b: b.update(custody=lives.log(9, (1, PAYLOAD, NOW)))),
    ("recusals", "about the subject", lambda b: b.update(recusals=[lives.recusal(4, sha256(b"another"))])),
    ("recusals", "officer key of bureau 4", lambda b: b["recusals"][0]["recusal"].update(reason="0x" + "11" * 32)),
    ("recusals", "expected one declaration", lambda b: b["recusals"].append(b["recusals"][0])),
    ("quality", "record of the finding's model", lambda b: b.update(quality=lives.quality(sha256(b"other")))),
    ("peers", "bureaus of the configuration, got 9", lambda b: b.update(peers=[lives.peers(9)])),
]


@pytest.mark.parametrize(("part", "words", "change"), CHANGES, ids=[f"{part}: {words}" for part, words, _ in CHANGES])
def test_what_does_not_hold_is_named(part: str, words: str, change: Callable[[Made], Any]) -> None:
    made = genuine()
    change(made)
    found = judge(made)
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, part)
    assert words in step(found, part).words_en
    assert found.claims == ()


def test_an_oracle_key_signs_no_recusal_and_an_officer_no_capture() -> None:
    made = genuine()
    value = lives.Recusal(4, finding().subject, sha256(b"kinship"))
    made["recusals"] = [lives.Signed(value, lives.signed(value, "oracle 4")).to_json("recusal")]
    assert judge(made).part == "recusals"
    made = genuine()
    report = lives.SignedCapture.from_json(made["captures"][0]).report
    made["captures"][0]["signature"] = to_hex(lives.signed(report.statement(1), "officer 1"))
    assert judge(made).part == "captures"


def test_a_clock_that_is_off_is_told_and_never_clean() -> None:
    made = genuine()
    slow = Check("clock", "server_time", False, "own clock 600 s behind the server's")
    made["captures"][1] = lives.capture(2, PAYLOAD, (slow, *lives.CHECKS[1:]))
    found = judge(made)
    assert found.verdict is VerdictCode.GENUINE
    words = step(found, "captures").words_en
    assert "3 capture reports, 2 of them clean" in words
    assert "clock check server_time failed in 1: “own clock 600 s behind the server's”" in words
    assert "network check tls failed in 3" in words
    assert "时钟检查 server_time 有 1 份未通过" in step(found, "captures").words_zh
    assert "2 clean, 1 without a clean check" in texts(found.claims)
    assert "That 1 captures were made with a right clock" in texts(found.not_proven)


def test_a_capture_dated_after_the_record_is_not_clean() -> None:
    made = genuine()
    made["captures"] = [lives.capture(1, PAYLOAD, captured_at=NOW + 61)]  # the block is of NOW + 60
    found = judge(made)
    assert "1 capture reports, 0 of them clean; 1 dated after the block" in step(found, "captures").words_en
    assert "dated after the finding was recorded" in texts(found.not_proven)


def test_many_kinds_of_failed_checks_are_counted() -> None:
    made = genuine()
    failed = [Check("network", f"check_{number}", False, "") for number in range(11)]
    made["captures"] = [lives.capture(1, PAYLOAD, failed)]
    assert "3 more kinds of failed checks" in step(judge(made), "captures").words_en


def test_a_capture_at_another_address_is_refused_where_the_address_is_shown() -> None:
    capture = lives.SignedCapture.from_json(lives.capture(1, PAYLOAD, url="http://127.0.0.1/other"))
    shown, hiding = frozenset({(1, PAYLOAD, "http://127.0.0.1/item")}), frozenset({1})
    with pytest.raises(VerificationError, match="at the address observed, got another"):
        Observed(shown, frozenset()).check(capture)
    assert Observed(shown, hiding).check(capture)
    assert Observed(shown | {(1, PAYLOAD, "http://127.0.0.1/other")}, frozenset()).check(capture)


@pytest.mark.parametrize("way", ["redact", "erase"])
def test_payload_names_that_are_not_shown_leave_captures_and_custody_standing(way: str) -> None:
    made = genuine()
    for answer in made["answers"]:
        observation = lives.Observation.from_json(answer["observations"][0])
        answer["observations"][0] = getattr(observation, way)(["payload"]).to_json()
    del made["payloads"]
    found = judge(made)
    assert found.verdict is VerdictCode.GENUINE, [each.words_en for each in found.steps if not each.ok]
    open_ends = texts(found.not_proven)
    assert "That 9 captures and custody entries are about this evidence" in open_ends
    assert "payloads were captured: no report" not in open_ends


def test_payloads_without_a_report_are_counted() -> None:
    made = genuine()
    del made["captures"][1]
    assert "How 1 payloads were captured: no report on it is given." in texts(judge(made).not_proven)


def test_a_signer_with_an_interest_is_said_before_all_else() -> None:
    made = genuine() | {"recusals": [lives.recusal(2, finding().subject), lives.recusal(4, finding().subject)]}
    found = judge(made)
    assert found.verdict is VerdictCode.GENUINE
    assert found.claims[0][0] == "Bureau 2, which signed the finding, has declared an interest in the subject."
    assert "签名机关 2" in found.claims[0][1]
    assert "Bureau 4 has declared an interest in the subject and did not sign." in texts(found.claims)
    assert "among them signers of the finding: 2" in step(found, "recusals").words_en


def test_the_error_rate_is_told_with_its_numbers() -> None:
    found = judge(genuine())
    words = step(found, "quality").words_en
    assert "at block 12: 1 of 8 findings ruled upon were overturned (12.50 %)" in words
    assert "9 of 10 test clues of 202607 found" in words
    assert "1 of 8 findings ruled upon" not in texts(found.claims)
    assert "the exporter says, at block 12" in texts(found.not_proven)
    made = genuine() | {"quality": lives.quality(finding().model, upheld=0, overturned=0, canaries=None)}
    words = step(judge(made), "quality").words_en
    assert "no rulings yet" in words and "no test clues told" in words


@pytest.mark.parametrize(
    ("canaries", "words"),
    [
        ({"planted": 1, "found": 2, "period": 202607}, "expected an integer from 0 to 1"),
        ({"planted": 0, "found": 0, "period": 202607}, "expected an integer from 1"),
        ({"planted": 1}, "missing"),
        ([], "expected an object"),
    ],
)
def test_impossible_canaries_are_refused(canaries: Any, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        Quality.from_json(lives.quality(sha256(b"model"), canaries=canaries))


def test_a_record_reads_back() -> None:
    made = lives.quality(sha256(b"model"))
    assert Quality.from_json(made).to_json() == made
    assert Quality.from_json(made).canaries == Canaries(10, 9, 202607)


def test_several_logs_stand_one_after_another_and_may_change_hands() -> None:
    made = genuine()
    one = lives.log(1, (Act.CAPTURED, PAYLOAD, NOW), (Act.HANDED_OVER, PAYLOAD, NOW + 5))
    last = lives.Custody.from_json(one[-1]["entry"])
    received = lives.Custody(last.struct_hash(), PAYLOAD, Act.RECEIVED, 2, NOW + 6)
    one.append(lives.Signed(received, lives.signed(received, "oracle 2")).to_json("entry"))
    made["custody"] = [*one, *lives.log(3, (77, PAYLOAD, NOW - 5))]
    words = step(judge(made), "custody").words_en
    assert "4 custody entries in 2 chained logs" in words
    assert "captured 1, handed over 1, received 1, act 77 1" in words
    made["custody"] = one[1:]
    assert judge(made).part == "custody"


def test_peers_are_counted_by_their_roots() -> None:
    made = genuine() | {"peers": [lives.peers(1), lives.peers(1), lives.peers(2)]}
    assert "2 distinct observations" in step(judge(made), "peers").words_en


def test_on_a_chain_that_the_trust_root_does_not_know_nothing_is_altered() -> None:
    found = judge(genuine(), factory.trust_root(chain_id=1))
    assert (found.verdict, found.also) == (VerdictCode.UNKNOWN, ())


@pytest.mark.parametrize("read", [custody_log, recusals, peers, Quality.from_json])
@pytest.mark.parametrize("value", [None, 5, "x", [1], [{}], {"x": 1}, [["entry"]]])
def test_other_shapes_are_refused(read: Callable[[Any], Any], value: Any) -> None:
    with pytest.raises(UnreadableError, match="expected"):
        read(value)


def test_a_log_given_twice_does_not_count_twice() -> None:
    made = genuine()
    made["custody"] *= 2
    found = judge(made)
    assert (found.verdict, found.part) == (VerdictCode.ALTERED, "custody")
    assert "got one twice" in step(found, "custody").words_en
