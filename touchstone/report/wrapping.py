"""Breaking text into lines, Chinese and English mixed.

A line may break after a space, and before or after any Chinese character, except that closing marks never begin a line
and opening marks never end one (the core of GB/T 15834 and of UAX 14). What is wider than a line is cut where it must be.
"""

import re
from collections.abc import Callable

CLOSING = "，。、；：？！）》」』】〕”’％%…—"
OPENING = "（《「『【〔“‘"
WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6" + CLOSING + OPENING
_PIECE = re.compile(rf"[{OPENING}(\[]*(?:[{WIDE}]|[^\s{WIDE}]+)[{CLOSING})\],.;:!?]*\s*|\s+")

Measure = Callable[[str], float]


def break_lines(text: str, measure: Measure, limit: float) -> list[str]:
    """The lines of `text`, none wider than `limit` (in the unit of `measure`), spaces at their ends dropped."""
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if measure((line + piece).rstrip()) <= limit:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        *whole, line = _cut(piece, measure, limit)
        lines += whole
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _cut(piece: str, measure: Measure, limit: float) -> list[str]:
    """A piece that may be wider than a line, in parts that are not; a part holds one character at least."""
    parts = [""]
    for character in piece:
        if parts[-1] and measure((parts[-1] + character).rstrip()) > limit:
            parts.append("")
        parts[-1] += character
    return parts
