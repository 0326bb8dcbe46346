"""The market simulator: the same (seed, listings, now) gives the same market, with the truth of every listing.

Assumptions, all invented and none measured on a real market:

- Shares: 40 % of the listings in aurora-shop, 20 % in bazaar-pages, 40 % in grand-mall. A fifth are of unregistered
  brands (four of them recorded Shopify and schema.org samples); 24 % by authorised sellers, 6 % clearance, 3 % used
  or old stock, 1.2 % collectors' items, 4 % grey goods, 4.8 % counterfeits, the rest honest resale. Brushing (3.2
  %), false advertising (3.5 %) and price fraud (3.2 %) come on top of any of these, counterfeits more often, so
  that 15–20 % of all listings carry some violation.
- Prices, as a part of the reference price: authorised 0.76–1.02, resale 0.76–1.06, clearance 0.48–0.82, used
  0.25–0.65, collectors 1.25–2.6, grey 0.55–0.80 (a tenth up to 0.90), counterfeits 0.10–0.45 (two thirds),
  0.45–0.72, and 0.75–0.99 camouflaged (18 %). Some counterfeits state no price.
- Words: half of the counterfeits disguise the brand, four in ten use copy words, 45 % carry the official picture,
  42 % no barcode; half of the grey goods say so. A quarter of the forbidden claims avoid the known terms, and
  honest listings say "100%纯棉" or "Best before".
- Sellers: shops of counterfeiters are young, but a fifth bought an old account, a fifth of the fakes sit in
  ordinary shops, and these shops sell honest goods too. One in eight honest shops is young. Grey goods sit in
  ordinary shops in two of five cases.
- Brushing: operators with several shops share a ring of reviewers who write near-equal five-star reviews within
  days, and units come without visits or returns. A fifth of the rings takes its time, a third buys visits; ring
  members also review other shops. Honest look-alikes: sales with bursts and equal words, default reviews, group
  buying without visits, reviewers who write a lot.
- False reference prices lie mostly above the registered range, a fifth hardly so; a quarter of the price fraud
  promises a price that is not charged. Honest list prices pass the range now and then.
- A tenth of the counterfeits each is taken down, and offered again under a new id and shop with the same text and
  picture.
- Returns: fragile goods come back as often as many fakes; a few honest buyers cry fake, grey, or false claim.

So no classifier can be perfect: the truth of many listings leaves no trace in what is served. About 0.5 % of the
records carry a field that nobody can read (`Market.spoilt`). The words here and a detector's word lists have one
author's language in common, which flatters detection; numbers from this market say that the path works, not how
well it works on a real one.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import replace

from touchstone.market import activity, phrases, prices
from touchstone.market.catalog import catalog
from touchstone.market.offers import Offer, build
from touchstone.market.recorded import SHOPIFY, schema_org_offer
from touchstone.market.records import KINDS, MARKETPLACES, Key, Listing, Market, Promotion, Return, Review, Sales
from touchstone.market.shops import Shops
from touchstone.market.violations import lay

SPOILT_SHARE = 0.005
SPOILABLE = {
    "listing": "price",
    "review": "posted_at",
    "return": "returned_at",
    "promotion": "claimed_price",
    "sales": "units_30d",
}


def simulate(seed: int, listings: int, now: int) -> Market:
    """A market of `listings` listings at `now`. Expects at least 60 of them."""
    if listings < 60:
        raise ValueError(f"expected at least 60 listings, got {listings}")
    rng = random.Random(f"market:{seed}:{listings}")
    products = catalog(seed)
    shops = Shops(rng, now, listings, sorted({seller for product in products for seller in product.authorised}))
    offers = build(rng, now, products, shops, listings)
    lay(rng, now, offers, shops)
    ids = _listing_ids(rng, offers)
    _record(offers, ids)
    rows = tuple(_listing(rng, offer, number) for offer, number in zip(offers, ids, strict=True))
    sales, reviews, returns, promotions = _activity(rng, now, offers, rows, listings)
    spoilt = dict(_spoil(rng, rows, reviews, returns, promotions, sales))
    rows = tuple(
        replace(row, price_fen=None, price_text=rng.choice(prices.BROKEN))
        if ("listing", row.listing_id) in spoilt
        else row
        for row in rows
    )
    truth: dict[Key, frozenset[str]] = {
        row.key: frozenset(offer.kinds) for row, offer in zip(rows, offers, strict=True)
    }
    assert set().union(*truth.values()) <= set(KINDS)
    return Market(
        seed, now, products, tuple(shops.all.values()), rows, reviews, returns, promotions, sales, truth, spoilt
    )


def _listing_ids(rng: random.Random, offers: list[Offer]) -> list[str]:
    """Ids in random order, unlike in length and start for each marketplace, and unique over all."""
    numbers = {"aurora-shop": 7_100_000_000, "bazaar-pages": 20_000, "grand-mall": 610_000_000}
    step = {"aurora-shop": 997, "bazaar-pages": 3, "grand-mall": 41}
    ids = []
    for offer in offers:
        numbers[offer.market] += rng.randint(1, step[offer.market])
        ids.append(str(numbers[offer.market]))
    return ids


def _record(offers: list[Offer], ids: list[str]) -> None:
    """Give some listings of unregistered brands the content of recorded real payloads."""
    others = [(o, i) for o, i in zip(offers, ids, strict=True) if o.profile == "other" and not o.kinds]
    for index, (offer, _) in enumerate([pair for pair in others if pair[0].market == "aurora-shop"][: len(SHOPIFY)]):
        sample = SHOPIFY[index]
        offer.title, offer.brand, offer.category = sample["title"], sample["vendor"], sample["product_type"]
        offer.description, offer.image = sample["body_html"], sample["images"][0]["src"]
        offer.price_fen, offer.list_fen, offer.gtin, offer.zh, offer.recorded = 19_900, None, None, False, index
        offer.name = offer.title
    for offer, _ in [pair for pair in others if pair[0].market == "bazaar-pages" and int(pair[1]) % 2 == 0][:1]:
        schema_org_offer(offer)


def _listing(rng: random.Random, offer: Offer, listing_id: str) -> Listing:
    return Listing(
        offer.market,
        listing_id,
        offer.title,
        offer.brand,
        offer.gtin,
        f"SKU-{rng.randrange(10**6):06d}" if offer.market != "bazaar-pages" else listing_id,
        offer.seller.seller_id,
        offer.seller.seller_name,
        offer.price_fen,
        prices.decimal(offer.price_fen or 0)
        if offer.recorded is not None
        else prices.price_text(rng, offer.market, offer.price_fen),
        offer.list_fen,
        prices.price_text(rng, offer.market, offer.list_fen),
        "USD" if offer.recorded is not None and offer.market == "bazaar-pages" else "CNY",
        offer.description,
        offer.image,
        offer.category,
        offer.published_at,
        offer.available,
        "zh" if offer.zh else "en",
        offer.profile,
        offer.product.gtin14 if offer.product else None,
        offer.recorded,
    )


def _activity(
    rng: random.Random, now: int, offers: list[Offer], rows: tuple[Listing, ...], listings: int
) -> tuple[tuple[Sales, ...], tuple[Review, ...], tuple[Return, ...], tuple[Promotion, ...]]:
    crowds = {market: activity.Crowd(rng, listings * 3) for market in MARKETPLACES}
    rings: dict[int, list[str]] = {}
    for offer in offers:
        if offer.ring is not None and offer.ring not in rings:
            rings[offer.ring] = [crowds[offer.market].one() for _ in range(rng.randint(16, 40))]
    month = time.strftime("%Y-%m", time.gmtime(now))
    sales, drafts, returns, promotions = [], [], [], []
    for index, (offer, row) in enumerate(zip(offers, rows, strict=True)):
        orders = activity.orders_of(rng, offer)
        sales.append(activity.sales_of(rng, offer, row.listing_id, orders, month))
        drafts += activity.reviews_of(
            rng,
            now,
            offer,
            index,
            orders,
            crowds[offer.market],
            rings.get(-1 if offer.ring is None else offer.ring, []),
        )
        returns += activity.returns_of(rng, now, offer, row.listing_id, orders)
        if promotion := activity.promotion_of(rng, now, offer, row.listing_id):
            promotions.append(promotion)
    drafts += _camouflage(rng, now, offers, rings)
    drafts.sort()
    returns.sort(key=lambda r: (r.returned_at, r.listing_id))
    rng.shuffle(promotions)
    reviews = tuple(
        Review(market, f"r{500_000 + number}", rows[index].listing_id, reviewer, rating, text, at)
        for number, (at, market, index, reviewer, rating, text) in enumerate(drafts)
    )
    return (
        tuple(sales),
        reviews,
        tuple(replace(row, return_id=f"t{70_000 + number}") for number, row in enumerate(returns)),
        tuple(replace(row, promotion_id=f"p{30_000 + number}") for number, row in enumerate(promotions)),
    )


def _camouflage(
    rng: random.Random, now: int, offers: list[Offer], rings: dict[int, list[str]]
) -> Iterator[activity.Draft]:
    """Ring members review shops that pay nobody, so that they look like anyone."""
    markets = {offer.ring: offer.market for offer in offers if offer.ring is not None}
    for ring, members in rings.items():
        here = [i for i, offer in enumerate(offers) if offer.market == markets[ring] and offer.ring is None]
        for member in members:
            for index in rng.sample(here, min(len(here), rng.randint(0, 3))):
                offer = offers[index]
                start = max(offer.published_at, now - activity.HORIZON)
                at = start + int(rng.random() * max(1, now - start - 3_600))
                tone, stars = activity.tone_of(rng, offer, True)
                yield at, offer.market, index, member, stars, phrases.review(rng, offer.zh, tone, offer.name)


def _spoil(
    rng: random.Random,
    listings: tuple[Listing, ...],
    reviews: tuple[Review, ...],
    returns: tuple[Return, ...],
    promotions: tuple[Promotion, ...],
    sales: tuple[Sales, ...],
) -> Iterator[tuple[tuple[str, str], str]]:
    ids = {
        "listing": [row.listing_id for row in listings if row.recorded is None],
        "review": [row.review_id for row in reviews],
        "return": [row.return_id for row in returns],
        "promotion": [row.promotion_id for row in promotions],
        "sales": [row.listing_id for row in sales],
    }
    for kind, names in ids.items():
        for name in rng.sample(names, round(len(names) * SPOILT_SHARE)):
            yield (kind, name), SPOILABLE[kind]
