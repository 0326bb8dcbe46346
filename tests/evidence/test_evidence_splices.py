"""No part, and no two parts, of one genuine file can stand in another."""

import pytest

from node.protocol.canonical import canonical, sha256
from node.protocol.verdict import VerdictCode
from scripts.evidence.signed import _ask
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from tests.evidence.judging import Tally, base_of, claimed_by
from tests.evidence.splices import splices
from tests.subject_factory import FIRST, Entry, finding

OTHERS = {
    "another seller": ("aged", lambda: factory.full_bundle(sequence=2, ask=_ask(seller_id="S-2", listing_id="L-2"))),
    "other bureaus": ("aged", lambda: factory.bundle(bureaus=(1, 2, 4), sequence=2)),
    "another month": ("full", lambda: factory.full_bundle(sequence=3, ask=_ask(observed_at=1_780_000_000))),
    "another list": ("subject_five_findings", lambda: subjects.subject_file([(FIRST, [Entry(finding(1), 4)])])),
    "another subject": (
        "subject_five_findings",
        lambda: subjects.subject_file([(FIRST, [])], subjects.statement(salt=sha256(b"other salt"))),
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_no_splice_is_accepted(other: str) -> None:
    name, make = OTHERS[other]
    base = base_of(name)
    two = make()
    assert base.judge(canonical(two)).claims
    tally = Tally()
    tally.add_all(base, splices(base.document, two))
    tally.check()
    assert sum(tally.counts.values()) > 20


def test_the_other_way_round() -> None:
    base = base_of("full")
    other = factory.full_bundle(sequence=2, ask=_ask(seller_id="S-2", listing_id="L-2"))
    for what, data in splices(other, base.document):
        found = base.judge(data)
        if found.verdict is VerdictCode.GENUINE:
            assert found.facts is not None and found.facts.sequence == 2, what
            assert found.facts.subject != claimed_by("full")["subject"]
