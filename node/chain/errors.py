"""What can go wrong between the node and a chain.

ChainError
├── Unreachable    no answer from the chain
├── WrongChain     another chain than the one expected
├── HomeLocked     another process holds the embedded chain's file
├── StorageFull    the disk is full; everything sealed before is kept
└── Reverted       a contract refused, with its error and the values
"""

from collections.abc import Mapping
from typing import Any


class ChainError(Exception):
    """Base of every error that `node.chain` raises."""


class Unreachable(ChainError):
    """The chain did not answer."""


class WrongChain(ChainError):
    """The chain at hand is not the one expected."""


class HomeLocked(ChainError):
    """Another process works on the same chain file."""


class StorageFull(ChainError):
    """There is no room to write; nothing that was sealed is lost."""


class Reverted(ChainError):
    """A contract refused a call: `name` is its custom error, `args_by_name` the values it gave."""

    def __init__(self, name: str, args_by_name: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.args_by_name = dict(args_by_name or {})
        values = ", ".join(f"{key}={_plain(value)}" for key, value in self.args_by_name.items())
        super().__init__(f"the contract refused: {name}({values})")


def _plain(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
