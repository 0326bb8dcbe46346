"""Words of listings and promotions: titles, descriptions, disguises of a brand name, claims; Chinese and English."""

import random

LOOK_ALIKES = {"a": "а", "e": "е", "o": "о", "r": "г", "n": "п", "V": "Ѵ", "L": "ᒪ", "y": "у", "u": "υ"}
ZH_DISGUISES = {"岚屿": ("岚山与", "岚 屿", "岚.屿", "嵐嶼", "岚与", "LANYU/岚屿款", "兰屿")}

ZH_PLAIN = ("正品", "包邮", "现货", "顺丰发货", "官方正品", "专柜同步", "新款", "送礼", "七天无理由", "全国联保", "")
EN_PLAIN = ("Free Shipping", "In Stock", "New", "Authentic", "Gift Boxed", "Ships Today", "")
ZH_AUTHORISED = ("官方旗舰", "品牌授权", "旗舰店正品", "官方直营")
EN_AUTHORISED = ("Official Store", "Authorised Dealer", "Official")
ZH_COPY = ("原单", "同款", "1:1", "顶级复刻", "原厂尾单", "大牌同款", "工厂直销 高品质", "懂的来", "支持专柜验货")
EN_COPY = (
    "1:1 quality",
    "mirror quality",
    "factory original",
    "inspired",
    "same factory",
    "top grade",
    "you know what",
)
ZH_GREY = ("平行进口", "海外版", "港版", "欧版", "代购", "无中文标", "海外直邮", "店保一年", "免税店渠道")
EN_GREY = (
    "Parallel Import",
    "International Version",
    "EU version",
    "Duty Free Stock",
    "Export Edition",
    "store warranty",
)
ZH_CLEAR = ("清仓", "断码", "尾货清仓", "换季特卖", "临期特惠", "盒损特价")
EN_CLEAR = ("Clearance", "End of Season", "Last Pieces", "Box Damaged", "Closeout")
ZH_USED = ("二手", "9成新", "闲置转让", "展示样机", "库存旧款")
EN_USED = ("Used", "Pre-owned", "Open Box", "Display Model", "Old Stock")
ZH_COLLECT = ("绝版收藏", "首批编号", "停产款", "限量收藏")
EN_COLLECT = ("Discontinued", "First Run Numbered", "Collector's Item", "Limited")

ZH_ABSOLUTE = (
    "国家级品质",
    "全球第一品牌",
    "最佳选择 全网第一",
    "100%有效",
    "顶级享受 绝无仅有",
    "行业最高级",
    "销量第一",
)
EN_ABSOLUTE = (
    "The world's No.1",
    "Best in the world, guaranteed",
    "100% effective",
    "National-level quality",
    "Perfect, unmatched",
)
ZH_MEDICAL = ("根治颈椎病", "七天消除皱纹 无副作用", "治愈失眠", "医院推荐 药到病除", "降血糖降血压 立竿见影")
EN_MEDICAL = (
    "Cures neck pain for good",
    "Removes wrinkles in 7 days, no side effects",
    "Treats insomnia",
    "Clinically proven to lower blood sugar",
)
ZH_SUBTLE = ("用过的人都不再去医院", "三天见变化,不信你试", "专家一致认可的技术", "航天同源材料,别家没有", "越用越年轻")
EN_SUBTLE = (
    "Nobody who used it went back to a doctor",
    "See the change in three days",
    "Experts agree on it",
    "Makes you ten years younger",
)
# Honest words that look like absolute or medical claims.
ZH_INNOCENT = (
    "最后一天",
    "100%纯棉收纳袋",
    "第一次购买立减10元",
    "最佳赏味期18个月",
    "最多可叠加三张券",
    "送给最好的她",
    "永久免费刻字",
)
EN_INNOCENT = (
    "Best before 18 months",
    "100% cotton pouch",
    "No.1 size fits most",
    "Best wishes card included",
    "Perfect gift",
    "First order -10",
)

BRANDS_BOTH = {"岚屿": "岚屿/Lanyu", "Verrano": "Verrano/维拉诺"}
OTHER_BRANDS = (
    "青禾",
    "Nordhaus",
    "木野",
    "Calder & Finch",
    "山舍",
    "Ostara",
    "小满家",
    "Brightwell",
    "禾田",
    "Kestrel Works",
)
OTHER_GOODS = (
    ("waterbottle", "Steel Water Bottle 750 ml", "不锈钢保温杯750ml", 89, 10),
    ("backpack", "City Backpack 20 L", "城市双肩包20L", 239, 18),
    ("keyboard", "Mechanical Keyboard 87 Keys", "87键机械键盘", 329, 9),
    ("towel", "Cotton Bath Towel Set", "纯棉浴巾套装", 119, 24),
    ("teaware", "Glass Teapot 600 ml", "耐热玻璃茶壶600ml", 98, 21),
    ("headphones", "In-Ear Headphones", "入耳式耳机", 159, 9),
    ("watch", "Quartz Watch", "石英腕表", 459, 14),
    ("shoes", "Canvas Shoes", "帆布鞋", 189, 25),
    ("skincare", "Aloe Gel", "芦荟胶", 49, 3),
    ("lamp", "LED Desk Lamp", "LED护眼台灯", 149, 11),
)

ZH_TEXT = (
    "{name},{pick}。现货48小时内发货。",
    "商品名称:{name}。材质与规格见图,{pick}。",
    "{pick}。{name},支持七天无理由退换。",
    "本店出售{name},{pick},如有问题请联系客服。",
)
EN_TEXT = (
    "{name}. {pick}. Ships within 48 hours.",
    "Product: {name}. See pictures for material and size. {pick}.",
    "{pick}. {name}, returns accepted within seven days.",
    "We sell {name}. {pick}. Please write to us with any question.",
)
ZH_PICKS = ("包装完好", "做工细致", "送礼自用皆可", "颜色以实物为准", "开具发票", "假一赔十", "图片实拍", "老客户优惠")
EN_PICKS = (
    "Box and papers included",
    "Carefully made",
    "A good gift",
    "Colour may vary",
    "Invoice on request",
    "Photographs of the real item",
)

ZH_PROMO = (
    "限时特惠,{claim}",
    "店庆活动 {claim}",
    "双节同庆,第二件半价 {claim}",
    "直播间专享价 {claim}",
    "满减后到手价 {claim}",
)
EN_PROMO = (
    "Limited offer. {claim}",
    "Anniversary sale. {claim}",
    "Weekend deal, second item half price. {claim}",
    "Members' price. {claim}",
)


def pick(rng: random.Random, zh: bool, chinese: tuple[str, ...], english: tuple[str, ...]) -> str:
    return rng.choice(chinese if zh else english)


def disguise(rng: random.Random, brand: str) -> str:
    """The brand name written so that a filter misses it and a shopper does not."""
    if brand in ZH_DISGUISES and rng.random() < 0.7:
        return rng.choice(ZH_DISGUISES[brand])
    roll = rng.random()
    word = brand if brand.isascii() else "Lanyu"
    if roll < 0.45:
        letters = [c for c in word if c in LOOK_ALIKES]
        chosen = rng.choice(letters) if letters else ""
        return word.replace(chosen, LOOK_ALIKES[chosen], 1) if chosen else word
    if roll < 0.7:
        return " ".join(word)
    if roll < 0.85:
        return word.replace("o", "0").replace("a", "@", 1)
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def describe(rng: random.Random, zh: bool, name: str, extra: str = "") -> str:
    text = pick(rng, zh, ZH_TEXT, EN_TEXT).format(name=name, pick=pick(rng, zh, ZH_PICKS, EN_PICKS))
    return f"{text}{'' if zh else ' '}{extra}" if extra else text


def false_claim(rng: random.Random, zh: bool, health: bool) -> str:
    """A claim that the advertising law forbids; a quarter avoids the well-known terms."""
    if rng.random() < 0.25:
        return pick(rng, zh, ZH_SUBTLE, EN_SUBTLE)
    if health and rng.random() < 0.65:
        return pick(rng, zh, ZH_MEDICAL, EN_MEDICAL)
    return pick(rng, zh, ZH_ABSOLUTE, EN_ABSOLUTE)
