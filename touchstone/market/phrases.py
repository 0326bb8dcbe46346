"""What buyers write: reviews and reasons for returns, and what rings write instead. Chinese and English."""

import random

ZH_GOOD = (
    "质量很好",
    "物流很快",
    "包装仔细",
    "和描述一致",
    "颜色好看",
    "手感不错",
    "客服耐心",
    "家人很喜欢",
    "性价比可以",
    "第二次买了",
    "用了一周没问题",
    "比实体店便宜",
)
ZH_MIDDLE = ("还行吧", "一般般", "物流有点慢", "包装有点简陋", "颜色有色差", "尺寸偏小", "味道有点重", "说明书看不懂")
ZH_BAD = ("质量太差", "用两天就坏了", "客服不理人", "收到有磕碰", "不值这个价", "发错货了", "做工粗糙", "退货很麻烦")
ZH_FAKE = (
    "感觉是假货",
    "去专柜验了不是正品",
    "防伪码查不到",
    "logo印歪了",
    "和专柜买的完全不一样",
    "味道刺鼻 怀疑高仿",
    "包装字体不对",
    "扫码没有信息",
)
ZH_GREY = ("没有中文说明", "不能全国联保", "批号被刮了", "是海外版的", "插头要转换", "专柜说不是国内渠道的货")
ZH_CLAIM = ("根本没有宣传的效果", "夸大宣传", "说的神奇 用了没变化", "广告骗人", "和宣传不符")
ZH_PRICE = ("买完发现平时就这个价", "原价从来没卖过", "先涨价再打折", "划线价虚标", "活动价到结算就变了")
ZH_TAIL = ("。", "!", "~", "", "，推荐。", "，给五星", "，下次还来。", "👍", "，总体满意。", "...")
ZH_SHORT = ("好评", "此用户没有填写评价。", "不错", "很好", "满意", "默认好评")
EN_GOOD = (
    "good quality",
    "fast delivery",
    "well packed",
    "as described",
    "lovely colour",
    "feels solid",
    "helpful seller",
    "my family likes it",
    "fair price",
    "bought it again",
    "works fine after a week",
)
EN_MIDDLE = (
    "it is okay",
    "delivery was slow",
    "box was plain",
    "colour is a bit off",
    "runs small",
    "manual is hard to read",
)
EN_BAD = (
    "poor quality",
    "broke after two days",
    "seller does not answer",
    "arrived damaged",
    "not worth the money",
    "wrong item sent",
)
EN_FAKE = (
    "I think it is fake",
    "the shop said it is not genuine",
    "serial number is unknown",
    "logo is crooked",
    "nothing like the one from the store",
    "smells of glue, surely a copy",
)
EN_GREY = (
    "no local warranty",
    "manual in another language",
    "batch code removed",
    "not meant for this country",
    "needs a plug adapter",
)
EN_CLAIM = ("did not do what the advert says", "exaggerated", "no effect at all", "misleading claims")
EN_PRICE = (
    "it never sold at the old price",
    "price was raised before the sale",
    "was price is invented",
    "costs more at checkout than promised",
)
EN_TAIL = (".", "!", "", ", recommended.", ", five stars.", ", will come back.", " :)", " overall happy.")
EN_SHORT = ("Good", "ok", "Nice", "As expected", "Great", "Thanks")

ZH_RING = (
    "宝贝收到了,{a},{b},非常满意,强烈推荐给大家",
    "{a}!{b}!买了好几次了,回购无数次",
    "朋友推荐来的,{a},{b},五星好评",
    "超级喜欢,{a},而且{b},以后就认准这家店了",
)
EN_RING = (
    "Received it today, {a}, {b}, very happy, recommend to everyone",
    "{a}! {b}! Bought many times, will buy again",
    "Friend told me about it, {a} and {b}, five stars",
)

ZH_REASON = {
    "plain": ("不喜欢", "七天无理由退货", "拍错了", "尺码不合适", "不想要了"),
    "quality": ("质量问题", "商品破损", "少件", "功能故障"),
    "broken": ("运输破损", "收到碎了", "有裂纹"),
    "fake": ("假货", "怀疑假冒", "非正品", "专柜鉴定不符"),
    "grey": ("无法联保", "非国行", "没有中文标签"),
    "claim": ("与宣传不符", "没有效果", "描述不符"),
    "price": ("买贵了", "虚假优惠", "价格与活动不符"),
}
EN_REASON = {
    "plain": ("changed my mind", "no longer needed", "wrong size", "ordered by mistake"),
    "quality": ("defective", "missing parts", "poor quality"),
    "broken": ("damaged in transit", "arrived in pieces"),
    "fake": ("counterfeit", "not authentic", "suspected fake"),
    "grey": ("no warranty here", "foreign version"),
    "claim": ("not as described", "does not work as claimed"),
    "price": ("found cheaper", "not the promised price"),
}
ZH_TONE = {
    "good": ZH_GOOD,
    "middle": ZH_MIDDLE,
    "bad": ZH_BAD,
    "fake": ZH_FAKE,
    "grey": ZH_GREY,
    "claim": ZH_CLAIM,
    "price": ZH_PRICE,
}
EN_TONE = {
    "good": EN_GOOD,
    "middle": EN_MIDDLE,
    "bad": EN_BAD,
    "fake": EN_FAKE,
    "grey": EN_GREY,
    "claim": EN_CLAIM,
    "price": EN_PRICE,
}


def review(rng: random.Random, zh: bool, tone: str, product: str) -> str:
    """A review in one tone; some say next to nothing, some name the product."""
    roll = rng.random()
    if tone == "good" and roll < 0.16:
        return rng.choice(ZH_SHORT if zh else EN_SHORT)
    tones = ZH_TONE if zh else EN_TONE
    first, second = rng.choice(tones[tone]), rng.choice(tones["good" if roll < 0.7 else "middle"])
    parts = [first] if tone not in ("good", "middle") or roll > 0.8 or first == second else [first, second]
    if roll < 0.3:
        parts.insert(0, product)
    if zh:
        return ("，" if roll < 0.6 else " ").join(parts) + rng.choice(ZH_TAIL if tone == "good" else ZH_TAIL[:4])
    return ", ".join(parts).capitalize() + rng.choice(EN_TAIL if tone == "good" else EN_TAIL[:3])


def ring_script(rng: random.Random, zh: bool) -> str:
    """What a ring's members are told to write about one listing."""
    goods = rng.sample(ZH_GOOD if zh else EN_GOOD, 2)
    return rng.choice(ZH_RING if zh else EN_RING).format(a=goods[0], b=goods[1])


def ring_review(rng: random.Random, zh: bool, script: str) -> str:
    """The script with the small changes that are meant to hide it."""
    text = script
    if rng.random() < 0.5:
        goods = ZH_GOOD if zh else EN_GOOD
        for word in goods:
            if word in text:
                text = text.replace(word, rng.choice(goods), 1)
                break
    return text + rng.choice(("", "!", "！", "。", "~", " ❤", "👍👍", "!!"))
