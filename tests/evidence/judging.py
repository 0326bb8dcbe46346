"""Judges changed evidence files against the genuine one: whatever is accepted must be legal and claim nothing else."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from node.protocol.trust import TrustRoot
from node.protocol.verdict import VerdictCode, Verification
from node.protocol.verify import verify_bundle
from tests.evidence.legal import reason
from tests.evidence.run import CASES, expected_of

LONG = os.environ.get("TOUCHSTONE_LONG_EVIDENCE") == "1"
TIMES = 10 if LONG else 1
ACCEPTED = {VerdictCode.GENUINE, VerdictCode.STALE, VerdictCode.SUPERSEDED, VerdictCode.OVERTURNED}
BASES = ("aged", "full", "subject_five_findings", "subject_two_versions", "history_change_witnessed", "stamped_in_time")
LOOSE = {"anchored", "unanchored", "anchored_time", "hidden", "erased", "validators", "validator_sets", "complete_to"}
LOOSE |= {"rests_on"}  # what may vouch for a block may be left out, and then something else does
FEWER = {"life", "captures", "custody", "recused", "interested"}  # lists of which a copy may show less


@dataclass(frozen=True)
class Base:
    """A genuine case to bend, with what it claims."""

    name: str
    data: bytes
    trust: TrustRoot
    at: int

    @property
    def document(self) -> dict[str, Any]:
        return document_of(self.name)

    def judge(self, data: bytes) -> Verification:
        return verify_bundle(data, self.trust, self.at)


@cache
def document_of(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((CASES / name / "bundle.json").read_bytes())
    return made


@cache
def base_of(name: str) -> Base:
    folder = CASES / name
    trust = TrustRoot.parse((folder / "trust.json").read_bytes())
    return Base(name, (folder / "bundle.json").read_bytes(), trust, expected_of(folder)["at"])


@cache
def claimed_by(name: str) -> dict[str, Any]:
    base = base_of(name)
    return core(base.judge(base.data))


def core(found: Verification) -> dict[str, Any]:
    """What a file says of the case itself: the finding with its status, or the list of findings."""
    if found.facts is not None:
        return {name: value for name, value in found.facts.to_json().items() if name not in LOOSE}
    findings = [words for words, _ in found.claims if words[:1].isdigit() or " finding" in words.split("recorded")[0]]
    return {"claims": sorted(words for words in findings if "validators" not in words)}


@dataclass
class Tally:
    """How many changes came to which end."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, base: Base, what: str, data: bytes) -> None:
        if data == base.data:
            self.counts["no change"] += 1
            return
        found = base.judge(data)
        if found.verdict not in ACCEPTED:
            self.counts[found.verdict.name.lower()] += 1
            if found.claims or found.facts is not None:
                self.wrong.append(f"{what}: claims under the verdict {found.verdict.name}")
            return
        why = reason(base.document, data)
        self.counts["legal: several parts" if why and "+" in why else f"legal: {why}"] += 1
        if why is None:
            self.wrong.append(f"{what}: accepted")
        elif not says_no_more(core(found), claimed_by(base.name)):
            self.wrong.append(f"{what}: accepted ({why}) with other claims")

    def add_all(self, base: Base, changes: Iterable[tuple[str, bytes]]) -> None:
        for what, data in changes:
            self.add(base, what, data)

    def check(self) -> None:
        """Print the counts; fail where something was wrong."""
        print(f"\n{sum(self.counts.values())} changes: {dict(sorted(self.counts.items()))}")
        if self.wrong:
            raise AssertionError("\n".join(self.wrong))


def _told(seen: Any) -> set[tuple[Any, ...]]:
    """Each text that a bureau signed to have seen."""
    return {(bureau, *text) for each in seen for bureau in each["bureaus"] for text in each["texts"]}


def says_no_more(made: dict[str, Any], base: dict[str, Any]) -> bool:
    """The same facts; a status, with the block that shows it, may be missing, and of some lists and texts a part."""
    return made.keys() == base.keys() and all(
        value == base[name]
        or (name.startswith("status") and value is None)
        or (name == "seen" and _told(value) <= _told(base[name]))
        or (name in FEWER and all(item in base[name] for item in value))
        for name, value in made.items()
    )
