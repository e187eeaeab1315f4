"""Which failures mean "try again", which discard the connection, and what the log contains."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from sayso_server.errors import Unavailable
from sayso_server.storage.database.store import Store

# SQLSTATE → whether the connection is discarded.
AWAY = {
    "08006": True,  # connection failure
    "08P01": True,  # pgbouncer has no server
    "25006": True,  # read-only
    "25P03": True,  # idle in transaction too long
    "57P01": True,  # shut down
    "57P03": True,  # starting
    "58030": True,  # I/O error
    "40001": False,  # serialization failure
    "40P01": False,  # deadlock
    "53100": False,  # disk full
    "53300": False,  # too many connections
    "55P03": False,  # lock timeout
    "57014": False,  # query cancelled
}
ERRORS = ("22003", "23505", "26000", "42703", "54000", "55000", "57000", "P0001", "XX000", "XX001")

SECRET = "somebody@example.com"


@pytest.fixture(scope="module")
def postgres_store(postgres: Any) -> Iterator[Store]:
    with postgres.database() as url:
        store = Store(create_engine(url, pool_size=1), b"key")
        yield store
        store.engine.dispose()


def failing(state: str) -> Callable[[Connection], Any]:
    """Makes PostgreSQL fail with this SQLSTATE."""
    block = f"DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '{state}'; END $$"
    return lambda connection: connection.exec_driver_sql(block)


def backend(store: Store) -> int:
    return store.write(
        lambda connection: int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    )


@pytest.mark.parametrize("state", AWAY)
def test_a_temporary_state_is_503(postgres_store: Store, state: str) -> None:
    before = backend(postgres_store)
    with pytest.raises(Unavailable) as refused:
        postgres_store.write(failing(state))
    assert refused.value.retry_after
    assert (backend(postgres_store) != before) is AWAY[state]


@pytest.mark.parametrize("state", ERRORS)
def test_every_other_state_stays_an_error_and_keeps_its_connection(
    postgres_store: Store, state: str
) -> None:
    before = backend(postgres_store)
    with pytest.raises(DBAPIError, match=state):
        postgres_store.write(failing(state))
    assert backend(postgres_store) == before


def test_reads_and_writes_classify_failures_alike(postgres_store: Store) -> None:
    with pytest.raises(Unavailable), postgres_store.read() as connection:
        failing("57P01")(connection)
    with pytest.raises(DBAPIError), postgres_store.read() as connection:
        failing("XX000")(connection)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (1, :secret, 1)",  # PostgreSQL's DETAIL quotes the key
        "INSERT INTO t VALUES (2, 'other', :secret)",  # its message quotes the invalid number
        "INSERT INTO t VALUES (3, NULL, 3), (4, :secret, 4)",  # its DETAIL quotes the row
        "INSERT INTO nowhere VALUES (:secret)",  # SQLAlchemy lists the parameters
    ],
)
def test_a_failure_never_logs_a_value(
    database_url: str, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(create_engine(database_url), b"key")
    table = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, who TEXT NOT NULL UNIQUE, n INTEGER CHECK (n > 0))"
    )
    store.write(lambda connection: connection.exec_driver_sql(table))
    first = text("INSERT INTO t VALUES (0, :secret, 1)")
    store.write(lambda connection: connection.execute(first, {"secret": SECRET}))
    try:
        store.write(lambda connection: connection.execute(text(statement), {"secret": SECRET}))
    except DBAPIError:
        logging.getLogger("sayso").exception("A request failed")
        assert "Traceback" in caplog.text
        assert "INSERT INTO" in caplog.text  # the statement is logged, its values are not
    else:  # SQLite stores any text as a number
        assert store.engine.dialect.name == "sqlite"
    assert SECRET not in caplog.text
    store.engine.dispose()


def test_repeated_failures_are_logged_once(
    postgres_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(postgres_store.engine, b"key")
    for _ in range(3):
        with pytest.raises(Unavailable):
            store.write(failing("53100"))
    assert caplog.text.count("out of disk") == 1
    assert "53100" in caplog.text
