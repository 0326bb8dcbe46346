"""A network's folder whose nodes are all the embedded chain behind HTTP, and the command run in this process."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from eth_account import Account
from typer.testing import CliRunner

from node.chain.client import ChainClient
from node.chain.network.clients import Client
from node.chain.network.layout import Network, Node
from node.protocol.canonical import sha256
from tests.services.house import CHAIN_ID, signer
from touchstone.cli import app
from touchstone.errors import CommandError, plainly

PASSWORD = "only for tests"
ROLES = ("oracle", "sender", "officer")


@contextmanager
def served(client: ChainClient) -> Iterator[int]:
    """The port at which a chain answers JSON-RPC."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps(client._provider.make_request(asked["method"], asked["params"])).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def make_folder(root: Path, port: int, bureaus: int = 4) -> Path:
    """Folder of a network with the keys of the house's bureaus."""
    nodes = []
    for number in range(1, bureaus + 1):
        keystore = root / f"bureau-{number}" / "keystore"
        keystore.mkdir(parents=True)
        for role in ROLES:
            file = keystore / f"{role}.json"
            file.touch(mode=0o600)
            key = sha256(f"{role} {number}".encode())
            file.write_text(json.dumps(Account.encrypt(key, PASSWORD, kdf="pbkdf2", iterations=1)))
        nodes.append(Node(number, "127.0.0.1", port - 1000, port, "00" * 64, signer(f"validator {number}").address))
    (root / "network.json").write_text(Network(root, Client.QUORUM, CHAIN_ID, 1, tuple(nodes)).to_json())
    return root


def run(*arguments: str) -> str:
    """What the command writes to stdout when all is well."""
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.exception
    return done.stdout


def refusal(*arguments: str) -> str:
    """What the command says when it refuses."""
    with pytest.raises(CommandError) as told, plainly():
        app(list(arguments), standalone_mode=False)
    return str(told.value)
