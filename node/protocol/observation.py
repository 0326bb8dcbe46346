"""Observations: one statement about one thing at one time, as salted fields under one Merkle root.

Each field is the leaf SHA-256(0x00 ‖ canonical([salt_hex, name, value])). A redacted copy shows some fields and the
bare leaves of the others, under the same root. Whoever destroys value and salt has erased the field; the root stands.
In JSON an observation is the list of its leaves in order: `[salt_hex, name, value]`, the leaf in hex when hidden, and
`{"erased": leaf}` when erased. That a field is erased, and not only hidden, is what the exporter says: no bytes show it.
"""

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeAlias

from node.protocol.canonical import MAX_INTEGER, Json, canonical, from_hex, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.merkle import leaf_hash, root
from node.protocol.reading import bare_hex_of, bytes_of, integer_of, list_of, object_of, text_of

Scalar: TypeAlias = str | int | bool | None

MAX_FIELDS = 256  # our widest type has under thirty
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")  # ASCII, so that every language sorts names alike


def fresh_salt() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(32)


@dataclass(frozen=True)
class Field:
    """A field that is shown."""

    name: str
    salt: bytes
    value: Scalar

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise UnreadableError(f"expected a field name in snake case, got {self.name!r:.80}")
        bytes_of(self.salt, 32)
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            integer_of(self.value, -MAX_INTEGER)
        elif not isinstance(self.value, str | bool | None):
            raise UnreadableError(f"expected text, an integer, a truth value or null, got {type(self.value).__name__}")

    @cached_property
    def leaf(self) -> bytes:
        """The leaf hash."""
        return leaf_hash(canonical([self.salt.hex(), self.name, self.value]))

    def to_json(self) -> Json:
        return [self.salt.hex(), self.name, self.value]


@dataclass(frozen=True)
class HiddenField:
    """A field of which only the leaf is shown."""

    leaf: bytes

    def __post_init__(self) -> None:
        bytes_of(self.leaf, 32)

    def to_json(self) -> Json:
        return to_hex(self.leaf)


@dataclass(frozen=True)
class ErasedField:
    """A field whose value and salt were destroyed where this copy comes from."""

    leaf: bytes

    def __post_init__(self) -> None:
        bytes_of(self.leaf, 32)

    def to_json(self) -> Json:
        return {"erased": to_hex(self.leaf)}


AnyField: TypeAlias = Field | HiddenField | ErasedField


@dataclass(frozen=True)
class Observation:
    """The fields in name order, shown, hidden or erased."""

    fields: tuple[AnyField, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.fields, tuple) or not 1 <= len(self.fields) <= MAX_FIELDS:
            raise UnreadableError(f"expected a tuple of 1 to {MAX_FIELDS} fields")
        if not all(isinstance(field, AnyField) for field in self.fields):
            raise UnreadableError("expected fields shown, hidden or erased only")
        names = [field.name for field in self.fields if isinstance(field, Field)]
        if names != sorted(set(names)):
            raise UnreadableError(f"expected each field once and in name order, got {names}")

    @classmethod
    def make(cls, values: Mapping[str, Scalar], salt: Callable[[], bytes] = fresh_salt) -> Self:
        """An observation of `values`, with a fresh salt for every field."""
        return cls(tuple(Field(name, salt(), values[name]) for name in sorted(values)))

    def root(self) -> bytes:
        """The observation's root, the same for every redacted copy."""
        return self._root

    @cached_property
    def _root(self) -> bytes:
        return root([field.leaf for field in self.fields])

    def values(self) -> dict[str, Scalar]:
        """The fields that are shown."""
        return {field.name: field.value for field in self.fields if isinstance(field, Field)}

    @property
    def hidden(self) -> int:
        """How many leaves are hidden. A forger can make this number smaller, never a shown value different."""
        return sum(isinstance(field, HiddenField) for field in self.fields)

    @property
    def erased(self) -> int:
        """How many leaves are said to be erased."""
        return sum(isinstance(field, ErasedField) for field in self.fields)

    @property
    def whole(self) -> bool:
        """Is every field shown?"""
        return all(isinstance(field, Field) for field in self.fields)

    def redact(self, names: Collection[str]) -> Self:
        """A copy without the fields `names`. Raises `UnreadableError` for a name that is not shown."""
        return self._without(names, HiddenField)

    def erase(self, names: Collection[str]) -> Self:
        """A copy in which the fields `names` are gone for good. Raises `UnreadableError` for a name that is not shown."""
        return self._without(names, ErasedField)

    def _without(self, names: Collection[str], instead: type[HiddenField] | type[ErasedField]) -> Self:
        unknown = set(names) - set(self.values())
        if unknown:
            raise UnreadableError(f"expected names of shown fields, got {sorted(unknown)}")
        return type(self)(
            tuple(instead(f.leaf) if isinstance(f, Field) and f.name in names else f for f in self.fields)
        )

    def to_json(self) -> list[Json]:
        return [field.to_json() for field in self.fields]

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The observation that `to_json` wrote. Raises `UnreadableError`."""
        return cls(tuple(_field(item) for item in list_of(value, MAX_FIELDS)))


def _field(item: Json) -> AnyField:
    if isinstance(item, str):
        return HiddenField(from_hex(item, 32))
    if isinstance(item, Mapping):
        return ErasedField(from_hex(object_of(item, ("erased",))["erased"], 32))
    parts = list_of(item)
    if len(parts) != 3:
        raise UnreadableError(f"expected [salt, name, value], got {len(parts)} items")
    value = parts[2]
    if not isinstance(value, str | int | bool | None):
        raise UnreadableError(f"expected a scalar value, got {type(value).__name__}")
    return Field(text_of(parts[1]), bare_hex_of(parts[0], 32), value)
