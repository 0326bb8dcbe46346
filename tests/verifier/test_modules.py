"""Module by module, the browser's verifier gives what ours gives, and refuses what ours refuses for the same reason."""

import base64
import copy
import json
import random
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from trie import HexaryTrie

from node.protocol import rlp
from node.protocol.canonical import canonical, keccak256, sha256, to_hex
from node.protocol.checkpoint import WitnessKey
from node.protocol.header import extra_data
from node.protocol.identifiers import ADDRESSES
from node.protocol.merkle import leaf_hash, path, root
from node.protocol.scorer import thresholds_to_hex
from node.protocol.signing import HALF_ORDER, ORDER
from tests import bundle_factory as factory
from tests.outside import any_vkey, vkey
from tests.verifier.javascript import needs_node
from tests.verifier.later_worlds import FULL_TRUST
from tests.verifier.mutations import SPELLINGS, VALUES, in_bytes, in_spelling, in_values, paths_of
from tests.verifier.probing import Question, disagreements, encoded, ours

pytestmark = needs_node
BUNDLE: dict[str, Any] = json.loads(canonical(factory.full_bundle()))
COUNT = 600


def mutated(call: Callable[[str], Question], document: Any, choose: random.Random, count: int) -> Iterator[Question]:
    """The document whole, and changed in its values and spelling."""
    paths = list(paths_of(document))
    yield call(encoded(document))
    for _ in range(count):
        yield call(encoded(in_values(document, choose, paths)))
        yield call(to_hex(in_spelling(document, choose, paths)))


def texts(choose: random.Random) -> Iterator[Question]:
    """JSON in every spelling we know of, whole and cut."""
    sample = {
        "a": [1, -0.0, 1e21, 5e-324, 0.1, 1e-7, True, None],
        "é𝒳\u2028\u0000": {"\ufb33": '\\/"\b', "\U00010000": ""},
        "10": 9,
        "9": 1e15,
    }
    paths = list(paths_of(sample))
    for spelling in SPELLINGS:
        yield ("canonical", to_hex(spelling))
        yield ("canonical", to_hex(b"[" + spelling + b"]"))
        yield ("canonical", to_hex(b'{"k":' + spelling + b"}"))
        yield ("canonical", to_hex(b'{"k":1,' + spelling + b":1}"))
    for depth in range(62, 68):
        yield ("canonical", to_hex(b"[" * depth + b"]" * depth))
        yield ("canonical", to_hex(b'{"a":' * depth + b"1" + b"}" * depth))
    for _ in range(COUNT):
        text = in_spelling(sample, choose, paths)
        yield ("canonical", to_hex(text))
        yield ("canonical", to_hex(in_bytes(text, choose)))
        yield ("canonical", to_hex(str(choose.uniform(-1, 1) * 10.0 ** choose.randrange(-30, 18)).encode()))
        yield ("canonical", to_hex(str(choose.randrange(-(2**60), 2**60) >> choose.randrange(60)).encode()))


def trust_roots(choose: random.Random) -> Iterator[Question]:
    """Trust roots with pinned blocks, witnesses and authorities; their ids, also as they are spoken."""
    document = json.loads(FULL_TRUST.to_bytes())
    yield from mutated(lambda data: ("trust", data), document, choose, COUNT // 2)
    for number in range(50):
        yield ("trust", encoded(document | {"complete_to": number}))
    (first, *_), more = document["validator_sets"], {"from_block": 10, "to_block": None}
    for to_block, ended in ((9, 5), (None, 5), (9, None), (9, -1), (9, 2**53), (9, True), (9, "5")):
        sets = [first | {"to_block": to_block, "ended_at": ended}, first | more]
        yield ("trust", encoded(document | {"validator_sets": sets}))
    one, other = vkey("notary.example"), vkey("court.example")
    again = WitnessKey("notary.example", WitnessKey.parse(other).public).vkey()
    renamed = WitnessKey("court.example", WitnessKey.parse(one).public).vkey()
    weak = any_vkey("court.example", bytes(32))
    for witnesses in ([one, other], [one, one], [one, again], [one, renamed], [one, weak]):
        yield ("trust", encoded(document | {"witnesses": witnesses, "witness_threshold": 2}))


def spellings(choose: random.Random) -> Iterator[Question]:
    """Hex, base64 and addresses, right and nearly right."""
    address = ADDRESSES["Consortium"][:-4] + "abCD"
    for value in VALUES:
        if not isinstance(value, float):  # JSON has one number type on the way to the probe
            yield from ((call, value) for call in ("hex", "address"))
        if isinstance(value, str):
            yield ("base64", value)
    for _ in range(COUNT):
        data = choose.randbytes(choose.randrange(20))
        text = base64.b64encode(data).decode()
        place = choose.randrange(len(text) + 1)
        yield ("base64", text)
        yield ("base64", text[:place] + choose.choice("A=/+-_ \né") + text[place + choose.randrange(2) :])
        yield ("hex", to_hex(data)[: choose.randrange(1, 40)])
        key = factory.key(f"{choose.random()}").address
        yield ("address", choose.choice((key, key.lower(), key.upper(), key.swapcase(), key[:-1], address, key + "\n")))


def rlps(choose: random.Random) -> Iterator[Question]:
    """Items of every shape, well spelled, changed and random."""

    def item(depth: int) -> Any:
        if depth == 0 or choose.random() < 0.6:
            return choose.randbytes(choose.choice((0, 1, 1, 2, 20, 32, 55, 56, 57, 255, 256, 300)))
        return [item(depth - 1) for _ in range(choose.randrange(5))]

    for _ in range(COUNT):
        data = rlp.encode(item(4))
        yield ("rlp", to_hex(data))
        yield ("rlp", to_hex(in_bytes(data, choose)))
        yield ("rlp", to_hex(choose.randbytes(choose.randrange(6))))
        long = choose.choice((b"\xb8", b"\xb9", b"\xbf", b"\xf8", b"\xf9", b"\xff"))
        yield ("rlp", to_hex(long + choose.randbytes(choose.randrange(12)) + bytes(60)))
    yield from (("rlp", to_hex(b"\xc1" * depth + b"\xc0")) for depth in (62, 63, 64, 65, 66, 5000))


def tries(choose: random.Random) -> Iterator[Question]:
    """Proofs of presence and absence in tries with values of every length, then each changed in one place."""
    for _ in range(COUNT // 6):
        width, tree = choose.choice((1, 2, 32)), HexaryTrie({})
        keys = [choose.randbytes(width) for _ in range(choose.choice((0, 1, 2, 5, 40)))]
        for key in keys:
            tree[key] = choose.randbytes(choose.choice((1, 2, 20, 40)))
        for key in (*keys[:3], choose.randbytes(width), b"", choose.randbytes(width + 1)):
            nodes = [rlp.encode(_plain(node)) for node in tree.get_proof(key)]
            kept = [node for at, node in enumerate(nodes) if at == 0 or len(node) >= 32]
            yield from _lookups(bytes(tree.root_hash), key, kept, choose)


def _plain(node: Any) -> Any:
    return bytes(node) if isinstance(node, bytes) else [_plain(item) for item in node]


def _lookups(root_hash: bytes, key: bytes, nodes: list[bytes], choose: random.Random) -> Iterator[Question]:
    def asked(root_: bytes, some: list[bytes]) -> Question:
        return ("lookup", to_hex(root_), to_hex(key), [to_hex(node) for node in some])

    yield asked(root_hash, nodes)
    yield asked(root_hash, nodes[:-1])
    yield asked(root_hash, [*nodes, *nodes[:1]])
    if nodes:
        at = choose.randrange(len(nodes))
        bent = in_bytes(nodes[at], choose)
        yield asked(root_hash, [*nodes[:at], bent, *nodes[at + 1 :]])
        yield asked(keccak256(bent), [bent, *nodes[at + 1 :]])


def nodes_of_no_trie(choose: random.Random) -> Iterator[Question]:
    """Nodes of every shape, under their own hash, down a path of their own."""

    paths = (b"", b"\x00", b"\x10", b"\x11", b"\x20", b"\x31", b"\x3f", b"\x40", b"\x01", b"\x00\x11")
    paths += (b"\x20\x11", b"\x21", b"\x21\x11", b"\x01\x11", b"\x11\x11")

    def node(depth: int) -> Any:
        if depth == 0:
            return choose.choice((b"", b"v", bytes(32), choose.randbytes(choose.randrange(24, 32)), b"\x20", b"\x00"))
        if choose.random() < 0.5:
            return [choose.choice(paths), node(depth - 1)]
        return [node(depth - 1) if choose.random() < 0.4 else b"" for _ in range(choose.choice((17, 17, 17, 16, 2, 3)))]

    for length in range(24, 36):  # an inline node of 32 bytes should have stood by its hash
        leaf: Any = [b"\x20", bytes([length]) * length]
        for data in (rlp.encode([b"\x00\x01", leaf]), rlp.encode([b"", leaf, *[b""] * 15])):
            yield from (("lookup", to_hex(keccak256(data)), key, [to_hex(data)]) for key in ("0x01", "0x", "0x11"))
    for _ in range(COUNT):
        data = rlp.encode(node(choose.randrange(4)))
        yield (
            "lookup",
            to_hex(keccak256(data)),
            choose.choice(("0x", "0x11", "0x0101", "0xf1", "0x1111")),
            [to_hex(data)],
        )


def signatures(choose: random.Random) -> Iterator[Question]:
    """Signatures of every number that matters, and random ones."""
    edges = (0, 1, 2, 3, 7, HALF_ORDER, HALF_ORDER + 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1, 2**256 - 2**32 - 977)
    for r in edges:
        for s in edges:
            for v in (0, 1, 26, 27, 28, 29, 255):
                yield (
                    "recover",
                    to_hex(sha256(b"x")),
                    to_hex(r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])),
                )
    for _ in range(COUNT // 6):
        digest = choose.choice((bytes(32), b"\xff" * 32, ORDER.to_bytes(32, "big"), choose.randbytes(32)))
        signature = factory.key(f"{choose.random()}").sign(digest)
        yield ("recover", to_hex(digest), to_hex(signature))
        yield ("recover", to_hex(digest), to_hex(in_bytes(signature, choose)))
        yield (
            "recover",
            to_hex(digest),
            to_hex(choose.randbytes(31) + choose.randbytes(1) + bytes(1) + choose.randbytes(31) + b"\x1b"),
        )


def inclusions(choose: random.Random) -> Iterator[Question]:
    """Paths in trees of many sizes, and each changed; sizes beyond 32 and 53 bits."""
    for size in (1, 2, 3, 5, 8, 13, 64, 65):
        leaves = [leaf_hash(b"%d" % number) for number in range(size)]
        for index in range(size):
            way, top = path(leaves, index), root(leaves)
            for at, of, some in (
                (index, size, way),
                (index + 1, size, way),
                (index, size + 1, way),
                (index, size, way[:-1]),
            ):
                yield (
                    "inclusion",
                    to_hex(leaves[index]),
                    str(at),
                    str(of),
                    [to_hex(item) for item in some],
                    to_hex(top),
                )
    for _ in range(COUNT):
        way = [choose.randbytes(choose.choice((32, 32, 32, 31))) for _ in range(choose.randrange(66))]
        size = choose.randrange(1, 1 << choose.randrange(1, 70))
        yield (
            "inclusion",
            to_hex(bytes(32)),
            str(choose.randrange(size + 1)),
            str(size),
            [to_hex(item) for item in way],
            to_hex(bytes(32)),
        )


def headers(choose: random.Random) -> Iterator[Question]:
    """Headers with every field changed in length, value and number."""
    good = factory.header()
    odd: list[Any] = [
        b"",
        b"\x00",
        b"\x01",
        b"\xff" * 32,
        b"\xff" * 33,
        bytes(20),
        bytes(32),
        bytes(256),
        [],
        [b""],
        [[]],
    ]
    for call in ("header", "seals", "constants"):
        yield (call, to_hex(good.rlp()))
        for at in range(21):
            for value in odd:
                items: list[Any] = [*good.items, b"\x07", bytes(32), b"\x05", b"", bytes(32), bytes(32)]
                items[at] = value
                yield (call, to_hex(rlp.encode(items[: max(at + 1, choose.choice((14, 15, 16, 17, 21)))])))
        for extra in extras(choose, good.seals):
            yield (call, to_hex(rlp.encode([*good.items[:12], extra, *good.items[13:]])))
        for _ in range(COUNT // 3):
            yield (call, to_hex(in_bytes(good.rlp(), choose)))


def extras(choose: random.Random, seals: tuple[bytes, ...]) -> Iterator[bytes]:
    """extraData of every form."""
    vanity, round_item = bytes(32), b"\x01"
    for bent in (
        seals[::-1],
        seals + seals,
        seals[:1],
        (seals[0][:64],),
        (seals[0][:64] + b"\x1b",),
        (seals[0] + b"\x00",),
        (b"",),
    ):
        yield extra_data(1, bent)
    yield extra_data(1, [seals[0]] * 1001)
    high = int.from_bytes(seals[0][32:64], "big")
    yield extra_data(1, [seals[0][:32] + (ORDER - high).to_bytes(32, "big") + bytes([1 - seals[0][64]])])
    for parts in (
        [vanity[:31], [], [], round_item, list(seals)],
        [vanity, [bytes(20)], [], round_item, list(seals)],
        [vanity, [], [bytes(20), b"\xff"], round_item, list(seals)],
        [vanity, b"", [], round_item, list(seals)],
        [vanity, [], b"", round_item, list(seals)],
        [vanity, [], [], b"\x00", list(seals)],
        [vanity, [], [], b"\x01" * 4, list(seals)],
        [vanity, [], [], b"\x01" * 5, list(seals)],
        [vanity, [], [], [], list(seals)],
        [vanity, [], [], round_item, b""],
        [vanity, [], [], round_item, [[seals[0]]]],
        [vanity, [], [], round_item],
        [vanity, [], [], round_item, [], []],
    ):
        yield rlp.encode(parts)


def structs(choose: random.Random) -> Iterator[Question]:
    """Everything that is signed or digested, changed in every place."""
    answer = BUNDLE["answers"][0]
    documents: list[tuple[Callable[[str], Question], Any]] = [
        (lambda data: ("struct", "Report", data), BUNDLE["report"]),
        (lambda data: ("struct", "Finding", data), BUNDLE["report"]["findings"][0]),
        (lambda data: ("struct", "Answer", data), answer["answer"]),
        (lambda data: ("struct", "Anchor", data), BUNDLE["anchors"][0]["batch"]),
        (lambda data: ("observation", data), answer["observations"][0]),
        (lambda data: ("explanation", data), answer["explanation"]),
        (lambda data: ("manifest", data), BUNDLE["model"]["manifest"]),
        (lambda data: ("configuration", data), BUNDLE["configuration"]),
        (lambda data: ("ask", data), BUNDLE["ask"]),
        (lambda data: ("answer", data), answer),
    ]
    for gtin in (
        "1234567",
        "123456789",
        "12345678901",
        "123456789012345",
        "１２３４５６７８",
        "12345678\n",
        "",
        "0" * 13,
    ):
        yield ("ask", encoded(BUNDLE["ask"] | {"gtin": gtin}))
    for call, document in documents:
        yield from mutated(call, document, choose, COUNT // 6)


def models(choose: random.Random) -> Iterator[Question]:
    """A model with every member changed, and vectors beside its thresholds."""
    names, model = factory.VECTORS["features"], json.loads(factory.VECTORS["model"])
    edges = [None, 0, -1, 1, 2**24, -(2**24), *(int(n) for n in (100, 4500, 9000))]
    vectors = [case["vector"] for case in factory.VECTORS["cases"]]
    vectors += [[choose.choice(edges) for _ in names] for _ in range(20)]

    def call(data: str) -> Question:
        return ("scores", data, names, factory.VECTORS["thresholds"], vectors)

    yield from mutated(call, model, choose, COUNT // 2)
    tree = model["learner"]["gradient_booster"]["model"]["trees"][0]
    paths = [("learner", "gradient_booster", "model", "trees", 0, *each) for each in paths_of(tree)]
    for _ in range(COUNT // 2):
        yield call(encoded(in_values(model, choose, paths)))
    for _ in range(COUNT // 20):
        yield call(encoded(shuffled(model, choose)))
    margins = sorted(struct.unpack(">f", bytes.fromhex(case["margin"]))[0] for case in factory.VECTORS["cases"])
    yield ("scores", to_hex(factory.FILES.model), names, thresholds_to_hex(margins), vectors)
    for text in (
        "",
        "00",
        "7f800000",
        "ff800000",
        "7fc00000",
        "7f7fffff",
        "8000000000000000",
        "0000000080000000",
        "3f80000000000000",
        "7e967699",
        "7e96769a",
        "3F800000",
        "3f80000\n",
    ):
        yield ("scores", to_hex(factory.FILES.model), names, text, vectors[:1])
        yield ("scores", to_hex(factory.FILES.model), names, text * 10_001, vectors[:1])


def shuffled(model: dict[str, Any], choose: random.Random) -> dict[str, Any]:
    """The same model with the nodes of its first tree in another order: a tree still, but children no longer adjacent."""
    made = copy.deepcopy(model)
    tree = made["learner"]["gradient_booster"]["model"]["trees"][0]
    old = [0, *choose.sample(range(1, len(tree["parents"])), len(tree["parents"]) - 1)]
    new = {number: at for at, number in enumerate(old)}
    for name, column in tree.items():
        if isinstance(column, list) and len(column) == len(old):
            tree[name] = [column[number] for number in old]
    for name in ("left_children", "right_children", "parents"):
        tree[name] = [new.get(number, number) for number in tree[name]]
    return made


@pytest.mark.parametrize(
    "questions",
    [trust_roots, texts, spellings, rlps, tries, nodes_of_no_trie, signatures, inclusions, headers, structs, models],
    ids=lambda each: each.__name__,
)
def test_both_implementations_agree(questions: Callable[[random.Random], Iterator[Question]]) -> None:
    asked = list(questions(random.Random(questions.__name__)))
    assert disagreements(asked)[:5] == []
    kinds = {tuple(ours(question)) for question in asked}
    assert kinds == {("ok",), ("error",)}, "expected questions of both kinds, those that hold and those that do not"
