"""Steps of the verifier about the chain itself: what vouches for its blocks, how its validators changed, what holds today."""

from node.protocol.bundle import EvidenceFile, NamedHeader, blaming
from node.protocol.dating import PART as ANCHORS
from node.protocol.dating import Dating, Voucher, Vouching, read_anchors
from node.protocol.history import PART as HISTORY
from node.protocol.history import HistoryStep, extend, read_history
from node.protocol.steps_record import ChainContext, Held
from node.protocol.verdict import INFORMATIVE, LINKED, PROVEN, StepFailed, VerdictCode, Words, altered

RECORD_STANDS: Words = (
    "the record stands under a later block of the validators in force now",
    "该记录仍见于现任验证节点封签的后续区块",
)
MAX_SEALS = 5_000  # in one file; each is the recovery of a key, and all together a fraction of a second's work


def check_block_anchors(context: ChainContext) -> Held:
    """The anchors of blocks are well formed, and each is about a block of this bundle."""
    shown = blocks_of(context.bundle)
    _check_seals(shown)
    if not context.bundle.has(ANCHORS):
        return Held(INFORMATIVE, ("no time anchors of blocks are given", "未附区块的时间锚定证明"))
    with blaming(ANCHORS):
        dating = Dating(read_anchors(context.bundle.parts[ANCHORS]), context.at)
    _check_seals([*shown, *dating.later()])
    foreign = dating.blocks() - {each.block_hash for each in (*shown, *dating.later())} if shown else None
    if foreign:
        raise altered(
            ANCHORS,
            f"expected anchors of blocks in this bundle, got one of {min(foreign).hex()}",
            "时间锚定证明所指区块不在此证据包中",
        )
    context.dating = dating
    count = len(dating.blocks())
    return Held(LINKED, (f"time anchors of {count} blocks are given", f"附有 {count} 个区块的时间锚定证明"))


def check_history(context: ChainContext) -> Held:
    """The steps lead the trust root on: each sealed by the set in force, each proving what follows."""
    if not context.bundle.has(HISTORY):
        return Held(INFORMATIVE, ("the trust root is used as it stands", "信任根按原样使用"))
    before, vouching = context.trust, Vouching(context.dating)
    after = extend(before, steps_shown(context.bundle), vouching)
    context.trust, context.stamped = after, vouching.changed(before, after)
    changes = len(after.validator_sets) - len(before.validator_sets)
    return Held(
        PROVEN,
        (
            f"from block {before.complete_to} to {after.complete_to} the validators changed {changes} times, each proven",
            f"自第 {before.complete_to} 号至第 {after.complete_to} 号区块，验证节点集合变更 {changes} 次，均已证明",
        ),
    )


def is_vouched(context: ChainContext, named: NamedHeader) -> bool:
    """Does somebody of today answer for a sealed block: the set that sealed it, a later block of today's, an anchor?"""
    return context.trust.is_current(named.header.number) or _voucher(context, named) is not None


def _voucher(context: ChainContext, named: NamedHeader) -> Voucher | None:
    trust, number = context.trust, named.header.number
    found = context.dating.voucher(named, trust, current=True)
    then = trust.set_for(number)
    if found is not None and found.stamped and not trust.is_current(number) and (then is None or then.ended_at is None):
        context.stamped = True
    return found


def check_standing(context: ChainContext) -> Held:
    """Something of today vouches for the block: its validators are in force still, or it is anchored."""
    named, number = context.bundle.named, context.bundle.named.header.number
    if context.trust.validators_for(number) is None:
        raise StepFailed(
            VerdictCode.UNKNOWN, "header", "the trust root does not reach this block", "信任根未涵盖此区块"
        )
    voucher = _voucher(context, named)
    if voucher is not None:
        context.rests_on = voucher.words
        return Held(PROVEN, voucher.words)
    if context.trust.is_current(number):
        return Held(PROVEN, ("the validators who sealed the block are still in force", "封签该区块的验证节点仍在任"))
    if context.linked:
        context.rests_on = RECORD_STANDS
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
        "the validators who sealed this block have retired, and nothing outside them vouches for it: "
        "ask for the bundle again with a link through BlockLog to a block of today (bundle refresh), "
        "a witness checkpoint, a time-stamp, or a status under the validators in force",
        "封签该区块的验证节点已退任，且除其之外无其他证明：请索取附有通往当前区块的区块日志链接（bundle refresh）、"
        "见证检查点、时间戳或现任验证节点封签的状态证明的证据包",
    )


def _check_seals(blocks: list[NamedHeader]) -> None:
    """No more seals than can be judged in a second; each stands for the recovery of a key."""
    count = sum(len(header.seals) for header in {each.header for each in blocks})
    if count > MAX_SEALS:
        words = f"expected at most {MAX_SEALS} seals in a file, got {count}"
        raise StepFailed(VerdictCode.UNREADABLE, "bundle", words, f"封签过多：最多 {MAX_SEALS} 枚，实有 {count} 枚")


def blocks_of(bundle: EvidenceFile) -> list[NamedHeader]:
    """All blocks that a bundle shows; none where a part is malformed, which is another step's matter."""
    try:
        return [*bundle.shown(), *(step.named for step in steps_shown(bundle))]
    except StepFailed:
        return []


def steps_shown(bundle: EvidenceFile) -> tuple[HistoryStep, ...]:
    """The steps of the chain's history in a file; none where it has no such part."""
    with blaming(HISTORY):
        return read_history(bundle.parts.get(HISTORY, []))
