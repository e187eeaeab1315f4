"""Classifies database errors as outages (retry later) or bugs, and removes values from their text.

An error in one of the two tables below becomes 503 with Retry-After: nothing was stored, and a
retry may succeed. If a connection broke during its commit, the outcome is unknown, and the reply
says so. Every other error is a bug in our code (500 and a line in the log). `discard` removes this
and all older connections from the pool, so that the next call reconnects: after a fail-over, to the
new primary.
"""

import logging
import sqlite3
import time
from dataclasses import dataclass

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sayso_server.errors import OutcomeUnknown

log = logging.getLogger("sayso.storage")

LOG_EVERY = 10.0  # seconds between two log lines about the same outage
RETRY_AFTER = 2
UNKNOWN = (
    "The connection to the database broke during the commit, so this may be stored or not. Events, "
    "answers and decisions carry ids: send them again, and they are stored once. Before you repeat "
    "any other change, check whether it was made."
)
CLASSES_WITH_VALUES = ("22", "23")  # SQLSTATE classes whose messages quote stored values


@dataclass(frozen=True, slots=True)
class Outage:
    """Why the database is unavailable, and whether to discard the connection."""

    why: str
    discard: bool = False


# PostgreSQL, by the longest SQLSTATE prefix. XX (internal error, damaged data) is not an outage:
# a damaged row fails every time, and a client that retries it would send nothing else.
SQLSTATES = {
    "08": Outage("the connection broke, or a pooler refused it", discard=True),
    "25006": Outage("it is read-only, as a standby or a demoted primary is", discard=True),
    "25P03": Outage("it ended an idle transaction", discard=True),
    "25P04": Outage("it ended a transaction that took too long", discard=True),
    "40003": Outage("it broke off, and a statement's outcome is unknown", discard=True),
    "40": Outage("two transactions conflicted"),  # deadlock, serialization
    "53": Outage("it is out of disk, memory or connections"),
    "55P03": Outage("a lock timed out"),
    "57014": Outage("a statement took too long"),
    "57P": Outage("it is starting or shutting down", discard=True),
    "58": Outage("its disk or its system failed", discard=True),
}

# SQLite, by the primary result code. A damaged file is an outage until it is restored: nothing can
# be stored, and callers should keep their data and retry.
SQLITE_CODES = {
    sqlite3.SQLITE_BUSY: Outage("another process writes"),
    sqlite3.SQLITE_LOCKED: Outage("another connection writes"),
    sqlite3.SQLITE_NOMEM: Outage("it is out of memory"),
    sqlite3.SQLITE_READONLY: Outage("its file is read-only", discard=True),
    sqlite3.SQLITE_INTERRUPT: Outage("a statement was interrupted"),
    sqlite3.SQLITE_IOERR: Outage("its disk failed", discard=True),
    sqlite3.SQLITE_CORRUPT: Outage("its file is damaged; restore a backup", discard=True),
    sqlite3.SQLITE_FULL: Outage("its disk is full"),
    sqlite3.SQLITE_CANTOPEN: Outage("its file cannot be opened", discard=True),
    sqlite3.SQLITE_PROTOCOL: Outage("its file is locked"),
    sqlite3.SQLITE_NOTADB: Outage("its file is no database; restore a backup", discard=True),
}

NO_ANSWER = Outage("it does not answer", discard=True)
ALL_IN_USE = Outage("every connection is in use")


def outage_of(error: BaseException) -> Outage | None:
    """The outage that caused the error, or None for any other error."""
    if isinstance(error, PoolTimeout):
        return ALL_IN_USE
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return SQLITE_CODES.get(getattr(cause, "sqlite_errorcode", -1) & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state:
        return SQLSTATES.get(state) or SQLSTATES.get(state[:3]) or SQLSTATES.get(state[:2])
    # Without an SQLSTATE the driver reports that a connection broke or could not be opened.
    return NO_ANSWER if isinstance(error, OperationalError | InterfaceError) else None


def outcome_unknown(error: BaseException) -> OutcomeUnknown | None:
    """The error to raise for a failed commit that may still have succeeded; None when the database
    has reported a rollback."""
    outage = outage_of(error)
    return OutcomeUnknown(UNKNOWN, retry_after=RETRY_AFTER) if outage and outage.discard else None


def watch(engine: Engine) -> None:
    """Discard connections as the tables above say, and remove values from every error's text."""
    engine.hide_parameters = True
    event.listen(engine, "handle_error", _handle)


def _handle(context: ExceptionContext) -> None:
    error = context.sqlalchemy_exception
    if not isinstance(error, DBAPIError):
        return
    outage = outage_of(error)
    if outage is not None and outage.discard:
        context.is_disconnect = True
    _remove_values(error)


def _remove_values(error: DBAPIError) -> None:
    """PostgreSQL's DETAIL quotes rows, and some messages quote values that cannot be parsed.
    SQLite's messages name columns only."""
    cause = error.orig
    state, diagnostics = getattr(cause, "sqlstate", None), getattr(cause, "diag", None)
    if cause is None or state is None or diagnostics is None:
        return
    message = "" if state[:2] in CLASSES_WITH_VALUES else diagnostics.message_primary
    names = (diagnostics.table_name, diagnostics.column_name, diagnostics.constraint_name)
    parts = [f"SQLSTATE {state}", *(part for part in (message, *names) if part)]
    cause.args = (" ".join(parts),)
    error.args = (f"({type(cause).__name__}) {cause}",)


class OutageLog:
    """Logs why the database is unavailable, each reason at most once every `LOG_EVERY` seconds."""

    def __init__(self) -> None:
        self._quiet_until: dict[str, float] = {}

    def log(self, outage: Outage, error: BaseException) -> None:
        """Log the outage, unless it was logged just now."""
        now = time.monotonic()
        if now < self._quiet_until.get(outage.why, 0):
            return
        self._quiet_until[outage.why] = now + LOG_EVERY
        cause = error.orig if isinstance(error, DBAPIError) else error
        log.warning("The database is unavailable: %s (%s). Calls get 503.", outage.why, cause)
