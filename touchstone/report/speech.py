"""Saying things in one language: labels, times, scores, and foreign text made harmless."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from node.protocol.identifiers import MAX_TIME
from node.protocol.layers import DATA, LAYERS
from node.protocol.parts import part_words
from node.protocol.verdict import Step, Words
from touchstone.report.labels import LABELS, LANGUAGES

BEIJING = timezone(timedelta(hours=8))  # without daylight saving since 1992
UNSEEN = "□"  # stands for a character that cannot be shown
LONGEST = 1200  # characters of one foreign text
_HEX = re.compile(r"0x[0-9a-f]{64}")


def plain(text: str) -> str:
    """Foreign text for people: control, direction and unassigned characters made visible, cut to a length."""
    shown = "".join(UNSEEN if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c for c in text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def shorten(text: str, known: Collection[str]) -> str:
    """Long hex values that stand elsewhere in full, by their ends."""
    return _HEX.sub(lambda found: f"{found[0][:10]}…{found[0][-8:]}" if found[0] in known else found[0], text)


def points(bps: int) -> str:
    """Basis points as percentage points."""
    return f"{bps // 100}.{bps % 100:02d}"


@dataclass(frozen=True)
class Speech:
    """One language, en or zh."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The label `key` with its values."""
        return self.pick(LABELS[key]).format(**values)

    def pick(self, words: Words) -> str:
        """One of (English, Chinese)."""
        return words[LANGUAGES.index(self.language)]

    def part(self, name: str) -> str:
        """A part of an evidence file."""
        return plain(self.pick(part_words(name)))

    def layer(self, part: str) -> str:
        """The layer to which a part belongs: carrier, data or content."""
        return self.pick(LAYERS.get(part, DATA))

    def step(self, step: Step) -> str:
        """What a step says, without its layer, which stands beside it."""
        words = plain(self.pick((step.words_en, step.words_zh)))
        return words.removeprefix(self.layer(step.part) + self("colon"))

    def percent(self, bps: int) -> str:
        """Basis points as per cent."""
        return self("percent", points=points(bps))

    def when(self, seconds: int) -> str:
        """A moment in UTC and in Beijing; bare seconds beyond the calendar."""
        if not 0 <= seconds <= MAX_TIME - 86_400:
            return plain(str(seconds)[:40])
        return self("when", utc=_clock(seconds, UTC), beijing=_clock(seconds, BEIJING))


def _clock(seconds: int, zone: timezone) -> str:
    return datetime.fromtimestamp(seconds, tz=zone).strftime("%Y-%m-%d %H:%M:%S")
