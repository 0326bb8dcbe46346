"""The pages, each with a JSON twin under `?format=json`. Server-rendered, no script anywhere."""

from dataclasses import asdict, is_dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, jsonify, make_response, render_template, request

from node.protocol.canonical import from_hex
from node.protocol.errors import ProtocolError
from node.protocol.verdict import VERDICT_WORDS
from node.protocol.verify import verify_bundle
from node.services.evidence import BUNDLE_TYPE
from node.services.queries import all_kinds
from node.services.views import AnswerLine
from node.web.site import Site

pages = Blueprint("pages", __name__)


def site() -> Site:
    """This application's site."""
    found = current_app.extensions["touchstone"]
    assert isinstance(found, Site)
    return found


@pages.get("/")
def home() -> Response:
    """Search, and what came of it."""
    words = request.args.get("q", "")[:200]
    found = site().queries.search(words)
    return _answer("home.html", {"summary": site().queries.summary(), "found": found})


@pages.get("/products/<gtin>")
def product(gtin: str) -> Response:
    """One product."""
    return _answer("product.html", {"product": site().queries.product(gtin)})


@pages.get("/findings")
def findings() -> Response:
    """Findings by kind, score and block."""
    chosen = {
        "kind": _number("kind"),
        "score": _number("score"),
        "from_block": _number("from_block"),
        "to_block": _number("to_block"),
        "page": _number("page") or 1,
    }
    found = site().queries.findings(
        kind=chosen["kind"],
        least_score_bps=min((chosen["score"] or 0) * 100, 10_000),
        first_block=chosen["from_block"],
        last_block=chosen["to_block"],
        page=chosen["page"] or 1,
    )
    return _answer("findings.html", {"page": found}, chosen=chosen, kinds=all_kinds())


@pages.get("/findings/<finding_id>")
def finding(finding_id: str) -> Response:
    """One finding with its evidence."""
    found = site().queries.finding(_id(finding_id))
    return _answer("finding.html", {"finding": found}, views=same_views(found.answers))


def same_views(answers: list[AnswerLine]) -> list[list[AnswerLine]]:
    """The signers' answers, those of the same score and factors together, in their order."""
    groups: list[list[AnswerLine]] = []
    for answer in answers:
        for group in groups:
            if (group[0].score_bps, group[0].factors) == (answer.score_bps, answer.factors):
                group.append(answer)
                break
        else:
            groups.append([answer])
    return groups


@pages.get("/findings/<finding_id>/bundle")
def bundle(finding_id: str) -> Response:
    """The evidence file of a finding."""
    name = _id(finding_id)
    site().queries.finding(name)  # what a reader may not see has no file either
    response = make_response(site().bundle(name))
    response.headers["Content-Type"] = BUNDLE_TYPE
    response.headers["Content-Disposition"] = f'attachment; filename="finding-{name.hex()[:16]}.bundle.json"'
    return response


@pages.get("/trust.json")
def trust() -> Response:
    """This node's trust root, to compare with what a verifier got elsewhere; never take it from here alone."""
    response = make_response(site().trust().to_bytes())  # canonical, so that the file's SHA-256 is the trust root's id
    response.headers["Content-Type"] = "application/json"
    return response


@pages.route("/verify", methods=["GET", "POST"])
def verify() -> Response:
    """Check an uploaded evidence file."""
    printable = site().report is not None
    if request.method == "GET":
        return _answer("verify.html", {"verification": None}, printable=printable)
    uploaded = request.files.get("bundle")
    data = request.get_data() if request.mimetype != "multipart/form-data" else uploaded.read() if uploaded else b""
    if not data:
        return _answer("verify.html", {"verification": None}, missing=True, printable=printable, code=400)
    root, now = site().trust(), site().clock()
    verification = verify_bundle(data, root, now)
    maker = site().report
    if maker is not None and request.values.get("as") == "report":
        return _report(maker(data, verification, root, now, g.language))
    return _answer(
        "verify.html",
        {"verification": verification.to_json()},
        shown=verification,
        sentence=VERDICT_WORDS[verification.verdict],
        printable=printable,
    )


def _report(page: bytes) -> Response:
    """A report to keep and print."""
    response = make_response(page)
    response.headers["Content-Disposition"] = 'attachment; filename="report.html"'
    return response


def _answer(template: str, values: dict[str, Any], code: int = 200, **for_page: Any) -> Response:
    """A page, or its JSON twin."""
    if wants_json():
        response = jsonify({key: asdict(value) if is_json_like(value) else value for key, value in values.items()})
    else:
        response = make_response(render_template(template, **values, **for_page))
    response.status_code = code
    return response


def is_json_like(value: Any) -> bool:
    """True for a read model."""
    return is_dataclass(value) and not isinstance(value, type)


def wants_json() -> bool:
    """True when the JSON twin of a page is asked for."""
    return request.args.get("format") == "json"


def _number(name: str) -> int | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        abort(400)
    return int(text)


def _id(text: str) -> bytes:
    try:
        return from_hex(text, 32)
    except ProtocolError:
        abort(404)
