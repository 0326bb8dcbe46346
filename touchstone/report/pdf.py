"""The report on paper: A4, one embedded font, the same bytes for the same document."""

from collections.abc import Iterator

from touchstone.report.document import Document
from touchstone.report.flow import BODY, SMALL, TINY, Flow, Strip, pages
from touchstone.report.sheet import BOTTOM, GREY, HEIGHT, INK, LEFT, ROOM, RULE, SHADE, TONES, TOP, Sheet, line_height
from touchstone.report.speech import Speech
from touchstone.report.square import bars

TITLE, VERDICT = 16.0, 26.0  # points
CODE = 32.0  # millimetres, the square code
BAR = 1.6  # beside the verdict


def render_pdf(document: Document) -> bytes:
    """The file."""
    sheet = Sheet(document.language, document.title, document.made_at)
    made = pages(_strips(document, Flow(sheet)), HEIGHT - TOP - BOTTOM)
    for number, strips in enumerate(made, start=1):
        sheet.turn()
        y = TOP
        for strip in strips:
            strip.draw(y)
            y += strip.height
        _foot(sheet, document, number, len(made))
    return sheet.to_bytes()


def _strips(document: Document, flow: Flow) -> Iterator[Strip]:
    yield flow.line(document.title, TITLE, heavy=True)
    yield flow.space(1.5)
    yield from flow.paragraph(document.lead, SMALL, GREY)
    yield flow.space(3)
    yield _verdict(document, flow)
    yield flow.space(4)
    yield _summary(document, flow)
    for section in document.sections:
        yield from flow.section(section)


def _verdict(document: Document, flow: Flow) -> Strip:
    """The verdict, large, with its plain words."""
    sheet, colour, inset = flow.sheet, TONES[document.tone], 7.0
    lines = [line for words in document.sentences for line in sheet.lines(words, BODY + 0.5, ROOM - inset - 4)]
    height = line_height(VERDICT) + len(lines) * line_height(BODY + 0.5) + 5

    def draw(y: float) -> None:
        sheet.box(LEFT, y, ROOM, height, SHADE)
        sheet.box(LEFT, y, BAR, height, colour)
        sheet.write(LEFT + inset, y + 1, sheet.clean(document.verdict), VERDICT, colour, heavy=True)
        for number, line in enumerate(lines):
            at = y + 1 + line_height(VERDICT) + number * line_height(BODY + 0.5)
            sheet.write(LEFT + inset, at, line, BODY + 0.5, INK)

    return Strip(height, draw)


def _summary(document: Document, flow: Flow) -> Strip:
    """What was judged and when, beside the square code."""
    room = ROOM - CODE - 6 if document.code else ROOM
    rows = [flow.labelled(label, value, room) for label, value in document.summary.rows]

    def draw(y: float) -> None:
        at = y
        for row in rows:
            row.draw(at)
            at += row.height + 0.8
        if document.code:
            _code(document, flow.sheet, y)

    height = sum(row.height + 0.8 for row in rows)
    return Strip(max(height, CODE + line_height(TINY) if document.code else 0), draw)


def _code(document: Document, sheet: Sheet, y: float) -> None:
    size, found = bars(document.code)
    module = CODE / size
    left = LEFT + ROOM - CODE
    for x, row, length in found:
        sheet.box(left + x * module, y + row * module, length * module, module, INK)
    caption = sheet.clean(document.code_caption)
    sheet.write(left + (CODE - sheet.width(caption, TINY)) / 2, y + CODE - 1, caption, TINY, GREY)


def _foot(sheet: Sheet, document: Document, number: int, count: int) -> None:
    y = HEIGHT - BOTTOM + 5
    sheet.box(LEFT, y, ROOM, 0.15, RULE)
    sheet.write(LEFT, y + 1, sheet.clean(document.footer), TINY, GREY)
    words = sheet.clean(Speech(document.language)("page", page=number, pages=count))
    sheet.write(LEFT + ROOM - sheet.width(words, TINY), y + 1, words, TINY, GREY)
