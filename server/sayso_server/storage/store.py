"""How statements reach the database: reads at once, writes acknowledged only after the commit.

PostgreSQL gives each write a transaction of its own. SQLite has one writer: writes share commits,
so that sixteen writers pay for few syncs, and `BEGIN IMMEDIATE` takes the write lock before
anything is read.
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
from sayso_server.storage import failures
from sayso_server.storage.group_commit import GroupCommit, Offload
from sayso_server.storage.transaction import Budget, Transaction

T = TypeVar("T")

AWAY = "The database cannot be used right now. Nothing was stored; try again."
LOCKED_FOR = 5_000  # milliseconds that a statement waits for another process's write
BRIEFLY = 50  # milliseconds that emptying the log may hold up a write


class Store:
    """One database. `offload` runs the commit's sync where it does not hold up other requests."""

    def __init__(self, engine: Engine, key: bytes, offload: Offload | None = None) -> None:
        failures.watch(engine)
        self.engine = engine
        self._key = key
        self._reads: Engine = engine
        self._notice = failures.Notice()
        self._group = None
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            self._group = GroupCommit(engine, offload or (lambda commit: commit()))
        else:
            self._reads = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. Raises Unavailable when the database is away."""
        with self._unavailable_when_away(), self._reads.connect() as connection:
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its value after the commit. Raises Unavailable
        where nothing was stored, OutcomeUnknown where that cannot be told."""
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
            self._tell(error)
            raise unknown from error

    def empty_log(self) -> bool:
        """Move SQLite's write-ahead log into the database file and truncate it, so that what was
        deleted or replaced is in neither. Returns False when somebody is reading or writing just
        now; try again later. PostgreSQL looks after its own."""
        if self._group is None:
            return True
        with self._unavailable_when_away(), self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            return self._group.beside(lambda: _truncate_log(raw))

    def vacuum(self) -> None:
        """Let the database reclaim what was deleted. SQLite rewrites its file for it, which also
        removes copies that moving rows left in unused space; writes wait meanwhile."""
        with self.read() as connection:
            connection.exec_driver_sql("VACUUM")
        self.empty_log()

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

    @contextmanager
    def _unavailable_when_away(self) -> Iterator[None]:
        try:
            yield
        except (
            SQLAlchemyError,
            sqlite3.Error,
        ) as error:  # a commit in a thread raises SQLite's own
            if not self._tell(error):
                raise
            raise Unavailable(AWAY, retry_after=failures.RETRY_AFTER) from error

    def _tell(self, error: BaseException) -> bool:
        """Log why the database is away; return False if it is not away."""
        why = failures.away(error)
        if why is not None:
            self._notice.tell(why, error)
        return why is not None


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver begins nothing by itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",  # what is erased is overwritten with zeros
        f"busy_timeout={LOCKED_FOR}",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _truncate_log(raw: Any) -> bool:
    raw.execute(f"PRAGMA busy_timeout={BRIEFLY}")
    try:
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        raw.execute(f"PRAGMA busy_timeout={LOCKED_FOR}")
