"""The configuration files of a node, as text: for Besu with every key explained, for systemd and for compose."""

import json
from collections.abc import Sequence

from node.chain.network.clients import Client
from node.chain.network.layout import Network, Node

BESU_IMAGE = "hyperledger/besu:26.8.0"

BESU_TOML = """\
# Besu, one bureau's validator. Keys as of Besu 26.8; `besu --help` explains each at length.

# Only the addresses in static-nodes.json are dialled; nobody is looked for.
discovery-enabled=false
# Where other bureaus reach this node, and where it listens: this machine only, until both are replaced by its address
# in the network that the bureaus share.
p2p-host="{host}"
p2p-interface="127.0.0.1"
nat-method="NONE"

# JSON-RPC for this bureau's own node software. Put a proxy with TLS and authentication before it, never the internet.
rpc-http-enabled=true
rpc-http-host="127.0.0.1"
rpc-http-api=["ETH", "NET", "WEB3", "QBFT", "TXPOOL"]
host-allowlist=["127.0.0.1", "localhost"]

# Transactions cost nothing and senders hold no ether. The sequenced pool takes them in order from accounts without balance.
min-gas-price=0
tx-pool="SEQUENCED"

# Every block is executed, and every old state kept, so that proofs can be made for any block.
sync-mode="FULL"
sync-min-peers=1
data-storage-format="FOREST"

# Only nodes on the list are talked to; keep it equal to the consortium's members.
permissions-nodes-config-file-enabled=true
permissions-nodes-config-file="{permissions}"

# Prometheus, on this machine only.
metrics-enabled=true
metrics-host="127.0.0.1"
metrics-port={metrics}
"""

UNIT = """\
[Unit]
Description=Touchstone: QBFT node of bureau {bureau}
After=network-online.target
Wants=network-online.target

[Service]
User=touchstone
WorkingDirectory=/var/lib/touchstone
ExecStart={command}
{environment}Restart=always
RestartSec=5
# The node's key is in its folder; nothing else of the machine needs to be written.
ProtectSystem=strict
ReadWritePaths=/var/lib/touchstone
NoNewPrivileges=true
PrivateTmp=true
UMask=0077

[Install]
WantedBy=multi-user.target
"""


def static_nodes(nodes: Sequence[Node]) -> str:
    """The list of all nodes' addresses."""
    return json.dumps([node.enode for node in nodes], indent=1) + "\n"


def besu_toml(network: Network, node: Node) -> str:
    """Besu's configuration for one node."""
    permissions = network.root.absolute() / "permissions_config.toml"
    return BESU_TOML.format(host=node.host, permissions=permissions, metrics=node.rpc + 1000)


def permissions(network: Network) -> str:
    """Besu's allow-list: the members' nodes. A defence in depth; who may do what is for the contracts to say."""
    listed = ",\n".join(f'  "{node.enode}"' for node in network.nodes)
    return f"# Besu reads this again with perm_reloadPermissionsFromFile.\nnodes-allowlist=[\n{listed}\n]\n"


def unit(network: Network, node: Node, command: Sequence[str]) -> str:
    """A systemd unit. Its paths are those of the machine that the files are copied to."""
    environment = "Environment=PRIVATE_CONFIG=ignore\n" if network.client is Client.QUORUM else ""
    return UNIT.format(bureau=node.bureau, command=" \\\n  ".join(command), environment=environment)


def compose(network: Network) -> str:
    """A compose file that runs all nodes on one machine, ports on the loopback address."""
    lines = ["# All bureaus' nodes on one machine, for a rehearsal: in earnest each bureau runs its own.", "services:"]
    for node in network.nodes:
        folder = f"./bureau-{node.bureau}"
        lines += [
            f"  bureau-{node.bureau}:",
            f"    image: {BESU_IMAGE}",
            "    network_mode: host",
            "    restart: unless-stopped",
            "    user: '${UID:-1000}'",
            "    command:",
            "      - --config-file=/network/" + f"bureau-{node.bureau}/besu.toml",
            "      - --permissions-nodes-config-file=/network/permissions_config.toml",
            "      - --genesis-file=/network/genesis.json",
            "      - --static-nodes-file=/network/static-nodes.json",
            f"      - --node-private-key-file=/network/bureau-{node.bureau}/node.key",
            "      - --data-path=/data",
            "      - --p2p-interface=127.0.0.1",
            f"      - --p2p-port={node.p2p}",
            f"      - --rpc-http-port={node.rpc}",
            "    volumes:",
            "      - .:/network:ro",
            f"      - {folder}/data:/data",
            "    healthcheck:",
            f"      test: [CMD, curl, -sf, 'http://127.0.0.1:{node.rpc}/liveness']",
            "      interval: 10s",
        ]
    return "\n".join(lines) + "\n"
