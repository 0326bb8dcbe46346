"""The report's sections of what is proven: who recorded the finding and when, who sealed it, and who could."""

from collections.abc import Mapping

from node.protocol.facts import Facts, SetFact, SignerFact, ValidatorFact
from node.protocol.steps_history import STATUS_WORDS
from touchstone.report.document import Block, Cell, Digest, Paragraph, Rows, Table
from touchstone.report.judged import Judged
from touchstone.report.speech import Speech, points


def record(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """Who recorded the finding, and when; the signers with their scores."""
    facts = judged.facts
    heads = tuple(say(key) for key in ("bureau", "division", "score", "name_digest"))
    return [
        Rows(tuple((say(key), value) for key, value in _record_rows(facts, say))),
        Table(heads, tuple(_signer(each, say) for each in facts.signers), (26, 26, 22, 96)),
        Paragraph(say("spread", score=say.percent(facts.score_bps), spread=points(facts.spread_bps))),
        Paragraph(say("names")),
    ]


def seals(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """Which validators sealed the block, who holds their keys, and who could seal at which time."""
    facts = judged.facts
    heads = tuple(say(key) for key in ("validator", "held_by", "sealed"))
    return [
        Paragraph(say.pick(judged.verification.custody)),
        Table(heads, tuple(_validator(each, say) for each in facts.validators), (92, 42, 36)),
        Table(tuple(say(key) for key in ("blocks", "size", "change")), tuple(_sets(facts, say)), (62, 36, 72)),
        Paragraph(_history(facts, say)),
    ]


def _record_rows(facts: Facts, say: Speech) -> list[tuple[str, str]]:
    signed, observations = len(facts.signers), facts.anchored + facts.unanchored
    rows = [
        (
            "recorded_by",
            say(
                "recorded_by_value",
                leader=facts.leader,
                sequence=facts.sequence,
                signed=signed,
                bureaus=facts.bureaus,
            ),
        ),
        ("block", say("block_value", number=facts.block_number, chain=facts.chain_id)),
        ("block_time", say.when(facts.block_time)),
        ("observed", say("observed_value", when=say.when(facts.observed_at))),
        ("anchored", _anchored(facts, observations, say)),
        ("status", _status(facts, say)),
    ]
    return [*rows, ("hidden", say("hidden_value", count=facts.hidden))] if facts.hidden else rows


def _anchored(facts: Facts, observations: int, say: Speech) -> str:
    if not facts.anchored:
        return say("anchored_none")
    return say("anchored_value", anchored=facts.anchored, all=observations, when=say.when(facts.anchored_time))


def _status(facts: Facts, say: Speech) -> str:
    if facts.status is None or facts.status_block is None or facts.status_time is None:
        return say("status_none")
    words = say.pick(STATUS_WORDS.get(facts.status, (str(facts.status), str(facts.status))))
    return say("status_value", status=words, block=facts.status_block, when=say.when(facts.status_time))


def _signer(signer: SignerFact, say: Speech) -> tuple[Cell, ...]:
    name = say("leads" if signer.leads else "bureau_value", number=signer.bureau)
    return name, signer.division or "–", say.percent(signer.score_bps), Digest(signer.name_digest)


def _validator(validator: ValidatorFact, say: Speech) -> tuple[Cell, ...]:
    owner = say("unknown") if validator.bureau is None else say("key_value", number=validator.bureau)
    return Digest(validator.address), owner, say("yes") if validator.sealed else say("no")


def _sets(facts: Facts, say: Speech) -> list[tuple[Cell, ...]]:
    """The sets in their order, as far as they are known, each with what changed."""
    rows: list[tuple[Cell, ...]] = []
    before = None
    for each in (each for each in facts.validator_sets if each.from_block <= facts.complete_to):
        last = facts.complete_to if each.to_block is None else min(each.to_block, facts.complete_to)
        blocks = say("blocks_value", first=each.from_block, last=last)
        if _covers(each, facts.block_number):
            blocks += say("this_block")
        rows.append((blocks, str(len(each.validators)), _change(before, each, say)))
        before = each
    return rows


def _change(before: SetFact | None, now: SetFact, say: Speech) -> str:
    if before is None:
        return say("founding")
    joined, left = set(now.validators) - set(before.validators), set(before.validators) - set(now.validators)
    told = [say("joined", count=len(joined))] if joined else []
    told += [say("left", count=len(left))] if left else []
    return say("comma").join(told) or say("same")


def _history(facts: Facts, say: Speech) -> str:
    """Does the trust root name a set for every block since the first that has seals?"""
    following = 1
    for each in facts.validator_sets:
        if each.from_block > following:
            break
        following = facts.complete_to + 1 if each.to_block is None else each.to_block + 1
    key = "history" if following > facts.complete_to else "history_gaps"
    return say(key, first=facts.validator_sets[0].from_block, last=facts.complete_to)


def _covers(each: SetFact, block: int) -> bool:
    return each.from_block <= block and (each.to_block is None or block <= each.to_block)
