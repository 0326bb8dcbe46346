"""The home directory of a node on this machine: one folder, one process, keys with mode 0600.

home.json            what this home is for (format, chain id, market seed); written last when it is made
keys/<name>.key      one 32-byte key a file, hex, mode 0600
genesis.json         the chain's first block, made once
trust.json           the trust root to hand to a verifier
chain.sqlite         the embedded chain
bureau-<n>/          one bureau's own store, payloads and lake
bundles/             exported evidence
"""

import fcntl
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from node.services.files import write_whole as write_whole  # for its rooms that know no service
from touchstone.errors import CommandError

FORMAT = 1


@dataclass
class Home:
    """An open home; hold it while working in it, `close` gives it back."""

    path: Path
    facts: dict[str, int]
    _lock: IO[str]

    @classmethod
    def open(cls, path: Path, wanted: Mapping[str, int | None], defaults: Mapping[str, int]) -> "Home":
        """Open the home at `path`, or make one with `wanted` over `defaults`.

        A fact in `wanted` that differs from what the home was made with is an error, as is a folder that holds other things.
        """
        if path.exists() and not path.is_dir():
            raise CommandError(
                f"expected a folder for the home, got the file {path}. Nothing was changed; give another place with --home DIR."
            )
        foreign = path.exists() and not (path / "lock").exists() and any(path.iterdir())
        if foreign:
            raise CommandError(
                f"expected an empty folder or a Touchstone home at {path}, got a folder with other files in it. "
                "Nothing was changed; give another place with --home DIR."
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
            lock = (path / "lock").open("a+")
        except PermissionError as exc:
            raise CommandError(
                f"expected a folder this account may write to, got {path} ({exc.strerror}). Give another place with --home DIR."
            ) from exc
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            lock.close()
            raise CommandError(
                f"the home {path} is in use by another process. Nothing was changed; stop that process (perhaps a node left "
                "running with --serve), or give another place with --home DIR."
            ) from exc
        return cls(path, cls._facts(path, wanted, defaults), lock)

    @classmethod
    def find(cls, path: Path) -> "Home":
        """Open the home that is at `path`; where there is none, none is made."""
        if not (path / "home.json").is_file():
            raise CommandError(
                f"expected a Touchstone home at {path}, got none. Nothing was changed; give its folder with --home DIR, "
                "or make one with: touchstone demo --home DIR"
            )
        return cls.open(path, {}, {})

    @staticmethod
    def _facts(path: Path, wanted: Mapping[str, int | None], defaults: Mapping[str, int]) -> dict[str, int]:
        file = path / "home.json"
        if not file.exists():
            facts = {"format": FORMAT, **defaults, **{k: v for k, v in wanted.items() if v is not None}}
            write_whole(file, json.dumps(facts, indent=1).encode())
            return facts
        try:
            facts = json.loads(file.read_bytes())
            if not isinstance(facts, dict) or not all(isinstance(facts.get(k), int) for k in ("format", *defaults)):
                raise ValueError("facts are missing")
        except ValueError as exc:
            raise CommandError(
                f"expected the facts of a Touchstone home in {file}, got something else ({exc}). Nothing was changed; "
                "put the file back from a copy, or start anew with --home DIR."
            ) from exc
        if facts["format"] > FORMAT:
            raise CommandError(
                f"the home {path} was made by a newer version (format {facts['format']}, this one reads {FORMAT}). "
                "Nothing was changed; use that version, or another place with --home DIR."
            )
        for name, value in wanted.items():
            if value is not None and value != facts.get(name):
                raise CommandError(
                    f"the home {path} was made with {name} {facts.get(name)}, and {value} was asked for. Nothing was changed; "
                    f"leave --{name} out to go on with it, or give another place with --home DIR."
                )
        return facts

    def key(self, name: str) -> bytes:
        """The 32-byte key called `name`; drawn and stored, mode 0600, before it is first used."""
        folder = self.path / "keys"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"{name}.key"
        if not file.exists():
            write_whole(file, secrets.token_hex(32).encode(), mode=0o600)
        if file.stat().st_mode & 0o077:
            raise CommandError(f"expected mode 0600 on the key file {file}, got more. Run: chmod 600 {file}")
        return bytes.fromhex(file.read_text())

    def folder(self, *parts: str) -> Path:
        """A folder inside the home, made when it is not there."""
        path = self.path.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def close(self) -> None:
        """Give the home back to other processes."""
        self._lock.close()
