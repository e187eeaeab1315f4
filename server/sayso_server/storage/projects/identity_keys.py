"""Identity keys: ids from which the server derives the secrets that sign identity tokens."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from sayso_server.storage.database.tables import identity_keys


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """A key that is not retired."""

    kid: str
    created_at: datetime


def add(connection: Connection, project_id: UUID, now: datetime) -> IdentityKey:
    """Add an identity key. Earlier ones stay valid until retired, so keys can be rotated."""
    key = IdentityKey(secrets.token_hex(4), now)
    connection.execute(
        identity_keys.insert().values(project_id=project_id, kid=key.kid, created_at=now)
    )
    return key


def of_project(connection: Connection, project_id: UUID) -> list[IdentityKey]:
    """The keys of a project that are not retired, oldest first."""
    rows = connection.execute(
        select(identity_keys.c.kid, identity_keys.c.created_at)
        .where(identity_keys.c.project_id == project_id, identity_keys.c.retired_at.is_(None))
        .order_by(identity_keys.c.created_at, identity_keys.c.kid)
    )
    return [IdentityKey(row.kid, row.created_at) for row in rows]


def retire(connection: Connection, project_id: UUID, kid: str, now: datetime) -> None:
    """Retire a key: tokens signed with it are refused from now on."""
    connection.execute(
        update(identity_keys)
        .where(identity_keys.c.project_id == project_id, identity_keys.c.kid == kid)
        .values(retired_at=now)
    )
