"""Reading once what many files share: the parts of one block's files are mostly the same."""

import marshal
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from node.protocol.canonical import Json

T = TypeVar("T")
MOST, MOST_BYTES = 8, 2**18  # values, and what each is known by; a report of a hundred findings has half of that


class Remembering(Generic[T]):
    """A reader of JSON that gives the value which it read before from the same JSON, for the last few.

    Only what was read without an error is kept. A value is known by all of its bytes, in the quickest form that tells
    `true` from 1 and 1 from 1.0; that form is never read back.
    """

    def __init__(self, read: Callable[[Json], T]) -> None:
        self._read = read
        self._held: dict[bytes, T] = {}

    def __call__(self, value: Json) -> T:
        name = marshal.dumps(cast(Any, value), 2)
        found = self._held.pop(name, None)
        if found is None:
            found = self._read(value)
        if len(name) <= MOST_BYTES:
            self._held[name] = found  # the newest stands last
            while len(self._held) > MOST:
                del self._held[next(iter(self._held))]
        return found

    def forget(self) -> None:
        self._held.clear()
