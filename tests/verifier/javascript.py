"""Runs the browser's verifier under Node, and says where its answer differs from ours."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from node.protocol.errors import ProtocolError
from node.protocol.trust import TrustRoot
from node.protocol.verify import verify_bundle

ROOT = Path(__file__).parent.parent.parent
CLI = ROOT / "verifier" / "cli.js"
CHUNK = 200  # cases in memory at a time

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules" / "@noble" / "curves").is_dir(),
    reason="the browser's verifier needs Node 20 and the packages of package-lock.json (scripts/setup --contracts)",
)


@dataclass(frozen=True)
class Case:
    """One question to both verifiers."""

    name: str
    bundle: bytes
    trust: bytes
    at: int | None


def node(*arguments: str, stdin: str | None = None, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The verifier's command."""
    return subprocess.run(
        ["node", CLI, *arguments], input=stdin, capture_output=True, text=True, check=False, cwd=folder
    )


def differences(cases: Iterable[Case]) -> tuple[list[str], list[dict[str, Any]]]:
    """What the two verifiers answer differently, and all our answers. The words of a step that fails may differ."""
    found, answers, waiting = [], [], list[Case]()

    def flush() -> None:
        for case, theirs in zip(waiting, _theirs(waiting), strict=True):
            ours = _ours(case)
            answers.append(ours)
            if compared(ours) != compared(theirs):
                found.append(f"{case.name}: {_difference(compared(ours), compared(theirs))}")
        waiting.clear()

    for case in cases:
        waiting.append(case)
        if len(waiting) == CHUNK:
            flush()
    flush()
    return found, answers


def compared(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the words of failed steps, which are for programmers and name the language's own values."""
    steps = [
        step if step["ok"] else {name: step[name] for name in ("number", "part", "standing", "ok")}
        for step in answer.get("steps", [])
    ]
    # facts are for programs that call ours; the browser leaves them out
    return {name: value for name, value in answer.items() if name != "facts"} | {"steps": steps}


def _difference(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    names = sorted(set(ours) | set(theirs))
    return "; ".join(
        f"{name}: Python {ours.get(name)}, JavaScript {theirs.get(name)}"
        for name in names
        if ours.get(name) != theirs.get(name)
    )


def _ours(case: Case) -> dict[str, Any]:
    try:
        trust = TrustRoot.parse(case.trust)
    except ProtocolError:
        return {"error": "trust root"}
    return verify_bundle(case.bundle, trust, case.at).to_json()


def _theirs(cases: Sequence[Case]) -> list[dict[str, Any]]:
    lines = [
        json.dumps(
            {
                "bundle": base64.b64encode(case.bundle).decode(),
                "trust": base64.b64encode(case.trust).decode(),
                "at": case.at,
            }
        )
        for case in cases
    ]
    done = node("batch", stdin="".join(line + "\n" for line in lines))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
