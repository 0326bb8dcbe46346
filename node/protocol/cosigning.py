"""The second round of co-signing: composing a finding from answers, and all that a co-signer checks before it signs.

Pure: what lies on chain (the leader's sequence, which finding is live) is for the caller, who passes time and policy.
"""

from collections.abc import Collection, Mapping, Sequence

from node.protocol.answer import Ask, Explanation, SignedAnswer, observation_root
from node.protocol.canonical import Json, digest_of, to_hex
from node.protocol.configuration import Configuration
from node.protocol.errors import SignatureError, VerificationError
from node.protocol.finding import MAX_FINDINGS, Answer, Finding, Report
from node.protocol.identifiers import ZERO
from node.protocol.merkle import leaf_hash, root
from node.protocol.scorer import ReferenceScorer, micro
from node.protocol.signing import recover
from node.protocol.typed_data import Domain, digest


def compose_finding(
    ask: Ask, answers: Sequence[SignedAnswer], policy_digest: bytes, config_digest: bytes, supersedes: bytes = ZERO
) -> Finding:
    """The finding that these answers, ascending by bureau, amount to. Requires answers that `check_answer` passed."""
    bureaus = [signed.answer.bureau for signed in answers]
    if not bureaus or bureaus != sorted(set(bureaus)):
        raise VerificationError(f"expected answers of distinct bureaus, ascending, got {bureaus}")
    models = {signed.answer.model for signed in answers}
    if len(models) != 1:
        raise VerificationError(f"expected answers by one model, got {len(models)} models")
    scores = sorted(signed.answer.score_bps for signed in answers)
    return Finding(
        subject=ask.subject(),
        listing=ask.listing(),
        product=ask.product(),
        kind=ask.kind,
        period=ask.period(),
        score_bps=scores[(len(scores) - 1) // 2],
        spread_bps=scores[-1] - scores[0],
        policy_digest=policy_digest,
        evidence_root=root([leaf_hash(signed.answer.observation_root) for signed in answers]),
        model=models.pop(),
        explanation=explanation_digest(answers),
        observed_at=ask.observed_at,
        config_digest=config_digest,
        supersedes=supersedes,
    )


def explanation_digest(answers: Sequence[SignedAnswer]) -> bytes:
    """The digest over every signer's vector, score and contributions."""
    lines: list[Json] = [{"bureau": a.answer.bureau, "explanation": a.explanation.to_json()} for a in answers]
    return digest_of(lines)


def check_answer(
    signed: SignedAnswer, ask: Ask, domain: Domain, configuration: Configuration, now: int | None = None
) -> None:
    """Check that a bureau in force signed this answer to this question. Raises `VerificationError`.

    `now` is the time to judge the deadline at; None for a later reader, to whom it no longer matters.
    """
    answer = signed.answer
    # (1) it answers this question, under this configuration
    check_asked(answer, ask)
    for name, wanted, got in (
        ("configuration", configuration.digest(), answer.config_digest),
        # (2) it is the answer to what lies beside it
        ("observation root", observation_root(signed.observations), answer.observation_root),
        ("explanation", signed.explanation.digest(), answer.explanation),
        ("model", signed.explanation.model, answer.model),
        ("score", signed.explanation.score_bps, answer.score_bps),
    ):
        _check_equal(f"{name} of the answer of bureau {answer.bureau}", wanted, got)
    if not signed.observations:
        raise VerificationError(f"expected observations by bureau {answer.bureau}, got none")
    # (3) it is in time
    if now is not None and now > answer.deadline:
        raise VerificationError(f"expected an answer before {answer.deadline}, got one judged at {now}")
    # (4) the bureau is a member, and its oracle key signed
    bureau = configuration.bureau(answer.bureau)
    if bureau is None:
        raise VerificationError(f"expected a bureau of the configuration, got {answer.bureau}")
    signer = recover(digest(domain, answer.struct_hash()), signed.signature)
    if signer != bureau.oracle:
        raise SignatureError(f"expected the signature of {bureau.oracle}, got one by {signer}")


def check_asked(answer: Answer, ask: Ask) -> None:
    """Check that this is the question that was answered. Raises `VerificationError`."""
    for name, wanted, got in (
        ("clue", ask.clue, answer.clue),
        ("attempt", ask.attempt, answer.attempt),
        ("leader", ask.leader, answer.leader),
        ("deadline", ask.deadline, answer.deadline),
    ):
        _check_equal(f"{name} of the answer of bureau {answer.bureau}", wanted, got)


def check_about(signed: SignedAnswer, ask: Ask) -> None:
    """Check that the observations speak of what was asked: one shows its marketplace, and its listing or seller."""
    name, wanted = ("seller_id", ask.seller_id) if ask.listing_id is None else ("listing_id", ask.listing_id)
    for observation in signed.observations:
        values = observation.values()
        if values.get("marketplace") == ask.marketplace and values.get(name) == wanted:
            return
    raise VerificationError(f"expected bureau {signed.answer.bureau} to observe the {name} in question, got none")


def check_scores(explanation: Explanation, scorer: ReferenceScorer) -> None:
    """Check that the model gives the stated margin and score for the stated vector. Raises `VerificationError`."""
    _check_equal("feature names", list(scorer.names), [name for name, _, _ in explanation.features])
    margin = scorer.margin(explanation.vector())
    _check_equal("margin", micro(margin), explanation.margin_micro)
    _check_equal("score", scorer.score_bps(margin), explanation.score_bps)


def check_report(
    report: Report,
    asks: Sequence[Ask],
    answers: Sequence[Sequence[SignedAnswer]],
    domain: Domain,
    configuration: Configuration,
    policy_digest: bytes,
    *,
    now: int,
    interested: Collection[int] = (),
    scorers: Mapping[bytes, ReferenceScorer] | None = None,
) -> None:
    """All that a co-signer checks before it signs. `asks[i]` and `answers[i]` belong to `report.findings[i]`.

    `interested` are bureaus with a recorded recusal in any finding; `scorers` hold the models, by id, that this bureau
    can run itself. Left to the caller: that the sequence is the leader's next, and that a superseded finding is live.
    """
    # (1) the report names enough distinct members, none of them interested, the leader among them
    signers, config_digest = list(report.signers), configuration.digest()
    if signers != sorted(set(signers)):
        raise VerificationError(f"expected distinct signers, ascending, got {signers}")
    if len(signers) < configuration.quorum():
        raise VerificationError(f"expected at least {configuration.quorum()} signers, got {len(signers)}")
    for number in signers:
        if configuration.bureau(number) is None:
            raise VerificationError(f"expected signers of the configuration, got {number}")
        if number in interested:
            raise VerificationError(f"expected no interested bureau among the signers, got {number}")
    if report.leader not in signers:
        raise VerificationError(f"expected the leader {report.leader} among the signers {signers}")
    # (2) it stands on this chain, under this configuration, and brings what belongs to each finding
    _check_equal("chain of the configuration", domain.chain_id, configuration.chain_id)
    _check_equal("configuration of the report", config_digest, report.config_digest)
    if not 1 <= len(report.findings) <= MAX_FINDINGS or not len(asks) == len(answers) == len(report.findings):
        raise VerificationError(
            f"expected 1 to {MAX_FINDINGS} findings with their questions and answers, "
            f"got {len(report.findings)}, {len(asks)} and {len(answers)}"
        )
    keys = [finding.clue_key() for finding in report.findings]
    if len(set(keys)) != len(keys):
        raise VerificationError("expected findings about different clues, got two about one")
    for finding, ask, group in zip(report.findings, asks, answers, strict=True):
        # (3) exactly the signers answered, the leader asked, and every answer holds
        _check_equal("leader of the question", report.leader, ask.leader)
        _check_equal("bureaus that answered", signers, [signed.answer.bureau for signed in group])
        for signed in group:
            check_answer(signed, ask, domain, configuration, now)
            check_about(signed, ask)
            scorer = (scorers or {}).get(signed.answer.model)
            if scorer is not None:
                check_scores(signed.explanation, scorer)
        # (4) the finding is what the answers amount to, in every member
        wanted = compose_finding(ask, group, policy_digest, config_digest, finding.supersedes)
        for member in Finding.MEMBERS:
            _check_equal(member.name, getattr(wanted, member.attribute), getattr(finding, member.attribute))


def _check_equal(what: str, wanted: object, got: object) -> None:
    if wanted != got:
        raise VerificationError(f"expected {what} {_shown(wanted)}, got {_shown(got)}")


def _shown(value: object) -> str:
    return to_hex(value) if isinstance(value, bytes) else str(value)
