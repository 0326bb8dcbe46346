"""What the command says when it cannot go on: what was expected, what was kept, what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

USAGE_EXIT = 2  # input that cannot be used; also the verifier's "unreadable"
SYSTEM_WORDS = {
    errno.ENOSPC: "the disk is full. Everything written so far is kept and whole; "
    "free some space and run the same command again: it goes on where it stopped",
    errno.EACCES: "this user may not read or write here. Nothing was changed; "
    "give another place, or change the permissions",
    errno.EROFS: "the disk is read-only. Nothing was changed; give another place",
    errno.EADDRINUSE: "the port is in use by another program. Nothing was lost; stop that program or take another port",
}


class CommandError(Exception):
    """A message for the person at the terminal, printed without a traceback."""


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the errors of every floor, and those of the system, into a message for a person."""
    try:
        yield
    except OSError as exc:
        if exc.errno is None:  # a library's own error, not one of the system
            raise
        where = f"{exc.filename}: " if exc.filename else ""
        words = SYSTEM_WORDS.get(exc.errno, f"{exc.strerror}. Nothing was changed; check the path")
        raise CommandError(f"{where}{words}") from exc
    except Exception as exc:
        if not isinstance(exc, families()):
            raise
        raise CommandError(str(exc)) from exc


def families() -> tuple[type[Exception], ...]:
    """The roots of all errors that this project raises. Imported late: most commands need few of these packages."""
    from node.app import AppError
    from node.chain.errors import ChainError
    from node.config import ConfigError
    from node.protocol.errors import ProtocolError
    from node.services.errors import ServiceError
    from node.store.errors import StoreError
    from oracle.errors import OracleError

    return (AppError, ChainError, ConfigError, OracleError, ProtocolError, ServiceError, StoreError)
