"""docs/evidence-format.md says what the code does: its types, steps, parts, caps and worked values are those of the code."""

import dataclasses
import re
from pathlib import Path

import pytest

from node.protocol import (
    answer,
    bundle,
    capture,
    checkpoint,
    configuration,
    dating,
    explanation,
    facts,
    finding,
    header,
    history,
    identifiers,
    life,
    merkle,
    observation,
    scorer,
    steps_chain,
    subject_bundle,
    subject_statement,
    trie,
    trust,
    verdict,
    verify,
)
from node.protocol.canonical import keccak256
from node.protocol.identifiers import ADDRESSES
from node.protocol.typed_data import DOMAIN_TYPE, Domain, Struct
from tests import bundle_factory as factory

PAGE = (Path(__file__).parents[1] / "docs" / "evidence-format.md").read_text("utf-8")
SIGNED: tuple[type[Struct], ...] = (
    *(finding.Finding, finding.Report, finding.Answer, finding.Refusal, finding.Anchor),
    *(configuration.Bureau, configuration.Court, configuration.ContractVersion),
    *(capture.Capture, life.Custody, life.Recusal, subject_statement.SubjectStatement),
)
SALT, FIELD_SALTS = b"\x11" * 32, (b"\x33" * 32, b"\x22" * 32)
KEY = b"\x44" * 32


def worked() -> dict[str, bytes | str | int]:
    """The values of the page's last section, by the words in front of them."""
    subject = identifiers.subject_id(SALT, "grand-mall", "S-1")
    listing = identifiers.listing_digest(SALT, "grand-mall", "L-1")
    price = observation.Field("price_fen", FIELD_SALTS[0], 12900)
    title = observation.Field("title", FIELD_SALTS[1], "正品")
    seen = observation.Observation((price, title))
    domain = Domain(20262, ADDRESSES["FindingRegistry"])
    root = factory.trust_root()
    return {
        "subject": subject,
        "listing": listing,
        "clue key": identifiers.clue_key(subject, listing, 1, 202607),
        "product": identifiers.product_id("06901234567892"),
        "period": identifiers.period_of(1785542399),
        "leaf of the price": price.leaf,
        "leaf of the title": title.leaf,
        "observation root": seen.root(),
        "batch leaf": merkle.leaf_hash(seen.root()),
        "domain type": keccak256(DOMAIN_TYPE.encode()),
        "domain separator": domain.separator(),
        "Finding": finding.Finding.TYPE_HASH,
        "Report": finding.Report.TYPE_HASH,
        "Answer": finding.Answer.TYPE_HASH,
        "Anchor": finding.Anchor.TYPE_HASH,
        "ReportRecorded": keccak256(b"ReportRecorded(uint32,uint64,bytes32[],uint64)"),
        "BatchAnchored": keccak256(b"BatchAnchored(uint32,uint64,bytes32,uint64,uint64)"),
        "first validator": keccak256(bytes(32)),
        "run 1 of BlockLog": dating.root_slot(1).to_bytes(32, "big"),
        "record": keccak256(KEY + bytes(32)),
        "ommers": header.OMMERS_HASH,
        "empty trie": trie.EMPTY_ROOT,
        "empty tree": merkle.EMPTY_ROOT,
        "thresholds": scorer.thresholds_to_hex([0.5, -1.25]),
        "trust root id": root.id(),
        "spoken id": root.spoken_id(),
    }


def test_every_worked_value_is_on_the_page() -> None:
    rows = dict(re.findall(r"^\| ([^|]+?) \| .* \| `([^`]+)` \|$", PAGE.partition("## 14")[2], re.MULTILINE))
    assert rows == {name: value.hex() if isinstance(value, bytes) else str(value) for name, value in worked().items()}


@pytest.mark.parametrize("struct", SIGNED, ids=lambda struct: struct.__name__)
def test_every_type_string_is_on_the_page(struct: type[Struct]) -> None:
    assert f"`{struct.TYPE}`" in PAGE


def steps_told(section: int) -> list[tuple[str, str]]:
    told = PAGE.partition(f"## {section} ")[2].partition(f"## {section + 1} ")[0]
    return re.findall(r"^\| \((\d+)\) \|.*\| `(\w+)` \|$", told, re.MULTILINE)


@pytest.mark.parametrize(("section", "steps"), [(8, verify.STEPS), (11, verify.SUBJECT_STEPS)])
def test_the_steps_are_those_of_the_verifier(section: int, steps: verify.Steps) -> None:
    parts = ["bundle", *(part for part, _ in steps)]
    assert steps_told(section) == [(str(number), part) for number, part in enumerate(parts, start=1)]


def test_every_step_of_a_bundle_has_its_paragraph() -> None:
    assert re.findall(r"^### \((\d+)\)", PAGE, re.MULTILINE) == [number for number, _ in steps_told(8)]


def test_every_part_and_key_is_on_the_page() -> None:
    parts = PAGE.partition("## 7 ")[2].partition("## 8 ")[0]
    told = [name for row in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", parts, re.MULTILINE) for name in row.split(", ")]
    assert told == [f"`{name}`" for name in (*bundle.REQUIRED, *bundle.OPTIONAL)]
    for key in trust.KEYS:
        assert f"| `{key}` |" in PAGE


def test_verdicts_and_precedence_are_those_of_the_verifier() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| (\d+) \|", PAGE.partition("### 1.1")[2].partition("### 1.2")[0], re.MULTILINE)
    assert rows == [(code.name.lower().replace("_", " "), str(int(code))) for code in verdict.PRECEDENCE]


def test_kinds_and_roles_are_those_of_the_code() -> None:
    for kind in identifiers.Kind:
        english, chinese = identifiers.KIND_NAMES[kind]
        assert f"| {int(kind)} | {english} {chinese} |" in PAGE
    for name in identifiers.ROLES:
        assert name in PAGE.partition("### 3.3")[2].partition("## 4")[0]


def test_keys_that_no_witness_has_are_those_of_the_code() -> None:
    refused = PAGE.partition("### 9.2")[2].partition("### 9.3")[0]
    assert f"e = 0x{checkpoint.ORDER_EIGHT:x}" in refused
    assert checkpoint.SMALL_ORDER[2] == checkpoint.FIELD - 1 == 2**255 - 20


def test_caps_are_those_of_the_code() -> None:
    caps = PAGE.partition("## 13")[2].partition("## 14")[0]
    for words, values in {
        "evidence file, trust root": (bundle.MAX_BYTES // 2**20, trust.MAX_BYTES // 2**20),
        "findings in a report": (finding.MAX_FINDINGS, observation.MAX_FIELDS, answer.MAX_OBSERVATIONS),
        "bureaus, courts": (configuration.MAX_BUREAUS,),
        "features; thresholds": (explanation.MAX_FEATURES, scorer.MAX_THRESHOLDS, scorer.MAX_TREES, scorer.MAX_NODES),
        "nodes of a trie": (trie.MAX_NODES, bundle.MAX_PATH),
        "marks": (bundle.MAX_MARKS, scorer.MAX_MARKS),
        "anchors, payloads": (bundle.MAX_ANCHORS, life.MAX_ENTRIES, bundle.MAX_CAPTURES),
        "checks": (capture.MAX_CHECKS, capture.MAX_DETAIL),
        "registries": (subject_bundle.MAX_REGISTRIES, subject_bundle.MAX_ON_SUBJECT),
        "history steps": (history.MAX_STEPS, history.MAX_VALIDATORS, history.MAX_VALIDATORS),
        "block anchors": (dating.MAX_ANCHORS, dating.MAX_PROOFS, dating.MAX_PROOFS),
        "seals": (header.MAX_SEALS, steps_chain.MAX_SEALS, header.MAX_BYTES // 2**10),
    }.items():
        (row,) = [line for line in caps.splitlines() if line.startswith(f"| {words}")]
        numbers = [
            int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", row.split("|")[2].replace(", ", " "))
        ]
        assert tuple(numbers) == values, row


@pytest.mark.parametrize("kind", [facts.Facts, facts.SubjectFacts])
def test_every_fact_is_on_the_page(kind: type[facts.ChainFacts]) -> None:
    told = PAGE.partition("### 12.3")[2].partition("## 13")[0]
    assert [field.name for field in dataclasses.fields(kind) if f"`{field.name}`" not in told] == []
