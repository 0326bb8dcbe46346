"""Numbers as people read them, the same in both languages."""

from datetime import UTC, datetime

from node.protocol.identifiers import MAX_TIME


def percent(points: int) -> str:
    """Basis points in hundredths."""
    return f"{points // 100}.{points % 100:02d}"


def moment(seconds: int) -> str:
    """UTC seconds as date and time; a number beyond the calendar stays a number."""
    if seconds > MAX_TIME:
        return str(seconds)[:40]
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
