"""Steps of the verifier, first part: the block, its seals, the receipt, the bureaus' signatures, the configuration."""

from dataclasses import dataclass, field
from typing import Protocol

from node.protocol.bundle import Bundle, EvidenceFile, blaming
from node.protocol.configuration import Configuration
from node.protocol.dating import Dating
from node.protocol.errors import ProtocolError
from node.protocol.finding import MAX_FINDINGS
from node.protocol.identifiers import Kind
from node.protocol.life import Told
from node.protocol.onchain import check_form, check_log, check_sealed, contract_named, log_at
from node.protocol.signing import recover
from node.protocol.trust import TrustRoot
from node.protocol.typed_data import Domain, digest
from node.protocol.verdict import LINKED, PROVEN, StepFailed, VerdictCode, Words, altered

EVENT = "ReportRecorded(uint32,uint64,bytes32[],uint64)"


@dataclass
class Context:
    """What the steps share: the input, and what earlier steps found."""

    bundle: Bundle
    trust: TrustRoot  # as the reader brought it; once the history was checked, as that extends it
    at: int | None
    dating: Dating = field(default_factory=lambda: Dating(()))
    seals: tuple[int, int] = (0, 0)  # how many of how many validators
    signed: tuple[int, int] = (0, 0)  # how many of how many bureaus
    hidden: int = 0  # fields of observations that are not shown
    erased: int = 0  # fields whose values and salts are said to be destroyed
    payloads_missing: int = 0
    configuration_known: bool = False
    status: int | None = None  # as proven by the status part
    status_time: int = 0
    linked: bool = False  # the record itself stands under a block of the validators in force now
    rests_on: Words | None = None  # what vouches for the block besides its seals
    stamped: bool = False  # a block of retired validators, or a change of them, rests on a time-stamp alone
    event_sequence: int = 0  # of the event that recorded the finding, zero while unknown
    anchored: int = 0  # observations whose batch is in a block of the validators in force now
    anchored_time: int = 0  # when the last of them was there
    unanchored: int = 0
    life: Told = field(default_factory=Told)  # what the parts about the time before tell
    findings: list[StepFailed] = field(default_factory=list)  # what the status says, which is no fault


class ChainContext(Protocol):
    """What the steps about the chain need, whatever the file is about."""

    @property
    def bundle(self) -> EvidenceFile: ...

    trust: TrustRoot
    at: int | None
    dating: Dating
    linked: bool
    rests_on: Words | None
    stamped: bool


@dataclass(frozen=True)
class Held:
    """A step that holds."""

    standing: str
    words: Words
    part: str | None = None


def check_header(context: ChainContext) -> Held:
    """(2) The header is well formed and has the stated hash."""
    named = context.bundle.named
    check_form(named, "header")
    number = named.header.number
    return Held(PROVEN, (f"block {number} has the hash stated", f"第 {number} 号区块的哈希与所述一致"))


def check_header_seals(context: Context) -> Held:
    """(3) A quorum of the validators in force sealed it, on the chain of the trust root."""
    named = context.bundle.named
    check_form(named, "header")
    check_chain(context)
    context.seals = check_sealed(named, context.trust, "header")
    return sealed_by(context.seals, context.trust)


def sealed_by(seals: tuple[int, int], trust: TrustRoot) -> Held:
    """How many of how many validators sealed the block."""
    count, size = seals
    alone = ("; one party holds all their keys", "，其密钥均由同一方持有") if trust.custody == "one party" else ("", "")
    return Held(
        PROVEN, (f"sealed by {count} of {size} validators{alone[0]}", f"{size} 个验证节点中有 {count} 个封签{alone[1]}")
    )


def check_chain(context: Context) -> None:
    """The bundle is about the chain of the trust root, by the configuration that its report and finding bind.

    A header does not name its chain, so a bundle of another one would look altered everywhere. Raises: unknown.
    """
    bundle = context.bundle
    try:
        configuration = bundle.configuration
        bound = configuration.digest() == bundle.report.config_digest == bundle.finding.config_digest
    except ProtocolError:
        return  # a malformed part; the step that is about it says so
    if bound:
        check_same_chain(configuration, context.trust)


def check_same_chain(configuration: Configuration, trust: TrustRoot) -> None:
    """The configuration is of the trust root's chain. Raises `StepFailed`: unknown."""
    if configuration.chain_id != trust.chain_id:
        raise StepFailed(
            VerdictCode.UNKNOWN,
            "configuration",
            f"the trust root is for chain {trust.chain_id}, this is about chain {configuration.chain_id}",
            f"信任根针对链 {trust.chain_id}，而证据属于链 {configuration.chain_id}",
        )


def registry_of(context: Context, name: str, block: int) -> str:
    """The contract's address in this block. Raises `StepFailed`: unknown."""
    check_chain(context)
    return contract_named(context.trust, name, block, "header").address


def check_receipt(context: Context) -> Held:
    """(4) The block holds the event that recorded exactly this finding."""
    bundle, number = context.bundle, context.bundle.named.header.number
    registry = registry_of(context, "FindingRegistry", number)
    # (a) the event is in the block
    with blaming("receipt"):
        log = log_at(bundle.named, bundle.receipt)
        words = check_log(log, registry, EVENT, topics=3)
        leader, sequence = (int.from_bytes(topic, "big") for topic in log.topics[1:])
    # (b) it names this report and each of its findings; the words are where to find the list, the event's sequence,
    # the list's length, the list
    report, finding = bundle.report, bundle.finding
    ids = [int.from_bytes(each.id(), "big") for each in report.findings]
    if [leader, sequence] != [report.leader, report.sequence] or words != [64, *words[1:2], len(ids), *ids]:
        raise altered("report", "expected the report that the event names, got another", "报告与链上记录不符")
    context.event_sequence = words[1]
    # (c) it is of a kind that this version can put into words
    if finding.kind not in list(Kind):
        raise StepFailed(
            VerdictCode.UNKNOWN, "report", f"unknown kind {finding.kind}", f"未知的违法类型 {finding.kind}"
        )
    return Held(PROVEN, (f"the finding was recorded in block {number}", f"该认定已记录于第 {number} 号区块"))


def check_signatures(context: Context) -> Held:
    """(5) Enough distinct bureaus signed the report, each by the oracle key that the configuration names."""
    bundle, report, configuration = context.bundle, context.bundle.report, context.bundle.configuration
    signers = list(report.signers)
    # (a) the report binds this configuration
    if configuration.digest() != report.config_digest:
        part = "report" if configuration.digest() == bundle.finding.config_digest else "configuration"
        raise altered(part, "expected the configuration that the report binds, got another", "配置与报告所绑定的不符")
    # (b) it is well formed
    if signers != sorted(set(signers)) or report.leader not in signers:
        raise altered("report", f"expected distinct signers, ascending, with their leader, got {signers!r:.80}")
    if not 1 <= len(report.findings) <= MAX_FINDINGS:
        raise altered("report", f"expected 1 to {MAX_FINDINGS} findings, got {len(report.findings)}")
    if len(signers) < configuration.quorum():
        raise altered("report", f"expected at least {configuration.quorum()} signers, got {len(signers)}")
    if len(bundle.signatures) != len(signers):
        raise altered("signatures", f"expected {len(signers)} signatures, got {len(bundle.signatures)}")
    # (c) each by the key of the bureau at its place
    address = registry_of(context, "FindingRegistry", bundle.named.header.number)
    statement = digest(Domain(context.trust.chain_id, address), report.struct_hash())
    with blaming("signatures"):
        keys = [recover(statement, signature) for signature in bundle.signatures]
    holders = [configuration.bureau_of_oracle(key) for key in keys]
    part = "signatures" if any(holders) else "report"  # when none fits any more, what they sign has changed
    for bureau, holder, key in zip(signers, holders, keys, strict=True):
        if holder is None or holder.id != bureau:
            raise altered(part, f"expected the signature of bureau {bureau}, got one by {key}", "签名与所列机关不符")
    context.signed = len(signers), len(configuration.bureaus)
    count, size = context.signed
    return Held(PROVEN, (f"signed by {count} of {size} bureaus", f"{size} 家机关中有 {count} 家签名"))


def check_configuration(context: Context) -> Held:
    """(6) The configuration is the one that report and finding bind; the trust root may know it too."""
    bundle, configuration = context.bundle, context.bundle.configuration
    wanted = configuration.digest()
    if not wanted == bundle.report.config_digest == bundle.finding.config_digest:
        raise altered(
            "configuration", "expected the configuration that the finding binds, got another", "配置与认定所绑定的不符"
        )
    check_chain(context)
    context.configuration_known = context.trust.knows_configuration(wanted, bundle.named.header.number)
    if context.configuration_known:
        return Held(PROVEN, ("the trust root knows the configuration", "信任根载有该配置"))
    return Held(
        LINKED,
        ("the chain accepted the configuration; the trust root does not list it", "该配置已为链所接受，但信任根未列出"),
    )
