"""Headers of all lengths and rounds, sets of all sizes, and seals that do not hold."""

from collections.abc import Iterator

from eth_keys.constants import SECPK1_N

from node.protocol import rlp
from node.protocol.canonical import keccak256, to_hex
from node.protocol.header import Header, extra_data, quorum
from node.protocol.trust import ValidatorSet
from scripts.evidence.blocks import header_of, raw, resealed, sealed_by, with_fields, with_items, with_seals
from scripts.evidence.case import ALTERED, NOT_TRUSTED, Case, Made, case, fresh
from tests import bundle_factory as factory
from tests.protocol.consortium import key

FULL, STRANGER = factory.VALIDATORS, key("stranger")


def cases() -> Iterator[Case]:
    yield from _lengths()
    yield from _sets()
    yield from _forms()
    yield from _seals()


def _under(header: Header, made: Made | None = None) -> Made:
    return (made or fresh("bare")) | factory.named(header)


def _lengths() -> Iterator[Case]:
    for count in (15, 16, 17, 20, 21):
        yield case(f"header_of_{count}_fields", with_fields(fresh("bare"), count))
    items = header_of(fresh("bare")).items
    yield case("header_too_large", _under(with_seals(header_of(fresh("bare")), [bytes(2**14)])), ALTERED, "header")
    for number in (0, 2**32 - 1):
        yield case(f"header_round_{number}", _under(resealed(items, round_number=number)))
    yield case("header_other_vanity", _under(resealed(items, vanity=b"besu".ljust(32, b"\0"))))


def _sets() -> Iterator[Case]:
    for size in (1, 4, 5, 7, 10):
        signers = [key(f"validator {number}") for number in range(1, size + 1)]
        held = ValidatorSet(1, None, tuple(each.address for each in signers))
        trust = factory.trust_root(validator_sets=(held,))
        least = quorum(size)
        yield case(f"seals_{least}_of_{size}", factory.bundle(signers=signers[:least]), trust=trust)
        if size in (5, 7):
            made = factory.bundle(signers=signers[: least - 1])
            yield case(f"seals_{least - 1}_of_{size}", made, ALTERED, "header", trust=trust)


def _forms() -> Iterator[Case]:
    made = fresh("bare")
    header = header_of(made)
    for name, change in (
        ("mix_hash", {13: bytes(32)}),
        ("difficulty", {7: b"\x02"}),
        ("proposer", {2: bytes(20)}),
    ):
        yield case(f"header_other_{name}", with_items(fresh("bare"), change), ALTERED, "header")
    items, block_hash = list(header.items), header.block_hash()
    first = bytes.fromhex(factory.VALIDATORS[0].address[2:])
    listed = rlp.encode([bytes(32), [first], [], b"\x01", list(header.seals)])
    for name, other in (
        ("of_14_fields", items[:14]),
        ("of_22_fields", [*items, *[b""] * 6]),
        ("number_with_leading_zero", [*items[:8], b"\0" + items[8], *items[9:]]),
        ("list_in_a_field", [*items[:2], [items[2]], *items[3:]]),
        ("validators_in_extra_data", [*items[:12], listed, *items[13:]]),
        ("round_of_five_bytes", [*items[:12], rlp.encode([bytes(32), [], [], b"\1" * 5, []]), *items[13:]]),
    ):
        yield case(f"header_{name}", made | raw(other, block_hash), ALTERED, "header")
    served = header.rlp()
    for name, data in (
        ("trailing_byte", served + b"\0"),
        ("cut_short", served[:-1]),
        ("long_form_of_length", b"\xfa\0" + served[1:]),
    ):
        yield case(f"header_rlp_{name}", made | {"header": to_hex(data)}, ALTERED, "header")
    other_hash = made | {"block_hash": to_hex(keccak256(served))}
    yield case("header_hash_of_the_bytes_as_served", other_hash, ALTERED, "header")
    commit = made | {"block_hash": to_hex(header.commit_hash())}
    yield case("header_commit_hash_as_block_hash", commit, ALTERED, "header")


def _seals() -> Iterator[Case]:
    header = header_of(fresh("bare"))
    one, two, three, four = header.seals
    r, s = one[:32], int.from_bytes(one[32:64], "big")
    high = r + (SECPK1_N - s).to_bytes(32, "big") + bytes([one[64] ^ 1])
    (foreign,) = sealed_by([STRANGER], header)
    yield case("seals_in_another_order", _under(with_seals(header, [three, one, four, two])))
    yield case("seals_surplus_dropped", _under(with_seals(header, [one, two, three])))
    for name, seals in (
        ("none", []),
        ("duplicate_for_quorum", [one, two, two]),
        ("duplicate_beside_quorum", [one, two, three, three]),
        ("foreign_for_quorum", [one, two, foreign]),
        ("high_s", [high, two, three, four]),
        ("high_s_twin_for_quorum", [one, high, two]),
        ("v_27", [one[:64] + bytes([one[64] + 27]), two, three, four]),
        ("v_flipped", [one[:64] + bytes([one[64] ^ 1]), two, three, four]),
        ("64_bytes", [one[:64], two, three, four]),
        ("66_bytes", [one + b"\0", two, three, four]),
        ("r_zero", [bytes(32) + one[32:], two, three, four]),
        ("s_zero", [r + bytes(32) + one[64:], two, three, four]),
        ("r_beyond_the_order", [SECPK1_N.to_bytes(32, "big") + one[32:], two, three, four]),
        ("more_than_a_hundred", [one] * 101),
    ):
        items = [*header.items[:12], extra_data(header.round, seals), *header.items[13:]]
        yield case(f"seals_{name}", fresh("bare") | raw(items, header.block_hash()), ALTERED, "header")
    other = resealed([keccak256(b"another block"), *header.items[1:]])
    moved = with_seals(header, other.seals)
    yield case("seals_of_another_block", _under(moved), NOT_TRUSTED)
    turned = with_seals(header, header.seals, 2)  # the block hash leaves out the round: it binds the seals alone
    yield case("seals_of_another_round", _under(turned), NOT_TRUSTED)
    helped = factory.bundle(signers=[FULL[0], *(key(f"thief {n}") for n in range(3))])
    yield case("seals_by_strangers_and_one_member", helped, NOT_TRUSTED)
