"""Members' sessions. The cookie holds a random token; the row stores only its hash.

A session ends on log-out, by a command, when a new one replaces it, or when it expires. Its row is
kept for a while, so that the log-in page can say why it ended.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.removing import remove_batch
from sayso_server.storage.database.secret_hash import digest
from sayso_server.storage.database.tables import projects, sessions
from sayso_server.storage.members import login_links
from sayso_server.storage.projects import audit
from sayso_server.storage.projects.audit import Action, Entry
from sayso_server.storage.projects.projects import NOT_DELETED

OPEN_FOR = timedelta(hours=12)
IDLE_FOR = timedelta(hours=4)
SEEN_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(days=7)  # after it expired


class SessionState(StrEnum):
    """Whether a session is open, and if not, why."""

    OPEN = "open"
    ENDED = "ended"
    EXPIRED = "expired"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's access to one project."""

    id: UUID
    project_id: UUID
    project_name: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    browser: str

    def state(self, now: datetime) -> SessionState:
        """The state now. A session that began while the clock was far ahead counts as expired."""
        if self.ended_at is not None:
            return SessionState.ENDED
        if not now < self.expires_at < now + 2 * OPEN_FOR:
            return SessionState.EXPIRED
        return SessionState.IDLE if now - self.last_seen_at >= IDLE_FOR else SessionState.OPEN

    def is_open(self, now: datetime) -> bool:
        """Whether the session gives access to its project."""
        return self.state(now) is SessionState.OPEN


def log_in(
    connection: Connection,
    secret: str,
    now: datetime,
    *,
    browser: str,
    address: str,
    instead_of: Session | None = None,
) -> str | None:
    """Use a login link and end the session it replaces. Returns the new session's token; None when
    the link is not valid."""
    project_id = login_links.use(connection, secret, now)
    if project_id is None:
        return None
    session_id, token = new_id(), secrets.token_urlsafe(32)
    connection.execute(
        sessions.insert().values(
            id=session_id,
            hash=digest(token),
            project_id=project_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + OPEN_FOR,
            browser=browser,
        )
    )
    if instead_of is not None:
        end(connection, instead_of.id, actor_of(session_id), now)
    details = {"browser": browser, "address": address}
    entry = Entry(Action.LOGGED_IN, actor_of(session_id), "", project_id, details)
    audit.record(connection, entry, now)
    return token


def end(connection: Connection, session_id: UUID, actor: str, now: datetime) -> bool:
    """End a session, even an expired one. Returns False when it was already ended."""
    project_id = connection.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(sessions.c.project_id)
    ).scalar()
    if project_id is None:
        return False
    own = actor == actor_of(session_id)
    action = Action.LOGGED_OUT if own else Action.SESSION_ENDED
    subject = "" if own else str(session_id)
    audit.record(connection, Entry(action, actor, subject, project_id), now)
    return True


def actor_of(session_id: UUID) -> str:
    """The session's name as an actor in the audit trail."""
    return f"session {session_id}"


def find(connection: Connection, token: str) -> Session | None:
    """The session with this cookie token, open or not."""
    row = connection.execute(_ALL.where(sessions.c.hash == digest(token))).first()
    return _session(row) if row else None


def is_due(session: Session, now: datetime) -> bool:
    """Whether `last_seen_at` is due for an update, even after the clock moved back."""
    return abs(now - session.last_seen_at) >= SEEN_EVERY


def note_seen(connection: Connection, session: Session, now: datetime) -> None:
    """Update `last_seen_at`, unless another request just did."""
    connection.execute(
        update(sessions)
        .where(sessions.c.id == session.id, sessions.c.last_seen_at == session.last_seen_at)
        .values(last_seen_at=now)
    )


def open_sessions(
    connection: Connection, project_id: UUID | None, now: datetime
) -> Iterable[Session]:
    """The open sessions of a project, or of all projects, oldest first."""
    query = _ALL.where(sessions.c.ended_at.is_(None), sessions.c.expires_at > now)
    if project_id is not None:
        query = query.where(sessions.c.project_id == project_id)
    candidates = [_session(row) for row in connection.execute(query.order_by(sessions.c.id))]
    return [session for session in candidates if session.is_open(now)]


def prune(connection: Connection, now: datetime) -> int:
    """Delete a batch of sessions that expired KEPT_FOR ago. Returns how many were deleted."""
    return remove_batch(connection, sessions, sessions.c.expires_at < now - KEPT_FOR)


_ALL = (
    select(sessions, projects.c.name.label("project_name"))
    .join(projects, projects.c.id == sessions.c.project_id)
    .where(NOT_DELETED)
)


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        project_id=row.project_id,
        project_name=row.project_name,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        browser=row.browser,
    )
