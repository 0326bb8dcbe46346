"""The browser's verifier answers as ours does, in every word that matters, on whatever it is given."""

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.protocol.canonical import canonical
from node.protocol.trust import KnownConfiguration, PinnedBlock
from node.protocol.verdict import VerdictCode
from tests import bundle_factory as factory
from tests import subject_factory
from tests.protocol.chains import CHAINS
from tests.protocol.consortium import CONFIGURATION, NOW, asked
from tests.protocol.test_dating import LONG, chained
from tests.protocol.test_history import founding, steps_of
from tests.protocol.test_verify import CHANGES, NO_BUNDLES
from tests.verifier import later_worlds
from tests.verifier.javascript import Case, compared, differences, needs_node, node
from tests.verifier.mutations import in_bytes, in_spelling, in_values, paths_of
from tests.verifier.worlds import of_kind, resealed, world
from touchstone.verifying import verify_files

pytestmark = needs_node
CASES = int(os.environ.get("TOUCHSTONE_VERIFIER_CASES", "200"))  # of each kind
DAY = 24 * 3600
FULL: dict[str, Any] = json.loads(canonical(factory.aged_bundle()))
SUBJECT: dict[str, Any] = json.loads(canonical(subject_factory.subject_file()))
BUNDLE, TRUST = canonical(FULL), factory.trust_root().to_bytes()


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def changed(document: dict[str, Any], choose: random.Random) -> Iterator[Case]:
    paths, data = list(paths_of(document)), canonical(document)
    changes: list[Callable[[], bytes]] = [
        lambda: in_bytes(data, choose),
        lambda: in_spelling(document, choose, paths),
        lambda: dumped(in_values(document, choose, paths)),
        lambda: dumped(in_values(in_values(document, choose, paths), choose, [path[:1] for path in paths])),
    ]
    for number in range(2 * CASES):
        yield Case(f"change {number}", changes[number % len(changes)](), TRUST, NOW + DAY)


def marks_in(data: bytes) -> int:
    return sum(map(data.count, (b",", b":", b"[", b"{")))


def changed_bundles(choose: random.Random) -> Iterator[Case]:
    return changed(FULL, choose)


def changed_subject_files(choose: random.Random) -> Iterator[Case]:
    return changed(SUBJECT, choose)


def changed_trust_roots(choose: random.Random) -> Iterator[Case]:
    document = json.loads(later_worlds.FULL_TRUST.to_bytes())
    data, paths = canonical(document), list(paths_of(document))
    changes: list[Callable[[], bytes]] = [
        lambda: in_bytes(data, choose),
        lambda: in_spelling(document, choose, paths),
        lambda: dumped(in_values(document, choose, paths)),
    ]
    for number in range(2 * CASES):
        yield Case(f"trust root {number}", BUNDLE, changes[number % len(changes)](), NOW + DAY)


def signed_worlds(choose: random.Random) -> Iterator[Case]:
    for number in range(2 * CASES):
        made, trust, at = world(choose)
        if choose.random() < 0.15:
            resealed(choose, made, choose.choice([made, made.get("status", made)]))
        yield Case(f"world {number}", dumped(made), trust.to_bytes(), at)


def later_worlds_of_each_kind(choose: random.Random) -> Iterator[Case]:
    for number in range(CASES):
        for make in (later_worlds.standing, later_worlds.subject, later_worlds.life):
            made, trust, at = make(choose)
            yield Case(f"{make.__name__} {number}", dumped(made), trust.to_bytes(), at)


def real_chains(choose: random.Random) -> Iterator[Case]:
    """The changes of the validators on chains of real clients, told in a bundle that is about another one."""
    for chain in CHAINS:
        steps = steps_of(chain)
        pins = tuple(PinnedBlock(step.named.header.number, step.named.block_hash) for step in steps)
        for pinned in (pins, pins[:-1], ()):
            trust = replace(founding(chain), pinned_blocks=pinned)
            for told in (steps, steps[1:], steps[:1] * 2):
                made = FULL | {"history": [step.to_json() for step in told]}
                yield Case(f"{chain.name} {len(pinned)} {len(told)}", dumped(made), trust.to_bytes(), None)


def missing_and_swapped_parts(choose: random.Random) -> Iterator[Case]:
    for document in (FULL, SUBJECT):
        for name in document:
            left = {key: part for key, part in document.items() if key != name}
            yield Case(f"without {name}", dumped(left), TRUST, NOW + DAY)
            for other in choose.sample(sorted(document), 8):
                yield Case(f"{other} as {name}", dumped(document | {name: document[other]}), TRUST, NOW + DAY)


def named_changes(choose: random.Random) -> Iterator[Case]:
    for number, (part, change) in enumerate(CHANGES):
        made = json.loads(BUNDLE)
        change(made)
        yield Case(f"{number} {part}", canonical(made), TRUST, NOW + DAY)
    for count in (40, 100, 101):
        yield Case(f"{count} links", canonical(chained(count, 2)), LONG.to_bytes(), None)
    for data in NO_BUNDLES:
        yield Case(repr(data[:20]), data, TRUST, None)
        yield Case(repr(data[:20]), BUNDLE, data, None)
    yield Case("at the cap", BUNDLE + b" " * (16 * 2**20 - len(BUNDLE)), TRUST, None)
    yield Case("above the cap", b" " * (16 * 2**20 + 1), TRUST, None)
    for count in (200_000, 200_001):  # of marks, also within texts
        marks = BUNDLE.replace(b'"exporter"', b'"%b"' % (b":,[{" * count)[: count - marks_in(BUNDLE)])
        yield Case(f"{count} marks", marks, TRUST, None)
    yield Case("trust root above the cap", BUNDLE, b" " * (4 * 2**20 + 1), None)


@pytest.mark.slow
@pytest.mark.parametrize(
    "cases",
    [
        changed_bundles,
        changed_subject_files,
        changed_trust_roots,
        signed_worlds,
        later_worlds_of_each_kind,
        real_chains,
        missing_and_swapped_parts,
        named_changes,
    ],
    ids=lambda each: each.__name__,
)
def test_both_verifiers_answer_alike(cases: Callable[[random.Random], Iterator[Case]]) -> None:
    found, answers = differences(cases(random.Random(cases.__name__)))
    assert found[:3] == []
    assert len({answer.get("verdict") for answer in answers}) > 2, "expected cases of several verdicts"


def named(state: int) -> bytes:
    """A bundle whose status part shows this status, as the registry keeps it."""
    finding = factory.Report.from_json(FULL["report"]).findings[0]
    where = finding.id() if state in (5, 6) else finding.clue_key()
    return canonical(FULL | {"status": factory.status(where, factory.record(finding.id(), state))})


def test_every_verdict_kind_and_status_has_the_same_words() -> None:
    kinds = [factory.full_bundle(ask=asked(kind=kind), files=of_kind(kind)) for kind in (1, 2, 3, 4, 5, 6)]
    cases = [Case(f"status {state}", named(state), TRUST, NOW + DAY) for state in range(8)]
    cases += [Case(f"kind {kind['ask']['kind']}", canonical(kind), TRUST, NOW + DAY) for kind in kinds]
    cases += [
        Case("stale", BUNDLE, TRUST, NOW + 32 * DAY),
        Case("unreadable", b"", TRUST, None),
        Case("consortium", BUNDLE, factory.trust_root(custody="consortium").to_bytes(), None),
        Case("not trusted", canonical(factory.bundle([factory.key(f"t{n}") for n in range(4)])), TRUST, None),
    ]
    for first in range(
        factory.BLOCK - 1, subject_factory.BLOCK + 3
    ):  # the block before which the configuration was another
        known = factory.trust_root(config_digests=(KnownConfiguration(CONFIGURATION.digest(), first),)).to_bytes()
        cases += [Case(f"configuration from {first}", data, known, NOW + DAY) for data in (BUNDLE, canonical(SUBJECT))]
    found, answers = differences(cases)
    assert found == []
    assert {answer["verdict"] for answer in answers} == {code.name.lower() for code in VerdictCode}  # altered: status 0


@pytest.mark.parametrize(
    ("bundle", "at"),
    [
        (BUNDLE, "2026-07-26T00:00:00Z"),
        (BUNDLE, "2026-07-26T08:00:00+08:00"),
        (BUNDLE, "2026-12-31T23:59:59.999Z"),
        (canonical(FULL | {"finding": 1}), "2026-07-26T00:00:00Z"),
        (b"{}", "2026-07-26T00:00:00Z"),
        (canonical(SUBJECT), "2026-07-26T00:00:00Z"),
    ],
    ids=["genuine", "with an offset", "stale", "altered", "unreadable", "a subject file"],
)
def test_the_command_answers_and_exits_as_ours(bundle: bytes, at: str, tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_bytes(bundle)
    (tmp_path / "trust.json").write_bytes(TRUST)
    done = node("verify", str(tmp_path / "bundle.json"), "--trust", str(tmp_path / "trust.json"), "--at", at)
    ours = verify_files(tmp_path / "bundle.json", tmp_path / "trust.json", at).verification
    assert compared(json.loads(done.stdout)) == compared(ours.to_json())
    assert done.returncode == ours.exit_code


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify", "nowhere.json", "--trust", "trust.json"], "expected to read the bundle nowhere.json, got: ENOENT"),
        (
            ["verify", "trust.json", "--trust", "bundle.json"],
            "expected a trust root in bundle.json, got something else",
        ),
        (["verify", "bundle.json", "--trust", "trust.json", "--at", "2026-02-30T00:00:00Z"], "expected a UTC time"),
        (["verify", "bundle.json", "--trust", "trust.json", "--at", "yesterday"], "expected a UTC time"),
        (["verify", "bundle.json"], "usage"),
        (["verify", "bundle.json", "--thrust", "trust.json"], "--thrust"),
        ([], "usage"),
    ],
)
def test_the_command_says_what_it_expected(arguments: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_bytes(BUNDLE)
    (tmp_path / "trust.json").write_bytes(TRUST)
    done = node(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "at file:" not in done.stderr, "expected a message for a person, got a trace"
