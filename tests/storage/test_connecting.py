"""Connections to PostgreSQL: timeouts, poolers and options in the URL."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sayso_server.dependencies import dependencies
from sayso_server.errors import Misconfigured, Unavailable
from sayso_server.settings import Settings
from sayso_server.storage.database import connecting
from sayso_server.storage.database.store import Store
from tests.product import Clock, make_app

WATCHED = (
    socket.TCP_KEEPIDLE,
    socket.TCP_KEEPINTVL,
    socket.TCP_KEEPCNT,
    socket.TCP_USER_TIMEOUT,
)
URL = "postgresql+psycopg://sayso@host/name"


def settings(query: str = "", **more: Any) -> Settings:
    return Settings(Path(), URL + query, "k" * 32, **more)


def arguments(query: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = connecting.engine_options(settings(query, **more))["connect_args"]
    return found


@pytest.mark.parametrize(
    "query",
    [
        "?prepare_threshold=0",
        "?prepare_threshold=none",
        "?autocommit=false",  # the string would count as true and disable transactions
        "?row_factory=dict_row",
        "?pgbouncer=true",
        "?sslmode=require&pool_size=5",
    ],
)
def test_a_url_option_that_psycopg_cannot_read_is_refused_by_name(query: str) -> None:
    name = query.rpartition("&")[2].lstrip("?").partition("=")[0]
    with pytest.raises(Misconfigured, match=f"SAYSO_DATABASE_URL has '{name}'"):
        connecting.engine_options(settings(query))


@pytest.mark.parametrize(
    "query",
    [
        "?sslmode=verify-full&sslrootcert=system",
        "?host=one&host=two&target_session_attrs=read-write",
        "?application_name=sayso&options=-c%20search_path%3Dother",
    ],
)
def test_the_url_may_contain_postgresql_options(query: str) -> None:
    assert arguments(query)["tcp_user_timeout"] == 15_000


def test_a_timeout_in_the_url_overrides_the_default() -> None:
    given = arguments("?connect_timeout=2&keepalives_idle=1")
    assert not {"connect_timeout", "keepalives_idle"} & given.keys()
    assert arguments()["connect_timeout"] == 5


def test_prepared_statements_are_off_behind_a_pooler() -> None:
    assert arguments(database_pooler="transaction")["prepare_threshold"] is None
    assert "prepare_threshold" not in arguments()


@pytest.fixture
def store(migrated_postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    app = make_app(migrated_postgres_url, tmp_path, Clock(), database_timeout=1)
    yield dependencies(app).store
    dependencies(app).store.engine.dispose()


def test_a_statement_timeout_is_503(store: Store) -> None:
    with pytest.raises(Unavailable), store.read() as connection:
        connection.execute(text("SELECT pg_sleep(20)"))


def test_a_lock_timeout_is_503(store: Store) -> None:
    held, enough = threading.Event(), threading.Event()

    def hold(connection: Any) -> None:
        connection.execute(text("LOCK TABLE due_work"))
        held.set()
        enough.wait(timeout=30)

    holder = threading.Thread(target=store.write, args=(hold,))
    holder.start()
    held.wait(timeout=30)
    with pytest.raises(Unavailable):
        store.write(lambda connection: connection.execute(text("LOCK TABLE due_work")))
    enough.set()
    holder.join()


def test_a_deadlock_is_503(store: Store) -> None:
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def lock(first: str, second: str) -> None:
        def work(connection: Any) -> None:
            connection.execute(text(f"LOCK TABLE {first}"))
            together.wait(timeout=30)
            connection.execute(text(f"LOCK TABLE {second}"))

        try:
            store.write(work)
        except Unavailable:
            outcomes.append("unavailable")
        else:
            outcomes.append("stored")

    one = threading.Thread(target=lock, args=("due_work", "projects"))
    one.start()
    lock("projects", "due_work")
    one.join()
    assert "unavailable" in outcomes
    assert set(outcomes) <= {"unavailable", "stored"}


def test_idle_connections_use_tcp_keepalive(store: Store) -> None:
    with store.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        with socket.socket(fileno=os.dup(raw.fileno())) as line:
            watched = line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            limits = [line.getsockopt(socket.IPPROTO_TCP, option) for option in WATCHED]
    assert watched == 1
    assert limits == [10, 5, 3, 1_000]


def test_a_connection_keeps_its_timeouts_after_a_rollback(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        store.write(lambda _connection: 1 // 0)
    for name in ("statement_timeout", "lock_timeout"):
        with store.read() as connection:
            assert connection.exec_driver_sql(f"SHOW {name}").scalar() == "1s"
