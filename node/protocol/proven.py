"""The facts of a bundle whose steps hold. Every value is from bytes that the steps have proven, or from the trust root."""

import re

from node.protocol.canonical import to_hex
from node.protocol.facts import Facts, SetFact, SignerFact, ValidatorFact
from node.protocol.header import seal_signers
from node.protocol.identifiers import ZERO
from node.protocol.steps_record import Context, registry_of


def facts_of(context: Context) -> Facts:
    """What is established. Only for bundles whose steps hold."""
    bundle, report, finding, named = context.bundle, context.bundle.report, context.bundle.finding, context.bundle.named
    later = bundle.status.named.header if context.status is not None else None
    return Facts(
        finding_id=to_hex(finding.id()),
        kind=finding.kind,
        period=finding.period,
        score_bps=finding.score_bps,
        spread_bps=finding.spread_bps,
        subject=to_hex(finding.subject),
        listing=_unless_zero(finding.listing),
        gtin="" if finding.product == ZERO else f"{int.from_bytes(finding.product, 'big'):014d}",
        observed_at=finding.observed_at,
        supersedes=_unless_zero(finding.supersedes),
        policy=to_hex(finding.policy_digest),
        evidence_root=to_hex(finding.evidence_root),
        model=to_hex(finding.model),
        explanation=to_hex(finding.explanation),
        configuration=to_hex(finding.config_digest),
        configuration_known=context.configuration_known,
        leader=report.leader,
        sequence=report.sequence,
        bureaus=len(bundle.configuration.bureaus),
        signers=tuple(_signers(context)),
        chain_id=context.trust.chain_id,
        registry=registry_of(context, "FindingRegistry", named.header.number),
        block_number=named.header.number,
        block_hash=to_hex(named.block_hash),
        block_time=named.header.time,
        validators=tuple(_validators(context)),
        validator_sets=tuple(
            SetFact(each.from_block, each.to_block, each.validators) for each in context.trust.validator_sets
        ),
        complete_to=context.trust.complete_to,
        anchored=context.anchored,
        unanchored=context.unanchored,
        anchored_time=context.anchored_time,
        hidden=context.hidden,
        status=context.status,
        status_block=None if later is None else later.number,
        status_time=None if later is None else later.time,
    )


def _signers(context: Context) -> list[SignerFact]:
    bundle = context.bundle
    bureaus = {bureau.id: bureau for bureau in bundle.configuration.bureaus}
    return [
        SignerFact(
            bureau=signed.answer.bureau,
            leads=signed.answer.bureau == bundle.report.leader,
            name_digest=to_hex(bureaus[signed.answer.bureau].name_digest),
            division=_division(bureaus[signed.answer.bureau].jurisdiction),
            score_bps=signed.answer.score_bps,
        )
        for signed in bundle.answers  # exactly the signers, in their order
    ]


def _validators(context: Context) -> list[ValidatorFact]:
    header, bureaus = context.bundle.named.header, context.bundle.configuration.bureaus
    owners, sealed = {bureau.validator: bureau.id for bureau in bureaus}, set(seal_signers(header))
    return [
        ValidatorFact(address, owners.get(address), address in sealed)
        for address in context.trust.validators_for(header.number) or ()
    ]


def _division(jurisdiction: bytes) -> str:
    """A division code of six digits, as the configuration pads it."""
    found = re.fullmatch(rb"([0-9]{6})\0{26}", jurisdiction)
    return "" if found is None else found[1].decode("ascii")


def _unless_zero(value: bytes) -> str:
    return "" if value == ZERO else to_hex(value)
