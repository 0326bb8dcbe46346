"""A bureau's keys for the commands: the password of its keystores, and what the keystores hold."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from touchstone.errors import CommandError

if TYPE_CHECKING:  # the commands load the chain's libraries late
    from node.chain.network.layout import Network

KEPT = "password"  # beside network.json, on a rehearsal network


def read_password(file: Path | None) -> str:
    """The password of the keystores from a file or the environment; empty when neither names one. Never an argument:
    others on this machine can read those.
    """
    if file is None:
        return os.environ.get("TOUCHSTONE_PASSWORD", "")
    words = file.read_text(encoding="utf-8").strip()
    if not words:
        raise CommandError(f"expected a password in {file}, got an empty file. Nothing was changed.")
    return words


def kept_password(directory: Path, file: Path | None) -> str:
    """The password from `file`, else the one kept in the network's folder, else from the environment; may be empty."""
    kept = directory / KEPT
    return read_password(file or (kept if kept.exists() else None))


def bureau_key(network: "Network", bureau: int, role: str, password_file: Path | None) -> bytes:
    """A bureau's key out of its keystore. Raises `CommandError` without a password, `ChainError` for a wrong one."""
    from node.chain.network.create import read_keystore

    folder = network.folder(network.node(bureau))
    password = kept_password(network.root, password_file)
    if not password:
        raise CommandError("expected the password of the bureau's keys: give --password-file. Nothing was sent.")
    return read_keystore(folder, role, password)
