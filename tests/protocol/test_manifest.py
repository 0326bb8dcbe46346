import dataclasses
from typing import Any

import pytest

from node.protocol.canonical import canonical, digest_of, sha256
from node.protocol.errors import ProtocolError, UnreadableError, VerificationError
from node.protocol.manifest import FORMAT, ModelManifest, parse_features

FILES = {
    "model_sha256": b"{}",
    "features_sha256": b'[{"name":"price","scope":"own"}]',
    "thresholds_sha256": b"3f000000",
    "training_sha256": b"{}",
}
MANIFEST = ModelManifest.from_json(
    {"format": FORMAT, "kind": 1, **{name: sha256(data).hex() for name, data in FILES.items()}, "xgboost": "3.2.0"}
)


def test_the_model_id_is_the_digest_of_the_manifest() -> None:
    data = canonical(MANIFEST.to_json())
    assert data.startswith(b'{"features_sha256":"')
    assert ModelManifest.parse(data) == MANIFEST
    assert MANIFEST.id() == sha256(data) == digest_of(MANIFEST.to_json())
    assert dataclasses.replace(MANIFEST, kind=2).id() != MANIFEST.id()


def test_files_are_checked_by_digest() -> None:
    MANIFEST.check_files(FILES)
    for name in FILES:
        with pytest.raises(VerificationError, match=name):
            MANIFEST.check_files({name: b"another"})
    with pytest.raises(VerificationError, match="card"):
        MANIFEST.check_files({"card": b""})


@pytest.mark.parametrize(
    "change",
    [
        {"format": "touchstone-model/2"},
        {"kind": "1"},
        {"kind": 2**16},
        {"model_sha256": "00"},
        {"model_sha256": "0x" + "00" * 32},
        {"xgboost": "3.2"},
        {"xgboost": None},
        {"note": 1},
    ],
)
def test_a_manifest_is_strict(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        ModelManifest.parse(canonical(MANIFEST.to_json() | change))


def test_a_manifest_file_is_canonical() -> None:
    with pytest.raises(UnreadableError, match="canonical"):
        ModelManifest.parse(canonical(MANIFEST.to_json()) + b"\n")


def test_feature_files_name_each_feature_once() -> None:
    assert parse_features(FILES["features_sha256"]) == (("price", "own"),)
    for wrong in (
        b"{}",
        b'[{"name":"a"}]',
        b'[{"name":"a","scope":"x"}]',
        b'[{"name":"a","scope":"own"},{"name":"a","scope":"own"}]',
        b"[",
    ):
        with pytest.raises(ProtocolError):
            parse_features(wrong)
