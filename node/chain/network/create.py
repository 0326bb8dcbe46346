"""Founding a network: keys, genesis and every node's files, in a folder that must not be there yet.

All keys are made here, by one party: good for trying out and for tests, and the trust root says so (`custody`). In earnest
each bureau makes its own keys and hands in its addresses (docs/joining.md).
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import coincurve

from node.chain.errors import ChainError
from node.chain.genesis import Founding, Genesis, build_genesis
from node.chain.network import clients, files
from node.chain.network.clients import Client, Executable
from node.chain.network.keystore import new_keystore, new_node_key
from node.chain.network.layout import NAME, Network, Node
from node.protocol.canonical import parse, sha256
from node.protocol.configuration import Bureau, Configuration, ContractVersion, Court
from node.protocol.errors import ProtocolError
from node.protocol.identifiers import ADDRESSES, ROLES
from node.protocol.reading import integer_of, object_of
from node.protocol.signing import LocalSigner
from node.protocol.trust import TrustRoot

LEAST, MOST = 4, 100
MIN_THRESHOLD = 3
KEYSTORE_ROLES = ("oracle", "sender", "officer")
FIRST_PORT = 30_300
RPC_OFFSET = 1_000
TARGET = {Client.BESU: "/opt/besu/bin/besu", Client.QUORUM: "/opt/quorum/bin/geth"}  # where the units expect the client
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to make."""

    root: Path
    bureaus: int
    client: Client
    chain_id: int
    period: int
    first_port: int
    time: int  # of block 0, UTC seconds
    password: str  # of all keystores made here
    execution_delay: int = 86_400  # seconds from a passed vote to its execution


def create(plan: Plan, progress: Progress = lambda words: None) -> TrustRoot:
    """Make the network's folder; it appears whole or not at all. Raises `ChainError` when something is there."""
    if not LEAST <= plan.bureaus <= MOST:
        raise ChainError(
            f"expected {LEAST} to {MOST} bureaus, got {plan.bureaus}: with fewer than four, one that fails stops the chain"
        )
    if plan.root.exists():
        raise ChainError(
            f"expected nothing at {plan.root}, got a file or folder. Nothing was changed; give another place"
        )
    made = plan.root.with_name(f".{plan.root.name}.part-{os.getpid()}")
    made.mkdir(parents=True, mode=0o755)
    nodes, bureaus = [], []
    for number in range(1, plan.bureaus + 1):
        node, bureau = make_bureau(made, number, plan.first_port, plan.password)
        nodes.append(node)
        bureaus.append(bureau)
        progress(f"keys of bureau {number}")
    court = Court(1, sha256(b"Court 1"), new_keystore(made / "court-1", "ruling", plan.password))
    contracts = tuple(ContractVersion(ROLES[name], ADDRESSES[name], 0) for name in ROLES)
    threshold = max(MIN_THRESHOLD, plan.bureaus // 2 + 1)
    configuration = Configuration(
        plan.chain_id, ADDRESSES["Consortium"], 1, threshold, tuple(bureaus), (court,), contracts
    )
    founding = Founding(plan.chain_id, plan.time, configuration, plan.execution_delay)
    progress("genesis")
    genesis = build_genesis(founding)
    network = Network(made, plan.client, plan.chain_id, plan.period, tuple(nodes))
    trust = founding_trust(genesis, configuration, plan.client)
    _write(made / "founding.json", founding_json(founding))
    _write(made / "genesis.json", json.dumps(clients.genesis_json(genesis, plan.client, plan.period), indent=1) + "\n")
    (made / "trust.json").write_bytes(trust.to_bytes())
    write_files(replace(network, root=plan.root.absolute()), made)
    made.rename(plan.root)
    return trust


def add_bureau(network: Network, password: str) -> tuple[Node, Bureau]:
    """A candidate's keys and node, beside the others. It takes part once it is voted in and has activated its key.

    The others go on: the new node dials them, and Besu's are told of it when it is started on the same machine.
    """
    number = max(node.bureau for node in network.nodes) + 1
    first = network.nodes[0].p2p - network.nodes[0].bureau + 1
    node, bureau = make_bureau(network.root, number, first, password)
    write_files(replace(network, nodes=(*network.nodes, node)), network.root)
    return node, bureau


def make_bureau(root: Path, number: int, first_port: int, password: str) -> tuple[Node, Bureau]:
    """A bureau's folder with its keys; it appears whole or not at all. Raises `ChainError` when something is there."""
    folder = root / f"bureau-{number}"
    if folder.exists():
        raise ChainError(f"expected nothing at {folder}, got a file or folder. Nothing was changed; move it away")
    made = folder.with_name(f".{folder.name}.part-{os.getpid()}")
    made.mkdir(mode=0o700)
    key = new_node_key(made)
    keys = {role: new_keystore(made, role, password) for role in KEYSTORE_ROLES}
    made.rename(folder)
    public = coincurve.PrivateKey(key).public_key.format(compressed=False)[1:].hex()
    validator = LocalSigner(key).address
    port = first_port + number - 1
    node = Node(number, "127.0.0.1", port, port + RPC_OFFSET, public, validator)
    name = f"Bureau {number}"
    bureau = Bureau(
        id=number,
        name_digest=sha256(name.encode()),
        jurisdiction=b"000000".ljust(32, b"\0"),
        accession=sha256(f"accession of {name}".encode()),
        validator=validator,
        epoch=1,
        **keys,
    )
    return node, bureau


def write_files(network: Network, folder: Path) -> None:
    """All files that follow from the nodes, into `folder`; paths inside them are those of `network.root`."""
    _write(folder / NAME, network.to_json())
    _write(folder / "static-nodes.json", files.static_nodes(network.nodes))
    for node in network.nodes:
        own = folder / f"bureau-{node.bureau}"
        program = Executable(Path(TARGET[network.client]), network.client, "")
        command = clients.command(program, files.HOME / own.name, files.HOME, network.chain_id, node.ports)
        _write(own / files.NODE_UNIT, files.node_unit(network, node, command))
        _write(own / files.KEEP_UNIT, files.keep_unit(node))
        if network.client is Client.BESU:
            _write(own / "besu.toml", files.besu_toml(node))
    if network.client is Client.BESU:
        _write(folder / "permissions_config.toml", files.permissions(network))
        _write(folder / "compose.yml", files.compose(network))


def founding_trust(genesis: Genesis, configuration: Configuration, client: Client) -> TrustRoot:
    """The trust root at the founding: it reaches as far as nothing is changed, and is extended by proofs."""
    codes = {name: genesis.alloc[at].code for name, at in ADDRESSES.items() if at in genesis.alloc}
    found = clients.genesis_header(genesis, client).block_hash()
    return TrustRoot.founding(found, configuration, codes, "one party", 0)


def founding_json(founding: Founding) -> str:
    """What a genesis is made from, for all bureaus to compare and make it again."""
    value = {
        "time": founding.time,
        "execution_delay": founding.execution_delay,
        "configuration": founding.configuration.to_json(),
    }
    return json.dumps(value, indent=1) + "\n"


def read_founding(data: bytes) -> Founding:
    """What `founding_json` wrote. Raises `ChainError`."""
    try:
        members = object_of(parse(data), ("time", "execution_delay", "configuration"))
        configuration = Configuration.from_json(members["configuration"])
        delay = integer_of(members["execution_delay"])
        return Founding(configuration.chain_id, integer_of(members["time"]), configuration, delay)
    except ProtocolError as exc:
        raise ChainError(f"expected a founding file, got something else: {exc}") from exc


def _write(path: Path, text: str) -> None:
    """The old file or the new one after a crash, never a part."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
