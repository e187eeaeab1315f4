"""`create_app(settings)`: wiring only."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from threading import BoundedSemaphore
from typing import Any

from flask import Flask
from flask_cors import CORS
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from sayso_server import dashboard, receipt_page, reply_headers
from sayso_server.addresses import ClientAddress
from sayso_server.api import call_limits, error_body, openapi
from sayso_server.api.health import health
from sayso_server.api.page.script import widget
from sayso_server.api.readable import ReadableBodies
from sayso_server.asking.project_cache import ProjectCache
from sayso_server.dependencies import KEY, Dependencies
from sayso_server.limits import Limits
from sayso_server.live.closed_popups import ClosedPopups
from sayso_server.live.hub import Hub
from sayso_server.live.stream_limit import StreamLimit
from sayso_server.reporting.fold import Folding
from sayso_server.settings import Settings
from sayso_server.storage.database import connecting
from sayso_server.storage.database.probe import Probe
from sayso_server.storage.database.store import Store
from sayso_server.storage.database.tables import metadata
from sayso_server.storage.decisions.ledger import Silences
from sayso_server.storage.members.refused_logins import RefusedLogins
from sayso_server.storage.projects.key_use import KeyUse
from sayso_server.sub_path import SubPath, must_not_hide
from sayso_server.turns import Turns

CORS_OF_PAGES = {
    "origins": "*",  # any page may read; `check_page` checks the project's origins
    "send_wildcard": True,
    "expose_headers": ["Retry-After"],
}

CONNECTIONS = 20_000  # open streams and requests of one process; gunicorn's default is 1,000
SIMULATIONS = 2  # at once in one process: each uses a database connection while it runs

Offload = Callable[[Callable[[], None]], None]


def utc_now() -> datetime:
    """The current time; each request reads it once, at the edge."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    *,
    offload: Offload | None = None,
    clock: Callable[[], datetime] = utc_now,
    connections: int = CONNECTIONS,
) -> Flask:
    """The application. `offload` runs a commit's fsync without blocking other requests;
    `connections` is how many open streams and requests the process allows."""
    app = Flask(__name__, static_folder=None)
    engine = connecting.connect(settings, partial(_engine, app))
    store = Store(engine, settings.secret_key.encode(), offload)
    app.extensions[KEY] = Dependencies(
        settings=settings,
        store=store,
        probe=Probe(store),
        project_cache=ProjectCache(store),
        hub=Hub(),
        streams=StreamLimit(settings, connections),
        closed_popups=ClosedPopups(),
        silences=Silences(),
        refused_logins=RefusedLogins(),
        folding=Folding(),
        key_use=KeyUse(),
        limits=Limits(settings, settings.redis_url, clock),
        turns=Turns(),
        simulations=BoundedSemaphore(SIMULATIONS),
        clock=clock,
    )
    CORS(app, resources={r"/v1/(p|widget)/.*": CORS_OF_PAGES})
    call_limits.register(app)
    reply_headers.register(app, https=settings.https)
    error_body.register(app)
    openapi.register(app)
    dashboard.register(app)
    receipt_page.register(app)
    app.register_blueprint(widget)
    app.register_blueprint(health)
    must_not_hide(settings.public_url, app.url_map)
    hops = settings.trusted_proxies
    app.wsgi_app = ReadableBodies(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own recipe
    app.wsgi_app = SubPath(app.wsgi_app, settings.public_url, hops)  # type: ignore[method-assign]  # ditto
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # ditto
    app.wsgi_app = ClientAddress(app.wsgi_app, hops)  # type: ignore[method-assign]  # ditto
    return app


def _engine(app: Flask, url: str, options: dict[str, Any]) -> Engine:
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=options)
    database = SQLAlchemy(app, metadata=metadata)
    with app.app_context():
        return database.engine
