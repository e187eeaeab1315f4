"""If the leader of a commit fails, every write in it gets an outcome and the next has a leader."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import IntegrityError

from sayso_server.errors import OutcomeUnknown, Unavailable
from sayso_server.storage.database.store import Store

ROOT = Path(__file__).parents[2]


def test_every_other_write_gets_an_outcome_when_a_greenlet_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.storage.ended_greenlets", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    assert json.loads(done.stdout) == {
        "follower": {"said": [0, "Ended", 2, 3], "stored": [0, 2, 3]},
        "chosen": {"said": [0, "Ended", 2, 3], "stored": [0, 2, 3]},
        "leader": {"said": [0, "Ended", "Unavailable", "Unavailable"], "stored": [0]},
        "syncing": {"said": [0, "Ended", 2, 3], "stored": [0, 1, 2, 3]},
    }


@pytest.fixture
def failing(sqlite_url: str) -> dict[str, Any]:
    """Maps a statement to the error that it raises the next time it runs."""
    return {}


@pytest.fixture
def store(sqlite_url: str, failing: dict[str, Any]) -> Store:
    def offload(commit: Callable[[], None]) -> None:
        if "COMMIT" in failing:
            raise failing.pop("COMMIT")
        commit()

    def fail(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if statement in failing:
            raise failing.pop(statement)

    store = Store(create_engine(sqlite_url), b"key", offload)
    store.write(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER)")))
    event.listen(store.engine, "before_cursor_execute", fail)
    return store


def add(connection: Connection) -> None:
    connection.execute(text("INSERT INTO t VALUES (1)"))


def count(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM t")).scalar_one())


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "SAVEPOINT job", "RELEASE job"])
def test_a_failed_transaction_statement_raises_and_the_next_write_succeeds(
    store: Store, failing: dict[str, Any], statement: str
) -> None:
    failing[statement] = OSError("no luck")
    with pytest.raises(OSError, match="no luck"):
        store.write(add)
    assert count(store) == 0
    store.write(add)
    assert count(store) == 1


def test_a_failed_rollback_keeps_the_cause_and_the_next_write_succeeds(
    store: Store, failing: dict[str, Any]
) -> None:
    failing.update({"COMMIT": OSError("disk gone"), "ROLLBACK": RuntimeError("nor that")})
    with pytest.raises(OSError, match="disk gone"):
        store.write(add)
    store.write(add)
    assert count(store) == 1


def test_a_commit_that_fails_on_disk_has_an_unknown_outcome(
    store: Store, failing: dict[str, Any]
) -> None:
    disk = sqlite3.OperationalError("disk I/O error")
    disk.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    failing["COMMIT"] = disk
    with pytest.raises(OutcomeUnknown, match="stored or not"):
        store.write(add)
    # Nothing is stored before the commit, nor when SQLite reports a rollback.
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    for statement, error in (("BEGIN IMMEDIATE", disk), ("COMMIT", full)):
        failing[statement] = error
        with pytest.raises(Unavailable, match="Nothing was stored") as refused:
            store.write(add)
        assert refused.type is Unavailable
    store.write(add)
    assert count(store) == 1


def test_every_write_in_the_commit_fails_when_sqlite_rolls_back(
    sqlite_url: str,
) -> None:
    """Simulates a full disk with `INSERT OR ROLLBACK`."""
    gate, begun = threading.Event(), threading.Event()

    def offload(commit: Callable[[], None]) -> None:
        begun.set()
        gate.wait(timeout=30)
        commit()

    def rolling_back(connection: Connection) -> None:
        connection.execute(text("INSERT OR ROLLBACK INTO t VALUES (0)"))

    gate.set()
    store = Store(create_engine(sqlite_url), b"key", offload)
    store.write(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER UNIQUE)")))
    store.write(lambda connection: connection.execute(text("INSERT INTO t VALUES (0)")))
    gate.clear()
    begun.clear()
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(store.write, add)
        begun.wait(timeout=30)
        innocent = threads.submit(
            store.write, lambda c: c.execute(text("INSERT INTO t VALUES (2)"))
        )
        guilty = threads.submit(store.write, rolling_back)
        while store.queued_writes < 2:
            time.sleep(0.001)
        gate.set()
        first.result(timeout=30)
        for one, error in ((innocent, Unavailable), (guilty, IntegrityError)):
            with pytest.raises(error):
                one.result(timeout=30)
    assert count(store) == 2


def test_a_commit_that_never_ran_is_not_acknowledged(sqlite_url: str) -> None:
    store = Store(create_engine(sqlite_url), b"key", lambda _commit: None)
    with pytest.raises(RuntimeError, match="not run"):
        store.write(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER)")))


def test_a_file_that_cannot_be_written_is_unavailable(sqlite_url: str) -> None:
    Store(create_engine(sqlite_url), b"key").write(
        lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER)"))
    )
    path = sqlite_url.removeprefix("sqlite:///")
    only_reads = Store(create_engine(f"sqlite:///file:{path}?mode=ro&uri=true"), b"key")
    with pytest.raises(Unavailable):
        only_reads.write(add)
    only_reads.engine.dispose()
    Path(path).write_bytes(b"no database" * 1_000)
    Path(f"{path}-wal").unlink(missing_ok=True)
    with pytest.raises(Unavailable):
        Store(create_engine(sqlite_url), b"key").write(add)
    with pytest.raises(Unavailable):
        Store(create_engine(f"sqlite:///{path}/none/file"), b"key").write(add)
