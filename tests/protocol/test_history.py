"""Trust roots led on by proofs, over the real chains of Besu and GoQuorum."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from node.protocol.bundle import NamedHeader
from node.protocol.canonical import keccak256
from node.protocol.history import HistoryStep, extend, read_history
from node.protocol.identifiers import address_bytes, checksummed
from node.protocol.trust import ContractInForce, TrustRoot, ValidatorSet
from node.protocol.verdict import StepFailed, VerdictCode
from tests.protocol.chains import CHAINS, Chain, unhex

YES, NO = (lambda named, trust: True), (lambda named, trust: False)


def step_of(chain: Chain, block: int) -> HistoryStep:
    """The proofs that the client gave of the validator contract after a block."""
    proof = chain.data["proofs"][str(block)]
    size = int(proof["storageProof"][0]["value"], 16)
    slots = tuple(tuple(map(unhex, slot["proof"])) for slot in proof["storageProof"][: size + 1])
    header = chain.headers[block]
    return HistoryStep(NamedHeader(header, header.block_hash()), tuple(map(unhex, proof["accountProof"])), slots, None)


def founding(chain: Chain) -> TrustRoot:
    block = min(map(int, chain.data["proofs"]))
    code = unhex(chain.data["proofs"][str(block)]["codeHash"])
    at = checksummed(unhex(chain.data["validator_contract"]))
    validators = tuple(sorted((checksummed(unhex(v)) for v in chain.data["founding_validators"]), key=address_bytes))
    return TrustRoot(
        chain_id=chain.data["chain_id"],
        genesis_hash=unhex(chain.data["genesis"]["hash"]),
        custody="one party",
        contracts={"ValidatorSet": (ContractInForce(at, code, 0),)},
        validator_sets=(ValidatorSet(1, None, validators),),
        config_digests=(),
        complete_to=0,
    )


def changes_of(chain: Chain) -> list[int]:
    """The blocks with whose state the set is another than before."""
    proven = sorted(map(int, chain.data["proofs"]))
    return [block for block in proven if set(chain.validators(block + 1)) != set(chain.validators(block))]


def steps_of(chain: Chain) -> list[HistoryStep]:
    return [step_of(chain, block) for block in changes_of(chain)]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_a_real_chain_leads_from_its_founding_through_its_changes(chain: Chain) -> None:
    trust = extend(founding(chain), steps_of(chain), YES)
    changes = changes_of(chain)
    assert len(trust.validator_sets) == len(changes) + 1
    assert trust.complete_to == changes[-1] + 1
    for number in chain.headers:
        if 0 < number <= trust.complete_to:
            assert set(trust.validators_for(number) or ()) == set(chain.validators(number)), number
    assert [each.number for each in trust.pinned_blocks] == changes
    ended = [each.ended_at for each in trust.validator_sets]
    assert ended == [*(chain.headers[number].time for number in changes), None]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_steps_read_back_and_known_ones_add_nothing(chain: Chain) -> None:
    steps = read_history([step.to_json() for step in steps_of(chain)])
    trust = extend(founding(chain), steps, YES)
    assert extend(trust, steps, NO) == trust
    assert trust == extend(founding(chain), steps_of(chain), YES)


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_a_change_that_nobody_else_vouches_for_is_not_trusted(chain: Chain) -> None:
    with pytest.raises(StepFailed, match="nothing outside the leaving set vouches") as failure:
        extend(founding(chain), steps_of(chain), NO)
    assert failure.value.code is VerdictCode.NOT_TRUSTED


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_a_block_without_a_change_leads_on_without_a_voucher(chain: Chain) -> None:
    before = changes_of(chain)[0] - 1
    trust = extend(founding(chain), [step_of(chain, before)], NO)
    assert trust == replace(founding(chain), complete_to=before + 1)


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_a_step_must_be_sealed_proven_and_whole(chain: Chain) -> None:
    trust, (step, *rest) = founding(chain), steps_of(chain)
    bad: Sequence[HistoryStep] = [
        replace(step, slot_nodes=step.slot_nodes[:-1]),
        replace(step, slot_nodes=step.slot_nodes[::-1]),
        replace(step, slot_nodes=()),
        replace(step, account_nodes=step.account_nodes[:-1]),
        replace(step, named=replace(step.named, block_hash=keccak256(b"other"))),
        *(replace(step, account_nodes=other.account_nodes, slot_nodes=other.slot_nodes) for other in rest),
    ]
    for each in bad:
        with pytest.raises(StepFailed) as failure:
            extend(trust, [each], YES)
        assert (failure.value.code, failure.value.part) == (VerdictCode.ALTERED, "history")


def test_a_step_left_out_ends_the_way() -> None:
    for chain in CHAINS[1:]:
        first, second = steps_of(chain)
        admitted = extend(founding(chain), [first], YES).validator_sets[-1].validators
        assert len(admitted) == 5
        with pytest.raises(StepFailed, match="expected 3 seals|by keys outside|seals of the 4"):
            extend(founding(chain), [second], YES)


def test_code_that_the_trust_root_does_not_name_proves_nothing() -> None:
    chain = CHAINS[0]
    trust = founding(chain)
    (version,) = trust.contracts["ValidatorSet"]
    other = replace(trust, contracts={"ValidatorSet": (replace(version, code_hash=keccak256(b"other")),)})
    with pytest.raises(StepFailed, match="the code of ValidatorSet is not the one") as failure:
        extend(other, steps_of(chain), YES)
    assert (failure.value.code, failure.value.part) == (VerdictCode.NOT_TRUSTED, "history")
    with pytest.raises(StepFailed, match="the trust root names no ValidatorSet") as failure:
        extend(replace(trust, contracts={}), steps_of(chain), YES)
    assert (failure.value.code, failure.value.part) == (VerdictCode.UNKNOWN, "history")
