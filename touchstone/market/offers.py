"""Offers before they have ids: who sells what, at what price, in which words, and what is wrong with it.

The profiles and their shares are in `SHARES`, the module `violations` lays more over them; the module `simulator` tells
the assumptions.
"""

import hashlib
import random
from dataclasses import dataclass, field

from touchstone.market import wording
from touchstone.market.catalog import BY_CODE, CatalogProduct, gtin14, tidy
from touchstone.market.records import Seller
from touchstone.market.shops import DAY, Shops

MARKET_SHARES = (("aurora-shop", 0.4), ("bazaar-pages", 0.2), ("grand-mall", 0.4))
SHARES = {
    "counterfeit": 0.048,
    "grey": 0.040,
    "other": 0.20,
    "authorised": 0.24,
    "clearance": 0.06,
    "used": 0.03,
    "collectors": 0.012,
}
ENGLISH = {"aurora-shop": 0.5, "bazaar-pages": 0.35, "grand-mall": 0.12}


@dataclass(slots=True)
class Offer:
    """One listing in the making."""

    market: str
    profile: str
    product: CatalogProduct | None
    zh: bool
    seller: Seller
    name: str
    brand: str | None
    category: str
    title: str = ""
    gtin: str | None = None
    price_fen: int | None = None
    worth_fen: int = 0  # what the goods are worth when honest: the base of claims
    list_fen: int | None = None
    description: str = ""
    image: str | None = None
    published_at: int = 0
    available: bool = True
    kinds: set[str] = field(default_factory=set)
    ring: int | None = None
    bait: bool = False  # price fraud by a promised price that is not charged
    claim: str = ""  # a forbidden claim, said in the promotion
    recorded: int | None = None

    @property
    def health(self) -> bool:
        return self.category in BY_CODE and BY_CODE[self.category].health

    @property
    def fragile(self) -> bool:
        return self.category == "teaware" or (self.category in BY_CODE and BY_CODE[self.category].fragile)


def picture(*parts: object) -> str:
    """The address of a picture; equal parts give the same picture. Nothing is served there."""
    return f"https://img.example/{hashlib.sha256(repr(parts).encode()).hexdigest()[:20]}.jpg"


def quotas(listings: int) -> list[str]:
    """The profile of every listing, unshuffled; every profile occurs, in small markets too."""
    counts = {profile: max(1, round(share * listings)) for profile, share in SHARES.items()}
    profiles = [profile for profile, count in counts.items() for _ in range(count)]
    return (profiles + ["reseller"] * listings)[:listings]


def build(
    rng: random.Random, now: int, products: tuple[CatalogProduct, ...], shops: Shops, listings: int
) -> list[Offer]:
    """All offers of the market, in random order."""
    profiles = quotas(listings)
    markets = [m for m, share in MARKET_SHARES for _ in range(round(share * listings))]
    markets = (markets + ["grand-mall"] * listings)[:listings]
    rng.shuffle(markets)
    popular = rng.choices(range(1, 6), k=len(products))
    offers = [
        _other(rng, market, shops)
        if profile == "other"
        else _registered(rng, market, profile, rng.choices(products, popular)[0], shops)
        for profile, market in zip(profiles, markets, strict=True)
    ]
    for offer in offers:
        _date(rng, now, offer)
    rng.shuffle(offers)
    return offers


def _seller(rng: random.Random, market: str, profile: str, product: CatalogProduct | None, shops: Shops) -> Seller:
    """Mostly the shop one expects; sometimes another, so that a shop alone gives nothing away."""
    roll = rng.random()
    if profile == "authorised" and product is not None:
        return shops.all[rng.choice([key for key in product.authorised if key[0] == market])]
    if profile == "counterfeit":
        return shops.draw(market, "counterfeiter" if roll < 0.78 else "reseller")
    if profile == "grey":
        return shops.draw(market, "grey" if roll < 0.6 else "reseller")
    return shops.draw(market, "counterfeiter" if roll < 0.02 else "grey" if roll < 0.07 else "reseller")


def _factor(rng: random.Random, profile: str) -> float:
    """The price as a part of the reference price."""
    roll = rng.random()
    if profile == "counterfeit":
        return (
            rng.uniform(0.10, 0.45)
            if roll < 0.66
            else rng.uniform(0.45, 0.72)
            if roll < 0.82
            else rng.uniform(0.75, 0.99)
        )
    if profile == "grey":
        return rng.triangular(0.55, 0.80, 0.68) if roll < 0.9 else rng.uniform(0.80, 0.90)
    if profile == "used":
        return rng.uniform(0.25, 0.65)
    if profile == "clearance":
        return rng.uniform(0.48, 0.82)
    if profile == "collectors":
        return rng.uniform(1.25, 2.6)
    if profile == "authorised":
        return rng.uniform(0.76, 0.92) if roll < 0.2 else rng.uniform(0.93, 1.02)
    return rng.triangular(0.76, 1.06, 0.93)


def _registered(rng: random.Random, market: str, profile: str, product: CatalogProduct, shops: Shops) -> Offer:
    zh = rng.random() >= ENGLISH[market]
    name = product.name_zh if zh else product.name_en
    offer = Offer(
        market,
        profile,
        product,
        zh,
        _seller(rng, market, profile, product, shops),
        name,
        product.brand,
        product.category,
    )
    offer.price_fen = tidy(product.reference_price_fen * _factor(rng, profile))
    offer.worth_fen = product.reference_price_fen
    offer.kinds = {"counterfeit": {"counterfeit"}, "grey": {"grey_market"}}.get(profile, set())
    _title(rng, offer, product)
    offer.gtin = _gtin(rng, profile, product.gtin14)
    official = rng.random() < {"authorised": 0.95, "counterfeit": 0.45, "used": 0.1}.get(profile, 0.6)
    offer.image = picture(product.gtin14) if official else picture(rng.random())
    if profile == "counterfeit" and rng.random() < 0.05:
        offer.image = None
    if profile == "counterfeit" and market != "aurora-shop" and rng.random() < 0.12:
        offer.price_fen = None  # asked for by message only
    if offer.price_fen is not None and rng.random() < 0.4:
        offer.list_fen = tidy(product.reference_price_fen * rng.uniform(0.97, 1.12 if rng.random() < 0.9 else 1.3))
        if offer.list_fen <= offer.price_fen:
            offer.list_fen = None
    return offer


def _title(rng: random.Random, offer: Offer, product: CatalogProduct) -> None:
    zh, profile, name, brand = offer.zh, offer.profile, offer.name, product.brand
    words, extra = [wording.pick(rng, zh, wording.ZH_PLAIN, wording.EN_PLAIN)], ""
    pools = {
        "grey": (0.55, wording.ZH_GREY, wording.EN_GREY),
        "clearance": (0.75, wording.ZH_CLEAR, wording.EN_CLEAR),
        "used": (0.8, wording.ZH_USED, wording.EN_USED),
        "collectors": (0.7, wording.ZH_COLLECT, wording.EN_COLLECT),
        "authorised": (0.6, wording.ZH_AUTHORISED, wording.EN_AUTHORISED),
        "counterfeit": (0.42, wording.ZH_COPY, wording.EN_COPY),
    }
    if profile in pools:
        chance, chinese, english = pools[profile]
        if rng.random() < chance:
            word = wording.pick(rng, zh, chinese, english)
            if rng.random() < 0.75:
                words.append(word)
            else:
                extra = word
    elif rng.random() < 0.02:
        words.append(
            wording.pick(
                rng, zh, ("外贸", "同款配件可用", "海外仓"), ("import quality", "compatible with all", "overseas stock")
            )
        )
    if "维拉诺" in name and rng.random() < 0.5:
        name = name.replace("维拉诺", "Verrano", 1)
    shown = next(word for word in (brand, "Lanyu", "维拉诺") if word in name)
    if profile == "counterfeit" and rng.random() < 0.5:
        disguised = wording.disguise(rng, brand)
        name = name.replace(shown, disguised, 1)
        offer.brand = rng.choice((disguised, None, brand, wording.disguise(rng, brand)))
    elif profile not in ("authorised",):
        roll = rng.random()
        offer.brand = (
            None
            if roll < 0.06
            else brand.upper()
            if roll < 0.14
            else wording.BRANDS_BOTH[brand]
            if roll < 0.24
            else brand
        )
        if roll > 0.97:
            name = name.replace(shown, shown.lower() if shown.isascii() else f"{shown} Lanyu", 1)
    words = [word for word in words if word]
    front = rng.random() < 0.4
    offer.title = " ".join([*words, name] if front else [name, *words])
    if rng.random() < 0.12:
        innocent = wording.pick(rng, zh, wording.ZH_INNOCENT, wording.EN_INNOCENT)
        extra = f"{extra} {innocent}".strip()
    offer.description = wording.describe(rng, zh, offer.name if profile != "counterfeit" else name, extra)


def _gtin(rng: random.Random, profile: str, gtin: str) -> str | None:
    """As barcodes are written: 13 or 14 digits, sometimes with spaces, mistyped or left out."""
    missing, wrong = {"counterfeit": (0.42, 0.08), "authorised": (0.02, 0.0), "used": (0.45, 0.02)}.get(
        profile, (0.16, 0.02)
    )
    roll = rng.random()
    if roll < missing:
        return None
    if roll < missing + wrong:
        at = rng.randrange(5, 13)
        return gtin[1:at] + str((int(gtin[at]) + rng.randint(1, 9)) % 10) + gtin[at + 1 :]
    roll = rng.random()
    return gtin if roll < 0.12 else f"{gtin[1]} {gtin[2:8]} {gtin[8:]}" if roll < 0.17 else gtin[1:]


def _other(rng: random.Random, market: str, shops: Shops) -> Offer:
    """Goods of brands that are not registered; some shops of counterfeiters carry them as well."""
    zh = rng.random() >= ENGLISH[market]
    category, english, chinese, yuan, _ = rng.choice(wording.OTHER_GOODS)
    brand = rng.choice(wording.OTHER_BRANDS)
    name = f"{brand} {chinese if zh else english}"
    role = rng.choices(("reseller", "counterfeiter", "grey"), (0.86, 0.09, 0.05))[0]
    offer = Offer(
        market, "other", None, zh, shops.draw(market, role), name, brand if rng.random() < 0.9 else None, category
    )
    offer.worth_fen = tidy(yuan * 100 * rng.uniform(0.7, 1.6))
    offer.price_fen = tidy(offer.worth_fen * rng.triangular(0.6, 1.05, 0.93))
    offer.list_fen = offer.worth_fen if rng.random() < 0.35 and offer.worth_fen > offer.price_fen else None
    word = wording.pick(rng, zh, wording.ZH_PLAIN, wording.EN_PLAIN)
    extra = wording.pick(rng, zh, wording.ZH_INNOCENT, wording.EN_INNOCENT) if rng.random() < 0.12 else ""
    offer.title = f"{name} {word}".strip()
    offer.description = wording.describe(rng, zh, name, extra)
    number = int.from_bytes(hashlib.sha256(f"{brand}{english}".encode()).digest()[:4]) % 1_000_000
    offer.gtin = gtin14(f"952800{number:06d}")[1:] if rng.random() < 0.6 else None
    offer.image = picture(brand, english) if rng.random() < 0.6 else picture(rng.random())
    return offer


def _date(rng: random.Random, now: int, offer: Offer) -> None:
    opened = (now - offer.seller.registered_at) // DAY
    longest = max(3, min(opened, 700 if offer.profile in ("clearance", "used", "collectors") else 420))
    days = min(longest, int(rng.expovariate(1 / (45 if offer.profile == "counterfeit" else 150))) + 1)
    offer.published_at = now - days * DAY - rng.randrange(DAY)
    offer.available = rng.random() > 0.03
