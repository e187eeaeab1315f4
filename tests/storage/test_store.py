"""Writes are acknowledged after the commit; waiting writes share the next commit."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, QueuePool, create_engine, text

from sayso_server.dependencies import dependencies
from sayso_server.errors import Unavailable
from sayso_server.storage.database.store import Store
from tests import servers
from tests.product import Clock, make_app


@pytest.fixture
def commits() -> list[int]:
    return []


@pytest.fixture
def gate() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


@pytest.fixture
def store(sqlite_url: str, commits: list[int], gate: threading.Event) -> Store:
    def offload(commit: Callable[[], None]) -> None:
        gate.wait(timeout=30)
        commit()
        commits.append(1)

    store = Store(create_engine(sqlite_url), b"key", offload)
    store.write(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER UNIQUE)")))
    commits.clear()
    return store


def add(n: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": n})
        return n

    return work


def check(store: Store) -> None:
    with store.read() as connection:
        connection.exec_driver_sql("SELECT 1")


def stored(store: Store) -> list[int]:
    with store.read() as connection:
        return list(connection.execute(text("SELECT n FROM t ORDER BY n")).scalars())


def test_a_write_returns_its_value_after_the_commit(store: Store, commits: list[int]) -> None:
    assert store.write(add(7)) == 7
    assert commits == [1]
    assert stored(store) == [7]


def test_writes_that_arrive_during_a_commit_share_the_next(
    store: Store, commits: list[int], gate: threading.Event
) -> None:
    gate.clear()
    with ThreadPoolExecutor(16) as threads:
        results = [threads.submit(store.write, add(n)) for n in range(16)]
        while store.queued_writes < 15:
            time.sleep(0.001)
        gate.set()
        assert sorted(result.result(timeout=30) for result in results) == list(range(16))
    assert len(commits) == 2
    assert stored(store) == list(range(16))


def test_a_failed_write_leaves_the_others_in_its_commit(
    store: Store, gate: threading.Event
) -> None:
    store.write(add(0))
    gate.clear()
    with ThreadPoolExecutor(4) as threads:
        results = [threads.submit(store.write, add(n)) for n in (1, 0, 2)]
        gate.set()
        errors = [type(result.exception(timeout=30)).__name__ for result in results]
    assert errors == ["NoneType", "IntegrityError", "NoneType"]
    assert stored(store) == [0, 1, 2]


def test_a_failed_commit_raises_for_the_writer(sqlite_url: str) -> None:
    def failing(_commit: Callable[[], None]) -> None:
        raise OSError("disk full")

    store = Store(create_engine(sqlite_url), b"key", failing)
    with pytest.raises(OSError, match="disk full"):
        store.write(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER)")))
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def test_sqlite_syncs_every_commit(store: Store) -> None:
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_read_before_a_write_stays_valid_when_another_process_writes(
    sqlite_url: str, store: Store
) -> None:
    other = Store(create_engine(sqlite_url), b"key")

    def read_then_write(connection: Connection) -> int:
        highest: int = connection.execute(text("SELECT count(*) FROM t")).scalar_one()
        began.set()
        time.sleep(0.2)
        return add(highest)(connection)

    began = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(store.write, read_then_write)
        began.wait(timeout=30)
        assert other.write(read_then_write) == 1
        assert slow.result(timeout=30) == 0


def test_without_a_free_connection_the_database_is_unavailable(postgres_url: str) -> None:
    engine = create_engine(postgres_url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    store = Store(engine, b"key")
    with store.read(), pytest.raises(Unavailable) as refused:
        check(store)
    assert refused.value.retry_after == 2
    check(store)
    engine.dispose()


def test_the_pool_size_comes_from_the_settings(postgres_url: str, tmp_path: Path) -> None:
    engine = dependencies(make_app(postgres_url, tmp_path, Clock(), database_pool=3)).store.engine
    assert isinstance(engine.pool, QueuePool)
    assert (engine.pool.size(), engine.pool.timeout()) == (3, 10)


def test_a_cut_connection_fails_once_then_reconnects(
    postgres: servers.Postgres, postgres_url: str
) -> None:
    store = Store(create_engine(postgres_url), b"key")
    check(store)
    name = store.engine.url.database
    postgres.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    with pytest.raises(Unavailable):
        check(store)
    check(store)
    store.engine.dispose()


def test_an_unreachable_database_raises_unavailable() -> None:
    store = Store(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"), b"key")
    with pytest.raises(Unavailable, match="try again"):
        check(store)
    with pytest.raises(Unavailable):
        store.write(lambda connection: connection.execute(text("SELECT 1")))
