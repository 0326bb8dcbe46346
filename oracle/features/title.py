"""What the listing says it is (own): disguised brand names, replica and grey-market wording, missing identifiers."""

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import Levenshtein

from oracle.features.folding import fold, look_alikes, skeleton, spaced_letters, squeeze
from oracle.features.frame import INTEGER, Frame
from oracle.features.schema import own
from oracle.features.wording import BOAST, GREY, HONEST, MEDICAL, REPLICA, absolute_terms, hits

FEATURES = own(
    "title_length",
    "title_look_alikes",
    "title_spaced_letters",
    "brand_look_alikes",
    "brand_missing",
    "brand_exact",
    "brand_distance",
    "brand_disguised",
    "title_has_brand",
    "title_replica_words",
    "title_grey_words",
    "title_absolute_terms",
    "description_absolute_terms",
    "description_honest_terms",
    "text_medical_terms",
    "text_boasts",
    "description_length",
    "description_grey_words",
    "description_replica_words",
    "gtin_stated",
    "gtin_agrees",
    "match_bps",
    "image_missing",
)


def compute(frame: Frame) -> pa.Table:
    listings = frame.tables["listing"]
    title_words, description_words = (
        listings.column(name).to_pylist() for name in ("title_words", "description_words")
    )
    both = [f"{title} {text}" for title, text in zip(title_words, description_words, strict=True)]
    columns: dict[str, list[int | None]] = {
        "title_replica_words": [*hits(REPLICA, title_words)],
        "title_grey_words": [*hits(GREY, title_words)],
        "title_absolute_terms": [*map(absolute_terms, title_words)],
        "description_absolute_terms": [*map(absolute_terms, description_words)],
        "description_honest_terms": [*hits(HONEST, description_words)],
        "text_medical_terms": [*hits(MEDICAL, both)],
        "text_boasts": [*hits(BOAST, both)],
        "description_grey_words": [*hits(GREY, description_words)],
        "description_replica_words": [*hits(REPLICA, description_words)],
    }
    names = [feature.name for feature in FEATURES if feature.name not in columns]
    rows = [
        _row(title or "", brand, product, bps, gtin, gtin_raw, text, image, frame)
        for title, brand, product, bps, gtin, gtin_raw, text, image in zip(
            *(
                listings.column(name).to_pylist()
                for name in ("title", "brand_raw", "product", "match_bps", "gtin", "gtin_raw", "description", "image")
            ),
            strict=True,
        )
    ]
    columns |= {name: [row[name] for row in rows] for name in names}
    keys = listings.select(["marketplace", "listing_id"])
    for feature in FEATURES:
        keys = keys.append_column(feature.name, pc.cast(pa.array(columns[feature.name], INTEGER), INTEGER))
    return keys


def _row(
    title: str,
    brand: str | None,
    gtin: str | None,
    match_bps: int | None,
    stated: str | None,
    stated_raw: str | None,
    description: str | None,
    image: str | None,
    frame: Frame,
) -> dict[str, int | None]:
    product = frame.registry.by_gtin[gtin] if gtin else None
    exact = distance = disguised = has_brand = None
    if product:
        wanted = fold(product.brand)
        exact = int((brand or "").strip() == product.brand)
        distance = Levenshtein.distance(squeeze(fold(brand)), squeeze(wanted)) if brand else None
        plain = product.brand.casefold() in title.casefold()
        has_brand = int(skeleton(wanted) in skeleton(fold(title)))
        disguised = int(bool(has_brand) and not plain) + int(
            bool(brand) and not exact and skeleton(fold(brand or "")) == skeleton(wanted)
        )
    return {
        "title_length": len(title),
        "title_look_alikes": look_alikes(title),
        "title_spaced_letters": spaced_letters(fold(title)),
        "brand_look_alikes": look_alikes(brand or ""),
        "brand_missing": int(not brand),
        "brand_exact": exact,
        "brand_distance": distance,
        "brand_disguised": disguised,
        "title_has_brand": has_brand,
        "description_length": len(description or ""),
        "gtin_stated": int(bool(stated_raw)) + int(bool(stated)),
        "gtin_agrees": int(stated == product.gtin) if product and stated else None,
        "match_bps": match_bps,
        "image_missing": int(not image),
    }
