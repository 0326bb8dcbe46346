"""Put a verifier of evidence files under all cases of this folder, and print where it disagrees.

    python tests/evidence/run.py COMMAND...

The command is called as `COMMAND... verify BUNDLE --trust FILE --at TIME --json` for each case and prints one JSON object
with verdict, exit_code, part and also. Needs nothing but Python's standard library. Exit code 1 on any disagreement.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
EXIT_CODES = {"genuine": 0, "unreadable": 2, "altered": 10, "not_trusted": 11, "unknown": 12}
EXIT_CODES |= {"stale": 13, "superseded": 14, "overturned": 15}
SECONDS = 60  # for one case


def moment(at: int) -> str:
    """UTC seconds as the command line takes them."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def expected_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return found


def judge(command: Sequence[str], folder: Path) -> list[str]:
    """What the verifier answers otherwise than expected; nothing where it agrees."""
    expected = expected_of(folder)
    call = [*command, "verify", str(folder / "bundle.json"), "--trust", str(folder / "trust.json")]
    try:
        ran = subprocess.run(
            [*call, "--at", moment(expected["at"]), "--json"], capture_output=True, timeout=SECONDS, check=False
        )
        told = json.loads(ran.stdout)
        answers = {name: told[name] for name in ("verdict", "exit_code", "part", "also")}
    except subprocess.TimeoutExpired:
        return [f"no answer within {SECONDS} s"]
    except (ValueError, TypeError, KeyError) as exc:
        return [f"no JSON object with verdict, exit_code, part and also: {type(exc).__name__}"]
    code = EXIT_CODES[expected["verdict"]]
    wanted = {"verdict": expected["verdict"], "exit_code": code, "part": expected["part"], "also": expected["also"]}
    wrong = [f"{name} {answers[name]!r} for {value!r}" for name, value in wanted.items() if answers[name] != value]
    return wrong + ([] if ran.returncode == code else [f"process ended with {ran.returncode} for {code}"])


def main(command: Sequence[str]) -> int:
    """Run all cases, two at a time."""
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    folders = sorted(CASES.iterdir())
    with ThreadPoolExecutor(2) as pool:
        found = list(zip(folders, pool.map(lambda folder: judge(command, folder), folders), strict=True))
    wrong = [(folder.name, differences) for folder, differences in found if differences]
    width = max((len(name) for name, _ in wrong), default=0)
    for name, differences in wrong:
        print(f"{name:{width}}  {'; '.join(differences)}")
    totals = Counter(expected_of(folder)["verdict"] for folder in folders)
    for verdict, count in sorted(totals.items()):
        missed = sum(expected_of(CASES / name)["verdict"] == verdict for name, _ in wrong)
        print(f"{verdict:12} {count - missed:4} of {count:4} agree")
    print(f"{'all':12} {len(folders) - len(wrong):4} of {len(folders):4} agree")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
