"""Steps of the verifier for the subject file, first part: the block, and whose subject it is.

What is recorded on the subject is proven by the state after one block (`steps_registries`). Whose subject it is, only
bureaus can say: with their quorum's statement that is proven as well, without it the subject is merely linked to a seller.
"""

from dataclasses import dataclass, field

from node.protocol import steps_chain
from node.protocol.bundle import blaming
from node.protocol.canonical import to_hex
from node.protocol.dating import Dating
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
    "nothing shows that the configuration under which bureaus signed was in force at this block",
    "无证据表明签名所依据的联盟配置在此区块有效",
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
    unproven: Words | None = UNSIGNED  # why it is only linked whose subject it is; None when it is proven
    reach: int = field(init=False)  # the last block that the reader's own trust root speaks for
    dating: Dating = field(default_factory=lambda: Dating(()))
    linked: bool = False  # nothing but the block itself speaks for what it holds
    rests_on: Words | None = None  # what vouches for the block besides its seals
    stamped: bool = False  # a block of retired validators, or a change of them, rests on a time-stamp alone
    interested: bool = False  # a bureau declared an interest in the subject
    told: list[Told] = field(default_factory=list)
    findings: list[StepFailed] = field(default_factory=list)  # what the age says, which is no fault

    def __post_init__(self) -> None:
        self.reach = self.trust.complete_to


def check_seals(context: SubjectContext) -> Held:
    """A quorum of the validators in force sealed the block, on the chain of the trust root."""
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
    """The configuration is the one that the statement binds; whether it was in force is for others to say."""
    given, known = context.bundle.configuration.digest(), _in_force(context)
    if given != context.bundle.statement.config_digest:
        part = "statement" if known else "configuration"
        raise altered(
            part, "expected the configuration that the statement binds, got another", "配置与声明所绑定的不符"
        )
    if known:
        return Held(PROVEN, ("the configuration was in force at this block", "该配置在此区块有效"))
    context.unproven = UNLISTED
    return Held(LINKED, UNLISTED)


def _in_force(context: SubjectContext) -> bool:
    """Was the configuration given in force at the block? Raises `StepFailed`: unknown.

    The reader's own trust root says so, or a proof at this very block. Later or earlier steps of the history leave open
    what was voted in between, and with it which versions of the registry there are.
    """
    named, given = context.bundle.named, context.bundle.configuration.digest()
    number = named.header.number
    if number <= context.reach:
        return context.trust.knows_configuration(given, number)
    for step in steps_chain.steps_shown(context.bundle):
        if step.named.block_hash == named.block_hash and step.configuration is not None:
            return step.configuration.configuration.digest() == given
    raise StepFailed(
        VerdictCode.UNKNOWN,
        "history",
        f"the trust root reaches block {context.reach}, and nothing shows which contracts were in force at block {number}: "
        "ask for the file again with the configuration proven at its block",
        f"信任根截至第 {context.reach} 号区块，且未证明第 {number} 号区块的有效合约：请重新索取附有该区块配置证明的文件",
    )


def check_statement(context: SubjectContext) -> Held:
    """The bureaus named signed the statement; they are proof when they are a quorum that the trust root knows."""
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
        context.unproven = _too_few(context) if short else UNLISTED if context.unproven is UNLISTED else None
    if context.unproven is not None:
        return Held(LINKED, context.unproven)
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
    """The subject is the seller's under the salt, and the seller is the one in plain words."""
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
    if context.unproven is None:
        return Held(PROVEN, (f"subject {subject} is this seller", f"主体 {subject} 即该经营者"))
    return Held(
        LINKED,
        (
            f"subject {subject} is this seller under the salt given, which only the exporter vouches for",
            f"按所附盐值，主体 {subject} 为该经营者，但仅由导出方陈述",
        ),
    )


def check_standing(context: SubjectContext) -> Held:
    """Something of today vouches for the block, and it is not too old to say how things stand."""
    held, time = steps_chain.check_standing(context), context.bundle.named.header.time
    if context.at is not None and time < context.at - STALE_AFTER:
        context.findings.append(
            StepFailed(VerdictCode.STALE, "header", "the block is more than 30 days old", "所依据的区块距今超过三十天")
        )
    return held
