"""Subject files: none, one or several findings on a seller, over one registry or two, and what bends them."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

from node.protocol.canonical import from_hex, sha256, to_hex
from node.protocol.configuration import ContractVersion
from node.protocol.header import Header
from node.protocol.identifiers import ROLES
from node.protocol.trust import ContractInForce, KnownConfiguration, ValidatorSet
from scripts.evidence.case import (
    ALTERED,
    DAY,
    NOT_TRUSTED,
    STALE,
    TRUST,
    UNKNOWN,
    Case,
    Change,
    Made,
    case,
    changed,
    fresh,
)
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from tests.protocol.consortium import CONFIGURATION, key
from tests.subject_factory import FIRST, SECOND, TIME, Entry, finding, five, subject_file, trust_of

TWO = trust_of((FIRST, 0, 8), (SECOND, 9, None))
SHORT = factory.trust_root(complete_to=5)
VERSION_TWO = replace(
    CONFIGURATION, version=2, contracts=(*CONFIGURATION.contracts, ContractVersion(ROLES["FindingRegistry"], SECOND, 8))
)


def cases() -> Iterator[Case]:
    yield from _good()
    yield from _lists()
    for part, name, change in CHANGES:
        yield changed(f"subject_{name}", fresh("subject"), part, change)
    yield from _whose()
    yield from _versions()
    yield from _standing()


def _good() -> Iterator[Case]:
    yield case("subject_five_findings", fresh("subject"))
    yield case("subject_no_finding", subject_file([(FIRST, [])]))
    yield case("subject_one_finding", subject_file([(FIRST, [Entry(finding(1))])]))
    yield case("subject_declared_interest", subject_file([(FIRST, five())], interested=True))
    yield case("subject_declared_interest_alone", subject_file([(FIRST, [])], interested=True))
    entries = [Entry(finding(1), subjects.WITHDRAWN), Entry(finding(2), 4), Entry(finding(3), 2)]
    yield case("subject_withdrawn_overturned_contested", subject_file([(FIRST, entries)]))
    yield case("subject_all_four_sign", subject_file(told=subjects.statement((1, 2, 3, 4))))
    yield case("subject_other_notes", fresh("subject") | {"notes": {"verdict": "another"}})


def _rows(made: Made) -> list[Made]:
    rows: list[Made] = made["registries"][0]["findings"]
    return rows


def _add(made: Made) -> None:
    rows = _rows(made)
    rows.append(deepcopy(rows[0]) | {"finding": finding(9).to_json(), "key": to_hex(finding(9).clue_key())})


def _successor(made: Made) -> None:
    rows = _rows(made)
    rows[3] |= {"key": rows[4]["key"], "record_nodes": rows[4]["record_nodes"]}


def _lists() -> Iterator[Case]:
    for place in (0, 3, 4):
        yield changed(
            f"subject_finding_{place + 1}_removed", fresh("subject"), "registries", lambda m, p=place: _rows(m).pop(p)
        )
    for name, change in (
        ("all_removed", lambda m: _rows(m).clear()),
        ("one_added", _add),
        ("one_twice", lambda m: _rows(m).append(_rows(m)[0])),
        ("one_for_another", lambda m: _rows(m).__setitem__(1, _rows(m)[0])),
        ("reordered", lambda m: _rows(m).reverse()),
        ("first_two_exchanged", lambda m: _rows(m).insert(0, _rows(m).pop(1))),
        ("record_of_the_successor", _successor),
        ("finding_of_another_subject", lambda m: _rows(m)[0].update(finding=finding(1, sha256(b"another")).to_json())),
    ):
        yield changed(f"subject_{name}", fresh("subject"), "registries", change)
    made, other = fresh("subject"), subjects.statement(salt=sha256(b"other")).subject
    made["registries"] = [subjects.registry_part(subjects.state_of([(FIRST, five())]), FIRST, [], other)]
    yield case("subject_none_by_the_proof_of_another", made, ALTERED, "registries")
    made = subject_file([(FIRST, [Entry(finding(1), 4)])])
    made["registries"] = subject_file([(FIRST, [Entry(finding(1), 3)])])["registries"]
    yield case("subject_upheld_for_overturned", made, ALTERED, "registries")
    placed = [Entry(finding(1)), Entry(finding(2), place=0)]
    yield case("subject_record_of_another_place", subject_file([(FIRST, placed)]), ALTERED, "registries")


CHANGES: list[tuple[str, str, Change]] = [
    ("registries", "other_score", lambda m: _rows(m)[0]["finding"].update(scoreBps=1)),
    ("registries", "other_record_key", lambda m: _rows(m)[0].update(key="0x" + "00" * 32)),
    ("registries", "record_node_missing", lambda m: _rows(m)[0]["record_nodes"].pop()),
    ("registries", "subject_node_missing", lambda m: m["registries"][0]["subject_nodes"].pop()),
    ("registries", "account_nodes_reordered", lambda m: m["registries"][0]["account_nodes"].reverse()),
    ("registries", "other_registry", lambda m: m["registries"][0].update(address=SECOND)),
    ("registries", "registry_twice", lambda m: m["registries"].append(m["registries"][0])),
    ("registries", "no_registry", lambda m: m["registries"].clear()),
    ("marketplace", "other_marketplace", lambda m: m.update(marketplace="other")),
    ("seller_id", "other_seller", lambda m: m.update(seller_id="S-2")),
    ("signatures", "signature_dropped", lambda m: m["signatures"].pop()),
    ("signatures", "signatures_reordered", lambda m: m["signatures"].reverse()),
    ("signatures", "signature_twice", lambda m: m["signatures"].__setitem__(0, m["signatures"][1])),
    ("statement", "signer_twice", lambda m: m["statement"].update(signers=[1, 2, 2])),
    ("statement", "other_signers", lambda m: m["statement"].update(signers=[1, 2, 4])),
    ("statement", "other_salt", lambda m: m["statement"].update(salt="0x" + "11" * 32)),
    ("configuration", "other_threshold", lambda m: m["configuration"].update(threshold=2)),
    ("header", "other_block_hash", lambda m: m.update(block_hash="0x" + "22" * 32)),
]


def _whose() -> Iterator[Case]:
    """Without a quorum's word the salt is the exporter's: what holds is linked, and says nothing of a seller."""
    yield case("subject_without_signatures", subject_file(told=subjects.statement(())))
    yield case("subject_too_few_signatures", subject_file(told=subjects.statement((2, 4))))
    yield case("subject_configuration_not_listed", fresh("subject"), trust=factory.trust_root(config_digests=()))
    before, digest = KnownConfiguration(sha256(b"before"), 0, subjects.BLOCK), CONFIGURATION.digest()
    known = factory.trust_root(config_digests=(before, KnownConfiguration(digest, subjects.BLOCK + 1)))
    yield case("subject_configuration_put_in_force_by_the_very_block", fresh("subject"), trust=known)
    other = subjects.statement(configuration=VERSION_TWO).to_json()  # blamed, since the configuration is known
    bent = fresh("subject") | {"statement": other}
    yield case("subject_statement_under_another_configuration", bent, ALTERED, "statement", trust=known)
    soon = (replace(before, to_block=subjects.BLOCK + 1), KnownConfiguration(digest, subjects.BLOCK + 2))
    unknown = factory.trust_root(config_digests=soon)
    yield case("subject_configuration_of_a_later_block", bent, ALTERED, "configuration", trust=unknown)
    salt = sha256(b"made up")
    told, forged = subjects.statement((), salt), subjects.statement((1, 2, 3), salt)
    nothing = subjects.registry_part(subjects.state_of([(FIRST, five())]), FIRST, [], told.subject)
    made = fresh("subject") | {"registries": [nothing]}
    yield case("subject_wrong_salt_unsigned", made | {"statement": told.to_json(), "signatures": []})
    signed = made | {"statement": forged.to_json()}
    yield case("subject_wrong_salt_under_true_signatures", signed, ALTERED, "statement")
    one = subject_file(told=forged, bureaus=(4, 4, 4))["signatures"]
    yield case("subject_wrong_salt_signed_by_one_bureau", signed | {"signatures": one}, ALTERED, "signatures")


def _versions() -> Iterator[Case]:
    both = [(FIRST, five()[:2]), (SECOND, [Entry(finding(7, kind=5))])]
    made = subject_file(both)
    yield case("subject_two_versions", made, trust=TWO)
    for place in (0, 1):
        cut = [part for number, part in enumerate(made["registries"]) if number != place]
        yield case(
            f"subject_version_{place + 1}_left_out", made | {"registries": cut}, ALTERED, "registries", trust=TWO
        )
    turned = made | {"registries": made["registries"][::-1]}
    yield case("subject_versions_reordered", turned, ALTERED, "registries", trust=TWO)
    later = trust_of((FIRST, 0, subjects.BLOCK), (SECOND, subjects.BLOCK + 1, None))
    yield case("subject_version_not_in_force_yet", fresh("subject"), trust=later)
    state = subjects.state_of(both, configuration=VERSION_TWO)
    step = subjects.history_step(state, subjects.BLOCK, VERSION_TWO)
    led = subject_file(both, configuration=VERSION_TWO) | {"history": [step]}
    yield case("subject_version_proven_with_the_configuration", led, trust=SHORT)
    first = led | {"registries": led["registries"][:1]}
    yield case("subject_proven_version_left_out", first, ALTERED, "registries", trust=SHORT)
    known = (ContractInForce(FIRST, factory.CODE_HASH, 0, 7), ContractInForce(SECOND, sha256(b"other code"), 8))
    other = replace(SHORT, contracts={**SHORT.contracts, "FindingRegistry": known})
    yield case("subject_proven_version_of_foreign_code", led, NOT_TRUSTED, also=[UNKNOWN], trust=other)
    alone = subjects.history_step(subjects.state_of([(FIRST, five())]))
    yield case("subject_versions_unknown", fresh("subject") | {"history": [alone]}, UNKNOWN, trust=SHORT)
    code = ContractInForce(FIRST, sha256(b"other code"), 0)
    foreign = factory.trust_root(contracts={**TRUST.contracts, "FindingRegistry": (code,)})
    yield case("subject_foreign_code", fresh("subject"), NOT_TRUSTED, trust=foreign)


def _standing() -> Iterator[Case]:
    made = fresh("subject")
    state = Header.from_rlp(from_hex(made["header"])).state_root
    thieves = [key(f"thief {number}") for number in range(4)]
    strange = factory.named(factory.header(subjects.BLOCK, state_root=state, time=TIME, signers=thieves))
    yield case("subject_counterfeit_chain", made | strange, NOT_TRUSTED)
    names = TRUST.validator_sets[0].validators
    sets = (
        ValidatorSet(1, subjects.BLOCK, names),
        ValidatorSet(subjects.BLOCK + 1, None, (*names, key("fifth").address)),
    )
    yield case("subject_retired_set", made, NOT_TRUSTED, trust=factory.trust_root(validator_sets=sets))
    limit = TIME + 30 * DAY
    yield case("subject_not_stale_yet", made, at=limit)
    yield case("subject_stale", made, STALE, at=limit + 1)
    yield case("subject_beyond_the_trust_root", made, UNKNOWN, trust=factory.trust_root(complete_to=subjects.BLOCK - 1))
    yield case("subject_of_another_chain", made, UNKNOWN, trust=factory.trust_root(chain_id=1))
    odd = subject_file([(FIRST, [Entry(finding(1, kind=77))])])
    yield case("subject_unknown_kind", odd, UNKNOWN)
