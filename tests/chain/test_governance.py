"""The consortium votes on the embedded engine: what contracts, configuration and seals then say is the same."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.chain.contracts import calldata
from node.chain.engines.embedded import EmbeddedEngine
from node.chain.errors import Reverted
from node.chain.genesis import Genesis
from node.chain.governance import Actions, Governance, KeyRole, KeyState, ProposalState
from node.chain.sender import Sender
from node.protocol.canonical import sha256
from node.protocol.configuration import NO_KEY, Bureau, Configuration, ContractVersion, Court
from node.protocol.header import Header, check_seals
from node.protocol.identifiers import ADDRESSES, ROLES, address_bytes
from node.protocol.signing import LocalSigner
from node.services import governance as votes
from tests.chain.conftest import VALIDATOR_KEYS, Chain, Clock, configuration, key

DAY = 24 * 60 * 60
PAPER = sha256(b"minutes")


def address(name: str) -> str:
    return LocalSigner(key(name)).address


FIFTH = Bureau(
    5,
    sha256(b"name 5"),
    b"310000".ljust(32, b"\0"),
    sha256(b"accession 5"),
    address("5.validator"),
    address("5.oracle"),
    address("5.sender"),
    address("5.officer"),
    1,
)


@pytest.fixture
def chain(tmp_path: Path, genesis: Genesis) -> Iterator[Chain]:
    """A chain old enough for its validators to change; the engine holds the fifth bureau's key too."""
    clock = Clock()
    path = tmp_path / "chain.sqlite"
    with EmbeddedEngine.open(path, genesis, [*VALIDATOR_KEYS, key("5.validator")], clock) as engine:
        opened = Chain(engine, genesis, path, clock)
        grow(opened, 31)
        yield opened


def grow(chain: Chain, blocks: int) -> None:
    """Seal blocks: each holds one transaction that changes nothing."""
    sender = chain.sender()
    for _ in range(blocks):
        sender.wait(sender.send(ADDRESSES["ValidatorSet"], calldata("ValidatorSet", "getValidators")))


def officer(chain: Chain, bureau: int) -> Sender:
    return Sender(chain.client, key(f"{bureau}.officer"))


def passed(chain: Chain, action: bytes, voters: int = 3) -> bytes:
    """A proposal of bureau 1 that the others agreed to, its delay over."""
    proposal = votes.propose(Governance(chain.client), officer(chain, 1), action, PAPER)
    for bureau in range(1, voters + 1):
        votes.vote(officer(chain, bureau), proposal, True)
    chain.clock.now += DAY
    return proposal


def seat(chain: Chain, proposal: bytes, bureau: int, name: str) -> int:
    """Bring the validator's proof; returns the block that did."""
    proof, signature = votes.sign_activation(Governance(chain.client), proposal, bureau, LocalSigner(key(name)))
    votes.activate(chain.sender(), proof, signature)
    return chain.client.head()


def agree(chain: Chain) -> Configuration:
    """Contract, Python and validators say the same."""
    found = Governance(chain.client).configuration()
    assert found.digest() == chain.contracts.config_digest()
    assert chain.contracts.validators() == sorted((b.validator for b in found.bureaus), key=address_bytes)
    return found


def test_an_admitted_bureau_seals_from_the_block_after_its_activation(chain: Chain) -> None:
    before = chain.contracts.validators()
    proposal = passed(chain, Actions.admit_bureau(FIFTH))
    assert agree(chain) == configuration()

    activated = seat(chain, proposal, 5, "5.validator")
    grow(chain, 5)

    expected = dataclasses.replace(configuration(), version=2, bureaus=(*configuration().bureaus, FIFTH))
    assert agree(chain) == expected
    last = Header.from_rpc(chain.client.block(activated))
    assert set(check_seals(last, before)) <= set(before)
    later = [Header.from_rpc(chain.client.block(activated + offset)) for offset in range(1, 6)]
    sealers = [set(check_seals(header, chain.contracts.validators())) for header in later]
    assert all(len(members) == 4 for members in sealers)
    proposers = {chain.client.block(activated + offset)["miner"].lower() for offset in range(1, 6)}
    assert FIFTH.validator.lower() in proposers
    assert chain.client.block(activated)["miner"].lower() != FIFTH.validator.lower()


def test_a_bureau_leaves_with_its_validator_and_its_keys(chain: Chain) -> None:
    seat(chain, passed(chain, Actions.admit_bureau(FIFTH)), 5, "5.validator")
    grow(chain, 31)
    votes.execute(chain.sender(), passed(chain, Actions.remove_bureau(2), voters=4))
    grow(chain, 1)
    assert [b.id for b in agree(chain).bureaus] == [1, 3, 4, 5]
    record = Governance(chain.client).key_record(address("2.oracle"))
    assert (record.member, record.role, record.state) == (2, KeyRole.ORACLE, KeyState.RETIRED)


def test_a_bureau_revokes_its_oracle_key_at_once_and_gets_another_by_vote(chain: Chain) -> None:
    governance = Governance(chain.client)
    votes.revoke_key(officer(chain, 3), KeyRole.ORACLE)
    revoked = agree(chain)
    assert (revoked.bureaus[2].oracle, revoked.bureaus[2].epoch, revoked.version) == (NO_KEY, 2, 2)
    record = governance.key_record(address("3.oracle"))
    assert record.state == KeyState.REVOKED
    assert record.until_block == chain.client.head()
    assert record.until_time == int(chain.client.block(record.until_block)["timestamp"], 16)

    votes.execute(chain.sender(), passed(chain, Actions.replace_key(3, KeyRole.ORACLE, address("3.oracle.2"))))
    assert agree(chain).bureaus[2].oracle == address("3.oracle.2")
    assert governance.key_record(address("3.oracle.2")).epoch == 2


def test_a_validator_key_is_replaced_with_the_new_ones_proof(chain: Chain) -> None:
    action = Actions.replace_key(4, KeyRole.VALIDATOR, address("5.validator"))
    seat(chain, passed(chain, action), 4, "5.validator")
    grow(chain, 2)
    assert agree(chain).bureaus[3].validator == address("5.validator")
    assert address("4.validator") not in chain.contracts.validators()


@pytest.mark.parametrize(
    "action",
    [
        Actions.set_threshold(4),
        Actions.register_court(Court(2, sha256(b"court 2"), address("court 2"))),
        Actions.put_in_force(ContractVersion(ROLES["FindingRegistry"], ADDRESSES["ObservationLog"], 10_000)),
    ],
)
def test_every_other_change_gives_the_digest_that_python_computes(chain: Chain, action: bytes) -> None:
    votes.execute(chain.sender(), passed(chain, action))
    found = agree(chain)
    assert found.version == 2
    assert found != dataclasses.replace(configuration(), version=2)


def test_what_is_no_part_of_the_configuration_leaves_the_digest(chain: Chain) -> None:
    until = chain.clock.now + 5 * DAY
    for action in (Actions.register_witness(PAPER, PAPER), Actions.pause(7, until), Actions.resume(7)):
        votes.execute(chain.sender(), passed(chain, action))
    assert agree(chain) == configuration()


def test_what_would_be_refused_is_not_proposed(chain: Chain) -> None:
    governance = Governance(chain.client)
    with pytest.raises(Reverted, match=r"ConsortiumBadThreshold\(threshold=2, bureaus=4\)"):
        votes.propose(governance, officer(chain, 1), Actions.set_threshold(2), PAPER)
    with pytest.raises(Reverted, match="ConsortiumBelowFloor"):
        votes.propose(governance, officer(chain, 1), Actions.remove_bureau(2), PAPER)
    with pytest.raises(Reverted, match="ConsortiumNotAnOfficer"):
        votes.propose(governance, chain.sender(), Actions.set_threshold(4), PAPER)


def test_a_proposal_tells_how_it_stands(chain: Chain) -> None:
    governance = Governance(chain.client)
    action = Actions.nominate_successor(ADDRESSES["FindingRegistry"])
    proposal = votes.propose(governance, officer(chain, 2), action, PAPER)
    votes.vote(officer(chain, 1), proposal, False)
    kept = governance.proposal(proposal)
    assert (kept.proposer, kept.electorate, kept.quota, kept.yes, kept.no) == (2, 4, 3, 0, 1)
    assert (kept.paper, kept.action) == (PAPER, action)
    votes.vote(officer(chain, 3), proposal, False)
    assert governance.state_of(proposal) is ProposalState.DEFEATED
    with pytest.raises(Reverted, match="ConsortiumWrongState"):
        votes.execute(chain.sender(), proposal)
