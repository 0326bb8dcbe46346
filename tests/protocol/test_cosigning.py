import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from node.protocol.answer import SignedAnswer
from node.protocol.canonical import Json, digest_of, sha256, to_hex
from node.protocol.cosigning import check_about, check_answer, check_report, check_scores, compose_finding
from node.protocol.errors import ScorerError, SignatureError, VerificationError
from node.protocol.finding import Report
from node.protocol.identifiers import ADDRESSES, ZERO
from node.protocol.merkle import leaf_hash, root
from node.protocol.scorer import ReferenceScorer, float32
from node.protocol.typed_data import Domain
from tests.protocol.consortium import (
    ASK,
    CONFIGURATION,
    DOMAIN,
    MODEL,
    NOW,
    POLICY,
    all_answers,
    answered,
    bureau,
    explanation,
)

DIGEST = CONFIGURATION.digest()


def report_on(answers: Sequence[SignedAnswer], **changes: Any) -> Report:
    finding = compose_finding(ASK, answers, POLICY, DIGEST)
    members: dict[str, Any] = {
        "leader": 1,
        "sequence": 1,
        "config_digest": DIGEST,
        "signers": tuple(signed.answer.bureau for signed in answers),
        "findings": (finding,),
    }
    return Report(**(members | changes))


def check(report: Report, group: Sequence[SignedAnswer], **options: Any) -> None:
    members: dict[str, Any] = {"asks": [ASK], "answers": [group], "now": NOW} | options
    check_report(report, domain=DOMAIN, configuration=CONFIGURATION, policy_digest=POLICY, **members)


@pytest.mark.parametrize(
    ("scores", "median", "spread"),
    [((9100, 9000, 9400), 9100, 400), ((1, 2, 3, 4), 2, 3), ((4, 4, 0, 10_000), 4, 10_000), ((5, 5, 5), 5, 0)],
)
def test_the_score_is_the_lower_median(scores: tuple[int, ...], median: int, spread: int) -> None:
    finding = compose_finding(ASK, all_answers(scores), POLICY, DIGEST)
    assert (finding.score_bps, finding.spread_bps) == (median, spread)


def test_a_finding_says_what_was_asked_and_covers_every_answer() -> None:
    answers = all_answers()
    finding = compose_finding(ASK, answers, POLICY, DIGEST, supersedes=b"\x01" * 32)
    assert finding.clue_key() == ASK.clue
    assert finding.product == (6901234567892).to_bytes(32, "big")
    assert (finding.observed_at, finding.model, finding.supersedes) == (NOW, MODEL, b"\x01" * 32)
    assert finding.evidence_root == root([leaf_hash(signed.answer.observation_root) for signed in answers])
    lines: list[Json] = [
        {"bureau": signed.answer.bureau, "explanation": signed.explanation.to_json()} for signed in answers
    ]
    assert finding.explanation == digest_of(lines)


def test_answers_must_be_of_distinct_bureaus_ascending_and_by_one_model() -> None:
    one, two, three = all_answers()
    for wrong in ([two, one, three], [one, one, two], []):
        with pytest.raises(VerificationError, match="distinct bureaus"):
            compose_finding(ASK, wrong, POLICY, DIGEST)
    other = answered(3, 9000, model=sha256(b"other"))
    with pytest.raises(VerificationError, match="one model"):
        compose_finding(ASK, [one, two, other], POLICY, DIGEST)


def test_an_honest_report_passes() -> None:
    for scores in ((9100, 9000, 9400), (9100, 9000, 9400, 100)):
        answers = all_answers(scores)
        check(report_on(answers), answers)
        check(report_on(answers), answers, now=ASK.deadline, interested={9})


def test_every_answer_is_checked() -> None:
    for signed in all_answers():
        check_answer(signed, ASK, DOMAIN, CONFIGURATION)
        check_about(signed, ASK)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"clue": ZERO}, "clue of the answer of bureau 2"),
        ({"attempt": 2}, "attempt of"),
        ({"leader": 3}, "leader of"),
        ({"deadline": NOW + 601}, "deadline of"),
        ({"config_digest": ZERO}, "configuration of"),
        ({"observation_root": ZERO}, "observation root of"),
        ({"explanation": ZERO}, "explanation of"),
        ({"model": ZERO}, "model of"),
        ({"score_bps": 9001}, "score of"),
    ],
)
def test_an_answer_to_something_else_is_refused(changes: dict[str, Any], words: str) -> None:
    signed = answered(2, 9000, **changes)
    with pytest.raises(VerificationError, match=words):
        check_answer(signed, ASK, DOMAIN, CONFIGURATION)
    answers = [answered(1, 9100), signed, answered(3, 9400)]
    with pytest.raises(VerificationError):
        check(report_on(all_answers()), answers)


def test_what_lies_beside_an_answer_is_compared() -> None:
    signed, other = answered(2, 9000), answered(3, 9000)
    for wrong, words in (
        (dataclasses.replace(signed, observations=other.observations), "observation root"),
        (dataclasses.replace(signed, observations=()), "observation root"),
        (dataclasses.replace(signed, explanation=explanation(8999)), "explanation"),
    ):
        with pytest.raises(VerificationError, match=words):
            check_answer(wrong, ASK, DOMAIN, CONFIGURATION)


def test_an_answer_without_observations_is_refused() -> None:
    empty = answered(2, 9000, observation_root=sha256(b""))
    with pytest.raises(VerificationError, match="got none"):
        check_answer(dataclasses.replace(empty, observations=()), ASK, DOMAIN, CONFIGURATION)


def test_only_the_oracle_key_of_a_member_counts_and_only_in_its_domain() -> None:
    signed = answered(2, 9000)
    with pytest.raises(SignatureError, match="expected the signature of"):
        check_answer(dataclasses.replace(signed, signature=answered(3, 9000).signature), ASK, DOMAIN, CONFIGURATION)
    for domain in (Domain(1, DOMAIN.verifying_contract), Domain(DOMAIN.chain_id, ADDRESSES["ObservationLog"])):
        with pytest.raises(SignatureError, match="expected the signature of"):
            check_answer(signed, ASK, domain, CONFIGURATION)
    with pytest.raises(VerificationError, match="a bureau of the configuration, got 7"):
        check_answer(answered(7, 9000), ASK, DOMAIN, CONFIGURATION)


def test_a_passed_deadline_voids_answers_for_a_signer_but_not_for_a_later_reader() -> None:
    answers = all_answers()
    check_answer(answers[0], ASK, DOMAIN, CONFIGURATION)
    with pytest.raises(VerificationError, match="expected an answer before"):
        check(report_on(answers), answers, now=ASK.deadline + 1)


def test_observations_must_show_what_was_asked() -> None:
    signed = answered(2, 9000)
    listing, seller = signed.observations
    hidden = dataclasses.replace(signed, observations=(listing.redact(["listing_id"]), seller))
    check_answer(hidden, ASK, DOMAIN, CONFIGURATION)
    with pytest.raises(VerificationError, match="observe the listing_id"):
        check_about(hidden, ASK)
    members = {name: getattr(ASK, name) for name in ASK.__dataclass_fields__ if name != "clue"}
    check_about(hidden, type(ASK).make(**(members | {"listing_id": None})))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signers": (2, 1, 3)}, "ascending"),
        ({"signers": (1, 2, 2)}, "ascending"),
        ({"signers": (1, 2)}, "at least 3"),
        ({"signers": (1, 2, 7)}, "signers of the configuration, got 7"),
        ({"signers": (1, 2, 4)}, "bureaus that answered"),
        ({"signers": (1, 2, 3, 4)}, "bureaus that answered"),
        ({"leader": 4}, "leader 4 among"),
        ({"leader": 2}, "leader of the question"),
        ({"config_digest": ZERO}, "configuration of the report"),
        ({"findings": ()}, "1 to 200 findings"),
    ],
)
def test_a_report_with_other_signers_or_frame_is_refused(changes: dict[str, Any], words: str) -> None:
    answers = all_answers()
    with pytest.raises(VerificationError, match=words):
        check(report_on(answers, **changes), answers)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": ZERO},
        {"listing": ZERO},
        {"product": ZERO},
        {"kind": 2},
        {"period": 202601},
        {"score_bps": 9400},
        {"spread_bps": 0},
        {"policy_digest": ZERO},
        {"evidence_root": ZERO},
        {"model": ZERO},
        {"explanation": ZERO},
        {"observed_at": NOW + 1},
        {"config_digest": ZERO},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_finding_that_differs_in_any_member_is_refused(changes: dict[str, Any]) -> None:
    answers = all_answers()
    finding = dataclasses.replace(compose_finding(ASK, answers, POLICY, DIGEST), **changes)
    with pytest.raises(VerificationError, match="expected"):
        check(report_on(answers, findings=(finding,)), answers)


def test_every_finding_member_but_supersedes_is_recomputed() -> None:
    answers = all_answers()
    check(report_on(answers, findings=(compose_finding(ASK, answers, POLICY, DIGEST, b"\x01" * 32),)), answers)


def test_interested_bureaus_do_not_sign() -> None:
    answers = all_answers()
    with pytest.raises(VerificationError, match="no interested bureau among the signers, got 2"):
        check(report_on(answers), answers, interested={2})


def test_the_threshold_of_the_configuration_counts() -> None:
    configuration = dataclasses.replace(CONFIGURATION, threshold=4, bureaus=tuple(map(bureau, (1, 2, 3, 4))))
    answers = all_answers()
    with pytest.raises(VerificationError, match="at least 4 signers, got 3"):
        check_report(report_on(answers), [ASK], [answers], DOMAIN, configuration, POLICY, now=NOW)


def test_a_configuration_of_another_chain_is_refused() -> None:
    answers, configuration = all_answers(), dataclasses.replace(CONFIGURATION, chain_id=1)
    with pytest.raises(VerificationError, match="chain of the configuration 20262, got 1"):
        check_report(report_on(answers), [ASK], [answers], DOMAIN, configuration, POLICY, now=NOW)


def test_one_clue_stands_in_a_report_once() -> None:
    answers = all_answers()
    finding = compose_finding(ASK, answers, POLICY, DIGEST)
    with pytest.raises(VerificationError, match="different clues"):
        check(report_on(answers, findings=(finding, finding)), answers, asks=[ASK, ASK], answers=[answers, answers])
    with pytest.raises(VerificationError, match="questions and answers"):
        check(report_on(answers), answers, asks=[])


def test_a_model_that_this_bureau_holds_is_run_again() -> None:
    answers = all_answers()
    scorer = ReferenceScorer(("price_ratio_bps", "seller_shops"), (), (float32(0.0),))
    with pytest.raises(VerificationError, match="expected margin 0, got 1500000"):
        check(report_on(answers), answers, scorers={MODEL: scorer})
    check(report_on(answers), answers, scorers={ZERO: scorer})
    with pytest.raises(VerificationError, match="feature names"):
        check_scores(explanation(9000), dataclasses.replace(scorer, names=("a", "b")))
    assert to_hex(MODEL) != to_hex(ZERO)
    with pytest.raises(ScorerError):
        scorer.margin([None])
