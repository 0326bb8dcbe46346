"""Signs of disguise in listing text, over the folding that members share (node/protocol/look_alikes.py).

Computed once in Python and stored as columns, because case rules differ between engines.
"""

import re
import unicodedata

from node.protocol.look_alikes import ASCII, HIDDEN, LEET, LOOK_ALIKES, NOT_WORD, fold, skeleton

LOOK_ALIKE_LETTERS = frozenset("".join(map(chr, LOOK_ALIKES)).casefold()) - frozenset("abcdefghijklmnopqrstuvwxyz")
SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z][ .\-_·*|/]{1,2}){2,}[a-z](?![a-z0-9])")

__all__ = ["LEET", "fold", "join_spaced", "look_alikes", "skeleton", "spaced_letters", "squeeze"]


def join_spaced(folded: str) -> str:
    """`n i k e` and `n.i.k.e` read as `nike`."""
    return SPACED.sub(lambda match: NOT_WORD.sub("", match.group()), folded)


def squeeze(folded: str) -> str:
    """Letters and digits only."""
    return NOT_WORD.sub("", folded)


def look_alikes(text: str) -> int:
    """How many characters of `text` only pretend to be Latin: look-alike letters in words that also hold Latin ones,
    full-width or styled letters, and hidden characters.
    """
    if text.isascii():
        return 0
    count = len(HIDDEN.findall(text))
    whole = unicodedata.normalize("NFKC", text).casefold()
    honest = any(
        "\u0370" <= char <= "\u052f" and char not in LOOK_ALIKE_LETTERS for char in whole
    )  # real Greek, Cyrillic
    for word in text.split():
        if word.isascii():
            continue
        lowered = unicodedata.normalize("NFKC", word).casefold()
        latin = any("a" <= char <= "z" for char in lowered)
        strangers = sum(char in LOOK_ALIKE_LETTERS for char in lowered)
        styled = sum(1 for char in word if ord(char) > 127 and unicodedata.normalize("NFKC", char).casefold() in ASCII)
        count += (strangers if latin or (strangers == len(lowered) and not honest) else 0) + styled
    return count


def spaced_letters(folded: str) -> int:
    """How many runs of single letters kept apart by spaces or signs `folded` holds."""
    return len(SPACED.findall(folded))
