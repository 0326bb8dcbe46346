"""Folding of listing text: what a buyer reads, whatever code points it was written with.

NFKC, case folding, then a small table of look-alike letters (after Unicode TR39, Cyrillic and Greek only). Computed
once in Python and stored as columns, because case rules differ between engines. Leaves out transliteration.
"""

import re
import unicodedata
from functools import lru_cache

CAPITALS = str.maketrans(
    "АВЕКМНОРСТХУІЈЅԌѴԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧᒪᏞᎪᏴᏟᎬᎻᎫᏦᎷᏢᏚᎢᏙᏃ",
    "ABEKMHOPCTXYIJSGVQWABEZHIKMNOPTYXLLABCEHJKMPSTVZ",
)
LOOK_ALIKES = CAPITALS | str.maketrans(
    "аеорсухіјѕԁһкмтвнгпїёӏԛԝѵαβεικνορτυχωηϲϳոսօհցզ",
    "aeopcyxijsdhkmtbhrnielqwvabeikvoptuxwncjnuohgq",
)
LOOK_ALIKE_LETTERS = frozenset("".join(map(chr, LOOK_ALIKES)).casefold()) - frozenset("abcdefghijklmnopqrstuvwxyz")
LEET = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "3": "e",
        "4": "a",
        "5": "s",
        "7": "t",
        "8": "b",
        "$": "s",
        "@": "a",
        "!": "i",
        "|": "l",
        "i": "l",
    }
)
HIDDEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z][ .\-_·*|/]{1,2}){2,}[a-z](?![a-z0-9])")
NOT_WORD = re.compile(r"[\W_]+")
SPACE = re.compile(r"\s+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """One spelling for all spellings that look alike: lower case, no hidden characters, single spaces."""
    plain = HIDDEN.sub("", unicodedata.normalize("NFKC", text)).translate(CAPITALS).casefold()
    plain = _strip_accents(plain).translate(LOOK_ALIKES)
    return SPACE.sub(" ", plain).strip()


def join_spaced(folded: str) -> str:
    """`n i k e` and `n.i.k.e` read as `nike`."""
    return SPACED.sub(lambda match: NOT_WORD.sub("", match.group()), folded)


def squeeze(folded: str) -> str:
    """Letters and digits only."""
    return NOT_WORD.sub("", folded)


def skeleton(folded: str) -> str:
    """Letters only, digits and signs that stand in for letters replaced: `n1ke` and `nike` meet in one string."""
    return NOT_WORD.sub("", folded.translate(LEET))


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


ASCII = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def _strip_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFD", char)[0] if unicodedata.normalize("NFD", char)[0] in ASCII else char
        for char in text
    )
