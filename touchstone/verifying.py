"""`touchstone verify`: reads two files, no network, and prints the verdict for a person."""

import time
from datetime import datetime
from pathlib import Path

from node.protocol.errors import ProtocolError
from node.protocol.trust import TrustRoot
from node.protocol.verify import Verification, verify_bundle
from touchstone.errors import CommandError

READ_CAP = 64 * 1024 * 1024 + 1  # one byte above what a bundle may have, so that the verifier says so itself

VERDICTS = {
    "GENUINE": ("GENUINE: everything that is claimed as proven is proven.", "真实：所有标为已证明的内容均已证明。"),
    "ALTERED": ("ALTERED: a part of this file is not what was recorded.", "被改动：文件的一部分与记录不符。"),
    "NOT_TRUSTED": (
        "NOT TRUSTED: sealed by others than your trust root names.",
        "不可信：封印者不是信任根所列的验证者。",
    ),
    "UNKNOWN": ("UNKNOWN: your trust root does not reach this block or chain.", "未知：信任根未覆盖该区块或该链。"),
    "STALE": (
        "STALE: genuine, but the status shown is old; ask for a fresh one.",
        "过期：真实，但所示状态已旧，请索取新的状态。",
    ),
    "SUPERSEDED": ("SUPERSEDED: genuine then, replaced or withdrawn since.", "已被取代：当时真实，其后被取代或撤回。"),
    "OVERTURNED": ("OVERTURNED: genuine then, overturned by a ruling since.", "已被推翻：当时真实，其后被裁决推翻。"),
    "UNREADABLE": ("UNREADABLE: this is no evidence bundle that can be read.", "无法读取：这不是可读的证据包。"),
}


def verify_files(bundle: Path, trust: Path, at: str | None) -> Verification:
    """The verdict on a bundle file under a trust root file."""
    try:
        root = TrustRoot.parse(_read(trust, "trust root"))
    except ProtocolError as exc:
        raise CommandError(f"expected a trust root in {trust}, got something else: {exc}") from exc
    return verify_bundle(_read(bundle, "bundle"), root, int(time.time()) if at is None else _time(at))


def print_report(report: Verification, language: str) -> None:
    """The verdict in plain words, what is proven, and what is not."""
    chinese = language == "zh"

    def pick(pair: tuple[str, str]) -> str:
        return pair[1] if chinese else pair[0]

    print(pick(VERDICTS[report.verdict.name]))
    if report.part:
        print(f"{'部分' if chinese else 'part'}: {report.part}")
    for step in report.steps:
        mark = "✓" if step.ok else "✗"
        print(f" {mark} ({step.number}) [{step.standing}] {step.words_zh if chinese else step.words_en}")
    for title, pairs in (
        (("What is proven", "已证明"), report.claims),
        (("What this does not prove", "本文件不能证明"), report.not_proven),
    ):
        if pairs:
            print(f"\n{pick(title)}:")
            for pair in pairs:
                print(f"  - {pick(pair)}")


def _read(path: Path, what: str) -> bytes:
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
