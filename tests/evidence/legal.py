"""The changes of an evidence file that leave it genuine: all of them, in one place. Everything else must be found.

A rule says, for one part, whether the part of the changed file says no more than the genuine one: the exporter may
leave out what is optional, hide fields, drop seals beyond the quorum, and nobody binds what the report calls unbound.
"""

import base64
from collections.abc import Callable
from typing import Any

from node.protocol.canonical import from_hex, parse
from node.protocol.errors import ProtocolError
from node.protocol.header import Header
from node.protocol.life import STATUSES
from node.protocol.observation import Observation

Made = dict[str, Any]
Rule = Callable[[Any, Any], bool]  # the genuine part, the changed one

UNBOUND_ASK = {"url", "context", "context_digest"}
UNBOUND_QUALITY = {"block_number", "canaries", *STATUSES}


def fewer(base: Any, made: Any) -> bool:
    """Items of the genuine list, in any number and order."""
    return isinstance(made, list) and all(item in base for item in made)


def fewer_seals(base: Any, made: Any) -> bool:
    """The same header with some of its seals, in any order."""
    one, two = (Header.from_rlp(from_hex(text)) for text in (base, made))
    same = (*one.items[:12], *one.items[13:], one.round) == (*two.items[:12], *two.items[13:], two.round)
    return same and set(two.seals) <= set(one.seals) and one.block_hash() == two.block_hash()


def hidden(base: Any, made: Any) -> bool:
    """The same answers, over observations that show no more and have the same leaves."""
    if len(base) != len(made):
        return False
    for one, two in zip(base, made, strict=True):
        if {name: part for name, part in one.items() if name != "observations"} != {
            name: part for name, part in two.items() if name != "observations"
        }:
            return False
        seen, shown = ([Observation.from_json(item) for item in each["observations"]] for each in (one, two))
        if [[f.leaf for f in each.fields] for each in seen] != [[f.leaf for f in each.fields] for each in shown]:
            return False
        if any(set(few.values()) - set(all_.values()) for few, all_ in zip(shown, seen, strict=True)):
            return False
    return True


def unbound(names: set[str]) -> Rule:
    """The same but for these members."""

    def rule(base: Any, made: Any) -> bool:
        return {name: part for name, part in base.items() if name not in names} == {
            name: part for name, part in made.items() if name not in names
        }

    return rule


def same_question(base: Any, made: Any) -> bool:
    """The bound members are the same; a GTIN is the same number with other leading zeros too (GS1)."""
    gtins = [(each.get("gtin") or "").zfill(14) for each in (base, made)]
    return gtins[0] == gtins[1] and unbound(UNBOUND_ASK | {"gtin"})(base, made) and base.keys() == made.keys()


def fewer_steps(base: Any, made: Any) -> bool:
    """Steps of the genuine history, perhaps without the configuration that they may show."""
    bare = [{name: part for name, part in step.items() if name != "configuration"} for step in base]
    return isinstance(made, list) and all(step in base or step in bare for step in made)


def _without_previous(anchors: Any) -> Any:
    return [item | {"batch": item["batch"] | {"previousRoot": None}} for item in anchors]


def fewer_anchors(base: Any, made: Any) -> bool:
    """Anchors of observations, whose batch names an unbound predecessor."""
    return isinstance(made, list) and fewer(_without_previous(base), _without_previous(made))


def fewer_payloads(base: Any, made: Any) -> bool:
    return isinstance(made, dict) and made.items() <= base.items()


def shorter_logs(base: Any, made: Any) -> bool:
    """Entries of the genuine custody logs: a log may end earlier and logs may stand in another order."""
    return fewer(base, made)


def fewer_vouchers(base: Any, made: Any) -> bool:
    """Anchors of blocks with no proof that the genuine ones have not, but for signatures of strangers."""
    held = {item["block_hash"]: item for item in base}
    return isinstance(made, list) and all(
        item["block_hash"] in held
        and all(_signed_as_before(held[item["block_hash"]]["checkpoints"], proof) for proof in item["checkpoints"])
        and all(fewer(held[item["block_hash"]][name], item[name]) for name in ("timestamps", "block_log"))
        for item in made
    )


def _signed_as_before(base: Any, proof: Any) -> bool:
    """A genuine proof whose note may have lost lines, and won such of keys that nobody knows: those are not judged."""
    body, lines = _lines(proof["note"])
    for genuine in base:
        text, known = _lines(genuine["note"])
        keys = {_key_of(line) for line in known}
        if (text, genuine["path"]) == (body, proof["path"]):
            return all(line in known or _key_of(line) not in keys for line in lines)
    return False


def _lines(note: str) -> tuple[str, list[str]]:
    text, _, signatures = note.partition("\n\n")
    return text, signatures.splitlines()


def _key_of(line: str) -> tuple[str, bytes]:
    """The name and key id of a signature line."""
    _, name, signature = line.split(" ")
    return name, base64.b64decode(signature)[:4]


def anything(base: Any, made: Any) -> bool:
    return True


RULES: dict[str, Rule] = {
    "notes": anything,
    "header": fewer_seals,
    "ask": same_question,
    "answers": hidden,
    "anchors": fewer_anchors,
    "payloads": fewer_payloads,
    "captures": fewer,
    "custody": shorter_logs,
    "recusals": fewer,
    "quality": unbound(UNBOUND_QUALITY),
    "peers": anything,
    "history": fewer_steps,
    "block_anchors": fewer_vouchers,
}
OPTIONAL = {"notes", "anchors", "payloads", "captures", "custody", "recusals", "quality", "peers", "status"}
OPTIONAL |= {"history", "block_anchors"}
EMPTY: dict[str, Any] = {"history": [], "block_anchors": [], "anchors": [], "payloads": {}, "captures": []}
EMPTY |= {"custody": [], "recusals": [], "peers": [], "notes": None}


def reason(base: Made, data: bytes) -> str | None:
    """Why a changed file may stay genuine; None when it may not."""
    made: Any = parse(data)
    if made == base:
        return "spelling"
    if not isinstance(made, dict):
        return None
    changed = sorted(name for name in {*base, *made} if base.get(name, ...) != made.get(name, ...))
    return "+".join(changed) if all(_holds(base, made, name) for name in changed) else None


def _holds(base: Made, made: Made, name: str) -> bool:
    if name not in made:
        return name in OPTIONAL
    if name not in base:  # an empty optional part says nothing
        return name == "notes" or made[name] == EMPTY.get(name, ...)
    try:
        return RULES.get(name, lambda one, two: False)(base[name], made[name])
    except (ProtocolError, TypeError, ValueError, KeyError, AttributeError):
        return False
