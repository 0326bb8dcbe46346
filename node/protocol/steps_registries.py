"""Steps of the verifier for the subject file, second part: that its findings are all findings on the subject.

The registry counts each subject's findings and rolls their ids into one hash, so whoever shows ids that come to this
count and hash has left none out and added none. Every version of the registry up to the block is asked.
"""

from node.protocol.bundle import blaming
from node.protocol.canonical import to_hex
from node.protocol.errors import TrieError
from node.protocol.identifiers import Kind
from node.protocol.onchain import Account, account_at, check_code, storage_at
from node.protocol.registry_words import RecordWord, SubjectWord, record_slot, rolling_hash, subject_slot
from node.protocol.steps_history import STATUS_WORDS
from node.protocol.steps_record import Held
from node.protocol.steps_subject import REGISTRY, SubjectContext, Told
from node.protocol.subject_bundle import FindingProof, RegistryProof
from node.protocol.trust import ContractInForce, TrustRoot
from node.protocol.verdict import PROVEN, StepFailed, VerdictCode, altered


def check_registries(context: SubjectContext) -> Held:
    """Every version of the registry is here, and counts exactly these findings on the subject."""
    bundle, header = context.bundle, context.bundle.named.header
    wanted = registry_versions(context.trust, header.number)
    given = [registry.address for registry in bundle.registries]
    if given != list(wanted):
        raise altered(
            "registries",
            f"expected the registries {list(wanted)}, got {given!r:.200}",
            "所附登记合约与信任根所列的全部版本不符",
        )
    count = 0
    for registry in bundle.registries:
        with blaming("registries"):
            account = account_at(header.state_root, registry.address, registry.account_nodes)
            check_code(account, wanted[registry.address], REGISTRY, "registries")
            word = _check_count(bundle.statement.subject, registry, account)
        context.interested = context.interested or word.interested
        count += word.count
    if count == 0:
        return Held(PROVEN, ("no finding is recorded on the subject", "该主体没有任何认定在录"))
    return Held(
        PROVEN,
        (
            f"{count} findings are recorded on the subject, and they are all here",
            f"该主体共有 {count} 项认定在录，全部在此",
        ),
    )


def registry_versions(trust: TrustRoot, block: int) -> dict[str, ContractInForce]:
    """All versions of the registry up to a block, by address. Raises `StepFailed`: unknown."""
    found = {each.address: each for each in trust.contracts.get(REGISTRY, ()) if each.from_block <= block}
    if not found:
        raise StepFailed(
            VerdictCode.UNKNOWN,
            "header",
            f"the trust root names no {REGISTRY} for this block",
            f"信任根未列出此区块的 {REGISTRY} 合约",
        )
    return found


def _check_count(subject: bytes, registry: RegistryProof, account: Account) -> SubjectWord:
    """The registry counts the findings shown, all about the subject, in this order, and no others."""
    word = SubjectWord.unpack(storage_at(account, subject_slot(subject), registry.subject_nodes))
    for proof in registry.findings:
        if proof.finding.subject != subject:
            raise altered(
                "registries",
                f"expected findings on subject {to_hex(subject)}, got one on {to_hex(proof.finding.subject)}",
                "所附认定并非针对该主体",
            )
    if word.count != len(registry.findings):
        raise altered(
            "registries",
            f"expected all {word.count} findings on the subject, got {len(registry.findings)}",
            f"该主体在录认定应为 {word.count} 项，所附 {len(registry.findings)} 项",
        )
    if word.rolling != rolling_hash(proof.finding.id() for proof in registry.findings):
        raise altered("registries", "expected the findings that the registry counted, got others", "所附认定与登记不符")
    return word


def check_records(context: SubjectContext) -> Held:
    """The record of each finding, which says what became of it."""
    state_root = context.bundle.named.header.state_root
    for registry in context.bundle.registries:
        with blaming("registries"):
            account = account_at(state_root, registry.address, registry.account_nodes)
        for place, proof in enumerate(registry.findings):
            with blaming("registries"):
                record = _record(account, proof, place)
            if proof.finding.kind not in list(Kind):
                kind = proof.finding.kind
                raise StepFailed(VerdictCode.UNKNOWN, "registries", f"unknown kind {kind}", f"未知的违法类型 {kind}")
            context.told.append(Told(proof.finding, record))
    number = context.bundle.named.header.number
    if not context.told:
        return Held(PROVEN, ("no status is to be shown", "无状态可示"))
    return Held(
        PROVEN,
        (f"each has its status as of block {number}", f"每项认定均附有截至第 {number} 号区块的状态"),
    )


def _record(account: Account, proof: FindingProof, place: int) -> RecordWord:
    """The finding's own record, wherever it stands. Raises `TrieError`."""
    finding = proof.finding
    if proof.key not in (finding.clue_key(), finding.id()):
        raise TrieError("expected the record of the finding beside it, got another key")
    record = RecordWord.unpack(storage_at(account, record_slot(proof.key), proof.record_nodes))
    if not record.names(finding.id()) or record.subject_index != place or record.status not in STATUS_WORDS:
        raise TrieError(f"expected the record of finding {to_hex(finding.id())} at place {place}, got another")
    return record
