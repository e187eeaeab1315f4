"""One-time links that open the results of one project."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, update

from sayso_server.storage.projects import digest
from sayso_server.storage.tables import login_links

VALID_FOR = timedelta(minutes=30)


def create(connection: Connection, project_id: UUID, now: datetime) -> str:
    """A new link's secret, valid for half an hour and for one use."""
    secret = secrets.token_urlsafe(24)
    connection.execute(
        login_links.insert().values(
            hash=digest(secret), project_id=project_id, expires_at=now + VALID_FOR
        )
    )
    return secret


def use(connection: Connection, secret: str, now: datetime) -> UUID | None:
    """The project the link opens, this once; None when it is used, expired or wrong."""
    return connection.execute(
        update(login_links)
        .where(
            login_links.c.hash == digest(secret),
            login_links.c.used_at.is_(None),
            login_links.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(login_links.c.project_id)
    ).scalar()
