"""The chain's history as proofs: what led from the founding's validators and configuration to those in force.

Each step is taken when its block is fresh, since state proofs expire; a bundle made years later carries what was kept.
"""

from collections.abc import Sequence

from node.chain.client import ChainClient
from node.chain.errors import ChainError
from node.chain.governance import Governance
from node.chain.proofs import MAX_VALIDATORS, VALIDATORS_SLOT, header_rlp, state_proof
from node.protocol.bundle import NamedHeader
from node.protocol.canonical import canonical, keccak256, parse
from node.protocol.configuration import Configuration
from node.protocol.header import Header
from node.protocol.history import CONFIG_DIGEST_SLOT, ConfigurationProof, HistoryStep
from node.protocol.identifiers import ADDRESSES
from node.protocol.onchain import account_at, storage_at
from node.store import history
from node.store.session import Session, Store


def keep_history(store: Store, client: ChainClient) -> int:
    """Keep the step of each indexed change that has none yet; returns how many. Raises `ChainError` when it is too late."""
    with store.read() as session:
        kept = {row.block_number for row in history.steps(session)}
        wanted = [block for block in history.changed_blocks(session) if block not in kept]
    for block in wanted:
        step = step_at(client, block, with_configuration=True)
        assert step.configuration is not None
        digest = step.configuration.configuration.digest()
        with store.write() as session:
            history.keep_step(session, block, digest, canonical(step.to_json()).decode("utf-8"))
    return len(wanted)


def steps_of(session: Session) -> list[HistoryStep]:
    """All kept steps, ascending."""
    return [HistoryStep.from_json(parse(row.step.encode("utf-8"))) for row in history.steps(session)]


def configuration_with(session: Session, digest: bytes) -> Configuration | None:
    """A configuration that was in force after some change, by its digest."""
    row = history.step_with(session, digest)
    step = None if row is None else HistoryStep.from_json(parse(row.step.encode("utf-8")))
    return None if step is None or step.configuration is None else step.configuration.configuration


def step_at(client: ChainClient, block: int, with_configuration: bool = False) -> HistoryStep:
    """The step of any block whose state the chain still serves. Raises `ChainError` and `TrieError`."""
    named, at = named_block(client, block), ADDRESSES["ValidatorSet"]
    account, (length,) = state_proof(client, at, [VALIDATORS_SLOT], block)
    slot = VALIDATORS_SLOT.to_bytes(32, "big")
    size = storage_at(account_at(named.header.state_root, at, tuple(account)), slot, tuple(length))
    if not 0 < size <= MAX_VALIDATORS:
        raise ChainError(f"expected 1 to {MAX_VALIDATORS} validators in block {block}, got {size}")
    first = int.from_bytes(keccak256(slot), "big")
    _, elements = state_proof(client, at, [first + place for place in range(size)], block)
    return HistoryStep(
        named,
        tuple(account),
        tuple(tuple(nodes) for nodes in (length, *elements)),
        _configuration(client, block) if with_configuration else None,
    )


def named_block(client: ChainClient, number: int) -> NamedHeader:
    """A block's header as served, checked against its hash."""
    header = Header.from_rlp(header_rlp(client.block(number)))
    return NamedHeader(header, header.block_hash())


def _configuration(client: ChainClient, block: int) -> ConfigurationProof:
    configuration = Governance(client).configuration(block)
    slot = int.from_bytes(CONFIG_DIGEST_SLOT, "big")
    account, (storage,) = state_proof(client, ADDRESSES["Consortium"], [slot], block)
    return ConfigurationProof(configuration, tuple(account), tuple(storage), _codes(client, configuration, block))


def _codes(client: ChainClient, configuration: Configuration, block: int) -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    """The accounts of contracts that no founding has: their code is proven where they come into force."""
    founded: Sequence[str] = list(ADDRESSES.values())
    later = [version.at for version in configuration.contracts if version.at not in founded]
    return tuple((at, tuple(state_proof(client, at, [], block)[0])) for at in later)
