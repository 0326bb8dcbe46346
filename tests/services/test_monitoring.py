"""The monitor believes no node: what is false, unsealed, doubled or stuck becomes an alarm with evidence."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from node.chain.block_log import BlockLog
from node.chain.client import ChainClient
from node.chain.contracts import calldata
from node.chain.errors import ChainError
from node.protocol.canonical import from_hex, sha256
from node.protocol.header import Header, extra_data
from node.protocol.identifiers import ADDRESSES
from node.protocol.trust import TrustRoot
from node.services.block_logging import log_blocks
from node.services.errors import ConsensusConflict
from node.services.evidence import founding_root
from node.services.monitoring import STALL_PERIODS, Alarm, Monitor
from tests.services.chain import Chain, open_chain
from tests.services.house import NOW, make_configuration


class Source(ChainClient):
    """A node that may lie: `lies` maps a method to what it makes of the honest answer."""

    def __init__(self, honest: ChainClient, **lies: Callable[..., Any]) -> None:
        self.honest, self.lies = honest, lies

    def request(self, method: str, *params: Any) -> Any:
        answer = self.honest.request(method, *params)
        return self.lies[method](answer, *params) if method in self.lies else answer


def grow(chain: Chain, blocks: int, mark: bytes = b"") -> None:
    """Blocks with a transaction each; `mark` makes them differ from those of another chain."""
    for number in range(blocks):
        sender = chain.sender(f"stranger {number}" + mark.hex())
        sender.wait(sender.send(ADDRESSES["ProductRegistry"], calldata("ProductRegistry", "claims", 1)))


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    (tmp_path / "chain").mkdir()
    with open_chain(tmp_path / "chain") as opened:
        grow(opened, 4)
        yield opened


@pytest.fixture
def trust(chain: Chain) -> TrustRoot:
    return founding_root(chain.client, make_configuration())


class Time:
    now = NOW

    def __call__(self) -> int:
        return self.now


def watch(trust: TrustRoot, folder: Path, clock: Time | None = None, **sources: ChainClient) -> Monitor:
    return Monitor(trust, sources, folder / "watch", clock or Time(), period=2)


def kinds(found: list[Alarm]) -> list[str]:
    return [alarm.kind for alarm in found]


def test_an_honest_chain_raises_no_alarm_and_is_followed_on(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    monitor = watch(trust, tmp_path, a=chain.client, b=Source(chain.client))
    assert list(monitor.follow()) == [] and monitor.watched.block == 4
    grow(chain, 2, b"more")
    later = watch(trust, tmp_path, a=chain.client)
    assert later.watched.block == 4
    assert list(later.follow()) == [] and later.watched.block == 6


def changed(block: dict[str, Any], number: int, **fields: Any) -> dict[str, Any]:
    return {**block, **fields} if int(block["number"], 16) == number else block


def test_a_header_that_does_not_hash_to_what_it_says(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    liar = Source(chain.client, eth_getBlockByNumber=lambda b, *_: changed(b, 3, gasUsed="0x1"))
    monitor = watch(trust, tmp_path, liar=liar)
    assert kinds(list(monitor.follow())) == ["false_header"]
    assert monitor.watched.block == 2, "the false block is not followed"
    assert kinds(list(monitor.follow())) == [], "the same alarm is told once"


def test_a_node_that_lies_does_not_stop_an_honest_one(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    liar = Source(chain.client, eth_getBlockByNumber=lambda b, *_: changed(b, 3, gasUsed="0x1"))
    monitor = watch(trust, tmp_path, liar=liar, honest=chain.client)
    assert kinds(list(monitor.follow())) == ["false_header"] and monitor.watched.block == 4


def with_seals(block: dict[str, Any], seals: list[bytes]) -> dict[str, Any]:
    return {**block, "extraData": "0x" + extra_data(0, seals).hex()}


def test_too_few_seals(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    def stripped(block: dict[str, Any], *_: Any) -> dict[str, Any]:
        if int(block["number"], 16) != 2:
            return block
        return with_seals(block, list(Header.from_rpc(block).seals[:2]))

    monitor = watch(trust, tmp_path, a=Source(chain.client, eth_getBlockByNumber=stripped))
    (alarm,) = monitor.follow()
    assert alarm.kind == "bad_seals" and "expected 3 seals of 4" in alarm.words[0]
    kept = json.loads(next((tmp_path / "watch" / "alarms").iterdir()).read_text())
    assert Header.from_rlp(from_hex(kept["headers"]["a"])).number == 2, "the raw header is the evidence"


def test_a_set_of_validators_that_is_not_proven(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    def forged(answer: dict[str, Any], *_: Any) -> dict[str, Any]:
        return {**answer, "storageProof": [{**item, "proof": item["proof"][:-1]} for item in answer["storageProof"]]}

    monitor = watch(trust, tmp_path, a=Source(chain.client, eth_getProof=forged))
    assert kinds(list(monitor.follow())) == ["unproven_set"] and monitor.watched.block == 0


def test_two_sealed_blocks_at_one_height_name_who_sealed_both(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    """The same validators run a second chain from the same genesis: both chains are sealed by the rules."""
    (tmp_path / "other").mkdir()
    with open_chain(tmp_path / "other") as other:
        grow(other, 4, b"another past")
        both = watch(trust, tmp_path, a=chain.client, b=other.client)
        (alarm,) = both.follow()
        assert alarm.kind == "double_seal" and alarm.block == 1 and len(alarm.signers) >= 2
        assert both.watched.block == 0, "a monitor does not choose between two pasts"
        # over time: first the one past, then the other
        alone = Monitor(trust, {"a": chain.client}, tmp_path / "alone", Time())
        assert list(alone.follow()) == []
        retold = Monitor(trust, {"a": other.client}, tmp_path / "alone", Time())
        assert kinds(list(retold.follow())) == ["double_seal"]


def test_a_chain_that_stands_still(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    clock = Time()
    monitor = watch(trust, tmp_path, clock, a=chain.client)
    assert list(monitor.follow()) == []
    clock.now += STALL_PERIODS * 2 + 1
    assert kinds(list(monitor.follow())) == ["stall"]
    grow(chain, 1, b"awake")
    assert list(monitor.follow()) == [] and monitor.watched.block == 5


def test_blocks_that_nobody_logged_in_time(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    grow(chain, 260, b"many")
    monitor = watch(trust, tmp_path, a=chain.client)
    (alarm,) = monitor.follow()
    assert alarm.kind == "log_gap" and "from 0 on" in alarm.words[0]
    assert list(monitor.follow()) == []
    assert [run.missed for run in log_blocks(BlockLog(chain.client), chain.sender("anyone"))] == [9]
    assert list(watch(trust, tmp_path / "again", a=chain.client).follow()) == []


def test_silent_and_foreign_sources_are_named(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    def silent(*_: Any) -> Any:
        raise ChainError("no answer")

    monitor = watch(
        trust,
        tmp_path,
        mute=Source(chain.client, eth_blockNumber=silent),
        foreign=Source(chain.client, eth_chainId=lambda *_: "0x1"),
        honest=chain.client,
    )
    assert kinds(list(monitor.follow())) == ["silent", "foreign_chain"] and monitor.watched.block == 4


def test_notes_about_another_chain_are_left_alone(chain: Chain, trust: TrustRoot, tmp_path: Path) -> None:
    list(watch(trust, tmp_path, a=chain.client).follow())
    before = (tmp_path / "watch" / "watched.json").read_bytes()
    other = TrustRoot.from_json({**trust.to_json(), "genesis_hash": "0x" + sha256(b"other").hex()})
    with pytest.raises(ConsensusConflict, match="Nothing was changed"):
        watch(other, tmp_path, a=chain.client)
    assert (tmp_path / "watch" / "watched.json").read_bytes() == before
