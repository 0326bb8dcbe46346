"""One file with all findings on a seller, or none: from rows, proofs of the chain, and the bureaus' statement.

It speaks of the last block that is indexed here. Where the chain no longer gives that state, the proof that was kept
(`capture_subjects`) takes its place. No file leaves that our own verifier would call altered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from node.chain.errors import ChainError
from node.chain.proofs import header_part, state_proof
from node.protocol.canonical import Json, canonical, parse, to_hex
from node.protocol.finding import Finding, Report
from node.protocol.registry_words import record_slot, subject_slot
from node.protocol.steps_registries import registry_versions
from node.protocol.subject_bundle import MEDIA_TYPE
from node.protocol.trust import TrustRoot
from node.protocol.typed_data import Domain
from node.protocol.verdict import VerdictCode
from node.protocol.verify import verify_bundle
from node.services.errors import Incomplete, NotFound
from node.services.evidence import Sources
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
        block, proof = _fresh_or_kept(sources, trust, session, row.subject)
    domain = Domain(trust.chain_id, list(registry_versions(trust, block))[-1])
    stated = gather_statement(nodes, row.salt, marketplace, seller_id, domain, sources.configuration)
    data = canonical(
        {
            "mediaType": MEDIA_TYPE,
            **proof,
            "configuration": sources.configuration.to_json(),
            "statement": stated.statement.to_json(),
            "marketplace": marketplace,
            "seller_id": seller_id,
            "signatures": [to_hex(signature) for signature in stated.signatures],
        }
    )
    _check(data, trust)
    return SubjectExport(data, block, _count(proof), stated.statement.signers, stated.objections)


def capture_subjects(sources: Sources, trust: TrustRoot, wanted: Iterable[bytes] | None = None) -> int:
    """Keep a proof for these subjects (all of which something is new, when not named). Returns how many."""
    with sources.store.read() as session:
        chosen = evidence.subjects_without_capture(session) if wanted is None else list(wanted)
        if not chosen:
            return 0
        block = _block(session, trust)
        header = header_part(sources.client, block)
        proofs = [{**header, "registries": _registries(sources, trust, session, each, block)} for each in chosen]
    with sources.store.write() as session:
        for subject, proof in zip(chosen, proofs, strict=True):
            evidence.keep_subject_capture(session, subject, block, canonical(proof).decode("utf-8"))
    return len(chosen)


def _fresh_or_kept(
    sources: Sources, trust: TrustRoot, session: Session, subject: bytes
) -> tuple[int, Mapping[str, Json]]:
    """Block, header and registries: of now, or, where the chain gives them no more, as they were kept."""
    block = _block(session, trust)
    try:
        registries = _registries(sources, trust, session, subject, block)
        return block, {**header_part(sources.client, block), "registries": registries}
    except ChainError:
        kept = evidence.subject_capture(session, subject)
        if kept is None:
            raise
        proof = parse(kept.proof.encode("utf-8"))
        assert isinstance(proof, dict)  # as `capture_subjects` wrote it
        return kept.block_number, proof


def _block(session: Session, trust: TrustRoot) -> int:
    """The last block that is indexed here and that the trust root reaches."""
    cursor = blocks.cursor(session)
    if cursor is None:
        raise NotFound("nothing of the chain is indexed here yet")
    return min(cursor, trust.complete_to)


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
    if verification.verdict is VerdictCode.ALTERED:
        words = next(step.words_en for step in verification.steps if not step.ok)
        raise Incomplete(f"what is known here does not come to what the chain counts: {words}")


def _hex(nodes: Iterable[bytes]) -> list[Json]:
    return [to_hex(node) for node in nodes]
