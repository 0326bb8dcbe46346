"""Four real nodes: blocks that the verifier accepts, free transactions, and what happens when nodes stop."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import pytest

from node.chain.block_log import BlockLog
from node.chain.contracts import calldata
from node.chain.errors import ChainError, Unreachable
from node.chain.network import processes
from node.protocol import merkle
from node.protocol.header import Header, check_seals, quorum
from node.protocol.identifiers import ADDRESSES
from node.services.block_logging import Logged, log_blocks
from node.services.recording import Recorder
from node.store.session import Store, open_store
from tests.network.conftest import ROUNDS, Real, until
from tests.network.reports import signed_report


def test_the_genesis_has_the_hash_that_the_trust_root_names(real: Real) -> None:
    for node in real.network.nodes:
        assert real.client(node.bureau).genesis_hash == real.trust.genesis_hash


def test_every_block_is_sealed_by_a_quorum_of_the_set_in_force(real: Real) -> None:
    head = real.grows(blocks=3)
    client = real.client()
    parent = None
    for number in range(1, head + 1):
        block = client.block(number)
        header = Header.from_rpc(block)
        header.check_constants()
        assert "0x" + header.block_hash().hex() == block["hash"]
        if parent is not None:
            assert header.parent_hash == parent
        validators = real.trust.validator_sets[0].validators
        assert len(check_seals(header, list(validators))) >= quorum(4)
        parent = header.block_hash()


def test_transactions_are_free_for_accounts_without_ether(real: Real) -> None:
    sender = real.sender(1)
    client = real.client()
    assert int(client.request("eth_getBalance", sender.address, "latest"), 16) == 0
    report, signatures = signed_report(real, "free", 1, real.contracts().config_digest())
    data = real.contracts().submit_data(report, signatures)
    receipt = sender.wait(sender.send(ADDRESSES["FindingRegistry"], data))
    sent = client.transaction(bytes.fromhex(receipt["transactionHash"][2:]))
    assert sent is not None and int(receipt["status"], 16) == 1 and int(sent["gasPrice"], 16) == 0


def test_two_bureaus_at_once_keep_one_block_log_over_the_real_hashes(real: Real) -> None:
    real.grows(blocks=9)

    def keep(bureau: int) -> list[Logged]:
        return list(log_blocks(BlockLog(real.client(bureau)), real.sender(bureau, through=bureau), size=4))

    with ThreadPoolExecutor() as pool:
        runs = sorted(chain.from_iterable(pool.map(keep, (1, 2))), key=lambda run: run.first)
    assert [run.first for run in runs] == list(range(0, 4 * len(runs), 4)) and len(runs) >= 2
    for run in runs:
        hashes = [bytes.fromhex(real.client().block(run.first + place)["hash"][2:]) for place in range(4)]
        assert run.missed == 0 and run.root == merkle.root([merkle.leaf_hash(block_hash) for block_hash in hashes])


def test_a_refusal_reaches_the_person_with_its_values(real: Real) -> None:
    sender = real.sender(1)
    with pytest.raises(ChainError, match=r"BrandRegistryUnknown\(brandId=0x07"):
        sender.send(ADDRESSES["BrandRegistry"], calldata("BrandRegistry", "brand", b"\x07" * 32))


def test_one_of_four_stopped_blocks_go_on_and_it_catches_up(real: Real) -> None:
    real.stop(4)
    height = real.grows(blocks=3)
    real.start(4)
    until(lambda: real.height(4) >= height, "the node that came back to catch up")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "node.sqlite")


def test_two_of_four_stopped_nothing_is_sealed_and_nothing_is_lost(real: Real, store: Store) -> None:
    contracts = real.contracts()
    digest = contracts.config_digest()
    real.stop(3, 4)
    time.sleep(2)  # a block that was under way may still come
    height = real.height()
    recorder = Recorder(store, contracts, real.sender(1, wait_seconds=5))
    for sequence in (10, 11):
        recorder.enqueue(*signed_report(real, f"waiting {sequence}", sequence, digest))
    with pytest.raises(Unreachable, match="in a block within 5 s"):
        recorder.run()
    assert real.height() == height, "two of four validators are no quorum"
    real.start(3, 4)
    real.grows(blocks=1, seconds=ROUNDS)
    again = Recorder(store, contracts, real.sender(1)).run()
    assert not again.failed
    for sequence in (10, 11):
        report, _ = signed_report(real, f"waiting {sequence}", sequence, digest)
        (finding,) = report.findings
        assert contracts.subject(finding.subject)[0] == 1


def test_status_says_how_each_node_is_doing(real: Real) -> None:
    real.grows(blocks=1)
    states = [processes.status(real.network, node, int(time.time())) for node in real.network.nodes]
    assert all(state.pid and state.peers == 3 and state.validators == 4 for state in states)
    assert max(state.head or 0 for state in states) - min(state.head or 0 for state in states) <= 1
