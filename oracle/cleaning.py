"""From wild text to values: prices, times, texts, GTINs, whole numbers. Pure; ambiguous input is refused, not guessed.

The grammar of a price, after full-width forms are read as ASCII:

    price  := [symbol] amount [万 | 亿] [symbol]        symbol: ¥ $ € 元 RMB CNY USD …, one currency in all
    amount := digits, grouped or not, with or without a decimal part

Separators prove themselves: of two kinds the last is the decimal one, and the other groups by three; one kind that
repeats groups by three; a single one that is not followed by exactly three digits is decimal. A single one followed by
three digits is decided by the locale, or by a currency whose convention is one: `,` groups in CNY or USD. All else is
`PRICE_AMBIGUOUS`. `¥` and `元` are CNY unless a yen or dollar is stated beside them. Without any currency the minor
unit is taken as a hundredth and `currency` is None. Amounts are integers of the minor unit; nothing passes a float.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import lxml.etree
import lxml.html
from biip import ParseError
from biip.gtin import Gtin

from node.protocol.canonical import MAX_INTEGER
from oracle.errors import Malformed

MAX_PRICE_TEXT, MAX_TIME_TEXT, MAX_ID, MAX_HTML, MAX_ATTRIBUTES = 64, 40, 200, 200_000, 500
EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "KWD": 3,
    "BHD": 3,
    "JOD": 3,
    "OMR": 3,
    "TND": 3,
}  # ISO 4217
COMMA_GROUPS = {"CNY", "USD", "JPY", "HKD", "TWD", "GBP", "KRW", "SGD", "AUD", "MOP"}
COMMA_DECIMAL_LOCALES = {"de", "fr", "es", "it", "nl", "pt", "pl", "ru", "sv", "da", "fi", "nb", "tr", "id", "vi", "cs"}
# Symbol: the currency that it means, and those that it may mean when they are stated beside it.
SYMBOLS: dict[str, tuple[str, frozenset[str]]] = {
    "¥": ("CNY", frozenset({"CNY", "JPY"})),
    "元": ("CNY", frozenset({"CNY", "HKD", "TWD", "MOP"})),
    "圆": ("CNY", frozenset({"CNY"})),
    "块": ("CNY", frozenset({"CNY"})),
    "人民币": ("CNY", frozenset({"CNY"})),
    "RMB": ("CNY", frozenset({"CNY"})),
    "CN¥": ("CNY", frozenset({"CNY"})),
    "$": ("USD", frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD", "MXN", "NZD", "CLP"})),
    "US$": ("USD", frozenset({"USD"})),
    "HK$": ("HKD", frozenset({"HKD"})),
    "NT$": ("TWD", frozenset({"TWD"})),
    "€": ("EUR", frozenset({"EUR"})),
    "£": ("GBP", frozenset({"GBP"})),
    "円": ("JPY", frozenset({"JPY"})),
    "₩": ("KRW", frozenset({"KRW"})),
}
BLOCKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "section", "article"})
_CODE = re.compile(r"[A-Z]{3}")
_WIDE = str.maketrans("０１２３４５６７８９．，￥＄－\u3000\u00a0\u2009\u202f", "0123456789.,¥$-    ")
_SYMBOL = "|".join(sorted(map(re.escape, SYMBOLS), key=len, reverse=True)) + "|[A-Z]{3}"
_PRICE = re.compile(rf"({_SYMBOL})? ?([0-9][0-9.,' ]*+)(万|亿)? ?({_SYMBOL})?")
_NUMBERS = re.compile(r"[0-9][0-9.,]*")
_TIMES = {None: 0, "万": 4, "亿": 8}
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNT = re.compile(r"-?[0-9]{1,16}")
_SHOWN = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
# Controls but for tab and line ends, lone surrogates, the two noncharacters; and whatever reads like our own marks.
_UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|\\(?=u\{)")


class Price(NamedTuple):
    """An amount in minor units, and its currency if that is known."""

    minor: int | None
    currency: str | None


def price(text: object, currency: str | None = None, default: str | None = None, locale: str | None = None) -> Price:
    """The price that `text` states. `currency` is stated beside it and binds; `default` is what the market uses.

    None or blank gives `Price(None, …)`. Raises `Malformed`: PRICE_AMBIGUOUS, PRICE_UNREADABLE, PRICE_NEGATIVE,
    PRICE_TOO_LARGE, CURRENCY_CONFLICT, CURRENCY_UNREADABLE.
    """
    stated = _currency(currency)
    if text is None or (isinstance(text, str) and not text.strip()):
        return Price(None, stated or default)
    if isinstance(text, bool) or not isinstance(text, str | int | Decimal):
        raise Malformed("PRICE_UNREADABLE", "a price as text or number", text)
    if not isinstance(text, str):
        return Price(_minor(_number(text), stated or default), stated or default)
    plain = re.sub(" +", " ", text[: 4 * MAX_PRICE_TEXT].strip().translate(_WIDE).strip())
    if len(plain) > MAX_PRICE_TEXT:
        raise Malformed("PRICE_UNREADABLE", f"a price of at most {MAX_PRICE_TEXT} characters", text)
    if plain.startswith("-") and _NUMBERS.search(plain):
        raise Malformed("PRICE_NEGATIVE", "a price of zero or more", text)
    found = _PRICE.fullmatch(plain)
    if found is None:
        several = len(_NUMBERS.findall(plain)) > 1
        raise Malformed("PRICE_AMBIGUOUS" if several else "PRICE_UNREADABLE", "one amount of money", text)
    before, digits, times, after = found.groups()
    used = _one_currency([symbol for symbol in (before, after) if symbol], stated, default, text)
    amount = _amount(digits.strip(), used, "zh-万" if times else locale, text)
    return Price(_minor(amount.scaleb(_TIMES[times]), used), used)


def _currency(code: str | None) -> str | None:
    if code is None or (isinstance(code, str) and not code.strip()):
        return None
    if not isinstance(code, str) or not _CODE.fullmatch(code.strip().upper()):
        raise Malformed("CURRENCY_UNREADABLE", "a code of three letters", code)
    return code.strip().upper()


def _one_currency(symbols: list[str], stated: str | None, default: str | None, text: str) -> str | None:
    """The one currency that all symbols and the statement beside them allow."""
    known = [SYMBOLS.get(symbol, (symbol, frozenset({symbol}))) for symbol in symbols]
    wanted = stated
    if wanted is None and known:
        exact = [meant for meant, may in known if len(may) == 1]
        wanted = (exact or [default if default and all(default in may for _, may in known) else known[0][0]])[0]
    if any(wanted not in may for _, may in known):
        raise Malformed("CURRENCY_CONFLICT", f"a price in {wanted}", text)
    return wanted or default


def _amount(digits: str, currency: str | None, locale: str | None, text: str) -> Decimal:
    """The number that `digits`, with their separators, stand for."""
    kinds = [char for char in dict.fromkeys(digits) if not char.isdigit()]
    ambiguous = Malformed("PRICE_AMBIGUOUS", "separators that say which of them is the decimal one", text)
    if not kinds:
        return Decimal(digits)
    if len(kinds) > 2:
        raise ambiguous
    last = max(kinds, key=digits.rindex)
    repeats = digits.count(last) > 1
    if len(kinds) == 2:
        decimal: str | None = last
        if repeats or last not in ".,":
            raise ambiguous
    elif repeats or last in "' ":
        decimal = None
    elif len(digits) - digits.index(last) - 1 != 3 or digits.startswith("0") or digits.index(last) > 3:
        decimal = last
    else:
        decimal = _single(last, currency, locale, ambiguous)
    whole, _, part = digits.partition(decimal) if decimal else (digits, "", "")
    grouping = next((kind for kind in kinds if kind != decimal), None)
    if grouping:
        if not re.fullmatch(rf"[0-9]{{1,3}}(?:{re.escape(grouping)}[0-9]{{3}})+", whole):
            raise ambiguous
        whole = whole.replace(grouping, "")
    if decimal and not part:
        raise Malformed("PRICE_UNREADABLE", "digits after the decimal sign", text)
    return Decimal(f"{whole}.{part}" if part else whole)


def _single(sign: str, currency: str | None, locale: str | None, ambiguous: Malformed) -> str | None:
    """The decimal sign of `1,299` or `1.299`: itself, or None when it groups."""
    if locale is not None:
        language = re.split("[-_]", locale.lower())[0]
        if sign != ("," if language in COMMA_DECIMAL_LOCALES else "."):
            return None
        # Three digits after a decimal sign are finer than most minor units: right for dinars, and before 万.
        if EXPONENTS.get(currency or "", 2) == 3 or locale == "zh-万":
            return sign
        raise ambiguous
    if sign == "," and currency in COMMA_GROUPS:
        return None
    raise ambiguous


def _number(value: int | Decimal) -> Decimal:
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > 18:
        raise Malformed("PRICE_TOO_LARGE", "a price within 2^53", value)
    if number < 0:
        raise Malformed("PRICE_NEGATIVE", "a price of zero or more", value)
    return number


def _minor(amount: Decimal, currency: str | None) -> int:
    exponent = EXPONENTS.get(currency or "", 2)
    if amount.adjusted() > 18:
        raise Malformed("PRICE_TOO_LARGE", "a price within 2^53", amount)
    scaled = amount.scaleb(exponent)
    minor = int(scaled)
    if minor != scaled:
        raise Malformed("PRICE_UNREADABLE", f"at most {exponent} decimal places", amount)
    if minor > MAX_INTEGER:
        raise Malformed("PRICE_TOO_LARGE", "a price within 2^53", amount)
    return minor


def utc(text: object) -> int | None:
    """UTC seconds of an RFC 3339 time with its offset, or of a date alone (its first second). None gives None."""
    if text is None or text == "":
        return None
    expected = "an RFC 3339 time with its offset, or a date"
    if not isinstance(text, str) or len(text) > MAX_TIME_TEXT:
        raise Malformed("TIME_UNREADABLE", expected, text)
    plain = text.strip()
    try:
        if _DATE.fullmatch(plain):
            day = date.fromisoformat(plain)
            return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        if found := _RFC3339.fullmatch(plain):
            day_text, clock, _, zone = found.groups()
            return int(datetime.fromisoformat(f"{day_text}T{clock}{'+00:00' if zone in 'Zz' else zone}").timestamp())
    except (ValueError, OverflowError) as exc:
        raise Malformed("TIME_UNREADABLE", expected, text) from exc
    raise Malformed("TIME_UNREADABLE", expected, text)


def text(value: object, limit: int = 20_000) -> str | None:
    """Text in NFC, trimmed, cut at `limit`, controls shown as `\\u{1b}` so that `unshown` gives them back."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Malformed("WRONG_TYPE", "text", value)
    raw = (value if isinstance(value, str) else str(value))[: 2 * limit].strip()
    if raw.isascii() and raw.isprintable() and "\\" not in raw:
        return raw[:limit] or None
    clean = _UNSHOWN.sub(lambda match: f"\\u{{{ord(match.group()):x}}}", raw)
    return unicodedata.normalize("NFC", clean)[:limit] or None


def unshown(clean: str) -> str:
    """The text with its controls, as it was before `text` showed them."""
    return _SHOWN.sub(lambda match: chr(int(match.group(1), 16)), clean)


def identifier(value: object) -> str | None:
    """An id as text: trimmed, not normalised, never cut. Raises `Malformed` when it is too long or not printable."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed("WRONG_TYPE", "an id as text or whole number", value)
    if isinstance(value, int) and abs(value) > 10**40:
        raise Malformed("INTEGER_TOO_LARGE", "an id of few digits", "a larger number")
    plain = str(value).strip()
    if len(plain) > MAX_ID or not plain.isprintable():
        raise Malformed("ID_UNUSABLE", f"an id of at most {MAX_ID} printable characters", value)
    return plain or None


def count(value: object) -> int | None:
    """A whole number; digits as text are read too. None gives None."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and _COUNT.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 18 and value == int(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed("NOT_A_COUNT", "a whole number", value)
    if abs(value) > MAX_INTEGER:
        raise Malformed("INTEGER_TOO_LARGE", "a whole number within 2^53", "a larger number")
    return value


def flag(value: object) -> bool | None:
    """True, False or None, and nothing that only resembles them."""
    if value is None or isinstance(value, bool):
        return value
    raise Malformed("WRONG_TYPE", "true or false", value)


def gtin(raw: str | None) -> str | None:
    """`raw` as a GTIN-14 if its check digit is right, else None: what was written stays in `gtin_raw`."""
    if raw is None or len(raw) > 40:
        return None
    return _gtin(raw.translate(_WIDE).replace(" ", "").replace("-", ""))


@lru_cache(maxsize=8192)
def _gtin(digits: str) -> str | None:
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 14) or not digits.strip("0"):
        return None
    try:
        return str(Gtin.parse(digits).as_gtin_14())
    except (ParseError, ValueError):
        return None


class _Widest:
    """Finds the largest number of attributes of one tag while a page streams by."""

    def __init__(self) -> None:
        self.attributes = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.attributes = max(self.attributes, len(attributes))

    def close(self) -> int:
        return self.attributes


def html_tree(source: bytes, encoding: str | None) -> Any:
    """The element tree of a page or fragment. A tag with very many attributes is refused first, in linear time,
    because building a tree of it takes quadratic time. Raises `Malformed`.
    """
    options: dict[str, Any] = {"encoding": encoding, "remove_comments": True, "remove_pis": True}
    try:
        scan = lxml.etree.HTMLParser(target=_Widest(), **options)
        scan.feed(source)
        if (widest := scan.close()) > MAX_ATTRIBUTES:
            raise Malformed("TAG_TOO_WIDE", f"at most {MAX_ATTRIBUTES} attributes in a tag", widest)
        return lxml.html.document_fromstring(source, parser=lxml.html.HTMLParser(**options))
    except (lxml.etree.LxmlError, ValueError) as exc:
        raise Malformed("NOT_HTML", "HTML", str(exc)) from exc


def words_of_html(markup: object, limit: int = 20_000) -> str | None:
    """The words of an HTML fragment, as `text` cleans them. The markup itself stays in the payload."""
    if not isinstance(markup, str) or ("<" not in markup and "&" not in markup):
        return text(markup, limit)
    tree = html_tree(b"<div>" + markup[:MAX_HTML].encode("utf-8", "replace") + b"</div>", "utf-8")
    words: list[str] = []
    silent = 0
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        starts = event == "start"
        silent += (1 if starts else -1) * (element.tag in ("script", "style"))
        if starts and element.tag in BLOCKS:
            words.append("\n")
        if not silent:
            words.append((element.text if starts else element.tail) or "")
    lines = (" ".join(line.split()) for line in "".join(words).split("\n"))
    return text("\n".join(line for line in lines if line), limit)
