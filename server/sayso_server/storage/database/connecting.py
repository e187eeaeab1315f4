"""Options for PostgreSQL connections: timeouts that detect a dead connection, and pooler support.

A connection may die silently (a fail-over, a firewall that drops its state, an unplugged cable).
Without timeouts, a call on it would wait for ever.
"""

from collections.abc import Callable
from typing import Any

from psycopg.pq import Conninfo
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from sayso_server.errors import Misconfigured
from sayso_server.settings import Settings

CONNECT_SECONDS = 5
LOCK_SECONDS = 5  # as long as SQLite waits for another process's write
POOL_SECONDS = 10  # how long a call waits for a free connection
IDLE_SECONDS = 60  # after which PostgreSQL ends an idle transaction
ANSWER_SLACK = 2  # seconds that we wait longer than PostgreSQL's own timeout

KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


UNREADABLE = (
    "SAYSO_DATABASE_URL cannot be read; write postgresql://user:password@host/name (with "
    "characters beyond letters and digits in user and password as %40 for @, and so on) "
    "or sqlite:///path"
)

MakeEngine = Callable[[str, dict[str, Any]], Engine]


def plain_engine(url: str, options: dict[str, Any]) -> Engine:
    """An engine without a Flask application, for commands."""
    return create_engine(url, **options)


def connect(settings: Settings, make: MakeEngine = plain_engine) -> Engine:
    """The engine for the database, with all timeouts. Raises Misconfigured for a database URL that
    cannot be read."""
    try:
        engine = make(settings.database_url, engine_options(settings))
    except (ArgumentError, TypeError, ValueError) as error:
        raise Misconfigured(UNREADABLE) from error
    _limit_statements(engine, settings)
    return engine


def engine_options(settings: Settings) -> dict[str, Any]:
    """The arguments for SQLAlchemy's engine. Raises Misconfigured for a URL that cannot work."""
    if settings.embedded:
        return {}
    given = make_url(settings.database_url).query
    _check(given)
    limits: dict[str, Any] = {
        "connect_timeout": min(CONNECT_SECONDS, settings.database_timeout),
        "tcp_user_timeout": settings.database_timeout * 1000,  # milliseconds
        **KEEPALIVE,
    }
    arguments = {name: value for name, value in limits.items() if name not in given}
    if settings.database_pooler:
        # Each transaction may get a different connection, without earlier prepared statements.
        arguments["prepare_threshold"] = None
    return {
        "pool_size": settings.database_pool,
        "max_overflow": 0,
        "pool_timeout": POOL_SECONDS,
        "connect_args": arguments,
    }


def _limit_statements(engine: Engine, settings: Settings) -> None:
    """Set PostgreSQL's timeouts for statements, locks and idle transactions, once per connection.
    They are not start-up options, which poolers refuse. Behind a pooler in transaction mode they
    would leak to other clients, so the database role has to set them."""
    if settings.embedded or settings.database_pooler:
        return
    seconds = {
        "statement_timeout": settings.database_timeout,
        "lock_timeout": min(LOCK_SECONDS, settings.database_timeout),
        "idle_in_transaction_session_timeout": IDLE_SECONDS,
    }
    statement = "SELECT " + ", ".join(
        f"set_config('{name}', '{value}s', false)" for name, value in seconds.items()
    )

    def limit(raw: Any, _record: object) -> None:
        raw.autocommit = True  # a rollback would undo the settings
        raw.execute(statement)
        raw.autocommit = False

    event.listen(engine, "connect", limit)


def answer_within(settings: Settings) -> int:
    """Seconds to wait for an answer from the database."""
    return settings.database_timeout + ANSWER_SLACK


def _check(given: Any) -> None:
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    for name in given:
        if name not in known:
            raise Misconfigured(
                f"SAYSO_DATABASE_URL has {name!r}, which is no connection parameter of PostgreSQL; "
                "remove it (for a pooler in transaction mode set SAYSO_DATABASE_POOLER=transaction)"
            )
