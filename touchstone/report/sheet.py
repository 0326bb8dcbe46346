"""An A4 sheet to write on: one embedded font, a few sizes and colours, positions in millimetres from the top left.

The same calls give the same bytes: the only date in the file is the one given.
"""

from datetime import UTC, datetime

import pylopdf_fonts_zh_cn as fonts
from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

from touchstone.report.document import BAD, DOUBT, GOOD
from touchstone.report.speech import UNSEEN
from touchstone.report.wrapping import break_lines

WIDTH, HEIGHT = 210.0, 297.0  # A4
LEFT, TOP, BOTTOM = 20.0, 18.0, 22.0
ROOM = WIDTH - 2 * LEFT  # between the margins
POINT = 25.4 / 72  # millimetres
LEADING = 1.55  # line height over font size
EMBOLDEN = 0.11  # millimetres of outline, since the font has one weight

Colour = tuple[int, int, int]
INK, GREY, RULE, SHADE = (28, 32, 38), (96, 104, 114), (196, 202, 208), (244, 246, 247)
TONES: dict[str, Colour] = {GOOD: (22, 96, 60), DOUBT: (138, 90, 0), BAD: (150, 28, 28)}
STRAIGHT = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."}
)  # the font has them full width, as Chinese wants


class Sheet:
    """The pages of one report."""

    def __init__(self, language: str, title: str, made_at: int) -> None:
        self.language = language
        self._pdf = FPDF(format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(datetime.fromtimestamp(made_at, tz=UTC))
        self._pdf.set_producer("Touchstone")
        self._pdf.set_title(title)
        self._pdf.set_lang({"en": "en", "zh": "zh-Hans"}[language])
        self._pdf.add_font("sans", fname=fonts.sans_path())
        self._pdf.set_font("sans", size=10)
        font = self._pdf.fonts["sans"]
        assert isinstance(font, TTFFont)
        font.ttfont.recalcBBoxes = False  # the font's own boxes will do; measuring each glyph takes half of the time
        self._letters = font.cmap

    def turn(self) -> None:
        """Begin the next page."""
        self._pdf.add_page()

    def clean(self, words: str) -> str:
        """The words in letters that the font has."""
        shown = words.translate(STRAIGHT) if self.language == "en" else words
        return "".join(c if ord(c) in self._letters else UNSEEN for c in shown)

    def width(self, words: str, size: float) -> float:
        """Millimetres of one line."""
        self._pdf.set_font_size(size)
        return float(self._pdf.get_string_width(words))

    def lines(self, words: str, size: float, room: float) -> list[str]:
        """The words in lines that fit."""
        return break_lines(self.clean(words), lambda part: self.width(part, size), room)

    def write(self, x: float, y: float, words: str, size: float, colour: Colour = INK, heavy: bool = False) -> None:
        """One line, its letters centred in a line box that begins at `y`."""
        self._pdf.set_font_size(size)
        self._pdf.set_text_color(*colour)
        baseline = y + size * POINT * (LEADING / 2 + 0.36)
        if not heavy:
            self._pdf.text(x, baseline, words)
            return
        with self._pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=EMBOLDEN, draw_color=colour):
            self._pdf.text(x, baseline, words)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(x, y, width, height, style="F")

    def to_bytes(self) -> bytes:
        return bytes(self._pdf.output())


def line_height(size: float) -> float:
    """Millimetres from one line to the next."""
    return size * POINT * LEADING
