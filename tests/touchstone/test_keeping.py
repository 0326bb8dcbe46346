"""The block log is kept while the node runs, sleeps, lies on another chain, or has a twin at work."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from node.chain.block_log import BlockLog
from node.chain.client import ChainClient
from node.chain.errors import ChainError, Unreachable, WrongChain
from node.chain.sender import Sender
from node.protocol.canonical import to_hex
from node.services.block_logging import RUN, Logged
from tests.services.chain import Chain, open_chain
from tests.services.house import CHAIN_ID
from tests.services.test_monitoring import grow
from tests.touchstone.small_network import PASSWORD, make_folder, refusal, run, served
from touchstone.keeping import Keeper


class Node(ChainClient):
    """The embedded chain behind a node that answers by `fault` where that says something, and counts what it is sent."""

    def __init__(self, honest: ChainClient) -> None:
        super().__init__(honest._provider, wait_seconds=0)
        self.fault: Callable[[str], Any] = lambda method: None
        self.sent = 0

    def request(self, method: str, *params: Any) -> Any:
        self.sent += method == "eth_sendRawTransaction"
        return self.fault(method) or super().request(method, *params)


class Desk:
    """A keeper with what it told and said."""

    def __init__(self, node: Node, chain_id: int = CHAIN_ID) -> None:
        self.told: list[Logged] = []
        self.said: list[str] = []
        log, sender = BlockLog(node), Sender(node, b"\x07" * 32)
        self.keeper = Keeper(log, sender, chain_id, self.told.append, self.said.append, size=4)


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    (tmp_path / "chain").mkdir()
    with open_chain(tmp_path / "chain") as opened:
        grow(opened, 9)
        yield opened


@pytest.fixture
def node(chain: Chain) -> Node:
    return Node(chain.client)


def test_whole_runs_are_logged_and_told(chain: Chain, node: Node) -> None:
    desk = Desk(node)
    desk.keeper.patient_turn()
    assert [(run.first, run.size) for run in desk.told] == [(0, 4), (4, 4)]
    grow(chain, 2, b"more")
    desk.keeper.patient_turn()
    assert [run.first for run in desk.told] == [0, 4, 8] and desk.said == []


def test_a_node_that_falls_silent_is_waited_for_and_told_once(chain: Chain, node: Node) -> None:
    desk = Desk(node)

    def silent(method: str) -> None:
        raise Unreachable("expected an answer, got: Connection refused")

    node.fault = silent
    for _ in range(3):
        desk.keeper.patient_turn()
    assert len(desk.said) == 1 and "waiting · 等待中: expected an answer" in desk.said[0] and desk.told == []
    with pytest.raises(Unreachable, match="Connection refused"):
        desk.keeper.turn()
    node.fault = lambda method: None
    desk.keeper.patient_turn()
    assert desk.said[1:] == ["goes on at block 9 · 已恢复，第 9 号区块"] and len(desk.told) == 2


def test_what_may_still_be_under_way_is_not_sent_again_before_a_new_block(chain: Chain, node: Node) -> None:
    desk = Desk(node)

    def standing(method: str) -> Any:
        if method == "eth_getTransactionReceipt":
            raise Unreachable("expected transaction in a block, got nothing")
        return "0x9" if method == "eth_blockNumber" else None

    node.fault = standing
    for _ in range(3):
        desk.keeper.patient_turn()
    assert node.sent == 1 and len(desk.said) == 1 and "got nothing" in desk.said[0]
    node.fault = lambda method: None
    grow(chain, 1, b"awake")
    desk.keeper.patient_turn()
    assert desk.told[0].first == 4, "the first run came into a block meanwhile"


def test_a_node_of_another_chain_is_refused(node: Node) -> None:
    desk = Desk(node, chain_id=CHAIN_ID + 1)
    with pytest.raises(WrongChain, match=f"expected chain {CHAIN_ID + 1}, got a node of chain {CHAIN_ID}"):
        desk.keeper.patient_turn()
    assert node.sent == 0


def test_a_refusal_of_the_node_is_waited_out_too(node: Node) -> None:
    desk = Desk(node)

    def busy(method: str) -> None:
        if method == "eth_sendRawTransaction":
            raise ChainError("replacement transaction underpriced")

    node.fault = busy
    desk.keeper.patient_turn()
    assert desk.said == ["waiting · 等待中: replacement transaction underpriced"]


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_logs_what_is_due_and_writes_an_object_a_run(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(chain.client) as port:
        folder = make_folder(tmp_path / "n", port)
        keep = ("network", "keep", str(folder), "--bureau", "1", "--once")
        monkeypatch.delenv("TOUCHSTONE_PASSWORD", raising=False)
        assert "expected the password" in refusal(*keep)
        monkeypatch.setenv("TOUCHSTONE_PASSWORD", "another")
        assert "sender.json with the password given" in refusal(*keep)
        (folder / "password").write_text(PASSWORD)
        assert "nothing to log yet" in run(*keep)

        grow(chain, RUN, b"many")
        (logged,) = map(json.loads, run(*keep, "--json").splitlines())
        root = to_hex(BlockLog(chain.client).run(0).root)
        assert logged == {"first": 0, "size": RUN, "root": root, "missed": 0, "block": RUN + 10}
        assert f"logged up to block {RUN - 1}" in run(*keep, "--node", "2")
        assert "expected a bureau of [1, 2, 3, 4]" in refusal(*keep, "--node", "9")
