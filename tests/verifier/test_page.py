"""The page as a person uses it: opened from disk, given two files, and asking nobody for anything."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from node.protocol.canonical import canonical
from node.protocol.trust import TrustRoot
from node.protocol.verdict import Verification
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests.protocol.consortium import NOW
from tests.subject_factory import subject_file
from tests.verifier.browser import Page, browser, needs_browser
from tests.verifier.javascript import ROOT

pytestmark = needs_browser
PAGE = ROOT / "verifier" / "verifier.html"
AT = "2026-07-26 00:00:00 UTC"
AT_SECONDS = 1_785_024_000
TRUST = factory.trust_root()
HTML = "<img src=x onerror=document.title='run'><b>bold</b>"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


def give(tab: Page, folder: Path, bundle: bytes, trust: bytes, name: str = "bundle.json") -> None:
    """Open the page anew, in English, and choose both files."""
    (folder / name).write_bytes(bundle)
    (folder / "trust.json").write_bytes(trust)
    tab.open(PAGE)
    tab.value("document.querySelector('#language').lang === 'en' && document.querySelector('#language').click()")
    tab.choose("#trust-file", folder / "trust.json")
    tab.wait("document.querySelector('.notice, dl') !== null")
    tab.value(f"at.value = '{AT}'; at.dispatchEvent(new Event('change'))")
    tab.choose("#bundle-file", folder / name)


def text(tab: Page) -> str:
    shown: str = tab.value("document.body.textContent")
    return shown


def sentences(answer: Verification, language: int) -> list[str]:
    """Everything that a report must say."""
    pairs = [
        *answer.claims,
        *answer.not_proven,
        answer.custody,
        *((s.words_en, s.words_zh) for s in answer.steps if s.ok),
    ]
    return [pair[language] for pair in pairs]


def altered() -> dict[str, Any]:
    made = factory.full_bundle()
    made["answers"][0]["answer"]["scoreBps"] = 1
    return made


@pytest.mark.parametrize(
    "make",
    [
        factory.aged_bundle,
        lambda: factory.full_bundle(4),
        lambda: factory.full_bundle(time=NOW - 10**8),
        altered,
        dict,
        subject_file,
    ],
    ids=["genuine", "overturned", "stale", "altered", "unreadable", "a subject file"],
)
def test_the_page_gives_the_verdict_in_both_languages(
    make: Callable[[], dict[str, Any]], tab: Page, tmp_path: Path
) -> None:
    bundle = canonical(make())
    ours = verify_bundle(bundle, TRUST, AT_SECONDS)
    give(tab, tmp_path, bundle, TRUST.to_bytes())
    verdict = tab.wait("document.querySelector('#report')?.dataset.verdict")
    assert verdict == ours.verdict.name.lower()
    assert tab.value("document.querySelector('#report').dataset.part") == (ours.part or "")
    for language in (0, 1):
        shown = text(tab)
        assert [words for words in sentences(ours, language) if words not in shown] == []
        assert TrustRoot.parse(TRUST.to_bytes()).id().hex() in shown
        assert TRUST.spoken_id() in shown
        tab.value("document.querySelector('#language').click()")
        tab.wait("document.querySelector('#report')?.dataset.verdict")
    assert tab.complaints() == []


def test_the_page_asks_nobody_for_anything(tab: Page, tmp_path: Path) -> None:
    tab.events.clear()
    give(tab, tmp_path, canonical(factory.full_bundle()), TRUST.to_bytes())
    tab.wait("document.querySelector('#report') !== null")
    assert tab.requests() == [PAGE.as_uri()]


def test_the_page_cannot_reach_out_when_told_to(tab: Page) -> None:
    tab.open(PAGE)
    tab.value("fetch('https://example.org/').catch(() => { document.title = 'refused' })")
    tab.wait("document.title === 'refused'")
    tab.value("document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.org/x.png'}))")
    assert tab.value("try { document.body.innerHTML = 'x'; 'written' } catch { 'refused' }") == "refused"
    assert tab.value("try { new Function('return 1')(); 'run' } catch { 'refused' }") == "refused"
    assert not any(
        "example.org/x.png" in str(event) for event in tab.events if event.get("method") == "Network.responseReceived"
    )
    tab.events.clear()


def test_words_of_a_bundle_are_never_html(tab: Page, tmp_path: Path) -> None:
    made = factory.full_bundle() | {"notes": {"verdict": HTML}}
    made["model"]["manifest"]["xgboost"] = HTML
    give(tab, tmp_path, canonical(made), TRUST.to_bytes(), name="<b>bold<b>.json")
    assert tab.wait("document.querySelector('#report')?.dataset.verdict") == "altered"
    assert tab.value("document.querySelectorAll('img, b').length") == 0
    assert "<b>bold<b>.json" in text(tab)


def test_a_file_that_is_no_trust_root_is_refused(tab: Page, tmp_path: Path) -> None:
    give(tab, tmp_path, canonical(factory.full_bundle()), json.dumps({"mediaType": HTML}).encode())
    tab.wait("document.querySelector('.notice.bad') !== null")
    assert "This file is no trust root" in text(tab)
    assert tab.value("document.querySelector('#report')") is None


def test_the_report_prints_with_what_was_checked(tab: Page, tmp_path: Path) -> None:
    give(tab, tmp_path, canonical(factory.full_bundle()), TRUST.to_bytes())
    tab.wait("document.querySelector('#report') !== null")
    printed = base64.b64decode(tab.call("Page.printToPDF")["data"])
    assert printed.startswith(b"%PDF-")
    tab.call("Emulation.setEmulatedMedia", media="print")
    shown = tab.value("document.body.innerText")
    tab.call("Emulation.setEmulatedMedia", media="")
    assert AT in shown
    assert "Genuine" in shown
    assert "Print this report" not in shown
