"""The words of the pages in both languages, and the choice between them."""

from flask import g, request

LANGUAGES = ("en", "zh")
TAGS = {"en": "en", "zh": "zh-Hans"}
COOKIE = "lang"

WORDS: dict[str, tuple[str, str]] = {
    "name": ("Touchstone", "试金石"),
    "tagline": ("Suspected violations in online trade, on a shared record", "网络交易违法线索，共同记录，人人可验"),
    "search": ("Search", "搜索"),
    "search_hint": ("Product, GTIN, brand, shop or seller id", "商品名称、GTIN 条码、品牌、店铺或卖家编号"),
    "findings": ("Findings", "认定记录"),
    "verify": ("Verify", "验证"),
    "home": ("Look up", "查询"),
    "other_language": ("中文", "English"),
    "suspicion": (
        "A recorded finding is a suspicion signed by several bureaus. It is no decision: "
        "the seller may answer it, and it may be overturned.",
        "已记录的认定是多个监管机构共同签署的嫌疑，并非处罚决定：经营者可以申辩，认定也可能被推翻。",
    ),
    "public_note": ("Only upheld findings are shown here.", "此处仅公示已维持的认定。"),
    "products": ("Products", "商品"),
    "sellers": ("Sellers", "经营者"),
    "nothing": ("Nothing was found.", "没有找到。"),
    "nothing_hint": (
        "Try fewer words, a brand, or the digits of the GTIN.",
        "请减少字词，或改用品牌名称、GTIN 条码数字。",
    ),
    "no_findings": ("No findings are on record.", "没有认定记录。"),
    "product": ("Product", "商品"),
    "brand": ("Brand", "品牌"),
    "category": ("Category", "类别"),
    "reference_price": ("Registered price range", "登记价格区间"),
    "on_chain": ("Registered on chain", "已上链登记"),
    "not_on_chain": ("Not on chain yet", "尚未上链"),
    "contested": ("Contested: several brands claim this GTIN", "存在争议：多个品牌主张此条码"),
    "kind": ("Kind", "类型"),
    "all_kinds": ("All kinds", "全部类型"),
    "score": ("Risk score", "风险分"),
    "least_score": ("Score from", "最低分"),
    "spread": ("Spread between signers", "签署方分差"),
    "status": ("Status", "状态"),
    "seller": ("Seller", "经营者"),
    "marketplace": ("Marketplace", "平台"),
    "listing": ("Listing", "商品链接"),
    "recorded": ("Recorded", "记录时间"),
    "observed": ("Observed", "采集时间"),
    "block": ("Block", "区块"),
    "from_block": ("Blocks from", "区块自"),
    "to_block": ("to", "至"),
    "filter": ("Show", "筛选"),
    "page_of": ("Page {page} of {pages}, {total} findings", "第 {page} / {pages} 页，共 {total} 条认定"),
    "newer": ("Newer", "较新"),
    "older": ("Older", "较旧"),
    "finding": ("Finding", "认定"),
    "download": ("Download the evidence file", "下载证据文件"),
    "download_hint": (
        "One file with everything needed to check it without this site.",
        "一个文件，包含脱离本网站独立验证所需的全部内容。",
    ),
    "signers": ("What each bureau found for itself", "各机构独立得出的结果"),
    "bureau": ("Bureau", "机构"),
    "bureau_number": ("Bureau {number}", "第 {number} 号机构"),
    "leader": ("asked first", "发起方"),
    "same_view": ("{count} bureaus found the same, each for itself", "{count} 家机构各自独立得出相同结果"),
    "factors": ("What moved the score most", "影响评分的主要因素"),
    "factors_hint": (
        "Each line is what one feature added to the model's margin, in millionths of log-odds. "
        "Right raises the suspicion, left lowers it.",
        "每行为一个特征对模型间隔值的贡献（百万分之一对数几率）。向右增加嫌疑，向左降低嫌疑。",
    ),
    "feature": ("Feature", "特征"),
    "value": ("Value", "取值"),
    "missing": ("missing", "缺失"),
    "own": ("fetched by this bureau", "本机构自行采集"),
    "context": ("from the leader's snapshot", "取自发起方快照"),
    "contribution": ("Contribution", "贡献"),
    "facts": ("What was seen", "采集到的事实"),
    "facts_hint": (
        "Each bureau fetched the page for itself. Differing rows are marked.",
        "各机构独立采集；不一致的行已标出。",
    ),
    "differences": ("Features in which the bureaus differ", "各机构取值不同的特征"),
    "chain": ("On chain", "链上信息"),
    "tx": ("Transaction", "交易"),
    "block_hash": ("Block hash", "区块哈希"),
    "finding_id": ("Finding id", "认定编号"),
    "subject": ("Subject", "主体"),
    "clue": ("Clue key", "线索键"),
    "model": ("Model", "模型"),
    "policy": ("Policy", "策略"),
    "configuration": ("Configuration", "联盟配置"),
    "evidence_root": ("Evidence root", "证据根"),
    "report": ("Report", "报告"),
    "report_value": (
        "bureau {leader}, number {sequence}, signed by {signers}",
        "第 {leader} 号机构第 {sequence} 号，签署方 {signers}",
    ),
    "anchored": ("Observations in anchored batches", "已锚定的采集记录"),
    "anchored_value": ("{anchored} of {observed}", "{observed} 条中的 {anchored} 条"),
    "changes": ("Changes of status", "状态变更"),
    "answers_elsewhere": (
        "The answers behind this finding are kept by the bureaus that signed it, not by this node.",
        "此认定背后的应答由签署机构保存，本节点没有留存。",
    ),
    "verify_title": ("Verify an evidence file", "验证证据文件"),
    "verify_hint": (
        "The file is checked on this machine against this node's trust root, step by step, and is not kept.",
        "文件在本机按步骤与本节点的信任根核对，不作保存。",
    ),
    "print_report": ("Report to print", "下载可打印的报告"),
    "file": ("Evidence file (.json, at most 16 MB)", "证据文件（.json，不超过 16 MB）"),
    "verdict": ("Verdict", "结论"),
    "colon": (": ", "："),
    "altered_part": ("Altered part", "被改动的部分"),
    "also": ("It also holds that", "同时成立"),
    "claims": ("What is proven", "已证明的内容"),
    "not_proven": ("What this does not prove", "未证明的内容"),
    "steps": ("Steps", "步骤"),
    "standing": ("Standing", "效力"),
    "proven": ("proven", "已证明"),
    "linked": ("linked", "相关联"),
    "informative": ("informative", "供参考"),
    "holds": ("holds", "成立"),
    "fails": ("does not hold", "不成立"),
    "part": ("Part", "部分"),
    "no_file": ("No file was chosen.", "未选择文件。"),
    "error_title": ("That did not work", "未能完成"),
    "error_404": ("There is nothing at this address.", "此地址没有内容。"),
    "error_400": ("The request could not be understood.", "无法理解该请求。"),
    "error_405": ("This page cannot be used in that way.", "此页面不支持该操作。"),
    "error_413": ("The file is larger than 16 MB. Evidence files are smaller.", "文件超过 16 MB。证据文件没有这么大。"),
    "error_500": (
        "Something went wrong here. Nothing was changed; the operator finds the reason in the log.",
        "本站出现错误。没有任何数据被更改；运维人员可在日志中查看原因。",
    ),
    "error_503": (
        "The chain or the database cannot be reached now. Try again shortly.",
        "链或数据库暂时无法访问，请稍后再试。",
    ),
    "back": ("Back to the search", "返回查询"),
    "counts": (
        "{findings} findings, {products} products, block {head}",
        "{findings} 条认定，{products} 个商品，区块 {head}",
    ),
    "empty_index": ("Nothing is indexed yet.", "尚无索引数据。"),
    "json": ("This page as JSON", "本页 JSON 格式"),
    "by_kind": ("Findings by kind", "各类型认定"),
}

FACTS: dict[str, tuple[str, str]] = {  # fields of an observation
    "title": ("Title", "标题"),
    "brand_raw": ("Brand as shown", "页面品牌"),
    "gtin_raw": ("GTIN as shown", "页面条码"),
    "price_raw": ("Price as shown", "页面价格"),
    "list_price_raw": ("List price as shown", "页面划线价"),
    "currency": ("Currency", "币种"),
    "seller_name": ("Shop name", "店铺名称"),
    "seller_id": ("Seller id", "卖家编号"),
    "registered_at": ("Shop since", "开店时间"),
    "location": ("Ships from", "发货地"),
    "rating_centi": ("Rating (of 5)", "评分（满分 5）"),
    "available": ("In stock", "有货"),
    "published_at": ("Published", "上架时间"),
    "observed_at": ("Observed", "采集时间"),
}

VERDICTS: dict[str, tuple[str, str]] = {
    "GENUINE": ("Genuine", "真实"),
    "ALTERED": ("Altered", "已被改动"),
    "NOT_TRUSTED": ("Not trusted", "不可信"),
    "UNKNOWN": ("Unknown", "未知"),
    "STALE": ("Stale", "已过时"),
    "SUPERSEDED": ("Superseded", "已被取代"),
    "OVERTURNED": ("Overturned", "已被推翻"),
    "UNREADABLE": ("Unreadable", "无法读取"),
}


def choose() -> str:
    """The language of this request: asked for, remembered, or what the browser prefers."""
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    best = request.accept_languages.best_match(
        ["en", "zh", "zh-CN", "zh-Hans", "zh-TW", "zh-Hant", "en-US", "en-GB"], "en"
    )
    return best[:2]


def pick(pair: tuple[str, str] | list[str]) -> str:
    """One of (English, Chinese)."""
    return pair[LANGUAGES.index(g.language)]


def say(key: str, **values: object) -> str:
    """The words under `key` in the reader's language."""
    return pick(WORDS[key]).format(**values)
