import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from node.protocol.canonical import canonical, parse, to_hex
from node.protocol.configuration import NO_KEY, Configuration
from node.protocol.errors import UnreadableError
from tests.protocol.consortium import CONFIGURATION, bureau, key

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "configuration.json").read_text("utf-8"))
ABI = [
    "uint256",
    "address",
    "uint64",
    "uint32",
    "(uint32,bytes32,bytes32,bytes32,address,address,address,address,uint64)[]",
    "(uint32,bytes32,address)[]",
    "(uint16,address,uint64)[]",
]


def abi_values(configuration: Configuration) -> list[Any]:
    return [
        tuple(dataclasses.astuple(item) for item in value) if isinstance(value, tuple) else value
        for value in (getattr(configuration, field.name) for field in dataclasses.fields(configuration))
    ]


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: f"{len(case['configuration']['bureaus'])} bureaus")
def test_digest_is_the_abi_encoding_hashed(case: dict[str, Any]) -> None:
    configuration = Configuration.from_json(case["configuration"])
    assert to_hex(configuration.digest()) == case["digest"]
    assert configuration.digest() == keccak(encode(ABI, abi_values(configuration)))


def test_json_is_read_back_as_the_same_value() -> None:
    assert Configuration.from_json(parse(canonical(CONFIGURATION.to_json()))) == CONFIGURATION


def test_every_member_moves_the_digest() -> None:
    other = [
        dataclasses.replace(CONFIGURATION, chain_id=1),
        dataclasses.replace(CONFIGURATION, consortium=key("x").address),
        dataclasses.replace(CONFIGURATION, version=2),
        dataclasses.replace(CONFIGURATION, threshold=4),
        dataclasses.replace(CONFIGURATION, bureaus=CONFIGURATION.bureaus[:3]),
        dataclasses.replace(CONFIGURATION, courts=()),
        dataclasses.replace(CONFIGURATION, contracts=CONFIGURATION.contracts[:8]),
    ]
    assert len({item.digest() for item in (CONFIGURATION, *other)}) == 8


def test_bureaus_are_found_by_id_and_oracle_key() -> None:
    second = CONFIGURATION.bureaus[1]
    assert CONFIGURATION.bureau(2) == second
    assert CONFIGURATION.bureau(9) is None
    assert CONFIGURATION.bureau_of_oracle(second.oracle) == second
    assert CONFIGURATION.bureau_of_oracle(second.sender) is None


def test_a_revoked_oracle_key_is_nobodys_and_may_be_missing_twice() -> None:
    revoked = [dataclasses.replace(bureau(number), oracle=NO_KEY) for number in (1, 2)]
    configuration = dataclasses.replace(CONFIGURATION, bureaus=(*revoked, *CONFIGURATION.bureaus[2:]))
    assert configuration.bureau_of_oracle(NO_KEY) is None
    assert configuration.digest() == keccak(encode(ABI, abi_values(configuration)))


def test_the_quorum_is_never_below_three() -> None:
    assert [dataclasses.replace(CONFIGURATION, threshold=t).quorum() for t in (0, 2, 3, 4)] == [3, 3, 3, 4]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bureaus": (bureau(2), bureau(1))}, "ascending"),
        ({"bureaus": (bureau(1), bureau(1))}, "ascending"),
        ({"bureaus": (bureau(0),)}, "above zero"),
        ({"bureaus": (bureau(1), dataclasses.replace(bureau(2), oracle=bureau(1).oracle))}, "shared"),
        ({"bureaus": [bureau(1)]}, "tuple of Bureau"),
        ({"courts": (bureau(1),)}, "tuple of Court"),
        ({"chain_id": 0}, "expected an integer"),
        ({"version": True}, "expected an integer"),
        ({"threshold": 2**32}, "expected an integer"),
        ({"consortium": CONFIGURATION.consortium[2:]}, "checksummed"),
    ],
)
def test_a_configuration_is_strict(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        dataclasses.replace(CONFIGURATION, **changes)


def test_json_with_missing_or_unknown_members_is_refused() -> None:
    whole = CONFIGURATION.to_json()
    for name in whole:
        with pytest.raises(UnreadableError, match="missing"):
            Configuration.from_json({key: item for key, item in whole.items() if key != name})
    with pytest.raises(UnreadableError, match="unknown"):
        Configuration.from_json(whole | {"note": ""})
