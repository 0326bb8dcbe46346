"""Seven real nodes: five seals a block, two failures borne, three too many, and a way back."""

import time

import pytest

from node.chain.network import processes
from node.protocol.header import Header, check_seals, quorum
from tests.network.conftest import ROUNDS, Real, until

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("real", [7], indirect=True)]
QUORUM = 5  # ceil(2 · 7 / 3)


def seals(real: Real, first: int, last: int) -> list[set[str]]:
    """Who sealed each block of a range; every block must hold by the founding set."""
    client, validators = real.client(), list(real.trust.validator_sets[0].validators)
    return [set(check_seals(Header.from_rpc(client.block(n)), validators)) for n in range(first, last + 1)]


def validators(real: Real, *bureaus: int) -> set[str]:
    return {real.network.node(bureau).validator for bureau in bureaus}


def test_every_block_has_five_seals(real: Real) -> None:
    assert quorum(7) == QUORUM and len(real.trust.validator_sets[0].validators) == 7
    head = real.grows(blocks=5)
    assert all(len(sealers) >= QUORUM for sealers in seals(real, 1, head))


def test_two_of_seven_stopped_the_five_left_seal_every_block(real: Real) -> None:
    real.stop(6, 7)
    before = real.grows(blocks=1, seconds=ROUNDS)  # that was perhaps under way
    head = real.grows(blocks=5, seconds=ROUNDS)
    assert seals(real, before + 1, head) == [validators(real, 1, 2, 3, 4, 5)] * (head - before)


def test_three_of_seven_stopped_nothing_is_sealed_until_one_is_back(real: Real) -> None:
    real.stop(5, 6, 7)
    time.sleep(5)  # a block that was under way may still come
    height = real.height()
    time.sleep(10)  # ten periods
    assert real.height() == height, "four of seven validators are no quorum"
    real.start(5)
    until(lambda: real.height() >= height + 3, "blocks again with five of seven", seconds=ROUNDS)
    assert seals(real, height + 1, height + 3) == [validators(real, 1, 2, 3, 4, 5)] * 3


def test_all_seven_back_agree_on_one_chain(real: Real) -> None:
    real.start(5, 6, 7)
    height = real.grows(seconds=ROUNDS)
    everyone = [node.bureau for node in real.network.nodes]
    until(lambda: all(real.height(bureau) >= height for bureau in everyone), "all seven to catch up", seconds=ROUNDS)
    assert len({real.client(bureau).block(height)["hash"] for bureau in everyone}) == 1

    def connected() -> bool:
        states = [processes.status(real.network, node, int(time.time())) for node in real.network.nodes]
        return all(state.peers == 6 and state.validators == 7 for state in states)

    until(connected, "each node to have six peers and to know seven validators")
    until(
        lambda: seals(real, real.height(), real.height()) != [validators(real, 1, 2, 3, 4, 5)], "a seal of the others"
    )
