"""The verifier: is this bundle genuine, held against a trust root that the reader brings?

`verify_bundle` is pure and never raises. It goes through numbered steps, each a small function that holds or raises;
a failure names the part that is concerned. The file's media type says which steps: for the bundle of one finding, or for
the subject file. The first of altered, not trusted, unknown, overturned, superseded, stale,
genuine is the verdict. Input that is no bundle gets none (exit code 2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from node.protocol import steps_registries as registries
from node.protocol import steps_subject as subject
from node.protocol.bundle import Bundle, read_json
from node.protocol.canonical import Json
from node.protocol.claims import claims_of, custody_of, not_proven_of
from node.protocol.claims_subject import subject_claims, subject_open_ends
from node.protocol.errors import ProtocolError
from node.protocol.facts import Facts, SubjectFacts
from node.protocol.proven import facts_of, subject_facts_of
from node.protocol.steps_answers import check_answers, check_model, check_payloads
from node.protocol.steps_chain import check_block_anchors, check_history, check_standing
from node.protocol.steps_history import check_anchors, check_status
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
from node.protocol.subject_bundle import SubjectBundle
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

Steps = tuple[tuple[str, Callable[[Any], Held]], ...]

STEPS: Steps = (
    ("header", check_header),
    ("block_anchors", check_block_anchors),
    ("history", check_history),
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
SUBJECT_STEPS: Steps = (
    ("header", check_header),
    ("block_anchors", check_block_anchors),
    ("history", check_history),
    ("header", subject.check_seals),
    ("configuration", subject.check_configuration),
    ("statement", subject.check_statement),
    ("statement", subject.check_subject),
    ("registries", registries.check_registries),
    ("registries", registries.check_records),
    ("header", subject.check_standing),
)


@dataclass(frozen=True)
class Form:
    """One kind of evidence file: what reads it, its steps after the first, and its words."""

    read: Callable[[Json, TrustRoot, int | None], Any]  # the context of the steps
    steps: Steps
    claims: Callable[[Any], list[Words]]
    open_ends: Callable[[Any, bool], list[Words]]
    facts: Callable[[Any], Facts | SubjectFacts]


FINDING = Form(lambda v, trust, at: Context(Bundle.of(v), trust, at), STEPS, claims_of, not_proven_of, facts_of)
SUBJECT = Form(
    lambda v, trust, at: subject.SubjectContext(SubjectBundle.of(v), trust, at),
    SUBJECT_STEPS,
    subject_claims,
    subject_open_ends,
    subject_facts_of,
)


def verify_bundle(data: bytes, trust: TrustRoot, at: int | None = None) -> Verification:
    """Judge an evidence file. `at` is the time (UTC seconds) to judge staleness at; None leaves that open. Never raises."""
    # (1) it is a bundle
    try:
        value = read_json(data)
        form = _form(value)
        context = form.read(value, trust, at)
    except Exception as exc:  # noqa: BLE001 - foreign bytes: whatever goes wrong, it is no bundle
        words = _plain(exc)
        step = Step(1, "bundle", INFORMATIVE, False, f"not an evidence bundle: {words}", f"不是证据包（{words}）")
        return _answer([step], [StepFailed(VerdictCode.UNREADABLE, "bundle", words)], [], [], trust, None)
    steps = [Step(1, "bundle", INFORMATIVE, True, "the file is an evidence bundle", "文件格式为证据包")]
    failures: list[StepFailed] = []
    # (2) and on
    for number, (part, check) in enumerate(form.steps, start=2):
        try:
            held = check(context)
            steps.append(Step(number, held.part or part, held.standing, True, *held.words))
        except Exception as exc:  # noqa: BLE001 - foreign bytes: a fault of any kind is a fault of the part
            failure = exc if isinstance(exc, StepFailed) else StepFailed(VerdictCode.ALTERED, part, _plain(exc))
            failure.__traceback__ = failure.__cause__ = failure.__context__ = None  # they would keep the file in memory
            failures.append(failure)
            steps.append(Step(number, failure.part, PROVEN, False, *failure.words))
            if failure.code is VerdictCode.UNREADABLE:
                break  # a file beyond the caps is not judged further
    failures += context.findings
    codes = {failure.code for failure in failures}
    nothing = bool(codes & set(WITHOUT_CLAIMS))
    try:
        claims, facts = ([], None) if nothing else (form.claims(context), form.facts(context))
        open_ends = form.open_ends(context, nothing)
    except Exception as exc:  # noqa: BLE001 - words must never be in the way of a verdict
        failures.append(StepFailed(VerdictCode.ALTERED, "report", _plain(exc)))
        claims, open_ends, facts = [], [], None
    return _answer(steps, failures, claims, open_ends, trust, facts)


def _form(value: Json) -> Form:
    """By media type; what has none that we know is read, and refused, as the bundle of a finding."""
    kind = value.get("mediaType") if isinstance(value, Mapping) else None
    return SUBJECT if kind == SubjectBundle.MEDIA_TYPE else FINDING


def _answer(
    steps: list[Step],
    failures: list[StepFailed],
    claims: list[Words],
    open_ends: list[Words],
    trust: TrustRoot,
    facts: Facts | SubjectFacts | None,
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
        facts=facts,
    )


def _plain(exc: Exception) -> str:
    """An error's own words, short; for errors of the interpreter only their kind."""
    return str(exc)[:300] if isinstance(exc, ProtocolError) else f"unexpected {type(exc).__name__}"
