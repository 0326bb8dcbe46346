"""A bureau's keys in its folder: the validator's raw, since the client reads it so, the others encrypted.

Nobody but the owner may read any of these files (mode 0600); one that others may read is refused, never mended in silence:
who else has read it meanwhile is for the bureau to judge.
"""

import json
import secrets
import stat
from pathlib import Path

from eth_account import Account

from node.chain.errors import ChainError
from node.protocol.signing import LocalSigner

NODE_KEY = "node.key"
KEYSTORE = "keystore"


def new_node_key(folder: Path) -> bytes:
    """A validator's key, drawn and kept in `folder`."""
    key = secrets.token_bytes(32)
    _write_private(folder / NODE_KEY, key.hex())
    return key


def read_node_key(folder: Path) -> bytes:
    """A validator's key. Raises `ChainError` for a file that others may read, or that holds something else."""
    file = folder / NODE_KEY
    check_private(file)
    try:
        key = bytes.fromhex(file.read_text().strip())
    except (OSError, ValueError) as exc:
        raise ChainError(f"expected a validator's key in {file}, got: {exc}") from exc
    if len(key) != 32:
        raise ChainError(f"expected a validator's key of 32 bytes in {file}, got {len(key)}")
    return key


def new_keystore(folder: Path, role: str, password: str) -> str:
    """A new key, encrypted (Web3 Secret Storage) in a bureau's folder; returns its address."""
    (folder / KEYSTORE).mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(32)
    _write_private(folder / KEYSTORE / f"{role}.json", json.dumps(Account.encrypt(key, password)))
    return LocalSigner(key).address


def read_keystore(folder: Path, role: str, password: str) -> bytes:
    """A key from a bureau's keystore. Raises `ChainError` for a wrong password or file, or one that others may read."""
    file = folder / KEYSTORE / f"{role}.json"
    check_private(file)
    try:
        return bytes(Account.decrypt(json.loads(file.read_bytes()), password))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ChainError(f"expected to open the key {file} with the password given, got: {exc}") from exc


def check_private(file: Path) -> None:
    """Raises `ChainError` when others than the owner may read `file`, or when it is not there."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError as exc:
        raise ChainError(f"expected a key in {file}, got: {exc.strerror}") from exc
    if mode & 0o077:
        raise ChainError(
            f"expected mode 0600 on the key file {file}, got {mode:04o}: others may read it. Nothing was changed; "
            f"if nobody did, run: chmod 600 {file}"
        )


def _write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(text)
