"""What is laid over the offers: re-listing, brushing rings, false advertising, price fraud."""

import random

from touchstone.market import wording
from touchstone.market.catalog import tidy
from touchstone.market.offers import MARKET_SHARES, Offer
from touchstone.market.shops import DAY, Shops

OVERLAYS = {"brushing": 0.032, "false_advertising": 0.035, "price_fraud": 0.032}


def lay(rng: random.Random, now: int, offers: list[Offer], shops: Shops) -> None:
    """Change `offers` in place; no offer stays older than its shop."""
    relist(rng, now, [offer for offer in offers if offer.profile == "counterfeit"], shops)
    overlay(rng, offers, shops, len(offers))
    for offer in offers:
        offer.published_at = max(offer.published_at, offer.seller.registered_at + rng.randrange(3_600, 3 * DAY))


def relist(rng: random.Random, now: int, fakes: list[Offer], shops: Shops) -> None:
    """A tenth of `fakes` is taken down; a tenth is the same offer again: new id and shop, same words and picture."""
    for old, new in list(zip(fakes[::2], fakes[1::2], strict=False))[: max(1, len(fakes) // 10)]:
        others = [s for s in shops.pools[new.market, "counterfeiter"] if s != old.seller]
        new.product, new.zh, new.name, new.brand, new.category = old.product, old.zh, old.name, old.brand, old.category
        new.title, new.description, new.image, new.gtin, new.worth_fen = (
            old.title,
            old.description,
            old.image,
            old.gtin,
            old.worth_fen,
        )
        new.seller, new.available, old.available = rng.choice(others), True, False
        new.price_fen = None if old.price_fen is None else tidy(old.price_fen * rng.choice((1.0, 1.0, 0.95, 1.05)))
        new.price_fen = new.price_fen if new.market != "aurora-shop" or new.price_fen else tidy(old.worth_fen * 0.3)
        new.list_fen = None
        if old.seller.registered_at > now - 32 * DAY:
            old.seller = min(shops.pools[old.market, "counterfeiter"], key=lambda seller: seller.registered_at)
        old.published_at = min(old.published_at, now - 30 * DAY)
        new.published_at = now - rng.randint(1, 25) * DAY


def overlay(rng: random.Random, offers: list[Offer], shops: Shops, listings: int) -> None:
    """Brushing, false advertising and price fraud come on top of honest and other offers alike."""
    for kind, share in OVERLAYS.items():
        count = max(2, round(share * listings))
        weights = {
            "counterfeit": 4,
            "grey": 2,
            "authorised": 0 if kind == "brushing" else 0.3,
            "collectors": 0,
            "used": 0.2,
        }
        weighed = [
            (rng.random() ** (1 / w), i)
            for i, o in enumerate(offers)
            if (w := weights.get(o.profile, 1)) and o.price_fen
        ]
        chosen = [offers[i] for _, i in sorted(weighed, reverse=True)[:count]]
        if kind == "brushing":
            _rings(rng, chosen, shops)
        for offer in chosen:
            offer.kinds.add(kind)
            if kind == "false_advertising":
                _advertise(rng, offer)
            elif kind == "price_fraud":
                _inflate(rng, offer)


def _rings(rng: random.Random, offers: list[Offer], shops: Shops) -> None:
    """Operators with several shops in one marketplace share a ring of reviewers."""
    number = 0
    for market, _ in MARKET_SHARES:
        here = [offer for offer in offers if offer.market == market]
        while here:
            size = min(len(here), rng.randint(5, 14))
            front = [shops.open(market, "operator") for _ in range(max(2, size // 3))]
            for offer in here[:size]:
                keep = offer.profile == "counterfeit" and rng.random() < 0.5
                offer.seller, offer.ring = offer.seller if keep else rng.choice(front), number
            here, number = here[size:], number + 1


def _advertise(rng: random.Random, offer: Offer) -> None:
    claim = wording.false_claim(rng, offer.zh, offer.health)
    roll = rng.random()
    if roll < 0.6:
        offer.claim = claim
    elif roll < 0.85:
        offer.description = f"{offer.description} {claim}"
    else:
        offer.title = f"{offer.title} {claim}"


def _inflate(rng: random.Random, offer: Offer) -> None:
    assert offer.price_fen is not None
    if rng.random() < 0.25:
        offer.bait = True
        return
    factor = rng.uniform(1.35, 2.8) if rng.random() < 0.8 else rng.uniform(1.08, 1.35)
    offer.list_fen = max(tidy(offer.worth_fen * factor), tidy(offer.price_fen * 1.2))
