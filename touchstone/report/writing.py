"""A judgement to a report file: PDF or HTML, by the file's name."""

from pathlib import Path

from node.protocol.canonical import sha256
from node.protocol.trust import TrustRoot
from node.protocol.verdict import Verification
from touchstone.errors import CommandError
from touchstone.home import write_whole
from touchstone.report.content import document_of
from touchstone.report.html import render_html
from touchstone.report.judged import Judged
from touchstone.report.pdf import render_pdf

RENDERERS = {".pdf": render_pdf, ".html": render_html}


def check_name(path: Path) -> None:
    """Check, before any work, that a report can have this name. Raises `CommandError`."""
    if path.suffix.lower() not in RENDERERS:
        raise CommandError(f"expected a report file ending in .pdf or .html, got {path.name!r}")
    if not path.parent.is_dir():
        raise CommandError(f"expected a folder for the report, got none at {path.parent}")


def write_report(path: Path, judged: Judged, language: str) -> None:
    """Write the report in `language` (en or zh), whole or not at all."""
    check_name(path)
    write_whole(path, RENDERERS[path.suffix.lower()](document_of(judged, language)))


def html_report(data: bytes, verification: Verification, trust: TrustRoot, at: int, language: str) -> bytes:
    """The report as the pages hand it out."""
    return render_html(document_of(Judged(verification, trust, sha256(data).hex(), len(data), at), language))
