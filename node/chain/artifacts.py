"""The committed contract artifacts: ABI and bytecode, as `scripts/export_artifacts.js` wrote them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "artifacts"
NAMES = (
    "ValidatorSet",
    "BlockLog",
    "Consortium",
    "BrandRegistry",
    "ProductRegistry",
    "ObservationLog",
    "FindingRegistry",
    "CaseRegistry",
    "ModelRegistry",
)


@dataclass(frozen=True)
class Artifact:
    """One compiled contract."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes


@cache
def artifact(name: str) -> Artifact:
    """The artifact of a contract."""
    data = json.loads((FOLDER / f"{name}.json").read_bytes())
    return Artifact(name, data["abi"], bytes.fromhex(data["bytecode"][2:]))


def canonical_type(entry: dict[str, Any]) -> str:
    """The canonical ABI type of an input, tuples spelled out."""
    kind: str = entry["type"]
    if not kind.startswith("tuple"):
        return kind
    return "(" + ",".join(canonical_type(part) for part in entry["components"]) + ")" + kind[5:]
