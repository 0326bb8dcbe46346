"""Calls to the registry read back as they were told; others are no such call."""

import pytest

from node.chain.contracts import calldata
from node.chain.decode import decode_recuse
from node.chain.errors import ChainError
from node.protocol.canonical import sha256

SUBJECT, REASON = sha256(b"subject"), sha256(b"reason")


def test_a_recusal_reads_back() -> None:
    data = calldata("FindingRegistry", "recuse", 7, SUBJECT, REASON, b"\x01" * 65)
    assert decode_recuse(data) == (7, SUBJECT, REASON, b"\x01" * 65)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "expected a call of FindingRegistry.recuse"),
        (calldata("FindingRegistry", "isRecused", 7, SUBJECT), "expected a call of FindingRegistry.recuse"),
        (calldata("FindingRegistry", "recuse", 7, SUBJECT, REASON, b"")[:40], "malformed call"),
    ],
)
def test_another_call_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ChainError, match=words):
        decode_recuse(data)
