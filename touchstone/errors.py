"""What the command says when it cannot go on: what was expected, what was kept, what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from node.chain.errors import ChainError
from node.protocol.errors import ProtocolError
from oracle.errors import OracleError

USAGE_EXIT = 2  # input that cannot be used; also the verifier's "unreadable"


class CommandError(Exception):
    """A message for the person at the terminal, printed without a traceback."""


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the errors of every floor, and those of the disk, into a message for a person."""
    try:
        yield
    except (ChainError, ProtocolError, OracleError) as exc:
        raise CommandError(str(exc)) from exc
    except OSError as exc:
        if exc.errno == 28:  # ENOSPC
            raise CommandError(
                f"the disk is full ({exc.filename or 'no file named'}). Everything written so far is kept and whole; "
                "free some space and run the same command again: it goes on where it stopped."
            ) from exc
        raise
