"""Options of connections to PostgreSQL: timeouts that detect a dead connection, and poolers.

A connection may die silently (a fail-over, a firewall that drops its state, a cable); without
timeouts, a call on it would wait for ever.
"""

from typing import Any

from psycopg.pq import Conninfo
from sqlalchemy import Engine, event, make_url

from sayso_server.errors import Misconfigured
from sayso_server.settings import Settings

CONNECT_SECONDS = 5
LOCK_SECONDS = 5  # as long as SQLite waits for another process's write
POOL_SECONDS = 10  # how long a call waits for a free connection
IDLE_SECONDS = 60  # after which PostgreSQL ends an idle transaction
ANSWER_SLACK = 2  # seconds that we wait longer than PostgreSQL's own timeout

KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


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
        # Each transaction may get another connection, without the prepared statements of the last.
        arguments["prepare_threshold"] = None
    return {
        "pool_size": settings.database_pool,
        "max_overflow": 0,
        "pool_timeout": POOL_SECONDS,
        "connect_args": arguments,
    }


def limit_statements(engine: Engine, settings: Settings) -> None:
    """Set PostgreSQL's timeouts for statements, locks and idle transactions, once per connection.
    Not as start-up options, which poolers refuse. Behind a pooler in transaction mode the setting
    would leak to other clients, so there the database role has to set them."""
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
    """Seconds to wait for an answer of the database."""
    return settings.database_timeout + ANSWER_SLACK


def _check(given: Any) -> None:
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    for name in given:
        if name not in known:
            raise Misconfigured(
                f"SAYSO_DATABASE_URL has {name!r}, which is no connection parameter of PostgreSQL; "
                "remove it (for a pooler in transaction mode set SAYSO_DATABASE_POOLER=transaction)"
            )
