"""The report's section on what the date rests on: who vouches for the block, and who could seal at which time."""

from collections.abc import Mapping

from node.protocol.facts import ChainFacts, SetFact
from touchstone.report.document import Block, Bullets, Cell, Paragraph, Table
from touchstone.report.judged import Judged
from touchstone.report.speech import Speech

WIDTHS = (48, 26, 46, 50)


def rest(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """The voucher, then the sets of validators as far as the trust root and the file's proofs tell them."""
    facts, reach = judged.chain, judged.trust.complete_to
    heads = tuple(say(key) for key in ("blocks", "size", "change", "known_from"))
    return [
        Bullets((_voucher(facts, say),)),
        Table(heads, tuple(_sets(facts, reach, say)), WIDTHS),
        Paragraph(_history(facts, reach, say)),
    ]


def _voucher(facts: ChainFacts, say: Speech) -> str:
    when = say.when(facts.block_time)
    if facts.rests_on is None:
        return say("rests_on_none", block=facts.block_number, when=when)
    return say("rests_on", block=facts.block_number, when=when, voucher=say.pick(facts.rests_on))


def _sets(facts: ChainFacts, reach: int, say: Speech) -> list[tuple[Cell, ...]]:
    """The sets in their order, as far as they are known, each with what changed and whence it is known."""
    rows: list[tuple[Cell, ...]] = []
    before = None
    for each in (each for each in facts.validator_sets if each.from_block <= facts.complete_to):
        last = facts.complete_to if each.to_block is None else min(each.to_block, facts.complete_to)
        blocks = say("blocks_value", first=each.from_block, last=last)
        if _covers(each, facts.block_number):
            blocks += say("this_block")
        rows.append((blocks, str(len(each.validators)), _change(before, each, say), _source(each, last, reach, say)))
        before = each
    return rows


def _source(each: SetFact, last: int, reach: int, say: Speech) -> str:
    if last <= reach:
        return say("by_root")
    return say("by_file") if each.from_block > reach else say("by_both", reach=reach)


def _change(before: SetFact | None, now: SetFact, say: Speech) -> str:
    if before is None:
        return say("founding")
    joined, left = set(now.validators) - set(before.validators), set(before.validators) - set(now.validators)
    told = [say("joined", count=len(joined))] if joined else []
    told += [say("left", count=len(left))] if left else []
    return say("comma").join(told) or say("same")


def _history(facts: ChainFacts, reach: int, say: Speech) -> str:
    """Is a set named for every block since the first that has seals?"""
    following = 1
    for each in facts.validator_sets:
        if each.from_block > following:
            break
        following = facts.complete_to + 1 if each.to_block is None else each.to_block + 1
    told = [say("led_on", reach=reach, last=facts.complete_to)] if facts.complete_to > reach else []
    key = "history" if following > facts.complete_to else "history_gaps"
    told.append(say(key, first=facts.validator_sets[0].from_block, last=facts.complete_to))
    return say("space").join(told)


def _covers(each: SetFact, block: int) -> bool:
    return each.from_block <= block and (each.to_block is None or block <= each.to_block)
