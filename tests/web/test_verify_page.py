"""An uploaded evidence file gets its verdict with all steps; rubbish gets one too."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from node.app import create_app
from node.config import Settings
from node.protocol.canonical import canonical, sha256
from node.protocol.trust import TrustRoot
from node.protocol.verdict import Verification
from node.services.cosigning import Clue
from node.services.evidence import Sources, export_bundle, founding_root, keep_model
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from tests.services.chain import open_chain
from tests.services.house import House
from tests.services.small_model import small_model

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def served(house: House, make_clue: Callable[..., Clue], tmp_path: Path) -> tuple[FlaskClient, bytes]:
    model = small_model()
    for oracle in house.oracles.values():
        oracle.model = model
    with open_chain(tmp_path) as chain:
        outcome = house.leader(1, chain.contracts.last_sequence).run([make_clue("l1")])
        chain.recorder(house).run()
        chain.indexer(house).run()
        keep_model(house.stores[1], model.manifest, model.model, model.features, model.thresholds)
        sources = Sources(house.stores[1], chain.client, house.configuration)
        bundle = export_bundle(sources, outcome.reports[0].findings[0].id())
        trust = founding_root(chain.client, house.configuration)
        now = int(chain.client.block(chain.client.head())["timestamp"], 16) + 60
    app = create_app(Settings(), house.stores[1], lambda name: bundle, lambda: trust, lambda: now, report=told)
    return app.test_client(), bundle


def told(data: bytes, verification: Verification, trust: TrustRoot, at: int, language: str) -> bytes:
    """A report that says what it was made from."""
    return f"{verification.verdict.name} {language} {len(data)} {trust.id() == verification.trust_id}".encode()


def post(client: FlaskClient, data: bytes, path: str = "/verify") -> str:
    form = {"bundle": (io.BytesIO(data), "bundle.json")}
    return client.post(path, data=form, content_type="multipart/form-data", headers=ENGLISH).text


def test_a_genuine_file_is_shown_with_its_steps(served: tuple[FlaskClient, bytes]) -> None:
    client, bundle = served
    text = post(client, bundle)
    assert "<h2>Genuine</h2>" in text and "proven" in text and text.count("holds") > 5
    twin = json.loads(post(client, bundle, "/verify?format=json"))["verification"]
    assert twin["verdict"] in (0, "GENUINE", "genuine")


def test_a_report_to_print_can_be_had_where_one_is_made(served: tuple[FlaskClient, bytes]) -> None:
    client, bundle = served
    form = {"bundle": (io.BytesIO(bundle), "bundle.json"), "as": "report"}
    answer = client.post("/verify?lang=zh", data=form, content_type="multipart/form-data")
    assert answer.text == f"GENUINE zh {len(bundle)} True"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report.html"'
    assert 'value="report"' in client.get("/verify").text
    extensions = client.application.extensions
    extensions["touchstone"] = replace(extensions["touchstone"], report=None)
    assert 'value="report"' not in client.get("/verify").text
    form = {"bundle": (io.BytesIO(bundle), "bundle.json"), "as": "report"}
    plain = client.post("/verify", data=form, content_type="multipart/form-data")
    assert "<h2>真实</h2>" in plain.text  # the language is remembered


def test_an_altered_file_names_the_part(served: tuple[FlaskClient, bytes]) -> None:
    client, bundle = served
    value = json.loads(bundle)
    value["report"]["findings"][0]["scoreBps"] ^= 1
    text = post(client, json.dumps(value).encode())
    assert "<h2>Altered</h2>" in text and "Altered part" in text


@pytest.mark.parametrize("data", [b"{}", b"not json", b"\xff\xfe", b"[" * 100_000])
def test_rubbish_is_unreadable(served: tuple[FlaskClient, bytes], data: bytes) -> None:
    assert "<h2>Unreadable</h2>" in post(served[0], data)


def test_the_trust_root_can_be_read_and_its_file_has_its_id(served: tuple[FlaskClient, bytes]) -> None:
    answer = served[0].get("/trust.json")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data)["custody"] == "one party"
    assert TrustRoot.parse(answer.data).id() == sha256(answer.data)


def test_a_subject_file_is_shown_with_its_findings_and_an_altered_one_without(
    served: tuple[FlaskClient, bytes],
) -> None:
    client, _ = served
    site = client.application.extensions["touchstone"]
    judging = replace(site, trust=factory.trust_root, clock=lambda: subjects.TIME + 60)
    client.application.extensions["touchstone"] = judging
    made = json.loads(canonical(subjects.subject_file()))
    text = post(client, canonical(made))
    assert "<h2>Genuine</h2>" in text and "and none more: 5." in text and "registries with their findings" in text
    assert all(entry.finding.id().hex() in text for entry in subjects.five())
    twin = json.loads(post(client, canonical(made), "/verify?format=json"))["verification"]
    assert (twin["facts"]["findings"], twin["facts"]["whose_proven"]) == (5, True)
    gone = made["registries"][0]["findings"].pop()
    text = post(client, canonical(made), "/verify?lang=zh")
    assert "被改动的部分：登记合约与认定" in text and gone["finding"]["listing"] not in text
