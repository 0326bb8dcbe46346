"""Observation roots are anchored once, in order, and each can be shown to be there."""

from typing import Any

import pytest

from node.protocol.canonical import sha256
from node.protocol.merkle import check_inclusion, leaf_hash
from node.services import batching
from node.services.errors import BatchConflict
from node.services.inclusion import inclusion
from node.store import evidence
from tests.services.chain import Chain
from tests.services.house import House


def roots(count: int, name: str = "") -> list[bytes]:
    return [sha256(f"{name}{number}".encode()) for number in range(count)]


def test_a_batch_is_anchored_once(house: House, chain: Chain) -> None:
    anchorer = chain.anchorer(house)
    first = anchorer.anchor("day 1", roots(5))
    assert anchorer.anchor("day 1", roots(5)) == first
    last = chain.contracts.last_anchor(1)
    assert (last.sequence, last.root, last.size) == (1, first[0].root, 5)


def test_a_large_batch_goes_out_in_parts_that_follow_each_other(house: House, chain: Chain) -> None:
    anchors = chain.anchorer(house).anchor("day 1", roots(2001))
    assert [a.size for a in anchors] == [1000, 1000, 1]
    assert [a.previous_root for a in anchors] == [bytes(32), anchors[0].root, anchors[1].root]
    chain.indexer(house).run()
    with house.stores[1].read() as session:
        row = evidence.anchor(session, 1, 3)
        assert row is not None and row.root == anchors[2].root


def test_an_observation_is_shown_to_be_in_its_batch(house: House, chain: Chain) -> None:
    anchorer = chain.anchorer(house)
    anchorer.stage("day 1", roots(7))
    with house.stores[1].read() as session:
        assert inclusion(session, roots(7)[4]) is None  # staged is not anchored
    anchorer.send()
    with house.stores[1].read() as session:
        found = inclusion(session, roots(7)[4])
        assert found is not None and inclusion(session, sha256(b"another")) is None
    check_inclusion(leaf_hash(roots(7)[4]), found.index, found.anchor.size, found.path, found.anchor.root)


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_crash_around_the_send_anchors_once(
    house: House, chain: Chain, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    anchorer = chain.anchorer(house)
    sender: Any = anchorer._sender
    send_all = sender.send_all
    monkeypatch.setattr(sender, "send_all", lambda calls: _fall(send_all(calls) if step == "after" else None))
    with pytest.raises(KeyboardInterrupt):
        anchorer.anchor("day 1", roots(5))
    again = chain.anchorer(house)
    again.anchor("day 1", roots(5))
    again.anchor("day 2", roots(3, "b"))
    assert chain.contracts.last_anchor(1).sequence == 2


def test_a_batch_name_stands_for_one_content(house: House, chain: Chain) -> None:
    chain.anchorer(house).anchor("day 1", roots(5))
    with pytest.raises(BatchConflict, match="other observations"):
        chain.anchorer(house).anchor("day 1", roots(4))


def test_a_foreign_anchor_under_our_sequence_is_noticed(house: House, chain: Chain) -> None:
    chain.anchorer(house).stage("day 1", roots(5))
    other = batching.Anchorer(
        house.stores[2],
        chain.contracts,
        chain.sender("sender 1"),
        chain.anchorer(house)._signer,
        chain.anchorer(house)._domain,
        1,
    )
    other.anchor("lost", roots(2, "x"))
    with pytest.raises(BatchConflict, match="another root"):
        chain.anchorer(house).send()


def _fall(*args: Any) -> Any:
    raise KeyboardInterrupt
