"""Letters that look alike, and text as a buyer reads it, whatever code points it was written with.

NFKC, case folding, then a small table of look-alike letters (after Unicode TR39). Keys of brand names rest on these tables
(`brand_name.py`), and so do the features that models were trained on: a change here needs a decision record and new
models. Leaves out transliteration.
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
NOT_WORD = re.compile(r"[\W_]+")
SPACE = re.compile(r"\s+")
ASCII = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """One spelling for all spellings that look alike: lower case, no hidden characters, single spaces."""
    plain = HIDDEN.sub("", unicodedata.normalize("NFKC", text)).translate(CAPITALS).casefold()
    plain = _strip_accents(plain).translate(LOOK_ALIKES)
    return SPACE.sub(" ", plain).strip()


def skeleton(folded: str) -> str:
    """Letters only, digits and signs that stand in for letters replaced: `n1ke` and `nike` meet in one string."""
    return NOT_WORD.sub("", folded.translate(LEET))


def _strip_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFD", char)[0] if unicodedata.normalize("NFD", char)[0] in ASCII else char
        for char in text
    )
