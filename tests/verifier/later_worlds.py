"""More whole worlds: blocks of retired validators and what vouches for them, subject files, the life before recording."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from node.protocol.canonical import from_hex, sha256
from node.protocol.configuration import ContractVersion
from node.protocol.finding import Report
from node.protocol.identifiers import ROLES
from node.protocol.trust import PinnedBlock, TrustRoot, ValidatorSet
from tests import bundle_factory as factory
from tests import life_factory as lives
from tests import outside
from tests import subject_factory as subjects
from tests.protocol.consortium import CONFIGURATION, NOW
from tests.protocol.test_dating import NAMES, NEW, NEW_NAMES, aged
from tests.protocol.test_outside_anchors import WITNESSES
from tests.timestamp_authority import YEAR
from tests.verifier.worlds import rarely

World = tuple[dict[str, Any], TrustRoot, int | None]
DAY = 24 * 3600
TIMES = (None, NOW + DAY, NOW + 2 * YEAR)
TEXTS = ("S-1", "“卖家”", "a\u202eb\u2028c\x07\u00a0\u3000d", "\U0010ffff𝒳", "x" * 79 + "𝒳", "𝒳" * 81, " ")
FULL_TRUST = factory.trust_root(
    pinned_blocks=(PinnedBlock(factory.BLOCK, from_hex(aged()["block_hash"], 32)), PinnedBlock(40, sha256(b"block"))),
    witnesses=tuple(map(outside.vkey, WITNESSES)),
    witness_threshold=2,
    timestamp_certificates=(outside.authority().root.der,),
)
VERSION_TWO = replace(
    CONFIGURATION,
    version=2,
    contracts=(*CONFIGURATION.contracts, ContractVersion(ROLES["FindingRegistry"], subjects.SECOND, 8)),
)


# --- what vouches for a block -------------------------------------------------------------------------------------------


@cache
def stamp_chain(block_hash: bytes, *times: int) -> tuple[str, ...]:
    return tuple(outside.stamps(block_hash, *times))


def standing(choose: random.Random) -> World:
    """A bundle looked up again later, whose block rests on one thing, on several, or on nothing."""
    retired = choose.random() < 0.7
    changed = choose.random() < 0.4  # the set changes with block 4, and others record the finding
    made = factory.bundle(signers=NEW) if changed else aged()
    if not changed:
        for name in choose.sample(("status", "anchors", "captures", "payloads"), choose.randrange(5)):
            del made[name]
    made["history"] = history(choose, changed)
    own = from_hex(made["block_hash"], 32)
    change = from_hex(made["history"][0]["block_hash"], 32)
    made["block_anchors"] = anchors(choose, own, factory.BLOCK)
    if changed or choose.random() < 0.1:
        made["block_anchors"] += anchors(choose, change, 4)
    for name in ("history", "block_anchors"):
        if choose.random() < 0.1:
            del made[name]
    trust = trust_of(choose, retired and not changed, changed, own, change)
    return made, trust, choose.choice(TIMES)


def history(choose: random.Random, changed: bool) -> list[dict[str, Any]]:
    after = NEW if changed else factory.VALIDATORS
    steps = [
        factory.history_step(4, following=rarely(choose, after, NEW[:2])),
        factory.history_step(90, after, rarely(choose, after, factory.VALIDATORS, NEW)),
    ]
    return rarely(choose, steps, steps[::-1], steps[:1], steps * 2)


def anchors(choose: random.Random, block_hash: bytes, number: int) -> list[dict[str, Any]]:
    """What vouches for one block, and perhaps for the block that vouches for it."""
    later, signers = rarely(choose, 95, 40, 3, 150, chance=0.3), choose.choice((factory.VALIDATORS, NEW))
    link = factory.block_log_link(number, block_hash, later, signers)
    time = NOW + 60 * (number if number != factory.BLOCK else 1)
    signed = [(name, time + choose.choice((-61, -60, 5, DAY, DAY + 1))) for name in choose.sample(WITNESSES, 2)]
    stamp = stamp_chain(block_hash if choose.random() < 0.9 else b"other", time + choose.choice((600, 2 * DAY)))
    found = [
        outside.block_anchor(
            block_hash,
            checkpoints=choose.choice(([], [], [outside.checkpoint_proof(number, block_hash, signed)])),
            timestamps=choose.choice(([], [], [list(stamp)])),
            block_log=choose.choice(([], [link], [link, link])),
        )
    ]
    if choose.random() < 0.3:
        hash_ = from_hex(link["block_hash"], 32)
        evidence = [outside.checkpoint_proof(later % outside.SIZE, hash_, signed)]
        found.append(outside.block_anchor(hash_, checkpoints=rarely(choose, [], evidence)))
    return found


def trust_of(choose: random.Random, retired: bool, changed: bool, own: bytes, change: bytes) -> TrustRoot:
    sets = (
        (ValidatorSet(1, 50, NAMES), ValidatorSet(51, None, NEW_NAMES)) if retired else (ValidatorSet(1, None, NAMES),)
    )
    pins = [PinnedBlock(4, rarely(choose, change, own)), PinnedBlock(factory.BLOCK, rarely(choose, own, change))]
    named = choose.random() < 0.6
    return factory.trust_root(
        validator_sets=sets,
        complete_to=choose.choice((0, 3, 4)) if changed else rarely(choose, 100, 3, 7, 94),
        pinned_blocks=tuple(choose.choice(([], [], pins[:1], pins[1:], pins))),
        witnesses=tuple(map(outside.vkey, WITNESSES)) if named else (),
        witness_threshold=choose.choice((1, 2)) if named else 0,
        timestamp_certificates=(outside.authority().root.der,) if choose.random() < 0.6 else (),
    )


# --- all findings on a subject ------------------------------------------------------------------------------------------


def subject(choose: random.Random) -> World:
    """A subject file over one registry or two, signed or not, within the trust root's reach or led to it."""
    first, second = choose.sample(subjects.five(), choose.randrange(6)), [subjects.Entry(subjects.finding(7, kind=5))]
    two = choose.random() < 0.4
    registries = [(subjects.FIRST, first), *([(subjects.SECOND, second)] if two else [])]
    configuration = choose.choice((CONFIGURATION, VERSION_TWO))
    told = subjects.statement(choose.choice(((), (1,), (1, 2, 3), (1, 2, 3, 4))), configuration=configuration)
    made = subjects.subject_file(registries, told, interested=choose.random() < 0.2, configuration=configuration)
    if choose.random() < 0.5:
        state = subjects.state_of(registries, interested=False, configuration=configuration)
        number = rarely(choose, subjects.BLOCK, subjects.BLOCK + 1)
        made["history"] = [subjects.history_step(state, number, rarely(choose, configuration, None))]
    if choose.random() < 0.3:
        _rename(choose, made, configuration)
    versions = [(subjects.FIRST, 0, 7 if two else None), *([(subjects.SECOND, 8, None)] if two else [])]
    trust = choose.choice((subjects.trust_of(*versions), factory.trust_root()))
    trust = replace(trust, complete_to=choose.choice((100, 100, subjects.BLOCK, 5)))
    return made, trust, choose.choice((None, NOW + DAY, NOW + 40 * DAY))


def _rename(choose: random.Random, made: dict[str, Any], configuration: Any) -> None:
    """Another seller in plain words; nothing is recorded on that one."""
    marketplace, seller = choose.choice(TEXTS), choose.choice(TEXTS)
    told = subjects.SubjectStatement.make(subjects.SALT, marketplace, seller, configuration.digest())
    state = subjects.state_of([(subjects.FIRST, [])], told.subject, configuration=configuration)
    made |= factory.named(factory.header(subjects.BLOCK, state_root=state.root, time=subjects.TIME))
    part = subjects.registry_part(state, subjects.FIRST, [], told.subject)
    made |= {"statement": told.to_json(), "signatures": [], "registries": [part]}
    made |= {"marketplace": marketplace, "seller_id": seller}


# --- the life before recording ------------------------------------------------------------------------------------------

PAYLOAD = sha256(factory.PAYLOAD)
AREAS = ("clock", "network", "cleanliness", "carrier")


def life(choose: random.Random) -> World:
    """A bundle with odd captures, logs, interests, records and peers, and with fields hidden or erased."""
    made = aged()
    finding = Report.from_json(made["report"]).findings[0]
    made["captures"] = [capture(choose, bureau) for bureau in choose.sample((1, 2, 3, 4), choose.randrange(4))]
    made["custody"] = [
        entry
        for bureau in choose.sample((1, 2, 3, 4), choose.randrange(4))
        for entry in lives.log(bureau, *(line(choose, finding.id()) for _ in range(choose.randrange(1, 4))))
    ]
    interested = choose.sample((1, 2, 3, 4), choose.randrange(5))
    made["recusals"] = [lives.recusal(bureau, finding.subject) for bureau in interested]
    made["quality"] = quality(choose, finding.model)
    made["peers"] = [lives.peers(rarely(choose, bureau, 9)) for bureau in (1, 1, 2)[: choose.randrange(4)]]
    for answer in made["answers"]:
        answer["observations"][0] = redacted(choose, answer["observations"][0])
    for name in (name for name in ("captures", "custody", "recusals", "quality", "peers") if choose.random() < 0.1):
        del made[name]
    return made, factory.trust_root(), NOW + DAY


def capture(choose: random.Random, bureau: int) -> dict[str, Any]:
    names = [(area, f"check_{number}") for area in AREAS for number in range(4)]
    some = choose.sample(names, choose.choice((0, 2, len(names))))
    details = ("fine", "离线", "x" * 300)
    checks = [lives.Check(area, name, choose.random() < 0.8, choose.choice(details)) for area, name in some]
    payload = rarely(choose, PAYLOAD, sha256(b"x"))
    return lives.capture(bureau, payload, checks or lives.CHECKS, captured_at=rarely(choose, NOW, NOW + 61, NOW + DAY))


def line(choose: random.Random, finding_id: bytes) -> tuple[int, bytes, int]:
    item = rarely(choose, choose.choice((PAYLOAD, finding_id)), sha256(b"x"))
    return choose.choice((1, 2, 3, 6, 7, 65535)), item, rarely(choose, NOW, NOW + 1, 0, 2**53 - 1)


def quality(choose: random.Random, model: bytes) -> dict[str, Any]:
    counts: Sequence[int] = (0, 1, 7, 2**53 - 1)
    changes = {"upheld": choose.choice(counts), "overturned": choose.choice(counts)}
    canaries = choose.choice(
        (None, {"planted": 3, "found": 3, "period": 202607}, {"planted": 1, "found": 2, "period": 1})
    )
    return lives.quality(rarely(choose, model, sha256(b"x")), **changes, canaries=canaries)


def redacted(choose: random.Random, told: list[Any]) -> list[Any]:
    seen = factory.Observation.from_json(told)
    names = choose.sample(sorted(seen.values()), choose.randrange(4))
    hidden, erased = names[::2], names[1::2]
    return seen.redact(hidden).erase(erased).to_json() if choose.random() < 0.4 else told
