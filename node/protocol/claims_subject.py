"""The plain words of a verified subject file: how many findings there are, and what became of each."""

from node.protocol.canonical import to_hex
from node.protocol.claims import STAMPED, UNDATED, rests_on, seller_words
from node.protocol.identifiers import KIND_NAMES, Kind
from node.protocol.steps_history import STATUS_WORDS
from node.protocol.steps_subject import SubjectContext, Told
from node.protocol.verdict import Words
from node.protocol.wording import moment, month, percent


def subject_claims(context: SubjectContext) -> list[Words]:
    """What the file proves. Only for files whose steps hold."""
    bundle, header = context.bundle, context.bundle.named.header
    subject, seller = to_hex(bundle.statement.subject), _seller(context)
    (seals, validators), (signed, bureaus) = context.seals, context.signed
    found: list[Words] = []
    who: Words = (f"the subject {subject}", f"主体 {subject} ")
    if context.unproven is None:
        who = ("this seller", "该经营者")
        found.append(
            (
                f"The subject {subject} is {seller[0]}: {signed} of {bureaus} bureaus signed that, "
                "and each signs one subject per seller.",
                f"主体 {subject} 即{seller[1]}：{bureaus} 家机关中有 {signed} 家签名，每家机关对一个经营者只签一个主体。",
            )
        )
    time, versions = moment(header.time), len(bundle.registries)
    found += [
        _count(len(context.told), who, header.number, time),
        (
            f"This holds over every version of the registry up to that block, {versions} in number.",
            f"以上涵盖截至该区块的登记合约全部版本，共 {versions} 个。",
        ),
        *(_line(number, told) for number, told in enumerate(context.told, start=1)),
        (
            f"The block was sealed by {seals} of {validators} validators.",
            f"该区块由 {validators} 个验证节点中的 {seals} 个封签。",
        ),
    ]
    if context.rests_on is not None:
        found.append(rests_on(context.rests_on))
    if context.interested:
        found.append(
            (
                "A bureau declared an interest in this subject: it signs nothing about it.",
                "有机关已声明与该主体存在利害关系，不再签署相关报告。",
            )
        )
    return found


def subject_open_ends(context: SubjectContext, nothing: bool) -> list[Words]:
    """What the file does not prove, so that nobody reads more into it."""
    if nothing:
        return [("Nothing that this file says is proven.", "此文件所述内容均未得到证明。")]
    found: list[Words] = []
    if context.unproven is not None:
        seller, why = _seller(context), context.unproven
        found.append(
            (
                f"That the subject is {seller[0]}: {why[0]}. "
                "With another salt anyone could show a subject without findings.",
                f"该主体即{seller[1]}：{why[1]}。换用其他盐值，任何人都能得出一个没有认定的主体。",
            )
        )
    return [
        *found,
        ("What was recorded after that block.", "该区块之后的记录。"),
        (
            "That a suspicion is true: a finding is a suspicion, confirmed by officers of the signing bureaus.",
            "认定内容属实与否：认定是经签名机关工作人员确认的嫌疑，不是裁决。",
        ),
        (
            "What each finding rests on: the bundle of that finding shows it.",
            "各项认定的依据：见该认定自身的证据包。",
        ),
        (
            "Anything about other shops of the same people, or about what no bureau recorded.",
            "同一经营者的其他店铺，以及机关未予记录的情形。",
        ),
        *([UNDATED] if context.rests_on is None else []),
        *([STAMPED] if context.stamped else []),
    ]


def _count(count: int, who: Words, block: int, time: str) -> Words:
    if count == 0:
        return (
            f"No finding on {who[0]} is recorded up to block {block} at {time}: none.",
            f"截至第 {block} 号区块（{time}），{who[1]}没有任何认定记录：无。",
        )
    return (
        f"All findings on {who[0]} recorded up to block {block} at {time}, and none more: {count}.",
        f"截至第 {block} 号区块（{time}），{who[1]}在录的全部认定共 {count} 项，别无其他。",
    )


def _line(number: int, told: Told) -> Words:
    """One finding: kind, month, score, status, block time."""
    finding, record = told.finding, told.record
    kind, status = KIND_NAMES[Kind(finding.kind)], STATUS_WORDS[record.status]
    score, about, time = percent(finding.score_bps), month(finding.period), moment(record.recorded_at)
    name = to_hex(finding.id())
    return (
        f"{number}. {kind[0]}, month {about}, score {score} %, status “{status[0]}”, recorded at {time}: {name}.",
        f"{number}. {kind[1]}，月份 {about}，评分 {score}%，状态“{status[1]}”，记录时间 {time}：{name}。",
    )


def _seller(context: SubjectContext) -> Words:
    return seller_words(context.bundle.seller_id, context.bundle.marketplace)
