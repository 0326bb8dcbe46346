"""Outside parties who vouch for a block: witnesses of the log of blocks, and an authority that stamps its hash."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from node.protocol.bundle import encode_file
from node.protocol.canonical import from_hex, sha256, to_hex
from node.protocol.header import Header, extra_data
from node.protocol.trust import TrustRoot, ValidatorSet
from scripts.evidence.case import ALTERED, DAY, GENUINE, NOT_TRUSTED, Case, Made, case, flip, fresh
from tests import bundle_factory as factory
from tests import outside
from tests.protocol.consortium import NOW, key
from tests.timestamp_authority import ROOT_EXTENSIONS, STAMPING_EXTENSIONS, YEAR, Authority, certify

OLD = factory.VALIDATORS
NEW = tuple(key(f"new validator {number}") for number in (1, 2, 3, 4))
NAMES, NEW_NAMES = (tuple(signer.address for signer in signers) for signers in (OLD, NEW))
RETIRED = factory.trust_root(validator_sets=(ValidatorSet(1, 50, NAMES), ValidatorSet(51, None, NEW_NAMES)))
WITNESSES = ("notary.example", "court.example", "forensics.example")
BLOCK, BLOCK_TIME = factory.BLOCK, NOW + 60


class FixedAuthority(Authority):
    """An authority whose keys come from its title, so that it makes the same tokens in every run."""

    def __post_init__(self) -> None:
        self.root = certify(f"{self.title} Root", self._key("root"), None, ROOT_EXTENSIONS, serial=1, fixed=True)
        self.holder = self.until(NOW + YEAR)

    def until(self, end: int) -> Any:
        """A certificate for time-stamping that ends then, UTC seconds."""
        key = self._key(str(end))
        self.holder = certify(f"{self.title} TSA", key, self.root, STAMPING_EXTENSIONS, end=end, serial=end, fixed=True)
        return self.holder

    def _key(self, name: str) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(sha256(f"{self.title} {name}".encode()), "big") >> 1
        return ec.derive_private_key(number, ec.SECP256R1())


@cache
def authority(title: str = "Test") -> FixedAuthority:
    return FixedAuthority(title=title)


@cache
def outsiders() -> TrustRoot:
    """The retired set, with three witnesses of whom two must sign, and one authority."""
    return replace(
        RETIRED,
        witnesses=tuple(map(outside.vkey, WITNESSES)),
        witness_threshold=2,
        timestamp_certificates=(authority().root.der,),
    )


def block_hash(made: Made) -> bytes:
    return from_hex(made["block_hash"], 32)


def anchored(made: Made, **evidence: Any) -> Made:
    """The file with an anchor of its own block."""
    return made | {"block_anchors": [outside.block_anchor(block_hash(made), **evidence)]}


def _proof(made: Made, *signers: tuple[str, int], **other: Any) -> list[Made]:
    return [outside.checkpoint_proof(BLOCK, block_hash(made), signers, **other)]


def cases() -> Iterator[Case]:
    yield from _witnessed()
    yield from _stamped()
    short = factory.trust_root(complete_to=90)
    yield case("linked_hash_of_another_number", factory.one_hash_for_two(), ALTERED, "block_anchors", trust=short)
    yield from _after_their_time()


def _witnessed() -> Iterator[Case]:
    made, root, time = fresh("bare"), outsiders(), BLOCK_TIME
    one, two, three = WITNESSES
    good = [(one, time + 30), (three, time + 90)]
    for name, signers in (
        ("two", good),
        ("three", [*good, (two, time)]),
        ("a_day_later", [*good[:1], (two, time + DAY)]),
    ):
        yield case(f"witnessed_by_{name}", anchored(made, checkpoints=_proof(made, *signers)), trust=root)
    apart = [*_proof(made, good[0]), *_proof(made, good[1])]
    yield case("witnessed_in_two_notes", anchored(made, checkpoints=apart), trust=root)
    for name, signers in (
        ("too_few", good[:1]),
        ("a_stranger", [good[0], ("stranger.example", time)]),
        ("one_a_day_too_late", [good[0], (two, time + DAY + 1)]),
        ("two_before_the_block", [(one, time - 61), (two, time - 61)]),
    ):
        bent = anchored(made, checkpoints=_proof(made, *signers))
        yield case(f"witnessed_by_{name}", bent, NOT_TRUSTED, trust=root)
    same = [*_proof(made, good[0]), *_proof(made, (one, time + 31))]
    yield case("witnessed_by_one_in_two_notes", anchored(made, checkpoints=same), NOT_TRUSTED, trust=root)
    (proof,) = _proof(made, *good)
    head, tail = proof["note"].rsplit(" ", 1)
    for name, bent in (
        ("false_line", proof | {"note": f"{head} {tail[:40]}{'A' if tail[40] != 'A' else 'B'}{tail[41:]}"}),
        ("other_path", proof | {"path": [flip(proof["path"][0]), *proof["path"][1:]]}),
        ("another_chains_log", _proof(made, *good, origin="touchstone/1/" + "00" * 32)[0]),
        ("no_note", proof | {"note": ""}),
    ):
        also = [NOT_TRUSTED] if name == "no_note" else []  # without readable anchors the block stands alone
        yield case(f"witnessed_{name}", anchored(made, checkpoints=[bent]), ALTERED, "block_anchors", also, trust=root)


def stamps(data: bytes, *times: int, by: FixedAuthority | None = None) -> list[str]:
    """A token over the data and its renewals, in base64."""
    tokens = []
    for time in times:
        data = (by or authority()).token(data, time)
        tokens.append(encode_file(data))
    return tokens


def _after_their_time() -> Iterator[Case]:
    """What former validators seal today and have stamped, and what is stamped though nobody sealed it."""
    made, left = fresh("bare"), NOW + 60 * 50
    (old, now), root = RETIRED.validator_sets, outsiders()
    known = replace(root, validator_sets=(replace(old, ended_at=left), now))
    yield case("stamped_before_they_left", anchored(made, timestamps=[stamps(block_hash(made), NOW + 90)]), trust=known)
    receipts_root = Header.from_rlp(from_hex(made["header"])).receipts_root
    late = made | factory.named(factory.header(receipts_root=receipts_root, time=left + 1))
    late = anchored(late, timestamps=[stamps(block_hash(late), left + 5)])
    yield case("stamped_after_they_left", late, NOT_TRUSTED, trust=known)
    for name, time, expected in (("sealed", NOW + 60 * 60, GENUINE), ("unsealed", NOW + 60 * 60, ALTERED)):
        way = factory.block_log_link(BLOCK, block_hash(made), 60, signers=NEW)
        if name == "unsealed":
            items = list(Header.from_rlp(from_hex(way["header"])).items)
            items[12] = extra_data(0, [])
            way["header"] = to_hex(Header(tuple(items)).rlp())
        anchors = [
            outside.block_anchor(block_hash(made), block_log=[way]),
            outside.block_anchor(block_hash(way), timestamps=[stamps(block_hash(way), time)]),
        ]
        part = "block_anchors" if expected == ALTERED else None
        yield case(f"linked_to_a_stamped_{name}_header", made | {"block_anchors": anchors}, expected, part, trust=root)


def _stamped() -> Iterator[Case]:
    made, root, time = fresh("bare"), outsiders(), BLOCK_TIME
    digest = block_hash(made)
    good = stamps(digest, time + 600)
    yield case("stamped_in_time", anchored(made, timestamps=[good]), trust=root)
    after = NOW + 2 * YEAR
    yield case("stamped_and_certificates_ended", anchored(made, timestamps=[good]), NOT_TRUSTED, trust=root, at=after)
    renewed, later_root = _renewed(digest, time)
    held = replace(root, timestamp_certificates=later_root)
    yield case("stamped_and_renewed", anchored(made, timestamps=[renewed]), trust=held, at=after)
    unrenewed = anchored(made, timestamps=[renewed[:1]])
    yield case("stamped_and_not_renewed", unrenewed, NOT_TRUSTED, trust=held, at=after)
    yield case(
        "stamped_renewal_alone",
        anchored(made, timestamps=[renewed[1:]]),
        ALTERED,
        "block_anchors",
        trust=held,
        at=after,
    )
    swapped = anchored(made, timestamps=[renewed[::-1]])
    yield case("stamped_renewal_first", swapped, ALTERED, "block_anchors", trust=held, at=after)
    late = anchored(made, timestamps=[stamps(digest, time + DAY + 1)])
    yield case("stamped_a_day_too_late", late, NOT_TRUSTED, trust=root)
    early = anchored(made, timestamps=[stamps(digest, time - 61)])
    yield case("stamped_before_the_block", early, NOT_TRUSTED, trust=root)
    nobody = replace(root, timestamp_certificates=())
    yield case("stamped_by_nobody_named", anchored(made, timestamps=[good]), NOT_TRUSTED, trust=nobody)
    other = stamps(digest, time + 600, by=authority("Other"))
    yield case("stamped_by_another_authority", anchored(made, timestamps=[other]), NOT_TRUSTED, trust=root)
    over = anchored(made, timestamps=[stamps(b"other", time + 600)])
    yield case("stamped_over_other_bytes", over, ALTERED, "block_anchors", trust=root)
    cut = anchored(made, timestamps=[[good[0][: len(good[0]) // 2 // 4 * 4]]])
    yield case("stamped_cut_short", cut, ALTERED, "block_anchors", trust=root)


def _renewed(data: bytes, time: int) -> tuple[list[str], tuple[bytes, ...]]:
    """A token whose certificate ends after a year, renewed before that under a root that lasts."""
    first, second = authority(), authority("Later")
    end = NOW + 3 * YEAR
    root = certify("Later Root", second._key("root"), None, ROOT_EXTENSIONS, end=end, serial=2, fixed=True)
    second.root = root
    second.until(end)
    token = first.token(data, time + 600)
    renewal = second.token(token, NOW + YEAR // 2)
    return [encode_file(token), encode_file(renewal)], (first.root.der, root.der)
