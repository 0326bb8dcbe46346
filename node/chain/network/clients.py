"""What differs between the client programs that run QBFT: genesis settings, header form, files and command lines.

Besu is the production client; GoQuorum has the same header format and is what development networks run where no Java is.
How each was tried, with versions, stands in docs/network.md.
"""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from node.chain.errors import ChainError
from node.chain.genesis import Genesis
from node.protocol.canonical import Json
from node.protocol.header import ALWAYS, Header
from node.protocol.identifiers import ADDRESSES

VERSION_SECONDS = 60  # a Java program takes its time to say its version
EPOCH_BLOCKS = 30_000
BERLIN = (
    *("homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople"),
    *("petersburg", "istanbul", "muirGlacier", "berlin"),
)


class Client(StrEnum):
    """A client program that speaks QBFT."""

    BESU = "besu"
    QUORUM = "quorum"


@dataclass(frozen=True)
class Executable:
    """A client program on this machine."""

    path: Path
    client: Client
    version: str


@dataclass(frozen=True)
class Ports:
    """Where a node listens, on the loopback address when it is started here."""

    p2p: int
    rpc: int


def recognise(path: Path) -> Executable:
    """The client at `path`, by what it says of its version. Raises `ChainError` for any other program."""
    path = path.absolute() if path.exists() else path  # else a name to look for in PATH
    for argument in ("--version", "version"):
        try:
            done = subprocess.run(  # the operator names the program, and no shell stands between
                [str(path), argument],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=VERSION_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise ChainError(f"expected a client program at {path}, got: {exc}. Nothing was started.") from exc
        text = done.stdout + done.stderr
        if found := re.search(r"Quorum Version: (\S+)", text):
            return Executable(path, Client.QUORUM, found[1])
        if found := re.search(r"besu/v?(\S+?)(?:/|\s|$)", text):
            return Executable(path, Client.BESU, found[1])
    raise ChainError(
        f"expected Besu or GoQuorum at {path}, got a program that says {text.strip()[:80]!r} of itself. Nothing was started."
    )


def genesis_json(genesis: Genesis, client: Client, period: int) -> dict[str, Json]:
    """The genesis file for a client; `period` is the seconds between blocks. The accounts are the same for all."""
    qbft: dict[str, Json] = {
        "epochlength": EPOCH_BLOCKS,
        "blockperiodseconds": period,
        "requesttimeoutseconds": 2 * period,
        "validatorcontractaddress": ADDRESSES["ValidatorSet"],
    }
    forks: dict[str, Json] = {f"{fork}Block": 0 for fork in BERLIN}
    if client is Client.BESU:
        return genesis.to_json({**forks, "londonBlock": 0, "zeroBaseFee": True, "qbft": qbft})
    qbft = {k: v for k, v in qbft.items() if k != "epochlength"} | {
        "epoch": EPOCH_BLOCKS,
        "policy": 0,
        "ceil2Nby3Block": 0,
        "validatorselectionmode": "contract",
    }
    settings: dict[str, Json] = {"isQuorum": True, "txnSizeLimit": 128, "qbft": qbft}
    found = genesis.to_json({**forks, **settings})
    del found["baseFeePerGas"]
    return found


def genesis_header(genesis: Genesis, client: Client) -> Header:
    """Block 0 as the client has it: without the base fee where the rules end with Berlin."""
    return genesis.header if client is Client.BESU else Header(genesis.header.items[:ALWAYS])


def prepare(executable: Executable, folder: Path, genesis: Path, static_nodes: Path, key: Path) -> None:
    """Make a node's data folder. Does nothing when it is there. Raises `ChainError` when the client refuses."""
    data = folder / "data"
    if data.exists():
        return
    made = data.with_name("data.part")
    made.mkdir(mode=0o700, exist_ok=True)
    if executable.client is Client.QUORUM:
        (made / "geth").mkdir(exist_ok=True)
        for place in (made, made / "geth"):
            (place / "static-nodes.json").write_bytes(static_nodes.read_bytes())
        node_key = made / "geth" / "nodekey"
        node_key.touch(mode=0o600)
        node_key.write_bytes(key.read_bytes())
        command = [str(executable.path), "--datadir", str(made), "init", str(genesis)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ChainError(f"the client refused the genesis file {genesis}: {done.stderr.strip()[-300:]}")
    made.rename(data)


def command(executable: Executable, folder: Path, root: Path, chain_id: int, ports: Ports) -> list[str]:
    """The command line of a node that listens on the loopback address only."""
    data = folder / "data"
    if executable.client is Client.BESU:
        return [
            str(executable.path),
            f"--config-file={folder / 'besu.toml'}",
            f"--data-path={data}",
            f"--genesis-file={root / 'genesis.json'}",
            f"--static-nodes-file={root / 'static-nodes.json'}",
            f"--permissions-nodes-config-file={root / 'permissions_config.toml'}",
            f"--node-private-key-file={folder / 'node.key'}",
            f"--p2p-port={ports.p2p}",
            f"--rpc-http-port={ports.rpc}",
        ]
    return [
        *(str(executable.path), "--datadir", str(data), "--networkid", str(chain_id)),
        *("--nodiscover", "--port", str(ports.p2p), "--nat", "none", "--ipcdisable", "--nousb"),
        *("--http", "--http.addr", "127.0.0.1", "--http.port", str(ports.rpc)),
        *("--http.api", "eth,net,web3,istanbul,txpool,admin", "--http.vhosts", "localhost"),
        *("--mine", "--miner.threads", "1", "--miner.gasprice", "0", "--syncmode", "full", "--gcmode", "archive"),
        *("--cache", "64", "--txpool.pricelimit", "0", "--rpc.gascap", "0"),
    ]


def environment(client: Client) -> Mapping[str, str]:
    """What the client wants in its environment."""
    return {"PRIVATE_CONFIG": "ignore"} if client is Client.QUORUM else {}
