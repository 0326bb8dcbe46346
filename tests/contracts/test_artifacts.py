"""The committed artifacts are what the sources compile to, and run on every chain that the design names.

The contracts are compiled twice more: by Hardhat and, through `scripts/solc`, by py-solc-x. Nothing is downloaded.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import solcx

from node.chain.artifacts import NAMES

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "node" / "chain" / "artifacts"
COMPILER = json.loads((ROOT / "contracts" / "compiler.json").read_text())

PUSH1, PUSH32 = 0x60, 0x7F
# BASEFEE (London), BLOBHASH, BLOBBASEFEE, TLOAD, TSTORE, MCOPY (Cancun), PUSH0 (Shanghai): Berlin chains have none of them.
TOO_NEW = {0x48, 0x49, 0x4A, 0x5C, 0x5D, 0x5E, 0x5F}
# ORIGIN, CALLER, COINBASE, TIMESTAMP, NUMBER, LOG0 to LOG4: a genesis has no sender, no time and no events.
NOT_IN_A_GENESIS = {0x32, 0x33, 0x41, 0x42, 0x43, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4}

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules" / "hardhat").is_dir(),
    reason="Node 20 or node_modules is not here: scripts/setup --contracts brings them",
)


def committed(name: str) -> dict[str, Any]:
    return dict(json.loads((COMMITTED / f"{name}.json").read_text()))


def opcodes(code: bytes) -> Iterator[int]:
    """The instructions in the code, without what PUSH carries and without the compiler's metadata at the end."""
    end = len(code) - 2 - int.from_bytes(code[-2:])
    at = 0
    while at < end:
        yield code[at]
        at += 1 + (code[at] - PUSH1 + 1 if PUSH1 <= code[at] <= PUSH32 else 0)


def constructor(artifact: dict[str, Any]) -> bytes:
    """The part of the init code that runs once: what stands before the deployed code."""
    whole, deployed = (bytes.fromhex(artifact[key][2:]) for key in ("bytecode", "deployedBytecode"))
    assert whole.endswith(deployed)
    # The walk stops two bytes early for a length, so give it one: no metadata.
    return whole[: -len(deployed)] + bytes(2)


def run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@needs_node
def test_hardhat_compiles_the_sources_to_the_committed_artifacts(tmp_path: Path) -> None:
    paths = {"root": str(ROOT), "artifacts": str(tmp_path / "artifacts"), "cache": str(tmp_path / "cache")}
    config = tmp_path / "hardhat.config.js"
    config.write_text(
        f"const config = require({json.dumps(str(ROOT / 'hardhat.config.js'))});\n"
        f"module.exports = {{ ...config, paths: {{ ...config.paths, ...{json.dumps(paths)} }} }};\n"
    )
    run("node", ROOT / "node_modules" / "hardhat" / "internal" / "cli" / "bootstrap.js", "--config", config, "compile")
    run("node", ROOT / "scripts" / "export_artifacts.js", tmp_path / "exported", tmp_path / "artifacts")
    for name in NAMES:
        assert json.loads((tmp_path / "exported" / f"{name}.json").read_text()) == committed(name)


@pytest.mark.slow
@needs_node
def test_py_solc_x_compiles_the_sources_to_the_committed_artifacts() -> None:
    sources = {f"contracts/{name}.sol": {"urls": [f"contracts/{name}.sol"]} for name in NAMES}
    request = {"language": "Solidity", "sources": sources, "settings": COMPILER["settings"]}
    output = solcx.compile_standard(request, solc_binary=ROOT / "scripts" / "solc", base_path=ROOT)
    for name in NAMES:
        built, expected = output["contracts"][f"contracts/{name}.sol"][name], committed(name)
        assert "0x" + built["evm"]["bytecode"]["object"] == expected["bytecode"]
        assert "0x" + built["evm"]["deployedBytecode"]["object"] == expected["deployedBytecode"]
        assert built["abi"] == expected["abi"]


@needs_node
def test_the_front_end_refuses_options_it_does_not_know() -> None:
    command = [ROOT / "scripts" / "solc", "--via-ir"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr.strip()) == (1, "unsupported option --via-ir")


def test_every_contract_has_one_artifact() -> None:
    assert sorted(path.stem for path in COMMITTED.glob("*.json")) == sorted(NAMES)
    for name in NAMES:
        artifact = committed(name)
        assert artifact["contractName"] == name
        assert artifact["compiler"]["version"].startswith(COMPILER["version"] + "+")
        assert artifact["compiler"]["settings"] == COMPILER["settings"]
        assert COMPILER["settings"]["evmVersion"] == "london"


@pytest.mark.parametrize("name", NAMES)
def test_code_runs_on_chains_that_know_berlin_only(name: str) -> None:
    artifact = committed(name)
    code = bytes.fromhex(artifact["deployedBytecode"][2:])
    assert 0 < len(code) <= 24_576, "EIP-170"
    assert not TOO_NEW & set(opcodes(code))
    assert not TOO_NEW & set(opcodes(constructor(artifact)))


def test_the_walk_sees_an_opcode_but_not_the_bytes_that_push_carries() -> None:
    no_metadata = bytes(2)
    assert list(opcodes(bytes.fromhex("605f5b") + no_metadata)) == [0x60, 0x5B]
    assert list(opcodes(bytes.fromhex("5f615e5e00") + no_metadata)) == [0x5F, 0x61, 0x00]
    assert list(opcodes(bytes.fromhex("00" + "5f5f" + "0002"))) == [0x00]


@pytest.mark.parametrize("name", NAMES)
def test_constructors_need_no_sender_no_time_and_leave_no_events(name: str) -> None:
    assert not NOT_IN_A_GENESIS & set(opcodes(constructor(committed(name))))


@pytest.mark.parametrize(
    ("name", "fixed"),
    [
        (
            "FindingRegistry",
            {
                "_records": ("0", "t_mapping(t_bytes32,t_struct(Word)_storage)"),
                "_subjects": ("1", "t_mapping(t_bytes32,t_struct(Word)_storage)"),
                "_lastSequence": ("2", "t_mapping(t_uint32,t_uint64)"),
                "_sequence": ("3", "t_uint64"),
            },
        ),
        (
            "ValidatorSet",
            {
                "_validators": ("0", "t_array(t_address)dyn_storage"),
                "_setHash": ("1", "t_bytes32"),
                "_epochs": ("2", "t_array(t_struct(Epoch)_storage)dyn_storage"),
                "_governor": ("3", "t_address"),
            },
        ),
        ("BlockLog", {"_runs": ("0", "t_array(t_struct(Run)_storage)dyn_storage"), "_sequence": ("1", "t_uint64")}),
        (
            "ObservationLog",
            {"_last": ("0", "t_mapping(t_uint32,t_struct(Batch)_storage)"), "_sequence": ("1", "t_uint64")},
        ),
        ("Consortium", {"_configDigest": ("0", "t_bytes32")}),
    ],
)
def test_storage_that_proofs_read_stands_at_its_fixed_slot(name: str, fixed: dict[str, tuple[str, str]]) -> None:
    layout = {entry["label"]: entry for entry in committed(name)["storageLayout"]}
    assert {label: (layout[label]["slot"], layout[label]["type"]) for label in fixed} == fixed
    assert {layout[label]["offset"] for label in fixed} == {0}
