"""How shops write a price, and how they write one that nobody can read."""

import random

BROKEN = ("NaN", "面议", "1.299", "¥1,29,9.0", "999 CNY 1,099", "-", "12..50", "¥")
_WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def decimal(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def grouped(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def report_text(rng: random.Random, fen: int) -> str:
    """A CNY price as one of the notations seen on Chinese marketplaces; it always reads back to `fen`."""
    whole = fen % 100 == 0
    roll = rng.random()
    if roll < 0.36:
        return f"¥{grouped(fen)}"
    if roll < 0.56 and whole:
        return f"{fen // 100}元"
    if roll < 0.64:
        return f"￥{decimal(fen)}"
    if roll < 0.72:
        return f"RMB {grouped(fen)}"
    if roll < 0.78:
        return f"CNY {decimal(fen)}"
    if roll < 0.84:
        return f"￥{grouped(fen).translate(_WIDE)}"
    if roll < 0.90 and fen >= 1_000_000 and fen % 100_000 == 0:
        return f"{fen // 100_000 / 10:g}万"
    if roll < 0.95 and whole:
        return f"{fen // 100:,} 元"
    return decimal(fen)


def page_text(rng: random.Random, fen: int) -> str:
    """A price as schema.org pages carry it: mostly plain, sometimes grouped."""
    return grouped(fen) if rng.random() < 0.12 else decimal(fen)


def price_text(rng: random.Random, marketplace: str, fen: int | None) -> str | None:
    """The wire text of `fen` in `marketplace`; a storefront has one notation only."""
    if fen is None:
        return None
    if marketplace == "aurora-shop":
        return decimal(fen)
    return page_text(rng, fen) if marketplace == "bazaar-pages" else report_text(rng, fen)
