"""`touchstone verify`: reads an evidence file and a trust root, no network, and prints the verdict for a person."""

import hashlib
import time
from datetime import datetime
from pathlib import Path

from node.protocol.bundle import MAX_BYTES
from node.protocol.parts import part_words
from node.protocol.verdict import INFORMATIVE, LINKED, PROVEN, VERDICT_WORDS, WITHOUT_CLAIMS
from node.protocol.verify import Verification, verify_bundle
from touchstone.errors import CommandError
from touchstone.report.judged import Judged
from touchstone.trusting import pinned_path, read_root

READ_CAP = MAX_BYTES + 1  # one byte above what a bundle may have, so that the verifier says so itself
STANDINGS = {PROVEN: "已证明", LINKED: "相关联", INFORMATIVE: "供参考"}


def verify_files(bundle: Path, trust: Path | None, at: str | None) -> Judged:
    """The verdict on an evidence file under a trust root file; without one, under the trust root that is pinned."""
    root = read_root(trust or _pinned())
    data, moment = read_file(bundle, "bundle"), int(time.time()) if at is None else _time(at)
    digest = hashlib.sha256(data).hexdigest() if len(data) < READ_CAP else ""
    return Judged(verify_bundle(data, root, moment), root, digest, len(data), moment)


def _pinned() -> Path:
    path = pinned_path()
    if not path.exists():
        raise CommandError(
            f"expected --trust FILE or a pinned trust root, got none in {path}. "
            "Pin the one whose id somebody you trust read out to you: touchstone trust pin FILE --id ID"
        )
    return path


def print_report(report: Verification, language: str) -> None:
    """The verdict in plain words, what is proven, and what is not."""
    chinese = language == "zh"

    def pick(pair: tuple[str, str]) -> str:
        return pair[1] if chinese else pair[0]

    print(pick(VERDICT_WORDS[report.verdict]))
    print(pick(report.custody))
    if report.part:
        print(f"{'涉及部分：' if chinese else 'Part concerned: '}{pick(part_words(report.part))}")
    for step in report.steps:
        mark = "✓" if step.ok else "✗"
        standing = STANDINGS[step.standing] if chinese else step.standing
        shown = f"[{standing}] " if report.verdict not in WITHOUT_CLAIMS else ""  # else nothing is proven
        print(f" {mark} ({step.number}) {shown}{pick((step.words_en, step.words_zh))}")
    if report.verdict in WITHOUT_CLAIMS:
        print("".join(f"\n{pick(pair)}" for pair in report.not_proven))
        return
    for title, pairs in (
        (("What is proven:", "已证明："), report.claims),
        (("What this does not prove:", "本文件不能证明："), report.not_proven),
    ):
        print(f"\n{pick(title)}")
        for pair in pairs:
            print(f"  - {pick(pair)}")


def read_file(path: Path, what: str) -> bytes:
    """The bytes of a file up to what an evidence file may have, and one more."""
    try:
        with path.open("rb") as file:
            return file.read(READ_CAP)
    except OSError as exc:
        raise CommandError(f"expected to read the {what} {path}, got: {exc.strerror}. Check the path.") from exc


def _time(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("without a zone")
    except ValueError as exc:
        raise CommandError(f"expected a UTC time such as 2026-01-31T12:00:00Z for --at, got {text!r}") from exc
    return int(moment.timestamp())
