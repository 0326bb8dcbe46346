"""Steps of the verifier, third part: when the evidence was anchored, and what became of the finding."""

from node.protocol.bundle import AnchorProof, blaming
from node.protocol.errors import VerificationError
from node.protocol.merkle import check_inclusion, leaf_hash
from node.protocol.onchain import account_at, check_code, check_form, check_log, check_sealed, log_at, storage_at
from node.protocol.registry_words import RecordWord, record_slot
from node.protocol.steps_chain import is_vouched
from node.protocol.steps_record import Context, Held, registry_of
from node.protocol.verdict import INFORMATIVE, LINKED, PROVEN, StepFailed, VerdictCode, Words, altered

EVENT = "BatchAnchored(uint32,uint64,bytes32,uint64,uint64)"
STALE_AFTER = 30 * 24 * 3600  # seconds

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
        vouched = is_vouched(context, anchor.named)
        (proven if vouched else retired).add((anchor.batch.bureau, anchor.observation_root))
        context.anchored_time = max(context.anchored_time, anchor.named.header.time if vouched else 0)
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
    if not is_vouched(context, status.named):
        raise StepFailed(
            VerdictCode.NOT_TRUSTED,
            "status",
            "the validators who sealed the block of this status have retired, and nothing outside them vouches for it",
            "封签该状态所在区块的验证节点已退任，且除其之外无其他证明",
        )
    # (b) the storage, in the state after it, of the registry that recorded the finding; a later version holds others
    if status.key not in (finding.clue_key(), finding.id()):
        raise altered("status", "expected the status of this finding, got another key", "状态证明并非针对该认定")
    with blaming("status"):
        address = registry_of(context, "FindingRegistry", bundle.named.header.number)
        account = account_at(header.state_root, address, status.account_nodes)
        record = RecordWord.unpack(storage_at(account, record_slot(status.key), status.storage_nodes))
    contract = context.trust.contract_in_force("FindingRegistry", bundle.named.header.number)
    check_code(account, contract, "FindingRegistry", "status")
    # (c) what it says
    context.status = _status_of(record, finding.id(), status.key == finding.clue_key())
    context.status_time = header.time
    if record.names(finding.id()):
        _check_record(context, record)
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


def _status_of(record: RecordWord, finding_id: bytes, live: bool) -> int | None:
    """The finding's status by its record. None: nothing under its own id, so it was neither superseded nor withdrawn."""
    if record.names(finding_id):
        return record.status
    if live and record.status:
        return SUPERSEDED  # another finding has taken its place, which only superseding or withdrawing allows
    if live or record.status:
        raise altered("status", "expected a record of this finding, or one that took its place, got another")
    return None


def _check_record(context: Context, record: RecordWord) -> None:
    """The record repeats when, and by which event, the finding was recorded; former validators cannot re-date that."""
    told = context.event_sequence
    if record.recorded_at != context.bundle.named.header.time or told and record.sequence != told:
        raise altered(
            "status", "expected a record made by the block and event given, got another", "状态记录与所附区块或事件不符"
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
