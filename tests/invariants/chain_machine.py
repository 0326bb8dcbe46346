"""The base of the machines: a founded chain of its own, a clock that rules move, and calls that say whether they were refused.

A machine keeps a model beside the contracts. Before each call the model names the errors with which the contract may refuse
it, none where it must accept; after each step the invariants compare the whole state with the model's.
"""

import dataclasses
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from eth_abi.abi import decode
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from node.chain.artifacts import canonical_type
from node.chain.contracts import calldata
from node.chain.decode import Event, decode_log, function_entry
from node.chain.engines.embedded import EmbeddedEngine
from node.chain.errors import Reverted
from node.chain.genesis import Founding, Genesis, build_genesis
from node.chain.sender import Sender
from node.protocol.canonical import sha256
from node.protocol.configuration import Bureau, Court
from node.protocol.identifiers import ADDRESSES, address_bytes
from node.protocol.signing import LocalSigner
from tests.chain.conftest import CHAIN_ID, FOUNDED, VALIDATOR_KEYS, Chain, Clock, configuration, key

# How long the machines walk: enough for every run of the tests, and far more on demand.
LONG = os.environ.get("TOUCHSTONE_LONG_INVARIANTS") == "1"
SETTINGS = settings(
    max_examples=400 if LONG else 12,
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    derandomize=not LONG,  # the same walks in every run of the tests
    phases=[Phase.generate, *([Phase.shrink] if LONG else [])],  # a failing walk takes minutes to shrink
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

HOUR, DAY = 3600, 24 * 3600


class Outcome(NamedTuple):
    """What came of a call: the error of a refusal, or the events and the block of what was done."""

    refusal: str | None
    events: tuple[Event, ...]
    block: int


def address(name: str) -> str:
    """The address of a named key."""
    return LocalSigner(key(name)).address


def digest(text: str) -> bytes:
    return sha256(text.encode())


def newcomer(number: int) -> Bureau:
    """A bureau that is no member yet, with keys of its own."""
    names = [f"{number}.{role}" for role in ("validator", "oracle", "sender", "officer")]
    region = b"310000".ljust(32, b"\0")
    return Bureau(number, digest(f"name {number}"), region, digest(f"paper {number}"), *map(address, names), 1)


@cache
def genesis() -> Genesis:
    """Four bureaus and two courts, so that an appeal has a court to go to."""
    founded = configuration()
    courts = (*founded.courts, Court(2, digest("court 2"), address("court 2")))
    return build_genesis(Founding(CHAIN_ID, FOUNDED, dataclasses.replace(founded, courts=courts)))


def always(method: Callable[[Any], None]) -> Callable[[Any], None]:
    """Mark what holds after every step of every walk. docs/invariants.md names each."""
    marked: Callable[[Any], None] = invariant()(method)
    marked.always = True  # type: ignore[attr-defined]
    return marked


class ChainMachine(RuleBasedStateMachine):
    """One walk on one chain."""

    SPARE_VALIDATORS: tuple[str, ...] = ()  # names of keys that may come to seal
    seen: Counter[str]  # over all walks: errors, and events of what was accepted

    def __init_subclass__(cls) -> None:
        cls.seen = Counter()

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "chain.sqlite"
        clock = Clock()
        clock.running = False  # only rules move it, so that the model knows the time of every call
        keys = [*VALIDATOR_KEYS, *map(key, self.SPARE_VALIDATORS)]
        engine = EmbeddedEngine.open(path, genesis(), keys, clock)
        self.chain = Chain(engine, genesis(), path, clock)
        self._senders: dict[str, Sender] = {}
        self._reads: dict[tuple[Any, ...], Any] = {}  # of the block at the head
        self._sequences = dict.fromkeys(ADDRESSES.values(), 0)

    def teardown(self) -> None:
        self.chain.engine.close()
        self._folder.cleanup()

    # --- calls ----------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The time of the last block, or of the next one while a call is made."""
        return self.chain.clock.now

    def pass_time(self, seconds: int) -> None:
        self.chain.clock.now += seconds

    def call(self, who: str, contract: str, function: str, *values: Any) -> Outcome:
        """Call as the key named `who`, in a block of its own, a second after the last."""
        return self.send(who, contract, calldata(contract, function, *values))

    def send(self, who: str, contract: str, data: bytes) -> Outcome:
        self.pass_time(1)
        sender = self._senders.setdefault(who, Sender(self.chain.client, key(who)))
        try:
            receipt = sender.wait(sender.send(ADDRESSES[contract], data))
            self._reads.clear()
        except Reverted as refused:
            self.seen[refused.name] += 1
            return Outcome(refused.name, (), self.chain.client.head())
        events = tuple(event for raw in receipt["logs"] if (event := decode_log(raw)) is not None)
        assert len(events) == len(receipt["logs"]), "a log that no interface names"
        self.seen.update(event.name for event in events)
        for event in events:
            self._sequences[event.address] += 1
            assert event.sequence == self._sequences[event.address], f"a gap before {event}"
        return Outcome(None, events, int(receipt["blockNumber"], 16))

    def expect(self, outcome: Outcome, refusals: Iterable[str]) -> bool:
        """Check an outcome against the model: one of `refusals`, or accepted where there are none. Says whether accepted."""
        expected = set(refusals)
        if outcome.refusal is None:
            assert not expected, f"accepted, though the model refuses it: {sorted(expected)}"
            return True
        assert outcome.refusal in expected, f"refused with {outcome.refusal}, the model expected {sorted(expected)}"
        return False

    def read(self, contract: str, function: str, *values: Any) -> Any:
        """What a view returns after the last block; a single value without its tuple. Not for what time alone changes."""
        asked = (contract, function, *values)
        if asked not in self._reads:
            self._reads[asked] = self.read_now(contract, function, *values)
        return self._reads[asked]

    def read_now(self, contract: str, function: str, *values: Any) -> Any:
        """What a view returns at this moment."""
        answer = self.chain.client.call(ADDRESSES[contract], calldata(contract, function, *values))
        outputs = function_entry(contract, function)["outputs"]
        found = decode([canonical_type(part) for part in outputs], answer)
        return found[0] if len(found) == 1 else found

    def must(self, outcome: Outcome) -> Outcome:
        """A call that sets the scene: it is accepted."""
        self.expect(outcome, ())
        return outcome

    # --- what several machines need ---------------------------------------------------------------------------------------

    def decide(self, action: bytes, voters: Iterable[str], wait: int = DAY) -> Outcome:
        """Propose, vote and execute in one go; returns the outcome of the execution."""
        first, *others = voters
        made = self.must(self.call(first, "Consortium", "propose", action, digest(f"minutes {self.now}")))
        proposal = made.events[0].args["id"]
        for officer in (first, *others):
            self.must(self.call(officer, "Consortium", "vote", proposal, True))
        self.pass_time(wait)
        return self.call(first, "Consortium", "execute", proposal)

    def tour(self) -> Iterator[None]:
        """One walk by hand, to places that chance seldom finds; what always holds is checked at each `yield`."""
        yield from ()

    def check(self) -> None:
        """Check all that always holds."""
        for name in dir(type(self)):
            if getattr(getattr(type(self), name), "always", False):
                getattr(self, name)()

    # --- what holds on every chain ------------------------------------------------------------------------------------------

    @always
    def no_contract_holds_ether(self) -> None:
        state = self.chain.engine.state(self.chain.engine.head())
        assert not any(state.get_balance(address_bytes(contract)) for contract in ADDRESSES.values())


def walk(machine: type[ChainMachine], reached: Iterable[str]) -> None:
    """Run a machine's tour and its walks. They must have met each of `reached`: what gets nowhere shows nothing."""
    toured = machine()
    try:
        for _ in toured.tour():
            toured.check()
    finally:
        toured.teardown()
    run_state_machine_as_test(machine, settings=SETTINGS)  # type: ignore[no-untyped-call]
    missing = set(reached) - set(machine.seen)
    assert not missing, f"no walk met {sorted(missing)}"
