"""What a chain that does not answer looks like to a person."""

import socket

import pytest

from node.chain.client import ChainClient
from node.chain.errors import Unreachable


def test_a_node_that_is_not_there_is_told_in_the_systems_own_words() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(Unreachable) as told:
        ChainClient.at(f"http://127.0.0.1:{port}", timeout=1).head()
    words = f"expected an answer of http://127.0.0.1:{port} to eth_blockNumber, got: [Errno 111] Connection refused"
    assert str(told.value) == words
