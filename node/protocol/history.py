"""How a trust root is extended by proofs: steps along the chain, each sealed by the set in force and proving what follows.

A step is a header with storage proofs under its own state root: the array of ValidatorSet, which seals from the next
block on, and where it helps the digest of the consortium's configuration. A set that left may have sealed another past
later on, so a step at which the set changes counts only when something outside that set vouches for its block.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from node.protocol.bundle import NamedHeader, named_header, trie_nodes
from node.protocol.canonical import Json, keccak256, to_hex
from node.protocol.configuration import Configuration
from node.protocol.errors import TrieError, UnreadableError
from node.protocol.identifiers import ROLES, address_bytes, checksummed
from node.protocol.onchain import Account, account_at, check_code, check_form, check_sealed, contract_named, storage_at
from node.protocol.reading import list_of, object_of
from node.protocol.trust import ContractInForce, KnownConfiguration, PinnedBlock, TrustRoot, ValidatorSet, covers
from node.protocol.verdict import StepFailed, VerdictCode, altered

PART = "history"
MAX_STEPS = 1000
MAX_VALIDATORS = 100  # of ValidatorSet; bounds work on foreign input
CONFIG_DIGEST_SLOT = bytes(32)  # of Consortium
VALIDATORS_SLOT = bytes(32)  # of ValidatorSet: the array's length; elements from keccak256 of it on

Nodes = tuple[bytes, ...]


@dataclass(frozen=True)
class ConfigurationProof:
    """The configuration in force after the step's block, and the accounts of contracts that it put in force."""

    configuration: Configuration
    account_nodes: Nodes
    storage_nodes: Nodes
    codes: tuple[tuple[str, Nodes], ...]  # the accounts of contracts that came after the founding, by address


@dataclass(frozen=True)
class HistoryStep:
    """A block, and what its state says about those that follow."""

    named: NamedHeader
    account_nodes: Nodes
    slot_nodes: tuple[Nodes, ...]  # the array's length, then each element
    configuration: ConfigurationProof | None

    def to_json(self) -> dict[str, Json]:
        told: dict[str, Json] = {
            "header": to_hex(self.named.header.rlp()),
            "block_hash": to_hex(self.named.block_hash),
            "account_nodes": _hexes(self.account_nodes),
            "slot_nodes": [_hexes(nodes) for nodes in self.slot_nodes],
        }
        if self.configuration is not None:
            told["configuration"] = {
                "configuration": self.configuration.configuration.to_json(),
                "account_nodes": _hexes(self.configuration.account_nodes),
                "storage_nodes": _hexes(self.configuration.storage_nodes),
                "codes": [
                    {"address": address, "account_nodes": _hexes(nodes)} for address, nodes in self.configuration.codes
                ],
            }
        return told

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The step that `to_json` wrote. Raises `ProtocolError`."""
        row = object_of(value, ("header", "block_hash", "account_nodes", "slot_nodes"), ("configuration",))
        told = row.get("configuration")
        return cls(
            named_header(row["header"], row["block_hash"]),
            trie_nodes(row["account_nodes"]),
            tuple(trie_nodes(item) for item in list_of(row["slot_nodes"], MAX_VALIDATORS + 1)),
            None if told is None else _configuration_proof(told),
        )


def read_history(value: Json) -> tuple[HistoryStep, ...]:
    """The steps in a bundle or a file of proofs. Raises `ProtocolError`."""
    return tuple(HistoryStep.from_json(item) for item in list_of(value, MAX_STEPS))


def extend(
    trust: TrustRoot, steps: Sequence[HistoryStep], vouched: Callable[[NamedHeader, TrustRoot], bool]
) -> TrustRoot:
    """The trust root, led on through `steps` in their order; those that it reaches already must agree with it.

    `vouched` says whether something outside the set that sealed a block vouches for it. Raises `StepFailed`.
    """
    for step in steps:
        number = step.named.header.number
        try:
            if number < trust.complete_to:
                _check_known(trust, step)
            else:
                trust = _extended(trust, step, vouched(step.named, trust))
        except (TrieError, UnreadableError) as exc:
            raise altered(PART, f"block {number}: {exc}") from exc
    return trust


def _check_known(trust: TrustRoot, step: HistoryStep) -> None:
    """What the trust root says already, shown again."""
    check_form(step.named, PART)
    check_sealed(step.named, trust, PART)
    expected = trust.validators_for(step.named.header.number + 1)
    if set(_validators(trust, step)) != set(expected or ()):
        raise TrieError("expected the validators that the trust root names for the next block, got others")
    if step.configuration is not None:
        _check_configuration(trust, step, step.configuration)


def _extended(trust: TrustRoot, step: HistoryStep, anchored: bool) -> TrustRoot:
    number = step.named.header.number
    # (1) sealed by the set that the trust root ends with
    check_form(step.named, PART)
    check_sealed(step.named, replace(trust, complete_to=number), PART)
    then = trust.validator_sets[-1]
    # (2) the set that seals from the next block on, in the state after this one
    following = _validators(trust, step)
    changed = set(following) != set(then.validators)
    # (3) whoever leaves could tell this differently later, so others must vouch for it
    if changed and not anchored:
        raise StepFailed(
            VerdictCode.NOT_TRUSTED,
            PART,
            f"the validators changed with block {number}, and nothing outside the leaving set vouches for it: "
            "ask for a bundle with a witness checkpoint or a time-stamp of that block, or for a newer trust root",
            f"验证节点集合在第 {number} 号区块变更，但除离任节点外无其他证明："
            "请索取附有该区块见证检查点或时间戳的证据包，或更新的信任根",
        )
    trust = replace(trust, complete_to=number + 1)
    if changed:
        ended = replace(then, to_block=number, ended_at=step.named.header.time)
        begun = ValidatorSet(number + 1, None, following)
        trust = replace(trust, validator_sets=(*trust.validator_sets[:-1], ended, begun))
    if anchored and trust.pinned(number) is None:
        pins = (*trust.pinned_blocks, PinnedBlock(number, step.named.block_hash))
        trust = replace(trust, pinned_blocks=tuple(sorted(pins, key=lambda each: each.number)))
    # (4) the configuration, where it is shown
    return trust if step.configuration is None else _configured(trust, step, step.configuration)


def _validators(trust: TrustRoot, step: HistoryStep) -> tuple[str, ...]:
    """The array of ValidatorSet after the step's block, as its storage proofs give it."""
    account = _contract(trust, "ValidatorSet", step, step.account_nodes)
    if not step.slot_nodes:
        raise TrieError("expected the proof of the array's length, got none")
    size = storage_at(account, VALIDATORS_SLOT, step.slot_nodes[0])
    if not 0 < size <= MAX_VALIDATORS or len(step.slot_nodes) != size + 1:
        raise TrieError(f"expected the proofs of {size} validators, got {len(step.slot_nodes) - 1}")
    first = int.from_bytes(keccak256(VALIDATORS_SLOT), "big")
    words = [
        storage_at(account, ((first + place) % 2**256).to_bytes(32, "big"), nodes)
        for place, nodes in enumerate(step.slot_nodes[1:])
    ]
    if any(word == 0 or word >> 160 for word in words):
        raise TrieError("expected addresses in the array of validators, got other words")
    return tuple(checksummed(word.to_bytes(20, "big")) for word in sorted(words))


def _configured(trust: TrustRoot, step: HistoryStep, proof: ConfigurationProof) -> TrustRoot:
    """The trust root with a proven configuration, and the contracts that it put in force."""
    _check_configuration(trust, step, proof)
    number, digest = step.named.header.number, proof.configuration.digest()
    if trust.config_digests and trust.config_digests[-1].digest == digest:
        return trust
    known = tuple(replace(each, to_block=number) if each.to_block is None else each for each in trust.config_digests)
    trust = replace(trust, config_digests=(*known, KnownConfiguration(digest, number + 1)))
    return _with_contracts(trust, step, proof)


def _check_configuration(trust: TrustRoot, step: HistoryStep, proof: ConfigurationProof) -> None:
    """The consortium holds the digest of this configuration. Raises `TrieError`."""
    account = _contract(trust, "Consortium", step, proof.account_nodes)
    wanted = int.from_bytes(proof.configuration.digest(), "big")
    if storage_at(account, CONFIG_DIGEST_SLOT, proof.storage_nodes) != wanted:
        raise TrieError("expected the configuration whose digest the consortium holds, got another")


def _with_contracts(trust: TrustRoot, step: HistoryStep, proof: ConfigurationProof) -> TrustRoot:
    """The trust root with the contract versions that the configuration names, their code proven."""
    names = {role: name for name, role in ROLES.items()}
    codes = {at: account_at(step.named.header.state_root, at, nodes) for at, nodes in proof.codes}
    foreign = set(codes) - {version.at for version in proof.configuration.contracts}
    if foreign or len(codes) != len(proof.codes):
        raise TrieError(f"expected the codes of the configuration's contracts once each, got {sorted(foreign)}")
    contracts = dict(trust.contracts)
    for version in proof.configuration.contracts:
        name, account = names.get(version.role), codes.get(version.at)
        if name is None:
            continue
        known = contracts.get(name, ())
        here = [each for each in known if each.address == version.at]
        if here:
            if account is not None:
                same = next((each for each in here if each.code_hash == account.code_hash), None)
                check_code(account, same, name, PART)
            continue
        if account is None:
            raise TrieError(f"expected the code of {version.at}, got none")
        older = tuple(
            replace(each, to_block=version.from_block - 1) if covers(each, version.from_block) else each
            for each in known
        )
        contracts[name] = (*older, ContractInForce(version.at, account.code_hash, version.from_block))
    return replace(trust, contracts=contracts)


def _contract(trust: TrustRoot, name: str, step: HistoryStep, nodes: Nodes) -> Account:
    """A contract's account after the step's block, with the code that the trust root names."""
    version = contract_named(trust, name, step.named.header.number, PART)
    account = account_at(step.named.header.state_root, version.address, nodes)
    check_code(account, version, name, PART)
    return account


def _configuration_proof(value: Json) -> ConfigurationProof:
    row = object_of(value, ("configuration", "account_nodes", "storage_nodes", "codes"))
    codes = [object_of(item, ("address", "account_nodes")) for item in list_of(row["codes"], MAX_VALIDATORS)]
    return ConfigurationProof(
        Configuration.from_json(row["configuration"]),
        trie_nodes(row["account_nodes"]),
        trie_nodes(row["storage_nodes"]),
        tuple((checksummed(address_bytes(each["address"])), trie_nodes(each["account_nodes"])) for each in codes),
    )


def _hexes(nodes: Nodes) -> list[Json]:
    return [to_hex(node) for node in nodes]
