"""Logs, reverts and calldata to values: pure, by the committed ABI."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from node.chain.artifacts import NAMES, artifact, canonical_type
from node.chain.errors import ChainError, Reverted
from node.protocol.canonical import keccak256
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ADDRESSES, checksummed

SUBMIT, RECUSE = "submit", "recuse"


@dataclass(frozen=True)
class Event:
    """A decoded log of one of our contracts; `sequence` is that contract's own event number."""

    name: str
    args: Mapping[str, Any]
    block_number: int
    block_hash: bytes
    tx_hash: bytes
    log_index: int
    address: str
    sequence: int


@cache
def selector(contract: str, function: str) -> bytes:
    """The four bytes that name a function."""
    return keccak256(signature(function_entry(contract, function)).encode())[:4]


def function_entry(contract: str, function: str) -> dict[str, Any]:
    """The ABI entry of a function."""
    return next(e for e in artifact(contract).abi if e["type"] == "function" and e["name"] == function)


def signature(entry: Mapping[str, Any]) -> str:
    """Name and canonical types, as hashed for selectors and topics."""
    return f"{entry['name']}({','.join(canonical_type(part) for part in entry['inputs'])})"


@cache
def _events() -> dict[tuple[str, bytes], dict[str, Any]]:
    return {
        (ADDRESSES[name], keccak256(signature(entry).encode())): entry
        for name in NAMES
        for entry in artifact(name).abi
        if entry["type"] == "event" and "sequence" in [part["name"] for part in entry["inputs"]]
    }


@cache
def _errors() -> dict[bytes, dict[str, Any]]:
    known = [entry for name in NAMES for entry in artifact(name).abi if entry["type"] == "error"]
    return {keccak256(signature(entry).encode())[:4]: entry for entry in known}


def decode_log(raw: Mapping[str, Any]) -> Event | None:
    """The event in a raw log, None when it is none of ours."""
    topics = [bytes.fromhex(str(topic)[2:]) for topic in raw["topics"]]
    address = checksummed(bytes.fromhex(str(raw["address"])[2:]))
    entry = _events().get((address, topics[0])) if topics else None
    if entry is None:
        return None
    args: dict[str, Any] = {}
    plain = [part for part in entry["inputs"] if not part["indexed"]]
    values = decode([canonical_type(part) for part in plain], bytes.fromhex(str(raw["data"])[2:]))
    args |= {part["name"]: value for part, value in zip(plain, values, strict=True)}
    indexed = [part for part in entry["inputs"] if part["indexed"]]
    for part, topic in zip(indexed, topics[1:], strict=True):
        args[part["name"]] = decode([part["type"]], topic)[0]
    return Event(
        name=entry["name"],
        args={name: _plain(value) for name, value in args.items()},
        block_number=int(raw["blockNumber"], 16),
        block_hash=bytes.fromhex(raw["blockHash"][2:]),
        tx_hash=bytes.fromhex(raw["transactionHash"][2:]),
        log_index=int(raw["logIndex"], 16),
        address=address,
        sequence=args["sequence"],
    )


def decode_error(data: bytes) -> Reverted:
    """The custom error in revert data, with its values by name."""
    entry = _errors().get(data[:4])
    try:
        if entry is not None:
            values = decode([canonical_type(part) for part in entry["inputs"]], data[4:])
            named = {part["name"]: _plain(value) for part, value in zip(entry["inputs"], values, strict=True)}
            return Reverted(entry["name"], named)
        if data[:4] == keccak256(b"Error(string)")[:4]:
            return Reverted("Error", {"reason": decode(["string"], data[4:])[0]})
        if data[:4] == keccak256(b"Panic(uint256)")[:4]:
            return Reverted("Panic", {"code": decode(["uint256"], data[4:])[0]})
    except DecodingError:
        pass
    return Reverted("without a known reason", {"data": data})


def decode_submit(calldata: bytes) -> tuple[Report, tuple[bytes, ...]]:
    """The report and signatures that a transaction to FindingRegistry.submit carried. Raises `ChainError`."""
    if calldata[:4] != selector("FindingRegistry", SUBMIT):
        raise ChainError("expected a call of FindingRegistry.submit, got another")
    entry = function_entry("FindingRegistry", SUBMIT)
    try:
        raw, signatures = decode([canonical_type(part) for part in entry["inputs"]], calldata[4:])
    except DecodingError as exc:
        raise ChainError(f"malformed call of FindingRegistry.submit: {exc}") from exc
    leader, sequence, config_digest, signers, findings = raw
    report = Report(leader, sequence, config_digest, tuple(signers), tuple(Finding(*finding) for finding in findings))
    return report, tuple(signatures)


def decode_recuse(calldata: bytes) -> tuple[int, bytes, bytes, bytes]:
    """Bureau, subject, reason and signature that a transaction to FindingRegistry.recuse carried. Raises `ChainError`."""
    if calldata[:4] != selector("FindingRegistry", RECUSE):
        raise ChainError("expected a call of FindingRegistry.recuse, got another")
    entry = function_entry("FindingRegistry", RECUSE)
    try:
        bureau, subject, reason, signature = decode([canonical_type(part) for part in entry["inputs"]], calldata[4:])
    except DecodingError as exc:
        raise ChainError(f"malformed call of FindingRegistry.recuse: {exc}") from exc
    return bureau, subject, reason, signature


def _plain(value: Any) -> Any:
    """Addresses in their checksummed spelling; everything else as it is."""
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return checksummed(bytes.fromhex(value[2:]))
    return value
