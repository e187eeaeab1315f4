"""The message when a database cannot be opened: what is wrong, and what to do."""

import re
import sqlite3

from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sayso_server.errors import Misconfigured, SaysoError, Unavailable

LONGEST = 300  # characters of the database's own message
TEMPORARY = ("08", "57P", "53300", "25006", "40", "55P03")
"""SQLSTATE prefixes of temporary errors: connection, shutdown or start, too many connections, a
standby that is becoming the primary, a conflict or a lock."""
PERMANENT = re.compile("authentication failed|does not exist|no pg_hba.conf entry")
"""A refused connection has no SQLSTATE, so its English message is matched. An error in another
language does not match and is retried until the timeout."""

IN_SQLITE = {
    "SQLITE_NOTADB": "is no SQLite database; name another file, or restore a backup",
    "SQLITE_CORRUPT": "is damaged; restore a backup",
    "SQLITE_FULL": "cannot be written: the disk is full; make room",
    "SQLITE_BUSY": "is in use by another process; stop that one",
    "SQLITE_LOCKED": "is in use by another process; stop that one",
    "SQLITE_READONLY": "cannot be written; let this user write the file and its directory",
    "SQLITE_PERM": "cannot be opened; let this user read and write it",
    "SQLITE_CANTOPEN": "cannot be opened; name a file in a directory that this user may write to",
    "SQLITE_IOERR": "cannot be read or written (the disk fails); look into the system's log",
}

IN_POSTGRESQL = {
    "25006": "is read-only, as a standby is; name the primary",
    "42P07": "holds tables of another application; name an empty database in SAYSO_DATABASE_URL",
    "42501": "lets this user create no tables; make it the owner of the database",
}


def is_temporary(error: Exception) -> bool:
    """Whether a retry within a minute may succeed."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return _name(error.orig) in ("SQLITE_BUSY", "SQLITE_LOCKED")
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return bool(state.startswith(TEMPORARY))
    unreachable = isinstance(error, OperationalError | InterfaceError)
    return unreachable and not PERMANENT.search(str(error.orig))


def refusal(engine: Engine, error: Exception) -> SaysoError:
    """The error to raise: Unavailable when PostgreSQL is temporarily down, else Misconfigured."""
    place = place_of(engine)
    if not isinstance(error, DBAPIError):
        return Misconfigured(f"The database at {place} cannot be used: {_message(error)}.")
    if isinstance(error.orig, sqlite3.Error):
        wrong = IN_SQLITE.get(_name(error.orig)) or f"cannot be used: {_message(error.orig)}"
        return Misconfigured(f"{place} {wrong}.")
    return _refusal_of_postgresql(f"PostgreSQL at {place}", error)


def _refusal_of_postgresql(at: str, error: DBAPIError) -> SaysoError:
    message = _message(error.orig)
    wrong = IN_POSTGRESQL.get(getattr(error.orig, "sqlstate", None) or "")
    if wrong:
        return Misconfigured(f"{at} {wrong} ({message}).")
    if is_temporary(error):
        return Unavailable(
            f"{at} cannot be reached ({message}). Start it, or correct SAYSO_DATABASE_URL."
        )
    return Misconfigured(
        f"{at} cannot be used ({message}). Correct SAYSO_DATABASE_URL, or create the user and the "
        "database that it names."
    )


def place_of(engine: Engine) -> str:
    """The database's address without password and options."""
    return without_secrets(engine.url.render_as_string(hide_password=False))


def without_secrets(database_url: str) -> str:
    """The part of the URL that may be shown: user, host, port and name."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return shown.render_as_string()


def _name(error: sqlite3.Error) -> str:
    """The primary code, such as SQLITE_IOERR for SQLITE_IOERR_SHORT_READ."""
    name: str = getattr(error, "sqlite_errorname", "") or ""
    return "_".join(name.split("_")[:2])


def _message(error: BaseException | None) -> str:
    """The first line of the error's message."""
    first = next(iter(str(error).strip().splitlines()), "").strip()
    return first.removeprefix("connection failed: ").rstrip(".")[:LONGEST]
