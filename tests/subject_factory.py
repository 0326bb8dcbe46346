"""Makes genuine subject files over synthetic states: any number of registries, each with its findings and their records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from node.protocol import rlp
from node.protocol.canonical import keccak256, sha256, to_hex
from node.protocol.configuration import Configuration
from node.protocol.finding import Finding
from node.protocol.identifiers import ADDRESSES, address_bytes, checksummed
from node.protocol.registry_words import INTERESTED, record_slot, rolling_hash, subject_slot
from node.protocol.subject_bundle import MEDIA_TYPE
from node.protocol.subject_statement import SubjectStatement
from node.protocol.trust import ContractInForce, TrustRoot
from node.protocol.typed_data import Domain, digest
from tests import bundle_factory as factory
from tests.protocol.consortium import CONFIGURATION, NOW, POLICY, key

MARKETPLACE, SELLER, SALT = "grand-mall", "卖家 S-1", sha256(b"subject salt")
FIRST, SECOND = ADDRESSES["FindingRegistry"], checksummed(bytes(18) + b"\x71\x07")
SECOND_CODE = keccak256(b"code of the second version")
BLOCK, TIME = factory.BLOCK + 3, NOW + 3600
SUPERSEDED, WITHDRAWN = 5, 6
_MEMBERS = sorted(int.from_bytes(address_bytes(signer.address), "big") for signer in factory.VALIDATORS)
_ELEMENTS = int.from_bytes(keccak256(bytes(32)), "big")  # where the array of validators begins
VALIDATOR_WORDS = {0: len(_MEMBERS)} | {_ELEMENTS + place: member for place, member in enumerate(_MEMBERS)}


@dataclass(frozen=True)
class Entry:
    """A finding on record with its status."""

    finding: Finding
    status: int = 1
    place: int | None = None  # that its record tells, where it is not the true one

    @property
    def key(self) -> bytes:
        return self.finding.id() if self.status in (SUPERSEDED, WITHDRAWN) else self.finding.clue_key()


def statement(
    signers: Sequence[int] = (1, 2, 3), salt: bytes = SALT, configuration: Configuration = CONFIGURATION
) -> SubjectStatement:
    return SubjectStatement.make(salt, MARKETPLACE, SELLER, configuration.digest(), signers)


SUBJECT = statement().subject


def finding(number: int, subject: bytes = SUBJECT, kind: int = 1) -> Finding:
    return Finding(
        subject=subject,
        listing=sha256(b"listing %d" % number),
        product=bytes(32),
        kind=kind,
        period=202607,
        score_bps=9000 + number,
        spread_bps=10,
        policy_digest=POLICY,
        evidence_root=sha256(b"evidence %d" % number),
        model=sha256(b"model"),
        explanation=sha256(b"explanation %d" % number),
        observed_at=NOW,
        config_digest=CONFIGURATION.digest(),
        supersedes=bytes(32),
    )


def five() -> list[Entry]:
    """Five findings: two on record, one upheld, one superseded by the one after it."""
    old = finding(4)
    new = replace(old, score_bps=9999, supersedes=old.id())
    return [Entry(finding(1)), Entry(finding(2), 3), Entry(finding(3)), Entry(old, SUPERSEDED), Entry(new)]


def word(entry: Entry, place: int) -> int:
    """The record of the finding at a place among the subject's."""
    index = place if entry.place is None else entry.place
    return factory.record(entry.finding.id(), entry.status, place + 1, NOW + 60 * (place + 1)) | index << 48


def storage_of(entries: Sequence[Entry], subject: bytes, interested: bool = False) -> dict[bytes, bytes]:
    """The storage of a registry that counted these findings on the subject, and one on another."""
    rolling = int.from_bytes(rolling_hash(entry.finding.id() for entry in entries), "big")
    words = {subject_slot(sha256(b"another subject")): 1}
    if entries or interested:
        words[subject_slot(subject)] = rolling << 32 | (INTERESTED if interested else 0) | len(entries)
    words |= {record_slot(entry.key): word(entry, place) for place, entry in enumerate(entries)}
    return {keccak256(slot): rlp.encode(rlp.minimal(value)) for slot, value in words.items()}


def _words(words: dict[int, int]) -> dict[bytes, bytes]:
    return {keccak256(slot.to_bytes(32, "big")): rlp.encode(rlp.minimal(value)) for slot, value in words.items()}


Registries = Sequence[tuple[str, Sequence[Entry]]]


@dataclass(frozen=True)
class State:
    """The state after a block: the storage of each registry, and all accounts."""

    storages: dict[str, dict[bytes, bytes]]
    accounts: dict[bytes, bytes]

    @property
    def root(self) -> bytes:
        return factory.trie_proof(self.accounts, next(iter(self.accounts)))[0]

    def account(self, at: str) -> list[str]:
        """The nodes of a contract's account."""
        return factory.trie_proof(self.accounts, keccak256(address_bytes(at)))[1]

    def slot(self, at: str, slot: bytes) -> list[str]:
        """The nodes of a slot in a contract's storage."""
        return factory.trie_proof(self.storages[at], keccak256(slot))[1]


def state_of(
    registries: Registries,
    subject: bytes = SUBJECT,
    interested: bool = False,
    configuration: Configuration = CONFIGURATION,
) -> State:
    """Registries beside the contracts that say who seals from the next block on, and under which configuration."""
    storages = {at: storage_of(entries, subject, interested) for at, entries in registries}
    storages[ADDRESSES["ValidatorSet"]] = _words(VALIDATOR_WORDS)
    storages[ADDRESSES["Consortium"]] = _words({0: int.from_bytes(configuration.digest(), "big")})
    accounts = {keccak256(b"account of somebody"): rlp.encode([b"", b"", bytes(32), bytes(32)])}
    for at, storage in storages.items():
        storage_root, _ = factory.trie_proof(storage, next(iter(storage)))
        code = SECOND_CODE if at == SECOND else factory.CODE_HASH
        accounts[keccak256(address_bytes(at))] = rlp.encode([b"\x01", b"", storage_root, code])
    return State(storages, accounts)


def subject_file(
    registries: Registries = (),
    told: SubjectStatement | None = None,
    bureaus: Sequence[int] | None = None,
    interested: bool = False,
    configuration: Configuration = CONFIGURATION,
) -> dict[str, Any]:
    """A subject file as JSON over a state with these registries; `bureaus` sign, by default those of the statement."""
    told = told or statement(configuration=configuration)
    registries = registries or [(FIRST, five())]
    state = state_of(registries, told.subject, interested, configuration)
    signed = digest(Domain(CONFIGURATION.chain_id, registries[-1][0]), told.struct_hash())
    return {
        "mediaType": MEDIA_TYPE,
        **factory.named(factory.header(BLOCK, state_root=state.root, time=TIME)),
        "configuration": configuration.to_json(),
        "statement": told.to_json(),
        "marketplace": MARKETPLACE,
        "seller_id": SELLER,
        "signatures": [to_hex(key(f"oracle {n}").sign(signed)) for n in (told.signers if bureaus is None else bureaus)],
        "registries": [registry_part(state, at, entries, told.subject) for at, entries in registries],
        "notes": {"exporter": "test"},
    }


def history_step(state: State, number: int = BLOCK, configuration: Configuration | None = None) -> dict[str, Any]:
    """The step of the chain's history at a block with this state; with a configuration where one is given."""
    sets, consortium = ADDRESSES["ValidatorSet"], ADDRESSES["Consortium"]
    step = {
        **factory.named(factory.header(number, state_root=state.root, time=TIME)),
        "account_nodes": state.account(sets),
        "slot_nodes": [state.slot(sets, slot.to_bytes(32, "big")) for slot in VALIDATOR_WORDS],
    }
    if configuration is not None:
        step["configuration"] = {
            "configuration": configuration.to_json(),
            "account_nodes": state.account(consortium),
            "storage_nodes": state.slot(consortium, bytes(32)),
            "codes": [{"address": at, "account_nodes": state.account(at)} for at in state.storages if at == SECOND],
        }
    return step


def registry_part(state: State, at: str, entries: Sequence[Entry], subject: bytes) -> dict[str, Any]:
    """What a state shows of a subject at one registry."""
    return {
        "address": at,
        "account_nodes": state.account(at),
        "subject_nodes": state.slot(at, subject_slot(subject)),
        "findings": [
            {
                "finding": entry.finding.to_json(),
                "key": to_hex(entry.key),
                "record_nodes": state.slot(at, record_slot(entry.key)),
            }
            for entry in entries
        ],
    }


def trust_of(*versions: tuple[str, int, int | None]) -> TrustRoot:
    """A trust root that lists these versions of the registry: address, first block, last block."""
    codes = {FIRST: factory.CODE_HASH, SECOND: SECOND_CODE}
    held = factory.trust_root()
    registry = tuple(ContractInForce(at, codes[at], first, last) for at, first, last in versions)
    return replace(held, contracts={**held.contracts, "FindingRegistry": registry})
