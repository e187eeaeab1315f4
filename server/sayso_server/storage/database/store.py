"""Access to the database: reads, and writes that are acknowledged only after the commit.

On PostgreSQL each write has its own transaction. SQLite has one writer, so concurrent writes share
a commit and its sync. `BEGIN IMMEDIATE` takes the write lock before anything is read.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, RootTransaction, event
from sqlalchemy.exc import SQLAlchemyError

from sayso_server.errors import Unavailable
from sayso_server.storage.database import failures
from sayso_server.storage.database.group_commit import GroupCommit, Offload
from sayso_server.storage.database.transaction import Budget, Transaction

T = TypeVar("T")

UNAVAILABLE = "The database cannot be used right now. Nothing was stored; try again."
BUSY_TIMEOUT = 5_000  # milliseconds that a statement waits for another process's write
LOG_TIMEOUT = 50  # milliseconds that emptying the log may block a write


class Store:
    """One database. `offload` runs a commit's sync in another thread (see `GroupCommit`)."""

    def __init__(self, engine: Engine, key: bytes, offload: Offload | None = None) -> None:
        failures.watch(engine)
        self.engine = engine
        self._key = key
        self._reads: Engine = engine
        self._outage_log = failures.OutageLog()
        self._group = None
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            self._group = GroupCommit(engine, offload or (lambda commit: commit()))
        else:
            self._reads = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. Raises Unavailable during an outage."""
        with self._unavailable_when_away(), self._reads.connect() as connection:
            yield connection

    @property
    def queued_writes(self) -> int:
        """How many writes wait for SQLite's next commit."""
        return 0 if self._group is None else self._group.queued

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its value after the commit. Raises Unavailable
        when nothing was stored, OutcomeUnknown when the commit may have succeeded."""
        with self._unavailable_when_away():
            if self._group is not None:
                return self._group.run(work)
            with self.engine.connect() as connection, connection.begin() as transaction:
                value = work(connection)
                self._commit(transaction)
                return value

    def _commit(self, transaction: RootTransaction) -> None:
        try:
            transaction.commit()
        except SQLAlchemyError as error:
            unknown = failures.outcome_unknown(error)
            if unknown is None:
                raise
            self._log_outage(error)
            raise unknown from error

    def empty_log(self) -> bool:
        """Move SQLite's write-ahead log into the database file and truncate it, so that deleted
        data is in neither. Returns False when another connection is busy; retry later. Does nothing
        on PostgreSQL, which manages its own log."""
        if self._group is None:
            return True
        with self._unavailable_when_away(), self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            return self._group.run_offloaded(lambda: _truncate_log(raw))

    def vacuum(self) -> None:
        """Reclaim the space of deleted rows. SQLite rewrites its file, which also removes copies of
        moved rows from unused space; writes wait until it is done."""
        with self.read() as connection:
            connection.exec_driver_sql("VACUUM")
        self.empty_log()

    @contextmanager
    def view(self, project_id: UUID, now: datetime) -> Iterator[Transaction]:
        """A read-only `Transaction` of one project."""
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

    @contextmanager
    def _unavailable_when_away(self) -> Iterator[None]:
        try:
            yield
        # An offloaded commit raises sqlite3.Error, not SQLAlchemy's wrapper.
        except (SQLAlchemyError, sqlite3.Error) as error:
            if not self._log_outage(error):
                raise
            raise Unavailable(UNAVAILABLE, retry_after=failures.RETRY_AFTER) from error

    def _log_outage(self, error: BaseException) -> bool:
        """Log the error if it is an outage. Returns whether it is."""
        outage = failures.outage_of(error)
        if outage is not None:
            self._outage_log.log(outage, error)
        return outage is not None


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver must not begin transactions itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",  # overwrites deleted data with zeros
        f"busy_timeout={BUSY_TIMEOUT}",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _truncate_log(raw: Any) -> bool:
    raw.execute(f"PRAGMA busy_timeout={LOG_TIMEOUT}")
    try:
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
