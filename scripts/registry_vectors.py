"""The registries' vectors: keys of brand names, an officer's authority, and the leaves of a product tree.

`scripts/make_vectors.py` writes them with the others.
"""

from collections.abc import Sequence

from node.protocol.authority import Authority, Right, nice_bits, office_code
from node.protocol.brand_name import name_key, reading
from node.protocol.canonical import Json, sha256, to_hex
from node.protocol.identifiers import ADDRESSES
from node.protocol.merkle_tree import MerkleTree
from node.protocol.products import Product
from node.protocol.signing import LocalSigner
from node.protocol.typed_data import Domain, digest

# Names that a reader takes for each other.
ALIKE: dict[str, Sequence[str]] = {
    "Latin": ("Lumina", "LUMINA", "lumina", "L u m i n a", "Lu-mi.na", "Lumina™", "«Lumina»", "Lumína", "Łumina"),
    "digits and letters": ("Oslo 11", "0SLO II", "OsIo ll", "oslo|l", "0s10i1"),
    "Cyrillic": ("Aurora", "Аurоra", "АURОRА", "аuroгa"),
    "Greek": ("NIKE", "ΝΙΚΕ", "Νιke", "nιkε"),
    "full width and styled": ("Nova 5", "Ｎｏｖａ５", "𝐍𝐨𝐯𝐚 𝟓", "𝓝𝓸𝓿𝓪-5", "ⓃⓄⓋⒶ ⑤"),
    "hidden characters": (
        "Vega",
        "Ve\u200bga",
        "\u202eVega",
        "Ve\u00adga",
        "V\u0336e\u0336g\u0336a\u0336",
        "\ufeffVega",
    ),
    "small capitals and other scripts": ("Bose", "ʙᴏꜱᴇ", "ꓐꓳꓢꓰ", "Βοѕe"),
    "letters run together": ("Modern Vvave", "Modem Wave"),
    "one word in two cases": ("Straße", "STRASSE", "straſſe"),
    "Cyrillic alone": ("Вера", "ВЕРА", "BEPA"),
    "Chinese": ("岚屿", "岚 屿", "岚·屿", "「岚屿」", "岚\u200b屿"),
    "Chinese and Latin": ("岚屿 Lanyu", "岚屿LANYU", "岚屿Ｌａｎｙｕ", "岚屿lаnуu"),
    "doubles of Chinese characters": ("日力口工", "⽇⼒⼝⼯", "曰カロエ"),
}
# Names that have nothing to do with each other, however close some stand: each has its own key.
APART: Sequence[str] = (
    *(
        "大白兔",
        "太白兔",
        "大白免",
        "康师傅",
        "康帅傅",
        "嵐嶼",
        "嵐屿",
        "长城",
        "长安",
        "长城汽车",
        "中国",
        "中",
        "国",
        "同仁堂",
        "胡庆余堂",
    ),
    *("3M", "EM", "58同城", "SB同城", "7-Up", "Tup", "Nyke", "Adidas", "4did4s", "Cloud", "Doud"),
    *("กา", "กี", "कि", "की", "が", "か", "ソニー", "삼성", "엘지", "Боржоми", "Спартак", "Ελλάς"),
)
REFUSED: Sequence[str] = ("", " ", "—!…", "\u200b", "Lumina\ue000", "Lumina\u0378")


def brand_names() -> Json:
    return {
        "alike": [
            {"what": what, "reading": reading(names[0]), "key": to_hex(name_key(names[0])), "names": list(names)}
            for what, names in ALIKE.items()
        ],
        "apart": [{"name": name, "reading": reading(name), "key": to_hex(name_key(name))} for name in APART],
        "refused": list(REFUSED),
    }


def authority() -> Json:
    """An officer's signed authority; the key is that of the vectors' bureau 2."""
    officer = LocalSigner(sha256(b"touchstone vectors: key of officer 2"))
    right = Right(
        number_digest=sha256(b"CN-90000417"),
        office=office_code("CN"),
        nice_classes=nice_bits((3, 9, 45)),
        valid_from=1_577_836_800,
        valid_until=4_102_444_800,
        document_digest=sha256(b"certificate"),
    )
    words = Authority(
        brand_id=sha256(b"brand"),
        owner=LocalSigner(sha256(b"touchstone vectors: key of owner")).address,
        name_key=name_key("Lumina"),
        name_digest=sha256(b"Lumina"),
        right_digest=right.digest(),
        deadline=4_102_444_800,
    )
    wanted = digest(Domain(20262, ADDRESSES["BrandRegistry"]), words.struct_hash())
    return {
        "right": right.to_json(),
        "authority": words.to_json(),
        "digest": to_hex(wanted),
        "signer": officer.address,
        "signature": to_hex(officer.sign(wanted)),
    }


def product_tree() -> Json:
    """Seven products: paths of three lengths, and a leaf that is carried up."""
    bodies = (952_000_000_001, 952_000_000_002, 952_000_000_003, 61_414_100_003, 9_638_507, 1_061_414_100_041, 1)
    products = [
        Product(
            gtin=_with_check_digit(body),
            name_digest=sha256(f"product {number}".encode()),
            price_low_fen=number * 9_900,
            price_high_fen=2**53 - 1 if number == 6 else number * 9_900 + 1,
            currency="CNY" if number % 2 else "EUR",
            metadata_digest=sha256(f"metadata {number}".encode()),
        )
        for number, body in enumerate(bodies)
    ]
    tree = MerkleTree([product.leaf() for product in products])
    leaves: list[Json] = [
        {
            "product": {
                "gtin": product.gtin,
                "nameDigest": to_hex(product.name_digest),
                "priceLowFen": product.price_low_fen,
                "priceHighFen": product.price_high_fen,
                "currency": to_hex(product.currency.encode("ascii")),
                "metadataDigest": to_hex(product.metadata_digest),
            },
            "encoded": to_hex(product.encoded()),
            "leaf": to_hex(product.leaf()),
            "path": [to_hex(item) for item in tree.path(index)],
        }
        for index, product in enumerate(products)
    ]
    return {"root": to_hex(tree.root), "leaves": leaves}


def _with_check_digit(body: int) -> int:
    digits = str(body)[::-1]
    return body * 10 + -(3 * sum(map(int, digits[::2])) + sum(map(int, digits[1::2]))) % 10
