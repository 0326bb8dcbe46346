"""Capture reports: what the oracle can honestly say of how it fetched a payload (SF/T 0091: checks before a capture).

Facts come from the connection (`Transport`) and from the machine (`look_at_machine`, once a round); turning them into
checks is pure. What could not be looked at counts as a check that failed.
"""

import hashlib
import platform
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar
from urllib.request import getproxies_environment

from node.protocol.capture import CARRIER, CLEANLINESS, CLOCK, MAX_DETAIL, NETWORK, CaptureReport, Check
from oracle.fetch import is_public
from oracle.payload import RawPayload, Transport

CLOCK_SECONDS = 5  # how far a clock may be off: what a second of rounding and a slow answer explain
CREDENTIALS = {"cookie", "authorization", "proxy-authorization"}
T = TypeVar("T")
TOOL_FILES = ("fetch.py", "payload.py", "capturing.py")


@dataclass(frozen=True)
class Machine:
    """What the machine shows of itself; None where it does not tell."""

    hosts: frozenset[str] | None  # names that its own table of hosts answers for
    traced: bool | None  # another process reads along in this one
    proxies: tuple[str, ...]  # schemes for which the environment names a proxy


def look_at_machine(hosts: Path = Path("/etc/hosts"), status: Path = Path("/proc/self/status")) -> Machine:
    """Look at this machine now."""
    return Machine(
        hosts=_read(hosts, lambda text: frozenset(name.lower() for line in text.splitlines() for name in _names(line))),
        traced=_read(status, lambda text: "\nTracerPid:\t0\n" not in text),
        proxies=tuple(sorted(set(getproxies_environment()) - {"no"})),
    )


@cache
def tool() -> str:
    """The tool that captures: the digest of its own files, and what it runs on."""
    files = (Path(__file__).with_name(name).read_bytes() for name in TOOL_FILES)
    digest = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in files)).hexdigest()
    return (
        f"touchstone oracle (sha256 {digest}), httpcore {version('httpcore')}, "
        f"Python {platform.python_version()}, {platform.system()}"
    )


def capture_report(payload: RawPayload, transport: Transport, machine: Machine, kept: bool) -> CaptureReport:
    """The report on one payload. `kept`: it lay in the store under its SHA-256 before anything read it."""
    server_time = transport.server_time
    ahead = None if server_time is None else transport.received_at - server_time
    return CaptureReport(
        tool=tool(),
        url=payload.url,
        payload=bytes.fromhex(payload.sha256),
        captured_at=transport.received_at,
        checks=(
            *_clock(ahead, transport.clock_step),
            *_network(transport.address, transport.tls, transport.redirects, machine.proxies),
            *_cleanliness(transport.host, transport.sent, machine),
            _carrier(kept),
        ),
    )


# Cached, because most payloads of a round come in the same way.


@lru_cache(maxsize=64)
def _clock(ahead: int | None, step: int) -> tuple[Check, ...]:
    if ahead is None:
        words = "the server did not say what time it was"
    else:
        words = f"own clock {abs(ahead)} s {'behind' if ahead < 0 else 'ahead of'} the server's"
    return (
        Check(CLOCK, "server_time", ahead is not None and abs(ahead) <= CLOCK_SECONDS, words),
        Check(CLOCK, "not_set_meanwhile", abs(step) <= CLOCK_SECONDS, f"own clock was set by {step} s while fetching"),
    )


@lru_cache(maxsize=64)
def _network(address: str, tls: str, redirects: int, proxies: tuple[str, ...]) -> tuple[Check, ...]:
    unused = f"; the environment names one for {', '.join(proxies)}, not used" if proxies else ""
    return (
        Check(NETWORK, "public_address", is_public(address), f"connected to {address:.45}"),
        Check(
            NETWORK, "tls", bool(tls), f"{tls}, certificate verified" if tls else "no TLS: nothing shows who answered"
        ),
        Check(NETWORK, "no_proxy", True, f"no proxy in between{unused}"[:MAX_DETAIL]),
        Check(NETWORK, "no_redirect", redirects == 0, f"{redirects} redirects"),
    )


@lru_cache(maxsize=64)
def _cleanliness(host: str, sent: tuple[str, ...], machine: Machine) -> tuple[Check, ...]:
    hosts, traced, carried = machine.hosts, machine.traced, sorted(CREDENTIALS & set(sent))
    silent = hosts is not None and host.lower() not in hosts
    session = f"sent {', '.join(carried)}" if carried else "no cookie, no credential, no cache"
    table = "could not be read" if hosts is None else "is silent on this name" if silent else "answers for this name"
    reader = "this system does not tell" if traced is None else "another one does" if traced else "none does"
    return (
        Check(CLEANLINESS, "no_session", not carried, session),
        Check(CLEANLINESS, "hosts_table", silent, f"the machine's own table of hosts {table}"),
        Check(CLEANLINESS, "not_traced", traced is False, f"whether a process traces this one: {reader}"),
    )


@cache
def _carrier(kept: bool) -> Check:
    return Check(CARRIER, "kept_whole", kept, "written and synced under its SHA-256 before anything read it")


def _names(line: str) -> list[str]:
    """The names in a line of a table of hosts."""
    return line.partition("#")[0].split()[1:]


def _read(path: Path, take: Callable[[str], T]) -> T | None:
    try:
        return take(path.read_text("utf-8", "replace"))
    except OSError:
        return None
