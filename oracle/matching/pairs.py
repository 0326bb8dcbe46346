"""What a listing and a registered product have in common, as integers: the pair model's features.

Prices are left out on purpose: a counterfeit is cheap and still claims to be the product.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from oracle.features.folding import fold, skeleton
from oracle.features.schema import Feature, own
from oracle.features.wording import readable
from oracle.matching.candidates import Candidate

FUZZY = {
    "title_ratio": fuzz.ratio,
    "title_token_sort": fuzz.token_sort_ratio,
    "title_token_set": fuzz.token_set_ratio,
    "title_partial": fuzz.partial_ratio,
}
FEATURES: tuple[Feature, ...] = own(
    "gtin_equal",
    "gtin_conflict",
    "overlap_bps",
    "rank",
    "overlap_lead_bps",
    *FUZZY,
    "brand_equal",
    "brand_similarity",
    "brand_in_title",
    "models_shared",
    "models_missing",
    "models_extra",
    "numbers_shared",
    "numbers_missing",
    "numbers_extra",
    "words_missing",
    "words_extra",
    "category_similarity",
)
NAMES = tuple(feature.name for feature in FEATURES)
MODEL = re.compile(r"(?=[a-z0-9-]*\d)(?=[a-z0-9-]*[a-z])[a-z0-9-]{3,}")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
WORD = re.compile(r"[a-z0-9]{2,}|[\u4e00-\u9fff]")


def pair_matrix(listings: pa.Table, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
    """One row of features for each candidate."""
    titles = [readable(title) for title in listings.column("title").to_pylist()]
    brands = [skeleton(fold(brand or "")) for brand in listings.column("brand_raw").to_pylist()]
    title_bones = [skeleton(title) for title in titles]
    stated = listings.column("gtin").to_pylist()
    categories = [fold(category or "") for category in listings.column("category").to_pylist()]
    names = {c.product.gtin: [readable(n) for n in (c.product.names or (c.product.brand,))] for c in candidates}
    best = _best_names([titles[c.row] for c in candidates], [names[c.product.gtin] for c in candidates])
    asked, given = [titles[c.row] for c in candidates], best
    columns: dict[str, NDArray[np.int64]] = {name: _fuzzy(asked, given, scorer) for name, scorer in FUZZY.items()}
    wanted = [skeleton(fold(c.product.brand)) for c in candidates]
    columns["brand_similarity"] = np.array(
        [
            int(JaroWinkler.similarity(brands[c.row], want) * 10_000) if brands[c.row] else -1
            for c, want in zip(candidates, wanted, strict=True)
        ]
    )
    columns["category_similarity"] = _fuzzy(
        [categories[c.row] for c in candidates], [fold(c.product.category) for c in candidates], fuzz.token_set_ratio
    )
    top: dict[int, list[int]] = {}
    for c in candidates:
        top.setdefault(c.row, []).append(c.overlap_bps)
    rows = [
        _row(c, titles[c.row], name, brands[c.row] == want, want in title_bones[c.row], stated[c.row], top[c.row])
        for c, name, want in zip(candidates, best, wanted, strict=True)
    ]
    for name in NAMES:
        if name not in columns:
            columns[name] = np.array([row[name] for row in rows], dtype=np.int64)
    if not candidates:
        return np.zeros((0, len(NAMES)), dtype=np.float32)
    return np.stack([columns[name] for name in NAMES], axis=1).astype(np.float32)


def _best_names(titles: Sequence[str], names: Sequence[Sequence[str]]) -> list[str]:
    """Of a product's names, the one nearest to the title; the first of equals."""
    flat = [(row, name) for row, options in enumerate(names) for name in options]
    scores = _fuzzy([titles[row] for row, _ in flat], [name for _, name in flat], fuzz.token_set_ratio)
    best: dict[int, tuple[int, str]] = {}
    for (row, name), score in zip(flat, scores.tolist(), strict=True):
        if row not in best or score > best[row][0]:
            best[row] = (score, name)
    return [best[row][1] for row in range(len(names))]


def _fuzzy(left: Sequence[str], right: Sequence[str], scorer: Any) -> NDArray[np.int64]:
    """Similarity of each pair in basis points, floored."""
    if not left:
        return np.zeros(0, dtype=np.int64)
    scores = process.cpdist(left, right, scorer=scorer, dtype=np.float64, workers=1)
    return np.floor(np.round(scores * 100, 3)).astype(np.int64)


def _row(
    candidate: Candidate,
    title: str,
    name: str,
    same_brand: bool,
    in_title: bool,
    stated: str | None,
    overlaps: Sequence[int],
) -> dict[str, int]:
    models, numbers, words = ((set(p.findall(title)), set(p.findall(name))) for p in (MODEL, NUMBER, WORD))
    others = [overlap for rank, overlap in enumerate(overlaps) if rank != candidate.rank]
    return {
        "gtin_equal": int(stated == candidate.product.gtin),
        "gtin_conflict": int(bool(stated) and stated != candidate.product.gtin),
        "overlap_bps": candidate.overlap_bps,
        "rank": candidate.rank,
        "overlap_lead_bps": candidate.overlap_bps - max(others, default=0),
        "brand_equal": int(same_brand),
        "brand_in_title": int(in_title),
        "models_shared": len(models[0] & models[1]),
        "models_missing": len(models[1] - models[0]),
        "models_extra": len(models[0] - models[1]),
        "numbers_shared": len(numbers[0] & numbers[1]),
        "numbers_missing": len(numbers[1] - numbers[0]),
        "numbers_extra": len(numbers[0] - numbers[1]),
        "words_missing": len(words[1] - words[0]),
        "words_extra": len(words[0] - words[1]),
    }
