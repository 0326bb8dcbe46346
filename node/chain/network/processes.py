"""Nodes as processes of this machine: started apart from us, found again by their pid file, stopped gently."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from node.chain.client import ChainClient
from node.chain.errors import ChainError, Unreachable
from node.chain.network import clients
from node.chain.network.clients import Client, Executable
from node.chain.network.keystore import NODE_KEY, read_node_key
from node.chain.network.layout import Network, Node

START_SECONDS = 120  # Besu takes about thirty
STOP_SECONDS = 20
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class State:
    """How a node is doing. Numbers are None when it does not answer."""

    bureau: int
    pid: int | None
    head: int | None = None
    head_age: int | None = None  # seconds
    peers: int | None = None
    validators: int | None = None
    url: str = ""


def client_of(node: Node, timeout: float = 10.0, wait_seconds: float = 60.0) -> ChainClient:
    """A client for a node's JSON-RPC; `timeout` in seconds is for one answer, `wait_seconds` for a block to come."""
    return ChainClient.at(node.url, timeout, wait_seconds)


def start(
    network: Network, executable: Executable, nodes: list[Node], progress: Callable[[Node], None] = lambda node: None
) -> list[Node]:
    """Start those of `nodes` that do not run, together, and wait until each answers. Returns the ones that were started.

    Raises `ChainError` for the wrong client, a key that others may read, a port in use, or a node that ends at once; those
    that run go on.
    """
    if executable.client is not network.client:
        raise ChainError(
            f"expected {network.client} for the network in {network.root}, got {executable.client} "
            f"{executable.version} at {executable.path}. Nothing was started: their genesis files differ"
        )
    waiting = [node for node in nodes if pid_of(network, node) is None]
    for node in waiting:
        read_node_key(network.folder(node))
        for port in (node.p2p, node.rpc):
            _check_free(port, node)
    for node in waiting:
        folder = network.folder(node)
        clients.prepare(
            executable, folder, network.root / "genesis.json", network.root / "static-nodes.json", folder / NODE_KEY
        )
    _let_in(network)
    # all before the first is waited for: a validator that finds no others goes through longer and longer rounds
    for node, process in [(node, _launch(network, executable, node)) for node in waiting]:
        _wait(network, node, process)
        progress(node)
    return waiting


def _let_in(network: Network) -> None:
    """The Besu nodes that run here read again whom they talk to, for nodes that were added since. A silent one is passed over."""
    for node in network.nodes if network.client is Client.BESU else ():
        if pid_of(network, node) is not None:
            with suppress(Unreachable):
                client_of(node, timeout=3.0).request("perm_reloadPermissionsFromFile")


def _launch(network: Network, executable: Executable, node: Node) -> subprocess.Popen[bytes]:
    folder = network.folder(node)
    with (folder / "node.log").open("ab") as log:
        process = subprocess.Popen(
            clients.command(executable, folder, network.root, network.chain_id, node.ports),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # it outlives us
            env={**os.environ, **clients.environment(network.client)},
        )
    (folder / "pid").write_text(str(process.pid))
    return process


def stop(network: Network, nodes: list[Node]) -> list[Node]:
    """Ask those of `nodes` that run to end, and wait; one that does not is killed. Returns the ones that ran."""
    running = [(node, pid) for node in nodes if (pid := pid_of(network, node)) is not None]
    for _, pid in running:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for node, pid in running:
        while pid_of(network, node) is not None and time.monotonic() < deadline:
            _reap(pid)
            time.sleep(POLL_SECONDS)
        if pid_of(network, node) is not None:
            os.kill(pid, signal.SIGKILL)
            _reap(pid)
        (network.folder(node) / "pid").unlink(missing_ok=True)
    return [node for node, _ in running]


def status(network: Network, node: Node, now: int) -> State:
    """How a node is doing now."""
    pid = pid_of(network, node)
    if pid is None:
        return State(node.bureau, None, url=node.url)
    client = client_of(node, timeout=3.0)
    try:
        block = client.block(client.head())
        return State(
            bureau=node.bureau,
            pid=pid,
            head=int(block["number"], 16),
            head_age=max(0, now - int(block["timestamp"], 16)),
            peers=int(client.request("net_peerCount"), 16),
            validators=_validator_count(client),
            url=node.url,
        )
    except ChainError:
        return State(node.bureau, pid, url=node.url)


def _validator_count(client: ChainClient) -> int | None:
    """None where a client that answers does not know them, as after a restart that led it astray (docs/network.md)."""
    try:
        return len(validators_of(client))
    except ChainError:
        return None


def validators_of(client: ChainClient) -> list[str]:
    """The validators as the client sees them now."""
    reasons = []
    for method in ("istanbul_getValidators", "qbft_getValidatorsByBlockNumber"):
        try:
            return list(client.request(method, "latest"))
        except ChainError as exc:
            reasons.append(str(exc))
    raise ChainError(f"expected a client that tells its validators, got: {'; '.join(reasons)}")


def pid_of(network: Network, node: Node) -> int | None:
    """The process of a node, if it runs. A pid that went to another program does not count."""
    try:
        pid = int((network.folder(node) / "pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, ValueError, IndexError):
        return None
    return pid if str(network.folder(node)).encode() in command and state != "Z" else None


def _wait(network: Network, node: Node, process: subprocess.Popen[bytes]) -> None:
    client = client_of(node, timeout=3.0)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ChainError(
                f"expected the node of bureau {node.bureau} to go on running, got exit code {process.returncode}: "
                f"{_last_words(network, node)}"
            )
        try:
            client.head()
            return
        except ChainError:
            time.sleep(POLL_SECONDS)
    raise ChainError(
        f"expected the node of bureau {node.bureau} to answer at {node.url} within {START_SECONDS} s, got nothing. "
        f"It goes on running; its log is {network.folder(node) / 'node.log'}"
    )


def _last_words(network: Network, node: Node) -> str:
    lines = (network.folder(node) / "node.log").read_text(errors="replace").strip().splitlines()
    return " / ".join(lines[-3:])[-500:]


def _check_free(port: int, node: Node) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as exc:
            raise ChainError(
                f"expected port {port} of bureau {node.bureau} to be free, got: {exc.strerror}. Nothing was started; "
                "stop the program that uses it, or make the network with another --first-port"
            ) from exc


def _reap(pid: int) -> None:
    """Collect a child of ours that ended; a child of somebody else is none of our business."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
