"""The errors of the oracle. Each carries a stable reason code, which quarantine rows and answers repeat.

OracleError
├── FetchError            nothing usable came back (HOST_NOT_ALLOWED, ADDRESS_REFUSED, UNREACHABLE, HTTP_STATUS, …)
│   └── PayloadTooLarge   more came than we take (PAYLOAD_TOO_LARGE)
├── Malformed             a payload or a field of it cannot be read (PRICE_AMBIGUOUS, JSON_TOO_DEEP, …)
└── LakeError             the lake holds something else than it was given
"""


class OracleError(Exception):
    """Anything that the oracle refuses."""


class FetchError(OracleError):
    """An address that gave nothing usable."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(f"{reason}: {words}" if words else reason)
        self.reason = reason


class PayloadTooLarge(FetchError):
    """An answer above the cap, given up without holding it."""

    def __init__(self, words: str) -> None:
        super().__init__("PAYLOAD_TOO_LARGE", words)


class Malformed(OracleError):
    """Input that has no single meaning; `reason` is stable, `expected` and `got` are for people."""

    def __init__(self, reason: str, expected: str = "", got: object = "") -> None:
        self.reason, self.expected, self.got = reason, expected, shown(got)
        super().__init__(f"{reason}: expected {expected}, got {self.got}" if expected else reason)


class LakeError(OracleError):
    """A batch that cannot be written or read as it is."""


def shown(value: object, limit: int = 160) -> str:
    """`value` in at most `limit` printable ASCII characters, for messages."""
    try:
        if isinstance(value, bytes):
            value = value[:limit].decode("utf-8", "replace")
        text = value if isinstance(value, str) else repr(value)
    except Exception:  # a repr that fails, or digits without end, must not hide the error that it was for
        text = type(value).__name__
    text = ascii(text[:limit])[1:-1] if not text[:limit].isprintable() else text[:limit]
    return text[:limit]
