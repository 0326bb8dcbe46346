"""From a judgement to the report of it. Pure: the only time is the one that was judged at.

What the report states as fact comes from the verification's claims and facts, that is, from proven bytes; where nothing is
proven there are none, and the report says what went wrong instead.
"""

from collections.abc import Callable, Mapping

from node.protocol.facts import Facts, SubjectFacts
from node.protocol.steps_history import CONTESTED
from node.protocol.verdict import VERDICT_WORDS, Step, VerdictCode
from touchstone.report import before, comparing, established, found, resting
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
from touchstone.report.speech import Speech, plain, shorten

TONES = {
    VerdictCode.GENUINE: GOOD,
    VerdictCode.ALTERED: BAD,
    VerdictCode.NOT_TRUSTED: BAD,
    VerdictCode.OVERTURNED: BAD,
}
FOR_ALL = ("steps", "values", "words", "repeat", "notes")
FINDING = ("found", "claims", "not_proven", "record", "life", "rest", "seals", *FOR_ALL)
SUBJECT = ("claims", "not_proven", "rest", "seals", *FOR_ALL)
FAILING = ("faults", *FOR_ALL)
COLUMNS = (("number", 9), ("step", 87), ("outcome", 18), ("standing", 21), ("about", 35))  # of the steps, with widths

Numbers = Mapping[str, int]  # of the sections


def document_of(judged: Judged, language: str) -> Document:
    """The report in `language`, en or zh."""
    say, order = Speech(language), _order(judged)
    numbers = {key: number for number, key in enumerate(order, start=1)}
    return Document(
        language=language,
        title=say("title"),
        lead=say("lead", repeat=numbers["repeat"]),
        verdict=_name(judged.verification.verdict, say),
        tone=_tone(judged, say),
        sentences=tuple(_sentences(judged, say)),
        summary=_summary(judged, say),
        code=comparing.code(judged),
        code_caption=say(f"code_{comparing.about(judged)[0] or 'file'}"),
        sections=tuple(
            Section(f"{numbers[key]}  {say(key)}", tuple(BUILDERS[key](judged, say, numbers))) for key in order
        ),
        footer=say("footer", file=comparing.ends(judged.sha256)),
        made_at=judged.at,
    )


def _order(judged: Judged) -> tuple[str, ...]:
    """The sections that apply."""
    if not judged.proves:
        return FAILING
    if judged.subject is not None:
        return SUBJECT
    return FINDING if judged.facts.life else tuple(key for key in FINDING if key != "life")


def _name(code: VerdictCode, say: Speech) -> str:
    """The verdict's name: its words up to the colon."""
    return say.pick(VERDICT_WORDS[code]).replace("：", ":").partition(":")[0]


def _tone(judged: Judged, say: Speech) -> str:
    """Green is for what holds without anything to warn of."""
    tone = TONES.get(judged.verification.verdict, DOUBT)
    return DOUBT if tone == GOOD and _warnings(judged, say) else tone


def _sentences(judged: Judged, say: Speech) -> list[str]:
    """The verdict in plain words."""
    verification = judged.verification
    sentence = say.pick(verification.words).replace("：", ":", 1).partition(":")[2].strip()
    found = [sentence[:1].upper() + sentence[1:]]
    if verification.part:
        found.append(say("part", part=say.part(verification.part)))
    found += [*_warnings(judged, say), *_standing(judged, say)]
    others = [_name(code, say) for code in verification.also if code is not VerdictCode.GENUINE]
    if others:
        found.append(say("also", verdicts=say("comma").join(others)))
    return [*found, say.pick(verification.custody)]


def _warnings(judged: Judged, say: Speech) -> list[str]:
    """What a reader must know before all else, although the file holds."""
    facts, found = judged.verification.facts, []
    if isinstance(facts, SubjectFacts):
        found += [] if facts.whose_proven else [say("whose_open")]
    if isinstance(facts, Facts):
        found += [say("contested")] if facts.status == CONTESTED else []
        found += [say("interested", bureau=bureau) for bureau in facts.interested]
    return found


def _standing(judged: Judged, say: Speech) -> list[str]:
    """Since when the record stands, or how things stood, by whose seals."""
    if not judged.proves:
        return [say("nothing")]
    facts = judged.chain
    seals, size = sum(each.sealed for each in facts.validators), len(facts.validators)
    told = {"block": facts.block_number, "when": say.when(facts.block_time), "seals": seals, "validators": size}
    if not isinstance(facts, SubjectFacts):
        return [say("unaltered", **told)]
    key = ("no_finding", "one_finding", "findings")[min(facts.findings, 2)]
    interest = [say("subject_interest")] if facts.interested else []
    return [say(key, count=facts.findings, **told), *interest]


def _summary(judged: Judged, say: Speech) -> Rows:
    name, value = comparing.about(judged)
    return Rows(
        (
            (say("judged_at"), say.when(judged.at)),
            (say("file"), Digest(judged.sha256) if judged.sha256 else say("too_large")),
            (
                say(name or ("subject" if judged.is_subject_file else "finding_id")),
                Digest(value) if name else say("not_established"),
            ),
            (say("trust"), Digest(comparing.trust_id(judged))),
        )
    )


def _claims(judged: Judged, say: Speech, numbers: Numbers) -> list[Block]:
    known = comparing.known(judged)
    return [Bullets(tuple(shorten(plain(say.pick(words)), known) for words in judged.verification.claims))]


def _faults(judged: Judged, say: Speech, numbers: Numbers) -> list[Block]:
    """What failed; a fault that several steps met is told once."""
    failed = {(step.part, say.step(step)): step.number for step in reversed(judged.verification.steps) if not step.ok}
    items = [f"({number}) {say.part(part)}{say('colon')}{words}" for (part, words), number in failed.items()]
    return [Bullets(tuple(reversed(items)))]


def _not_proven(judged: Judged, say: Speech, numbers: Numbers) -> list[Block]:
    return [Bullets(tuple(plain(say.pick(words)) for words in judged.verification.not_proven))]


def _steps(judged: Judged, say: Speech, numbers: Numbers) -> list[Block]:
    """Every step as it went; its standing only where the whole holds, since else nothing is proven."""
    proven = judged.proves
    columns = [column for column in COLUMNS if proven or column[0] != "standing"]
    rows = tuple(tuple(_step_cell(step, key, say) for key, _ in columns) for step in judged.verification.steps)
    table = Table(tuple(say(key) for key, _ in columns), rows, tuple(width for _, width in columns))
    notes = [Paragraph(say("standings"))] if proven else []
    return [table, *notes, Paragraph(say("aspects"))]


def _step_cell(step: Step, key: str, say: Speech) -> str:
    return {
        "number": str(step.number),
        "step": say.step(step),
        "outcome": say("holds" if step.ok else "fails"),
        "standing": say(step.standing),
        "about": say("about_value", aspect=say.layer(step.part), part=say.part(step.part)),
    }[key]


BUILDERS: dict[str, Callable[[Judged, Speech, Numbers], list[Block]]] = {
    "found": found.found,
    "claims": _claims,
    "faults": _faults,
    "not_proven": _not_proven,
    "record": established.record,
    "life": before.life,
    "rest": resting.rest,
    "seals": established.seals,
    "steps": _steps,
    "values": comparing.values,
    "words": comparing.glossary,
    "repeat": comparing.instructions,
    "notes": comparing.notes,
}
