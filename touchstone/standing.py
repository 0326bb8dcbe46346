"""How a proposal stands: what it asks for, in words, and the votes."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from touchstone.desk import Desk

CHINESE = {
    "admitBureau": "接纳机构",
    "removeBureau": "机构退出",
    "replaceKey": "更换密钥",
    "setThreshold": "变更签名门槛",
    "putInForce": "启用合约版本",
    "registerCourt": "登记法院",
    "registerWitness": "登记见证方",
    "pause": "暂停",
    "resume": "恢复",
    "nominateSuccessor": "提名继任合约",
}


def show(desk: Desk, proposal: str, as_json: bool) -> None:
    """Print what a proposal asks for and how the votes stand. Raises `ChainError`."""
    from node.chain.motion import read_motion

    governance = desk.governance
    kept, state = governance.proposal(proposal_id(proposal)), governance.state_of(proposal_id(proposal)).name.lower()
    motion = read_motion(kept.action)
    if as_json:
        told = {name: "0x" + v.hex() if isinstance(v, bytes) else v for name, v in asdict(kept).items()}
        asks = {"function": motion.function, "values": motion.values}
        print(json.dumps({"id": proposal, "state": state, "asks": asks, **told}))
        return
    print(f"proposal 提案   {proposal}")
    print(f"asks 内容       {motion.function} {CHINESE.get(motion.function, '')}: {_words(motion.values)}")
    print(
        f"state 状态      {state}: {kept.yes} yes 赞成, {kept.no} no 反对; {kept.quota} of {kept.electorate} needed 需要"
    )
    if kept.executable_from:
        print(f"from 起         {_utc(kept.executable_from)} until 至 {_utc(kept.executable_until)}")
    else:
        print(f"until 截止      {_utc(kept.votable_until)}")


def _words(values: Mapping[str, Any]) -> str:
    """Names and values in one line; those of a record stand among the others."""
    return ", ".join(_words(v) if isinstance(v, Mapping) else f"{name} {v}" for name, v in values.items())


def _utc(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def proposal_id(text: str) -> bytes:
    """The 32 bytes of a proposal's id. Raises `ProtocolError`."""
    from node.protocol.canonical import from_hex

    return from_hex(text.lower(), 32)
