"""The browser's session: a cookie with a random token, and a row in the database."""

from contextlib import suppress
from datetime import datetime

from flask import request
from werkzeug.wrappers import Response

from sayso_server.dependencies import dependencies
from sayso_server.errors import Unauthorized, Unavailable
from sayso_server.storage.members import sessions
from sayso_server.storage.members.sessions import Session

# Cookies do not depend on the port: with the usual name "session", an application on another port
# of the same host would overwrite ours.
COOKIE = "sayso_session"


def kept_session() -> Session | None:
    """The session of this browser's cookie, open or not."""
    token = request.cookies.get(_name())
    if not token:
        return None
    with dependencies().store.read() as connection:
        return sessions.find(connection, token)


def open_session() -> Session:
    """The open session of this browser. Updates its `last_seen_at`. Raises Unauthorized without an
    open session."""
    now = dependencies().clock()
    session = kept_session()
    if session is None or not session.is_open(now):
        raise Unauthorized("Open the results by a login link.")
    if sessions.is_due(session, now):
        _note_seen(session, now)
    return session


def keep(response: Response, token: str) -> None:
    """Set the session cookie, until the browser is closed."""
    response.set_cookie(
        _name(),
        token,
        secure=dependencies().settings.https,
        httponly=True,
        samesite="Lax",
        path=_path(),
    )


def drop(response: Response) -> None:
    """Delete the session cookie."""
    response.delete_cookie(
        _name(), secure=dependencies().settings.https, httponly=True, samesite="Lax", path=_path()
    )


def _name() -> str:
    """With https the name has the prefix `__Host-`: browsers accept it only with Secure, without a
    Domain and with Path=/, so that subdomains and http pages cannot set it."""
    return f"__Host-{COOKIE}" if dependencies().settings.https else COOKIE


def _path() -> str:
    """Without https the cookie is limited to our path, so that other applications on the host do
    not get it."""
    return "/" if dependencies().settings.https else request.script_root or "/"


def _note_seen(session: Session, now: datetime) -> None:
    # Results stay readable while the database cannot be written.
    with suppress(Unavailable):
        dependencies().store.write(lambda connection: sessions.note_seen(connection, session, now))
