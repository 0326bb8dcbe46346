"""What became of a finding, and how old that news is: statuses, staleness, and which verdict comes first."""

from collections.abc import Iterator

from node.protocol.canonical import sha256
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ADDRESSES
from node.protocol.trust import ContractInForce
from scripts.evidence.case import (
    ALTERED,
    DAY,
    NOT_TRUSTED,
    OVERTURNED,
    STALE,
    SUPERSEDED,
    TRUST,
    UNKNOWN,
    Case,
    Made,
    case,
    flip,
    fresh,
    with_parts,
)
from tests import bundle_factory as factory
from tests.protocol.consortium import NOW, key

LIMIT = NOW + 3600 + 30 * DAY  # the status is of an hour after the finding


def cases() -> Iterator[Case]:
    yield from _statuses()
    yield from _ages()
    yield from _precedence()


def finding() -> Finding:
    return Report.from_json(fresh("full")["report"]).findings[0]


def _with(key_bytes: bytes, packed: int, time: int = NOW + 3600) -> Made:
    return fresh("bare") | {"status": factory.status(key_bytes, packed, time)}


def _statuses() -> Iterator[Case]:
    made, record = finding(), factory.record
    clue, own = made.clue_key(), made.id()
    for number, name in ((1, "recorded"), (2, "contested"), (3, "upheld")):
        yield case(f"status_{name}", _with(clue, record(own, number)))
    yield case("status_overturned", _with(clue, record(own, 4)), OVERTURNED)
    for number, name in ((5, "superseded"), (6, "withdrawn")):
        yield case(f"status_{name}", _with(own, record(own, number)), SUPERSEDED)
    yield case("status_of_a_successor", _with(clue, record(sha256(b"other"), 1)), SUPERSEDED)
    yield case("status_nothing_under_the_id", _with(own, 0))
    yield case("status_nothing_under_the_clue_key", _with(clue, 0), ALTERED, "status")
    yield case("status_of_an_unknown_number", _with(clue, record(own, 9)))
    yield case("status_other_under_the_id", _with(own, record(sha256(b"other"), 5)), ALTERED, "status")
    yield case("status_recorded_at_another_time", _with(clue, record(own, 1, time=NOW)), ALTERED, "status")
    yield case("status_recorded_by_another_event", _with(clue, record(own, 1, sequence=8)), ALTERED, "status")
    block = factory.BLOCK + 1
    old, new = (ADDRESSES[name] for name in ("FindingRegistry", "CaseRegistry"))
    versions = (
        ContractInForce(old, factory.CODE_HASH, 0, block),
        ContractInForce(new, factory.CODE_HASH, block + 1),
    )
    trust = factory.trust_root(contracts={**TRUST.contracts, "FindingRegistry": versions})
    yield case("status_at_the_version_that_recorded_it", with_parts("status"), trust=trust)


def _ages() -> Iterator[Case]:
    yield case("stale_not_yet", with_parts("status"), at=LIMIT)
    yield case("stale", with_parts("status"), STALE, at=LIMIT + 1)
    yield case("stale_never_without_a_status", fresh("bare"), at=LIMIT + 365 * DAY)
    yield case("judged_before_it_was_recorded", with_parts("status"), at=NOW - DAY)


def _precedence() -> Iterator[Case]:
    """Several may hold: altered, not trusted, unknown, overturned, superseded, stale, in this order."""
    made = finding()
    clue, own = made.clue_key(), made.id()
    late = LIMIT + 1
    overturned = _with(clue, factory.record(own, 4)) | {"anchors": fresh("full")["anchors"]}
    superseded = _with(own, factory.record(own, 5))
    yield case("overturned_and_stale", overturned, OVERTURNED, also=[STALE], at=late)
    yield case("superseded_and_stale", superseded, SUPERSEDED, also=[STALE], at=late)
    yield case("altered_and_stale", _bent(with_parts("status")), ALTERED, "ask", [STALE], at=late)
    yield case("altered_and_overturned_and_stale", _bent(overturned), ALTERED, "ask", [OVERTURNED, STALE], at=late)
    yield case("altered_and_superseded", _bent(superseded), ALTERED, "ask", [SUPERSEDED])
    thieves = [key(f"thief {number}") for number in range(4)]
    theirs = _bent(factory.bundle(signers=thieves))
    yield case("altered_and_not_trusted", theirs, ALTERED, "ask", [NOT_TRUSTED])
    short = factory.trust_root(complete_to=factory.BLOCK - 1)
    yield case("altered_and_unknown", _bent(fresh("bare")), ALTERED, "ask", [UNKNOWN], trust=short)
    yield case("unknown_and_a_status_beyond_it", with_parts("status"), UNKNOWN, trust=short)
    code = {name: held for name, held in TRUST.contracts.items() if name != "ObservationLog"}
    nowhere = factory.trust_root(contracts=code)
    yield case(
        "unknown_and_overturned_and_stale", overturned, UNKNOWN, also=[OVERTURNED, STALE], trust=nowhere, at=late
    )
    twice = _bent(with_parts("status"))
    twice["signatures"][0] = flip(twice["signatures"][0], 20)
    yield case("altered_in_two_parts_names_the_first", twice, ALTERED, "signatures")


def _bent(made: Made) -> Made:
    return made | {"ask": made["ask"] | {"attempt": 2}}
