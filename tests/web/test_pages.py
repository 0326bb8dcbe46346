"""The pages: readable in both languages, the same facts as JSON, nothing unescaped, friendly errors."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from node.app import create_app
from node.config import Settings
from node.protocol.canonical import to_hex
from node.services.cosigning import Clue
from node.services.errors import ServiceError
from node.services.facts import BrandFacts, ProductFacts, take_over_facts
from tests.services.house import NOW, House, record

BRAND = BrandFacts("Aurora", "0x0000000000000000000000000000000000000001", "TM1", "CN", (9,), 1, 2)
SPEAKER = ProductFacts("06901234567892", "Aurora Speaker 极光音箱", "audio", 49900, 59900)
ENGLISH = {"Accept-Language": "en"}
PATHS = ["/", "/?q=Aurora", "/?q=nothing-there", "/findings", "/products/06901234567892", "/verify"]


@pytest.fixture
def ids(house: House, make_clue: Callable[..., Clue]) -> list[str]:
    house.leader().run([make_clue("l1"), make_clue("l2", kind=5)])
    take_over_facts(house.stores[1], [BRAND], {"Aurora": [SPEAKER]})
    return [to_hex(item) for item in record(house)]


@pytest.fixture
def client(house: House, ids: list[str]) -> FlaskClient:
    return make_client(house)


def make_client(house: House, **settings: str) -> FlaskClient:
    def bundle(finding_id: bytes) -> bytes:
        if finding_id.hex().startswith("f" * 8):
            raise ServiceError("the chain is away")
        return b'{"bundle":true}'

    app = create_app(
        Settings(**settings),  # type: ignore[arg-type]
        house.stores[1],
        bundle,
        trust=lambda: pytest.fail("no trust root is needed"),
        clock=lambda: NOW,
        bureau_names={1: ("North Bureau", "北区监管局")},
        feature_names={"price_gap_bps": ("price below registered", "低于登记价")},
    )
    return app.test_client()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("language", "tag", "word"), [("en", "en", "suspicion"), ("zh-CN", "zh-Hans", "嫌疑")])
def test_every_page_speaks_both_languages(client: FlaskClient, path: str, language: str, tag: str, word: str) -> None:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200 and f'lang="{tag}"' in response.text and word in response.text


def test_the_finding_page_shows_signers_factors_and_chain(client: FlaskClient, ids: list[str]) -> None:
    text = client.get(f"/findings/{ids[0]}", headers=ENGLISH).text
    for wanted in ("North Bureau", "Bureau 4", "price below registered", "+2,500,000", ids[0], "81.00%", "Shop One"):
        assert wanted in text
    assert 'class="differs"' in text and "<rect" in text
    assert "低于登记价" in client.get(f"/findings/{ids[0]}?lang=zh").text


def test_text_of_a_marketplace_is_never_markup(client: FlaskClient, ids: list[str]) -> None:
    text = client.get(f"/findings/{ids[0]}").text
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "<script" not in client.get("/?q=<script>alert(1)</script>").text


@pytest.mark.parametrize("path", PATHS)
def test_pages_need_no_script_and_allow_none(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script" not in policy and "unsafe" not in policy
    assert not re.search(r"<script|\son\w+=|style=", response.text)


def test_json_twins_hold_the_same_facts(client: FlaskClient, ids: list[str]) -> None:
    found = json.loads(client.get("/findings?format=json").data)["page"]
    assert {line["id"] for line in found["findings"]} == set(ids) and found["total"] == 2
    one = json.loads(client.get(f"/findings/{ids[0]}?format=json").data)["finding"]
    assert len(one["answers"]) == 4 and one["line"]["score_bps"] == 8200
    product = json.loads(client.get("/products/06901234567892?format=json").data)["product"]
    assert product["claims"][0]["name"] == SPEAKER.name and product["total"] == 2
    assert json.loads(client.get("/?q=Shop&format=json").data)["found"]["sellers"][0]["seller_id"] == "s1"


def test_findings_are_filtered_by_the_form(client: FlaskClient) -> None:
    assert "1 findings" in client.get("/findings?kind=5", headers=ENGLISH).text
    assert "No findings" in client.get("/findings?score=99", headers=ENGLISH).text
    assert client.get("/findings?kind=x").status_code == 400
    assert client.get("/findings?page=99999999999999").status_code == 200


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/nowhere", 404, "nothing at this address"),
        ("/findings/0x12", 404, "nothing at this address"),
        ("/findings/0x" + "00" * 32, 404, "no finding"),
        ("/products/123", 404, "no product"),
        ("/findings?score=1e5", 400, "could not be understood"),
    ],
)
def test_errors_are_pages_too(client: FlaskClient, path: str, code: int, words: str) -> None:
    response = client.get(path, headers=ENGLISH)
    assert response.status_code == code and words in response.text and "<main>" in response.text
    twin = client.get(path + ("&" if "?" in path else "?") + "format=json")
    assert twin.status_code == code and json.loads(twin.data)["status"] == code


def test_a_fault_of_ours_says_nothing_of_its_inside(house: House, ids: list[str]) -> None:
    client = make_client(house)
    house.stores[1].close()
    client.application.extensions["touchstone"].queries._store = None
    response = client.get("/findings", headers=ENGLISH)
    assert response.status_code == 500 and "Nothing was changed" in response.text and "Traceback" not in response.text


def test_the_bundle_is_a_download(client: FlaskClient, ids: list[str]) -> None:
    response = client.get(f"/findings/{ids[0]}/bundle")
    assert response.data == b'{"bundle":true}'
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_public_sees_no_suspicion(house: House, ids: list[str]) -> None:
    client = make_client(house, audience="public")
    assert "Only upheld" in client.get("/findings", headers=ENGLISH).text
    assert client.get(f"/findings/{ids[0]}").status_code == 404
    assert client.get(f"/findings/{ids[0]}/bundle").status_code == 404


def test_another_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_the_chosen_language_is_remembered(client: FlaskClient) -> None:
    client.get("/?lang=zh")
    assert 'lang="zh-Hans"' in client.get("/findings", headers=ENGLISH).text


def test_no_file_and_too_large_a_file_are_said_so(client: FlaskClient) -> None:
    assert "No file" in client.post("/verify", data={}, headers=ENGLISH, content_type="multipart/form-data").text
    client.application.config["MAX_CONTENT_LENGTH"] = 100
    response = client.post("/verify", data=b"x" * 101, headers=ENGLISH)
    assert response.status_code == 413 and "larger than" in response.text


def test_every_link_of_every_page_leads_to_a_page(client: FlaskClient, ids: list[str]) -> None:
    """A person who follows links never lands on JSON, unless the link says so."""
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen or "format=json" in path:
            continue
        seen.add(path)
        response = client.get(path)
        assert response.status_code == 200, path
        if path.endswith("/bundle") or path.startswith("/static"):
            continue
        assert response.mimetype == "text/html", path
        base = path.split("?")[0]
        for target in re.findall(r'(?:href|action)="([^"]+)"', response.text):
            waiting.append(unescape(base + target if target.startswith("?") else target))
    assert {"/findings", "/verify", f"/findings/{ids[0]}", "/?lang=zh"} <= seen
