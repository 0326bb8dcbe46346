"""The first block: all contracts at fixed addresses, as their constructors leave them.

Each constructor runs in the EVM at its final address with the final chain id (so a domain separator that it caches is
right); then code, nonce 1 and every written slot are copied, and the storage root is recomputed and compared. The same
founding gives the same bytes every time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import rlp
from eth.db.atomic import AtomicDB
from eth.vm.message import Message
from eth_abi.abi import encode

from node.chain.artifacts import artifact, canonical_type
from node.chain.engines.evm import GAS_LIMIT, chain_class
from node.chain.errors import ChainError, WrongChain
from node.protocol.canonical import Json, to_hex
from node.protocol.configuration import Configuration
from node.protocol.header import MIX_HASH, Header, extra_data
from node.protocol.identifiers import ADDRESSES, address_bytes

DEPLOY_GAS = 400_000_000


@dataclass(frozen=True)
class Account:
    """A contract in the genesis: its code and its written slots."""

    code: bytes
    storage: Mapping[int, int]


@dataclass(frozen=True)
class Founding:
    """What a chain is founded on."""

    chain_id: int
    time: int  # of block 0, UTC seconds
    configuration: Configuration
    execution_delay: int = 86_400  # seconds from a passed vote to its execution; shorter for rehearsals


@dataclass(frozen=True)
class Genesis:
    """Block 0 and the accounts in it."""

    chain_id: int
    time: int
    alloc: Mapping[str, Account]  # by checksummed address

    @property
    def state(self) -> dict[bytes, dict[str, Any]]:
        """The accounts as py-evm takes them."""
        return {
            address_bytes(address): {"balance": 0, "nonce": 1, "code": a.code, "storage": dict(a.storage)}
            for address, a in self.alloc.items()
        }

    @cached_property
    def header(self) -> Header:
        """Block 0 by the rules of London, as the embedded engine and Besu have it."""
        chain = chain_class(self.chain_id).from_genesis(AtomicDB(), {"timestamp": self.time}, self.state)
        return Header(tuple(bytes(item) for item in rlp.decode(rlp.encode(chain.get_canonical_head()))))

    @property
    def hash(self) -> bytes:
        """The hash of block 0."""
        return self.header.block_hash()

    def to_json(self, config: Mapping[str, Json] | None = None) -> dict[str, Json]:
        """The form that clients read; `config` is what differs between them (`node.chain.network.clients`)."""
        return {
            "config": {"chainId": self.chain_id} | dict(config or {}),
            "nonce": "0x0",
            "timestamp": hex(self.time),
            "extraData": to_hex(extra_data()),
            "gasLimit": hex(GAS_LIMIT),
            "baseFeePerGas": "0x0",
            "difficulty": "0x1",
            "mixHash": to_hex(MIX_HASH),
            "coinbase": "0x" + "00" * 20,
            "alloc": {
                address: {
                    "balance": "0x0",
                    "nonce": "0x1",
                    "code": to_hex(a.code),
                    "storage": {_word(k): _word(v) for k, v in sorted(a.storage.items())},
                }
                for address, a in sorted(self.alloc.items())
            },
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """The genesis that `to_json` wrote. Raises `WrongChain` for anything else."""
        try:
            alloc = {
                address: Account(
                    bytes.fromhex(a["code"][2:]), {int(k, 16): int(v, 16) for k, v in a["storage"].items()}
                )
                for address, a in value["alloc"].items()
            }
            return cls(value["config"]["chainId"], int(value["timestamp"], 16), alloc)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise WrongChain(f"expected a genesis file as this node writes it, got one without {exc}") from exc


def build_genesis(founding: Founding) -> Genesis:
    """Run all constructors and keep what they leave."""
    arguments = _arguments(founding.configuration, founding.execution_delay)
    alloc = {ADDRESSES[name]: _construct(founding.chain_id, name, values) for name, values in arguments.items()}
    return Genesis(founding.chain_id, founding.time, alloc)


def _arguments(configuration: Configuration, execution_delay: int) -> dict[str, list[Any]]:
    consortium = ADDRESSES["Consortium"]
    validators = sorted((bureau.validator for bureau in configuration.bureaus), key=address_bytes)
    bureaus = [
        (
            b.id,
            b.name_digest,
            b.jurisdiction,
            b.accession,
            b.validator,
            b.oracle,
            b.sender,
            b.officer,
            b.epoch,
        )
        for b in configuration.bureaus
    ]
    courts = [(c.id, c.name_digest, c.key) for c in configuration.courts]
    contracts = [(c.role, c.at, c.from_block) for c in configuration.contracts]
    return {
        "ValidatorSet": [validators, consortium],
        "BlockLog": [],
        "Consortium": [
            configuration.threshold,
            bureaus,
            courts,
            contracts,
            ADDRESSES["ValidatorSet"],
            execution_delay,
        ],
        "BrandRegistry": [consortium, ADDRESSES["CaseRegistry"]],
        "ProductRegistry": [consortium, ADDRESSES["BrandRegistry"], ADDRESSES["CaseRegistry"]],
        "ObservationLog": [consortium],
        "FindingRegistry": [consortium, ADDRESSES["CaseRegistry"]],
        "CaseRegistry": [
            consortium,
            ADDRESSES["FindingRegistry"],
            ADDRESSES["BrandRegistry"],
            ADDRESSES["ProductRegistry"],
        ],
        "ModelRegistry": [consortium],
    }


def _construct(chain_id: int, name: str, values: list[Any]) -> Account:
    built = artifact(name)
    address = address_bytes(ADDRESSES[name])
    constructor: dict[str, Any] = next((entry for entry in built.abi if entry["type"] == "constructor"), {"inputs": []})
    init_code = built.bytecode + encode([canonical_type(entry) for entry in constructor["inputs"]], values)
    chain = chain_class(chain_id).from_genesis(AtomicDB(), {"timestamp": 0}, {})
    state = chain.get_vm().state
    message = Message(
        gas=DEPLOY_GAS, to=b"", sender=bytes(20), value=0, data=b"", code=init_code, create_address=address
    )
    context = state.transaction_context_class(gas_price=0, origin=bytes(20))
    computation = state.computation_class.apply_create_message(state, message, context)
    if computation.is_error:
        raise ChainError(f"the constructor of {name} failed: {computation.error!r}")
    code = bytes(state.get_code(address))
    queried = state.persist().get_slots_queried(address)
    storage = {slot: value for slot in sorted(queried) if (value := state.get_storage(address, slot))}
    account = Account(code, storage)
    check = chain_class(chain_id).from_genesis(
        AtomicDB(), {"timestamp": 0}, Genesis(chain_id, 0, {ADDRESSES[name]: account}).state
    )
    copied = check.get_vm().state
    if _storage_root(copied, address) != _storage_root(state, address):
        raise ChainError(f"the storage of {name} was not copied in full: the roots differ")
    return account


def _storage_root(state: Any, address: bytes) -> bytes:
    return bytes(state._account_db._get_storage_root(address))


def _word(value: int) -> str:
    return f"0x{value:064x}"
