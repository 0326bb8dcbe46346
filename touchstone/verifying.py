"""`touchstone verify`: reads two files, no network, and prints the verdict for a person."""

import hashlib
import time
from datetime import datetime
from pathlib import Path

from node.protocol.bundle import MAX_BYTES
from node.protocol.errors import ProtocolError
from node.protocol.trust import TrustRoot
from node.protocol.verdict import INFORMATIVE, LINKED, PROVEN, VERDICT_WORDS
from node.protocol.verify import Verification, verify_bundle
from touchstone.errors import CommandError
from touchstone.report.judged import Judged

READ_CAP = MAX_BYTES + 1  # one byte above what a bundle may have, so that the verifier says so itself
STANDINGS = {PROVEN: "已证明", LINKED: "相关联", INFORMATIVE: "供参考"}


def verify_files(bundle: Path, trust: Path, at: str | None) -> Judged:
    """The verdict on a bundle file under a trust root file."""
    try:
        root = TrustRoot.parse(read_file(trust, "trust root"))
    except ProtocolError as exc:
        raise CommandError(f"expected a trust root in {trust}, got something else: {exc}") from exc
    data, moment = read_file(bundle, "bundle"), int(time.time()) if at is None else _time(at)
    digest = hashlib.sha256(data).hexdigest() if len(data) < READ_CAP else ""
    return Judged(verify_bundle(data, root, moment), root, digest, len(data), moment)


def print_report(report: Verification, language: str) -> None:
    """The verdict in plain words, what is proven, and what is not."""
    chinese = language == "zh"

    def pick(pair: tuple[str, str]) -> str:
        return pair[1] if chinese else pair[0]

    print(pick(VERDICT_WORDS[report.verdict]))
    print(pick(report.custody))
    if report.part:
        print(f"{'部分' if chinese else 'part'}: {report.part}")
    for step in report.steps:
        mark = "✓" if step.ok else "✗"
        standing = STANDINGS[step.standing] if chinese else step.standing
        print(f" {mark} ({step.number}) [{standing}] {step.words_zh if chinese else step.words_en}")
    for title, pairs in (
        (("What is proven", "已证明"), report.claims),
        (("What this does not prove", "本文件不能证明"), report.not_proven),
    ):
        if pairs:
            print(f"\n{pick(title)}:")
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
