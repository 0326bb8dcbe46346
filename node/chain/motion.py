"""What a proposal asks for, read back from the call that it carries, so that nobody votes on bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from node.chain.artifacts import artifact, canonical_type
from node.chain.decode import selector
from node.chain.errors import ChainError
from node.chain.governance import KeyRole
from node.protocol.canonical import to_hex
from node.protocol.identifiers import ROLES, checksummed

CONTRACTS = {number: name for name, number in ROLES.items()}


@dataclass(frozen=True)
class Motion:
    """A call of the consortium on itself: the function, and its values by name as a person reads them."""

    function: str
    values: Mapping[str, Any]


def read_motion(action: bytes) -> Motion:
    """The motion in a proposal's action. Raises `ChainError` for a call that the consortium does not know."""
    for entry in artifact("Consortium").abi:
        if entry["type"] == "function" and selector("Consortium", entry["name"]) == action[:4]:
            try:
                values = decode([canonical_type(part) for part in entry["inputs"]], action[4:])
            except DecodingError as exc:
                raise ChainError(f"expected the values of {entry['name']}, got bytes that are none: {exc}") from exc
            return Motion(entry["name"], _with_role(entry["name"], _named(entry["inputs"], values)))
    raise ChainError(f"expected a call of the consortium, got {to_hex(action[:4])}")


def _with_role(function: str, values: dict[str, Any]) -> dict[str, Any]:
    """The role's name for its number: that of a key, or of a contract. A number without a name stays."""
    if "role" not in values:
        return values
    names = {role: role.name.lower() for role in KeyRole} if function == "replaceKey" else CONTRACTS
    return {**values, "role": names.get(values["role"], values["role"])}


def _named(parts: Sequence[Mapping[str, Any]], values: Sequence[Any]) -> dict[str, Any]:
    """Values by their ABI names; the compiler's trailing underscore is no part of a name."""
    return {part["name"].rstrip("_"): _spelt(part, value) for part, value in zip(parts, values, strict=True)}


def _spelt(part: Mapping[str, Any], value: Any) -> Any:
    if part["type"] == "tuple":
        return _named(part["components"], value)
    if part["type"] == "address":
        return checksummed(bytes.fromhex(value[2:]))
    return to_hex(value) if isinstance(value, bytes) else value
