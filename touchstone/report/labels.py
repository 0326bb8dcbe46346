"""The words of the report in English and Chinese; what a verification says of itself comes with it (node/protocol)."""

from node.protocol.verdict import Words
from touchstone.report.labels_parts import MORE

LANGUAGES = ("en", "zh")

LABELS: dict[str, Words] = {
    "title": ("Report on the check of an evidence file", "电子证据核验报告"),
    "lead": (
        "A program checked one evidence file against a trust root (the list of validators and contracts that the reader "
        "relies on), with no network. This paper repeats the outcome and is no proof by itself: anyone can repeat the "
        "check, as section {repeat} says.",
        "本报告由程序生成：以读者自行掌握的信任根（验证节点与合约名单）离线核验一份证据文件，并如实记载结果。"
        "纸面本身不构成证明，任何人均可按第 {repeat} 节自行复核。",
    ),
    "comma": (", ", "、"),
    "colon": (": ", "："),
    "percent": ("{points} %", "{points}%"),
    # verdict
    "unaltered": (
        "Unaltered since block {block} of {when}, which {seals} of {validators} validators sealed.",
        "自第 {block} 号区块起未被改动；区块时间为{when}，由 {validators} 个验证节点中的 {seals} 个封签。",
    ),
    "part": ("Part concerned: {part}.", "涉及部分：{part}。"),
    "also": ("It also holds: {verdicts}.", "同时成立：{verdicts}。"),
    "judged_at": ("Judged as of", "评判时点"),
    "finding_id": ("Finding", "认定编号"),
    "file": ("SHA-256 of the file", "文件 SHA-256"),
    "trust": ("Trust root", "信任根编号"),
    "not_established": ("none is proven", "未得到证明"),
    "nothing": ("Nothing that this file says is proven.", "此文件所述内容均未得到证明。"),
    "contested": (
        "The finding is contested: the objection to it had not ended by the status shown.",
        "该认定存在异议：至所示状态时，异议尚未了结。",
    ),
    # sections
    "found": ("What was found", "认定内容"),
    "claims": ("What is proven", "已证明的内容"),
    "faults": ("What is wrong", "问题所在"),
    "not_proven": ("What this does not prove", "不能证明的内容"),
    "record": ("Who recorded it, and when", "记录机关与时间"),
    "seals": ("Who sealed it, and who holds the keys", "封签与密钥保管"),
    "steps": ("The steps of the check", "核验步骤"),
    "values": ("Values to compare", "供比对的数值"),
    "words": ("Words used here", "名词解释"),
    "repeat": ("How to repeat this check by hand", "如何自行复核"),
    "notes": ("Notes of the expert or clerk", "鉴定人或经办人意见"),
    # record
    "recorded_by": ("Recorded by", "记录机关"),
    "recorded_by_value": (
        "bureau {leader}, in its report {sequence}, signed by {signed} of {bureaus} bureaus",
        "第 {leader} 号机关（其第 {sequence} 号报告），{bureaus} 家机关中 {signed} 家签名",
    ),
    "block": ("Block", "区块"),
    "block_value": ("{number} of chain {chain}", "链 {chain} 第 {number} 号"),
    "block_time": ("Time of the block", "区块时间"),
    "observed": ("Seen by the leader", "牵头机关采集"),
    "observed_value": ("{when}, as it stated", "{when}，据其陈述"),
    "anchored": ("Observations on chain", "观测上链锚定"),
    "anchored_value": ("{anchored} of {all}, by {when}", "{all} 条中 {anchored} 条，至迟{when}"),
    "anchored_none": ("not shown", "未附证明"),
    "status": ("Status shown", "所示状态"),
    "status_value": ("{status}, in block {block} of {when}", "{status}；见第 {block} 号区块，{when}"),
    "status_none": ("no later status is given", "未附后续状态"),
    "hidden": ("Fields withheld", "未披露字段"),
    "hidden_value": ("{count}; the rest verifies without them", "{count} 个；不影响其余内容的核验"),
    "bureau": ("Bureau", "机关"),
    "bureau_value": ("{number}", "第 {number} 号"),
    "leads": ("{number}, leads", "第 {number} 号，牵头"),
    "division": ("Division code", "行政区划代码"),
    "score": ("Risk score", "风险评分"),
    "name_digest": ("SHA-256 of its name", "名称的 SHA-256"),
    "spread": (
        "The finding's score is {score}, the lower median of these; the highest and the lowest are {spread} points apart. "
        "A score is a model's estimate of risk, not a probability of guilt.",
        "认定评分 {score}，为上列评分的低位中位数；最高与最低相差 {spread} 个百分点。评分是模型对风险的估计，并非违法成立的概率。",
    ),
    "names": (
        "The chain names bureaus by number and by the SHA-256 of their name: whoever says to be one shows a name with "
        "that SHA-256.",
        "链上以编号和名称的 SHA-256 标识机关：自称某机关者，其名称的 SHA-256 应与所列一致。",
    ),
    # seals
    "validator": ("Validator's address", "验证节点地址"),
    "held_by": ("Key of", "密钥所属"),
    "sealed": ("Sealed the block", "是否封签"),
    "yes": ("✓ yes", "✓ 是"),
    "no": ("– no", "– 否"),
    "key_value": ("bureau {number}", "第 {number} 号机关"),
    "unknown": ("not stated", "未载明"),
    # steps
    "number": ("No.", "序号"),
    "step": ("Step", "核验内容"),
    "outcome": ("Outcome", "结果"),
    "standing": ("Standing", "效力"),
    "about": ("About", "对象"),
    "holds": ("✓ holds", "✓ 成立"),
    "fails": ("× fails", "× 不成立"),
    "proven": ("proven", "已证明"),
    "linked": ("linked", "相关联"),
    "informative": ("informative", "供参考"),
    "about_value": ("{aspect}: {part}", "{aspect}：{part}"),
    "standings": (
        "Proven: follows from signatures, seals and digests under the trust root. Linked: tied to what is proven, but "
        "resting on something that is not checked here. Informative: said by whoever made the file.",
        "已证明：由签名、封签与摘要在信任根之下推出。相关联：与已证明的内容相连，但仍依赖此处未核验的事项。供参考：仅为制作文件者的陈述。",
    ),
    # values
    "size_of_file": ("Size of the file", "文件大小"),
    "bytes": ("{count} bytes", "{count} 字节"),
    "too_large": ("more than 16 MB; not read to its end", "超过 16 MB，未读完"),
    "block_hash": ("Block hash", "区块哈希"),
    "evidence_root": ("Evidence root", "证据根"),
    "model": ("Model", "模型编号"),
    "explanation": ("Explanation", "评分说明摘要"),
    "policy": ("Policy", "判定规则摘要"),
    "configuration": ("Configuration", "联盟配置摘要"),
    "subject": ("Subject", "主体"),
    "listing": ("Listing", "商品页面"),
    "supersedes": ("Supersedes finding", "所取代的认定"),
    "registry": ("Registry contract", "登记合约"),
    "genesis": ("Genesis block hash", "创世区块哈希"),
    "values_note": (
        "Hexadecimal, in groups of eight to be read out; the gaps are not part of the values.",
        "均为十六进制，每八位一组以便核对与读出，间隔不属于数值。",
    ),
    # repeat
    "repeat_hash": (
        "Compute the SHA-256 of the evidence file and compare it with section {values}:",
        "计算证据文件的 SHA-256，与第 {values} 节比对：",
    ),
    "repeat_trust": (
        "Get the trust root from a bureau or court yourself, never from whoever handed you the evidence. Call a second "
        "one on a number that you know from elsewhere, and have the trust root's id read out: it must be the one in "
        "section {values}. The id is the SHA-256 of the trust root's file as bureaus hand it out.",
        "自行向参与机关或法院取得信任根文件，切勿使用随证据一并提交的那一份。另以您自己掌握的号码致电第二家机关，"
        "请其读出信任根编号，应与第 {values} 节一致。该编号即机关所发信任根文件的 SHA-256。",
    ),
    "repeat_page": (
        "Open the file verifier/verifier.html of the repository in a browser, with the network off, and choose the evidence file and the trust root. Or run "
        "the command:",
        "断开网络，用浏览器打开代码库中的 verifier/verifier.html，选择证据文件与信任根；或运行命令：",
    ),
    "repeat_compare": (
        "Compare verdict, finding, block number and block hash. If one differs, this paper is not about that file, or "
        "not genuine.",
        "比对结论、认定编号、区块编号与区块哈希。任何一项不一致，则本报告与该文件无关，或本报告不真实。",
    ),
    "repeat_failed": (
        "Compare the verdict and the part concerned. If one differs, this paper is not about that file, or not genuine.",
        "比对结论与涉及部分。任何一项不一致，则本报告与该文件无关，或本报告不真实。",
    ),
    # words
    "word_bundle": ("Evidence file", "证据文件"),
    "word_bundle_text": (
        "One file with a finding, what each bureau observed, their signatures, and the proofs of all that.",
        "载有一项认定、各机关的观测、签名及相应证明的单一文件。",
    ),
    "word_finding": ("Finding", "认定"),
    "word_finding_text": (
        "A suspicion of a violation that several bureaus came to separately and signed. It is no decision.",
        "多家机关各自得出并共同签名的违法嫌疑，不是处罚决定或裁决。",
    ),
    "word_block": ("Block, chain", "区块、链"),
    "word_block_text": (
        "A page of the bureaus' shared journal. Every page names the one before by its hash, so none can be changed "
        "unnoticed.",
        "各机关共同账册中的一页；每页都以哈希指明前一页，任何一页被改动都会被发现。",
    ),
    "word_validator": ("Validator, seal", "验证节点、封签"),
    "word_validator_text": (
        "A bureau's machine that signs (seals) each page; a page counts when two thirds of them have.",
        "机关用于对每页签名（封签）的计算机；达到三分之二封签的页方为有效。",
    ),
    "word_hash": ("Hash, SHA-256", "哈希、SHA-256"),
    "word_hash_text": (
        "A fingerprint of bytes. Nobody can find other bytes with the same one; a single changed byte gives another.",
        "一段数据的“指纹”。无法找到指纹相同的另一段数据；改动一个字节，指纹即不同。",
    ),
    "word_trust": ("Trust root", "信任根"),
    "word_trust_text": (
        "A small file of the reader's own that says which chain is meant, who may seal and where the contracts are.",
        "读者自行掌握的小文件，载明所指的链、有权封签者与合约地址。",
    ),
    # notes
    "name": ("Name, body", "姓名、单位"),
    "signature": ("Signature, seal", "签名、盖章"),
    "date": ("Date", "日期"),
    "footer": ("Evidence file {file}", "证据文件 {file}"),
    "page": ("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
    "when": ("{utc} UTC (Beijing {beijing})", "北京时间 {beijing}（UTC {utc}）"),
}

LABELS |= MORE
