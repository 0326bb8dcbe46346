"""QBFT headers: known answers, and every block of three real chains."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rlp as other

from node.protocol import rlp
from node.protocol.canonical import keccak256
from node.protocol.errors import HeaderError, SealError
from node.protocol.header import (
    EXTRA,
    FIELDS,
    MAX_BYTES,
    OMMERS_HASH,
    Header,
    _remembered,
    check_seals,
    extra_data,
    quorum,
    seal_signers,
)
from node.protocol.identifiers import checksummed
from tests import bundle_factory as factory
from tests.protocol.chains import CHAINS, Chain, unhex
from tests.protocol.consortium import key

CHAIN_IDS = [chain.name for chain in CHAINS]
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "headers.json").read_text("utf-8"))
CASES = VECTORS["cases"]
CASE_IDS = [case["name"] for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=CASE_IDS)
def test_known_answers_by_the_formulas(case: dict[str, Any]) -> None:
    """The vectors themselves, recomputed with another RLP and none of our header code."""
    members = [unhex(item) for item in VECTORS["validators"]] if case["mode"] == "header list" else []
    names = [name for name, _ in FIELDS][: case["fields"]]
    seals = other.decode(unhex(case["extraData"]))[4]

    def encoded(round_item: bytes, seals: list[bytes]) -> bytes:
        extra = other.encode([unhex(VECTORS["vanity"]), members, [], round_item, seals])
        return bytes(other.encode([extra if name == "extraData" else field(name) for name in names]))

    assert encoded(b"\x01", seals) == unhex(case["rlp"])
    assert keccak256(encoded(b"", [])) == unhex(case["blockHash"])
    assert keccak256(encoded(b"\x01", [])) == unhex(case["commitHash"])
    assert keccak256(encoded(b"\x01", seals)) == unhex(case["keccakOfServed"])


def field(name: str) -> bytes:
    data = unhex(VECTORS["header"][name])
    return data.lstrip(b"\0") if dict(FIELDS)[name] == 0 else data


@pytest.mark.parametrize("case", CASES, ids=CASE_IDS)
def test_known_answers(case: dict[str, Any]) -> None:
    if not case["accepted"]:
        with pytest.raises(HeaderError, match="validator-contract mode"):
            Header.from_rlp(unhex(case["rlp"]))
        return
    header = Header.from_rlp(unhex(case["rlp"]))
    served = dict(list(VECTORS["header"].items())[: case["fields"] - 1])
    assert Header.from_rpc({**served, "extraData": case["extraData"]}) == header
    header.check_constants()
    assert (header.block_hash(), header.commit_hash()) == (unhex(case["blockHash"]), unhex(case["commitHash"]))
    assert header.round == VECTORS["round"]
    validators = [checksummed(unhex(item)) for item in VECTORS["validators"]]
    assert check_seals(header, validators) == validators


def _sealed(header: Header, round_number: int, seals: list[bytes], vanity: bytes = bytes(32)) -> Header:
    extra = extra_data(round_number, seals, vanity)
    return Header((*header.items[:EXTRA], extra, *header.items[EXTRA + 1 :]))


@pytest.mark.parametrize("size", range(1, 11))
def test_quorums(size: int) -> None:
    assert quorum(size) == [1, 2, 2, 3, 4, 4, 5, 6, 6, 7][size - 1]


@pytest.mark.parametrize("chain", CHAINS, ids=CHAIN_IDS)
def test_every_block_of_real_chains_has_the_hash_that_the_node_says(chain: Chain) -> None:
    assert len(chain.headers) >= 12
    for number, header in chain.headers.items():
        header.check_constants()
        assert header.block_hash() == unhex(chain.blocks[number]["hash"])
        assert header.rlp() == Header.from_rlp(header.rlp()).rlp()
        if number + 1 in chain.headers:
            assert chain.headers[number + 1].parent_hash == header.block_hash()
    genesis = Header.from_rpc(chain.data["genesis"])
    assert genesis.block_hash() == unhex(chain.data["genesis"]["hash"])
    assert chain.headers[1].parent_hash == genesis.block_hash()


@pytest.mark.parametrize("chain", CHAINS, ids=CHAIN_IDS)
def test_seals_are_of_the_set_in_force(chain: Chain) -> None:
    sizes = set()
    for number, header in chain.headers.items():
        validators = chain.validators(number)
        assert len(check_seals(header, validators)) >= quorum(len(validators))
        sizes.add(len(validators))
    assert sizes == {4, 5}


@pytest.mark.parametrize("chain", CHAINS, ids=CHAIN_IDS)
def test_rounds_above_zero(chain: Chain) -> None:
    above = [int(block["number"], 16) for block in chain.data["blocks_with_round_above_zero"]]
    assert len(above) >= 3
    for number in above:
        header = chain.headers[number]
        assert header.round > 0
        assert header.commit_hash() != header.block_hash()


@pytest.mark.parametrize("chain", CHAINS, ids=CHAIN_IDS)
def test_a_set_that_is_off_by_one_member_fails(chain: Chain) -> None:
    """The set of before the change, for each block that the admitted member sealed; and any set without a signer."""
    found = 0
    for number, header in chain.headers.items():
        validators = chain.validators(number)
        signers = seal_signers(header)
        found += chain.data["admitted"] in signers
        for member in signers:
            with pytest.raises(SealError):
                check_seals(header, [each for each in validators if each != member])
    assert found >= 3


@pytest.mark.parametrize("chain", CHAINS, ids=CHAIN_IDS)
def test_the_set_changes_one_block_after_the_contract(chain: Chain) -> None:
    """The block that holds the change is still the old set's; held against the other set, quorum or members are off."""
    numbers = sorted(chain.headers)
    changes = [n for n in numbers if n + 1 in chain.headers and chain.validators(n) != chain.validators(n + 1)]
    assert len(changes) >= 1
    for number in changes:
        before, after = chain.validators(number), chain.validators(number + 1)
        check_seals(chain.headers[number], before)
        check_seals(chain.headers[number + 1], after)
        if len(after) > len(before):
            assert len(chain.headers[number].seals) < quorum(len(after))
            with pytest.raises(SealError, match="expected 4 seals of 5 validators, got 3"):
                check_seals(chain.headers[number], after)


@pytest.mark.parametrize("chain", CHAINS, ids=CHAIN_IDS)
def test_raw_headers_of_the_node_read_the_same(chain: Chain) -> None:
    for number, raw in (chain.data.get("raw_headers") or {}).items():
        assert Header.from_rlp(unhex(raw)).block_hash() == unhex(chain.blocks[int(number)]["hash"])


VALIDATORS = [signer.address for signer in factory.VALIDATORS]


def test_seal_rules() -> None:
    good = factory.header()
    assert check_seals(good, VALIDATORS) == VALIDATORS
    seals = list(good.seals)
    high_v = seals[0][:64] + bytes([27 + seals[0][64]])
    for bent in (
        seals[:2],
        [*seals[:3], seals[0]],
        [*seals, seals[0]],
        [*seals[:3], high_v],
        [*seals[:3], seals[3][:64]],
        [*seals[:3], bytes(65)],
        [*seals[:3], seals[3] + b"\0"],
        [],
    ):
        with pytest.raises(SealError):
            check_seals(_sealed(good, good.round, bent), VALIDATORS)
    with pytest.raises(SealError):
        check_seals(_sealed(good, 0, seals), VALIDATORS)  # the seals bind the round
    for wrong in ([], [*VALIDATORS, VALIDATORS[0]], VALIDATORS[:3], [key("x").address]):
        with pytest.raises(SealError):
            check_seals(good, wrong)


def test_seals_with_a_high_s_are_refused() -> None:
    from node.protocol.signing import ORDER

    good = factory.header()
    seal = good.seals[0]
    other = seal[:32] + (ORDER - int.from_bytes(seal[32:64], "big")).to_bytes(32, "big") + bytes([1 - seal[64]])
    with pytest.raises(SealError):
        check_seals(_sealed(good, good.round, [other, *good.seals[1:]]), VALIDATORS)


def test_the_proposer_is_of_the_set() -> None:
    outsider = [key("outsider"), *factory.VALIDATORS]
    header = factory.header(signers=outsider)
    with pytest.raises(SealError):
        check_seals(_sealed(header, 1, list(header.seals[1:])), VALIDATORS)


def change(index: int, item: bytes) -> Any:
    items = list(factory.header().items)
    items[index] = item
    return tuple(items)


@pytest.mark.parametrize(
    "items",
    [
        (),
        factory.header().items[:14],
        change(0, b""),
        change(6, bytes(255)),
        change(8, b"\0\x01"),
        change(11, b"\x01" * 33),
        change(14, bytes(7)),
        change(EXTRA, b""),
        change(EXTRA, rlp.encode([bytes(32), [], [], b""])),
        change(EXTRA, rlp.encode([bytes(31), [], [], b"", []])),
        change(EXTRA, rlp.encode([bytes(32), [bytes(20)], [], b"", []])),
        change(EXTRA, rlp.encode([bytes(32), [], [bytes(20), b"\xff"], b"", []])),
        change(EXTRA, rlp.encode([bytes(32), [], [], b"\0", []])),
        change(EXTRA, rlp.encode([bytes(32), [], [], b"\x01" * 5, []])),
        change(EXTRA, rlp.encode([bytes(32), [], [], b"", [[b"x"]]])),
        change(EXTRA, rlp.encode([bytes(32), [], [], b"", [b""] * 1001])),
    ],
    ids=lambda items: f"{len(items)} items",
)
def test_malformed_headers_are_refused(items: tuple[bytes, ...]) -> None:
    with pytest.raises(HeaderError):
        Header(items)


@pytest.mark.parametrize("data", [b"", b"\xc0", b"abc", rlp.encode([[b""]] * 16), b"\xf9\xff\xff"])
def test_other_bytes_are_no_header(data: bytes) -> None:
    with pytest.raises(HeaderError):
        Header.from_rlp(data)


@pytest.mark.parametrize(("index", "item"), [(13, bytes(32)), (7, b"\x02"), (14, b"\x01" * 8), (1, bytes(32))])
def test_the_constants_of_qbft(index: int, item: bytes) -> None:
    assert factory.header().items[1] == OMMERS_HASH
    with pytest.raises(HeaderError):
        replace(factory.header(), items=change(index, item)).check_constants()


def test_a_header_larger_than_any_real_one_is_refused_and_not_kept() -> None:
    """The process remembers headers that it read: foreign ones of megabytes would fill its memory."""
    made = factory.header(signers=tuple(key(f"validator {number}") for number in range(100)))
    assert Header.from_rlp(made.rlp()) == made and len(made.rlp()) < MAX_BYTES // 2
    large = Header((*made.items[:EXTRA], extra_data(0, [bytes(MAX_BYTES)]), *made.items[EXTRA + 1 :])).rlp()
    before = _remembered.cache_info().currsize
    with pytest.raises(HeaderError, match="at most"):
        Header.from_rlp(large)
    assert _remembered.cache_info().currsize == before
