"""A report as a value: what stands on the paper, in one language, without how it looks.

`content.document_of` makes it; `pdf` and `html` show it.
"""

from dataclasses import dataclass
from typing import TypeAlias

GOOD, DOUBT, BAD = "good", "doubt", "bad"


@dataclass(frozen=True)
class Digest:
    """A long hex value, shown in groups of eight so that it can be read out."""

    text: str

    @property
    def prefix(self) -> str:
        return "0x" if self.text.startswith("0x") else ""

    @property
    def groups(self) -> tuple[str, ...]:
        digits = self.text.removeprefix("0x")
        return tuple(digits[at : at + 8] for at in range(0, len(digits), 8))


Cell: TypeAlias = str | Digest


@dataclass(frozen=True)
class Paragraph:
    words: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Instruction:
    """One thing to do, perhaps by a command."""

    words: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Instructions:
    """Numbered from one."""

    items: tuple[Instruction, ...]


@dataclass(frozen=True)
class Rows:
    """Labels with their values."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Table:
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]  # shares of the whole width


@dataclass(frozen=True)
class Blanks:
    """Room to write in: empty lines, then a line for each label."""

    lines: int
    labels: tuple[str, ...]


Block: TypeAlias = Paragraph | Bullets | Instructions | Rows | Table | Blanks


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """The whole report."""

    language: str  # en or zh
    title: str
    lead: str  # what this paper is
    verdict: str  # one word or two
    tone: str  # good, doubt or bad
    sentences: tuple[str, ...]  # the verdict in plain words
    summary: Rows
    code: str  # what the square code says
    code_caption: str
    sections: tuple[Section, ...]
    footer: str
    made_at: int  # UTC seconds; the time of the judgement, never of the clock
