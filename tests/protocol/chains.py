"""The real QBFT chains under tests/vectors/qbft, read for tests."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from node.protocol.header import Header
from node.protocol.identifiers import checksummed

FOLDER = Path(__file__).parent.parent / "vectors" / "qbft"


@dataclass(frozen=True)
class Chain:
    name: str
    data: dict[str, Any]
    blocks: dict[int, dict[str, Any]]
    headers: dict[int, Header]

    def validators(self, block: int) -> list[str]:
        """The set that seals this block: the contract's answer on the state after the block before."""
        answers = {0: self.data["founding_validators"]}
        answers |= {int(number): found for number, found in self.data["rpc_validators"].items()}
        found = answers[max(number for number in answers if number < block)]
        return [checksummed(unhex(address)) for address in found]


def unhex(text: str) -> bytes:
    digits = text.lower().removeprefix("0x")
    return bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))


def _load(name: str) -> Chain:
    data = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    blocks = {int(b["number"], 16): b for b in [*data["blocks"], *data["blocks_with_round_above_zero"]]}
    return Chain(name, data, blocks, {number: Header.from_rpc(block) for number, block in blocks.items()})


CHAINS = [_load(name) for name in ("goquorum_berlin", "besu_london", "besu_cancun")]
