"""Sellers: authorised shops, resellers, young shops of counterfeiters, grey importers, the shops of brushing
operators.

What a role tends to look like overlaps on purpose: a tenth of the resellers is as young as the shops of
counterfeiters, and a fifth of those bought an old account.
"""

import random
from collections.abc import Iterable

from touchstone.market.records import MARKETPLACES, Seller

DAY = 86_400
ZH_NAMES = (
    "云集",
    "优品",
    "安心",
    "鹿鸣",
    "青柠",
    "好物",
    "星河",
    "半夏",
    "栖木",
    "晴川",
    "东篱",
    "知味",
    "拾光",
    "万家",
    "元气",
)
ZH_TAILS = ("优选店", "百货", "生活馆", "专营店", "小铺", "数码", "严选", "名品店", "商行")
EN_NAMES = (
    "Harbour",
    "Pinewood",
    "Blue Door",
    "Lantern",
    "Corner",
    "Maple",
    "Silverline",
    "Northgate",
    "Tidal",
    "Copper",
)
EN_TAILS = ("Store", "Goods", "Outlet", "Trading", "Supply", "Boutique", "Market")
PLACES = (
    "浙江杭州",
    "广东深圳",
    "广东广州",
    "福建莆田",
    "江苏苏州",
    "上海",
    "北京",
    "四川成都",
    "山东青岛",
    "河南郑州",
    "浙江义乌",
    "香港",
)
# Weights of PLACES: roles lean to some of them, honest shops are in all.
WEIGHTS = {"counterfeiter": (8, 14, 18, 14, 6, 4, 3, 4, 4, 6, 15, 4), "grey": (6, 22, 14, 2, 5, 12, 6, 4, 6, 4, 5, 14)}
PLAIN = (12, 11, 12, 5, 9, 10, 9, 7, 7, 7, 8, 3)


def age_days(rng: random.Random, role: str) -> int:
    if role == "counterfeiter":
        return rng.randint(400, 2_600) if rng.random() < 0.22 else int(rng.triangular(8, 420, 60))
    if role == "operator":
        return rng.randint(300, 2_000) if rng.random() < 0.35 else int(rng.triangular(20, 700, 150))
    if role == "grey":
        return int(rng.triangular(40, 2_200, 300))
    if role == "authorised":
        return rng.randint(500, 3_600)
    return int(rng.triangular(10, 300, 90)) if rng.random() < 0.12 else rng.randint(200, 3_400)


def rating(rng: random.Random, role: str) -> int:
    mean, spread = {"counterfeiter": (446, 22), "operator": (474, 14), "grey": (462, 18), "authorised": (480, 9)}.get(
        role, (468, 16)
    )
    return max(320, min(500, round(rng.gauss(mean, spread))))


class Shops:
    """All sellers of a market, by marketplace and role."""

    def __init__(self, rng: random.Random, now: int, listings: int, authorised: Iterable[tuple[str, str]]) -> None:
        self.rng, self.now = rng, now
        self.all: dict[tuple[str, str], Seller] = {}
        self.taken = {seller for _, seller in authorised}
        self.pools: dict[tuple[str, str], list[Seller]] = {}
        for market, seller in authorised:
            self.open(market, "authorised", seller)
        shares = {"aurora-shop": 0.4, "bazaar-pages": 0.2, "grand-mall": 0.4}
        for market in MARKETPLACES:
            size = listings * shares[market]
            for role, each in (("reseller", 9), ("counterfeiter", 55), ("grey", 80)):
                for _ in range(max(2, round(size / each))):
                    self.open(market, role)

    def open(self, market: str, role: str, seller_id: str | None = None) -> Seller:
        rng = self.rng
        while seller_id is None or (role != "authorised" and seller_id in self.taken):
            seller_id = f"s{rng.randrange(100_000, 1_000_000)}"
        self.taken.add(seller_id)
        zh = rng.random() < (0.55 if market == "aurora-shop" else 0.85)
        name = rng.choice(ZH_NAMES) + rng.choice(ZH_TAILS) if zh else f"{rng.choice(EN_NAMES)} {rng.choice(EN_TAILS)}"
        place = rng.choices(PLACES, WEIGHTS.get(role, PLAIN))[0]
        seller = Seller(
            market,
            seller_id,
            name,
            self.now - age_days(rng, role) * DAY - rng.randrange(DAY),
            rating(rng, role),
            place,
            role,
        )
        self.all[market, seller_id] = seller
        self.pools.setdefault((market, role), []).append(seller)
        return seller

    def draw(self, market: str, role: str) -> Seller:
        return self.rng.choice(self.pools[market, role])
