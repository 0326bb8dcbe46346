"""Where a bureau acts from: its keys in the network's folder, and the node that it goes through."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from touchstone.errors import CommandError

if TYPE_CHECKING:  # the commands load the chain's libraries late
    from node.chain.client import ChainClient
    from node.chain.governance import Governance
    from node.chain.network.layout import Network
    from node.chain.sender import Sender
    from node.protocol.signing import LocalSigner

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


@dataclass(frozen=True)
class Desk:
    """One bureau's desk in a network's folder. What it reads raises `ChainError`."""

    directory: Path
    bureau: int
    through: int | None = None  # the number of another node than the bureau's own
    password_file: Path | None = None

    @cached_property
    def network(self) -> "Network":
        from node.chain.network.layout import Network

        return Network.load(self.directory)

    @property
    def client(self) -> "ChainClient":
        """The node that the bureau goes through."""
        from node.chain.network.processes import client_of

        return client_of(self.network.node(self.through or self.bureau))

    @property
    def governance(self) -> "Governance":
        from node.chain.governance import Governance

        return Governance(self.client)

    def key(self, role: str) -> bytes:
        """A key out of the bureau's keystore. Raises `CommandError` without a password, `ChainError` for a wrong one."""
        from node.chain.network.keystore import read_keystore

        folder = self.network.folder(self.network.node(self.bureau))
        password = kept_password(self.directory, self.password_file)
        if not password:
            raise CommandError("expected the password of the bureau's keys: give --password-file. Nothing was sent.")
        return read_keystore(folder, role, password)

    def sender(self, role: str) -> "Sender":
        """Carries transactions with one of the bureau's keys."""
        from node.chain.sender import Sender

        return Sender(self.client, self.key(role))

    def validator(self) -> "LocalSigner":
        """The validator's key of the node that the bureau goes through."""
        from node.chain.network.keystore import read_node_key
        from node.protocol.signing import LocalSigner

        return LocalSigner(read_node_key(self.network.folder(self.network.node(self.through or self.bureau))))
