"""What bundles need besides rows: model files and captured state proofs."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from node.store.tables import AnchorRow, CaptureRow, FindingRow, ModelRow, StatusChangeRow, SubjectCaptureRow


def keep_model(session: Session, model_id: bytes, manifest: str, model: bytes, features: str, thresholds: str) -> None:
    """Keep the files of a model; its id is their digest, so a known one is the same."""
    session.merge(ModelRow(id=model_id, manifest=manifest, model=model, features=features, thresholds=thresholds))


def model(session: Session, model_id: bytes) -> ModelRow | None:
    """The files of a model."""
    return session.get(ModelRow, model_id)


def keep_capture(session: Session, finding: bytes, block_number: int, status: str) -> None:
    """Keep a status proof; a newer one replaces it."""
    session.merge(CaptureRow(finding=finding, block_number=block_number, status=status))


def capture(session: Session, finding: bytes) -> CaptureRow | None:
    """The status proof kept for a finding."""
    return session.get(CaptureRow, finding)


def without_capture(session: Session) -> Sequence[bytes]:
    """The findings for which no status proof is kept."""
    kept = select(CaptureRow.finding)
    return session.scalars(
        select(FindingRow.id).where(FindingRow.id.not_in(kept)).order_by(FindingRow.sequence, FindingRow.position)
    ).all()


def anchor(session: Session, bureau: int, sequence: int) -> AnchorRow | None:
    """An anchor as the chain shows it."""
    return session.get(AnchorRow, (bureau, sequence))


def keep_subject_capture(session: Session, subject: bytes, block_number: int, proof: str, step: str) -> None:
    """Keep the proof of all findings on a subject; a newer one replaces it."""
    session.merge(SubjectCaptureRow(subject=subject, block_number=block_number, proof=proof, step=step))


def subject_capture(session: Session, subject: bytes) -> SubjectCaptureRow | None:
    """The proof kept for a subject."""
    return session.get(SubjectCaptureRow, subject)


def subjects_without_capture(session: Session) -> Sequence[bytes]:
    """The subjects of which something was recorded or changed since their proof was kept."""
    kept = {row.subject: row.block_number for row in session.scalars(select(SubjectCaptureRow))}
    recorded = select(FindingRow.subject, func.max(FindingRow.block_number))
    changed = select(FindingRow.subject, func.max(StatusChangeRow.block_number))
    changed = changed.join(StatusChangeRow, StatusChangeRow.finding == FindingRow.id)
    rows = [row for query in (recorded, changed) for row in session.execute(query.group_by(FindingRow.subject))]
    return sorted({subject for subject, last in rows if last > kept.get(subject, -1) and any(subject)})
