"""The configuration files of a node, as text: for Besu with every key explained, for systemd and for compose."""

import json
from collections.abc import Sequence
from pathlib import Path

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
rpc-http-api=["ETH", "NET", "WEB3", "QBFT", "TXPOOL", "PERM"]
host-allowlist=["127.0.0.1", "localhost"]

# Transactions cost nothing and senders hold no ether. The sequenced pool takes them in order from accounts without balance.
min-gas-price=0
tx-pool="SEQUENCED"

# Every block is executed, and every old state kept, so that proofs can be made for any block.
sync-mode="FULL"
data-storage-format="FOREST"

# Only nodes on the list are talked to: the command line names permissions_config.toml. Keep it equal to the members.
permissions-nodes-config-file-enabled=true

# Prometheus, on this machine only.
metrics-enabled=true
metrics-host="127.0.0.1"
metrics-port={metrics}
"""

UNIT = """\
[Unit]
Description=Touchstone: {description} of bureau {bureau}
After={after}
Wants={after}

[Service]
User=touchstone
WorkingDirectory={home}
ExecStart={command}
{settings}Restart=always
RestartSec=5
ProtectSystem=strict
NoNewPrivileges=true
PrivateTmp=true
UMask=0077

[Install]
WantedBy=multi-user.target
"""
HOME = Path("/var/lib/touchstone")  # of a bureau's own folder and the shared files, on the bureau's machine
COMMAND = "/opt/touchstone/scripts/touchstone"
NODE_UNIT, KEEP_UNIT = "touchstone-node.service", "touchstone-keep.service"


def static_nodes(nodes: Sequence[Node]) -> str:
    """The list of all nodes' addresses."""
    return json.dumps([node.enode for node in nodes], indent=1) + "\n"


def besu_toml(node: Node) -> str:
    """Besu's configuration for one node."""
    return BESU_TOML.format(host=node.host, metrics=node.rpc + 1000)


def permissions(network: Network) -> str:
    """Besu's allow-list: the members' nodes. A defence in depth; who may do what is for the contracts to say."""
    listed = ",\n".join(f'  "{node.enode}"' for node in network.nodes)
    return f"# Besu reads this again with perm_reloadPermissionsFromFile.\nnodes-allowlist=[\n{listed}\n]\n"


def node_unit(network: Network, node: Node, command: Sequence[str]) -> str:
    """A systemd unit that runs the node. Its paths are those of the machine that the files are copied to."""
    lines = ["Environment=PRIVATE_CONFIG=ignore"] if network.client is Client.QUORUM else []
    lines += ["# The node's data and key are in this folder; nothing else of the machine needs to be written."]
    lines += [f"ReadWritePaths={HOME}"]
    return _unit(node, "QBFT node", "network-online.target", command, lines)


def keep_unit(node: Node) -> str:
    """A systemd unit that keeps the block log with the bureau's sender key; systemd alone reads the password's file."""
    command = [COMMAND, f"network keep {HOME} --bureau {node.bureau}"]
    command += ["--password-file ${CREDENTIALS_DIRECTORY}/password"]
    lines = ["LoadCredential=password:/etc/touchstone/password"]
    lines += ["# A wrong password or folder stays wrong.", "RestartPreventExitStatus=2"]
    return _unit(node, "block log", NODE_UNIT, command, lines)


def _unit(node: Node, description: str, after: str, command: Sequence[str], lines: Sequence[str]) -> str:
    settings = "".join(f"{line}\n" for line in lines)
    words = " \\\n  ".join(command)
    return UNIT.format(
        bureau=node.bureau, description=description, after=after, command=words, settings=settings, home=HOME
    )


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
