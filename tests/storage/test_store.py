"""Writes are acknowledged after the commit; those that wait share the next one."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, create_engine, text

from sayso_server.errors import Unavailable
from sayso_server.storage.store import Store


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


def stored(store: Store) -> list[int]:
    with store.read() as connection:
        return list(connection.execute(text("SELECT n FROM t ORDER BY n")).scalars())


def test_a_write_returns_its_value_after_the_commit(store: Store, commits: list[int]) -> None:
    assert store.write(add(7)) == 7
    assert commits == [1]
    assert stored(store) == [7]


def test_writes_that_come_during_a_commit_share_the_next(
    store: Store, commits: list[int], gate: threading.Event
) -> None:
    gate.clear()
    with ThreadPoolExecutor(16) as threads:
        results = [threads.submit(store.write, add(n)) for n in range(16)]
        waiting = store._group._waiting  # type: ignore[union-attr]  # to be sure all came
        while len(waiting) < 15:
            waiting = store._group._waiting  # type: ignore[union-attr]
        gate.set()
        assert sorted(result.result(timeout=30) for result in results) == list(range(16))
    assert len(commits) == 2
    assert stored(store) == list(range(16))


def test_a_write_that_fails_costs_no_other_in_its_commit(
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


def test_a_commit_that_fails_is_told_to_everyone_who_shared_it(sqlite_url: str) -> None:
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


def test_a_database_that_is_away_is_said_so() -> None:
    store = Store(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"), b"key")
    with pytest.raises(Unavailable, match="try again"):
        store.check()
    with pytest.raises(Unavailable):
        store.write(lambda connection: connection.execute(text("SELECT 1")))
