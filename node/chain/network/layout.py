"""The folder of a network: what its nodes are, where each listens, and where its files lie.

network.json         client, chain id, period and the nodes
genesis.json         block 0 in the client's own form
founding.json        what the genesis is made from, so that every bureau can make the same bytes
static-nodes.json    the addresses of all nodes
trust.json           the trust root to hand to verifiers
bureau-<n>/          one bureau's part: node.key (0600), keystore/, client configuration, data/ and log once it runs
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from node.chain.errors import ChainError
from node.chain.network.clients import Client, Ports

FORMAT = 1
NAME = "network.json"


@dataclass(frozen=True)
class Node:
    """One bureau's node."""

    bureau: int
    host: str
    p2p: int
    rpc: int
    public_key: str  # 128 hex digits: the node's id among its peers
    validator: str  # the address of the same key

    @property
    def ports(self) -> Ports:
        return Ports(self.p2p, self.rpc)

    @property
    def enode(self) -> str:
        """The address that peers dial."""
        return f"enode://{self.public_key}@{self.host}:{self.p2p}?discport=0"

    @property
    def url(self) -> str:
        """The node's JSON-RPC on its own machine."""
        return f"http://127.0.0.1:{self.rpc}"


@dataclass(frozen=True)
class Network:
    """A network's folder as `network.json` describes it."""

    root: Path
    client: Client
    chain_id: int
    period: int  # seconds between blocks
    nodes: tuple[Node, ...]  # ascending by bureau

    def folder(self, node: Node) -> Path:
        """A node's own folder."""
        return self.root / f"bureau-{node.bureau}"

    def node(self, bureau: int) -> Node:
        """A bureau's node. Raises `ChainError` when there is none."""
        for node in self.nodes:
            if node.bureau == bureau:
                return node
        raise ChainError(f"expected a bureau of {[n.bureau for n in self.nodes]} in {self.root}, got {bureau}")

    def to_json(self) -> str:
        value = {
            "format": FORMAT,
            "client": self.client.value,
            "chain_id": self.chain_id,
            "period": self.period,
            "nodes": [asdict(node) for node in self.nodes],
        }
        return json.dumps(value, indent=1) + "\n"

    @classmethod
    def load(cls, root: Path) -> Self:
        """The network in `root`. Raises `ChainError` when there is none that can be read."""
        root = root.absolute()  # a node's process is known by this path
        file = root / NAME
        try:
            value = json.loads(file.read_bytes())
            if value["format"] != FORMAT:
                raise ValueError(f"format {value['format']}")
            nodes = tuple(Node(**node) for node in value["nodes"])
            return cls(root, Client(value["client"]), int(value["chain_id"]), int(value["period"]), nodes)
        except FileNotFoundError as exc:
            raise ChainError(
                f"expected a network in {root}, got no {NAME}. Make one with: touchstone network create"
            ) from exc
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise ChainError(
                f"expected a network's description in {file}, got: {exc!r:.120}. Nothing was changed; put the file back"
            ) from exc
