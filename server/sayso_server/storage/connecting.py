"""How connections to PostgreSQL are made: limits that notice a dead one, and poolers.

A connection may die without a word: a fail-over, a firewall that forgets, a cable. Then nothing
arrives any more, and whoever waits without a limit waits for ever.
"""

from typing import Any

from psycopg.pq import Conninfo
from sqlalchemy import Engine, event, make_url

from sayso_server.errors import Misconfigured
from sayso_server.settings import Settings

CONNECT_SECONDS = 5
LOCK_SECONDS = 5  # as long as SQLite waits for another process's write
POOL_SECONDS = 10  # how long a call waits for a connection to become free
IDLE_SECONDS = 60  # after which the server ends a transaction whose client has gone silent
ANSWER_SLACK = 2  # seconds beyond the server's own limit until its answer is not awaited any more

KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


def engine_options(settings: Settings) -> dict[str, Any]:
    """What SQLAlchemy's engine is made with. Raises Misconfigured for a URL that cannot work."""
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
        # What one transaction prepares is not there in the next, which has another connection.
        arguments["prepare_threshold"] = None
    return {
        "pool_size": settings.database_pool,
        "max_overflow": 0,
        "pool_timeout": POOL_SECONDS,
        "connect_args": arguments,
    }


def limit_statements(engine: Engine, settings: Settings) -> None:
    """Let PostgreSQL itself end statements, lock waits and transactions that take too long. Said
    once a connection; poolers refuse it at start-up, and one that lends a connection for a single
    transaction would hand it on to others, so there it is the database role that says it."""
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
        raw.autocommit = True  # a transaction that is rolled back would take it back
        raw.execute(statement)
        raw.autocommit = False

    event.listen(engine, "connect", limit)


def answer_within(settings: Settings) -> int:
    """Seconds until an answer of the database is not awaited any more."""
    return settings.database_timeout + ANSWER_SLACK


def _check(given: Any) -> None:
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    for name in given:
        if name not in known:
            raise Misconfigured(
                f"SAYSO_DATABASE_URL has {name!r}, which is no connection parameter of PostgreSQL; "
                "remove it (for a pooler in transaction mode set SAYSO_DATABASE_POOLER=transaction)"
            )
