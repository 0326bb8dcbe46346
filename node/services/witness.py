"""A witness outside the consortium: follows the chain for itself, and cosigns checkpoints of the log of block hashes.

It believes no node: every block goes through the monitor, and the log is built here from the hashes that passed. It
never signs two checkpoints of which one does not continue the other: what it signs is on the disk before the signature
exists, and where it cannot know what it signed before, it refuses.
"""

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from node.chain.client import ChainClient
from node.chain.errors import ChainError
from node.protocol.canonical import from_hex, to_hex
from node.protocol.checkpoint import Checkpoint, Note, cosign, origin_of
from node.protocol.header import Header
from node.protocol.merkle import leaf_hash
from node.protocol.trust import TrustRoot
from node.services.errors import WitnessRefused
from node.services.monitoring import Alarm, Monitor, Watched
from node.services.witness_state import RETIRE, State, WitnessFolder

STRIDE = 200  # blocks followed between two looks at the log; the monitor remembers the hashes of 256
AHEAD = 60  # seconds that a block may be before our clock; more, and one of the two clocks is wrong
FORKS = ("two_blocks", "double_seal")


class Witness:
    """One witness of one chain, in its folder. `notes` are further checkpoints of its own that others hold."""

    def __init__(
        self,
        folder: Path,
        trust: TrustRoot,
        sources: Mapping[str, ChainClient],
        clock: Callable[[], int],
        period: int = 2,
        notes: tuple[Note, ...] = (),
    ) -> None:
        self._folder = WitnessFolder(folder)
        self._trust, self._sources, self._clock, self._period = trust, sources, clock, period
        self._notes = notes
        self._origin = origin_of(trust.chain_id, trust.genesis_hash)

    def sign(
        self, told: Callable[[Alarm], None] = lambda alarm: None, moved: Callable[[int], None] = lambda block: None
    ) -> Note:
        """Follow to the head and cosign what is there. Raises `WitnessRefused`, having signed nothing.

        `told` gets the monitor's new alarms, `moved` the number of the block that was reached.
        """
        with self._alone():
            public, private = self._folder.key()
            state, watched = self._follow(self._load(), told, moved)
            now = self._clock()
            self._check(state, watched, now)
            checkpoint = Checkpoint(self._origin, state.tree.size, state.tree.root())
            self._folder.save(replace(state, size=checkpoint.size, root=checkpoint.root, time=now))
            note = Note(checkpoint, (cosign(checkpoint, public.name, private, now),))
            self._folder.release(note)
            return note

    # --- following ------------------------------------------------------------------------------------------------------

    def _follow(
        self, state: State, told: Callable[[Alarm], None], moved: Callable[[int], None]
    ) -> tuple[State, Watched]:
        """Follow to the head; the log grows with what the monitor accepts."""
        monitor = Monitor(self._trust, self._sources, self._folder.path / "watch", self._clock, self._period)
        before = -1
        while monitor.watched.block != before:
            before = monitor.watched.block
            self._check_past(monitor.watched)
            state = self._absorb(state, monitor.watched)
            self._folder.save(state)
            for alarm in monitor.follow(self._stride(before)):
                told(alarm)
            moved(monitor.watched.block)
        return state, monitor.watched

    def _stride(self, block: int) -> int:
        """How many blocks to follow at once: up to the trust root's last, so that its sets can be compared there."""
        left = self._trust.complete_to - block - 1
        return min(STRIDE, left) if left > 0 else STRIDE

    def _absorb(self, state: State, watched: Watched) -> State:
        """The log with the blocks that the monitor has beyond it. Behind it, the last block has to be met again first."""
        size = state.tree.size
        if watched.block < size - 1:
            return state
        if any(number not in watched.hashes for number in range(max(size - 1, 0), watched.block + 1)):
            raise WitnessRefused(
                f"expected a state near block {watched.block}, where the monitor is, got one of {size} blocks: "
                f"the folder was put back from a copy. {RETIRE}"
            )
        if size and watched.hashes[size - 1] != to_hex(state.tip):
            raise WitnessRefused(
                f"expected block {size - 1} to be {to_hex(state.tip)}, as it is in the log that this key signs, got "
                f"{watched.hashes[size - 1]}: another history. Nothing was signed; keep the folder as evidence"
            )
        tree = state.tree
        for number in range(size, watched.block + 1):
            tree = tree.append(leaf_hash(from_hex(watched.hashes[number], 32)))
        return replace(state, tree=tree, tip=from_hex(watched.hashes[watched.block], 32))

    # --- what keeps it from signing --------------------------------------------------------------------------------------

    def _load(self) -> State:
        """The state, of this chain."""
        state = self._folder.load(self._notes)
        if state.origin not in ("", self._origin):
            raise WitnessRefused(
                f"expected the log {state.origin}, which this key signs, got {self._origin}. "
                "Nothing was signed; a witness of another chain has a folder and a key of its own"
            )
        return replace(state, origin=self._origin)

    def _check_past(self, watched: Watched) -> None:
        """Former validators could tell another past to who comes new; the trust root says who they were, and which blocks."""
        pinned = self._trust.validators_for(watched.block + 1)
        others = pinned is not None and set(pinned) != set(watched.validators)
        known = [(each.number, to_hex(each.block_hash)) for each in self._trust.pinned_blocks]
        if others or any(watched.hashes.get(number, pin) != pin for number, pin in known):
            raise WitnessRefused(
                f"expected the validators and blocks that the trust root names up to block {watched.block}, got others. "
                "Nothing was signed; this is not the chain's history, or the trust root is not of this chain"
            )

    def _check(self, state: State, watched: Watched, now: int) -> None:
        """Everything that keeps a witness from signing what it followed."""
        # (1) no two blocks at one height, ever: a person has to look before this witness says which one it saw
        alarms = self._folder.path / "watch" / "alarms"
        forks = sorted(file for kind in FORKS for file in alarms.glob(f"*-{kind}-*.json"))
        if forks:
            raise WitnessRefused(
                f"two blocks at one height were told; the evidence is in {forks[0]}. Nothing was signed. When the nodes "
                "have been compared and one of them lied, leave it out and move that file away"
            )
        # (2) as far as before, and as the trust root says: a shorter chain is old, or told by former validators
        least = max(state.tree.size - 1, self._trust.complete_to)
        if watched.block < least or not any(self._reaches(client, least) for client in self._sources.values()):
            raise WitnessRefused(
                f"expected a node that proves the chain to block {least}, came to {watched.block}. Nothing was signed; "
                "try again when one answers, or give others"
            )
        # (3) a clock that can be right
        header = watched.headers.get(watched.block)
        time = Header.from_rlp(from_hex(header)).time if header else 0
        if now < state.time or time > now + AHEAD:
            raise WitnessRefused(
                f"expected a time after the last signature ({state.time}) and the last block ({time}), got {now}. "
                "Nothing was signed; set the clock"
            )

    def _reaches(self, client: ChainClient, block: int) -> bool:
        """Does this node answer now, on this chain, at least so far?"""
        try:
            return client.genesis_hash == self._trust.genesis_hash and client.head() >= block
        except ChainError:
            return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time."""
        self._folder.key()
        with (self._folder.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as exc:
                raise WitnessRefused(f"another process works in {self._folder.path}. Nothing was signed") from exc
            yield
