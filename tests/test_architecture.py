"""The floors of the house: a module imports from its own floor's package or from below (docs/architecture.md)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

NUMERIC = {"numpy", "pyarrow"}
PROTOCOL = {"node.protocol"}
INPUT = {"oracle.errors", "oracle.payload", "oracle.record", "oracle.cleaning", "oracle.fetch"}

# package: (our packages it may import, guarded outside libraries it may bring in)
FLOORS: dict[str, tuple[set[str], set[str]]] = {
    "node.protocol": (PROTOCOL, {"cryptography"}),
    "node.chain": ({"node.chain"} | PROTOCOL, {"web3", "eth"}),
    "node.store": ({"node.store"} | PROTOCOL, {"sqlalchemy"}),
    "node.services": (
        {"node.services", "node.chain", "node.store"} | PROTOCOL,
        {"cryptography", "rfc3161_client"},
    ),
    "node.web": ({"node.web", "node.services"} | PROTOCOL, {"flask"}),
    "node": ({"node"}, {"flask"}),
    "oracle.connectors": ({"oracle.connectors"} | INPUT | PROTOCOL, set()),
    "oracle.fetch": (INPUT | PROTOCOL, {"httpx"}),
    "oracle.features": (
        {"oracle.features", "oracle.registry", "oracle.errors"} | PROTOCOL,
        NUMERIC | {"ibis", "duckdb"},
    ),
    "oracle.matching": (
        {"oracle.matching", "oracle.features", "oracle.scoring", "oracle.registry", "oracle.errors"} | PROTOCOL,
        NUMERIC | {"xgboost", "ibis", "duckdb"},
    ),
    "oracle.scoring": (
        {"oracle.scoring", "oracle.features", "oracle.policy", "oracle.errors"} | PROTOCOL,
        NUMERIC | {"xgboost"},
    ),
    "oracle": ({"oracle"} | PROTOCOL, NUMERIC | {"ibis", "duckdb"}),
    "touchstone.market": ({"touchstone.market"}, {"numpy"}),
    "touchstone.report": (
        {"touchstone.report", "touchstone.errors", "touchstone.home", "oracle.features.words"} | PROTOCOL,
        {"fpdf", "jinja2", "segno"},
    ),
    "touchstone": ({"touchstone", "node", "oracle"}, {"flask"} | NUMERIC),
}
GUARDED = {
    "web3",
    "eth",
    "eth_tester",
    "sqlalchemy",
    "flask",
    "xgboost",
    "requests",
    "httpx",
    "numpy",
    "pyarrow",
    "ibis",
    "duckdb",
    "cryptography",
    "rfc3161_client",
    "fpdf",
    "jinja2",
    "segno",
}
OURS = ("node", "oracle", "touchstone", "tests", "scripts")


def under(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offences(name: str, targets: Iterator[str]) -> list[str]:
    package = max((p for p in FLOORS if under(name, p)), key=len)
    ours, theirs = FLOORS[package]
    found = []
    for target in targets:
        top = target.split(".")[0]
        if top in OURS and not any(under(target, p) for p in ours):
            found.append(f"{name} reaches up to {target}")
        elif top in GUARDED and top not in theirs:
            found.append(f"{name} brings in {target}")
    return found


SOURCES = sorted(p for pkg in ("node", "oracle", "touchstone") for p in (ROOT / pkg).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_imports_stay_on_their_floor(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    assert offences(name, imports(path)) == []


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("node.protocol.merkle", "web3.Web3"),
        ("node.protocol.merkle", "numpy"),
        ("node.protocol.timestamp", "rfc3161_client.verify"),
        ("node.store.models", "node.chain.client.ChainClient"),
        ("node.chain.client", "node.store.models"),
        ("node.web.pages", "node.store.models.FindingRow"),
        ("oracle.findings", "node.services.recording.Recorder"),
        ("oracle.connectors.shopify.client", "oracle.features.price"),
        ("oracle.features.price", "oracle.fetch.Fetcher"),
        ("oracle.connectors.page.client", "httpx"),
        ("touchstone.market.wire", "oracle.lake"),
        ("touchstone.report.content", "touchstone.demo.Demo"),
        ("touchstone.demo", "fpdf.FPDF"),
    ],
)
def test_a_planted_violation_is_caught(module: str, target: str) -> None:
    assert offences(module, iter([target])) != []


def test_the_ground_floor_loads_nothing_heavy() -> None:
    code = (
        "import pkgutil, importlib, sys, node.protocol as p\n"
        "[importlib.import_module(m.name) for m in pkgutil.iter_modules(p.__path__, 'node.protocol.')]\n"
        "print(sorted({'web3','flask','sqlalchemy','xgboost','numpy','requests','httpx','eth_account'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
