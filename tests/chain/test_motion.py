"""A proposal read back says what was proposed, whatever it is."""

import pytest

from node.chain.contracts import calldata
from node.chain.errors import ChainError
from node.chain.governance import Actions, KeyRole
from node.chain.motion import read_motion
from node.protocol.canonical import sha256
from node.protocol.configuration import ContractVersion, Court
from node.protocol.identifiers import ADDRESSES, ROLES
from tests.chain.conftest import configuration

KEY = configuration().bureaus[1].oracle
PAPER = sha256(b"paper")


def test_an_admission_names_the_bureau_and_its_keys() -> None:
    bureau = configuration().bureaus[0]
    motion = read_motion(Actions.admit_bureau(bureau, 4))
    assert motion.function == "admitBureau" and motion.values["threshold"] == 4
    assert motion.values["bureau"] == {**bureau.to_json(), "id": 1}


@pytest.mark.parametrize(
    ("action", "function", "values"),
    [
        (Actions.remove_bureau(4), "removeBureau", {"id": 4, "threshold": 0}),
        (
            Actions.replace_key(2, KeyRole.ORACLE, KEY, True),
            "replaceKey",
            {"member": 2, "role": "oracle", "key": KEY, "revoke": True},
        ),
        (Actions.set_threshold(3), "setThreshold", {"threshold": 3}),
        (
            Actions.put_in_force(ContractVersion(ROLES["FindingRegistry"], ADDRESSES["FindingRegistry"], 90)),
            "putInForce",
            {"role": "FindingRegistry", "location": ADDRESSES["FindingRegistry"], "fromBlock": 90},
        ),
        (
            Actions.register_court(Court(2, PAPER, KEY)),
            "registerCourt",
            {"court": {"id": 2, "nameDigest": "0x" + PAPER.hex(), "key": KEY}},
        ),
        (
            Actions.pause(ROLES["ProductRegistry"], 1_790_000_000),
            "pause",
            {"role": "ProductRegistry", "until": 1_790_000_000},
        ),
        (Actions.resume(999), "resume", {"role": 999}),
        (Actions.nominate_successor(KEY), "nominateSuccessor", {"successor": KEY}),
    ],
)
def test_every_action_is_read_back(action: bytes, function: str, values: dict[str, object]) -> None:
    motion = read_motion(action)
    assert (motion.function, motion.values) == (function, values)


def test_what_is_no_action_is_refused() -> None:
    with pytest.raises(ChainError, match="expected a call of the consortium, got 0x"):
        read_motion(calldata("BlockLog", "append", 0, 1))
    with pytest.raises(ChainError, match="expected the values of setThreshold"):
        read_motion(Actions.set_threshold(3)[:20])
