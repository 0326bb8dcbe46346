"""The embedded engine: QBFT blocks in one file that survives what happens to processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from web3 import Web3

from node.chain.client import ChainClient
from node.chain.contracts import Contracts
from node.chain.engines.embedded import EmbeddedEngine
from node.chain.engines.facade import EmbeddedProvider
from node.chain.errors import ChainError, HomeLocked, Reverted, WrongChain
from node.chain.genesis import Founding, Genesis, build_genesis
from node.chain.proofs import header_rlp, receipt_proof, state_proof
from node.chain.sender import Sender
from node.protocol import rlp
from node.protocol.authority import Right
from node.protocol.canonical import keccak256, to_hex
from node.protocol.header import Header, check_seals
from node.protocol.identifiers import ADDRESSES, address_bytes
from node.protocol.trie import lookup
from tests.chain.conftest import CHAIN_ID, FOUNDED, VALIDATOR_KEYS, Chain, Clock, configuration

RIGHT = Right(b"1" * 32, 0x434E, 2, 1, 2, b"1" * 32)


def brand_call(contracts: Contracts, owner: str, number: int) -> tuple[str, bytes]:
    name = number.to_bytes(32, "big")
    return ADDRESSES["BrandRegistry"], contracts.register_brand_data(name, owner, name, b"n" * 32, RIGHT)


def send_brands(chain: Chain, first: int, count: int) -> list[dict]:  # type: ignore[type-arg]
    sender = chain.sender()
    return sender.send_all([brand_call(chain.contracts, sender.address, first + n) for n in range(count)])


def test_the_genesis_is_the_same_every_time(genesis: Genesis) -> None:
    again = build_genesis(Founding(CHAIN_ID, FOUNDED, configuration()))
    assert again.to_json() == genesis.to_json()
    assert again.hash == genesis.hash
    assert Genesis.from_json(genesis.to_json()).hash == genesis.hash
    assert set(ADDRESSES.values()) == set(genesis.alloc)


def test_the_contracts_know_the_configuration(chain: Chain) -> None:
    assert chain.contracts.config_digest() == configuration().digest()
    assert chain.contracts.validators() == sorted(
        (bureau.validator for bureau in configuration().bureaus), key=address_bytes
    )


def test_every_block_is_sealed_by_a_quorum(chain: Chain) -> None:
    for number in range(1, 4):
        send_brands(chain, 10 * number, 3)
    head = chain.client.head()
    assert head >= 3
    for number in range(1, head + 1):
        block = chain.client.block(number)
        header = Header.from_rpc(block)
        header.check_constants()
        assert len(check_seals(header, chain.contracts.validators())) == 3
        assert header.block_hash() == bytes.fromhex(block["hash"][2:])
        assert header.parent_hash == bytes.fromhex(chain.client.block(number - 1)["hash"][2:])
        assert Header.from_rlp(header_rlp(block)) == header


def test_blocks_are_a_second_apart_and_never_ahead_of_the_clock(chain: Chain) -> None:
    chain.clock.running = False
    sender = chain.sender()
    first = sender.send(*brand_call(chain.contracts, sender.address, 1))
    assert chain.client.receipt(first)["status"] == "0x1"
    second = sender.send(*brand_call(chain.contracts, sender.address, 2))
    third = sender.send(*brand_call(chain.contracts, sender.address, 3))
    assert chain.client.request("eth_getTransactionReceipt", "0x" + second.hex()) is None
    chain.clock.now += 1
    places = [chain.client.receipt(tx)["blockNumber"] for tx in (second, third)]
    assert places == ["0x2", "0x2"]
    assert int(chain.client.block(2)["timestamp"], 16) == int(chain.client.block(1)["timestamp"], 16) + 1
    assert int(chain.client.block(2)["timestamp"], 16) <= chain.clock.now


def test_an_account_without_ether_sends_at_gas_price_zero(chain: Chain) -> None:
    receipt = send_brands(chain, 1, 1)[0]
    assert receipt["status"] == "0x1"
    assert chain.client.request("eth_getBalance", chain.sender().address, "latest") == "0x0"
    assert chain.client.block(1)["baseFeePerGas"] == "0x0"
    assert chain.client.request("eth_getBalance", chain.client.block(1)["miner"], "latest") == "0x0"


def test_an_estimate_is_what_the_transaction_then_takes(chain: Chain) -> None:
    sender = chain.sender()
    to, data = brand_call(chain.contracts, sender.address, 1)
    wanted = chain.client.request("eth_estimateGas", {"from": sender.address, "to": to, "data": to_hex(data)})
    assert sender.send_all([(to, data)])[0]["gasUsed"] == wanted


def test_receipt_and_state_proofs_hold_under_the_header(chain: Chain) -> None:
    chain.clock.running = False
    sender = chain.sender()
    sent = [sender.send(*brand_call(chain.contracts, sender.address, 1 + n)) for n in range(20)]
    chain.clock.now += 1
    number = int(chain.client.receipt(sent[-1])["blockNumber"], 16)
    header = Header.from_rpc(chain.client.block(number))
    count = len(chain.client.receipts(number))
    assert count >= 19
    for position in (0, 1, count - 1):
        nodes = receipt_proof(chain.client, number, position)
        assert lookup(header.receipts_root, rlp.encode(rlp.minimal(position)), nodes) is not None
    account, (length, absent) = state_proof(chain.client, ADDRESSES["ValidatorSet"], [0, 2**200], number)
    value = lookup(header.state_root, keccak256(address_bytes(ADDRESSES["ValidatorSet"])), account)
    assert value is not None
    fields = rlp.decode(value)
    assert isinstance(fields, list) and isinstance(fields[2], bytes)
    assert lookup(fields[2], keccak256((0).to_bytes(32, "big")), length) == b"\x04"
    assert lookup(fields[2], keccak256((2**200).to_bytes(32, "big")), absent) is None


def test_web3_cannot_tell_the_difference(chain: Chain) -> None:
    send_brands(chain, 1, 2)
    w3 = Web3(EmbeddedProvider(chain.engine))
    assert w3.eth.chain_id == CHAIN_ID
    assert w3.eth.get_code(Web3.to_checksum_address(ADDRESSES["FindingRegistry"])) != b""
    logs = w3.eth.get_logs({"fromBlock": 0, "address": Web3.to_checksum_address(ADDRESSES["BrandRegistry"])})
    assert len(logs) == 4  # each brand, and the right that it rests on
    assert w3.eth.get_transaction_receipt(logs[0]["transactionHash"])["status"] == 1


def test_a_refusal_is_decoded_with_its_values(chain: Chain) -> None:
    send_brands(chain, 1, 1)
    with pytest.raises(Reverted, match="BrandRegistryExists") as caught:
        chain.sender().send(*brand_call(chain.contracts, chain.sender().address, 1))
    assert caught.value.args_by_name["brandId"] == (1).to_bytes(32, "big")
    stranger = Sender(chain.client, b"\x07" * 32)
    with pytest.raises(Reverted, match="BrandRegistryNotABureau") as caught:
        stranger.send(*brand_call(chain.contracts, stranger.address, 2))
    assert caught.value.args_by_name["sender"] == stranger.address


def test_garbage_and_wrong_nonces_are_refused(chain: Chain) -> None:
    with pytest.raises(ChainError, match="expected a signed transaction"):
        chain.client.send_raw(b"\x01\x02")
    with pytest.raises(ChainError, match="does not exist"):
        chain.client.request("eth_mining")


def test_a_closed_chain_goes_on_where_it_was(chain: Chain, genesis: Genesis) -> None:
    send_brands(chain, 1, 5)
    head, blocks = chain.client.head(), chain.client.block(1)
    chain.engine.close()
    with EmbeddedEngine.open(chain.path, genesis, VALIDATOR_KEYS, Clock()) as engine:
        again = Chain(engine, genesis, chain.path, chain.clock)
        assert again.client.head() == head
        assert again.client.block(1) == blocks
        assert send_brands(again, 100, 1)[0]["status"] == "0x1"
    chain.engine.file = engine.file  # the fixture closes it again


def test_a_second_process_is_told_to_wait(chain: Chain, genesis: Genesis) -> None:
    with pytest.raises(HomeLocked, match="another one holds it"):
        EmbeddedEngine.open(chain.path, genesis, VALIDATOR_KEYS)


def test_a_foreign_chain_is_refused(chain: Chain) -> None:
    chain.engine.close()
    other = build_genesis(Founding(CHAIN_ID, FOUNDED + 1, configuration()))
    with pytest.raises(WrongChain, match="Nothing was changed"):
        EmbeddedEngine.open(chain.path, other, VALIDATOR_KEYS)


def test_a_file_that_is_no_chain_is_refused(tmp_path: Path, genesis: Genesis) -> None:
    path = tmp_path / "chain.sqlite"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(ChainError, match="expected a chain file"):
        EmbeddedEngine.open(path, genesis, VALIDATOR_KEYS)


VICTIM = """
import sys
from pathlib import Path
from tests.chain.conftest import *
from tests.chain.test_embedded import brand_call
genesis = build_genesis(Founding(CHAIN_ID, FOUNDED, configuration()))
engine = EmbeddedEngine.open(Path(sys.argv[1]), genesis, VALIDATOR_KEYS, Clock())
chain = Chain(engine, genesis, Path(sys.argv[1]), engine._clock)
sender = chain.sender()
number = chain.client.head() * 1000
while True:
    number += 1
    print(sender.send_all([brand_call(chain.contracts, sender.address, number)])[0]["blockNumber"], flush=True)
"""


def test_kill_9_leaves_whole_blocks(tmp_path: Path, genesis: Genesis) -> None:
    path = tmp_path / "chain.sqlite"
    acknowledged = 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", VICTIM, str(path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert process.stdout is not None
        seen = [int(process.stdout.readline(), 16) for _ in range(3)]
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        seen += [int(line, 16) for line in rest.split(b"\n")[:-1] if line]
        acknowledged = max(acknowledged, *seen)
        with EmbeddedEngine.open(path, genesis, VALIDATOR_KEYS, Clock()) as engine:
            client = ChainClient(EmbeddedProvider(engine))
            head = client.head()
            assert head >= acknowledged
            receipts = [receipt for number in range(1, head + 1) for receipt in client.receipts(number)]
            assert len(client.logs(0, head)) == sum(len(receipt["logs"]) for receipt in receipts) > 0
            check_seals(Header.from_rpc(client.block(head)), Contracts(client).validators())
