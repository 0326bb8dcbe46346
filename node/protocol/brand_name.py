"""Brand names to keys: names that a reader takes for each other have one key, and the chain keeps one brand a key.

A name is read after Unicode TR39's skeletons, with tables of our own: NFKC, accents and hidden characters gone, letters of
other alphabets as the Latin ones they look like, case folded, `0` as `o`, `1` and `i` as `l`, `rn` as `m`; then letters,
digits and vowel signs alone, without spaces and punctuation. Chinese characters stay as they are.

The tables are bytes that members agree on. Code points that this version of Unicode does not know are refused, so that
no later version gives a name another key. Left out is what only resembles (`4` for `a`, 帅 for 师, traditional forms): that is
for review (node/services/resemblance.py).
"""

import re
import unicodedata
from functools import lru_cache

from node.protocol.canonical import keccak256
from node.protocol.errors import UnreadableError
from node.protocol.look_alikes import fold
from node.protocol.reading import text_of

# Accents that many scripts share. The vowel signs of one script stand in its own block, and are kept.
ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# What NFKC would turn into other letters: the lunate sigma, and the signs for a mark that is no part of the name.
SPELT = str.maketrans("\u03f2\u03f9", "cC", "\u2120\u2122\U0001f16a\U0001f16b\U0001f16c")
UNKNOWN = {"Cn": "an unassigned code point", "Co": "a private code point", "Cs": "half a surrogate pair"}
KEPT = frozenset("LNM")  # letters, numbers and marks, by the first letter of their general category

# What is read as what, beside the look-alikes of `look_alikes.py`: Latin with strokes and hooks, small capitals, Greek,
# Cyrillic, Coptic, Armenian, Cherokee, Lisu, Canadian syllabics; digits; Chinese characters and their doubles.
READ_AS = {
    "a": "ɑᴀꓮᗅ",
    "b": "ʙƀƃƅɓьⲃꞵᏏꓐᗷᑲᖯ",
    "c": "ᴄƈȼҫⲥꓚᑕ",
    "d": "ᴅđðɖɗƌꓒꓓᏧᎠᑯᗞᗪ",
    "e": "ᴇɇєҽɛⲉꓰ",
    "f": "ꜰƒꬵϝғꓝᖴք",
    "g": "ɢɡɠǥᶃƍԍꓖᏀᏳ",
    "h": "ʜħɦңҥӈћⲏꓧᏂᕼ",
    "j": "ᴊɉʝꓙᒍ",
    "k": "ᴋƙқҝҟҡⲕꓗᛕ",
    "l": "ʟłƚɫɩɪıɨɭⲓꙇꓡꓲǀ∣Ꭵᛁ1i|",
    "m": "ᴍɱⲙꓟᗰ",
    "n": "ɴɲɳŋƞπⲛꓠ",
    "o": "ᴏᴑøɵσөѳⲟꓳ〇0",
    "p": "ᴘƥƿþϸⲣꓑᑭ",
    "q": "ꞯɋգ",
    "r": "ʀɍɽᴦⲅꓣᎡᏒᎱᖇ",
    "s": "ꜱʂƽꓢᏕ",
    "t": "ᴛŧƫƭʈⲧꓔ",
    "u": "ᴜʉʋꞟμꓴᑌ",
    "v": "ᴠⱱꓦᐯ",
    "w": "ᴡɯѡшꓪᏔᎳ",
    "x": "ҳⲭꓫ᙭",
    "y": "ʏɏƴɣγүұⲩꓬᎩᎽ",
    "z": "ᴢƶȥʐζꓜ",
    "2": "ƨ",
    "3": "зӡʒȝɜⲝ",
    "4": "Ꮞ",
    "6": "бϭᏮ",
    "8": "ȣ",
    "口": "ロ囗",
    "日": "曰",
    "一": "ー",
    "二": "ニ",
    "工": "エ",
    "力": "カ",
    "夕": "タ",
    "八": "ハ",
    "卜": "ト",
}
TABLE = {ord(char): letter for letter, chars in READ_AS.items() for char in chars}


@lru_cache(maxsize=65536)
def reading(name: str) -> str:
    """The letters and digits that a reader takes `name` for. Raises `UnreadableError` when it has none to go by."""
    _check(name)
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", name.translate(SPELT)))
    seen = fold(bare).casefold().translate(TABLE)
    letters = "".join(char for char in seen if unicodedata.category(char)[0] in KEPT)
    found = unicodedata.normalize("NFC", letters).replace("rn", "m").replace("vv", "w")
    if not found:
        raise UnreadableError(f"expected a name with a letter or digit, got {name!r:.60}")
    return found


def name_key(name: str) -> bytes:
    """The key under which the chain keeps one brand (BrandRegistry's `nameKey`)."""
    return keccak256(reading(name).encode("utf-8"))


def name_keys(name: str) -> tuple[bytes, ...]:
    """The keys that must be free for `name`: its own first, then those of its capital and its small letters.

    They differ where a letter looks like one Latin letter when capital and like another when small, as the Greek Ν and ν.
    """
    return tuple(dict.fromkeys(map(name_key, (name, name.upper(), name.lower()))))


def _check(name: str) -> None:
    for char in text_of(name):
        if unicodedata.category(char) in UNKNOWN:
            raise UnreadableError(
                f"expected characters of Unicode {unicodedata.unidata_version}, "
                f"got {UNKNOWN[unicodedata.category(char)]}, U+{ord(char):04X}"
            )
