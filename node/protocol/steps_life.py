"""Steps of the verifier, about the life of the evidence before it was recorded.

All parts are optional. Capture reports and custody entries are bureaus' words about themselves, so they are *linked*
at most; what nobody signs is *informative*.
"""

from collections import Counter
from collections.abc import Iterator

from node.protocol.bundle import blaming
from node.protocol.capture import AREA_NAMES, Observed
from node.protocol.layers import layered
from node.protocol.life import ACT_NAMES, check_log, check_signed
from node.protocol.steps_record import Context, Held, registry_of
from node.protocol.typed_data import Domain
from node.protocol.verdict import INFORMATIVE, LINKED, PROVEN, Words, altered
from node.protocol.wording import moment, percent

SHOWN = 8  # failing checks that are told one by one


def check_captures(context: Context) -> Held:
    """(10) Each capture report is signed by the bureau that fetched, about a payload that this bureau observed."""
    bundle, told = context.bundle, context.life
    observed = Observed.of(bundle.answers)
    named = {(bureau, payload) for bureau, payload, _ in observed.named}
    told.uncaptured = len(named)
    if not bundle.has("captures"):
        return Held(INFORMATIVE, layered("captures", "no capture report is given", "未附采集报告"))
    domain, seen = _domain(context), set()
    for capture in bundle.captures:
        with blaming("captures"):
            told.unplaced += not observed.check(capture)
            statement = capture.report.statement(capture.bureau)
            check_signed(statement, capture.signature, domain, bundle.configuration, capture.bureau, "oracle")
        seen.add((capture.bureau, capture.report.payload, capture.report.url))
    if len(seen) != len(bundle.captures):
        raise altered("captures", "expected each capture once, got one twice", "同一采集报告重复出现")
    told.uncaptured = len(named - {(bureau, payload) for bureau, payload, _ in seen})
    told.captures, recorded_at = bundle.captures, bundle.named.header.time
    late = [each.report.captured_at > recorded_at for each in bundle.captures]  # a clock that cannot have been right
    told.late = sum(late)
    told.clean = sum(each.report.clean and not wrong for each, wrong in zip(bundle.captures, late, strict=True))
    return Held(LINKED, layered("captures", *_capture_words(context)))


def check_custody(context: Context) -> Held:
    """(11) The custody log is chained, its times do not fall, and whoever acted signed."""
    bundle, told = context.bundle, context.life
    if not bundle.has("custody") or not bundle.custody:
        return Held(INFORMATIVE, layered("custody", "no custody log is given", "未附保管链记录"))
    observed = Observed.of(bundle.answers)
    items = {payload for _, payload, _ in observed.named} | {bundle.finding.id()}
    entries = [signed.statement for signed in bundle.custody]
    with blaming("custody"):
        told.logs = check_log(
            bundle.custody, _domain(context), bundle.configuration, None if observed.hiding else items
        )
    told.entries, told.unplaced = len(entries), told.unplaced + sum(entry.item not in items for entry in entries)
    first, last = (moment(pick(entry.at for entry in entries)) for pick in (min, max))
    acts = sorted(Counter(entry.act for entry in entries).items())
    names = [(ACT_NAMES.get(act, (f"act {act}", f"第 {act} 类行为")), count) for act, count in acts]
    done, done_zh = (", ".join(f"{name[0]} {n}" for name, n in names), "、".join(f"{name[1]} {n}" for name, n in names))
    return Held(
        LINKED,
        layered(
            "custody",
            f"{told.entries} custody entries in {told.logs} chained logs, {first} to {last}: {done}",
            f"保管链 {told.logs} 条，共 {told.entries} 项，自 {first} 至 {last}：{done_zh}",
        ),
    )


def check_recusals(context: Context) -> Held:
    """(12) Each declaration of interest is signed by its bureau's officer, about the subject of this finding."""
    bundle, told = context.bundle, context.life
    if not bundle.has("recusals"):
        return Held(INFORMATIVE, layered("recusals", "no declaration of interest is given", "未附利害关系声明"))
    domain, found = _domain(context), []
    for signed in bundle.recusals:
        recusal = signed.statement
        if recusal.subject != bundle.finding.subject:
            raise altered("recusals", "expected declarations about the subject, got another", "声明与所涉主体不符")
        with blaming("recusals"):
            check_signed(recusal, signed.signature, domain, bundle.configuration, recusal.bureau, "officer")
        found.append(recusal.bureau)
    if len(set(found)) != len(found):
        raise altered("recusals", "expected one declaration a bureau, got two", "同一机关的声明重复出现")
    told.recused = tuple(sorted(found))
    told.interested = tuple(bureau for bureau in told.recused if bureau in bundle.report.signers)
    count, signers = len(found), _numbers(told.interested)
    if told.interested:
        words = (
            f"{count} bureaus have declared an interest in the subject, among them signers of the finding: {signers}",
            f"{count} 家机关声明与主体有利害关系，其中包括签名机关：{signers}",
        )
    else:
        words = (
            f"{count} bureaus have declared an interest in the subject, none of which signed",
            f"{count} 家机关声明与主体有利害关系，均未签名",
        )
    return Held(PROVEN, layered("recusals", *words))


def check_quality(context: Context) -> Held:
    """(13) The record of rulings, if given, is about the model of this finding."""
    bundle = context.bundle
    if not bundle.has("quality"):
        return Held(INFORMATIVE, layered("quality", "no record of the model is given", "未附模型的历史记录"))
    quality = bundle.quality
    if quality.model != bundle.finding.model:
        raise altered("quality", "expected the record of the finding's model, got another", "历史记录与所用模型不符")
    context.life.quality = quality
    canaries = quality.canaries
    planted = ("no test clues told", "未公布试验线索结果")
    if canaries is not None:
        planted = (
            f"{canaries.found} of {canaries.planted} test clues of {canaries.period} found",
            f"{canaries.period} 期试验线索 {canaries.planted} 条，发现 {canaries.found} 条",
        )
    error = error_words(context)
    return Held(
        INFORMATIVE,
        layered(
            "quality",
            f"the model's record at block {quality.block_number}: {error[0]}; {planted[0]}",
            f"截至第 {quality.block_number} 号区块的模型记录：{error[1]}；{planted[1]}",
        ),
    )


def check_peers(context: Context) -> Held:
    """(14) The observations given as inputs of context factors are well formed; nothing binds them to the finding."""
    bundle = context.bundle
    if not bundle.has("peers"):
        return Held(INFORMATIVE, layered("peers", "no inputs of the context factors are given", "未附上下文特征的依据"))
    roots = set()
    for group in bundle.peers:
        if bundle.configuration.bureau(group.bureau) is None:
            raise altered("peers", f"expected bureaus of the configuration, got {group.bureau}")
        roots |= {(group.bureau, observation.root()) for observation in group.observations}
    context.life.peers = count = len(roots)
    return Held(
        INFORMATIVE,
        layered(
            "peers",
            f"{count} distinct observations are given as inputs of the context factors",
            f"附有 {count} 条不同的观测，作为上下文特征的依据",
        ),
    )


def error_words(context: Context) -> Words:
    """How often rulings overturned the model's findings, with the numbers behind it."""
    quality = context.life.quality
    if quality is None or quality.error_bps is None:
        return "no rulings yet", "尚无裁决"
    return (
        f"{quality.overturned} of {quality.rulings} findings ruled upon were overturned "
        f"({percent(quality.error_bps)} %)",
        f"已裁决 {quality.rulings} 项认定，其中 {quality.overturned} 项被推翻（{percent(quality.error_bps)}%）",
    )


def _capture_words(context: Context) -> Words:
    told = context.life
    count, failing = len(told.captures), list(_failing(context))
    english = [f"{count} capture reports, {told.clean} of them clean"]
    chinese = [f"采集报告 {count} 份，其中 {told.clean} 份通过时钟与清洁性检查"]
    if told.late:
        english.append(f"{told.late} dated after the block that recorded the finding")
        chinese.append(f"{told.late} 份的时间晚于记录认定的区块")
    english += [words[0] for words in failing[:SHOWN]]
    chinese += [words[1] for words in failing[:SHOWN]]
    if len(failing) > SHOWN:
        english.append(f"{len(failing) - SHOWN} more kinds of failed checks")
        chinese.append(f"另有 {len(failing) - SHOWN} 类未通过的检查")
    return "; ".join(english), "；".join(chinese)


def _failing(context: Context) -> Iterator[Words]:
    """Each kind of failed check: how many captures it failed in, and what the first of them says."""
    found: dict[tuple[str, str], list[str]] = {}
    for capture in context.life.captures:
        for check in capture.report.failed:
            found.setdefault((check.area, check.name), []).append(check.detail)
    for (area, name), details in sorted(found.items()):
        yield (
            f"{area} check {name} failed in {len(details)}: “{details[0]}”",
            f"{AREA_NAMES[area]}检查 {name} 有 {len(details)} 份未通过：“{details[0]}”",
        )


def _domain(context: Context) -> Domain:
    address = registry_of(context, "FindingRegistry", context.bundle.named.header.number)
    return Domain(context.trust.chain_id, address)


def _numbers(bureaus: tuple[int, ...]) -> str:
    return ", ".join(map(str, bureaus))
