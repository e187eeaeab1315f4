"""Which failures of a database mean "away, try again", and what of a failure may be logged.

A failure in one of the two tables below becomes 503 with Retry-After: nothing was stored, and the
same call may succeed later. Where a connection broke during its commit, nobody can tell whether
that was made, and this is said instead. Every other failure is a fault of ours and stays an error
(500 and a line in the log). `discard` throws the connection out of the pool, and with it all that
are as old, so that the next call connects anew, after a fail-over to the new primary.
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

LOG_EVERY = 10.0  # seconds between two lines about a database that is away
RETRY_AFTER = 2
UNKNOWN = (
    "The database broke off while this was being stored, so it may be stored or not. Events, "
    "answers and decisions carry ids: send the same again, and it is stored once. Before you "
    "repeat any other change, look whether it was made."
)
CLASSES_WITH_VALUES = ("22", "23")  # their messages quote what was to be stored


@dataclass(frozen=True, slots=True)
class Away:
    """Why the database cannot be used right now, and whether the connection is of no more use."""

    why: str
    discard: bool = False


# PostgreSQL, by the longest SQLSTATE prefix. XX (internal error, damaged data) is not among them:
# one damaged row fails every time, and a client that waited for it would send nothing else.
SQLSTATES = {
    "08": Away("the connection broke, or a pooler refused it", discard=True),
    "25006": Away("it is read-only, as a standby or a demoted primary is", discard=True),
    "25P03": Away("it ended a transaction that stood still", discard=True),
    "25P04": Away("it ended a transaction that took too long", discard=True),
    "40003": Away("it broke off, and cannot tell what became of a statement", discard=True),
    "40": Away("two transactions got in each other's way"),  # deadlock, serialization
    "53": Away("it is out of disk, memory or connections"),
    "55P03": Away("a lock was not to be had in time"),
    "57014": Away("a statement took too long"),
    "57P": Away("it is starting or shutting down", discard=True),
    "58": Away("its disk or its system failed", discard=True),
}

# SQLite, by the primary result code. A damaged file is away until somebody restores it: nothing can
# be stored in it, and callers should keep what they have.
SQLITE_CODES = {
    sqlite3.SQLITE_BUSY: Away("another process writes"),
    sqlite3.SQLITE_LOCKED: Away("another connection writes"),
    sqlite3.SQLITE_NOMEM: Away("it is out of memory"),
    sqlite3.SQLITE_READONLY: Away("its file is read-only", discard=True),
    sqlite3.SQLITE_INTERRUPT: Away("a statement was interrupted"),
    sqlite3.SQLITE_IOERR: Away("its disk failed", discard=True),
    sqlite3.SQLITE_CORRUPT: Away("its file is damaged; restore a backup", discard=True),
    sqlite3.SQLITE_FULL: Away("its disk is full"),
    sqlite3.SQLITE_CANTOPEN: Away("its file cannot be opened", discard=True),
    sqlite3.SQLITE_PROTOCOL: Away("its file is locked"),
    sqlite3.SQLITE_NOTADB: Away("its file is no database; restore a backup", discard=True),
}

NO_ANSWER = Away("it does not answer", discard=True)
ALL_IN_USE = Away("every connection is in use")


def away(error: BaseException) -> Away | None:
    """Why the database is away, or None when the failure is another one."""
    if isinstance(error, PoolTimeout):
        return ALL_IN_USE
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return SQLITE_CODES.get(getattr(cause, "sqlite_errorcode", -1) & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state:
        return SQLSTATES.get(state) or SQLSTATES.get(state[:3]) or SQLSTATES.get(state[:2])
    # The driver itself says that a connection broke or was never made, without any SQLSTATE.
    return NO_ANSWER if isinstance(error, OperationalError | InterfaceError) else None


def outcome_unknown(error: BaseException) -> OutcomeUnknown | None:
    """What to raise for a failed commit that may have been made all the same; None where the
    database said itself that it was not."""
    why = away(error)
    return OutcomeUnknown(UNKNOWN, retry_after=RETRY_AFTER) if why and why.discard else None


def watch(engine: Engine) -> None:
    """Discard connections by the tables above, and keep values out of every failure's text."""
    engine.hide_parameters = True
    event.listen(engine, "handle_error", _look)


def _look(context: ExceptionContext) -> None:
    error = context.sqlalchemy_exception
    if not isinstance(error, DBAPIError):
        return
    found = away(error)
    if found is not None and found.discard:
        context.is_disconnect = True
    _take_values_out(error)


def _take_values_out(error: DBAPIError) -> None:
    """PostgreSQL's DETAIL quotes rows, and some of its messages quote what they could not read.
    SQLite's messages name columns only."""
    cause = error.orig
    state, said = getattr(cause, "sqlstate", None), getattr(cause, "diag", None)
    if cause is None or state is None or said is None:
        return
    message = "" if state[:2] in CLASSES_WITH_VALUES else said.message_primary
    named = (message, said.table_name, said.column_name, said.constraint_name)
    cause.args = (" ".join([f"SQLSTATE {state}", *(part for part in named if part)]),)
    error.args = (f"({type(cause).__name__}) {cause}",)


class Notice:
    """Says in the log why the database is away, each reason once every `LOG_EVERY` seconds."""

    def __init__(self) -> None:
        self._quiet_until: dict[str, float] = {}

    def tell(self, why: Away, error: BaseException) -> None:
        """Say it, unless it was said just now."""
        now = time.monotonic()
        if now < self._quiet_until.get(why.why, 0):
            return
        self._quiet_until[why.why] = now + LOG_EVERY
        cause = error.orig if isinstance(error, DBAPIError) else error
        log.warning("The database is away: %s (%s). Calls are answered 503.", why.why, cause)
