"""Mutation testing of the contracts: put one small defect in, run the contract's tests, and see whether one of them fails.

A mutant that no test catches is either a gap in the tests or changes nothing that can be told from outside; the second kind
stands with its reason in docs/mutants.md. Run by `scripts/mutate`; a whole run takes an hour, so what was tried is kept in
build/mutation.json and taken up again while contracts and tests are as they were.
"""

import argparse
import hashlib
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CONTRACTS = ROOT / "contracts"
TESTS = ROOT / "tests" / "contracts"
EXPLAINED = ROOT / "docs" / "mutants.md"
KEPT = ROOT / "build" / "mutation.json"
SECONDS = 900  # for the tests of one mutant; more is a loop that does not end

# Which tests a contract has, in the order in which they are asked first; files stand in the order in which they are tried.
SUITES = {
    "FindingRegistry.sol": (
        "FindingRegistry*.test.js",
        "vectors.test.js",
        "Consortium.effects.test.js",
        "CaseRegistry*.test.js",
        "roles.records.test.js",
    ),
    "ObservationLog.sol": ("ObservationLog.test.js", "Pause.test.js", "vectors.test.js", "roles.records.test.js"),
    "governance/*.sol": ("Consortium.*test.js", "ValidatorSet*.test.js", "roles.governance.test.js"),
    "ValidatorSet.sol": ("ValidatorSet*.test.js", "Consortium.*test.js", "roles.governance.test.js"),
    "Consortium.sol": ("Consortium.*test.js", "ValidatorSet*.test.js", "Pause.test.js", "roles.governance.test.js"),
    "CaseRegistry.sol": ("CaseRegistry*.test.js", "roles.records.test.js"),
    "registry/Brand*.sol": (
        "BrandRegistry*.test.js",
        "ProductRegistry*.test.js",
        "Pause.test.js",
        "roles.registries.test.js",
    ),
    "registry/TrustLevels.sol": (
        "BrandRegistry.trust.test.js",
        "CaseRegistry*.test.js",
        "Pause.test.js",
        "roles.registries.test.js",
    ),
    "registry/ProductBook.sol": ("ProductRegistry*.test.js", "Pause.test.js", "roles.registries.test.js"),
}
SLOW = {"Consortium.gas.test.js"}  # measures, and catches nothing else

BOUNDARIES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
GUARD = re.compile(r"^(\s*(?:\} )?(?:else )?if \()(.*)(\) revert .*|\) \{|\) return;)$")
MODIFIER = re.compile(r" (?:only[A-Z]\w*|inState|withDigest)(?:\([^)]*\))?(?= )")
STATEMENT = re.compile(
    r"^\s+(?:delete |--|\+\+|_(?:end|check|set|hold|forget|unseat|seat|adopt|changed|prove|record)\w*\("
    r"|(?:_\w+|found|open|passed|entry|known|trust|word|record|made|member|court|first)[\w.]*(?:\[[^=]*\])*(?:\.\w+)* [-+|]?= ).*;$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mutant:
    """One line of a contract, changed."""

    file: str  # below contracts/
    function: str
    operator: str
    line: int  # from 0
    before: str
    after: str

    @property
    def key(self) -> str:
        """What names it in docs/mutants.md: stays the same while the line does."""
        change = (
            f"`{self.before.strip()}` → `{self.after.strip()}`" if self.after.strip() else f"`{self.before.strip()}`"
        )
        return f"{self.file} {self.function}, {self.operator}: {change}"


def changed_lines(line: str) -> Iterator[tuple[str, str]]:
    """Each way to change a line of code: the operator's name, and the line after it."""
    for match in re.finditer(r" (<=|>=|<|>) ", line):
        yield "boundary", line[: match.start(1)] + BOUNDARIES[match[1]] + line[match.end(1) :]
    for match in re.finditer(r" (&&|\|\|) ", line):
        yield "and, or", line[: match.start(1)] + ("||" if match[1] == "&&" else "&&") + line[match.end(1) :]
    if guard := GUARD.match(line):
        head, condition, tail = guard.groups()
        yield "guard dropped", f"{head}false{tail}"
        for at, operator in _joints(condition):
            yield "operand dropped", head + condition[:at] + tail
            yield "operand dropped", head + condition[at + len(operator) :] + tail
    if re.search(r"\b(external|public|internal|private)\b", line):
        for match in MODIFIER.finditer(line):
            yield "modifier dropped", line[: match.start()] + line[match.end() :]
    for match in re.finditer(r"(?<=constant )(\w+ = )(\d+)(?=;| days)", line):
        yield "constant", line[: match.start(2)] + str(int(match[2]) + 1) + line[match.end(2) :]
    for match in re.finditer(r" [+-] 1\b", line):
        yield "off by one", line[: match.start()] + line[match.end() :]
    if STATEMENT.match(line):
        yield "statement dropped", ""


def _joints(condition: str) -> Iterator[tuple[int, str]]:
    """Where a condition joins two operands, outside of any brackets."""
    depth = 0
    for at, character in enumerate(condition):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if depth == 0 and condition[at : at + 4] in (" || ", " && "):
            yield at, condition[at : at + 4]


def mutants_of(file: str, source: str) -> Iterator[Mutant]:
    """All mutants of a contract, in the order of its lines."""
    function, seen = "contract", set()
    for number, line in enumerate(source.split("\n")):
        if found := re.match(r"\s+(?:function (\w+)|modifier (\w+)|(constructor))\b", line):
            function = next(filter(None, found.groups()))
        code = line.split(" //")[0].rstrip()
        if re.match(r"\s*(//|/?\*|import|pragma|error|event|emit|abstract|contract|interface|library)", code):
            continue
        for operator, after in changed_lines(code):
            mutant = Mutant(file, function, operator, number, code, after)
            if mutant.key not in seen:
                seen.add(mutant.key)
                yield mutant


def tests_of(file: str) -> list[str]:
    """The tests of a contract, in the order in which they are asked first."""
    patterns = next(patterns for name, patterns in SUITES.items() if fnmatch(file, name))
    found = [path for pattern in patterns for path in sorted(TESTS.glob(pattern)) if path.name not in SLOW]
    return [str(path.relative_to(ROOT)) for path in dict.fromkeys(found)]


def explanations() -> dict[str, str]:
    """Why a mutant may live, by its key: the list items of docs/mutants.md."""
    items = re.findall(r"^- (.+?)\n  (.+(?:\n  .+)*)", EXPLAINED.read_text(encoding="utf-8"), re.MULTILINE)
    return {key: " ".join(reason.split()) for key, reason in items}


class Bench:
    """A copy of the project in which scripts/mutation_bench.js builds mutants and tries them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("contracts", "tests", "hardhat.config.js", "package.json", "scripts", "node"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, folder / name)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        self._start()

    def _start(self) -> None:
        command = ["node", "scripts/mutation_bench.js"]
        self._process = subprocess.Popen(
            command, cwd=self._folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def attempt(self, mutant: Mutant) -> tuple[str, str]:
        """`caught`, `survived`, `same` when the code of the contracts stays the same, or `stillborn` when it does not compile.

        With it, the test that caught it, and how.
        """
        lines = (CONTRACTS / mutant.file).read_text(encoding="utf-8").split("\n")
        lines[mutant.line] = mutant.after
        asked = {"file": f"contracts/{mutant.file}", "source": "\n".join(lines), "tests": tests_of(mutant.file)}
        answer = self._ask(asked)
        if answer is None:
            self._start()
            return "caught", "no end"
        return answer["state"], "by {title}: {error}".format(**answer["by"]) if answer.get("by") else ""

    def failure(self, files: set[str]) -> str:
        """What fails as it is: then every mutant would seem to be caught. Empty when all is well."""
        tests = sorted({test for file in files for test in tests_of(file)})
        answer = self._ask({"files": [f"contracts/{file}" for file in sorted(files)], "tests": tests})
        if answer is None:
            return "no end"
        return f"{answer['by']['title']}: {answer['by']['error']}" if answer["by"] else ""

    def _ask(self, asked: dict[str, object]) -> Any:
        """The bench's answer, or None when there is none in time."""
        assert self._process.stdin is not None and self._process.stdout is not None
        watchdog = threading.Timer(SECONDS, self._process.kill)
        watchdog.start()
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if line:
            return json.loads(line)
        if self._process.wait() != -signal.SIGKILL:
            raise RuntimeError(f"expected an answer of {asked.get('file', 'the tests')}, got none: the bench ended")
        return None

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Kept:
    """What earlier runs found. What was caught stays so while its contract is the same; the rest is tried anew with other tests."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._contracts = {str(file.relative_to(CONTRACTS)): _digest([file]) for file in CONTRACTS.rglob("*.sol")}
        self._tests = _digest(TESTS.glob("*.js"))
        self.results: dict[str, str] = {}
        if path.exists():
            kept = json.loads(path.read_bytes())
            same = {file for file, digest in kept["contracts"].items() if self._contracts.get(file) == digest}
            for key, state in kept["results"].items():
                if key.split(" ")[0] in same and (state != "survived" or kept["tests"] == self._tests):
                    self.results[key] = state

    def add(self, key: str, state: str) -> None:
        self.results[key] = state
        kept = {"contracts": self._contracts, "tests": self._tests, "results": self.results}
        self._path.parent.mkdir(exist_ok=True)
        self._path.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")


def _digest(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(files))).hexdigest()


def all_mutants() -> list[Mutant]:
    files = sorted(str(path.relative_to(CONTRACTS)) for path in CONTRACTS.rglob("*.sol"))
    wanted = dict.fromkeys(file for name in SUITES for file in files if fnmatch(file, name))
    return [mutant for file in wanted for mutant in mutants_of(file, (CONTRACTS / file).read_text(encoding="utf-8"))]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutate", description="Mutation testing of the contracts.")
    parser.add_argument("--only", metavar="FILE", help="a file below contracts/, or a pattern")
    parser.add_argument("--sample", type=int, metavar="N", help="try N mutants, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="say which mutants there are, and try none")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()

    known = all_mutants()
    chosen = [mutant for mutant in known if not options.only or fnmatch(mutant.file, options.only)]
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    if options.list:
        print("\n".join(mutant.key for mutant in chosen))
        return 0

    reasons, kept = explanations(), Kept(KEPT)
    results = kept.results
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        left = [mutant for mutant in chosen if mutant.key not in results]
        if failure := bench.failure({mutant.file for mutant in left}):
            parser.error(f"expected all tests of the contracts to pass before a mutant is tried, got {failure}")
        for number, mutant in enumerate(left, 1):
            state, by = bench.attempt(mutant)
            kept.add(mutant.key, state)
            print(f"{number}/{len(left)} {state}: {mutant.key}", by[:200], file=sys.stderr, flush=True)
        if failure := bench.failure({mutant.file for mutant in left}):
            raise RuntimeError(f"expected all tests to pass after the mutants as before them, got {failure}")
        bench.close()

    found = {mutant.key: results[mutant.key] for mutant in chosen}
    problems = [f"no test catches: {key}" for key, state in found.items() if state == "survived" and key not in reasons]
    problems += [
        f"explained, but caught: {key}" for key in reasons if found.get(key) in ("caught", "same", "stillborn")
    ]
    problems += [f"explained, but no mutant: {key}" for key in reasons if key not in {mutant.key for mutant in known}]
    print("\n".join(problems))
    counts = Counter(found.values())
    explained = sum(state == "survived" and key in reasons for key, state in found.items())
    told = {"mutants": len(chosen), **counts, "explained": explained, "problems": len(problems)}
    print(json.dumps(told) if options.json else ", ".join(f"{count} {name}" for name, count in told.items()))
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
