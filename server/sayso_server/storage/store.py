"""How statements reach the database: reads at once, writes acknowledged only after the commit.

PostgreSQL gives each write a transaction of its own. SQLite has one writer: writes that arrive
while a commit is being synced share the next one (group commit), so that sixteen writers pay for
few syncs, and `BEGIN IMMEDIATE` takes the write lock before anything is read.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sayso_server.errors import Unavailable
from sayso_server.storage.transaction import Budget, Transaction

T = TypeVar("T")
Commit = Callable[[Callable[[], None]], None]

AWAY = "The database cannot be reached right now. Nothing was stored; try again."
RETRY_AFTER = 2
LOCKED_FOR = 5_000  # milliseconds that a statement waits for another process's write


class Store:
    """One database. `offload` runs the commit's sync where it does not hold up other requests."""

    def __init__(self, engine: Engine, key: bytes, offload: Commit | None = None) -> None:
        self.engine = engine
        self._key = key
        self._reads: Engine = engine
        self._group = None
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            self._group = _GroupCommit(engine, offload or (lambda commit: commit()))
        else:
            self._reads = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. Raises Unavailable when the database is away."""
        with _unavailable_when_away(), self._reads.connect() as connection:
            yield connection

    def check(self) -> None:
        """Raises Unavailable when the database does not answer."""
        with self.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its value after the commit."""
        with _unavailable_when_away():
            if self._group is not None:
                return self._group.run(work)
            with self.engine.begin() as connection:
                return work(connection)

    @contextmanager
    def view(self, project_id: UUID, now: datetime) -> Iterator[Transaction]:
        """Reading on behalf of one project."""
        with self.read() as connection:
            yield Transaction(connection, project_id, now, self._key)

    def transact(
        self,
        project_id: UUID,
        now: datetime,
        work: Callable[[Transaction], T],
        budget: Budget | None = None,
    ) -> T:
        """Run `work` for one project in a transaction and return its value after the commit."""
        key = self._key
        return self.write(
            lambda connection: work(Transaction(connection, project_id, now, key, budget))
        )


class _Job(Generic[T]):
    __slots__ = ("done", "error", "value", "woken", "work")

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.value: T | None = None
        self.error: BaseException | None = None
        self.done = False
        self.woken = threading.Event()


class _GroupCommit:
    """One writer at a time commits for all who came while the one before was committing, then
    hands the lead to the first who came since."""

    def __init__(self, engine: Engine, offload: Commit) -> None:
        self._engine = engine
        self._offload = offload
        self._lock = threading.Lock()
        self._led = False
        self._waiting: list[_Job[Any]] = []

    def run(self, work: Callable[[Connection], T]) -> T:
        job = _Job(work)
        with self._lock:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads:
            job.woken.wait()
        if not job.done:
            self._lead()
        if job.error is not None:
            raise job.error
        return job.value  # type: ignore[return-value]  # set whenever error is not

    def _lead(self) -> None:
        with self._lock:
            jobs, self._waiting = self._waiting, []
        try:
            self._commit(jobs)
        except BaseException as error:
            for job in jobs:
                job.error = job.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(jobs)

    def _hand_over(self, jobs: list[_Job[Any]]) -> None:
        with self._lock:
            successor = self._waiting[0] if self._waiting else None
            self._led = successor is not None
        for job in jobs:
            job.done = True
            job.woken.set()
        if successor is not None:
            successor.woken.set()

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                for job in jobs:
                    _run_in_savepoint(connection, job)
                raw: Any = connection.connection.driver_connection
                self._offload(raw.commit)
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise


def _run_in_savepoint(connection: Connection, job: _Job[Any]) -> None:
    connection.exec_driver_sql("SAVEPOINT job")
    try:
        job.value = job.work(connection)
    except Exception as error:  # noqa: BLE001  # raised again to the one who waits for it
        job.error = error
        connection.exec_driver_sql("ROLLBACK TO job")
    connection.exec_driver_sql("RELEASE job")


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver begins nothing by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={LOCKED_FOR}"):
        raw.execute(f"PRAGMA {pragma}")


@contextmanager
def _unavailable_when_away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable(AWAY, retry_after=RETRY_AFTER) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(AWAY, retry_after=RETRY_AFTER) from error
        raise
