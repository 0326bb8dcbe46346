"""The consortium's votes, typed: the actions that may be proposed, and how members, keys and proposals stand."""

from dataclasses import astuple, dataclass
from enum import IntEnum
from typing import Any

from eth_abi.abi import decode

from node.chain.artifacts import canonical_type
from node.chain.client import ChainClient
from node.chain.contracts import calldata
from node.chain.decode import function_entry
from node.chain.errors import Reverted
from node.protocol.configuration import Bureau, Configuration, ContractVersion, Court
from node.protocol.identifiers import ADDRESSES, checksummed

CONSORTIUM = ADDRESSES["Consortium"]


class KeyRole(IntEnum):
    """What a key is for (contracts/types/Governance.sol)."""

    VALIDATOR = 1
    ORACLE = 2
    SENDER = 3
    OFFICER = 4
    COURT = 5


class KeyState(IntEnum):
    """Retired: what it signed holds. Revoked: only what was recorded before its end holds."""

    NONE = 0
    CURRENT = 1
    RETIRED = 2
    REVOKED = 3


class ProposalState(IntEnum):
    """The last three are final."""

    NONE = 0
    OPEN = 1
    PASSED = 2
    DEFEATED = 3
    EXPIRED = 4
    EXECUTED = 5


@dataclass(frozen=True)
class KeyRecord:
    """The life of a key (contracts/types/Governance.sol)."""

    member: int
    role: int
    state: KeyState
    epoch: int
    since_block: int
    until_block: int  # zero while it is current
    until_time: int


@dataclass(frozen=True)
class Proposal:
    """A proposal as it stands (contracts/types/Governance.sol)."""

    proposer: int
    number: int
    version: int
    electorate: int
    quota: int
    yes: int
    no: int
    votable_until: int
    executable_from: int  # zero until it has passed
    executable_until: int
    outcome: int
    paper: bytes
    action: bytes


class Actions:
    """What the consortium may decide (contracts/interfaces/IGovernance.sol), as the calls that a proposal carries."""

    @staticmethod
    def admit_bureau(bureau: Bureau, threshold: int = 0) -> bytes:
        """Takes effect by activation; `threshold` zero keeps the one in force."""
        return calldata("Consortium", "admitBureau", astuple(bureau), threshold)

    @staticmethod
    def remove_bureau(bureau: int, threshold: int = 0) -> bytes:
        return calldata("Consortium", "removeBureau", bureau, threshold)

    @staticmethod
    def replace_key(member: int, role: KeyRole, key: str, revoke: bool = False) -> bytes:
        """A validator's key takes effect by activation."""
        return calldata("Consortium", "replaceKey", member, role, key, revoke)

    @staticmethod
    def set_threshold(threshold: int) -> bytes:
        return calldata("Consortium", "setThreshold", threshold)

    @staticmethod
    def put_in_force(version: ContractVersion) -> bytes:
        return calldata("Consortium", "putInForce", version.role, version.at, version.from_block)

    @staticmethod
    def register_court(court: Court) -> bytes:
        return calldata("Consortium", "registerCourt", astuple(court))

    @staticmethod
    def register_witness(name_digest: bytes, key_digest: bytes) -> bytes:
        return calldata("Consortium", "registerWitness", name_digest, key_digest)

    @staticmethod
    def pause(role: int, until: int) -> bytes:
        return calldata("Consortium", "pause", role, until)

    @staticmethod
    def resume(role: int) -> bytes:
        return calldata("Consortium", "resume", role)

    @staticmethod
    def nominate_successor(successor: str) -> bytes:
        return calldata("Consortium", "nominateSuccessor", successor)


class Governance:
    """Reads over a client."""

    def __init__(self, client: ChainClient) -> None:
        self.client = client

    def configuration(self, block: int | None = None) -> Configuration:
        """The configuration in force (after `block`, where one is named), whose digest is the contract's."""
        version, threshold, bureaus, courts, contracts = self._read("configuration", block=block)
        return Configuration(
            self.client.chain_id,
            CONSORTIUM,
            version,
            threshold,
            tuple(Bureau(*map(_spelt, row)) for row in bureaus),
            tuple(Court(*map(_spelt, row)) for row in courts),
            tuple(ContractVersion(*map(_spelt, row)) for row in contracts),
        )

    def key_record(self, address: str) -> KeyRecord:
        member, role, state, *rest = self._read("keyRecord", address)[0]
        return KeyRecord(member, role, KeyState(state), *rest)

    def proposal(self, proposal_id: bytes) -> Proposal:
        """Raises `Reverted` when there is none."""
        return Proposal(*self._read("proposal", proposal_id)[0])

    def state_of(self, proposal_id: bytes) -> ProposalState:
        return ProposalState(self._read("stateOf", proposal_id)[0])

    def rehearse(self, action: bytes) -> Reverted | None:
        """Why the consortium would refuse an action now. Without its proof a validator is always refused, and last."""
        try:
            self.client.call(CONSORTIUM, action, sender=CONSORTIUM)
        except Reverted as exc:
            return exc
        return None

    def _read(self, function: str, *values: Any, block: int | None = None) -> tuple[Any, ...]:
        answer = self.client.call(CONSORTIUM, calldata("Consortium", function, *values), block=block)
        return tuple(
            decode([canonical_type(part) for part in function_entry("Consortium", function)["outputs"]], answer)
        )


def _spelt(value: Any) -> Any:
    """Addresses in their checksummed spelling; everything else as it is."""
    return checksummed(bytes.fromhex(value[2:])) if isinstance(value, str) else value
