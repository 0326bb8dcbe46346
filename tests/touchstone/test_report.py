"""The printed report: the same bytes again, what it says and does not say, and hostile input that does no harm."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from node.protocol.canonical import canonical, to_hex
from node.protocol.facts import ReasonFact, SeenFact
from node.protocol.trust import TrustRoot, ValidatorSet
from node.protocol.verdict import Step, VerdictCode, Verification
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests.protocol.consortium import NOW, key
from touchstone import verifying
from touchstone.errors import CommandError
from touchstone.report.content import document_of
from touchstone.report.document import Digest, Document, Paragraph, Rows, Table
from touchstone.report.html import render_html
from touchstone.report.judged import Judged
from touchstone.report.labels import LANGUAGES
from touchstone.report.pdf import render_pdf
from touchstone.report.writing import check_name, html_report, write_report

ROOT = Path(__file__).parent.parent.parent
DAY = 24 * 3600
AT = NOW + DAY
TRUST = factory.trust_root()
HOSTILE = "<script>alert(1)</script> & \"'>\u202e\u2066evil\x00\x07\n😀مرحبا{{ 7 * 7 }}" + "W" * 5000

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not here")


def judged(data: bytes, trust: TrustRoot = TRUST, at: int = AT) -> Judged:
    return Judged(verify_bundle(data, trust, at), trust, hashlib.sha256(data).hexdigest(), len(data), at)


@cache
def bundle_of(live: int = 1) -> bytes:
    return canonical(factory.full_bundle(live=live))


PROVING = {"GENUINE", "STALE", "SUPERSEDED", "OVERTURNED"}
BIG = {  # what stands in the largest letters
    "GENUINE": ("Genuine", "真实"),
    "UNREADABLE": ("No verdict", "无法判定"),
    "ALTERED": ("Altered", "已被改动"),
    "NOT_TRUSTED": ("Not trusted", "不可信"),
    "UNKNOWN": ("Unknown", "未知"),
    "STALE": ("Stale", "已过时"),
    "SUPERSEDED": ("Superseded", "已被取代"),
    "OVERTURNED": ("Overturned", "已被推翻"),
}


@cache
def case_of(verdict: str) -> Judged:
    """A judgement with this verdict."""
    altered: dict[str, Any] = json.loads(bundle_of())
    altered["answers"][0]["observations"][0][0][2] = "another"
    strangers = [key(f"stranger {number}") for number in range(4)]
    made: dict[str, Callable[[], Judged]] = {
        "GENUINE": lambda: judged(bundle_of()),
        "UNREADABLE": lambda: judged(b"not a bundle"),
        "ALTERED": lambda: judged(canonical(altered)),
        "NOT_TRUSTED": lambda: judged(canonical(factory.bundle(signers=strangers))),
        "UNKNOWN": lambda: judged(bundle_of(), replace(TRUST, complete_to=3)),
        "STALE": lambda: judged(bundle_of(), at=NOW + 90 * DAY),
        "SUPERSEDED": lambda: judged(bundle_of(live=5)),
        "OVERTURNED": lambda: judged(bundle_of(live=4)),
    }
    return made[verdict]()


class Page(HTMLParser):
    """What is in an HTML file, as a browser would see it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(data.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return squeezed("".join(self.words))


def squeezed(text: str) -> str:
    """Without white space, since lines break where they must."""
    return "".join(text.split())


def printed(data: bytes, tmp_path: Path) -> str:
    (tmp_path / "report.pdf").write_bytes(data)
    done = subprocess.run(
        ["pdftotext", "-raw", str(tmp_path / "report.pdf"), "-"], capture_output=True, text=True, check=True
    )
    return squeezed(done.stdout)


def digests(document: Document) -> set[str]:
    """All long values of a report."""
    blocks = [document.summary, *(block for section in document.sections for block in section.blocks)]
    rows = [row for block in blocks if isinstance(block, Rows | Table) for row in block.rows]
    return {cell.text for row in rows for cell in row if isinstance(cell, Digest)}


# --- the same again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("render", [render_pdf, render_html])
def test_the_same_input_gives_the_same_bytes(render: Any, language: str) -> None:
    first = render(document_of(case_of("GENUINE"), language))
    assert render(document_of(judged(bundle_of()), language)) == first
    assert render(document_of(judged(bundle_of(), at=AT + 1), language)) != first


def test_the_command_writes_those_bytes_in_another_process_too(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_bytes(bundle_of())
    (tmp_path / "trust.json").write_bytes(TRUST.to_bytes())
    for name, render in (("out.pdf", render_pdf), ("out.HTML", render_html)):
        command = ["verify", str(tmp_path / "bundle.json"), "--trust", str(tmp_path / "trust.json"), "--lang", "zh"]
        command += ["--at", "2026-07-26T17:20:00Z", "--report", str(tmp_path / name), "--json"]
        done = subprocess.run([sys.executable, "-m", "touchstone", *command], cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "genuine"), done.stderr
        assert str(tmp_path / name) in done.stderr
        assert (tmp_path / name).read_bytes() == render(document_of(case_of("GENUINE"), "zh"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle.json", "out.HTML", "out.pdf", "trust.json"]


def test_the_pages_hand_out_the_same_report() -> None:
    case = case_of("GENUINE")
    page = html_report(bundle_of(), case.verification, TRUST, AT, "zh")
    assert page == render_html(document_of(case, "zh"))


# --- what it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", BIG)
def test_every_verdict_has_its_report(verdict: str, language: str) -> None:
    case = case_of(verdict)
    assert case.verification.verdict is VerdictCode[verdict]
    document = document_of(case, language)
    assert document.verdict == BIG[verdict][LANGUAGES.index(language)]
    assert document.footer.startswith({"en": "Evidence file", "zh": "证据文件"}[language])
    assert render_pdf(document).startswith(b"%PDF-") and Page(render_html(document)).text
    assert {case.sha256, to_hex(TRUST.genesis_hash), to_hex(case.trust.id())} <= digests(document)


@pytest.mark.parametrize("verdict", BIG)
def test_a_report_without_proof_states_no_fact(verdict: str) -> None:
    case, proven = case_of(verdict), case_of("GENUINE").facts
    page = Page(render_html(document_of(case, "en"))).text
    proving = verdict in PROVING
    assert (squeezed("Nothing that this file says is proven.") in page) is not proving
    for told in (
        proven.finding_id,
        proven.block_hash,
        proven.evidence_root,
        "Unalteredsince",
        "suspicionofcounterfeit",
    ):
        assert (told in page) is proving, told
    assert page.count("proven") > 5 or not proving


def test_an_altered_part_and_its_step_are_named() -> None:
    document = document_of(case_of("ALTERED"), "zh")
    assert "涉及部分：答复。" in document.sentences
    page = Page(render_html(document)).text
    assert "×不成立" in page and "问题所在(9)答复：此项核验不成立（" in squeezed(
        re.sub(r"^\d", "", page[page.index("问题所在") :])
    )


def test_a_fault_that_several_steps_met_is_told_once() -> None:
    broken: dict[str, Any] = json.loads(bundle_of())
    broken["answers"] = 7
    document = document_of(judged(canonical(broken)), "en")
    (faults,) = document.sections[0].blocks
    assert [item[:4] for item in faults.items] == ["(9) "]  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_values_of_a_genuine_file_are_all_there(language: str) -> None:
    case = case_of("GENUINE")
    facts, document = case.facts, document_of(case_of("GENUINE"), language)
    assert digests(document) == {
        *(case.sha256, to_hex(TRUST.id()), to_hex(TRUST.genesis_hash), facts.finding_id, facts.block_hash),
        *(facts.evidence_root, facts.model, facts.explanation, facts.policy, facts.configuration, facts.subject),
        *(facts.listing, facts.registry),
        *(signer.name_digest for signer in facts.signers),
        *(validator.address for validator in facts.validators),
    }
    assert document.code == f"touchstone:{case.sha256}:{facts.finding_id}"
    text = Page(render_html(document)).text
    wanted = [
        "2026-07-2517:21:00",
        "2026-07-2601:21:00",
        "2026-07-2617:20:00",
        "verifier/verifier.html",
        "sha256sumFILE",
        "06901234567892",
    ]
    wanted += [
        "certutil-hashfileFILESHA256",
        "--at2026-07-26T17:20:00Z",
        *(f"{s.score_bps / 100:.2f}" for s in facts.signers),
    ]
    for words in wanted:
        assert words in text, words


@needs_pdftotext
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_says_what_the_page_says(language: str, tmp_path: Path) -> None:
    case = case_of("GENUINE")
    text = printed(render_pdf(document_of(case, language)), tmp_path)
    wanted = [
        *digests(document_of(case, language)),
        "2026-07-2601:21:00",
        "verifier/verifier.html",
        BIG["GENUINE"][language == "zh"],
    ]
    wanted += [squeezed(section.title) for section in document_of(case, language).sections]
    wanted += {"en": ["Page1of6", "4of4"], "zh": ["第1页，共6页", "4个验证节点中的4个"]}[language]
    for words in wanted:
        assert words in text, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_found_is_told_in_the_words_of_the_world(language: str) -> None:
    """Kind, place, and product; what bureaus saw, apart where they differ; what moved the score."""
    document = document_of(case_of("GENUINE"), language)
    section = document.sections[0]
    told = [cell for block in section.blocks if isinstance(block, Rows | Table) for row in block.rows for cell in row]
    words = [block.words for block in section.blocks if isinstance(block, Paragraph)]
    place = LANGUAGES.index(language)
    assert section.title == ("1  What was found", "1  认定内容")[place]
    assert str(told[1]).startswith(("counterfeit: ", "假冒：")[place])
    assert {"grand-mall", "S-1", "L-1", "06901234567892", "2026-07", "Neck massager “N2”, 岚屿"} <= set(map(str, told))
    assert [str(told[i + 1]) for i, cell in enumerate(told) if cell == ("price", "价格")[place]] == ["489.00", "459.00"]
    assert any(("bureaus 1, 2 ", "第 1、2 号")[place] in each for each in words)
    assert any(("bureaus 3 ", "第 3 号")[place] in each for each in words)


def test_reasons_are_told_by_their_weight_in_the_units_of_their_names() -> None:
    case = case_of("GENUINE")
    reasons = (
        ReasonFact("title_length", "own", 30, 0),
        ReasonFact("price_to_low_bps", "own", 5975, 1_659_115),
        ReasonFact("seller_authorised", "own", 0, 465_430),
        ReasonFact("price_fen", "own", 48_900, -2_000_000),
        ReasonFact("unheard_of", "context", None, 3),
        ReasonFact("returns_fake", "own", 2, 1_963_641),
    )
    case = replace(case, verification=replace(case.verification, facts=replace(case.facts, reasons=reasons)))
    (table,) = (block for block in document_of(case, "en").sections[0].blocks if isinstance(block, Table))
    assert table.rows == (
        ("price", "489.00", "−2.00"),
        ("returns that speak of a fake", "2", "+1.96"),
        ("price against the lowest registered price", "59.75 %", "+1.66"),
        ("authorised by the brand", "no", "+0.47"),
        ("unheard_of", "not known", "+0.00"),
    )


def test_custody_is_told_and_so_is_what_is_not_proven() -> None:
    for language, place in (("en", 0), ("zh", 1)):
        page = Page(render_html(document_of(case_of("GENUINE"), language))).text
        assert (
            page.count(squeezed(case_of("GENUINE").verification.custody[place])) == 2
        )  # with the verdict, and with the seals
        for words in case_of("GENUINE").verification.not_proven:
            assert squeezed(words[place]) in page


def test_a_contested_finding_is_genuine_with_a_warning() -> None:
    document = document_of(judged(bundle_of(live=2)), "en")
    assert document.verdict == "Genuine" and any("contested" in words for words in document.sentences)
    assert not any("contested" in words for words in document_of(case_of("GENUINE"), "en").sentences)


def history(*sets: tuple[int, int | None, int]) -> str:
    """The section on seals under a trust root with these sets (first block, last, how many joined the four)."""
    now = tuple(each.address for each in factory.VALIDATORS)
    made = tuple(
        ValidatorSet(first, last, (*now, *(key(f"more {n}").address for n in range(more))))
        for first, last, more in sets
    )
    return Page(render_html(document_of(judged(bundle_of(), replace(TRUST, validator_sets=made)), "en"))).text


def test_the_history_of_the_validators_is_told_from_its_first_block() -> None:
    told = history((1, 30, 0), (31, 60, 2), (61, None, 0))
    for words in ("1to30,withthisblock4firstsettrustroot", "31to6062joined", "61to10042left", "ineveryblockfrom1to100"):
        assert words in told
    assert "101to" not in history((1, 100, 0), (101, None, 2))  # beyond what the trust root vouches for
    for gap in (((1, 30, 0), (32, None, 0)), ((2, None, 0),)):
        assert "Itisnotknownwhocouldsealineveryblock" in history(*gap)


def test_a_withheld_field_is_counted() -> None:
    from node.protocol.observation import Observation

    made: dict[str, Any] = json.loads(bundle_of())
    seen = made["answers"][0]["observations"]
    seen[0] = Observation.from_json(seen[0]).redact(["payload", "seller_id"]).to_json()
    page = Page(render_html(document_of(judged(canonical(made)), "en"))).text
    assert (
        "Fieldswithheld2;" in page
        and "Fieldswithheld" not in Page(render_html(document_of(case_of("GENUINE"), "en"))).text
    )


# --- harmless ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", BIG)
def test_the_page_has_no_script_and_nothing_from_elsewhere(verdict: str) -> None:
    data = render_html(document_of(case_of(verdict), "zh"))
    page = Page(data)
    assert not {tag for tag, _ in page.tags} & {
        "script",
        "a",
        "link",
        "img",
        "iframe",
        "object",
        "form",
        "base",
        "embed",
    }
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"href", "src", "style", "action"}
    assert b"http:" not in data and b"https:" not in data and b"url(" not in data and b"@import" not in data
    policies = [each["content"] for _, each in page.tags if each.get("http-equiv") == "Content-Security-Policy"]
    style = data.split(b"<style>")[1].split(b"</style>")[0]
    allowed = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert policies == [f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"]


def hostile() -> Judged:
    """What no verifier would say: every text that comes from it is hostile."""
    case = case_of("GENUINE")
    facts = replace(
        case.facts,
        marketplace=HOSTILE,
        seller_id=HOSTILE,
        listing_id=HOSTILE,
        seen=(SeenFact((1,), (("listing", "title", HOSTILE),)),),
        reasons=(ReasonFact(HOSTILE, "own", 1, -1),),
    )
    found: Verification = replace(
        case.verification,
        part=HOSTILE,
        steps=(
            Step(1, HOSTILE, "linked", False, HOSTILE, HOSTILE),
            Step(2, "header", "proven", True, HOSTILE, HOSTILE),
        ),
        claims=((HOSTILE, HOSTILE),),
        not_proven=((HOSTILE, HOSTILE),),
        facts=facts,
    )
    return replace(case, verification=found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("proven", [True, False])
def test_hostile_text_stays_text(language: str, proven: bool, tmp_path: Path) -> None:
    case = hostile()
    unproven = replace(case.verification, verdict=VerdictCode.ALTERED, facts=None)
    case = case if proven else replace(case, verification=unproven)
    data = render_html(document_of(case, language))
    page = Page(data)
    assert "script" not in {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text and "{{7*7}}" in page.text
    assert not set(data.decode()) & set("\u202e\u2066\0\a")
    assert "W" * 1300 not in page.text and len(data) < 60_000
    paper = render_pdf(document_of(case, language))
    assert paper.startswith(b"%PDF-")
    if shutil.which("pdftotext") is not None:
        text = printed(paper, tmp_path)
        assert "<script>alert(1)</script>" in text and "□□evil□□□□□" in text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\x00",
        b"[" * 100_000,
        canonical({HOSTILE.replace("\x00", ""): 1}),
        canonical({"mediaType": HOSTILE.replace("\x00", "")}),
    ],
)
def test_unreadable_input_gets_a_report_that_says_so(data: bytes) -> None:
    document = document_of(judged(data), "zh")
    assert (document.verdict, document.sentences[:2]) == (
        "无法判定",
        ("此文件不是证据包。", "此文件所述内容均未得到证明。"),
    )
    assert document.code == f"touchstone:{hashlib.sha256(data).hexdigest()}"
    assert render_pdf(document).startswith(b"%PDF-")
    assert "script" not in {tag for tag, _ in Page(render_html(document)).tags}


def test_a_file_too_large_to_read_has_no_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bundle.json").write_bytes(bundle_of())
    (tmp_path / "trust.json").write_bytes(TRUST.to_bytes())
    monkeypatch.setattr(verifying, "READ_CAP", 20_000)
    case = verifying.verify_files(tmp_path / "bundle.json", tmp_path / "trust.json", "2026-07-26T17:20:00Z")
    document = document_of(case, "en")
    assert (case.sha256, document.code) == ("", "") and hashlib.sha256(bundle_of()[:20_000]).hexdigest() not in digests(
        document
    )
    assert "more than 16 MB; not read to its end" in dict(document.summary.rows).values()
    assert render_pdf(document).startswith(b"%PDF-") and "svg" not in {
        tag for tag, _ in Page(render_html(document)).tags
    }


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_any_time_that_can_be_judged_at_can_be_printed(at: str, tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_bytes(bundle_of())
    (tmp_path / "trust.json").write_bytes(TRUST.to_bytes())
    case = verifying.verify_files(tmp_path / "bundle.json", tmp_path / "trust.json", at)
    assert render_pdf(document_of(case, "en")).startswith(b"%PDF-") and render_html(document_of(case, "en"))


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report", "report.doc", "report.pdf.json", ".pdf"])
def test_a_name_of_another_kind_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=re.escape(f"expected a report file ending in .pdf or .html, got {name!r}")):
        write_report(tmp_path / name, case_of("GENUINE"), "en")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="expected a folder for the report, got none at"):
        check_name(tmp_path / "missing" / "report.pdf")


def test_a_report_about_a_verdict_without_facts_has_none() -> None:
    with pytest.raises(ValueError, match="expected a verification that proves a finding"):
        _ = case_of("ALTERED").facts
    with pytest.raises(ValueError, match="expected a verification that proves something"):
        _ = case_of("ALTERED").chain
