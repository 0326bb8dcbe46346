"""A bureau's keys: kept once, read by their owner alone."""

import stat
from pathlib import Path

import pytest

from node.chain.errors import ChainError
from node.chain.network import keystore
from node.protocol.signing import LocalSigner

PASSWORD = "only for tests"


def test_what_is_kept_is_read_again_and_private(tmp_path: Path) -> None:
    key = keystore.new_node_key(tmp_path)
    address = keystore.new_keystore(tmp_path, "oracle", PASSWORD)
    assert keystore.read_node_key(tmp_path) == key
    assert LocalSigner(keystore.read_keystore(tmp_path, "oracle", PASSWORD)).address == address
    files = [tmp_path / "node.key", tmp_path / "keystore" / "oracle.json"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    key = keystore.new_node_key(tmp_path)
    with pytest.raises(FileExistsError):
        keystore.new_node_key(tmp_path)
    assert keystore.read_node_key(tmp_path) == key


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_may_read_is_refused_and_left_alone(tmp_path: Path, mode: int) -> None:
    keystore.new_node_key(tmp_path)
    file = tmp_path / "node.key"
    file.chmod(mode)
    with pytest.raises(ChainError, match=f"expected mode 0600 on the key file .*, got {mode:04o}.*chmod 600"):
        keystore.read_node_key(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_what_is_no_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChainError, match=r"expected a key in .*node\.key, got: No such file"):
        keystore.read_node_key(tmp_path)
    file = tmp_path / "node.key"
    file.touch(mode=0o600)
    file.write_text("00ff")
    with pytest.raises(ChainError, match="of 32 bytes in .*, got 2"):
        keystore.read_node_key(tmp_path)
    file.write_text("not hex")
    with pytest.raises(ChainError, match="expected a validator's key in"):
        keystore.read_node_key(tmp_path)
    (tmp_path / "keystore").mkdir()
    (tmp_path / "keystore" / "oracle.json").touch(mode=0o600)
    with pytest.raises(ChainError, match="password given"):
        keystore.read_keystore(tmp_path, "oracle", PASSWORD)
