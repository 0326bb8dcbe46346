"""What the chain vouches for: sets that retired, histories, anchors of blocks, and trust roots that do not reach."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from node.protocol.canonical import from_hex, sha256, to_hex
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ADDRESSES
from node.protocol.trust import ContractInForce, PinnedBlock, TrustRoot, ValidatorSet
from scripts.evidence.case import ALTERED, DAY, NOT_TRUSTED, SUPERSEDED, TRUST, UNKNOWN, Case, Made, case, flip, fresh
from tests import bundle_factory as factory
from tests import outside
from tests.protocol.consortium import NOW, key
from tests.timestamp_authority import (
    ROOT_EXTENSIONS,
    STAMPING_EXTENSIONS,
    YEAR,
    Authority,
    certify,
)

OLD = factory.VALIDATORS
NEW = tuple(key(f"new validator {number}") for number in (1, 2, 3, 4))
NAMES, NEW_NAMES = (tuple(signer.address for signer in signers) for signers in (OLD, NEW))
RETIRED = factory.trust_root(validator_sets=(ValidatorSet(1, 50, NAMES), ValidatorSet(51, None, NEW_NAMES)))
SHORT = factory.trust_root(complete_to=3)
WITNESSES = ("notary.example", "court.example", "forensics.example")
BLOCK, BLOCK_TIME, LATER = factory.BLOCK, NOW + 60, 95


class FixedAuthority(Authority):
    """An authority whose keys come from its title, so that it makes the same tokens in every run."""

    def __post_init__(self) -> None:
        self.root = certify(f"{self.title} Root", self._key("root"), None, ROOT_EXTENSIONS, serial=1, fixed=True)
        self.holder = self.until(NOW + YEAR)

    def until(self, end: int) -> Any:
        """A certificate for time-stamping that ends then, UTC seconds."""
        key = self._key(str(end))
        self.holder = certify(f"{self.title} TSA", key, self.root, STAMPING_EXTENSIONS, end=end, serial=end, fixed=True)
        return self.holder

    def _key(self, name: str) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(sha256(f"{self.title} {name}".encode()), "big") >> 1
        return ec.derive_private_key(number, ec.SECP256R1())


@cache
def authority(title: str = "Test") -> FixedAuthority:
    return FixedAuthority(title=title)


@cache
def outsiders() -> TrustRoot:
    """The retired set, with three witnesses of whom two must sign, and one authority."""
    return replace(
        RETIRED,
        witnesses=tuple(map(outside.vkey, WITNESSES)),
        witness_threshold=2,
        timestamp_certificates=(authority().root.der,),
    )


def cases() -> Iterator[Case]:
    yield from _links()
    yield from _witnessed()
    yield from _stamped()
    yield from _statuses()
    yield from _histories()
    yield from _foreign()
    yield from _reach()


def block_hash(made: Made) -> bytes:
    return from_hex(made["block_hash"], 32)


def link(made: Made, later: int = LATER, signers: Sequence[Any] = OLD) -> Made:
    return factory.block_log_link(BLOCK, block_hash(made), later, signers)


def anchored(made: Made, **evidence: Any) -> Made:
    """The file with an anchor of its own block."""
    return made | {"block_anchors": [outside.block_anchor(block_hash(made), **evidence)]}


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


def _proof(made: Made, *signers: tuple[str, int], **other: Any) -> list[Made]:
    return [outside.checkpoint_proof(BLOCK, block_hash(made), signers, **other)]


def _witnessed() -> Iterator[Case]:
    made, root, time = fresh("bare"), outsiders(), BLOCK_TIME
    one, two, three = WITNESSES
    good = [(one, time + 30), (three, time + 90)]
    for name, signers in (
        ("two", good),
        ("three", [*good, (two, time)]),
        ("a_day_later", [*good[:1], (two, time + DAY)]),
    ):
        yield case(f"witnessed_by_{name}", anchored(made, checkpoints=_proof(made, *signers)), trust=root)
    apart = [*_proof(made, good[0]), *_proof(made, good[1])]
    yield case("witnessed_in_two_notes", anchored(made, checkpoints=apart), trust=root)
    for name, signers in (
        ("too_few", good[:1]),
        ("a_stranger", [good[0], ("stranger.example", time)]),
        ("one_a_day_too_late", [good[0], (two, time + DAY + 1)]),
        ("two_before_the_block", [(one, time - 61), (two, time - 61)]),
    ):
        bent = anchored(made, checkpoints=_proof(made, *signers))
        yield case(f"witnessed_by_{name}", bent, NOT_TRUSTED, trust=root)
    same = [*_proof(made, good[0]), *_proof(made, (one, time + 31))]
    yield case("witnessed_by_one_in_two_notes", anchored(made, checkpoints=same), NOT_TRUSTED, trust=root)
    (proof,) = _proof(made, *good)
    head, tail = proof["note"].rsplit(" ", 1)
    for name, bent in (
        ("false_line", proof | {"note": f"{head} {tail[:40]}{'A' if tail[40] != 'A' else 'B'}{tail[41:]}"}),
        ("other_path", proof | {"path": [flip(proof["path"][0]), *proof["path"][1:]]}),
        ("another_chains_log", _proof(made, *good, origin="touchstone/1/" + "00" * 32)[0]),
        ("no_note", proof | {"note": ""}),
    ):
        also = [NOT_TRUSTED] if name == "no_note" else []  # without readable anchors the block stands alone
        yield case(f"witnessed_{name}", anchored(made, checkpoints=[bent]), ALTERED, "block_anchors", also, trust=root)


def stamps(data: bytes, *times: int, by: FixedAuthority | None = None) -> list[str]:
    """A token over the data and its renewals, in base64."""
    tokens = []
    for time in times:
        data = (by or authority()).token(data, time)
        tokens.append(factory.encode_file(data))
    return tokens


def _stamped() -> Iterator[Case]:
    made, root, time = fresh("bare"), outsiders(), BLOCK_TIME
    digest = block_hash(made)
    good = stamps(digest, time + 600)
    yield case("stamped_in_time", anchored(made, timestamps=[good]), trust=root)
    after = NOW + 2 * YEAR
    yield case("stamped_and_certificates_ended", anchored(made, timestamps=[good]), NOT_TRUSTED, trust=root, at=after)
    renewed, later_root = _renewed(digest, time)
    held = replace(root, timestamp_certificates=later_root)
    yield case("stamped_and_renewed", anchored(made, timestamps=[renewed]), trust=held, at=after)
    unrenewed = anchored(made, timestamps=[renewed[:1]])
    yield case("stamped_and_not_renewed", unrenewed, NOT_TRUSTED, trust=held, at=after)
    yield case(
        "stamped_renewal_alone",
        anchored(made, timestamps=[renewed[1:]]),
        ALTERED,
        "block_anchors",
        trust=held,
        at=after,
    )
    swapped = anchored(made, timestamps=[renewed[::-1]])
    yield case("stamped_renewal_first", swapped, ALTERED, "block_anchors", trust=held, at=after)
    late = anchored(made, timestamps=[stamps(digest, time + DAY + 1)])
    yield case("stamped_a_day_too_late", late, NOT_TRUSTED, trust=root)
    early = anchored(made, timestamps=[stamps(digest, time - 61)])
    yield case("stamped_before_the_block", early, NOT_TRUSTED, trust=root)
    nobody = replace(root, timestamp_certificates=())
    yield case("stamped_by_nobody_named", anchored(made, timestamps=[good]), NOT_TRUSTED, trust=nobody)
    other = stamps(digest, time + 600, by=authority("Other"))
    yield case("stamped_by_another_authority", anchored(made, timestamps=[other]), NOT_TRUSTED, trust=root)
    over = anchored(made, timestamps=[stamps(b"other", time + 600)])
    yield case("stamped_over_other_bytes", over, ALTERED, "block_anchors", trust=root)
    cut = anchored(made, timestamps=[[good[0][: len(good[0]) // 2 // 4 * 4]]])
    yield case("stamped_cut_short", cut, ALTERED, "block_anchors", trust=root)


def _renewed(data: bytes, time: int) -> tuple[list[str], tuple[bytes, ...]]:
    """A token whose certificate ends after a year, renewed before that under a root that lasts."""
    first, second = authority(), authority("Later")
    end = NOW + 3 * YEAR
    root = certify("Later Root", second._key("root"), None, ROOT_EXTENSIONS, end=end, serial=2, fixed=True)
    second.root = root
    second.until(end)
    token = first.token(data, time + 600)
    renewal = second.token(token, NOW + YEAR // 2)
    return [factory.encode_file(token), factory.encode_file(renewal)], (first.root.der, root.der)


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
    yield case("custody_of_a_consortium", made, trust=factory.trust_root(custody="consortium"))
    short = made | {"history": [factory.history_step(5)]}
    yield case("unknown_history_too_short", short, UNKNOWN, trust=SHORT)


def _registry(first: int, last: int | None) -> TrustRoot:
    version = ContractInForce(ADDRESSES["FindingRegistry"], factory.CODE_HASH, first, last)
    return factory.trust_root(contracts={**TRUST.contracts, "FindingRegistry": (version,)})
