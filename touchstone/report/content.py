"""From a judgement to the report of it. Pure: the only time is the one that was judged at.

What the report states as fact comes from the verification's claims and facts, that is, from proven bytes; where nothing is
proven there are none, and the report says what went wrong instead.
"""

from collections.abc import Callable, Mapping

from node.protocol.facts import Facts
from node.protocol.steps_history import CONTESTED
from node.protocol.verdict import VERDICT_WORDS, Step, VerdictCode
from touchstone.report import comparing, established
from touchstone.report.document import (
    BAD,
    DOUBT,
    GOOD,
    Block,
    Bullets,
    Digest,
    Document,
    Paragraph,
    Rows,
    Section,
    Table,
)
from touchstone.report.judged import Judged
from touchstone.report.labels import ASPECTS
from touchstone.report.speech import Speech, plain, shorten

TONES = {
    VerdictCode.GENUINE: GOOD,
    VerdictCode.ALTERED: BAD,
    VerdictCode.NOT_TRUSTED: BAD,
    VerdictCode.OVERTURNED: BAD,
}
PROVING = ("claims", "not_proven", "record", "seals", "steps", "values", "words", "repeat", "notes")
FAILING = ("faults", "steps", "values", "words", "repeat", "notes")
COLUMNS = (("number", 9), ("step", 87), ("outcome", 18), ("standing", 21), ("about", 35))  # of the steps, with widths

Numbers = Mapping[str, int]  # of the sections


def document_of(judged: Judged, language: str) -> Document:
    """The report in `language`, en or zh."""
    say, facts = Speech(language), judged.verification.facts
    order = FAILING if facts is None else PROVING
    numbers = {key: number for number, key in enumerate(order, start=1)}
    return Document(
        language=language,
        title=say("title"),
        lead=say("lead", repeat=numbers["repeat"]),
        verdict=_name(judged.verification.verdict, say),
        tone=TONES.get(judged.verification.verdict, DOUBT),
        sentences=tuple(_sentences(judged, say)),
        summary=_summary(judged, say),
        code=comparing.code(judged),
        code_caption=say("code_file" if facts is None else "code"),
        sections=tuple(
            Section(f"{numbers[key]}  {say(key)}", tuple(BUILDERS[key](judged, say, numbers))) for key in order
        ),
        footer=say("footer", file=comparing.ends(judged.sha256)),
        made_at=judged.at,
    )


def _name(code: VerdictCode, say: Speech) -> str:
    """The verdict's name: its words up to the colon."""
    return say.pick(VERDICT_WORDS[code]).replace("：", ":").partition(":")[0]


def _sentences(judged: Judged, say: Speech) -> list[str]:
    """The verdict in plain words."""
    verification, facts = judged.verification, judged.verification.facts
    sentence = say.pick(verification.words).replace("：", ":", 1).partition(":")[2].strip()
    found = [sentence[:1].upper() + sentence[1:]]
    if verification.part:
        found.append(say("part", part=say.part(verification.part)))
    found += [say("nothing")] if facts is None else _standing(facts, say)
    others = [_name(code, say) for code in verification.also if code is not VerdictCode.GENUINE]
    if others:
        found.append(say("also", verdicts=say("comma").join(others)))
    return [*found, say.pick(verification.custody)]


def _standing(facts: Facts, say: Speech) -> list[str]:
    """Since when the record stands, by whose seals, and whether it is contested."""
    seals, size = sum(each.sealed for each in facts.validators), len(facts.validators)
    when = say.when(facts.block_time)
    found = [say("unaltered", block=facts.block_number, when=when, seals=seals, validators=size)]
    return [*found, say("contested")] if facts.status == CONTESTED else found


def _summary(judged: Judged, say: Speech) -> Rows:
    facts = judged.verification.facts
    return Rows(
        (
            (say("judged_at"), say.when(judged.at)),
            (say("file"), Digest(judged.sha256) if judged.sha256 else say("too_large")),
            (say("finding_id"), say("not_established") if facts is None else Digest(facts.finding_id)),
            (say("trust"), Digest(comparing.trust_id(judged))),
        )
    )


def _claims(judged: Judged, say: Speech, numbers: Numbers) -> list[Block]:
    known = comparing.known(judged)
    return [Bullets(tuple(shorten(plain(say.pick(words)), known) for words in judged.verification.claims))]


def _faults(judged: Judged, say: Speech, numbers: Numbers) -> list[Block]:
    """What failed; a fault that several steps met is told once."""
    failed = {
        (step.part, _words(step, say)): step.number for step in reversed(judged.verification.steps) if not step.ok
    }
    items = [f"({number}) {say.part(part)}{say('colon')}{words}" for (part, words), number in failed.items()]
    return [Bullets(tuple(reversed(items)))]


def _not_proven(judged: Judged, say: Speech, numbers: Numbers) -> list[Block]:
    return [Bullets(tuple(plain(say.pick(words)) for words in judged.verification.not_proven))]


def _steps(judged: Judged, say: Speech, numbers: Numbers) -> list[Block]:
    """Every step as it went; its standing only where the whole holds, since else nothing is proven."""
    proven = judged.verification.facts is not None
    columns = [column for column in COLUMNS if proven or column[0] != "standing"]
    rows = tuple(tuple(_step_cell(step, key, say) for key, _ in columns) for step in judged.verification.steps)
    table = Table(tuple(say(key) for key, _ in columns), rows, tuple(width for _, width in columns))
    notes = [Paragraph(say("standings"))] if proven else []
    return [table, *notes, Paragraph(say("aspects"))]


def _step_cell(step: Step, key: str, say: Speech) -> str:
    aspect = ASPECTS.get(step.part, "data")
    return {
        "number": str(step.number),
        "step": _words(step, say),
        "outcome": say("holds" if step.ok else "fails"),
        "standing": say(step.standing),
        "about": say("about_value", aspect=say(aspect), part=say.part(step.part)),
    }[key]


def _words(step: Step, say: Speech) -> str:
    return plain(say.pick((step.words_en, step.words_zh)))


BUILDERS: dict[str, Callable[[Judged, Speech, Numbers], list[Block]]] = {
    "claims": _claims,
    "faults": _faults,
    "not_proven": _not_proven,
    "record": established.record,
    "seals": established.seals,
    "steps": _steps,
    "values": comparing.values,
    "words": comparing.glossary,
    "repeat": comparing.instructions,
    "notes": comparing.notes,
}
