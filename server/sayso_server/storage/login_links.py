"""One-time links that open the results of one project."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, select, update

from sayso_server.storage import audit
from sayso_server.storage.audit import Action, Entry
from sayso_server.storage.projects import THERE, digest
from sayso_server.storage.removing import remove_batch
from sayso_server.storage.tables import login_links, projects

VALID_FOR = timedelta(minutes=30)


def create(connection: Connection, project_id: UUID, actor: str, now: datetime) -> str:
    """A new link's secret, valid for half an hour and for one use."""
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
        .where(_opens(secret, now), THERE)
    ).scalar()


def use(connection: Connection, secret: str, now: datetime) -> UUID | None:
    """The project the link opens, this once; None when it is used, expired or wrong."""
    return connection.execute(
        update(login_links)
        .where(
            _opens(secret, now),
            login_links.c.project_id.in_(select(projects.c.id).where(THERE)),
        )
        .values(used_at=now)
        .returning(login_links.c.project_id)
    ).scalar()


def prune(connection: Connection, now: datetime) -> int:
    """Forget a batch of the links that have expired; return how many there were."""
    return remove_batch(connection, login_links, login_links.c.expires_at <= now)


def _opens(secret: str, now: datetime) -> ColumnElement[bool]:
    """The bound above refuses links that were made while the clock was far ahead."""
    return and_(
        login_links.c.hash == digest(secret),
        login_links.c.used_at.is_(None),
        login_links.c.expires_at > now,
        login_links.c.expires_at < now + 2 * VALID_FOR,
    )
