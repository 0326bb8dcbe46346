"""Whose subject a file is about, and over which versions of the registry it speaks."""

from dataclasses import replace
from typing import Any

import pytest

from node.protocol.canonical import sha256, to_hex
from node.protocol.configuration import Configuration, ContractVersion
from node.protocol.identifiers import ROLES
from node.protocol.trust import ContractInForce
from node.protocol.verdict import VerdictCode, Verification
from tests import bundle_factory as factory
from tests import subject_factory as subjects
from tests.protocol.consortium import CONFIGURATION
from tests.protocol.test_verify_subject import ALTERED, TRUST, english, found, genuine, judge
from tests.subject_factory import FIRST, SECOND, Entry, finding, five, subject_file, trust_of


def linked(verification: Verification) -> bool:
    """Genuine, but it says of no seller how many findings there are, and why."""
    claims = english(verification.claims)
    assert verification.verdict is VerdictCode.GENUINE
    assert ("this seller" not in claims) == any(
        "That the subject is the seller" in w[0] for w in verification.not_proven
    )
    standing = {step.standing for step in verification.steps if step.part == "statement"}
    assert (standing == {"linked"}) == ("this seller" not in claims)
    return standing == {"linked"}


def test_without_signatures_it_is_linked_only() -> None:
    verification = judge(subject_file(told=subjects.statement(())))
    assert linked(verification)
    assert f"All findings on the subject {to_hex(subjects.SUBJECT)}" in english(verification.claims)
    assert "no bureau signed whose subject this is" in english(verification.not_proven)


def test_a_wrong_salt_does_not_prove_none() -> None:
    """Whoever makes up a salt gets a subject without findings, and nobody's signature on it."""
    salt = sha256(b"made up")
    told, forged = subjects.statement((), salt), subjects.statement((1, 2, 3), salt)
    nothing = subjects.registry_part(subjects.state_of([(FIRST, five())]), FIRST, [], told.subject)
    made = genuine() | {"statement": told.to_json(), "signatures": [], "registries": [nothing]}
    verification = judge(made)
    assert linked(verification)
    assert f"No finding on the subject {to_hex(told.subject)}" in english(verification.claims)
    # the signatures over the true statement do not fit, nor do those of one bureau for all
    signed = made | {"statement": forged.to_json(), "signatures": genuine()["signatures"]}
    assert found(signed) == (VerdictCode.ALTERED, "statement")
    signed["signatures"] = subject_file(told=forged, bureaus=(4, 4, 4))["signatures"]
    assert found(signed) == (VerdictCode.ALTERED, "signatures")


@pytest.mark.parametrize("signers", [(1,), (2, 4)])
def test_too_few_signatures_are_linked_only(signers: tuple[int, ...]) -> None:
    verification = judge(subject_file(told=subjects.statement(signers)))
    assert linked(verification)
    assert f"{len(signers)} of 4 bureaus signed whose subject this is, 3 are needed" in english(verification.not_proven)


@pytest.mark.parametrize("signers", [(1, 2, 4), (1, 2, 3, 4)])
def test_any_quorum_is_enough(signers: tuple[int, ...]) -> None:
    assert not linked(judge(subject_file(told=subjects.statement(signers))))


def test_a_configuration_that_the_trust_root_does_not_list_proves_no_seller() -> None:
    """Its keys could be anybody's."""
    verification = judge(genuine(), factory.trust_root(config_digests=()))
    assert linked(verification)
    assert "nothing shows that the configuration" in english(verification.not_proven)


# --- versions of the registry -----------------------------------------------------------------------------------------

TWO = trust_of((FIRST, 0, 8), (SECOND, 9, None))


def two_versions() -> dict[str, Any]:
    return subject_file([(FIRST, five()[:2]), (SECOND, [Entry(finding(7, kind=5))])])


def test_two_versions_are_counted_together() -> None:
    verification = judge(two_versions(), TWO)
    assert verification.verdict is VerdictCode.GENUINE, [s.words_en for s in verification.steps if not s.ok]
    claims = english(verification.claims)
    assert "none more: 3." in claims and "3. price fraud" in claims and "2 in number" in claims


def test_a_version_left_out() -> None:
    for place in (0, 1):
        made = two_versions()
        del made["registries"][place]
        assert found(made, TWO) == ALTERED
    assert found(genuine(), trust_of((FIRST, 0, 8), (SECOND, 9, None)))[0] is VerdictCode.ALTERED


def test_versions_in_another_order_or_beyond_the_block() -> None:
    made = two_versions()
    made["registries"].reverse()
    assert found(made, TWO) == ALTERED
    assert found(two_versions(), trust_of((FIRST, 0, 20), (SECOND, 21, None))) == (VerdictCode.ALTERED, "statement")


def test_a_version_that_is_not_in_force_yet_is_not_asked_for() -> None:
    later = trust_of((FIRST, 0, subjects.BLOCK), (SECOND, subjects.BLOCK + 1, None))
    assert found(genuine(), later)[0] is VerdictCode.GENUINE


def test_a_version_put_in_force_twice_is_one_registry() -> None:
    again = trust_of((FIRST, 0, 3), (SECOND, 4, 6), (FIRST, 7, None))
    made = subject_file([(SECOND, []), (FIRST, five())])
    made["registries"].reverse()
    assert judge(made, again).verdict is VerdictCode.GENUINE


def test_another_code_at_a_registry_is_not_trusted() -> None:
    other = ContractInForce(FIRST, sha256(b"other code"), 0)
    trust = factory.trust_root(contracts={**TRUST.contracts, "FindingRegistry": (other,)})
    assert found(genuine(), trust) == (VerdictCode.NOT_TRUSTED, None)


# --- beyond the reader's own trust root --------------------------------------------------------------------------------

VERSION_TWO = replace(
    CONFIGURATION, version=2, contracts=(*CONFIGURATION.contracts, ContractVersion(ROLES["FindingRegistry"], SECOND, 8))
)
SHORT = factory.trust_root(complete_to=5)  # knows the first version of the registry, and nothing after block 5


def led(
    registries: Any, configuration: Configuration = CONFIGURATION, number: int = subjects.BLOCK, told: bool = True
) -> dict[str, Any]:
    """A file with a step of the chain's history, at its own block by default, that tells the configuration or not."""
    made = subject_file(registries, configuration=configuration)
    state = subjects.state_of(registries, configuration=configuration)
    return made | {"history": [subjects.history_step(state, number, configuration if told else None)]}


def test_the_configuration_at_the_block_leads_a_shorter_trust_root_on() -> None:
    verification = judge(led([(FIRST, five())]), SHORT)
    assert verification.verdict is VerdictCode.GENUINE, [s.words_en for s in verification.steps if not s.ok]
    assert not linked(verification)


def test_a_version_that_came_later_is_proven_with_the_configuration() -> None:
    both = [(FIRST, five()[:2]), (SECOND, [Entry(finding(7))])]
    made = led(both, VERSION_TWO)
    verification = judge(made, SHORT)
    assert verification.verdict is VerdictCode.GENUINE, [s.words_en for s in verification.steps if not s.ok]
    assert "none more: 3." in english(verification.claims) and not linked(verification)
    del made["registries"][1]
    assert found(made, SHORT) == ALTERED


def test_without_the_configuration_nobody_knows_how_many_versions_there_are() -> None:
    """History that only tells the validators would leave a later version of the registry out of sight."""
    only_first = [(FIRST, five()[:2])]
    for made in (
        led(only_first, told=False),
        led(only_first, number=subjects.BLOCK + 1),
    ):
        verification = judge(made, SHORT)
        assert verification.verdict is VerdictCode.UNKNOWN and verification.claims == ()
        assert any("nothing shows which contracts were in force at block 10" in s.words_en for s in verification.steps)


def test_a_statement_under_a_replaced_configuration_is_linked_only() -> None:
    old = subjects.statement(configuration=replace(CONFIGURATION, version=7))
    made = led([(FIRST, five())])
    signed = subject_file(told=old, configuration=CONFIGURATION)
    changed = made | {name: signed[name] for name in ("statement", "signatures")}
    changed["configuration"] = replace(CONFIGURATION, version=7).to_json()
    verification = judge(changed, SHORT)
    assert linked(verification)
