"""Values in the words of a verdict."""


def percent(points: int) -> str:
    """Basis points as a percentage with two places."""
    return f"{points // 100}.{points % 100:02d}"


def month(period: int) -> str:
    """A period YYYYMM as YYYY-MM."""
    return f"{period // 100:04d}-{period % 100:02d}"


def quoted(text: str, most: int = 80) -> str:
    """A foreign text within quotation marks of its own: one line, nothing invisible, not too long."""
    plain = "".join(c if c.isprintable() and c not in "“”" else "\ufffd" for c in text[:most])
    return f"“{plain}{'…' if len(text) > most else ''}”"
