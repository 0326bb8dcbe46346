"""Steps of the verifier, second part: the bureaus' answers, the payloads behind them, the model."""

from node.protocol.answer import SignedAnswer, observation_root
from node.protocol.bundle import Bundle, ModelFiles, blaming
from node.protocol.canonical import sha256
from node.protocol.cosigning import check_about, check_asked, check_scores, compose_finding
from node.protocol.errors import UnreadableError, VerificationError
from node.protocol.finding import Finding
from node.protocol.manifest import parse_features
from node.protocol.scorer import ReferenceScorer, thresholds_from_hex
from node.protocol.signing import recover
from node.protocol.steps_record import Context, Held, registry_of
from node.protocol.typed_data import Domain, digest
from node.protocol.verdict import INFORMATIVE, LINKED, PROVEN, altered

ASKED = (
    "subject",
    "listing",
    "product",
    "kind",
    "period",
    "observed_at",
)  # members of a finding that the question gives


MAX_SCORERS = 8
_SCORERS: dict[bytes, ReferenceScorer] = {}  # by model id, which fixes all files: bundles of one model share it


def check_answers(context: Context) -> Held:
    """(7) Every signer answered this question, and the answers amount to this finding in every member."""
    bundle = context.bundle
    ask, answers, configuration = bundle.ask, bundle.answers, bundle.configuration
    # (a) each answer stands by itself, and exactly the signers of the report answered
    address = registry_of(context, "FindingRegistry", bundle.named.header.number)
    domain = Domain(context.trust.chain_id, address)
    for signed in answers:
        _check_alone(signed, domain, bundle)
    if [signed.answer.bureau for signed in answers] != list(bundle.report.signers):
        raise altered("answers", "expected the answers of exactly the signers, got others", "答复机关与签名机关不一致")
    # (b) they answer this question
    with blaming("ask"):
        for signed in answers:
            check_asked(signed.answer, ask)
        if ask.leader != bundle.report.leader:
            raise VerificationError(f"expected a question by bureau {bundle.report.leader}, got one by {ask.leader}")
    # (c) the same finding comes out
    finding = bundle.finding
    with blaming("answers"):
        composed = compose_finding(ask, answers, finding.policy_digest, configuration.digest(), finding.supersedes)
    for member in Finding.MEMBERS:
        if getattr(composed, member.attribute) != getattr(finding, member.attribute):
            part = "ask" if member.attribute in ASKED else "answers"
            raise altered(
                part,
                f"expected the {member.name} of the finding, got another",
                f"由答复得出的 {member.name} 与认定不符",
            )
    # (d) they speak of what was asked, as far as that is shown
    context.hidden = sum(each.hidden for signed in answers for each in signed.observations)
    context.erased = sum(each.erased for signed in answers for each in signed.observations)
    with blaming("answers"):
        for signed in answers:
            if all(each.whole for each in signed.observations):
                check_about(signed, ask)
    count = len(answers)
    return Held(PROVEN, (f"{count} signed answers give this finding", f"{count} 份已签名的答复得出该认定"))


def check_payloads(context: Context) -> Held:
    """(8) The payloads given are those that the observations name. That the observations follow from them is not checked."""
    named: set[bytes] = set()
    for signed in context.bundle.answers:
        for observation in signed.observations:
            name = observation.values().get("payload")
            if isinstance(name, str) and len(name) == 64:
                with blaming("answers"):
                    named.add(_digest(name))
    given = context.bundle.payloads if context.bundle.has("payloads") else {}
    for name_bytes, data in given.items():
        if sha256(data) != name_bytes:
            raise altered("payloads", f"expected payload {name_bytes.hex()}, got another", "原始载荷与其摘要不符")
        if name_bytes not in named:
            raise altered("payloads", f"expected payloads that an observation names, got {name_bytes.hex()}")
    context.payloads_missing = len(named) - len(given)
    shown, hidden, erased = len(given), context.hidden, context.erased
    return Held(
        LINKED if given else INFORMATIVE,
        (
            f"{shown} of {len(named)} payloads are here and have the digests observed; "
            f"{hidden} fields are hidden, {erased} erased",
            f"共 {len(named)} 份原始载荷，附有 {shown} 份且摘要相符；{hidden} 个字段未披露，{erased} 个字段已擦除",
        ),
    )


def check_model(context: Context) -> Held:
    """(9) The model that the finding names gives every signer's score from that signer's vector."""
    files, finding = context.bundle.model, context.bundle.finding
    if files.manifest.id() != finding.model or files.manifest.kind != finding.kind:
        raise altered("model", "expected the manifest that the finding names, got another", "模型清单与认定所指的不符")
    with blaming("model"):
        files.manifest.check_files(
            {"model_sha256": files.model, "features_sha256": files.features, "thresholds_sha256": files.thresholds}
        )
        features = parse_features(files.features)
        scorer = _SCORERS.get(finding.model) or _scorer(files, [name for name, _ in features])
        if len(_SCORERS) < MAX_SCORERS:
            _SCORERS[finding.model] = scorer
    answers = context.bundle.answers
    with blaming("answers"):
        for signed in answers:
            if tuple((name, scope) for name, scope, _ in signed.explanation.features) != features:
                raise VerificationError("expected the features of the model, got others")
            check_scores(signed.explanation, scorer)
    return Held(
        PROVEN, (f"the model gives all {len(answers)} scores again", f"用模型重算，{len(answers)} 个评分全部一致")
    )


def _check_alone(signed: SignedAnswer, domain: Domain, bundle: Bundle) -> None:
    """What an answer says is what lies beside it, and its bureau signed it, under the configuration of the report."""
    answer = signed.answer
    with blaming("answers"):
        bureau = bundle.configuration.bureau(answer.bureau)
        if bureau is None or recover(digest(domain, answer.struct_hash()), signed.signature) != bureau.oracle:
            raise VerificationError(f"expected an answer signed by bureau {answer.bureau}, got another signature")
        if observation_root(signed.observations) != answer.observation_root:
            raise VerificationError(f"expected the observations that bureau {answer.bureau} signed, got others")
        if signed.explanation.digest() != answer.explanation:
            raise VerificationError(f"expected the explanation that bureau {answer.bureau} signed, got another")
        if (signed.explanation.model, signed.explanation.score_bps) != (answer.model, answer.score_bps):
            raise VerificationError(f"expected model and score of what bureau {answer.bureau} explains, got others")
        if answer.config_digest != bundle.configuration.digest():
            raise VerificationError(f"expected bureau {answer.bureau} to answer under the configuration, got another")
        if not signed.observations:
            raise VerificationError(f"expected observations by bureau {answer.bureau}, got none")


def _scorer(files: ModelFiles, names: list[str]) -> ReferenceScorer:
    try:
        text = files.thresholds.decode("ascii").removesuffix("\n")
    except UnicodeDecodeError as exc:
        raise UnreadableError("expected thresholds in hex, got other bytes") from exc
    return ReferenceScorer.load(files.model, names, thresholds_from_hex(text))


def _digest(name: str) -> bytes:
    if not set(name) <= set("0123456789abcdef"):
        raise UnreadableError("expected a payload's name in lowercase hex, got other text")
    return bytes.fromhex(name)
