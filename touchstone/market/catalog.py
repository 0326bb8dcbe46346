"""The two invented brands of the market, their rights and their 60 registered products.

GTINs use the GS1 prefix 952, which is kept for demonstrations and examples, so that no code belongs to anyone.
Prices are CNY fen; the registered range is 70 % to 115 % of the reference price.
"""

import random
from dataclasses import dataclass

AUTHORISED_MARKETS = ("aurora-shop", "bazaar-pages", "grand-mall")


@dataclass(frozen=True, slots=True)
class Right:
    """A registered trademark; times are UTC seconds."""

    number: str
    office: str  # WIPO ST.3 code
    nice_classes: tuple[int, ...]
    valid_from: int
    valid_until: int


@dataclass(frozen=True, slots=True)
class Brand:
    name: str  # as the trademark writes it
    name_en: str
    name_zh: str
    owner: str
    right: Right


BRANDS = (
    Brand(
        "岚屿",
        "Lanyu",
        "岚屿",
        "岚屿生活用品(示例)有限公司",
        Right("CN-90000417", "CN", (3, 5, 10, 11, 21), 1_577_836_800, 1_893_456_000),
    ),
    Brand(
        "Verrano",
        "Verrano",
        "维拉诺",
        "Verrano Demonstration S.r.l.",
        Right("EM-990012345", "EM", (9, 11, 14, 18, 25), 1_546_300_800, 1_861_920_000),
    ),
)


@dataclass(frozen=True, slots=True)
class Category:
    """A line of a brand: its six products are the forms, its prices lie between the two yuan bounds."""

    code: str
    brand: Brand
    noun_en: str
    noun_zh: str
    forms: tuple[tuple[str, str], ...]
    low_yuan: int
    high_yuan: int
    fragile: bool = False
    health: bool = False


LANYU, VERRANO = BRANDS
CATEGORIES = (
    Category(
        "skincare",
        LANYU,
        "Face Serum",
        "面部精华液",
        (
            ("Dew 30 ml", "晨露30ml"),
            ("Dew 50 ml", "晨露50ml"),
            ("Moss 30 ml", "青苔30ml"),
            ("Moss Plus 30 ml", "青苔加强版30ml"),
            ("Night 50 ml", "夜修50ml"),
            ("Rice 50 ml", "米萃50ml"),
        ),
        159,
        799,
        health=True,
    ),
    Category(
        "supplement",
        LANYU,
        "Herbal Granules",
        "草本固体饮料",
        (
            ("Calm 20 sachets", "安然20袋"),
            ("Calm 40 sachets", "安然40袋"),
            ("Root 30 sachets", "根本30袋"),
            ("Berry 30 sachets", "莓果30袋"),
            ("Ginger 24 sachets", "姜茶24袋"),
            ("Tangerine 24 sachets", "陈皮24袋"),
        ),
        79,
        359,
        health=True,
    ),
    Category(
        "teaware",
        LANYU,
        "Porcelain Tea Set",
        "白瓷茶具套装",
        (
            ("Mist, 4 pieces", "雾4件"),
            ("Mist, 6 pieces", "雾6件"),
            ("Isle, 6 pieces", "屿6件"),
            ("Isle Gift Box, 8 pieces", "屿礼盒8件"),
            ("Travel, 3 pieces", "旅行3件"),
            ("Celadon, 6 pieces", "青瓷6件"),
        ),
        129,
        1_299,
        fragile=True,
    ),
    Category(
        "massager",
        LANYU,
        "Neck Massager",
        "颈部按摩仪",
        (("N1", "N1"), ("N1 Pro", "N1 Pro"), ("N2", "N2"), ("N2 Heat", "N2热敷款"), ("N3", "N3"), ("N3 Max", "N3 Max")),
        299,
        1_599,
        health=True,
    ),
    Category(
        "hairdryer",
        LANYU,
        "Hair Dryer",
        "高速吹风机",
        (
            ("H5", "H5"),
            ("H5 Lite", "H5轻享版"),
            ("H6", "H6"),
            ("H6 Ion", "H6负离子"),
            ("H7", "H7"),
            ("H7 Travel", "H7便携版"),
        ),
        349,
        2_199,
    ),
    Category(
        "watch",
        VERRANO,
        "Automatic Watch",
        "自动机械腕表",
        (
            ("Costa C3", "Costa C3"),
            ("Costa C3S", "Costa C3S"),
            ("Costa C5", "Costa C5"),
            ("Duomo D1", "Duomo D1"),
            ("Duomo D2 Moon", "Duomo D2月相"),
            ("Notte N7", "Notte N7"),
        ),
        2_899,
        16_800,
    ),
    Category(
        "shoes",
        VERRANO,
        "Running Shoes",
        "跑步鞋",
        (
            ("Passo 2", "Passo 2"),
            ("Passo 3", "Passo 3"),
            ("Passo 3 Wide", "Passo 3宽楦"),
            ("Vento", "Vento"),
            ("Vento Trail", "Vento越野"),
            ("Corsa Elite", "Corsa Elite"),
        ),
        499,
        1_499,
    ),
    Category(
        "headphones",
        VERRANO,
        "Wireless Headphones",
        "无线降噪耳机",
        (
            ("Aria 100", "Aria 100"),
            ("Aria 200", "Aria 200"),
            ("Aria 200 ANC", "Aria 200 ANC"),
            ("Brio", "Brio"),
            ("Brio Sport", "Brio运动版"),
            ("Maestro", "Maestro"),
        ),
        399,
        2_999,
    ),
    Category(
        "handbag",
        VERRANO,
        "Leather Handbag",
        "真皮手提包",
        (
            ("Lina Small", "Lina小号"),
            ("Lina Large", "Lina大号"),
            ("Mira", "Mira"),
            ("Mira Crossbody", "Mira斜挎"),
            ("Olmo Tote", "Olmo托特"),
            ("Olmo Mini", "Olmo迷你"),
        ),
        1_299,
        8_900,
    ),
    Category(
        "lamp",
        VERRANO,
        "Glass Table Lamp",
        "玻璃台灯",
        (
            ("Bolla 20", "Bolla 20"),
            ("Bolla 30", "Bolla 30"),
            ("Fungo", "Fungo"),
            ("Fungo Dim", "Fungo调光"),
            ("Onda", "Onda"),
            ("Onda Grande", "Onda Grande"),
        ),
        299,
        1_899,
        fragile=True,
    ),
)
BY_CODE = {category.code: category for category in CATEGORIES}


@dataclass(frozen=True, slots=True)
class CatalogProduct:
    """One registered product; `authorised` names sellers as (marketplace, seller id)."""

    gtin14: str
    brand: str
    name_en: str
    name_zh: str
    category: str
    reference_price_fen: int
    price_low_fen: int
    price_high_fen: int
    currency: str
    authorised: tuple[tuple[str, str], ...]


def check_digit(digits: str) -> int:
    """The GS1 check digit over `digits`: weights 3 and 1 from the right."""
    return -sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits))) % 10


def gtin14(body: str) -> str:
    """The 14-digit form of a 12-digit body with its check digit."""
    return f"0{body}{check_digit(body)}"


def tidy(fen: float) -> int:
    """A price as shops write one: whole tens of yuan less one, or whole yuan below 200."""
    yuan = round(fen / 100)
    return (yuan if yuan < 200 else round(yuan / 10) * 10 - 1) * 100


def catalog(seed: int, authorised_each: int = 2) -> tuple[CatalogProduct, ...]:
    """The 60 products for `seed`, with `authorised_each` sellers a brand in every marketplace."""
    rng = random.Random(f"catalog:{seed}")
    numbers = iter(rng.sample(range(100_000, 1_000_000), len(BRANDS) * len(AUTHORISED_MARKETS) * authorised_each))
    sellers = {
        b.name: tuple((m, f"s{next(numbers)}") for m in AUTHORISED_MARKETS for _ in range(authorised_each))
        for b in BRANDS
    }
    items = rng.sample(range(1_000_000), len(CATEGORIES) * 6)
    made: list[CatalogProduct] = []
    for category in CATEGORIES:
        brand = category.brand
        for form_en, form_zh in category.forms:
            reference = tidy(100 * category.low_yuan * (category.high_yuan / category.low_yuan) ** rng.random())
            body = f"952{900 + BRANDS.index(brand)}{items[len(made)]:06d}"
            made.append(
                CatalogProduct(
                    gtin14(body),
                    brand.name,
                    f"{brand.name_en} {form_en.split(',')[0]} {category.noun_en}"
                    + (f",{form_en.split(',')[1]}" if "," in form_en else ""),
                    f"{brand.name_zh} {form_zh} {category.noun_zh}",
                    category.code,
                    reference,
                    reference * 70 // 100,
                    reference * 115 // 100,
                    "CNY",
                    sellers[brand.name],
                )
            )
    return tuple(made)
