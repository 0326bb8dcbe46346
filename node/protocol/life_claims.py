"""The plain words about the life before recording: what bureaus have signed of it, and what stays open."""

from node.protocol.steps_life import error_words
from node.protocol.steps_record import Context
from node.protocol.verdict import Words


def interests_of(context: Context) -> list[Words]:
    """Declarations of interest: said before all else when a signer made one."""
    told, found = context.life, []
    for bureau in told.interested:
        found.append(
            (
                f"Bureau {bureau}, which signed the finding, has declared an interest in the subject.",
                f"签名机关 {bureau} 已声明与所涉主体有利害关系。",
            )
        )
    for bureau in sorted(set(told.recused) - set(told.interested)):
        found.append(
            (
                f"Bureau {bureau} has declared an interest in the subject and did not sign.",
                f"机关 {bureau} 已声明与所涉主体有利害关系，未参与签名。",
            )
        )
    return found


def life_claims_of(context: Context) -> list[Words]:
    """What bureaus have put their names to; that they did so is proven, that it is so is their word."""
    told, found = context.life, []
    if told.captures:
        count, dirty = len(told.captures), len(told.captures) - told.clean
        found.append(
            (
                f"Bureaus signed {count} reports on how they captured payloads: {told.clean} clean, "
                f"{dirty} without a clean check of clock and machine.",
                f"机关签署了 {count} 份采集报告：{told.clean} 份通过时钟与清洁性检查，{dirty} 份未通过。",
            )
        )
    if told.entries:
        found.append(
            (
                f"Bureaus signed {told.entries} entries on who held the evidence, in {told.logs} unbroken logs.",
                f"机关签署了 {told.entries} 项保管记录，分属 {told.logs} 条完整相连的保管链。",
            )
        )
    return found


def life_not_proven_of(context: Context) -> list[Words]:
    """What these parts leave open, and what their absence does."""
    told, found = context.life, []
    if told.uncaptured:
        found.append(
            (
                f"How {told.uncaptured} payloads were captured: no report on it is given.",
                f"{told.uncaptured} 份载荷如何采集：未附采集报告。",
            )
        )
    if told.captures:
        found.append(
            (
                "That clocks and machines were as the capture reports say: each bureau reports on itself.",
                "采集时的时钟与设备状态：由各机关自行陈述。",
            )
        )
    dirty = len(told.captures) - told.clean
    if dirty:
        found.append(
            (
                f"That {dirty} captures were made with a right clock on a clean machine: no clean check shows it.",
                f"有 {dirty} 次采集，其时钟准确、设备清洁与否：检查未通过或未进行。",
            )
        )
    if told.late:
        found.append(
            (
                f"When {told.late} payloads were captured: their reports are dated after the finding was recorded.",
                f"{told.late} 份载荷的采集时间：其报告时间晚于认定的记录时间。",
            )
        )
    if told.unplaced:
        found.append(
            (
                f"That {told.unplaced} captures and custody entries are about this evidence: hidden fields would show it.",
                f"有 {told.unplaced} 项采集报告与保管记录是否属于本证据：相关字段未披露。",
            )
        )
    found.append(_custody_end(context))
    if not told.recused:
        found.append(
            (
                "That no bureau has an interest in the subject: no declaration is given.",
                "各机关与所涉主体有无利害关系：未附声明。",
            )
        )
    found.append(_quality_end(context))
    if told.peers:
        count = told.peers
        found.append(
            (
                f"That the context factors follow from the {count} observations given: nothing binds them.",
                f"上下文特征由所附 {count} 条观测得出与否：两者之间没有约束。",
            )
        )
    return found


def _custody_end(context: Context) -> Words:
    if context.life.entries:
        return (
            "That the custody log is complete at its end: what was left out there does not show.",
            "保管链末端是否完整：末端若有缺失，无法察觉。",
        )
    return (
        "Who held the evidence before it was recorded: no custody log is given.",
        "记录之前由谁保管：未附保管链记录。",
    )


def _quality_end(context: Context) -> Words:
    quality = context.life.quality
    if quality is None:
        return ("How often the model errs: its record is not given.", "模型的差错率：未附历史记录。")
    english, chinese = error_words(context)
    return (
        f"How often the model errs: the exporter says, at block {quality.block_number}, {english}; "
        "recompute it from the chain.",
        f"模型的差错率：导出方称，截至第 {quality.block_number} 号区块，{chinese}；请依链上数据复算。",
    )
