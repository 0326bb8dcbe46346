"""One file with all findings on a seller, or none: from rows, proofs of the chain, and the bureaus' statement.

It speaks of the last block that is indexed here. Where the chain no longer gives that state, the proof that was kept
(`capture_subjects`) takes its place. No file leaves that our own verifier would call altered or too large.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from node.chain.errors import ChainError
from node.chain.proofs import header_part, state_proof
from node.protocol.canonical import Json, canonical, parse, to_hex
from node.protocol.configuration import Configuration
from node.protocol.finding import Finding, Report
from node.protocol.history import HistoryStep
from node.protocol.registry_words import record_slot, subject_slot
from node.protocol.steps_registries import registry_versions
from node.protocol.subject_bundle import MEDIA_TYPE, SubjectBundle
from node.protocol.trust import TrustRoot
from node.protocol.typed_data import Domain
from node.protocol.verdict import VerdictCode
from node.protocol.verify import verify_bundle
from node.services.block_anchors import chain_parts
from node.services.errors import Incomplete, NotFound
from node.services.evidence import Sources
from node.services.history import step_at, steps_of
from node.services.ports import Objection, SubjectNode
from node.services.stating import gather_statement
from node.store import blocks, evidence, findings, subjects
from node.store.session import Session
from node.store.tables import FindingRow


@dataclass(frozen=True)
class SubjectExport:
    """A subject file, who signed whose subject it is, and why others did not."""

    data: bytes
    block_number: int
    findings: int
    signers: tuple[int, ...]
    objections: tuple[Objection, ...]


def export_subject(
    sources: Sources, trust: TrustRoot, marketplace: str, seller_id: str, nodes: Sequence[SubjectNode]
) -> SubjectExport:
    """The subject file of a seller, signed by those of `nodes` that will. Raises `NotFound` or `Incomplete`."""
    with sources.store.read() as session:
        row = subjects.get(session, marketplace, seller_id)
        if row is None:
            raise NotFound(f"no seller {seller_id} at {marketplace} is known here")
        proof, step = _fresh_or_kept(sources, trust, session, row.subject)
        block, configuration = step.named.header.number, _configuration(step)
        domain = Domain(trust.chain_id, list(registry_versions(trust, block))[-1])
        stated = gather_statement(nodes, row.salt, marketplace, seller_id, domain, configuration)
        parts: dict[str, Json] = {
            "mediaType": MEDIA_TYPE,
            **proof,
            "configuration": configuration.to_json(),
            "statement": stated.statement.to_json(),
            "marketplace": marketplace,
            "seller_id": seller_id,
            "signatures": [to_hex(signature) for signature in stated.signatures],
        }
        parts |= chain_parts(sources.client, sources.store, SubjectBundle, parts, _steps(sources, session, step))
    data = canonical(parts)
    _check(data, trust)
    return SubjectExport(data, block, _count(proof), stated.statement.signers, stated.objections)


def capture_subjects(sources: Sources, trust: TrustRoot, wanted: Iterable[bytes] | None = None) -> int:
    """Keep a proof for these subjects (all of which something is new, when not named). Returns how many."""
    with sources.store.read() as session:
        chosen = evidence.subjects_without_capture(session) if wanted is None else list(wanted)
        if not chosen:
            return 0
        block = _block(session, trust)
        step = canonical(step_at(sources.client, block, with_configuration=True).to_json()).decode("utf-8")
        proofs = [canonical(_proof(sources, trust, session, each, block)).decode("utf-8") for each in chosen]
    with sources.store.write() as session:
        for subject, proof in zip(chosen, proofs, strict=True):
            evidence.keep_subject_capture(session, subject, block, proof, step)
    return len(chosen)


def _fresh_or_kept(
    sources: Sources, trust: TrustRoot, session: Session, subject: bytes
) -> tuple[Mapping[str, Json], HistoryStep]:
    """Header and registries, and the step of history at that block: of now, or as they were kept where they are gone."""
    block = _block(session, trust)
    try:
        fresh = _proof(sources, trust, session, subject, block)
        return fresh, step_at(sources.client, block, with_configuration=True)
    except ChainError:
        kept = evidence.subject_capture(session, subject)
        if kept is None:
            raise
        proof = parse(kept.proof.encode("utf-8"))
        assert isinstance(proof, dict)  # as `capture_subjects` wrote it
        return proof, HistoryStep.from_json(parse(kept.step.encode("utf-8")))


def _steps(sources: Sources, session: Session, step: HistoryStep) -> list[HistoryStep]:
    """How the chain led to the step and, as far as it can be shown, on to today."""
    found = {each.named.header.number: each for each in (*steps_of(session), step)}
    head = sources.client.head()
    if head > max(found):
        with suppress(ChainError):  # without it the file rests on the validators of its own block
            found[head] = step_at(sources.client, head)
    return [found[number] for number in sorted(found)]


def _configuration(step: HistoryStep) -> Configuration:
    assert step.configuration is not None  # it was taken with it
    return step.configuration.configuration


def _block(session: Session, trust: TrustRoot) -> int:
    """The last block that is indexed here and that the trust root reaches."""
    cursor = blocks.cursor(session)
    if cursor is None:
        raise NotFound("nothing of the chain is indexed here yet")
    return min(cursor, trust.complete_to)


def _proof(sources: Sources, trust: TrustRoot, session: Session, subject: bytes, block: int) -> dict[str, Json]:
    registries = _registries(sources, trust, session, subject, block)
    return {**header_part(sources.client, block), "registries": registries}


def _registries(sources: Sources, trust: TrustRoot, session: Session, subject: bytes, block: int) -> list[Json]:
    found: list[Json] = []
    for address in registry_versions(trust, block):
        rows = [row for row in findings.counted(session, address, subject) if row.block_number <= block]
        keys = [row.clue if row.status in findings.LIVE else row.id for row in rows]  # docs/decisions/0001
        slots = [int.from_bytes(slot, "big") for slot in (subject_slot(subject), *map(record_slot, keys))]
        account, (counted, *records) = state_proof(sources.client, address, slots, block)
        lines: list[Json] = [
            {"finding": _finding(session, row).to_json(), "key": to_hex(key), "record_nodes": _hex(nodes)}
            for row, key, nodes in zip(rows, keys, records, strict=True)
        ]
        part = {"account_nodes": _hex(account), "subject_nodes": _hex(counted), "findings": lines}
        found.append({"address": address, **part})
    return found


def _finding(session: Session, row: FindingRow) -> Finding:
    """The finding's own words, from the report that told it."""
    told = findings.report(session, row.leader, row.report_sequence)
    if told is None:
        raise Incomplete(f"the words of finding {row.id.hex()} are not known here")
    return Report.from_json(parse(told.report.encode("utf-8"))).findings[row.position]


def _count(proof: Mapping[str, Json]) -> int:
    registries = proof["registries"]
    assert isinstance(registries, list)
    return sum(len(registry["findings"]) for registry in registries)


def _check(data: bytes, trust: TrustRoot) -> None:
    verification = verify_bundle(data, trust)
    if verification.verdict in (VerdictCode.ALTERED, VerdictCode.UNREADABLE):
        words = next(step.words_en for step in verification.steps if not step.ok)
        raise Incomplete(f"what is known here makes no file that holds: {words}")


def _hex(nodes: Iterable[bytes]) -> list[Json]:
    return [to_hex(node) for node in nodes]
