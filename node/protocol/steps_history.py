"""Steps of the verifier, third part: when the evidence was anchored, and what became of the finding."""

from node.protocol.bundle import AnchorProof, blaming
from node.protocol.canonical import keccak256
from node.protocol.errors import VerificationError
from node.protocol.merkle import check_inclusion, leaf_hash
from node.protocol.onchain import account_at, check_form, check_log, check_sealed, log_at, storage_at
from node.protocol.steps_record import Context, Held, registry_of
from node.protocol.verdict import INFORMATIVE, LINKED, PROVEN, StepFailed, VerdictCode, Words, altered

EVENT = "BatchAnchored(uint32,uint64,bytes32,uint64,uint64)"
STALE_AFTER = 30 * 24 * 3600  # seconds
SLOT = bytes(32)  # of the mapping of records in FindingRegistry

CONTESTED, OVERTURNED, SUPERSEDED, WITHDRAWN = 2, 4, 5, 6
STATUS_WORDS: dict[int, Words] = {
    1: ("recorded", "已记录"),
    CONTESTED: ("contested", "有异议"),
    3: ("upheld", "维持"),
    OVERTURNED: ("overturned", "已推翻"),
    SUPERSEDED: ("superseded", "已被取代"),
    WITHDRAWN: ("withdrawn", "已撤回"),
}


def check_anchors(context: Context) -> Held:
    """(15) Each anchor leads from an observation of a signer, through its batch, to an event in a sealed block."""
    if not context.bundle.has("anchors"):
        return Held(INFORMATIVE, ("no anchors of the observations are given", "未附观测锚定证明"))
    roots = {
        (signed.answer.bureau, observation.root())
        for signed in context.bundle.answers
        for observation in signed.observations
    }
    proven: set[tuple[int, bytes]] = set()
    retired: set[tuple[int, bytes]] = set()
    for anchor in context.bundle.anchors:
        if (anchor.batch.bureau, anchor.observation_root) not in roots:
            raise altered("anchors", "expected anchors of the observations here, got another", "锚定证明与所附观测不符")
        with blaming("anchors"):
            _check_anchor(context, anchor)
        header, current = anchor.named.header, context.trust.is_current(anchor.named.header.number)
        (proven if current else retired).add((anchor.batch.bureau, anchor.observation_root))
        context.anchored_time = max(context.anchored_time, header.time if current else 0)
    retired -= proven
    context.anchored, context.unanchored = len(proven), len(roots) - len(proven)
    return Held(
        PROVEN if proven else LINKED,
        (
            f"{len(proven)} of {len(roots)} observations are anchored, {len(retired)} more under retired validators",
            f"{len(roots)} 条观测中有 {len(proven)} 条已上链锚定，另有 {len(retired)} 条锚定于已退任验证节点的区块",
        ),
    )


def _check_anchor(context: Context, anchor: AnchorProof) -> None:
    batch = anchor.batch
    # (a) the observation is in the batch
    check_inclusion(leaf_hash(anchor.observation_root), anchor.index, batch.size, anchor.path, batch.root)
    # (b) the batch is in a sealed block
    check_form(anchor.named, "anchors")
    check_sealed(anchor.named, context.trust, "anchors")
    emitter = registry_of(context, "ObservationLog", anchor.named.header.number)
    log = log_at(anchor.named, anchor.receipt)
    root, size, _ = check_log(log, emitter, EVENT, topics=3, words=3)
    numbers = [int.from_bytes(topic, "big") for topic in log.topics[1:]]
    if [*numbers, root, size] != [batch.bureau, batch.sequence, int.from_bytes(batch.root, "big"), batch.size]:
        raise VerificationError("expected the batch that the event names, got another")


def check_status(context: Context) -> Held:
    """(16) What the registry says of the finding in the state after a later block."""
    bundle = context.bundle
    if not bundle.has("status"):
        return Held(INFORMATIVE, ("no later status is given", "未附后续状态证明"))
    status, finding, header = bundle.status, bundle.finding, bundle.status.named.header
    # (a) a sealed block, not before the one that recorded the finding
    check_form(status.named, "status")
    check_sealed(status.named, context.trust, "status")
    if header.number < bundle.named.header.number:
        raise altered(
            "status", "expected a status after the finding was recorded, got an earlier one", "状态早于认定的记录"
        )
    # (b) the storage, in the state after it, of the registry that recorded the finding; a later version holds others
    if status.key not in (finding.clue_key(), finding.id()):
        raise altered("status", "expected the status of this finding, got another key", "状态证明并非针对该认定")
    with blaming("status"):
        address = registry_of(context, "FindingRegistry", bundle.named.header.number)
        account = account_at(header.state_root, address, status.account_nodes)
        packed = storage_at(account, keccak256(status.key + SLOT), status.storage_nodes)
    contract = context.trust.contract_in_force("FindingRegistry", bundle.named.header.number)
    if contract is None or contract.code_hash != account.code_hash:
        raise StepFailed(
            VerdictCode.NOT_TRUSTED,
            "status",
            "the registry's code is not the one that the trust root names",
            "登记合约的代码与信任根所列不符",
        )
    # (c) what it says
    context.status = _status_of(packed, finding.id(), status.key == finding.clue_key())
    context.status_time = header.time
    if _names(packed, finding.id()):
        _check_record(context, packed)
        context.linked = context.trust.is_current(header.number)
    _note_status(context)
    if context.status is None:
        return Held(INFORMATIVE, ("the status given does not say what is live", "所附状态不能说明何者有效"))
    words = STATUS_WORDS.get(context.status, ("of an unknown status", "状态未知"))
    return Held(
        PROVEN,
        (
            f"in block {header.number} the finding is {words[0]}",
            f"在第 {header.number} 号区块，该认定的状态为：{words[1]}",
        ),
    )


def _status_of(packed: int, finding_id: bytes, live: bool) -> int | None:
    """The finding's status by its record. None: nothing under its own id, so it was neither superseded nor withdrawn."""
    if _names(packed, finding_id):
        return packed & 0xFF
    if live and packed:
        return SUPERSEDED  # another finding has taken its place, which only superseding or withdrawing allows
    if live or packed:
        raise altered("status", "expected a record of this finding, or one that took its place, got another")
    return None


def _names(packed: int, finding_id: bytes) -> bool:
    """Is this record of this finding? Its high half is the first half of the id."""
    return packed != 0 and packed >> 128 == int.from_bytes(finding_id[:16], "big")


def _check_record(context: Context, packed: int) -> None:
    """The record repeats when, and by which event, the finding was recorded; former validators cannot re-date that."""
    recorded_at, sequence = packed >> 8 & (1 << 40) - 1, packed >> 80 & (1 << 48) - 1
    told = context.event_sequence
    if recorded_at != context.bundle.named.header.time or told and sequence != told:
        raise altered(
            "status", "expected a record made by the block and event given, got another", "状态记录与所附区块或事件不符"
        )


def check_standing(context: Context) -> Held:
    """(17) Validators who are in force now vouch for the record; former ones could have re-told their past."""
    number = context.bundle.named.header.number
    if context.trust.validators_for(number) is None:
        raise StepFailed(
            VerdictCode.UNKNOWN, "header", "the trust root does not reach this block", "信任根未涵盖此区块"
        )
    if context.trust.is_current(number):
        return Held(PROVEN, ("the validators who sealed the block are still in force", "封签该区块的验证节点仍在任"))
    if context.linked:
        return Held(
            PROVEN,
            (
                "retired validators sealed the block; the record stands under a block of those in force",
                "封签该区块的验证节点已退任；该记录仍见于现任验证节点封签的区块",
            ),
        )
    raise StepFailed(
        VerdictCode.NOT_TRUSTED,
        "header",
        "the validators who sealed this block have retired, and nothing later vouches for it: "
        "ask for the bundle again, with a status under the validators in force",
        "封签该区块的验证节点已退任，且无后续证明：请重新导出证据包，附上现任验证节点封签的状态证明",
    )


def _note_status(context: Context) -> None:
    """What the status means for the verdict."""
    if context.status == OVERTURNED:
        context.findings.append(
            StepFailed(VerdictCode.OVERTURNED, "status", "the finding was overturned", "该认定已被推翻")
        )
    if context.status in (SUPERSEDED, WITHDRAWN):
        context.findings.append(
            StepFailed(
                VerdictCode.SUPERSEDED, "status", "the finding was replaced or withdrawn", "该认定已被替换或撤回"
            )
        )
    if context.at is not None and context.status_time < context.at - STALE_AFTER:
        context.findings.append(
            StepFailed(VerdictCode.STALE, "status", "the status is more than 30 days old", "所示状态距今超过三十天")
        )
