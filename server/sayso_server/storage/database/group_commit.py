"""Group commit: SQLite has one writer, so writes that arrive during a commit share the next one.

A write that finds no commit running becomes the leader and commits all waiting writes. The first
write that arrived during the commit becomes the next leader. Even if the leader fails (with an
exception, a failing rollback or a killed greenlet), every write in its commit gets the outcome, and
the next commit gets a leader.
"""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine

from sayso_server.errors import Unavailable
from sayso_server.storage.database import failures

T = TypeVar("T")
Offload = Callable[[Callable[[], None]], None]

INTERRUPTED = "The write was interrupted. Nothing was stored; try again."
RETRY_AFTER = 1


class _Job(Generic[T]):
    __slots__ = ("done", "error", "value", "woken", "work")

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.value: T | None = None
        self.error: BaseException | None = None
        self.done = False
        self.woken = threading.Event()


class _Attempt:
    """A commit that may run in another thread. It never raises there: gevent would print the
    exception before passing it on, and printing may fail."""

    def __init__(self, commit: Callable[[], None]) -> None:
        self._commit = commit
        self._error: BaseException | None = None
        self.ended = False

    def run(self) -> None:
        try:
            self._commit()
        except BaseException as error:  # noqa: BLE001  # `check` raises it in the waiting thread
            self._error = error
        self.ended = True

    def check(self) -> None:
        """Raises the commit's exception, if any."""
        if self._error is not None:
            raise self._error
        if not self.ended:
            raise RuntimeError("The commit was not run")


class GroupCommit:
    """`offload` runs a commit's sync in another thread, so that other requests are not blocked. It
    may be interrupted before the commit begins; after that, it returns or raises only when the
    commit has ended."""

    def __init__(self, engine: Engine, offload: Offload) -> None:
        self._engine = engine
        self._offload = offload
        self._lock = threading.Lock()
        self._has_leader = False
        self._waiting: list[_Job[Any]] = []

    @property
    def queued(self) -> int:
        """How many writes wait for the next commit."""
        return len(self._waiting)

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its value after the commit."""
        job = _Job(work)
        with self._lock:
            self._waiting.append(job)
            leads, self._has_leader = not self._has_leader, True
        if not leads:
            self._wait(job)
        if not job.done:
            self._lead()
        if job.error is not None:
            raise job.error
        return job.value  # type: ignore[return-value]  # set when there is no error

    def run_offloaded(self, work: Callable[[], T]) -> T:
        """Run `work`, which needs no transaction, with `offload`."""
        values: list[T] = []
        attempt = _Attempt(lambda: values.append(work()))
        self._offload(attempt.run)
        attempt.check()
        return values[0]

    def _wait(self, job: _Job[Any]) -> None:
        try:
            job.woken.wait()
        except BaseException:  # this greenlet is killed; if it was chosen to lead, choose another
            with self._lock:
                if job in self._waiting:
                    self._waiting.remove(job)
                    if job.woken.is_set():
                        self._choose_leader()
            raise

    def _lead(self) -> None:
        with self._lock:
            jobs, self._waiting = self._waiting, []
        interruption: BaseException | None = None
        try:
            interruption = self._commit(jobs)
        except Exception as error:  # noqa: BLE001  # each of the writes raises it
            _fail(jobs, error)
        except BaseException as error:  # noqa: BLE001  # only for this greenlet
            interruption = error
            _fail(jobs, Unavailable(INTERRUPTED, retry_after=RETRY_AFTER))
        finally:
            self._hand_over(jobs)
        if interruption is not None:
            raise interruption

    def _hand_over(self, jobs: list[_Job[Any]]) -> None:
        with self._lock:
            self._choose_leader()
        for job in jobs:
            job.done = True
            job.woken.set()

    def _choose_leader(self) -> None:
        """Call with the lock held, so that a write that has just left is not chosen."""
        self._has_leader = bool(self._waiting)
        if self._waiting:
            self._waiting[0].woken.set()

    def _commit(self, jobs: list[_Job[Any]]) -> BaseException | None:
        """Returns the exception, if any, that interrupted this greenlet during the commit."""
        committing = False
        with self._engine.connect() as connection:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                for job in jobs:
                    _run_in_savepoint(connection, job)
                committing = True
                return self._sync(connection)
            except BaseException as error:
                _roll_back(connection, error)
                unknown = failures.outcome_unknown(error) if committing else None
                if unknown is None:
                    raise
                raise unknown from error

    def _sync(self, connection: Connection) -> BaseException | None:
        raw: Any = connection.connection.driver_connection
        attempt = _Attempt(raw.commit)
        interruption: BaseException | None = None
        try:
            self._offload(attempt.run)
        except BaseException as error:
            if not attempt.ended:
                raise
            interruption = error
        attempt.check()
        return interruption


def _run_in_savepoint(connection: Connection, job: _Job[Any]) -> None:
    connection.exec_driver_sql("SAVEPOINT job")
    try:
        job.value = job.work(connection)
    except Exception as error:
        job.error = error
        if not _in_transaction(connection):  # SQLite rolled back everything, as on a full disk
            raise Unavailable(INTERRUPTED, retry_after=RETRY_AFTER) from error
        connection.exec_driver_sql("ROLLBACK TO job")
    connection.exec_driver_sql("RELEASE job")


def _in_transaction(connection: Connection) -> bool:
    if connection.invalidated:
        return False
    raw: Any = connection.connection.driver_connection
    return bool(raw.in_transaction)


def _roll_back(connection: Connection, error: BaseException) -> None:
    """Roll back. If that fails, close the connection, which also rolls back."""
    outage = failures.outage_of(error)
    try:
        if _in_transaction(connection):
            connection.exec_driver_sql("ROLLBACK")
        if outage is not None and outage.discard:
            connection.invalidate()
    except Exception:  # noqa: BLE001  # the caller raises the first error
        connection.invalidate()


def _fail(jobs: list[_Job[Any]], error: Exception) -> None:
    for job in jobs:
        job.error = job.error or error
