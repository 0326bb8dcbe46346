import hashlib
from pathlib import Path

import pytest

from oracle.errors import LakeError
from oracle.payload import PayloadStore


def test_payload_is_kept_under_its_digest_once(tmp_path: Path) -> None:
    store = PayloadStore(tmp_path)
    name = store.keep(b"body")
    assert name == hashlib.sha256(b"body").hexdigest() == store.keep(b"body")
    assert store.read(name) == b"body"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [name]


def test_altered_payload_is_not_given_out(tmp_path: Path) -> None:
    store = PayloadStore(tmp_path)
    name = store.keep(b"body")
    (tmp_path / name[:2] / name[2:4] / name).write_bytes(b"other")
    with pytest.raises(LakeError, match="other bytes"):
        store.read(name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64])
def test_names_are_digests_only(tmp_path: Path, name: str) -> None:
    with pytest.raises(LakeError, match="64 lowercase"):
        PayloadStore(tmp_path).read(name)


def test_unknown_payload_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        PayloadStore(tmp_path).read("0" * 64)
