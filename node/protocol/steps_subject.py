"""Steps of the verifier for the subject file, first part: the block, and whose subject it is.

What is recorded on the subject is proven by the state after one block (`steps_registries`). Whose subject it is, only
bureaus can say: with their quorum's statement that is proven as well, without it the subject is merely linked to a seller.
"""

from dataclasses import dataclass, field

from node.protocol.bundle import blaming
from node.protocol.canonical import to_hex
from node.protocol.errors import ProtocolError
from node.protocol.finding import Finding
from node.protocol.onchain import check_form, check_sealed
from node.protocol.registry_words import RecordWord
from node.protocol.signing import recover
from node.protocol.steps_history import STALE_AFTER
from node.protocol.steps_record import Held, check_same_chain, sealed_by
from node.protocol.subject_bundle import SubjectBundle
from node.protocol.subject_statement import text_digest
from node.protocol.trust import TrustRoot
from node.protocol.typed_data import Domain, digest
from node.protocol.verdict import LINKED, PROVEN, StepFailed, VerdictCode, Words, altered

REGISTRY = "FindingRegistry"
UNSIGNED: Words = ("no bureau signed whose subject this is", "没有机关签名说明该主体属于何人")
UNLISTED: Words = (
    "the trust root does not list the configuration under which bureaus signed",
    "信任根未列出签名所依据的联盟配置",
)


@dataclass(frozen=True)
class Told:
    """A finding with what its record says."""

    finding: Finding
    record: RecordWord


@dataclass
class SubjectContext:
    """What the steps share: the input, and what earlier steps found."""

    bundle: SubjectBundle
    trust: TrustRoot
    at: int | None
    seals: tuple[int, int] = (0, 0)  # how many of how many validators
    signed: tuple[int, int] = (0, 0)  # how many of how many bureaus
    linked: Words | None = UNSIGNED  # why it is not proven whose subject it is; None when it is
    interested: bool = False  # a bureau declared an interest in the subject
    told: list[Told] = field(default_factory=list)
    findings: list[StepFailed] = field(default_factory=list)  # what the age says, which is no fault


def check_seals(context: SubjectContext) -> Held:
    """(3) A quorum of the validators in force sealed the block, on the chain of the trust root."""
    check_form(context.bundle.named, "header")
    _check_chain(context)
    context.seals = check_sealed(context.bundle.named, context.trust, "header")
    return sealed_by(context.seals, context.trust)


def _check_chain(context: SubjectContext) -> None:
    """The file is about the chain of the trust root, by the configuration that its statement binds."""
    bundle = context.bundle
    try:
        bound = bundle.configuration.digest() == bundle.statement.config_digest
    except ProtocolError:
        return  # a malformed part; the step that is about it says so
    if bound:
        check_same_chain(bundle.configuration, context.trust)


def check_configuration(context: SubjectContext) -> Held:
    """(4) The configuration is the one that the statement binds; whether it counts is for the trust root to say."""
    bundle, trust = context.bundle, context.trust
    number, given = bundle.named.header.number, bundle.configuration.digest()
    known = trust.knows_configuration(given, number)
    if given != bundle.statement.config_digest:
        part = "statement" if known else "configuration"
        raise altered(
            part, "expected the configuration that the statement binds, got another", "配置与声明所绑定的不符"
        )
    if known:
        return Held(PROVEN, ("the trust root knows the configuration", "信任根载有该配置"))
    context.linked = UNLISTED
    return Held(LINKED, UNLISTED)


def check_statement(context: SubjectContext) -> Held:
    """(5) The bureaus named signed the statement; they are proof when they are a quorum that the trust root knows."""
    bundle, configuration = context.bundle, context.bundle.configuration
    signers = list(bundle.statement.signers)
    if signers != sorted(set(signers)):
        raise altered("statement", f"expected distinct signers, ascending, got {signers!r:.80}")
    if len(bundle.signatures) != len(signers):
        raise altered("signatures", f"expected {len(signers)} signatures, got {len(bundle.signatures)}")
    _check_signers(context, signers)
    context.signed = len(signers), len(configuration.bureaus)
    if signers:
        short = len(signers) < configuration.quorum()
        context.linked = _too_few(context) if short else UNLISTED if context.linked is UNLISTED else None
    if context.linked is not None:
        return Held(LINKED, context.linked)
    count, size = context.signed
    return Held(
        PROVEN,
        (f"{count} of {size} bureaus signed whose subject this is", f"{size} 家机关中有 {count} 家签名说明主体归属"),
    )


def _too_few(context: SubjectContext) -> Words:
    (count, size), quorum = context.signed, context.bundle.configuration.quorum()
    return (
        f"{count} of {size} bureaus signed whose subject this is, {quorum} are needed",
        f"{size} 家机关中仅 {count} 家签名说明主体归属，需要 {quorum} 家",
    )


def _check_signers(context: SubjectContext, signers: list[int]) -> None:
    bundle = context.bundle
    _check_chain(context)
    address = context.trust.contract(REGISTRY, bundle.named.header.number)
    if not signers or address is None:
        return  # without a registry the steps that need one say so
    statement = digest(Domain(context.trust.chain_id, address), bundle.statement.struct_hash())
    with blaming("signatures"):
        keys = [recover(statement, signature) for signature in bundle.signatures]
    holders = [bundle.configuration.bureau_of_oracle(key) for key in keys]
    part = "signatures" if any(holders) else "statement"  # when none fits any more, what they sign has changed
    for bureau, holder, key in zip(signers, holders, keys, strict=True):
        if holder is None or holder.id != bureau:
            raise altered(part, f"expected the signature of bureau {bureau}, got one by {key}", "签名与所列机关不符")


def check_subject(context: SubjectContext) -> Held:
    """(6) The subject is the seller's under the salt, and the seller is the one in plain words."""
    bundle, statement = context.bundle, context.bundle.statement
    for part, text, told in (
        ("marketplace", bundle.marketplace, statement.marketplace),
        ("seller_id", bundle.seller_id, statement.seller),
    ):
        if text_digest(text) != told:
            raise altered(part, f"expected the {part} of the statement, got another", "明文与声明所载摘要不符")
    with blaming("statement"):
        statement.check_seller(bundle.marketplace, bundle.seller_id)
    subject = to_hex(statement.subject)
    if context.linked is None:
        return Held(PROVEN, (f"subject {subject} is this seller", f"主体 {subject} 即该经营者"))
    return Held(
        LINKED,
        (
            f"subject {subject} is this seller under the salt given, which only the exporter vouches for",
            f"按所附盐值，主体 {subject} 为该经营者，但仅由导出方陈述",
        ),
    )


def check_standing(context: SubjectContext) -> Held:
    """(9) Validators who are in force now sealed the block: former ones could have re-told their past."""
    header = context.bundle.named.header
    if context.trust.validators_for(header.number) is None:
        raise StepFailed(
            VerdictCode.UNKNOWN, "header", "the trust root does not reach this block", "信任根未涵盖此区块"
        )
    if not context.trust.is_current(header.number):
        raise StepFailed(
            VerdictCode.NOT_TRUSTED,
            "header",
            "the validators who sealed this block have retired: ask for the file again, at a block of those in force",
            "封签该区块的验证节点已退任：请重新导出，取现任验证节点封签的区块",
        )
    if context.at is not None and header.time < context.at - STALE_AFTER:
        context.findings.append(
            StepFailed(VerdictCode.STALE, "header", "the block is more than 30 days old", "所依据的区块距今超过三十天")
        )
    return Held(PROVEN, ("the validators who sealed the block are still in force", "封签该区块的验证节点仍在任"))
