"""The facts of a file whose steps hold. Every value is from bytes that the steps have proven, or from the trust root.

What bureaus signed about the life before the record is their word; that they signed it is proven.
"""

import re
from typing import Any

from node.protocol.bundle import LIFE
from node.protocol.canonical import to_hex
from node.protocol.configuration import Configuration
from node.protocol.facts import (
    CaptureFact,
    CustodyFact,
    Facts,
    ReasonFact,
    SeenFact,
    SetFact,
    SignerFact,
    SubjectFacts,
    ValidatorFact,
)
from node.protocol.header import seal_signers
from node.protocol.identifiers import ZERO
from node.protocol.seen import SHOWN, Seen, seen_by
from node.protocol.steps_record import ChainContext, Context, registry_of
from node.protocol.steps_subject import SubjectContext


def facts_of(context: Context) -> Facts:
    """What is established. Only for bundles whose steps hold."""
    bundle, report, finding, named = context.bundle, context.bundle.report, context.bundle.finding, context.bundle.named
    later = bundle.status.named.header if context.status is not None else None
    return Facts(
        **_chain(context, bundle.configuration),
        finding_id=to_hex(finding.id()),
        kind=finding.kind,
        period=finding.period,
        score_bps=finding.score_bps,
        spread_bps=finding.spread_bps,
        marketplace=bundle.ask.marketplace,
        seller_id=bundle.ask.seller_id,
        listing_id=bundle.ask.listing_id or "",
        subject=to_hex(finding.subject),
        listing=_unless_zero(finding.listing),
        gtin="" if finding.product == ZERO else f"{int.from_bytes(finding.product, 'big'):014d}",
        seen=tuple(_seen(each) for each in seen_by(bundle.ask, bundle.answers)),
        reasons=tuple(_reasons(context)),
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
        registry=registry_of(context, "FindingRegistry", named.header.number),
        anchored=context.anchored,
        unanchored=context.unanchored,
        anchored_time=context.anchored_time,
        hidden=context.hidden,
        erased=context.erased,
        status=context.status,
        status_block=None if later is None else later.number,
        status_time=None if later is None else later.time,
        life=tuple(part for part in LIFE if bundle.has(part)),
        captures=tuple(_captures(context)),
        custody=tuple(_custody(context)),
        recused=context.life.recused,
        interested=context.life.interested,
    )


def subject_facts_of(context: SubjectContext) -> SubjectFacts:
    """What is established of a subject. Only for files whose steps hold."""
    statement = context.bundle.statement
    return SubjectFacts(
        **_chain(context, context.bundle.configuration),
        subject=to_hex(statement.subject),
        whose_proven=context.unproven is None,
        findings=len(context.told),
        interested=context.interested,
        configuration=to_hex(statement.config_digest),
    )


def _chain(context: ChainContext, configuration: Configuration) -> dict[str, Any]:
    """The members of `ChainFacts`."""
    named, trust = context.bundle.named, context.trust
    return {
        "chain_id": trust.chain_id,
        "block_number": named.header.number,
        "block_hash": to_hex(named.block_hash),
        "block_time": named.header.time,
        "validators": tuple(_validators(context, configuration)),
        "validator_sets": tuple(
            SetFact(each.from_block, each.to_block, each.validators) for each in trust.validator_sets
        ),
        "complete_to": trust.complete_to,
        "rests_on": context.rests_on,
    }


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


def _seen(seen: Seen) -> SeenFact:
    return SeenFact(seen.bureaus, tuple((*SHOWN[place][:2], text) for place, text in seen.texts))


def _reasons(context: Context) -> list[ReasonFact]:
    leader = context.bundle.report.leader
    (explanation,) = (each.explanation for each in context.bundle.answers if each.answer.bureau == leader)
    moved = dict(explanation.contributions)
    return [ReasonFact(name, scope, value, moved.get(name, 0)) for name, scope, value in explanation.features]


def _validators(context: ChainContext, configuration: Configuration) -> list[ValidatorFact]:
    header = context.bundle.named.header
    owners, sealed = {each.validator: each.id for each in configuration.bureaus}, set(seal_signers(header))
    return [
        ValidatorFact(address, owners.get(address), address in sealed)
        for address in context.trust.validators_for(header.number) or ()
    ]


def _captures(context: Context) -> list[CaptureFact]:
    recorded_at, found = context.bundle.named.header.time, []
    for signed in context.life.captures:
        report, late = signed.report, signed.report.captured_at > recorded_at
        failed = tuple((check.area, check.name) for check in report.failed)
        found.append(CaptureFact(signed.bureau, report.captured_at, report.clean and not late, late, failed))
    return found


def _custody(context: Context) -> list[CustodyFact]:
    """In the order of time; acts of one second in the order of the log."""
    entries = [signed.statement for signed in context.bundle.custody] if context.life.entries else []
    return [
        CustodyFact(entry.bureau, entry.act, to_hex(entry.item), entry.at)
        for entry in sorted(entries, key=lambda entry: entry.at)
    ]


def _division(jurisdiction: bytes) -> str:
    """A division code of six digits, as the configuration pads it."""
    found = re.fullmatch(rb"([0-9]{6})\0{26}", jurisdiction)
    return "" if found is None else found[1].decode("ascii")


def _unless_zero(value: bytes) -> str:
    return "" if value == ZERO else to_hex(value)
