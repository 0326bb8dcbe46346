"""Findings whose signatures all hold and whose content does not: answers and models that do not amount to the finding."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from eth_keys.constants import SECPK1_N

from node.protocol.answer import Ask, SignedAnswer, observation_root
from node.protocol.canonical import canonical, from_hex, parse, sha256, to_hex
from node.protocol.cosigning import compose_finding
from node.protocol.finding import Finding, Report
from node.protocol.scorer import thresholds_to_hex
from node.protocol.typed_data import Domain, digest
from scripts.evidence.blocks import event_log, with_log
from scripts.evidence.case import ALTERED, UNKNOWN, Case, Made, case, changed, fresh
from tests import bundle_factory as factory
from tests.bundle_factory import FILES, Files, answer_of
from tests.protocol.consortium import ASK, CONFIGURATION, DOMAIN, POLICY, key

Answers = Sequence[SignedAnswer]


def cases() -> Iterator[Case]:
    yield from _signers()
    yield from _findings()
    yield from _answers()
    yield from _models()


def recorded(
    answers: Answers,
    change: Callable[[Finding], Finding] = lambda finding: finding,
    ask: Ask = ASK,
    files: Files = FILES,
    signers: Sequence[int] | None = None,
    holders: Sequence[str] | None = None,
    domain: Domain = DOMAIN,
) -> Made:
    """A bundle whose finding is composed of these answers and changed, signed, recorded and sealed by all."""
    bureaus = tuple(signers or (each.answer.bureau for each in answers))
    finding = change(compose_finding(ask, answers, POLICY, CONFIGURATION.digest()))
    report = Report(bureaus[0], 1, CONFIGURATION.digest(), bureaus, (finding,))
    statement = digest(domain, report.struct_hash())
    names = holders or [f"oracle {number}" for number in bureaus]
    made = fresh("bare") | {
        "report": report.to_json(),
        "signatures": [to_hex(key(name).sign(statement)) for name in names],
        "ask": ask.to_json(),
        "answers": [answer.to_json() for answer in answers],
        "model": files.part(),
    }
    return with_log(made, event_log(made))


def answers_of(*bureaus: int, ask: Ask = ASK, files: Files = FILES) -> list[SignedAnswer]:
    return [answer_of(number, ask, files) for number in bureaus]


def signed_again(signed: SignedAnswer, holder: str | None = None, **members: Any) -> SignedAnswer:
    """The answer with other members, signed again by its bureau or another holder."""
    answer = replace(signed.answer, **members)
    name = holder or f"oracle {answer.bureau}"
    return replace(signed, answer=answer, signature=key(name).sign(digest(DOMAIN, answer.struct_hash())))


def _signers() -> Iterator[Case]:
    yield case("signers_three", recorded(answers_of(1, 2, 3)))
    yield case("signers_all_four", recorded(answers_of(1, 2, 3, 4)))
    yield case("signers_without_the_first", recorded(answers_of(2, 3, 4), ask=_ask(leader=2)), ALTERED, "ask")
    ask = _ask(leader=2)
    yield case("signers_led_by_the_second", recorded(answers_of(2, 3, 4, ask=ask), ask=ask))
    yield case("signers_too_few", recorded(answers_of(1, 2)), ALTERED, "report")
    for name, holders in (
        ("one_for_all", ["oracle 1"] * 3),
        ("officers", ["officer 1", "officer 2", "officer 3"]),
        ("strangers", ["thief 1", "thief 2", "thief 3"]),
        ("one_stranger", ["oracle 1", "oracle 2", "thief 3"]),
        ("in_another_order", ["oracle 2", "oracle 1", "oracle 3"]),
    ):
        part = "report" if name in ("officers", "strangers") else "signatures"
        yield case(f"signers_{name}", recorded(answers_of(1, 2, 3), holders=holders), ALTERED, part)
    for name, domain in (
        ("another_chain", Domain(1, DOMAIN.verifying_contract)),
        ("another_contract", Domain(DOMAIN.chain_id, CONFIGURATION.consortium)),
    ):
        yield case(f"signers_for_{name}", recorded(answers_of(1, 2, 3), domain=domain), ALTERED, "report")
    made = fresh("bare")
    made["signatures"][0] = to_hex(_high(from_hex(made["signatures"][0])))
    yield case("signers_high_s", made, ALTERED, "signatures")


def _high(signature: bytes) -> bytes:
    """The other signature of the same key over the same bytes."""
    s = SECPK1_N - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


def _ask(**members: Any) -> Ask:
    held = {name: value for name, value in vars(ASK).items() if name != "clue"}
    return Ask.make(**held | members)


def _findings() -> Iterator[Case]:
    """Every bureau signed it and the chain holds it, but it is not what the answers say."""
    for part, name, members in (
        ("answers", "score_raised", {"score_bps": 10_000}),
        ("answers", "score_lowered", {"score_bps": 0}),
        ("answers", "spread_hidden", {"spread_bps": 1}),
        ("answers", "evidence_of_others", {"evidence_root": sha256(b"others")}),
        ("answers", "explained_otherwise", {"explanation": sha256(b"others")}),
        ("ask", "another_subject", {"subject": sha256(b"another subject")}),
        ("ask", "another_listing", {"listing": sha256(b"another listing")}),
        ("ask", "another_product", {"product": bytes(32)}),
        ("ask", "another_month", {"period": 202606}),
        ("ask", "another_time", {"observed_at": ASK.observed_at - 1}),
        ("ask", "another_kind", {"kind": 2}),
    ):
        made = recorded(answers_of(1, 2, 3), lambda finding, members=members: replace(finding, **members))
        yield case(f"finding_{name}", made, ALTERED, part)
    yield case(
        "finding_that_supersedes", recorded(answers_of(1, 2, 3), lambda f: replace(f, supersedes=sha256(b"old")))
    )
    yield case(
        "finding_under_another_policy", recorded(answers_of(1, 2, 3), lambda f: replace(f, policy_digest=sha256(b"p")))
    )
    about = recorded(answers_of(1, 2, 3, ask=_ask(listing_id="L-2")), ask=_ask(listing_id="L-2"))
    observed = [each.to_json() for each in answers_of(1, 2, 3)]
    yield case("finding_about_another_listing", about)
    for place, answer in enumerate(about["answers"]):
        answer["observations"] = observed[place]["observations"]
    yield case("finding_with_observations_of_another_listing", about, ALTERED, "answers")


def _answers() -> Iterator[Case]:
    made = fresh("bare")
    four = [each.to_json() for each in answers_of(1, 2, 3, 4)]
    for name, answers in (
        ("missing", four[:2]),
        ("extra", four),
        ("swapped", [four[1], four[0], four[2]]),
        ("of_another_bureau", [four[0], four[1], four[3]]),
        ("twice", [four[0], four[0], four[2]]),
    ):
        yield case(f"answers_{name}", made | {"answers": answers}, ALTERED, "answers")
    one, two, three = answers_of(1, 2, 3)
    for name, other in (
        ("to_another_clue", signed_again(three, clue=sha256(b"other"))),
        ("of_another_leader", signed_again(three, leader=2)),
    ):
        yield case(f"answers_{name}", recorded_loosely([one, two, three], other), ALTERED, "ask")
    nothing = replace(three, observations=())
    for name, other in (
        ("under_another_configuration", signed_again(three, config_digest=sha256(b"other"))),
        ("of_another_model", signed_again(three, model=sha256(b"other"))),
        ("of_another_score", signed_again(three, score_bps=three.answer.score_bps ^ 1)),
        ("without_observations", signed_again(nothing, observation_root=observation_root(()))),
        ("signed_by_another_bureau", signed_again(three, "oracle 2")),
        ("high_s", replace(three, signature=_high(three.signature))),
    ):
        yield case(f"answers_{name}", recorded_loosely([one, two, three], other), ALTERED, "answers")


def recorded_loosely(answers: Answers, last: SignedAnswer) -> Made:
    """The finding of `answers`, shown with another last answer."""
    return recorded(answers) | {"answers": [each.to_json() for each in (*answers[:-1], last)]}


def _files(model: bytes = FILES.model, thresholds: bytes = FILES.thresholds, kind: int = ASK.kind) -> Files:
    """Model files with a manifest that names them; the scorer stays the honest one."""
    manifest = replace(FILES.manifest, model_sha256=sha256(model), thresholds_sha256=sha256(thresholds), kind=kind)
    return replace(FILES, manifest=manifest, model=model, thresholds=thresholds)


def _split(kind: str, value: Any) -> bytes:
    """The model with one member of its first tree changed."""
    model: Any = parse(FILES.model)
    tree = model["learner"]["gradient_booster"]["model"]["trees"][0]
    tree[kind][0] = value
    return canonical(model)


def _models() -> Iterator[Case]:
    for name, change in (
        ("other_file", lambda m: m.update(model=factory.encode_file(b"{}"))),
        ("other_thresholds", lambda m: m.update(thresholds=m["thresholds"][:-4])),
        ("manifest_of_another_kind", lambda m: m["manifest"].update(kind=2)),
        ("manifest_of_another_format", lambda m: m["manifest"].update(format="other")),
        ("file_with_line_breaks", lambda m: m.update(model=m["model"][:76] + "\n" + m["model"][76:])),
    ):
        yield changed(f"model_{name}", fresh("bare"), "model", lambda b, change=change: change(b["model"]))
    raised = thresholds_to_hex([-1e30] * 10_000).encode()
    for part, name, files in (
        ("answers", "thresholds_all_met", _files(thresholds=raised[:8] * 9)),
        ("model", "no_thresholds", _files(thresholds=b"")),
        (
            "model",
            "thresholds_descending",
            _files(thresholds=FILES.thresholds.strip()[-8:] + FILES.thresholds.strip()[:8]),
        ),
        ("model", "thresholds_of_half_a_number", _files(thresholds=FILES.thresholds.strip()[:-1])),
        ("model", "categorical_split", _files(_split("split_type", 1))),
        ("model", "child_that_is_its_parent", _files(_split("left_children", 0))),
        ("model", "child_beyond_the_tree", _files(_split("left_children", 9999))),
        ("model", "split_on_no_feature", _files(_split("split_indices", 9999))),
        ("model", "empty", _files(b"{}")),
        ("model", "not_json", _files(b"\x80\x04pickle")),
        ("model", "of_another_kind", _files(kind=2)),
    ):
        answers = answers_of(1, 2, 3, files=files)
        yield case(f"model_{name}", recorded(answers, files=files), ALTERED, part)
    ask = _ask(kind=77)
    files = _files(kind=77)
    yield case("unknown_kind", recorded(answers_of(1, 2, 3, ask=ask, files=files), ask=ask, files=files), UNKNOWN)
