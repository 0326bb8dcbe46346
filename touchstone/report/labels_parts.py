"""More words of the report: on subject files, on what the date rests on, and on the life before the record."""

from node.protocol.verdict import Words

MORE: dict[str, Words] = {
    "space": (" ", ""),
    # the square code
    "code_file": ("File", "文件"),
    "code_finding_id": ("File and finding", "文件与认定"),
    "code_subject": ("File and subject", "文件与主体"),
    # what was found
    "suspicion": ("Suspicion of", "涉嫌"),
    "kind_COUNTERFEIT": (
        "counterfeit: goods offered as a brand's product that seem not to come from that brand",
        "假冒：以某品牌商品的名义销售，而商品疑非该品牌出品",
    ),
    "kind_GREY_MARKET": (
        "grey market: genuine goods offered outside the channels that the brand registered",
        "串货：正品在品牌登记的渠道之外销售",
    ),
    "kind_BRUSHING": ("brushing: orders or reviews that seem not to be real", "刷单：交易或评价疑属虚构"),
    "kind_FALSE_ADVERTISING": (
        "false advertising: words that the law forbids, or that seem not to be so",
        "虚假宣传：使用法律禁止的用语，或宣传疑与事实不符",
    ),
    "kind_PRICE_FRAUD": (
        "price fraud: an original price that seems never to have been asked, or a promised price that is not charged",
        "价格欺诈：原价疑属虚构，或未按承诺价结算",
    ),
    "marketplace": ("Marketplace", "平台"),
    "seller": ("Seller there", "平台内经营者"),
    "listing_id": ("Listing there", "平台内商品页面"),
    "gtin": ("Product (GTIN)", "商品条码（GTIN）"),
    "month": ("Month", "月份"),
    "seen_by_all": ("All {count} bureaus that signed say that they saw this:", "签名的 {count} 家机关均陈述所见如下："),
    "seen_by": (
        "Of those that signed, bureaus {bureaus} say that they saw this:",
        "签名机关中，第 {bureaus} 号机关陈述所见如下：",
    ),
    "reasons": (
        "What moved the score of bureau {leader}, which led, the most:",
        "对牵头的第 {leader} 号机关的评分影响最大的因素：",
    ),
    "reason": ("What the model looked at", "模型所看的因素"),
    "value": ("Value", "数值"),
    "weight": ("Weight", "权重"),
    "reasons_note": (
        "A plus raises the score, a minus lowers it (log-odds). Values and weights are as bureau {leader} stated them; the "
        "check computed all {signers} scores again from such values and the model, but not the weights.",
        "正值提高评分，负值降低评分（对数几率）。数值与权重为第 {leader} 号机关所陈述；核验时已用各机关的数值与模型重算全部 {signers} 个评分，"
        "但未重算权重。",
    ),
    "not_known": ("not known", "不详"),
    "flag_yes": ("yes", "是"),
    "flag_no": ("no", "否"),
    # subject files
    "findings": (
        "All {count} findings on this subject, and none left out, as of block {block} of {when}, "
        "which {seals} of {validators} validators sealed.",
        "截至第 {block} 号区块，该主体在录的全部认定共 {count} 项，无一遗漏；区块时间为{when}，"
        "由 {validators} 个验证节点中的 {seals} 个封签。",
    ),
    "one_finding": (
        "One finding on this subject, and no other, as of block {block} of {when}, "
        "which {seals} of {validators} validators sealed.",
        "截至第 {block} 号区块，该主体在录的认定仅一项；区块时间为{when}，"
        "由 {validators} 个验证节点中的 {seals} 个封签。",
    ),
    "no_finding": (
        "No finding on this subject is on record as of block {block} of {when}, "
        "which {seals} of {validators} validators sealed.",
        "截至第 {block} 号区块，该主体没有任何认定在录；区块时间为{when}，"
        "由 {validators} 个验证节点中的 {seals} 个封签。",
    ),
    "whose_open": (
        "That this subject is the seller named is not proven; what this does not prove says why.",
        "该主体即所载经营者一节未得到证明，原因见“不能证明的内容”。",
    ),
    "subject_interest": (
        "A bureau has declared an interest in this subject.",
        "有机关已声明与该主体存在利害关系。",
    ),
    "repeat_subject": (
        "Compare verdict, subject, the number of findings, block number and block hash. If one differs, this paper is not "
        "about that file, or not genuine.",
        "比对结论、主体、认定数目、区块编号与区块哈希。任何一项不一致，则本报告与该文件无关，或本报告不真实。",
    ),
    "word_subject_file": ("Subject file", "主体档案"),
    "word_subject_file_text": (
        "One file with all findings on one seller up to a block, or with none, and the proofs that none is left out.",
        "载有截至某一区块、关于同一经营者的全部认定（或没有认定）及其完整性证明的单一文件。",
    ),
    "word_subject": ("Subject", "主体"),
    "word_subject_text": (
        "A seller under a pseudonym: a fingerprint of the seller's name and a secret number, so that the chain names nobody.",
        "经营者的化名：由其名称与一个秘密数值得出的指纹，链上因此不出现任何名称。",
    ),
    # what the date rests on
    "rest": ("What the date rests on", "时间的依据"),
    "rests_on": (
        "Besides the seals of its own validators, block {block} of {when} rests on this: {voucher}.",
        "除当时验证节点的封签外，第 {block} 号区块另有依据：{voucher}。区块时间为{when}。",
    ),
    "rests_on_none": (
        "Block {block} of {when} rests on nothing but the validators of that time: the file holds no witness, time-stamp or "
        "later block that vouches for it. A quorum of them could have agreed later to give it another date.",
        "第 {block} 号区块所示时间为{when}，仅以当时的验证节点为依据：文件未附为其作证的见证方签署、时间戳或后续区块。"
        "达到法定数目的验证节点若事后串通，可另定其时间。",
    ),
    "blocks": ("Blocks", "区块范围"),
    "blocks_value": ("{first} to {last}", "{first} 至 {last}"),
    "size": ("Validators", "验证节点数"),
    "change": ("Change to the set before", "较前一组的变动"),
    "known_from": ("Known from", "来源"),
    "by_root": ("trust root", "信任根"),
    "by_file": ("proofs in the file", "文件所附证明"),
    "by_both": ("trust root up to {reach}, then proofs in the file", "至 {reach} 为信任根，其后为文件所附证明"),
    "founding": ("first set", "首组"),
    "same": ("none", "无"),
    "joined": ("{count} joined", "新增 {count}"),
    "left": ("{count} left", "退出 {count}"),
    "this_block": (", with this block", "（含本区块）"),
    "led_on": (
        "The reader's trust root speaks for blocks up to {reach}; proofs in the file lead it on to block {last}.",
        "读者的信任根截至第 {reach} 号区块，由文件所附证明延伸至第 {last} 号区块。",
    ),
    "history": (
        "It is known who could seal in every block from {first} to {last}. A quorum is two thirds, rounded up.",
        "自第 {first} 号至第 {last} 号区块，每个区块由谁有权封签均已载明，无间断。有效封签须达三分之二（向上取整）。",
    ),
    "history_gaps": (
        "It is not known who could seal in every block from {first} to {last}. A quorum is two thirds, rounded up.",
        "自第 {first} 号至第 {last} 号区块，所载验证节点有间断。有效封签须达三分之二（向上取整）。",
    ),
    # the life before the record
    "life": ("The life before the record", "上链之前的经过"),
    "life_note": (
        "Carrier: were the machine and the hands that held it sound. Data: are these the bytes that were seen. Content: do "
        "they show what they are said to show, and who says so. What bureaus sign about their own captures and custody is "
        "their word.",
        "载体：保存电子证据的设备与经手人是否可靠。数据：是否即当时所见的数据。内容：所载内容能否说明所述事实、由谁陈述。"
        "机关就自身采集与保管所作的签署，为其自行陈述。",
    ),
    "aspects": (
        "Carrier: were the machine and the hands that held it sound. Data: are these the bytes that were seen, recorded and "
        "sealed. Content: do they show what they are said to show, and who says so.",
        "载体：保存电子证据的设备与经手人是否可靠。数据：是否即当时所见、所记录并封签的数据。内容：所载内容能否说明所述事实、由谁陈述。",
    ),
    "interested": (
        "Bureau {bureau}, which signed the finding, has declared an interest in the subject.",
        "签名机关中的第 {bureau} 号机关已声明与所涉主体有利害关系。",
    ),
    "captured_at": ("Captured, by its clock", "采集时间（按其时钟）"),
    "clean": ("Clean clock, machine", "时钟、设备合格"),
    "captures_value": (
        "{count} reports, {clean} of them with a clean check of clock and machine",
        "报告 {count} 份，其中 {clean} 份通过时钟与清洁性检查",
    ),
    "custody_value": ("{count} entries, in the order of their times", "记录 {count} 项，按时间排列"),
    "failed": ("Failed checks", "未通过的检查"),
    "late": ("dated after the record", "时间晚于上链记录"),
    "act_at": ("Time, as signed", "所签时间"),
    "act": ("Act", "行为"),
    "item": ("Of what", "对象"),
    "finding_item": ("the finding", "认定"),
    "payload_item": ("payload {digest}…", "载荷 {digest}…"),
    "more": ("{count} more are in the file.", "文件中另有 {count} 项。"),
    "erased": ("Fields erased", "已擦除字段"),
    "erased_value": (
        "{count}; value and salt are said to be destroyed, the rest verifies without them",
        "{count} 个；据称其值与盐值均已销毁，不影响其余内容的核验",
    ),
}
