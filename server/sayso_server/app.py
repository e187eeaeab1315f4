"""`create_app(settings)`: wiring only."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import BoundedSemaphore

from flask import Flask
from flask_cors import CORS
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError
from werkzeug.middleware.proxy_fix import ProxyFix

from sayso_server import dashboard, hosted, reply_headers
from sayso_server.addresses import ClientAddress
from sayso_server.api import call_limits, error_body, openapi
from sayso_server.api.health import health
from sayso_server.api.page.script import widget
from sayso_server.api.readable import ReadableBodies
from sayso_server.errors import Misconfigured
from sayso_server.limits import Limits
from sayso_server.live.freed import Freed
from sayso_server.live.hub import Hub
from sayso_server.live.places import Places
from sayso_server.parts import KEY, Parts
from sayso_server.settings import Settings
from sayso_server.storage import connecting
from sayso_server.storage.directory import Directory
from sayso_server.storage.folding import Folding
from sayso_server.storage.key_use import KeyUse
from sayso_server.storage.ledger import Silences
from sayso_server.storage.probe import Probe
from sayso_server.storage.refused_logins import RefusedLogins
from sayso_server.storage.store import Store
from sayso_server.storage.tables import metadata
from sayso_server.sub_path import SubPath, must_not_hide
from sayso_server.turns import Turns

CORS_OF_PAGES = {
    "origins": "*",  # any page may read; which may act is the project's list
    "send_wildcard": True,
    "expose_headers": ["Retry-After"],
}

CONNECTIONS = 20_000  # open streams and requests of one process; gunicorn's own default is 1,000
SIMULATIONS = 2  # at once in one process: each holds a database connection while it runs

Offload = Callable[[Callable[[], None]], None]


def utc_now() -> datetime:
    """The time, read once by each request at its edge."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    *,
    offload: Offload | None = None,
    clock: Callable[[], datetime] = utc_now,
    connections: int = CONNECTIONS,
) -> Flask:
    """The application. `offload` runs a commit's sync beside other requests; `connections` is how
    many streams and calls the process can hold."""
    app = Flask(__name__, static_folder=None)
    store = Store(_engine(app, settings), settings.secret_key.encode(), offload)
    app.extensions[KEY] = Parts(
        settings=settings,
        store=store,
        probe=Probe(store),
        directory=Directory(store),
        hub=Hub(),
        streams=Places(settings, connections),
        freed=Freed(),
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
    hosted.register(app)
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


def _engine(app: Flask, settings: Settings) -> Engine:
    """Raises Misconfigured for an address that none can be made of."""
    try:
        app.config.update(
            SQLALCHEMY_DATABASE_URI=settings.database_url,
            SQLALCHEMY_ENGINE_OPTIONS=connecting.engine_options(settings),
        )
        database = SQLAlchemy(app, metadata=metadata)
        with app.app_context():
            engine = database.engine
    except (ArgumentError, TypeError, ValueError) as error:
        raise Misconfigured(
            "SAYSO_DATABASE_URL cannot be read; write postgresql://user:password@host/name (with "
            "characters beyond letters and digits in user and password as %40 for @, and so on) "
            "or sqlite:///path"
        ) from error
    connecting.limit_statements(engine, settings)
    return engine
