"""From blocks to strips: pieces of known height, each drawn where it comes to stand, and strips to pages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from touchstone.report.document import (
    Blanks,
    Block,
    Bullets,
    Cell,
    Digest,
    Instructions,
    Paragraph,
    Rows,
    Section,
    Table,
)
from touchstone.report.sheet import GREY, INK, LEFT, ROOM, RULE, SHADE, Colour, Sheet, line_height

BODY, SMALL, TINY, HEADING = 9.5, 8.5, 7.5, 12.0  # points
LABEL = 36.0  # millimetres, the column of labels
GAP = 1.6  # between groups of a long value
PAD = 1.0  # above and below a table's row
AFTER = 2.2  # below a block
WRITING = 8.5  # a line to write on
TOGETHER = 2  # strips that stay with a section's heading, beside the next


@dataclass(frozen=True)
class Strip:
    """Something as wide as the page's room; `draw` takes the height at which it begins."""

    height: float
    draw: Callable[[float], None]
    keep: bool = False  # never the last on its page
    head: "Strip | None" = None  # drawn again where a page begins with this strip


def pages(strips: Iterable[Strip], room: float) -> list[list[Strip]]:
    """The strips of each page, as many as fit, none apart from what it must stay with."""
    found: list[list[Strip]] = [[]]
    left = room
    for together in _together(strips):
        height = sum(strip.height for strip in together)
        if height > left and found[-1]:
            head = together[0].head
            found.append([] if head is None else [head])
            left = room - (0 if head is None else head.height)
        found[-1] += together
        left -= height
    return found


def _together(strips: Iterable[Strip]) -> Iterator[list[Strip]]:
    group: list[Strip] = []
    for strip in strips:
        group.append(strip)
        if not strip.keep:
            yield group
            group = []
    if group:
        yield group


class Flow:
    """Makes strips for one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def space(self, height: float) -> Strip:
        return Strip(height, lambda y: None)

    def section(self, section: Section) -> Iterator[Strip]:
        """A heading with its blocks; the first of them never stand alone under it."""
        yield Strip(4.0, lambda y: None, keep=True)
        yield replace(self.line(section.title, HEADING, heavy=True), keep=True)
        yield Strip(1.6, lambda y: self.sheet.box(LEFT, y + 0.3, ROOM, 0.25, RULE), keep=True)
        strips: list[Strip] = []
        for block in section.blocks:
            if isinstance(block, Paragraph):  # a note stays with what it is about
                strips[-2:] = [replace(strip, keep=True) for strip in strips[-2:]]
            strips += [*self.block(block), self.space(AFTER)]
        for number, strip in enumerate(strips):
            yield replace(strip, keep=strip.keep or number < TOGETHER and number + 1 < len(strips))

    def block(self, block: Block) -> Iterator[Strip]:
        match block:
            case Paragraph():
                yield from self.paragraph(block.words, SMALL, GREY)
            case Bullets():
                for item in block.items:
                    yield self.marked("·", item)
            case Instructions():
                for number, step in enumerate(block.items, start=1):
                    yield replace(self.marked(f"{number}.", step.words), keep=bool(step.commands))
                    for command in step.commands:
                        yield from self.paragraph(command, SMALL, INK, LEFT + 10)
            case Rows():
                for label, value in block.rows:
                    yield self.labelled(label, value)
            case Table():
                yield from self.table(block)
            case Blanks():
                yield self.blanks(block)

    def line(self, words: str, size: float, colour: Colour = INK, heavy: bool = False, x: float = LEFT) -> Strip:
        return Strip(line_height(size), lambda y: self.sheet.write(x, y, self.sheet.clean(words), size, colour, heavy))

    def paragraph(self, words: str, size: float, colour: Colour, x: float = LEFT) -> Iterator[Strip]:
        """Line by line; the first two stay together."""
        lines = self.sheet.lines(words, size, LEFT + ROOM - x)
        for number, line in enumerate(lines):
            yield replace(self.line(line, size, colour, x=x), keep=number == 0 and len(lines) > 1)

    def marked(self, mark: str, words: str) -> Strip:
        """A list's item: a mark, and the words beside it."""
        lines = self.sheet.lines(words, BODY, ROOM - 6)

        def draw(y: float) -> None:
            self.sheet.write(LEFT + 1, y, mark, BODY, GREY)
            self._stack(LEFT + 6, y, lines, BODY)

        return Strip(len(lines) * line_height(BODY) + 0.5, draw)

    def labelled(self, label: str, value: Cell, room: float = ROOM) -> Strip:
        """A label with its value."""
        names = self.sheet.lines(label, SMALL, LABEL - 3)
        height, draw_value = self.cell(value, BODY, room - LABEL)

        def draw(y: float) -> None:
            self._stack(LEFT, y + 0.3, names, SMALL, GREY)
            draw_value(LEFT + LABEL, y)

        return Strip(max(height, len(names) * line_height(SMALL)) + 0.5, draw)

    def table(self, table: Table) -> Iterator[Strip]:
        """A row each, under a head that comes again on a new page."""
        share = ROOM / sum(table.widths)
        widths = [width * share for width in table.widths]
        head = replace(self._row(table.heads, widths, GREY, SHADE), keep=True)
        yield head
        for row in table.rows:
            yield replace(self._row(row, widths, INK), head=head)

    def _row(self, cells: Iterable[Cell], widths: list[float], colour: Colour, ground: Colour | None = None) -> Strip:
        made = [self.cell(cell, SMALL, width - 3, colour) for cell, width in zip(cells, widths, strict=True)]
        height = max(height for height, _ in made) + 2 * PAD

        def draw(y: float) -> None:
            if ground is not None:
                self.sheet.box(LEFT, y, ROOM, height, ground)
            x = LEFT
            for (_, draw_cell), width in zip(made, widths, strict=True):
                draw_cell(x + 1.5, y + PAD)
                x += width
            self.sheet.box(LEFT, y + height, ROOM, 0.15, RULE)

        return Strip(height, draw)

    def cell(
        self, value: Cell, size: float, room: float, colour: Colour = INK
    ) -> tuple[float, Callable[[float, float], None]]:
        """How high a value is, and how to draw it at (x, y)."""
        if isinstance(value, Digest):
            return self._digest(value, size - 1, room, colour)
        lines = self.sheet.lines(value, size, room)
        return len(lines) * line_height(size), lambda x, y: self._stack(x, y, lines, size, colour)

    def _digest(
        self, value: Digest, size: float, room: float, colour: Colour
    ) -> tuple[float, Callable[[float, float], None]]:
        """Groups in columns, as many a line as fit and leave all lines equally long."""
        indent, pitch = self.sheet.width("0x", size) + 0.4, self.sheet.width("dddddddd", size) + GAP
        most, total = int((room - indent + GAP) / pitch), len(value.groups)
        fitting = max((count for count in range(1, most + 1) if total % count == 0), default=1)
        height = total // fitting * line_height(size)

        def draw(x: float, y: float) -> None:
            self.sheet.write(x, y, value.prefix, size, GREY)
            for number, group in enumerate(value.groups):
                at = x + (indent if value.prefix else 0) + number % fitting * pitch
                self.sheet.write(at, y + number // fitting * line_height(size), group, size, colour)

        return height, draw

    def blanks(self, block: Blanks) -> Strip:
        """Lines to write on, and labelled ones below."""
        count = block.lines + len(block.labels)

        def draw(y: float) -> None:
            for number in range(count):
                bottom = y + (number + 1) * WRITING
                label = block.labels[number - block.lines] if number >= block.lines else ""
                self.sheet.write(LEFT, bottom - line_height(SMALL), self.sheet.clean(label), SMALL, GREY)
                start = LEFT + LABEL if label else LEFT
                self.sheet.box(start, bottom, LEFT + ROOM - start, 0.15, RULE)

        return Strip(count * WRITING + 1, draw)

    def _stack(self, x: float, y: float, lines: list[str], size: float, colour: Colour = INK) -> None:
        for number, line in enumerate(lines):
            self.sheet.write(x, y + number * line_height(size), line, size, colour)
