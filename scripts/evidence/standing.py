"""What the chain vouches for: sets that retired, histories, anchors of blocks, and trust roots that do not reach."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from node.protocol.canonical import from_hex, sha256, to_hex
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ADDRESSES
from node.protocol.trust import ContractInForce, KnownConfiguration, PinnedBlock, TrustRoot, ValidatorSet
from scripts.evidence.case import ALTERED, NOT_TRUSTED, SUPERSEDED, TRUST, UNKNOWN, Case, Made, case, fresh
from scripts.evidence.vouching import (
    BLOCK,
    NAMES,
    NEW,
    NEW_NAMES,
    OLD,
    RETIRED,
    WITNESSES,
    anchored,
    block_hash,
    outsiders,
    stamps,
)
from tests import bundle_factory as factory
from tests import outside
from tests.protocol.consortium import CONFIGURATION, NOW, key

SHORT = factory.trust_root(complete_to=3)
LATER = 95


def cases() -> Iterator[Case]:
    yield from _links()
    yield from _statuses()
    yield from _histories()
    yield from _codes()
    yield from _foreign()
    yield from _reach()


def link(made: Made, later: int = LATER, signers: Sequence[Any] = OLD) -> Made:
    return factory.block_log_link(BLOCK, block_hash(made), later, signers)


def _pinned(trust: TrustRoot, *blocks: tuple[int, bytes]) -> TrustRoot:
    return replace(trust, pinned_blocks=tuple(PinnedBlock(*block) for block in blocks))


def _links() -> Iterator[Case]:
    made = fresh("bare")
    yield case("retired_alone", made, NOT_TRUSTED, trust=RETIRED)
    yield case("retired_linked_to_today", anchored(made, block_log=[link(made, signers=NEW)]), trust=RETIRED)
    yield case("retired_linked_to_its_own_set", anchored(made, block_log=[link(made, 40)]), NOT_TRUSTED, trust=RETIRED)
    yield case(
        "retired_linked_to_a_later_block_of_the_old_set",
        anchored(made, block_log=[link(made)]),
        NOT_TRUSTED,
        trust=RETIRED,
    )
    middle = link(made, 40)
    pin = (40, from_hex(middle["block_hash"], 32))
    yield case("retired_linked_to_a_pinned_block", anchored(made, block_log=[middle]), trust=_pinned(RETIRED, pin))
    yield case("retired_and_pinned", made, trust=_pinned(RETIRED, (BLOCK, block_hash(made))))
    yield case("pinned_otherwise", made, NOT_TRUSTED, trust=_pinned(TRUST, (BLOCK, sha256(b"other"))))
    yield case("current_linked_to_today", anchored(made, block_log=[link(made)]))
    for name, bent in (
        ("back", link(made, BLOCK - 1)),
        ("with_another_path", link(made) | {"path": link(made)["path"][::-1]}),
        ("with_root_and_range_exchanged", _exchanged(link(made))),
        ("under_another_header", link(made) | factory.named(factory.header(96))),
        ("to_another_block", factory.block_log_link(BLOCK, sha256(b"other block"), LATER)),
    ):
        yield case(f"link_{name}", anchored(made, block_log=[bent]), ALTERED, "block_anchors")
    held = anchored(made, block_log=[link(made)])
    twice = held | {"block_anchors": held["block_anchors"] * 2}
    yield case("anchor_of_a_block_twice", twice, ALTERED, "block_anchors")
    held["block_anchors"][0]["block_hash"] = to_hex(sha256(b"foreign"))
    yield case("anchor_of_a_foreign_block", held, ALTERED, "block_anchors")


def _exchanged(made: Made) -> Made:
    return made | {"root_nodes": made["range_nodes"], "range_nodes": made["root_nodes"]}


def _finding(made: Made) -> Finding:
    return Report.from_json(made["report"]).findings[0]


def _statuses() -> Iterator[Case]:
    sets = (ValidatorSet(1, BLOCK + 1, NAMES), ValidatorSet(BLOCK + 2, None, (*NAMES, key("validator 5").address)))
    trust = factory.trust_root(validator_sets=sets)
    full = fresh("full")
    yield case("retired_with_a_status_of_today", full, trust=trust)
    finding = _finding(full)
    other = factory.status(finding.clue_key(), factory.record(sha256(b"other"), 1))
    yield case(
        "retired_with_the_record_of_another", full | {"status": other}, NOT_TRUSTED, also=[SUPERSEDED], trust=trust
    )
    code = factory.status(finding.clue_key(), factory.record(finding.id(), 1), code_hash=sha256(b"other"))
    yield case("status_of_foreign_code", full | {"status": code}, NOT_TRUSTED)
    early = (ValidatorSet(1, BLOCK + 5, NAMES), ValidatorSet(BLOCK + 6, None, NEW_NAMES))
    yield case("status_of_a_retired_set", full, NOT_TRUSTED, trust=factory.trust_root(validator_sets=early))


def _histories() -> Iterator[Case]:
    made = fresh("bare")
    yield case("history_leads_on", made | {"history": [factory.history_step(90)]}, trust=SHORT)
    yield case(
        "history_leads_on_twice", made | {"history": [factory.history_step(5), factory.history_step(90)]}, trust=SHORT
    )
    yield case("history_already_known", made | {"history": [factory.history_step(90)]})
    yield case("history_empty", made | {"history": []})
    wrong = made | {"history": [factory.history_step(90, following=NEW)]}
    yield case("history_against_the_trust_root", wrong, ALTERED, "history")
    step = factory.history_step(4, following=NEW)
    moved = factory.bundle(signers=NEW) | {"history": [step, factory.history_step(90, NEW, NEW)]}
    yield case("history_change_unanchored", moved, NOT_TRUSTED, also=[UNKNOWN], trust=SHORT)
    pin = (4, from_hex(step["block_hash"], 32))
    yield case("history_change_pinned", moved, trust=_pinned(SHORT, pin))
    founding = replace(outsiders(), validator_sets=TRUST.validator_sets, complete_to=0)
    time = NOW + 60 * 4
    proof = outside.checkpoint_proof(4, pin[1], [(name, time + 5) for name in WITNESSES[:2]])
    witnessed = moved | {"block_anchors": [outside.block_anchor(pin[1], checkpoints=[proof])]}
    yield case("history_change_witnessed", witnessed, trust=founding)
    stamped = moved | {"block_anchors": [outside.block_anchor(pin[1], timestamps=[stamps(pin[1], time + 5)])]}
    yield case("history_change_stamped", stamped, trust=founding)
    ring = factory.block_log_link(4, pin[1], LATER, NEW)
    circular = moved | {"block_anchors": [outside.block_anchor(pin[1], block_log=[ring])]}
    yield case("history_change_linked_to_whom_it_brings", circular, NOT_TRUSTED, also=[UNKNOWN], trust=SHORT)
    yield case(
        "history_change_left_out",
        moved | {"history": moved["history"][1:]},
        NOT_TRUSTED,
        also=[UNKNOWN],
        trust=_pinned(SHORT, pin),
    )
    sealed = factory.history_step(4, following=NEW) | {"slot_nodes": step["slot_nodes"][:-1]}
    yield case(
        "history_slot_missing",
        moved | {"history": [sealed]},
        ALTERED,
        "history",
        also=[UNKNOWN],
        trust=_pinned(SHORT, pin),
    )
    turned = step | {"slot_nodes": step["slot_nodes"][::-1]}
    yield case(
        "history_slots_reordered",
        moved | {"history": [turned]},
        ALTERED,
        "history",
        also=[UNKNOWN],
        trust=_pinned(SHORT, pin),
    )
    short = step | {"account_nodes": step["account_nodes"][:-1]}
    yield case(
        "history_account_missing",
        moved | {"history": [short]},
        ALTERED,
        "history",
        also=[UNKNOWN],
        trust=_pinned(SHORT, pin),
    )


def _with(trust: TrustRoot, name: str, *versions: ContractInForce) -> TrustRoot:
    """The trust root with these versions of a contract, or without it."""
    held = {each: found for each, found in trust.contracts.items() if each != name}
    return replace(trust, contracts=held | ({name: versions} if versions else {}))


def _other_code(trust: TrustRoot, name: str) -> TrustRoot:
    return _with(trust, name, ContractInForce(ADDRESSES[name], sha256(b"other code"), 0))


def _codes() -> Iterator[Case]:
    """Nothing was changed in the file, but the trust root names other code for a contract, or no such contract."""
    made = fresh("bare")
    linked = anchored(made, block_log=[link(made)])
    configured = made | {"history": [factory.history_step(90, configuration=CONFIGURATION)]}
    for name, shown, contract in (
        ("link", linked, "BlockLog"),
        ("history", configured, "ValidatorSet"),
        ("history_configuration", configured, "Consortium"),
    ):
        yield case(f"{name}_of_foreign_code", shown, NOT_TRUSTED, trust=_other_code(TRUST, contract))
        yield case(f"{name}_of_no_contract_known", shown, UNKNOWN, trust=_with(TRUST, contract))
    short = _other_code(SHORT, "ValidatorSet")
    yield case("history_leads_on_by_foreign_code", configured, NOT_TRUSTED, also=[UNKNOWN], trust=short)
    stranger = link(made) | {"account_nodes": factory.history_step(LATER)["account_nodes"]}
    bent = anchored(made, block_log=[stranger])
    yield case("link_with_the_account_of_another_state", bent, ALTERED, "block_anchors")


def _foreign() -> Iterator[Case]:
    thieves = [key(f"thief {number}") for number in range(4)]
    yield case("counterfeit_chain", factory.bundle(signers=thieves), NOT_TRUSTED)
    late = (ValidatorSet(1, 5, NAMES), ValidatorSet(6, None, NEW_NAMES))
    yield case(
        "retired_set_seals_a_later_block", fresh("bare"), NOT_TRUSTED, trust=factory.trust_root(validator_sets=late)
    )
    soon = (ValidatorSet(1, 7, (*NAMES[:3], key("validator 5").address)), ValidatorSet(8, None, NAMES))
    yield case("set_seals_before_its_time", fresh("bare"), NOT_TRUSTED, trust=factory.trust_root(validator_sets=soon))
    again = factory.bundle(signers=OLD[:3], sequence=9)  # another past, by three of the four founding keys
    yield case("former_validators_tell_another_past", again, NOT_TRUSTED, trust=RETIRED)
    shown = fresh("bare")
    pins = _pinned(RETIRED, (BLOCK, block_hash(shown)))
    yield case("former_validators_against_a_pinned_block", again, NOT_TRUSTED, trust=pins)
    linked = anchored(again, block_log=[link(shown, signers=NEW)])
    yield case("former_validators_with_the_link_of_the_true_block", linked, ALTERED, "block_anchors", trust=RETIRED)


def _reach() -> Iterator[Case]:
    made = fresh("bare")
    for name, trust in (
        ("beyond_the_trust_root", factory.trust_root(complete_to=BLOCK - 1)),
        ("no_validators_known", factory.trust_root(validator_sets=())),
        ("no_contracts_known", factory.trust_root(contracts={})),
        ("another_chain", factory.trust_root(chain_id=1)),
        ("registry_not_in_force_yet", _registry(BLOCK + 1, None)),
        ("registry_no_longer_in_force", _registry(0, BLOCK - 1)),
    ):
        yield case(f"unknown_{name}", made, UNKNOWN, trust=trust)
    yield case("unknown_another_chain_with_all_parts", fresh("full"), UNKNOWN, trust=factory.trust_root(chain_id=1))
    yield case("configuration_not_listed", made, trust=factory.trust_root(config_digests=()))
    before = KnownConfiguration(sha256(b"before"), 0)
    late = factory.trust_root(complete_to=3, config_digests=(before,))
    yield case("configuration_put_in_force_by_the_very_block", factory.bundle_of_the_change(), trust=late)
    yield case("custody_of_a_consortium", made, trust=factory.trust_root(custody="consortium"))
    short = made | {"history": [factory.history_step(5)]}
    yield case("unknown_history_too_short", short, UNKNOWN, trust=SHORT)


def _registry(first: int, last: int | None) -> TrustRoot:
    version = ContractInForce(ADDRESSES["FindingRegistry"], factory.CODE_HASH, first, last)
    return factory.trust_root(contracts={**TRUST.contracts, "FindingRegistry": (version,)})
