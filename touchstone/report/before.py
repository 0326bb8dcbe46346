"""The report's section on the life before the record, by the layers in which courts test electronic evidence.

Carrier: how each payload was captured, who held it. Data: are these the bytes that were seen. Content: who has an
interest, how the model fared, what its context factors came from. Bureaus' words about themselves stay their words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from node.protocol.capture import AREA_NAMES
from node.protocol.facts import CaptureFact, CustodyFact
from node.protocol.life import ACT_NAMES
from touchstone.report.document import Block, Cell, Paragraph, Rows, Table
from touchstone.report.judged import Judged
from touchstone.report.speech import Speech

PARTS = ("captures", "custody", "payloads", "anchors", "recusals", "quality", "peers")
CAPTURES = (("bureau", 17), ("captured_at", 92), ("clean", 25), ("failed", 36))  # columns, with widths
CUSTODY = (("act_at", 92), ("act", 25), ("bureau", 17), ("item", 36))
MOST = 200  # rows of one table
T = TypeVar("T")


def life(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """What is told of it: tables where bureaus signed one line for each act, else what the steps say."""
    facts = judged.facts
    tables = {
        "captures": _table(CAPTURES, facts.captures, lambda each: _capture(each, say), say),
        "custody": _table(CUSTODY, facts.custody, lambda each: _entry(each, facts.finding_id, say), say),
    }
    counts = {
        "captures": say("captures_value", count=len(facts.captures), clean=sum(each.clean for each in facts.captures)),
        "custody": say("custody_value", count=len(facts.custody)),
    }
    blocks: list[Block] = []
    for name, table in tables.items():
        blocks += [Rows(((_label(name, say), counts[name]),)), *table] if table else []
    rows = [
        (_label(step.part, say), say.step(step))
        for part in PARTS
        for step in judged.verification.steps
        if step.part == part and not tables.get(part)
    ]
    return [*blocks, Rows(tuple(rows)), Paragraph(say("life_note"))]


def _label(part: str, say: Speech) -> str:
    return say("about_value", aspect=say.layer(part), part=say.part(part))


def _table(
    columns: Sequence[tuple[str, int]], items: Sequence[T], row: Callable[[T], tuple[Cell, ...]], say: Speech
) -> list[Block]:
    """A line for each item, up to a bound, and how many more there are."""
    if not items:
        return []
    heads, widths = tuple(say(key) for key, _ in columns), tuple(width for _, width in columns)
    more = [Paragraph(say("more", count=len(items) - MOST))] if len(items) > MOST else []
    return [Table(heads, tuple(row(item) for item in items[:MOST]), widths), *more]


def _capture(each: CaptureFact, say: Speech) -> tuple[Cell, ...]:
    failed = [f"{say.pick((area, AREA_NAMES[area]))} {name}" for area, name in each.failed]
    failed += [say("late")] if each.late else []
    clean = say("yes") if each.clean else say("no")
    return say("bureau_value", number=each.bureau), say.when(each.captured_at), clean, say("comma").join(failed) or "–"


def _entry(each: CustodyFact, finding_id: str, say: Speech) -> tuple[Cell, ...]:
    act = say.pick(ACT_NAMES.get(each.act, (str(each.act), str(each.act))))
    item = say("finding_item") if each.item == finding_id else say("payload_item", digest=each.item[2:10])
    return say.when(each.at), act, say("bureau_value", number=each.bureau), item
