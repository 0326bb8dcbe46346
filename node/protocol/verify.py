"""The verifier: is this bundle genuine, held against a trust root that the reader brings?

`verify_bundle` is pure and never raises. It goes through numbered steps, each a small function that holds or raises;
a failure names the part that is concerned. The first of altered, not trusted, unknown, overturned, superseded, stale,
genuine is the verdict. Input that is no bundle gets none (exit code 2).
"""

from collections.abc import Callable

from node.protocol.bundle import Bundle
from node.protocol.claims import claims_of, custody_of, not_proven_of
from node.protocol.errors import ProtocolError
from node.protocol.steps_answers import check_answers, check_model, check_payloads
from node.protocol.steps_history import check_anchors, check_standing, check_status
from node.protocol.steps_life import check_captures, check_custody, check_peers, check_quality, check_recusals
from node.protocol.steps_record import (
    Context,
    Held,
    check_configuration,
    check_header,
    check_header_seals,
    check_receipt,
    check_signatures,
)
from node.protocol.trust import TrustRoot
from node.protocol.verdict import (
    INFORMATIVE,
    PRECEDENCE,
    PROVEN,
    WITHOUT_CLAIMS,
    Step,
    StepFailed,
    VerdictCode,
    Verification,
    Words,
)

__all__ = ["VerdictCode", "Verification", "verify_bundle"]

STEPS: tuple[tuple[str, Callable[[Context], Held]], ...] = (
    ("header", check_header),
    ("header", check_header_seals),
    ("receipt", check_receipt),
    ("signatures", check_signatures),
    ("configuration", check_configuration),
    ("answers", check_answers),
    ("payloads", check_payloads),
    ("model", check_model),
    ("captures", check_captures),
    ("custody", check_custody),
    ("recusals", check_recusals),
    ("quality", check_quality),
    ("peers", check_peers),
    ("anchors", check_anchors),
    ("status", check_status),
    ("header", check_standing),
)


def verify_bundle(data: bytes, trust: TrustRoot, at: int | None = None) -> Verification:
    """Judge a bundle. `at` is the time (UTC seconds) to judge staleness at; None leaves that open. Never raises."""
    # (1) it is a bundle
    try:
        bundle = Bundle.parse(data)
    except Exception as exc:  # noqa: BLE001 - foreign bytes: whatever goes wrong, it is no bundle
        words = _plain(exc)
        step = Step(1, "bundle", INFORMATIVE, False, f"not an evidence bundle: {words}", f"不是证据包：{words}")
        return _answer([step], [StepFailed(VerdictCode.UNREADABLE, "bundle", words)], [], [], trust)
    context = Context(bundle, trust, at)
    steps = [Step(1, "bundle", INFORMATIVE, True, "the file is an evidence bundle", "文件格式为证据包")]
    failures: list[StepFailed] = []
    # (2) and on
    for number, (part, check) in enumerate(STEPS, start=2):
        try:
            held = check(context)
            steps.append(Step(number, held.part or part, held.standing, True, *held.words))
        except Exception as exc:  # noqa: BLE001 - foreign bytes: a fault of any kind is a fault of the part
            failure = exc if isinstance(exc, StepFailed) else StepFailed(VerdictCode.ALTERED, part, _plain(exc))
            failures.append(failure)
            steps.append(Step(number, failure.part, PROVEN, False, *failure.words))
    failures += context.findings
    codes = {failure.code for failure in failures}
    try:
        claims = [] if codes & set(WITHOUT_CLAIMS) else claims_of(context)
        open_ends = not_proven_of(context, bool(codes & set(WITHOUT_CLAIMS)))
    except Exception as exc:  # noqa: BLE001 - words must never be in the way of a verdict
        failures.append(StepFailed(VerdictCode.ALTERED, "report", _plain(exc)))
        claims, open_ends = [], []
    return _answer(steps, failures, claims, open_ends, trust)


def _answer(
    steps: list[Step], failures: list[StepFailed], claims: list[Words], open_ends: list[Words], trust: TrustRoot
) -> Verification:
    codes = {failure.code for failure in failures}
    found = [code for code in PRECEDENCE if code in codes] or [VerdictCode.GENUINE]
    blamed = [failure.part for failure in failures if failure.code is VerdictCode.ALTERED]
    return Verification(
        verdict=found[0],
        part=blamed[0] if found[0] is VerdictCode.ALTERED else None,
        also=tuple(found[1:]),
        steps=tuple(steps),
        claims=tuple(claims),
        not_proven=tuple(open_ends),
        custody=custody_of(trust),
        trust_id=trust.id(),
    )


def _plain(exc: Exception) -> str:
    """An error's own words, short; for errors of the interpreter only their kind."""
    return str(exc)[:300] if isinstance(exc, ProtocolError) else f"unexpected {type(exc).__name__}"
