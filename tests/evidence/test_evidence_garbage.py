"""Foreign input never raises, never opens a connection, and is never believed: 20,000 files, a million in the long tier."""

import random
import socket
from collections import Counter
from typing import NoReturn

import pytest

from node.protocol.verdict import VerdictCode
from tests.evidence.garbage import KINDS
from tests.evidence.judging import LONG, base_of, core

TIMES = 50 if LONG else 1
NO_VERDICT = ("bytes", "tokens", "cut")  # kinds that are no evidence file at all


def _refused(*args: object, **kwargs: object) -> NoReturn:
    raise AssertionError("a verifier needs no network")


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_gets_a_verdict_and_no_claims(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", _refused)
    base, (count, make) = base_of("full"), KINDS[kind]
    choose, counts = random.Random(f"garbage {kind}"), Counter[str]()
    for _ in range(count * TIMES):
        data = make(choose)
        found = base.judge(data)
        counts[found.verdict.name.lower()] += 1
        if found.claims:  # a change of what nothing binds, in a file that is otherwise genuine
            assert kind == "half right" and core(found), data
    print(f"\n{kind}: {dict(counts)}")
    if kind in NO_VERDICT:
        assert set(counts) == {VerdictCode.UNREADABLE.name.lower()}
    else:
        assert counts["altered"] > count * TIMES // 2


def test_the_kinds_make_twenty_thousand() -> None:
    assert sum(count for count, _ in KINDS.values()) * TIMES >= (1_000_000 if LONG else 20_000)


def test_the_network_is_really_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", _refused)
    with pytest.raises(AssertionError, match="no network"):
        socket.create_connection(("127.0.0.1", 9))
