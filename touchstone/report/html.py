"""The report as one HTML file that needs nothing else: no script, nothing from elsewhere, everything escaped.

Its own Content-Security-Policy forbids the rest: only this very style sheet, by its digest.
"""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from touchstone.report.document import Block, Cell, Digest, Document
from touchstone.report.square import bars

HERE = Path(__file__).parent
TAGS = {"en": "en", "zh": "zh-Hans"}


def render_html(document: Document) -> bytes:
    """The file."""
    style = (HERE / "report.css").read_text("utf-8")
    size, found = bars(document.code) if document.code else (0, [])
    page = (
        _templates()
        .get_template("report.html")
        .render(
            document=document,
            tag=TAGS[document.language],
            style=style,
            style_digest=base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii"),
            code_size=size,
            code_path="".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in found),
        )
    )
    return page.encode("utf-8")


def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["kind"] = _kind
    made.tests["digest"] = _is_digest
    return made


def _kind(block: Block) -> str:
    return type(block).__name__


def _is_digest(cell: Cell) -> bool:
    return isinstance(cell, Digest)
