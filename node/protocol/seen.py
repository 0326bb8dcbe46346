"""What the signers say they saw of the listing and the seller asked about; what several saw alike is told once.

That they signed it is proven; that the marketplace showed it is their word.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from node.protocol.answer import Ask, SignedAnswer
from node.protocol.verdict import Words
from node.protocol.wording import quoted

LISTING, SELLER = "listing", "seller"  # types of observations
SHOWN: tuple[tuple[str, str, Words], ...] = (  # type, field, label
    (LISTING, "title", ("title", "标题")),
    (LISTING, "price_raw", ("price", "价格")),
    (LISTING, "currency", ("currency", "币种")),
    (LISTING, "list_price_raw", ("crossed-out price", "划线价")),
    (LISTING, "brand_raw", ("brand", "品牌")),
    (LISTING, "gtin_raw", ("product number", "条码")),
    (LISTING, "description", ("description", "描述")),
    (SELLER, "seller_name", ("shop", "店铺")),
    (SELLER, "location", ("place", "所在地")),
)


@dataclass(frozen=True)
class Seen:
    """What these bureaus saw alike: texts by their place in `SHOWN`; a field that is empty, hidden or erased is not there."""

    bureaus: tuple[int, ...]
    texts: tuple[tuple[int, str], ...]

    def labelled(self) -> list[tuple[Words, str]]:
        return [(SHOWN[place][2], text) for place, text in self.texts]


def seen_by(ask: Ask, answers: Iterable[SignedAnswer]) -> list[Seen]:
    """What each signer's observations show of what was asked about, in the order of the signers."""
    found: dict[tuple[tuple[int, str], ...], list[int]] = {}
    for signed in answers:
        texts = _texts(ask, signed)
        if texts:
            found.setdefault(texts, []).append(signed.answer.bureau)
    return [Seen(tuple(bureaus), texts) for texts, bureaus in found.items()]


def seen_words(seen: Seen) -> Words:
    """The claim."""
    who = ", ".join(map(str, seen.bureaus))
    english = ", ".join(f"{label[0]} {quoted(text)}" for label, text in seen.labelled())
    chinese = "，".join(f"{label[1]}{quoted(text)}" for label, text in seen.labelled())
    bureaus = "Bureaus" if len(seen.bureaus) > 1 else "Bureau"
    return f"{bureaus} {who} signed to have seen: {english}.", f"机关 {who} 签名陈述所见：{chinese}。"


def _texts(ask: Ask, signed: SignedAnswer) -> tuple[tuple[int, str], ...]:
    """The first observation of each type about what was asked speaks."""
    wanted = {LISTING: ("listing_id", ask.listing_id), SELLER: ("seller_id", ask.seller_id)}
    spoken: dict[str, dict[str, object]] = {}
    for values in (each.values() for each in signed.observations):
        kind = values.get("type")
        if not isinstance(kind, str) or kind not in wanted or kind in spoken:
            continue
        name, wanted_id = wanted[kind]
        if wanted_id is not None and values.get("marketplace") == ask.marketplace and values.get(name) == wanted_id:
            spoken[kind] = dict(values)
    texts = [(place, spoken.get(kind, {}).get(name)) for place, (kind, name, _) in enumerate(SHOWN)]
    return tuple((place, text) for place, text in texts if isinstance(text, str) and text)
