"""What we know about a connector's markets without looking: the facts of `market.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Facts:
    """The facts of one connector; a source may name another marketplace than the default one."""

    marketplace: str
    publisher: str
    locale: str | None  # whose separators prices follow, where only custom decides
    media_types: tuple[str, ...]
    max_bytes: int  # of one payload
    max_pages: int  # of one pull
    max_records: int  # of one payload
    currencies: Mapping[str, str]  # what a price is in that names no currency, by marketplace

    def currency(self, marketplace: str) -> str | None:
        """The currency of a marketplace whose prices name none; None where we do not know it."""
        return self.currencies.get(marketplace)

    @classmethod
    def beside(cls, file: str) -> "Facts":
        """The facts in the folder of the module at `file`. Raises `TypeError` for an unknown or missing fact."""
        found: dict[str, Any] = tomllib.loads(Path(file).with_name("market.toml").read_text("utf-8"))
        found["media_types"] = tuple(found["media_types"])
        return cls(**({"locale": None} | found))
