"""The node's web application: chooses the concrete parts, and serves them with waitress."""

import errno
import time
from collections.abc import Callable, Mapping

from flask import Flask
from waitress.server import create_server  # type: ignore[import-untyped]

from node.config import Settings
from node.protocol.trust import TrustRoot
from node.services.queries import Audience, Queries
from node.store.session import Store
from node.web.application import make_application
from node.web.site import ReportMaker, Site

Names = Mapping[int, tuple[str, str]]
BODY_ROOM = 1024 * 1024  # of form headers around an uploaded file


class AppError(Exception):
    """The node cannot serve, in words for its operator."""


def create_app(
    settings: Settings,
    store: Store,
    bundle: Callable[[bytes], bytes],
    trust: Callable[[], TrustRoot],
    clock: Callable[[], int] = lambda: int(time.time()),
    bureau_names: Names | None = None,
    feature_names: Mapping[str, tuple[str, str]] | None = None,
    report: ReportMaker | None = None,
) -> Flask:
    """The pages over one node's store. `bundle` exports a finding's evidence file, `trust` gives the trust root."""
    site = Site(
        queries=Queries(store, Audience(settings.audience)),
        bundle=bundle,
        trust=trust,
        clock=clock,
        bureau_names=bureau_names or {},
        feature_names=feature_names or {},
        report=report,
    )
    return make_application(site, settings.trusted_hosts())


def serve(app: Flask, settings: Settings, ready: Callable[[str], None] = lambda address: None) -> None:
    """Serve until stopped. `ready` is told the address once it is open. Raises `AppError` when it cannot be opened."""
    try:
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + BODY_ROOM,
            ident=None,
        )
    except OSError as exc:
        where = f"{settings.host} port {settings.port}"
        if exc.errno == errno.EADDRINUSE:
            words = f"expected {where} to be free, got a port in use. Stop what uses it, or set TOUCHSTONE_PORT."
        elif exc.errno == errno.EACCES:
            words = (
                f"expected to be allowed to open {where}, got a refusal. Choose a port above 1023 with TOUCHSTONE_PORT."
            )
        else:
            words = f"expected {where} to be an address of this machine, got: {exc}. Set TOUCHSTONE_HOST."
        raise AppError(words) from exc
    try:
        ready(f"http://{settings.host}:{server.effective_port}")
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
