"""One-time links that open the results of one project."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, select, update

from sayso_server.storage.database.removing import remove_batch
from sayso_server.storage.database.secret_hash import digest
from sayso_server.storage.database.tables import login_links, projects
from sayso_server.storage.projects import audit
from sayso_server.storage.projects.audit import Action, Entry
from sayso_server.storage.projects.projects import NOT_DELETED

VALID_FOR = timedelta(minutes=30)


def create(connection: Connection, project_id: UUID, actor: str, now: datetime) -> str:
    """Make a link, valid for half an hour and one use. Returns its secret."""
    secret = secrets.token_urlsafe(24)
    connection.execute(
        login_links.insert().values(
            hash=digest(secret), project_id=project_id, expires_at=now + VALID_FOR
        )
    )
    audit.record(connection, Entry(Action.LOGIN_LINK_MADE, actor, "", project_id), now)
    return secret


def project_of(connection: Connection, secret: str, now: datetime) -> str | None:
    """The name of the project that the link would open, without using it."""
    return connection.execute(
        select(projects.c.name)
        .join(login_links, login_links.c.project_id == projects.c.id)
        .where(_is_valid(secret, now), NOT_DELETED)
    ).scalar()


def use(connection: Connection, secret: str, now: datetime) -> UUID | None:
    """Use the link once. Returns its project; None when it is already used, expired or wrong."""
    return connection.execute(
        update(login_links)
        .where(
            _is_valid(secret, now),
            login_links.c.project_id.in_(select(projects.c.id).where(NOT_DELETED)),
        )
        .values(used_at=now)
        .returning(login_links.c.project_id)
    ).scalar()


def prune(connection: Connection, now: datetime) -> int:
    """Delete a batch of expired links. Returns how many were deleted."""
    return remove_batch(connection, login_links, login_links.c.expires_at <= now)


def _is_valid(secret: str, now: datetime) -> ColumnElement[bool]:
    """The upper bound refuses links made while the clock was far ahead."""
    return and_(
        login_links.c.hash == digest(secret),
        login_links.c.used_at.is_(None),
        login_links.c.expires_at > now,
        login_links.c.expires_at < now + 2 * VALID_FOR,
    )
