"""The Flask application: headers, languages and errors around the pages."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from node.protocol.parts import part_words
from node.services.errors import NotFound, ServiceError
from node.web import formats, words
from node.web.pages import pages, wants_json
from node.web.site import Site

# no script at all, and nothing from elsewhere
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def make_application(site: Site, trusted_hosts: list[str] | None = None) -> Flask:
    """The pages of `site`. `trusted_hosts` are the names it may be called by (against DNS rebinding); None for any."""
    app = Flask("node.web")
    app.config["MAX_CONTENT_LENGTH"] = site.max_bundle
    app.config["TRUSTED_HOSTS"] = trusted_hosts
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of the default provider
    app.extensions["touchstone"] = site
    app.register_blueprint(pages)
    app.before_request(_set_language)
    app.after_request(_set_headers)
    app.context_processor(_helpers)
    for name in ("score", "moment", "price", "plain", "short", "level", "share", "measure", "fact"):
        app.add_template_filter(getattr(formats, name), name)
    app.register_error_handler(NotFound, lambda exc: _error(404, str(exc)))
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(HTTPException, lambda exc: _error(exc.code or 500))
    app.register_error_handler(ServiceError, _unavailable)
    app.register_error_handler(Exception, _unexpected)
    return app


def _set_language() -> None:
    g.language = words.choose()


def _set_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Vary"] = "Accept-Language, Cookie"
    if request.args.get("lang") in words.LANGUAGES:
        response.set_cookie(words.COOKIE, request.args["lang"], samesite="Lax", httponly=True, max_age=31_536_000)
    return response


def _helpers() -> dict[str, Any]:
    site: Site = _site()
    g.setdefault("language", "en")

    def bureau(number: int) -> str:
        pair = site.bureau_names.get(number)
        return words.say("bureau_number", number=number) if pair is None else words.pick(pair)

    def feature(name: str) -> str:
        pair = site.feature_names.get(name) or words.FACTS.get(name)
        return name.replace("_", " ") if pair is None else words.pick(pair)

    def link(**changes: object) -> dict[str, object]:
        """The arguments of this page with some changed."""
        return {**request.args.to_dict(), **(request.view_args or {}), **changes}

    def here(**changes: str) -> str:
        """This page with some arguments changed, as a relative address."""
        return "?" + urlencode({**request.args.to_dict(), **changes})

    return {
        "t": words.say,
        "pick": words.pick,
        "verdicts": words.VERDICTS,
        "language": g.language,
        "tag": words.TAGS[g.language],
        "other": "zh" if g.language == "en" else "en",
        "part": part_words,
        "bureau": bureau,
        "feature": feature,
        "link": link,
        "here": here,
        "audience": site.queries.audience.value,
    }


def _site() -> Site:
    found = current_app.extensions["touchstone"]
    assert isinstance(found, Site)
    return found


def _error(code: int, detail: str = "") -> Response:
    g.setdefault("language", "en")
    key = f"error_{code}" if f"error_{code}" in words.WORDS else "error_500" if code >= 500 else "error_400"
    if wants_json():
        response = jsonify({"status": code, "title": words.say(key), "detail": detail})
        response.headers["Content-Type"] = "application/problem+json"
    else:
        response = make_response(render_template("error.html", message=words.say(key), detail=detail, code=code))
    response.status_code = code
    return response


def _wrong_host(exc: SecurityError) -> Response:
    """Called by a name that is not ours: no page, since every link on it would be wrong."""
    return Response("This node is not called by that name.\n", 400, mimetype="text/plain")


def _unavailable(exc: ServiceError) -> Response:
    return _error(503, str(exc))


def _unexpected(exc: Exception) -> Response:
    current_app.logger.exception("a page failed", exc_info=exc)
    return _error(500)
