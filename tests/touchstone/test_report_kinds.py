"""The report of what came after the first kind of file: subject files, dates that others vouch for, the life before."""

import json
from dataclasses import replace
from typing import Any

import pytest

from node.protocol.bundle import LIFE
from node.protocol.canonical import canonical, from_hex, to_hex
from node.protocol.facts import CaptureFact
from node.protocol.trust import TrustRoot
from node.protocol.verdict import VerdictCode
from tests import bundle_factory as factory
from tests import life_factory, outside
from tests import subject_factory as subjects
from tests.protocol.consortium import NOW
from tests.protocol.test_dating import NEW
from tests.touchstone.test_report import AT, DAY, TRUST, Page, digests, judged, squeezed
from touchstone.report.before import MOST
from touchstone.report.content import document_of
from touchstone.report.document import BAD, DOUBT, GOOD
from touchstone.report.html import render_html
from touchstone.report.judged import Judged
from touchstone.report.labels import LANGUAGES
from touchstone.report.pdf import render_pdf

WITNESSES = ("notary.example", "court.example")


def subject(at: int = subjects.TIME + DAY, **parts: Any) -> Judged:
    return judged(canonical(subjects.subject_file(**parts)), at=at)


def page(case: Judged, language: str = "en") -> str:
    return Page(render_html(document_of(case, language))).text


def titles(case: Judged) -> list[str]:
    return [section.title.partition("  ")[2] for section in document_of(case, "en").sections]


# --- subject files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_genuine_subject_file_tells_all_its_findings(language: str) -> None:
    case, place = subject(), LANGUAGES.index(language)
    document = document_of(case, language)
    assert (document.tone, document.code) == (GOOD, f"touchstone:{case.sha256}:{to_hex(subjects.SUBJECT)}")
    assert {case.sha256, to_hex(subjects.SUBJECT), case.chain.block_hash} <= digests(document)
    text = page(case, language)
    assert squeezed(("All 5 findings on this subject, and none left out", "全部认定共 5 项，无一遗漏")[place]) in text
    for entry in subjects.five():
        assert to_hex(entry.finding.id()) in text
    assert squeezed(("Nothing that this file says is proven", "所述内容均未得到证明")[place]) not in text
    assert render_pdf(document).startswith(b"%PDF-")


def test_only_what_applies_to_a_subject_file_is_there() -> None:
    wanted = ["What is proven", "What this does not prove", "What the date rests on"]
    assert titles(subject())[:3] == wanted
    assert not {"Who recorded it, and when", "The life before the record"} & set(titles(subject()))
    assert "Subjectfile" in page(subject()) and "Subjectfile" not in page(judged(canonical(factory.full_bundle())))


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "No finding on this subject is on record as of block 10"),
        (subjects.five()[:1], "One finding on this subject"),
    ],
)
def test_none_and_one_are_told_in_words(entries: list[subjects.Entry], words: str) -> None:
    case = subject(registries=[(subjects.FIRST, entries)], interested=True)
    sentences = " ".join(document_of(case, "en").sentences)
    assert words in sentences and "A bureau has declared an interest in this subject." in sentences


def test_a_subject_that_may_be_somebody_elses_is_no_plain_yes() -> None:
    document = document_of(subject(told=subjects.statement((1,))), "zh")
    assert document.tone == DOUBT and any("该主体即所载经营者一节未得到证明" in words for words in document.sentences)


def test_an_altered_subject_file_proves_nothing_and_names_the_part() -> None:
    made = json.loads(canonical(subjects.subject_file()))
    made["registries"][0]["findings"].pop()
    case = judged(canonical(made), at=subjects.TIME + DAY)
    document = document_of(case, "en")
    assert (document.tone, document.code) == (BAD, f"touchstone:{case.sha256}")
    assert "Part concerned: registries with their findings." in document.sentences
    assert dict(document.summary.rows)["Subject"] == "none is proven"
    assert titles(case)[0] == "What is wrong" and "Subjectfile" in page(case)
    assert case.subject is None and subjects.five()[0].finding.id().hex() not in page(case)


def test_an_old_subject_file_is_stale_and_its_findings_stand() -> None:
    case = subject(at=subjects.TIME + 90 * DAY)
    assert case.verification.verdict is VerdictCode.STALE and document_of(case, "en").tone == DOUBT
    assert "All5findings" in page(case)


# --- what the date rests on -------------------------------------------------------------------------------------------


def witnessed() -> Judged:
    """A file whose history leads a trust root that ends at block 8 past a change in block 11, witnesses vouching."""
    made = factory.full_bundle()
    step = factory.history_step(11, following=NEW)
    anchors = []
    for number, part, time in ((factory.BLOCK, made, NOW + 60), (11, step, NOW + 660)):
        digest, signers = from_hex(part["block_hash"], 32), [(name, time + 30) for name in WITNESSES]
        proof = outside.checkpoint_proof(number, digest, signers)
        anchors.append(outside.block_anchor(digest, checkpoints=[proof]))
    for part in ("status", "anchors"):
        del made[part]
    trust: TrustRoot = replace(TRUST, complete_to=8, witnesses=tuple(map(outside.vkey, WITNESSES)), witness_threshold=2)
    return judged(canonical(made | {"history": [step], "block_anchors": anchors}), trust)


def test_the_witnesses_and_the_history_in_the_file_are_told() -> None:
    case = witnessed()
    assert case.verification.verdict is VerdictCode.GENUINE, case.verification.to_json()
    text = page(case)
    assert "restsonthis:2witnesseswhomthetrustrootnames" in text
    assert "1to11,withthisblock4firstsettrustrootupto8,thenproofsinthefile" in text
    assert "12to1244joined,4leftproofsinthefile" in text
    assert "speaksforblocksupto8;proofsinthefileleaditontoblock12" in text
    assert "由文件所附证明延伸至第12号区块" in page(case, "zh")


def test_a_date_that_rests_on_its_validators_alone_says_so() -> None:
    case = judged(canonical(factory.full_bundle()))
    assert "restsonnothingbutthevalidatorsofthattime" in page(case)
    assert "仅以当时的验证节点为依据" in page(case, "zh")
    assert "restsonnothing" not in page(witnessed())


# --- the life before --------------------------------------------------------------------------------------------------


def test_captures_and_custody_are_told_line_by_line_under_their_layers() -> None:
    case = judged(canonical(factory.full_bundle()))
    text = page(case)
    assert "carrier:capturereports3reports,3ofthemwithacleancheckofclockandmachine" in text
    assert "✓yesnetworktls" in text and "exported1thefinding" in text
    assert "data:payloads" in text and "content:declarationsofinterest" in text and "content:recordofthemodel" in text
    acts = [each.at for each in case.facts.custody]
    assert len(acts) == 7 and acts == sorted(acts)
    assert "载体：采集报告" in page(case, "zh") and "网络tls" in page(case, "zh")


def test_a_file_without_these_parts_has_no_such_section() -> None:
    made = {key: part for key, part in factory.full_bundle().items() if key not in LIFE}
    assert "The life before the record" not in titles(judged(canonical(made)))
    assert "The life before the record" in titles(judged(canonical(factory.full_bundle())))


def test_a_failed_or_late_capture_is_named() -> None:
    made: dict[str, Any] = factory.full_bundle()
    payload = from_hex("0x" + made["captures"][0]["report"]["payload"], 32)
    checks = [replace(check, ok=False) for check in life_factory.CHECKS[:1]]
    late = life_factory.capture(1, payload, checks, captured_at=NOW + 3600)
    made["captures"] = [late, *made["captures"][1:]]
    text = page(judged(canonical(made)))
    assert "–noclockserver_time,datedaftertherecord" in text and "3reports,2ofthem" in text


def test_a_signer_with_an_interest_stands_with_the_verdict() -> None:
    made = factory.full_bundle()
    made["recusals"] = [life_factory.recusal(2, subject_of(made))]
    document = document_of(judged(canonical(made)), "en")
    assert document.tone == DOUBT
    assert "Bureau 2, which signed the finding, has declared an interest in the subject." in document.sentences
    overturned = factory.full_bundle(live=4) | {"recusals": made["recusals"]}
    assert document_of(judged(canonical(overturned)), "en").tone == BAD


def subject_of(made: dict[str, Any]) -> bytes:
    return from_hex(judged(canonical(made)).facts.subject, 32)


def test_long_tables_end_and_say_how_many_more_there_are() -> None:
    case = judged(canonical(factory.full_bundle()))
    capture = CaptureFact(1, AT, True, False, ())
    facts = replace(case.facts, captures=(capture,) * (MOST + 7))
    assert "7moreareinthefile." in page(replace(case, verification=replace(case.verification, facts=facts)))
    assert "moreareinthefile." not in page(case)
