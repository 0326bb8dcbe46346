"""Values in the words of a verdict, the same in both languages."""

from datetime import UTC, datetime

from node.protocol.identifiers import MAX_TIME


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
    plain = "".join(c if c.isprintable() and c not in "“”" else "\ufffd" for c in text[:most])
    return f"“{plain}{'…' if len(text) > most else ''}”"
