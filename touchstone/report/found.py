"""The report's first section: what was found, where, what the bureaus saw, and what moved the model's score."""

from collections.abc import Mapping

from node.protocol.facts import Facts, ReasonFact, SeenFact
from node.protocol.identifiers import Kind
from node.protocol.seen import SHOWN
from node.protocol.wording import month
from oracle.features.words import FLAGS, words
from touchstone.report.document import Block, Paragraph, Rows, Table
from touchstone.report.judged import Judged
from touchstone.report.speech import Speech, plain

LABELS = {(kind, name): label for kind, name, label in SHOWN}
REASONS = (("reason", 96), ("value", 40), ("weight", 34))  # columns, with widths
MOST_SEEN, MOST_REASONS = 5, 8


def found(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """For a reader who knows no chain: the suspicion in words, and what it rests on in the world."""
    facts = judged.facts
    blocks: list[Block] = [Rows(tuple((say(key), value) for key, value in _rows(facts, say)))]
    for seen in facts.seen[:MOST_SEEN]:
        blocks += [Paragraph(_seen_by(seen, facts, say)), Rows(tuple(_texts(seen, say)))]
    if len(facts.seen) > MOST_SEEN:
        blocks.append(Paragraph(say("more", count=len(facts.seen) - MOST_SEEN)))
    return [*blocks, *_reasons(facts, say)]


def _rows(facts: Facts, say: Speech) -> list[tuple[str, str]]:
    rows = [
        ("suspicion", say(f"kind_{Kind(facts.kind).name}")),
        ("marketplace", plain(facts.marketplace)),
        ("seller", plain(facts.seller_id)),
    ]
    rows += [("listing_id", plain(facts.listing_id))] if facts.listing_id else []
    rows += [("gtin", facts.gtin)] if facts.gtin else []
    return [*rows, ("month", month(facts.period)), ("score", say.percent(facts.score_bps))]


def _seen_by(seen: SeenFact, facts: Facts, say: Speech) -> str:
    if len(seen.bureaus) == len(facts.signers):
        return say("seen_by_all", count=len(seen.bureaus))
    return say("seen_by", bureaus=say("comma").join(map(str, seen.bureaus)))


def _texts(seen: SeenFact, say: Speech) -> list[tuple[str, str]]:
    return [(say.pick(LABELS[kind, name]), plain(text)) for kind, name, text in seen.texts]


def _reasons(facts: Facts, say: Speech) -> list[Block]:
    """The features that moved the leader's score most."""
    moved = sorted((each for each in facts.reasons if each.micro), key=lambda each: (-abs(each.micro), each.name))
    if not moved:
        return []
    heads, widths = tuple(say(key) for key, _ in REASONS), tuple(width for _, width in REASONS)
    rows = tuple(_reason(each, say) for each in moved[:MOST_REASONS])
    return [
        Paragraph(say("reasons", leader=facts.leader)),
        Table(heads, rows, widths),
        Paragraph(say("reasons_note", leader=facts.leader, signers=len(facts.signers))),
    ]


def _reason(each: ReasonFact, say: Speech) -> tuple[str, ...]:
    return plain(say.pick(words(each.name))), _value(each, say), f"{each.micro / 1e6:+.2f}".replace("-", "−")


def _value(each: ReasonFact, say: Speech) -> str:
    """By the unit in the feature's name."""
    value = each.value
    if value is None:
        return say("not_known")
    if each.name in FLAGS and value in (0, 1):
        return say("flag_yes" if value else "flag_no")
    if each.name.endswith("_bps"):
        return say("percent", points=f"{value / 100:.2f}")
    if each.name.endswith(("_fen", "_centi")):
        return f"{value / 100:.2f}"
    return str(value)
