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

from sayso_server import dashboard, hosted
from sayso_server.api import error_body, openapi
from sayso_server.api.health import health
from sayso_server.api.page.script import widget
from sayso_server.errors import Misconfigured
from sayso_server.limits import Limits
from sayso_server.live.hub import Hub
from sayso_server.parts import KEY, Parts
from sayso_server.sessions import MemberSessions
from sayso_server.settings import Settings
from sayso_server.storage.directory import Directory
from sayso_server.storage.folding import Folding
from sayso_server.storage.ledger import Silences
from sayso_server.storage.store import Store
from sayso_server.storage.tables import metadata
from sayso_server.sub_path import SubPath, must_not_hide

CORS_OF_PAGES = {
    "origins": "*",  # any page may read; which may act is the project's list
    "send_wildcard": True,
    "expose_headers": ["Retry-After"],
}

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
) -> Flask:
    """The application. `offload` runs a commit's sync beside other requests."""
    app = Flask(__name__, static_folder=None)
    app.session_interface = MemberSessions()
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
    )
    store = Store(_engine(app), settings.secret_key.encode(), offload)
    app.extensions[KEY] = Parts(
        settings=settings,
        store=store,
        directory=Directory(store),
        hub=Hub(),
        silences=Silences(),
        folding=Folding(),
        limits=Limits(settings.redis_url),
        simulations=BoundedSemaphore(SIMULATIONS),
        clock=clock,
    )
    CORS(app, resources={r"/v1/(p|widget)/.*": CORS_OF_PAGES})
    error_body.register(app)
    openapi.register(app)
    dashboard.register(app)
    hosted.register(app)
    app.register_blueprint(widget)
    app.register_blueprint(health)
    must_not_hide(settings.public_url, app.url_map)
    app.wsgi_app = SubPath(app.wsgi_app, settings.public_url, settings.trusted_proxies)  # type: ignore[method-assign]  # Flask's own recipe
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own recipe
    return app


def _engine(app: Flask) -> Engine:
    """Raises Misconfigured for an address that none can be made of."""
    try:
        database = SQLAlchemy(app, metadata=metadata)
        with app.app_context():
            return database.engine
    except (ArgumentError, TypeError, ValueError) as error:
        raise Misconfigured(
            "SAYSO_DATABASE_URL cannot be read; write postgresql://user:password@host/name (with "
            "characters beyond letters and digits in user and password as %40 for @, and so on) "
            "or sqlite:///path"
        ) from error


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.embedded:
        return {}
    return {"pool_size": settings.database_pool, "max_overflow": 0, "pool_timeout": 10}
