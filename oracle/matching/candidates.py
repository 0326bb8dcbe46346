"""Candidate generation: for each listing the few registered products worth comparing, in bulk.

Character trigrams of folded text, weighted by how rare they are in the registry alone, so that one refetched listing
gets the same candidates as the whole lake does. Integer weights: equal sums in any order. The stated GTIN is always a
candidate if it is registered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix

from oracle.features.folding import LEET, squeeze
from oracle.features.wording import readable
from oracle.registry import RegisteredProduct, Registry

TOP, GRAM = 6, 3
RUN = re.compile(r"[a-z0-9]+|[^a-z0-9]+")
BLOCK = 256  # listings compared with all names at once: 20 MB for 10,000 names


@dataclass(frozen=True)
class Candidate:
    """A listing (row number) and a product to compare it with."""

    row: int
    product: RegisteredProduct
    overlap_bps: int  # share of the product's weighted trigrams found in the listing
    rank: int


class Index:
    """The registry's names as weighted trigrams."""

    def __init__(self, registry: Registry) -> None:
        self.products = [registry.by_gtin[gtin] for gtin in sorted(registry.by_gtin)]
        names = [
            (number, f"{product.brand} {name}" if product.brand.casefold() not in name.casefold() else name)
            for number, product in enumerate(self.products)
            for name in (product.names or (product.brand,))
        ]
        self.owner = np.array([number for number, _ in names], dtype=np.int64)
        self.words = [readable(name) for _, name in names]
        grams = [_grams(words) for words in self.words]
        self.vocabulary = {gram: number for number, gram in enumerate(sorted({gram for row in grams for gram in row}))}
        counts = np.zeros(len(self.vocabulary), dtype=np.int64)
        for row in grams:
            for gram in row:
                counts[self.vocabulary[gram]] += 1
        rarity = np.log((1 + len(names)) / (1 + counts)) + 1
        self.weights = np.floor(rarity * 1000).astype(np.int64)
        self.matrix = self._rows(grams, self.weights)
        self.totals = np.maximum(np.asarray(self.matrix.sum(axis=1)).ravel(), 1)

    def _rows(self, grams: Sequence[set[str]], weights: Any) -> csr_matrix:
        columns = [sorted(self.vocabulary[gram] for gram in row if gram in self.vocabulary) for row in grams]
        ends = np.cumsum([0, *map(len, columns)])
        flat = np.array([number for row in columns for number in row], dtype=np.int64)
        data = weights[flat] if weights is not None else np.ones(len(flat), dtype=np.int64)
        return csr_matrix((data, flat, ends), shape=(len(grams), len(self.vocabulary)), dtype=np.int64)

    def candidates(self, listings: pa.Table) -> list[Candidate]:
        """Up to `TOP` products for each row, best first, and the stated one."""
        titles, brands, stated = (listings.column(name).to_pylist() for name in ("title", "brand_raw", "gtin"))
        known = {product.gtin: number for number, product in enumerate(self.products)}
        texts = [readable(f"{brand or ''} {title or ''}") for title, brand in zip(titles, brands, strict=True)]
        found: list[Candidate] = []
        for start in range(0, len(texts), BLOCK):
            rows = self._rows([_grams(text) for text in texts[start : start + BLOCK]], None)
            overlaps = np.asarray((rows @ self.matrix.T).todense()) * 10_000 // self.totals
            best = np.zeros((overlaps.shape[0], len(self.products)), dtype=np.int64)
            np.maximum.at(best.T, self.owner, overlaps.T)
            order = np.argsort(-best, axis=1, kind="stable")[:, :TOP]
            for offset, numbers in enumerate(order):
                row = start + offset
                chosen = [int(number) for number in numbers if best[offset, number] > 0]
                named = known.get(stated[row] or "")
                if named is not None and named not in chosen:
                    chosen.append(named)
                found += [Candidate(row, self.products[n], int(best[offset, n]), rank) for rank, n in enumerate(chosen)]
        return found


def _grams(words: str) -> set[str]:
    """Trigrams of Latin runs and pairs of other letters, stand-in digits kept and replaced: `n1ke` meets `nike`."""
    plain = squeeze(words)
    found: set[str] = set()
    for text in {plain, plain.translate(LEET)}:
        for run in RUN.findall(text):
            size = min(GRAM if run.isascii() else 2, len(run))
            found.update(run[i : i + size] for i in range(len(run) - size + 1))
    return found
