"""`touchstone network keep`: one bureau's account logs past blocks into BlockLog, for as long as it runs.

Any number of bureaus may do so at once. A node that does not answer, or a chain that stands still, is waited for.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

from rich.console import Console

from node.chain.block_log import BlockLog
from node.chain.errors import ChainError, WrongChain
from node.chain.sender import Sender
from node.protocol.canonical import to_hex
from node.services.block_logging import RUN, Logged, log_blocks

PAUSE_SECONDS = 5.0


class Keeper:
    """Logs what is due whenever the chain has grown."""

    def __init__(
        self,
        log: BlockLog,
        sender: Sender,
        chain_id: int,
        tell: Callable[[Logged], None],
        say: Callable[[str], None],
        size: int = RUN,
    ) -> None:
        self._log = log
        self._sender = sender
        self._chain_id = chain_id
        self._tell = tell  # hears what was logged
        self._say = say  # hears what is waited for
        self._size = size
        self._tried = -1  # the newest block at the last try: what was sent then may still be under way
        self._waiting = False

    def turn(self) -> None:
        """Log all whole runs, unless no block came since the last turn. Raises `WrongChain`, `ChainError`."""
        head = self._log.client.head()
        if head <= self._tried:
            return
        if self._log.client.chain_id != self._chain_id:
            raise WrongChain(
                f"expected chain {self._chain_id}, got a node of chain {self._log.client.chain_id}. Nothing was logged."
            )
        self._tried = head
        for run in log_blocks(self._log, self._sender, self._size):
            self._tell(run)
        if self._waiting:
            self._say(f"goes on at block {head} · 已恢复，第 {head} 号区块")
            self._waiting = False

    def patient_turn(self) -> None:
        """A turn that says what it waits for, once, instead of failing. Raises `WrongChain`."""
        try:
            self.turn()
        except WrongChain:
            raise
        except ChainError as exc:
            if not self._waiting:
                self._say(f"waiting · 等待中: {exc}")
            self._waiting = True


def keep(log: BlockLog, key: bytes, chain_id: int, once: bool, as_json: bool) -> None:
    """Log until stopped, or what is due now with `once`."""
    keeper = Keeper(log, Sender(log.client, key), chain_id, _tell_json if as_json else _tell, _say)
    if once:
        keeper.turn()
        if not as_json:
            following = log.next()
            print(f"logged up to block {following - 1} · 已载入至第 {following - 1} 号区块" if following else NOTHING)
        return
    with Console(stderr=True).status("keeping the block log · 维护区块日志"):
        while True:
            keeper.patient_turn()
            time.sleep(PAUSE_SECONDS)


NOTHING = f"nothing to log yet: a run has {RUN} blocks · 尚无可载入的区块：每段 {RUN} 个"


def _tell(run: Logged) -> None:
    last = run.first + run.size - 1
    print(
        f"logged 已载入  blocks 区块 {run.first}–{last}, root 根 {to_hex(run.root)}, in block 载于 {run.block}",
        flush=True,
    )
    if run.missed:
        print(f"missed 缺失    {run.missed} blocks before were not logged in time · 此前 {run.missed} 个区块未及时载入")


def _tell_json(run: Logged) -> None:
    print(json.dumps({**asdict(run), "root": to_hex(run.root)}), flush=True)


def _say(words: str) -> None:
    print(f"touchstone: {words}", file=sys.stderr, flush=True)
