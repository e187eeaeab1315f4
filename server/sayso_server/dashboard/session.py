"""The browser's session: a cookie with a random token, and a row that says what it opens."""

from contextlib import suppress
from datetime import datetime

from flask import request
from werkzeug.wrappers import Response

from sayso_server.errors import Unauthorized, Unavailable
from sayso_server.parts import parts
from sayso_server.storage import sessions
from sayso_server.storage.sessions import Session

# A cookie belongs to a host, not to a port: beside a host application on the same machine the
# customary name "session" would be overwritten at every click.
COOKIE = "sayso_session"


def kept_session() -> Session | None:
    """The session that this browser's cookie names, open or not."""
    token = request.cookies.get(_name())
    if not token:
        return None
    with parts().store.read() as connection:
        return sessions.find(connection, token)


def open_session() -> Session:
    """The open session of this browser, noted as in use. Raises Unauthorized when there is none."""
    now = parts().clock()
    session = kept_session()
    if session is None or not session.is_open(now):
        raise Unauthorized("Open the results by a login link.")
    if sessions.is_due(session, now):
        _note_seen(session, now)
    return session


def keep(response: Response, token: str) -> None:
    """Give the session to the browser, until it is closed."""
    response.set_cookie(
        _name(), token, secure=parts().settings.https, httponly=True, samesite="Lax", path=_path()
    )


def drop(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(
        _name(), secure=parts().settings.https, httponly=True, samesite="Lax", path=_path()
    )


def _name() -> str:
    """With https no subdomain and no page without https can set the cookie: browsers take a name
    with `__Host-` only with Secure, for one host and for its whole path."""
    return f"__Host-{COOKIE}" if parts().settings.https else COOKIE


def _path() -> str:
    """Without https the cookie is no other application's on the host."""
    return "/" if parts().settings.https else request.script_root or "/"


def _note_seen(session: Session, now: datetime) -> None:
    # Results can be read while the database takes no writes.
    with suppress(Unavailable):
        parts().store.write(lambda connection: sessions.note_seen(connection, session, now))
