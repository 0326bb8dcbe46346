"""Bad input at the command line: each gets a message that says what was expected, what was kept and what to do."""

import importlib
import inspect
import json
import os
import pkgutil
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rich.console import Console

import node
import oracle
from node.app import AppError, create_app, serve
from node.chain.errors import WrongChain
from node.config import Settings
from touchstone.demo import Demo, defaults
from touchstone.errors import CommandError, families, plainly
from touchstone.home import Home
from touchstone.stages import Stages

ROOT = Path(__file__).parent.parent.parent
PRICES = {  # what a shop wrote, and whether it has one meaning
    "1299.00": True,
    "1,299.00": True,
    "１２９９": True,
    "¥1,299": True,
    "1.2万": True,
    "1.299,00": True,
    "1.299": False,  # a thousand or one and a bit
    "NaN": False,
    "1e400": False,
    "-5.00": False,
    "": False,
}


def touchstone(*arguments: str, limit: float = 120) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "touchstone", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit)


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr[-2000:]


# --- errors and their words -------------------------------------------------------------------------------------------


def test_every_error_of_the_project_is_told_plainly() -> None:
    for package in (node, oracle):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for _, item in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if issubclass(item, Exception) and item.__module__.split(".")[0] in ("node", "oracle"):
                    assert issubclass(item, families()), f"{item.__module__}.{item.__name__}"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "lake/x.parquet"), "lake/x.parquet: the disk is full"),
        (PermissionError(13, "Permission denied", "home/lock"), "may not read or write here"),
        (FileNotFoundError(2, "No such file or directory", "/proc/nothing"), "/proc/nothing: No such file"),
        (AppError("expected a free port"), "expected a free port"),
    ],
)
def test_errors_of_the_system_become_messages(error: Exception, words: str) -> None:
    with pytest.raises(CommandError, match=words), plainly():
        raise error


def test_a_fault_of_ours_stays_a_fault() -> None:
    with pytest.raises(ZeroDivisionError), plainly():
        raise ZeroDivisionError


# --- homes and ports --------------------------------------------------------------------------------------------------


def test_a_home_that_is_a_file_and_one_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    refused(touchstone("demo", "--home", str(tmp_path / "file")), "expected a folder", "Nothing was changed")
    refused(touchstone("demo", "--home", "/proc/nothing"), "/proc/nothing", "Nothing was changed")


def started(path: Path, **facts: int) -> Demo:
    """A home with its chain, made anew."""
    story = Demo(Home.open(path, {"listings": 60, **facts}, defaults()), Stages(Console(quiet=True)))
    story.open.callback(story.home.close)
    story._start_chain()
    return story


def test_the_chain_of_another_home_is_left_alone(tmp_path: Path) -> None:
    for name in ("own", "other"):
        started(tmp_path / name).close()
    shutil.copy(tmp_path / "other" / "chain.sqlite", tmp_path / "own" / "chain.sqlite")
    before = (tmp_path / "own" / "chain.sqlite").read_bytes()
    with pytest.raises(WrongChain, match="expected"):
        started(tmp_path / "own")
    assert (tmp_path / "own" / "chain.sqlite").read_bytes() == before


def test_ports_in_use_are_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        story = started(tmp_path / "home", market_port=port)
        with pytest.raises(CommandError, match=f"port {port} .*Nothing was changed"):
            story._start_market()
        settings = Settings(port=port)
        app = create_app(settings, story.leader.store, story.bundle, story.trust)
        with pytest.raises(AppError, match="in use"):
            serve(app, settings)
        story.close()


@pytest.mark.slow
def test_a_full_disk_stops_the_demo_and_more_room_lets_it_go_on(tmp_path: Path) -> None:
    """Three times too little room, then enough: the end is that of a run that was never stopped."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small tmpfs")
    try:
        sizes = ("--listings", "80", "--seed", "7", "--json")
        for room in ("6m", "9m", "14m"):
            subprocess.run(["mount", "-o", f"remount,size={room}", str(disk)], check=True)
            refused(
                touchstone("demo", "--home", str(disk / "home"), *sizes), "disk is full", "goes on where it stopped"
            )
        subprocess.run(["mount", "-o", "remount,size=300m", str(disk)], check=True)
        done = touchstone("demo", "--home", str(disk / "home"), *sizes)
        assert done.returncode == 0, done.stderr[-2000:]
        result = json.loads(done.stdout)
        assert result["findings_on_chain"] == result["findings_recorded"] == result["findings_indexed"] > 0
        assert result["records"] == result["observations"] + result["quarantined"]
        assert result["verdict"] == "genuine"
        undisturbed = json.loads(touchstone("demo", "--home", str(tmp_path / "home"), *sizes).stdout)
        assert result["findings_on_chain"] == undisturbed["findings_on_chain"]
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"not json", b"[" * 100_000, b'{"mediaType":1}', b"\xff\xfe"])
def test_files_that_are_no_bundle_have_no_verdict(tmp_path: Path, content: bytes) -> None:
    story = started(tmp_path / "home")
    (tmp_path / "trust.json").write_text(json.dumps(story.trust().to_json()))
    story.close()
    (tmp_path / "bundle.json").write_bytes(content)
    done = touchstone("verify", str(tmp_path / "bundle.json"), "--trust", str(tmp_path / "trust.json"))
    assert done.returncode == 2 and "Traceback" not in done.stderr and "No verdict" in done.stdout


def test_a_trust_root_that_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_text('{"mediaType":"text/plain"}')
    (tmp_path / "bundle.json").write_text("{}")
    done = touchstone("verify", str(tmp_path / "bundle.json"), "--trust", str(tmp_path / "trust.json"))
    refused(done, "expected a trust root")


def test_prices_of_every_form_are_read_or_quarantined_never_guessed(tmp_path: Path) -> None:
    products = [
        {"id": number, "title": text or "none", "handle": f"p{number}", "variants": [{"id": number, "price": text}]}
        for number, text in enumerate(PRICES, 1)
    ]
    (tmp_path / "products.json").write_text(json.dumps({"products": products}))
    done = touchstone("oracle", "normalize", "--connector", "shopify", "--in", str(tmp_path / "products.json"))
    read = {row["price_raw"]: row["price_fen"] for row in map(json.loads, done.stdout.splitlines())}
    assert {text for text, clear in PRICES.items() if clear} == {t for t, fen in read.items() if fen is not None}
    assert {read[text] for text in ("1299.00", "1,299.00", "1.299,00", "１２９９", "¥1,299")} == {129_900}
    assert read["1.2万"] == 1_200_000
    kept, quarantined = len(read), done.stderr.count("quarantined: ")
    assert kept + quarantined == len(PRICES) and f"{len(PRICES)} records" in done.stderr


# --- shops ------------------------------------------------------------------------------------------------------------


class HostileShop(BaseHTTPRequestHandler):
    """200 MB without end in one shop, deep JSON in another, and one that is well."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if "page=2" in self.path:
            self.wfile.write(b'{"products":[]}')
        elif self.path.startswith("/huge/"):
            try:
                self.wfile.write(b'{"products":[')
                for _ in range(200):
                    self.wfile.write(b" " * 1_000_000)
            except OSError:
                self.server.hung_up = True  # type: ignore[attr-defined]
        elif self.path.startswith("/deep/"):
            self.wfile.write(b'{"products":' + b"[" * 100_000)
        else:
            variant = {"id": 1, "price": "10.00"}
            product = {"id": 1, "title": "Kettle", "handle": "kettle", "variants": [variant]}
            self.wfile.write(json.dumps({"products": [product]}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), HostileShop)
    server.hung_up = False  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_huge_and_a_deep_payload_do_not_stop_the_other_shops(shop: ThreadingHTTPServer, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{shop.server_address[1]}"
    sources = [part for name in ("huge", "deep", "well") for part in ("--source", f"shopify={base}/{name}")]
    home = str(tmp_path / "home")
    measured = (
        "import sys; from touchstone.cli import app; app(sys.argv[1:], standalone_mode=False); "
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0], file=sys.stderr)"
    )
    command = [sys.executable, "-c", measured, "oracle", "run", "--json", "--allow-loopback", "--home", home, *sources]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert report["records"] == report["observations"] + report["quarantined"] == 3
    assert report["observations"] == 1
    assert set(report["reasons"]) == {"PAYLOAD_TOO_LARGE", "JSON_TOO_DEEP"}
    assert shop.hung_up, "the rest of the 200 MB was not taken"  # type: ignore[attr-defined]
    assert int(done.stderr.splitlines()[-1]) < 400_000  # KiB at most in memory, with the packages themselves
