"""QBFT headers: known answers, and every block of three real chains."""

from dataclasses import replace
from typing import Any

import pytest

from node.protocol import rlp
from node.protocol.errors import HeaderError, SealError
from node.protocol.header import EXTRA, MIX_HASH, OMMERS_HASH, Header, check_seals, extra_data, quorum, seal_signers
from node.protocol.signing import LocalSigner
from tests import bundle_factory as factory
from tests.protocol.chains import CHAINS, Chain, unhex
from tests.protocol.consortium import key

CHAIN_IDS = [chain.name for chain in CHAINS]
EMPTY = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
LOWEST = "1eff47bc3a10a45d4b230b5d10e37751fe6aa718"


def known(fields: int) -> Header:
    """The header of the known answers."""
    vanity = bytes(range(32))
    items = [
        unhex("a7762d3307dbf2ae6a1ae1b09cf61c7603722b2379731b6b90409cdb8c8288a0"),
        unhex("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"),
        unhex(LOWEST),
        unhex("ca07595b82f908822971b7e848398e3395e59ee52565c7ef3603df1a1fa7bc80"),
        *(unhex(EMPTY), unhex(EMPTY), bytes(256), b"\x01", b"\x01", rlp.minimal(4704588), b""),
        *(rlp.minimal(1530674616), extra_data(1, vanity=vanity), MIX_HASH, bytes(8), b""),
    ]
    return Header(tuple(items[:fields]))


@pytest.mark.parametrize(
    ("fields", "block_hash", "commit_hash"),
    [
        (
            16,
            "5640af708a1d18cffe7d9bbd91b0716e6af5113d1df3a013894e83614691c552",
            "53b5d4016399c6a7c196a0e6aee9b19cbe2261e543f96367471c287ea4df4266",
        ),
        (
            15,
            "41e284137bf488be18ac63acead0d4317f183ae9c007ce59fc8c703d8358ab51",
            "a6a63921441a5e15d9641902bb36e11eedac686683e7383c8c1b6cd16f80f21d",
        ),
    ],
)
def test_known_answers_in_contract_mode(fields: int, block_hash: str, commit_hash: str) -> None:
    header = known(fields)
    header.check_constants()
    assert (header.block_hash().hex(), header.commit_hash().hex()) == (block_hash, commit_hash)
    signers = [LocalSigner(number.to_bytes(32, "big")) for number in (1, 2, 3, 4)]
    seals = [signer.sign(header.commit_hash()) for signer in signers]
    sealed = _sealed(header, 1, [seal[:64] + bytes([seal[64] - 27]) for seal in seals], bytes(range(32)))
    assert sealed.block_hash() == header.block_hash()
    assert check_seals(sealed, [s.address for s in signers]) == [s.address for s in signers]
    assert min(s.address.lower() for s in signers) == "0x" + LOWEST


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
    checked = 0
    for number, header in chain.headers.items():
        validators = chain.validators(number)
        if validators is not None:
            assert len(check_seals(header, validators)) >= quorum(len(validators))
            checked += 1
    assert checked >= 10


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
        if validators is None:
            continue
        signers = seal_signers(header)
        found += chain.data["admitted"] in signers
        for member in signers:
            with pytest.raises(SealError):
                check_seals(header, [each for each in validators if each != member])
    assert found >= 3


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
