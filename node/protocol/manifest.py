"""A model's manifest: the digests of its files. Its own digest is the model id that findings name.

The files: model.json of XGBoost, features.json (list of {"name", "scope"}), thresholds.hex, training.json.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from node.protocol.canonical import Json, canonical, digest_of, parse, sha256
from node.protocol.errors import UnreadableError, VerificationError
from node.protocol.reading import bare_hex_of, bytes_of, integer_of, list_of, object_of, text_of

FORMAT = "touchstone-model/1"
SCOPES = ("own", "context")
DIGESTS = ("model_sha256", "features_sha256", "thresholds_sha256", "training_sha256")


@dataclass(frozen=True)
class ModelManifest:
    """What a model consists of."""

    kind: int
    model_sha256: bytes
    features_sha256: bytes
    thresholds_sha256: bytes
    training_sha256: bytes
    xgboost: str = "3.2.0"

    def __post_init__(self) -> None:
        integer_of(self.kind, 0, 2**16 - 1)
        for name in DIGESTS:
            bytes_of(getattr(self, name), 32)
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}){2}", text_of(self.xgboost)):
            raise UnreadableError(f"expected a version such as 3.2.0, got {self.xgboost!r:.40}")

    def id(self) -> bytes:
        """The model id."""
        return digest_of(self.to_json())

    def check_files(self, files: Mapping[str, bytes]) -> None:
        """Check the given files, by manifest key, against their digests. Raises `VerificationError`."""
        for key, data in files.items():
            if key not in DIGESTS or sha256(data) != getattr(self, key):
                raise VerificationError(f"expected the file that {key} names, got another")

    def to_json(self) -> dict[str, Json]:
        digests: dict[str, Json] = {name: getattr(self, name).hex() for name in DIGESTS}
        return {"format": FORMAT, "kind": self.kind, **digests, "xgboost": self.xgboost}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The manifest that `to_json` wrote. Raises `UnreadableError`."""
        members = object_of(value, ("format", "kind", *DIGESTS, "xgboost"))
        if members["format"] != FORMAT:
            raise UnreadableError(f"expected the format {FORMAT}, got {members['format']!r:.60}")
        digests = {name: bare_hex_of(members[name], 32) for name in DIGESTS}
        return cls(kind=integer_of(members["kind"]), **digests, xgboost=text_of(members["xgboost"]))

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The manifest in a file, which must be canonical."""
        manifest = cls.from_json(parse(data))
        if canonical(manifest.to_json()) != data:
            raise UnreadableError("expected a canonical manifest, got another spelling")
        return manifest


def parse_features(data: bytes) -> tuple[tuple[str, str], ...]:
    """The (name, scope) list of a features.json. Raises `UnreadableError`."""
    rows = [object_of(row, ("name", "scope")) for row in list_of(parse(data), 1000)]
    found = tuple((text_of(row["name"]), text_of(row["scope"])) for row in rows)
    if len({name for name, _ in found}) != len(found) or any(scope not in SCOPES for _, scope in found):
        raise UnreadableError(f"expected each feature once with a scope of {SCOPES}")
    return found
