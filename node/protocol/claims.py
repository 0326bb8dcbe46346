"""The plain words of a verification: what is proven, what is not, and who holds the keys.

Every value in a claim is taken from bytes that the steps have proven; nothing from the exporter's notes.
"""

from node.protocol.canonical import to_hex
from node.protocol.identifiers import KIND_NAMES, ZERO, Kind
from node.protocol.life_claims import interests_of, life_claims_of, life_not_proven_of
from node.protocol.seen import seen_by, seen_words
from node.protocol.steps_chain import RECORD_STANDS
from node.protocol.steps_history import CONTESTED, STATUS_WORDS
from node.protocol.steps_record import Context
from node.protocol.trust import TrustRoot
from node.protocol.verdict import Words
from node.protocol.wording import moment, percent, quoted
from node.protocol.wording import month as month_of

UNDATED: Words = (
    "That the validators of that time did not collude later: the verdict rests on it, "
    "since no time anchor of the block is given.",
    "当时的验证节点事后未串通：未附该区块的时间锚定，本结论以此为前提。",
)
STAMPED: Words = (
    "That no block here which rests on a time-stamp alone was made by validators after they had left: "
    "a stamp shows when a block existed, not that they were still in force.",
    "仅以时间戳为据的区块并非验证节点离任之后制作：时间戳只证明区块届时已存在，不证明其当时仍在任。",
)


def claims_of(context: Context) -> list[Words]:
    """What the bundle proves. Only for bundles whose steps hold."""
    bundle, finding, header = context.bundle, context.bundle.finding, context.bundle.named.header
    ask = bundle.ask  # its words are those behind the finding's digests, or the answers would not give the finding
    seller = seller_words(ask.seller_id, ask.marketplace)
    english, chinese = KIND_NAMES[Kind(finding.kind)]
    month = month_of(finding.period)
    score, spread = percent(finding.score_bps), percent(finding.spread_bps)
    found = [
        *interests_of(context),
        (
            f"The finding {to_hex(finding.id())} is a suspicion of {english}.",
            f"认定 {to_hex(finding.id())} 为涉嫌{chinese}。",
        ),
        (
            f"Its risk score is {score} %; the signers' scores lie {spread} points apart.",
            f"风险评分为 {score}%，各签名机关评分相差 {spread} 个百分点。",
        ),
        (f"It is about the month {month}.", f"所涉月份为 {month}。"),
        (
            f"It is about {seller[0]}, subject {to_hex(finding.subject)}.",
            f"所涉主体为{seller[1]}，编号 {to_hex(finding.subject)}。",
        ),
    ]
    if ask.listing_id is not None:
        found.append(
            (
                f"It is about the listing {quoted(ask.listing_id)} there, {to_hex(finding.listing)}.",
                f"所涉商品页面为该平台的{quoted(ask.listing_id)}，编号 {to_hex(finding.listing)}。",
            )
        )
    if finding.product != ZERO:
        gtin = f"{int.from_bytes(finding.product, 'big'):014d}"
        found.append((f"It names the product (GTIN) {gtin}.", f"所指商品的条码（GTIN）为 {gtin}。"))
    found += [seen_words(each) for each in seen_by(ask, bundle.answers)]
    (seals, validators), (signed, bureaus) = context.seals, context.signed
    time = moment(header.time)
    place: Words = (f"in block {header.number} ", f"于第 {header.number} 号区块")
    if context.rests_on == RECORD_STANDS:
        place = "", ""  # the record of today does not repeat the block
    found += [
        (f"It was recorded {place[0]}at {time}.", f"记录{place[1]}，时间 {time}。"),
        (f"It was signed by {signed} of {bureaus} bureaus.", f"由 {bureaus} 家机关中的 {signed} 家签名。"),
        (
            f"The block was sealed by {seals} of {validators} validators.",
            f"该区块由 {validators} 个验证节点中的 {seals} 个封签。",
        ),
        (
            f"The {len(bundle.answers)} signers' scores follow from their vectors and the model {to_hex(finding.model)}.",
            f"{len(bundle.answers)} 家签名机关的评分由各自的特征向量与模型 {to_hex(finding.model)} 得出。",
        ),
    ]
    if context.rests_on is not None:
        found.append(rests_on(context.rests_on))
    if context.anchored:
        count, when = context.anchored, moment(context.anchored_time)
        found.append(
            (f"{count} observations stood on the chain by {when}.", f"{count} 条观测至迟于 {when} 已上链锚定。")
        )
    found += life_claims_of(context)
    if context.status in STATUS_WORDS:
        words = STATUS_WORDS[context.status]
        when = moment(context.status_time)
        found.append((f"Its status was “{words[0]}” at {when}.", f"截至 {when}，其状态为“{words[1]}”。"))
    return found


def not_proven_of(context: Context, nothing: bool) -> list[Words]:
    """What the bundle does not prove, so that nobody reads more into it."""
    if nothing:
        return [("Nothing that this bundle says is proven.", "此证据包所述内容均未得到证明。")]
    found = [
        (
            "That the suspicion is true: a finding is a suspicion, confirmed by officers of the signing bureaus.",
            "认定内容属实与否：认定是经签名机关工作人员确认的嫌疑，不是裁决。",
        ),
        (
            "That the seller sold or delivered this, or what was shown before and after the bureaus looked.",
            "卖家确已售出或交付该商品；以及各机关采集之前与之后所展示的内容。",
        ),
        (
            "That the marketplace showed what was observed: the signing bureaus say so.",
            "平台确曾展示所观测的内容：此点仅由签名机关陈述。",
        ),
        (
            "That context features and contributions are right: they are as each bureau stated them.",
            "上下文特征与贡献值的正确性：以各机关陈述为准。",
        ),
        (
            "The question's address and context, the root before an anchored batch, and all notes: they are informative.",
            "询问中的网址与上下文、锚定批次之前的根，以及全部附注：仅供参考。",
        ),
    ]
    if context.hidden:
        found.append((f"The values of {context.hidden} hidden fields.", f"{context.hidden} 个未披露字段的内容。"))
    if context.erased:
        count = context.erased
        found.append(
            (
                f"The values of {count} erased fields: value and salt are destroyed, the exporter says so.",
                f"{count} 个已擦除字段的内容：导出方称其值与盐值均已销毁。",
            )
        )
    if context.payloads_missing:
        count = context.payloads_missing
        found.append((f"What {count} payloads held that are not here.", f"未附上的 {count} 份原始载荷的内容。"))
    if not context.anchored:
        found.append(("When the observations were anchored.", "观测数据何时锚定上链。"))
    elif context.unanchored:
        count = context.unanchored
        found.append((f"When {count} other observations were anchored.", f"另外 {count} 条观测何时锚定上链。"))
    found += life_not_proven_of(context)
    if context.status is None:
        found.append(("What became of the finding later: no status is shown.", "该认定的后续情况：未附状态证明。"))
    elif context.status == CONTESTED:
        found.append(("How the objection ends: the finding is contested.", "异议的结果：该认定目前有异议。"))
    if not context.configuration_known:
        found.append(
            (
                "That the trust root knows this consortium configuration: it is linked through the chain only.",
                "信任根未列出该联盟配置：仅通过链关联。",
            )
        )
    if context.rests_on is None:
        found.append(UNDATED)
    if context.rests_on == RECORD_STANDS:
        found.append(_moved(context.bundle.named.header.number))
    if context.stamped:
        found.append(STAMPED)
    return found


def _moved(number: int) -> Words:
    return (
        f"That it was recorded in block {number}, under these seals: the record of today repeats only time and event, "
        "and retired validators can seal another block with both.",
        f"其确记录于第 {number} 号区块并附有所示封签：现任验证节点之下的记录仅载明时间与事件，"
        "已退任的验证节点可另行封签同一时间与事件的区块。",
    )


def seller_words(seller_id: str, marketplace: str) -> Words:
    """A seller as claims name one."""
    seller, place = quoted(seller_id), quoted(marketplace)
    return f"the seller {seller} at {place}", f"{place}平台的经营者{seller}"


def rests_on(voucher: Words) -> Words:
    """What vouches for the block besides its seals."""
    return (
        f"Besides its seals the block rests on this: {voucher[0]}.",
        f"除封签外，该区块另有依据：{voucher[1]}。",
    )


def custody_of(trust: TrustRoot) -> Words:
    """Who holds the validator keys, by the trust root."""
    if trust.custody == "one party":
        return ("One party holds all validator keys of this chain.", "本链全部验证节点密钥由同一方持有。")
    return (
        "The validator keys of this chain are held by the bureaus of the consortium.",
        "本链验证节点密钥由联盟各机关分别持有。",
    )
