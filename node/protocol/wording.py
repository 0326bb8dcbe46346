"""Values in the words of a verdict, the same in both languages."""

import unicodedata
from datetime import UTC, datetime

from node.protocol.identifiers import MAX_TIME

INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs")  # not what is unassigned: that differs between Unicode versions


def percent(points: int) -> str:
    """Basis points as a percentage with two places."""
    return f"{points // 100}.{points % 100:02d}"


def month(period: int) -> str:
    """A period YYYYMM as YYYY-MM."""
    return f"{period // 100:04d}-{period % 100:02d}"


def moment(seconds: int) -> str:
    """UTC seconds as date and time; a number beyond the calendar stays a number."""
    if seconds > MAX_TIME:
        return str(seconds)[:40]
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def quoted(text: str, most: int = 80) -> str:
    """A foreign text within quotation marks of its own: one line, nothing invisible, not too long."""
    plain = text[:most]
    if not plain.isprintable() or "“" in plain or "”" in plain:
        plain = "".join("\ufffd" if _is_odd(c) else c for c in plain)
    return f"“{plain}{'…' if len(text) > most else ''}”"


def _is_odd(character: str) -> bool:
    return character in "“”" or (character != " " and unicodedata.category(character) in INVISIBLE)
