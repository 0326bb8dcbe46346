"""The chain's history as proofs: what led from the founding's validators and configuration to those in force.

Each step is taken when its block is fresh, since state proofs expire; a bundle made years later carries what was kept.
"""

from collections.abc import Sequence

from node.chain.client import ChainClient
from node.chain.governance import Governance
from node.chain.proofs import VALIDATORS_SLOT, header_rlp, proven_words, state_proof
from node.protocol.bundle import NamedHeader
from node.protocol.canonical import canonical, keccak256, parse
from node.protocol.configuration import Configuration
from node.protocol.header import Header
from node.protocol.history import CONFIG_DIGEST_SLOT, ConfigurationProof, HistoryStep
from node.protocol.identifiers import ADDRESSES
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
    """The step of any block whose state the chain still serves."""
    named = named_block(client, block)
    (size,) = proven_words(client, named.header, ADDRESSES["ValidatorSet"], [VALIDATORS_SLOT])
    first = int.from_bytes(keccak256(VALIDATORS_SLOT.to_bytes(32, "big")), "big")
    slots = [VALIDATORS_SLOT, *(first + place for place in range(size))]
    account, nodes = state_proof(client, ADDRESSES["ValidatorSet"], slots, block)
    return HistoryStep(
        named,
        tuple(account),
        tuple(tuple(each) for each in nodes),
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
