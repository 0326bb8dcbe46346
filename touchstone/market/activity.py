"""What happens around the listings: sales, reviews, returns, promotions."""

import random
from dataclasses import dataclass

from touchstone.market import phrases, prices, wording
from touchstone.market.offers import Offer
from touchstone.market.records import Promotion, Return, Sales
from touchstone.market.shops import DAY

Draft = tuple[int, str, int, str, int, str]  # posted at, marketplace, listing index, reviewer, rating, text
HORIZON = 300 * DAY  # nothing older is shown


@dataclass
class Crowd:
    """The reviewers of one marketplace: most are seen once or twice, a few write a lot."""

    rng: random.Random
    size: int

    def one(self) -> str:
        skew = self.rng.random()
        return f"u{10_000 + int(self.size * (skew if self.rng.random() < 0.8 else skew**3))}"


def orders_of(rng: random.Random, offer: Offer) -> int:
    middle = {"counterfeit": 3.4, "grey": 3.2, "authorised": 3.6, "used": 1.2, "collectors": 0.9}.get(
        offer.profile, 3.0
    )
    orders = int(rng.lognormvariate(middle, 0.9))
    if offer.ring is not None:
        orders += rng.randint(15, 160)
    elif rng.random() < 0.05:
        orders = orders * 4 + 40  # an honest bestseller
    return min(orders, 3_000) if offer.available else orders // 4


def sales_of(rng: random.Random, offer: Offer, listing_id: str, orders: int, month: str) -> Sales:
    """Units without visits mark a ring that sends nothing; group buying outside the shop looks alike."""
    units = int(orders * rng.uniform(1.0, 1.35))
    if offer.ring is not None:
        per = rng.uniform(1.2, 5.0) if rng.random() < 0.65 else rng.uniform(5.0, 22.0)
        buyers = rng.uniform(0.35, 0.95)
    else:
        per = rng.uniform(2.5, 9.0) if rng.random() < 0.07 else rng.uniform(12.0, 70.0)
        buyers = rng.uniform(0.82, 1.0)
    return Sales(
        offer.market, listing_id, units, orders, int(orders * buyers), int(orders * per) + rng.randrange(30), month
    )


def tone_of(rng: random.Random, offer: Offer, careful: bool) -> tuple[str, int]:
    """The tone of one honest buyer's review and its stars."""
    roll = rng.random()
    special = {"counterfeit": "fake", "grey_market": "grey", "false_advertising": "claim", "price_fraud": "price"}
    chances = {
        "counterfeit": 0.05 if careful else 0.24,
        "grey_market": 0.13,
        "false_advertising": 0.12,
        "price_fraud": 0.08,
    }
    for kind in sorted(offer.kinds & special.keys()):
        if roll < chances[kind]:
            return special[kind], rng.choices((1, 2, 3), (0.6, 0.3, 0.1))[0]
        roll = rng.random()
    if roll < 0.012:
        return rng.choice(("fake", "grey", "claim", "price")), rng.choice((1, 2, 3))  # mistaken, or a rival's word
    if roll < (0.13 if offer.fragile else 0.08) + (0.05 if "counterfeit" in offer.kinds else 0):
        return "bad", rng.choice((1, 1, 2, 3))
    return ("middle", rng.choice((3, 4, 4))) if roll < 0.24 else ("good", rng.choice((5, 5, 5, 5, 4)))


def reviews_of(
    rng: random.Random, now: int, offer: Offer, index: int, orders: int, crowd: Crowd, ring: list[str]
) -> list[Draft]:
    start = max(offer.published_at, now - HORIZON)
    span = max(DAY, now - start - 3_600)
    count = min(80, int(rng.lognormvariate(1.8, 0.75) * (0.35 + min(orders, 120) / 60)))
    careful = rng.random() < 0.3
    burst = start + rng.random() * max(0, span - 3 * DAY) if rng.random() < 0.06 else None  # an honest campaign
    rows: list[Draft] = []
    for _ in range(count):
        tone, stars = tone_of(rng, offer, careful)
        at = burst + rng.random() * 3 * DAY if burst is not None and rng.random() < 0.6 else start + rng.random() * span
        if burst is not None and tone == "good" and rng.random() < 0.25:
            text = "活动价入手,很划算" if offer.zh else "Bought in the sale, good deal"
        else:
            text = phrases.review(rng, offer.zh if rng.random() < 0.93 else not offer.zh, tone, offer.name)
        rows.append((min(int(at), now - 60), offer.market, index, crowd.one(), stars, text))
    if ring:
        members = rng.sample(ring, min(len(ring), rng.randint(6, 20)))
        script, first = phrases.ring_script(rng, offer.zh), start + rng.random() * max(0, span - 4 * DAY)
        width = rng.uniform(0.5, 3.5) * DAY if rng.random() < 0.8 else span * 0.6  # a fifth of the rings takes its time
        for member in members:
            if rng.random() < 0.12:
                script = phrases.ring_script(rng, offer.zh)
            text = (
                phrases.ring_review(rng, offer.zh, script)
                if rng.random() < 0.85
                else phrases.review(rng, offer.zh, "good", offer.name)
            )
            rows.append(
                (
                    min(int(first + rng.random() * width), now - 60),
                    offer.market,
                    index,
                    member,
                    5 if rng.random() < 0.94 else 4,
                    text,
                )
            )
    return rows


def reason_of(rng: random.Random, offer: Offer) -> str:
    special = {
        "counterfeit": ("fake", 0.42),
        "grey_market": ("grey", 0.3),
        "false_advertising": ("claim", 0.3),
        "price_fraud": ("price", 0.22),
    }
    for kind in sorted(offer.kinds & special.keys()):
        if rng.random() < special[kind][1]:
            return special[kind][0]
    if rng.random() < 0.025:
        return rng.choice(("fake", "grey", "claim", "price"))
    if offer.fragile and rng.random() < 0.5:
        return "broken"
    return "plain" if rng.random() < 0.6 else "quality"


def returns_of(rng: random.Random, now: int, offer: Offer, listing_id: str, orders: int) -> list[Return]:
    real = orders // 3 if offer.ring is not None else orders  # what a ring ordered is never sent back
    rate = rng.uniform(0.004, 0.045)
    if "counterfeit" in offer.kinds:
        rate = rng.uniform(0.03, 0.2)
    elif offer.fragile:
        rate = rng.uniform(0.02, 0.14)
    elif offer.kinds & {"grey_market", "false_advertising", "price_fraud"}:
        rate = rng.uniform(0.01, 0.09)
    count = min(25, int(real * rate + rng.random()))
    span = max(DAY, min(now - offer.published_at, 60 * DAY))
    rows = []
    for _ in range(count):
        reason, zh = reason_of(rng, offer), offer.zh if rng.random() < 0.95 else not offer.zh
        said = rng.choice((phrases.ZH_REASON if zh else phrases.EN_REASON)[reason])
        tone = {"plain": "middle", "quality": "bad", "broken": "bad"}.get(reason, reason)
        text = phrases.review(rng, zh, tone, offer.name) if rng.random() < 0.5 else ""
        rows.append(Return(offer.market, "", listing_id, said, text, now - 60 - int(rng.random() * span)))
    return rows


def promotion_of(rng: random.Random, now: int, offer: Offer, listing_id: str) -> Promotion | None:
    """A promotion, mostly honest: it promises what the listing charges and crosses out the list price."""
    needed = bool(offer.claim) or offer.bait or ("price_fraud" in offer.kinds and rng.random() < 0.75)
    if offer.price_fen is None or not (needed or rng.random() < 0.3):
        return None
    claimed, crossed = offer.price_fen, offer.list_fen
    if offer.bait:
        claimed = int(claimed * rng.uniform(0.55, 0.85) // 100) * 100
    elif rng.random() < 0.15:
        claimed = int(claimed * rng.uniform(0.88, 0.98) // 100) * 100  # with a coupon that anyone can take
    words = offer.claim or (
        wording.pick(rng, offer.zh, wording.ZH_INNOCENT, wording.EN_INNOCENT) if rng.random() < 0.45 else ""
    )
    text = wording.pick(rng, offer.zh, wording.ZH_PROMO, wording.EN_PROMO).format(claim=words).strip()
    starts = now - rng.randint(0, 20) * DAY - rng.randrange(DAY)
    return Promotion(
        offer.market,
        "",
        listing_id,
        text,
        claimed,
        prices.report_text(rng, claimed),
        crossed,
        None if crossed is None else prices.report_text(rng, crossed),
        starts,
        starts + rng.randint(2, 45) * DAY,
    )
