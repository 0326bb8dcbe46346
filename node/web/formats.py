"""How values are shown: scores, times, prices, bars."""

import unicodedata
from datetime import UTC, datetime

MINOR_DIGITS = {"JPY": 0, "KRW": 0}  # ISO 4217; two elsewhere in our markets


def score(bps: int) -> str:
    """Basis points as per cent with two places."""
    return f"{bps / 100:.2f}%"


def moment(seconds: int) -> str:
    """A time in UTC; a dash for none."""
    if not 0 < seconds < 253_402_300_800:
        return "–"
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def price(minor: int, currency: str) -> str:
    """Minor units as an amount with its currency."""
    digits = MINOR_DIGITS.get(currency, 2)
    whole, part = divmod(minor, 10**digits)
    return f"{currency} {whole:,}" + (f".{part:0{digits}d}" if digits else "")


def plain(text: object, length: int = 200) -> str:
    """Text from a marketplace: control and direction marks made visible, cut to a length."""
    shown = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs") else "\ufffd" for c in str(text))
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def short(text: str) -> str:
    """A long hex value, shortened."""
    return text if len(text) <= 20 else f"{text[:10]}…{text[-6:]}"


def level(bps: int) -> str:
    """The class of a score's badge."""
    return "high" if bps >= 8000 else "middle" if bps >= 5000 else "low"


def share(micro: int, most: int) -> float:
    """A bar's length, 0 to 50, of the longest one."""
    return round(50 * abs(micro) / most, 2) if most else 0.0


def measure(value: int, name: str) -> str:
    """A feature's value in the unit that its name ends with."""
    if name.endswith("_bps"):
        return score(value)
    if name.endswith("_centi"):
        return f"{value / 100:.2f}"
    if name.endswith("_fen"):
        return f"{value / 100:,.2f}"
    return f"{value:,}"


def fact(text: str, name: str) -> str:
    """What a marketplace said, as a person reads it; a dash for nothing."""
    if name.endswith("_at") and text.isdecimal():
        return moment(int(text))
    if name.endswith("_centi") and text.isdecimal():
        return measure(int(text), name)
    return {"": "–", "True": "✓", "False": "✗"}.get(text) or plain(text, 120)
