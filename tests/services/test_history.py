"""Steps of the chain's history, as a node proves them."""

from collections.abc import Sequence

import pytest

from node.chain.client import ChainClient
from node.chain.errors import ChainError
from node.protocol.history import read_history
from node.protocol.identifiers import ADDRESSES
from node.services import history
from node.services.history import step_at
from tests.services.chain import Chain

Proof = tuple[list[bytes], list[list[bytes]]]


def test_a_step_asks_for_each_slot_once(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []
    prove = history.state_proof

    def proving(client: ChainClient, address: str, slots: Sequence[int], block: int) -> Proof:
        asked.extend((address, slot) for slot in slots)
        return prove(client, address, slots, block)

    monkeypatch.setattr(history, "state_proof", proving)
    step = step_at(chain.client, chain.client.head(), with_configuration=True)
    assert len(asked) == len(set(asked))
    assert len(step.slot_nodes) == 5 == sum(address == ADDRESSES["ValidatorSet"] for address, _ in asked)
    assert read_history([step.to_json()]) == (step,)


def test_a_node_that_tells_of_too_many_validators_is_not_asked_for_them(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_VALIDATORS", 3)
    with pytest.raises(ChainError, match="expected 1 to 3 validators in block 0, got 4"):
        step_at(chain.client, 0)
