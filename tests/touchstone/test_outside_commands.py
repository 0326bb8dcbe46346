"""The commands of outside parties: a witness signs what a node serves, a bureau keeps it; blocks get time-stamps."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from node.protocol.checkpoint import Note, WitnessKey, cosigned_at
from node.protocol.errors import CheckpointError, TimestampError
from node.protocol.timestamp import check_chain
from node.protocol.trust import TrustRoot
from node.services.checkpoints import CheckpointLog
from node.services.errors import WitnessRefused
from node.services.evidence import founding_root
from node.services.timestamping import REPLY_TYPE, Stamps
from node.store import blocks
from node.store.session import open_store
from oracle.errors import FetchError
from tests.openssl_authority import OPENSSL, OpensslAuthority
from tests.services.chain import Chain, open_chain
from tests.services.house import make_configuration
from tests.services.test_monitoring import grow
from tests.timestamp_authority import ROOT_EXTENSIONS, STAMPING_EXTENSIONS, YEAR, certify, make_key
from touchstone.cli import app
from touchstone.errors import CommandError

needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl, which plays the authority, is not on this machine")


def run(*words: Any) -> str:
    """What a command prints. Raises what it raises."""
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.stdout


@contextmanager
def serving(answer: Callable[[bytes], bytes], media_type: str) -> Iterator[str]:
    """A server on this machine whose every POST is answered by a function, one at a time."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None: ...

        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    (tmp_path / "chain").mkdir()
    with open_chain(tmp_path / "chain") as opened:
        grow(opened, 3)
        yield opened


@pytest.fixture
def node(chain: Chain) -> Iterator[str]:
    """The JSON-RPC of a node."""

    def answer(body: bytes) -> bytes:
        call = json.loads(body)
        told = chain.client._provider.make_request(call["method"], call["params"])
        return json.dumps({"jsonrpc": "2.0", "id": call["id"], **told}).encode()

    with serving(answer, "application/json") as url:
        yield url


@pytest.fixture
def trust(chain: Chain, tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(founding_root(chain.client, make_configuration()).to_bytes())
    return path


def pin(trust: Path, **changed: Any) -> None:
    trust.write_bytes(replace(TrustRoot.parse(trust.read_bytes()), **changed).to_bytes())


# --- witness ----------------------------------------------------------------------------------------------------------


def test_a_witness_signs_and_a_bureau_keeps_it(chain: Chain, node: str, trust: Path, tmp_path: Path) -> None:
    folder, out, store = tmp_path / "w", tmp_path / "note.txt", tmp_path / "node.sqlite"
    vkey = run("witness", "init", folder, "--name", "notary.example").strip()
    run("witness", "sign", folder, "--trust", trust, "--rpc", node, "--out", out)
    note = Note.parse(out.read_bytes())
    assert note.checkpoint.size == 4 and cosigned_at(note, WitnessKey.parse(vkey)) is not None
    with pytest.raises(CommandError, match=r"expected witnesses in the trust root .* Nothing was kept"):
        run("witness", "keep", out, "--trust", trust, "--rpc", node, "--store", store)
    pin(trust, witnesses=(vkey,), witness_threshold=1)
    told = json.loads(run("witness", "keep", out, "--trust", trust, "--rpc", node, "--store", store, "--json"))
    assert told == {"kept": [{"size": 4, "witnesses": ["notary.example"]}]}
    opened = open_store(store)
    assert len(CheckpointLog(opened, chain.client).proofs(2)) == 1
    opened.close()


def test_the_note_goes_to_stdout_and_what_was_signed_is_shown(node: str, trust: Path, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    run("witness", "init", folder, "--name", "notary.example")
    assert "nothing" in run("witness", "show", folder)
    note = Note.parse(run("witness", "sign", folder, "--trust", trust, "--rpc", node).encode())
    shown = json.loads(run("witness", "show", folder, "--json"))["signed"]
    assert (shown["size"], shown["root"]) == (note.checkpoint.size, note.checkpoint.root.hex())
    told = json.loads(run("witness", "sign", folder, "--trust", trust, "--rpc", node, "--json"))
    assert Note.parse(told["note"].encode()).checkpoint == note.checkpoint


def test_a_note_in_the_place_of_the_new_one_is_not_contradicted(node: str, trust: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "w", tmp_path / "note.txt"
    run("witness", "init", folder, "--name", "notary.example")
    old = (folder / "state.json").read_bytes()
    run("witness", "sign", folder, "--trust", trust, "--rpc", node, "--out", out)
    for file in (folder / "signed").iterdir():
        file.unlink()
    (folder / "state.json").write_bytes(old)
    for option in ("--out", "--seen"):
        with pytest.raises(WitnessRefused, match="the folder was put back from a copy"):
            run("witness", "sign", folder, "--trust", trust, "--rpc", node, option, out)
    out.write_text("something else")
    with pytest.raises(CommandError, match=r"expected a cosigned checkpoint in .*note\.txt, got something else"):
        run("witness", "sign", folder, "--trust", trust, "--rpc", node, "--out", out)
    assert out.read_text() == "something else"


def test_a_name_that_cannot_be_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="expected a name"):
        run("witness", "init", tmp_path / "w", "--name", "公证处")
    assert not (tmp_path / "w").exists()


# --- time-stamps ------------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path, trust: Path) -> OpensslAuthority:
    """An authority that the trust root names."""
    now = int(time.time())
    root = certify("Live Root", make_key("p256"), None, ROOT_EXTENSIONS, now - 60, now + YEAR)
    holder = certify("Live TSA", make_key("p256"), root, STAMPING_EXTENSIONS, now - 60, now + YEAR)
    pin(trust, timestamp_certificates=(root.der,))
    return OpensslAuthority(tmp_path / "tsa", holder, [root])


def block_hash(chain: Chain, number: int) -> bytes:
    return bytes.fromhex(chain.client.block(number)["hash"][2:])


@needs_openssl
def test_a_token_over_the_network(
    chain: Chain, node: str, authority: OpensslAuthority, trust: Path, tmp_path: Path
) -> None:
    store = tmp_path / "node.sqlite"
    common = ("--trust", trust, "--store", store, "--rpc", node)
    with serving(authority.answer, REPLY_TYPE) as url:
        told = json.loads(run("timestamp", "fetch", 2, *common, "--url", url, "--allow-loopback", "--json"))
        with pytest.raises(FetchError, match="ADDRESS_REFUSED"):
            run("timestamp", "fetch", 2, *common, "--url", url)
    opened = open_store(store)
    pins = TrustRoot.parse(trust.read_bytes()).timestamp_certificates
    (token,) = Stamps(opened, lambda number: block_hash(chain, number), pins).tokens(2)
    assert check_chain([token], block_hash(chain, 2), pins).time == told["time"]
    opened.close()


@needs_openssl
def test_a_token_by_files_and_when_it_is_due(
    chain: Chain, authority: OpensslAuthority, trust: Path, tmp_path: Path
) -> None:
    """Without any network: the block is among those indexed, the files are carried by hand."""
    store, asked, answer = tmp_path / "node.sqlite", tmp_path / "b.tsq", tmp_path / "b.tsr"
    common = ("--trust", trust, "--store", store)
    with pytest.raises(CommandError, match="expected block 2 among those indexed, got none"):
        run("timestamp", "request", 2, *common, "--out", asked)
    opened = open_store(store)
    with opened.write() as session:
        blocks.add(session, 2, block_hash(chain, 2), block_hash(chain, 1), 1)
    opened.close()
    assert "a time-stamp for block 2" in run("timestamp", "request", 2, *common, "--out", asked)
    answer.write_bytes(authority.answer(asked.read_bytes()))
    assert "block 区块 2: stamped" in run("timestamp", "add", 2, *common, "--request", asked, "--answer", answer)
    assert "a renewal for block 2" in run("timestamp", "request", 2, *common, "--out", asked)
    with pytest.raises(TimestampError, match="the nonces differ"):
        run("timestamp", "add", 2, *common, "--request", asked, "--answer", answer)
    due = ("timestamp", "due", *common, "--json", "--days")
    assert json.loads(run(*due, 30)) == {"blocks": []}
    assert json.loads(run(*due, 400)) == {"blocks": [2]}
