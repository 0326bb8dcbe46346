"""Give-away wording in Chinese and English, as folded patterns; a cue for the models, never a judgement.

The lists come from published rules (Advertising Law article 9, rules on price fraud) and common market usage. A pattern
that also made a label cannot measure the detector, so metrics over simulated data flatter these cues.
"""

import re
from collections.abc import Iterable, Sequence

from oracle.features.folding import fold, join_spaced

REPLICA = re.compile(
    r"高仿|精仿|复刻|複刻|仿品|山寨|[a1一超]货|原单|尾单|同款|莆田|1\s*[:：比]\s*1|"
    r"replica|mirror quality|super ?clone|\baaa+\b|"
    r"inspired|dupe\b|unbranded|factory second|same factory|knock-?off|look-?alike|oem quality|high copy|top copy"
)
GREY = re.compile(
    r"水货|串货|窜货|海外版|欧版|美版|日版|港版|韩版|代购|平行进口|无中文标|渠道货|外贸|免税|不支持联保|店保|"
    r"parallel|gr[ea]y market|import(?:ed)? version|overseas version|international version|duty.?free|surplus|diverted|"
    r"no (?:local |official |manufacturer )?warranty|batch code (?:removed|cut)|channel stock|"
    r"(?:us|eu|jp|hk|asia|export) (?:version|edition|stock)"
)
ABSOLUTE = re.compile(
    r"国家级|最高级|最佳|最好|最优|最强|最先进|最低价|全网最低|全球第一|第一品牌|销量第一|顶级|极致|绝无仅有|独一无二|史无前例|"
    r"万能|100\s*%|百分之百|永久|立竿见影|特效|神奇|零风险|专供|特供|"
    r"\bbest\b|number one|\bno\.? ?1\b|#1|world'?s (?:first|finest|leading|only)|\bmiracle|guaranteed|permanent|"
    r"unmatched|ultimate|perfect|absolute(?:ly)?|national.level|instantly|forever|risk.?free"
)
HONEST = re.compile(  # absolute only by their letters
    r"100\s*%\s*(?:纯?棉|羊[毛绒]|真丝|纯?天然|涤纶|亚?麻|"
    r"(?:pure |organic |real |genuine )?(?:cotton|wool|silk|linen|leather|polyester))|"
    r"\bbest (?:before|by|used?|served|wishes|kept|enjoyed)|最佳(?:食用|赏味|饮用|使用|风味|口感)|"
    r"perfect (?:fit|gift|size)"
)
MEDICAL = re.compile(  # what only medicines and medical devices may claim: Advertising Law articles 16 to 18
    r"根治|治愈|治疗|疗效|包治|药到病除|无副作用|医院|医生|降(?:血)?[糖压脂]|消炎|抗癌|防癌|皱纹|失眠|颈椎病|脱发|减肥|瘦身|排毒|见效|"
    r"\bcures?\b|\bheals?\b|\btreats?\b|clinical|"
    r"side effects|wrinkles?|insomnia|blood (?:sugar|pressure)|doctors?|hospital|"
    r"pain (?:away|relief|for good)|weight loss|lose weight|detox|anti.?cancer|hair loss"
)
BOAST = re.compile(  # praise that avoids the known terms
    r"专家|权威|航天|军工|祖传|秘方|不再|再也不|告别|奇迹|见变化|人人都|所有人|唯一|从未|颠覆|革命性|"
    r"experts? (?:agree|recommend)|scientists?|aerospace|military|secret formula|never again|no longer need|everyone|"
    r"revolution|breakthrough|in (?:\d+|three|seven) days|"
    r"overnight|lasts? a lifetime|you will not believe|like no other"
)
FAKE_COMPLAINT = re.compile(
    r"假货|假的|假冒|不是正品|非正品|仿品|高仿|做工(?:粗糙|差)|验不出|查不到|防伪|盗版|冒牌|"
    r"\bfakes?\b|counterfeit|not (?:genuine|authentic|original|real)|knock-?off|replica|imitation|"
    r"logo (?:is )?(?:wrong|crooked)|serial"
)
GREY_COMPLAINT = re.compile(
    r"保修|联保|串码|涂码|刮码|外文|没有中文|批号|渠道|水货|海外|"
    r"warranty|foreign|not (?:for|meant for) (?:this|our) (?:market|country|region)|batch code|lot number|wrong region|"
    r"plug|language|import"
)
MISDESCRIBED = re.compile(
    r"不符|虚假|夸大|没(?:有)?效果|骗人|误导|无效|货不对板|"
    r"not as described|mislead|exaggerat|false claim|does(?:n't| not) work|no effect|didn'?t work|nothing like|untrue|"
    r"claims?\b|advertis"
)
PRICE_COMPLAINT = re.compile(
    r"先涨后降|虚标|原价|划线价|假打折|涨价|"
    r"never sold at|fake discount|raised the price|inflated|original price|was price|same price (?:as )?before|"
    r"no real discount"
)
PAID_REVIEW = re.compile(
    r"返现|好评返|刷单|空包|没收到|空盒|empty (?:parcel|box|package)|cash ?back|paid (?:for )?(?:this )?review|"
    r"did not order|never ordered|refund for (?:good )?review"
)


def absolute_terms(folded: str) -> int:
    """How many absolute terms the text holds, honest uses of the same letters left out."""
    return len(ABSOLUTE.findall(HONEST.sub(" ", folded))) if folded else 0


def readable(text: str | None) -> str:
    """The folded text with kept-apart letters joined, empty for none."""
    return join_spaced(fold(text)) if text else ""


def hits(pattern: re.Pattern[str], texts: Iterable[str]) -> list[int]:
    """How often `pattern` occurs in each folded text."""
    return [len(pattern.findall(text)) if text else 0 for text in texts]


def flags(pattern: re.Pattern[str], texts: Sequence[str]) -> list[int]:
    """1 where `pattern` occurs in the folded text, else 0; each distinct text is read once."""
    known = {text: int(pattern.search(text) is not None) for text in set(texts)}
    return [known[text] for text in texts]
