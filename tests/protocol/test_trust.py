"""Trust roots: ranges, reach, and files to refuse."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from node.protocol.canonical import canonical, sha256
from node.protocol.checkpoint import WitnessKey
from node.protocol.errors import ProtocolError
from node.protocol.identifiers import ADDRESSES
from node.protocol.trust import ContractInForce, KnownConfiguration, TrustRoot, ValidatorSet, covers, in_force
from tests import outside
from tests.bundle_factory import CODE_HASH, VALIDATORS, trust_root

ALL = tuple(signer.address for signer in VALIDATORS)


def test_it_reads_back_and_is_named_by_its_bytes() -> None:
    held = trust_root()
    assert TrustRoot.parse(held.to_bytes()) == held
    assert TrustRoot.from_json(held.to_json()) == held
    assert held.id() == sha256(held.to_bytes())
    assert held.id() != trust_root(complete_to=101).id()


def test_sets_by_block() -> None:
    held = trust_root(validator_sets=(ValidatorSet(1, 10, ALL), ValidatorSet(11, None, ALL[:3])), complete_to=20)
    assert held.validators_for(0) is None
    assert held.validators_for(1) == held.validators_for(10) == ALL
    assert held.validators_for(11) == held.validators_for(20) == ALL[:3]
    assert held.validators_for(21) is None
    assert (held.is_current(10), held.is_current(11)) == (False, True)


def test_contracts_and_configurations_by_block() -> None:
    first, second = ADDRESSES["FindingRegistry"], ADDRESSES["CaseRegistry"]
    versions = (ContractInForce(first, CODE_HASH, 0, 9), ContractInForce(second, CODE_HASH, 12))
    digest = sha256(b"configuration")
    held = trust_root(contracts={"FindingRegistry": versions}, config_digests=(KnownConfiguration(digest, 3, 5),))
    found = [held.contract("FindingRegistry", block) for block in (0, 9, 10, 12, 10**9)]
    assert found == [first, first, None, second, second]
    assert held.contract("ObservationLog", 0) is None
    # what holds from block 3 on was put in force by block 2
    assert [held.knows_configuration(digest, block) for block in (1, 2, 3, 5, 6)] == [False, True, True, True, False]
    assert not held.knows_configuration(sha256(b"another"), 3)


CHANGES: list[Callable[[dict[str, Any]], object]] = [
    lambda t: t.update(mediaType="x"),
    lambda t: t.update(extra=1),
    lambda t: t.pop("custody"),
    lambda t: t.update(custody="nobody"),
    lambda t: t.update(chain_id=0),
    lambda t: t.update(chain_id=True),
    lambda t: t.update(genesis_hash="0x00"),
    lambda t: t.update(complete_to=-1),
    lambda t: t.update(complete_to=None),
    lambda t: t.update(contracts=[]),
    lambda t: t["contracts"].update(Other=[]),
    lambda t: t["contracts"]["FindingRegistry"][0].update(address="0x" + "ab" * 20),
    lambda t: t["contracts"]["FindingRegistry"].append(t["contracts"]["FindingRegistry"][0]),
    lambda t: t["validator_sets"][0].update(validators=[]),
    lambda t: t["validator_sets"][0].update(validators=[ALL[0], ALL[0]]),
    lambda t: t["validator_sets"][0].update(to_block=0),
    lambda t: t["validator_sets"].append(t["validator_sets"][0]),
    lambda t: t["validator_sets"][0].update(ended_at=5),  # and it is open
    lambda t: t["validator_sets"][0].update(to_block=9, ended_at=None),
    lambda t: t["validator_sets"][0].update(to_block=9, ended_at=-1),
    lambda t: t["config_digests"][0].update(digest=5),
    lambda t: t.update(witnesses=["key"]),
    lambda t: t.update(witness_threshold=1),
    lambda t: t.update(pinned_blocks=[{"number": 5, "block_hash": "0x" + "11" * 32}] * 2),
    lambda t: t.update(pinned_blocks=[{"number": 5, "block_hash": "0x11"}]),
    lambda t: t.update(timestamp_certificates=["key"]),
]


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_other_files_are_refused(change: Callable[[dict[str, Any]], object]) -> None:
    made = TrustRoot.parse(trust_root().to_bytes()).to_json()
    change(made)
    with pytest.raises(ProtocolError):
        TrustRoot.parse(canonical(made))


ONE, OTHER = outside.vkey("notary.example"), outside.vkey("court.example")
SAME_NAME = WitnessKey("notary.example", WitnessKey.parse(OTHER).public).vkey()
WEAK = outside.any_vkey("court.example", (1).to_bytes(32, "little"))  # anybody can sign for it
SAME_KEY = WitnessKey("court.example", WitnessKey.parse(ONE).public).vkey()


@pytest.mark.parametrize(
    ("witnesses", "words"),
    [
        ([ONE, ONE], "expected each key of a witness once, got"),
        ([ONE, SAME_NAME], "expected an integer from 1 to 1, got 2"),
        ([ONE, SAME_KEY], "expected each key of a witness once, got"),
        ([ONE, WEAK], r"expected the key of court\.example to be of large order"),
    ],
    ids=["one twice", "same name", "same key", "small order"],
)
def test_no_witness_counts_for_two_and_nobody_signs_for_one(witnesses: list[str], words: str) -> None:
    """Whether a trust root is read or made from another."""
    made = trust_root().to_json() | {"witnesses": witnesses, "witness_threshold": 2}
    with pytest.raises(ProtocolError, match=words):
        TrustRoot.parse(canonical(made))
    held = trust_root(witnesses=(ONE,), witness_threshold=1)
    with pytest.raises(ProtocolError, match=words):
        replace(held, witnesses=tuple(witnesses), witness_threshold=2)
    assert TrustRoot.parse(canonical(made | {"witnesses": [ONE, OTHER]})).witness_threshold == 2
    replaced = made | {"witnesses": [ONE, SAME_NAME], "witness_threshold": 1}
    assert TrustRoot.parse(canonical(replaced)).witnesses == (ONE, SAME_NAME)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b" " * (4 * 2**20 + 1)], ids=len)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        TrustRoot.parse(data)


def test_the_range_in_force_is_the_one_that_covers_the_block() -> None:
    ranges = tuple(KnownConfiguration(CODE_HASH, first, last) for first, last in ((2, 3), (4, 4), (7, None)))
    for block in range(12):
        assert in_force(ranges, block) is next((each for each in ranges if covers(each, block)), None)
    assert in_force((), 5) is None
