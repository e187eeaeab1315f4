"""Secret keys. Only a hash of the key is stored, and an id to list and revoke it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.secret_hash import digest
from sayso_server.storage.database.tables import secret_keys

SCOPES = ("events", "read", "manage")
HINT = 4  # last characters of a key, stored so that its owner can recognize it

_NOT_REVOKED = secret_keys.c.revoked_at.is_(None)


@dataclass(frozen=True, slots=True)
class Key:
    """A valid secret key, without the secret. `last_used_at` lags up to two minutes, as all
    processes together write it at most once a minute."""

    id: UUID
    project_id: UUID
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None = None


def add(
    connection: Connection, project_id: UUID, scopes: Sequence[str], now: datetime
) -> tuple[Key, str]:
    """Add a secret key. Returns it with its secret, which cannot be read again."""
    secret = f"sk_{secrets.token_urlsafe(32)}"
    key = Key(new_id(), project_id, secret[-HINT:], tuple(scopes), now)
    connection.execute(
        secret_keys.insert().values(
            hash=digest(secret),
            id=key.id,
            project_id=project_id,
            hint=key.hint,
            scopes=list(scopes),
            created_at=now,
        )
    )
    return key, secret


def of_project(connection: Connection, project_id: UUID) -> list[Key]:
    """The keys of a project that are not revoked, oldest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(secret_keys.c.project_id == project_id, _NOT_REVOKED)
        .order_by(secret_keys.c.created_at, secret_keys.c.id)
    )
    return [_key(row) for row in rows]


def by_id(connection: Connection, key_id: UUID) -> Key | None:
    """The key with this id; None for a revoked one."""
    row = connection.execute(
        select(*_COLUMNS).where(secret_keys.c.id == key_id, _NOT_REVOKED)
    ).first()
    return _key(row) if row else None


def revoke(connection: Connection, key: Key, now: datetime) -> None:
    """Revoke the key: calls with it are refused from now on."""
    connection.execute(
        update(secret_keys)
        .where(secret_keys.c.project_id == key.project_id, secret_keys.c.id == key.id)
        .values(revoked_at=now)
    )


_COLUMNS = [secret_keys.c[name] for name in Key.__dataclass_fields__]


def _key(row: Row[Any]) -> Key:
    return Key(**{**row._mapping, "scopes": tuple(row.scopes)})
