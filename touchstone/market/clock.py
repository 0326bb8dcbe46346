"""Times as the marketplaces write them: RFC 3339 in China Standard Time."""

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def rfc3339(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, CHINA).isoformat()
