"""Projects. Queries skip deleted projects, whose rows may still exist."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, select, update

from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.secret_hash import digest
from sayso_server.storage.database.tables import projects, secret_keys
from sayso_server.storage.projects import identity_keys

LANGUAGE = "en"  # default for a project
COOL_DOWN_DAYS = 7  # between two surveys to one person; the shortest default of similar products

NOT_DELETED = projects.c.deleted_at.is_(None)


@dataclass(frozen=True, slots=True)
class Project:
    """The tenant. `language` is the default for texts without a language. `scopes` and `key_id`
    belong to the secret key of the current call."""

    id: UUID
    name: str
    public_key: str
    origins: frozenset[str]
    tracked: tuple[str, ...]
    policy: Mapping[str, Any]
    paused: bool
    rules_version: int
    language: str
    created_at: datetime
    kids: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    key_id: UUID | None = None


def create(
    connection: Connection,
    name: str,
    origins: Sequence[str],
    now: datetime,
    *,
    cool_down_days: int = COOL_DOWN_DAYS,
    language: str = LANGUAGE,
) -> Project:
    """Add a project with a first identity key, but no secret key."""
    project_id = new_id()
    row = {
        "id": project_id,
        "name": name,
        "public_key": f"pk_{secrets.token_urlsafe(18)}",
        "origins": list(origins),
        "tracked": [],
        "policy": {"cool_down_days": cool_down_days},
        "paused": False,
        "rules_version": 1,
        "language": language,
        "created_at": now,
    }
    connection.execute(projects.insert().values(row))
    key = identity_keys.add(connection, project_id, now)
    created = connection.execute(select(projects).where(projects.c.id == project_id)).one()
    return _project(created, {key.kid})


def all_of(connection: Connection) -> list[Project]:
    """Every project of this server, in order of creation."""
    rows = connection.execute(select(projects).where(NOT_DELETED).order_by(projects.c.id))
    return [_project(row, ()) for row in rows]


def named(connection: Connection, name: str) -> list[UUID]:
    """The ids of the projects with this name, in order of creation."""
    conditions = (NOT_DELETED, projects.c.name == name)
    query = select(projects.c.id).where(*conditions).order_by(projects.c.id)
    return [*connection.scalars(query)]


def by_public_key(connection: Connection, public_key: str) -> Project | None:
    """The project with this public key."""
    return _first(connection, projects.c.public_key == public_key)


def by_id(connection: Connection, project_id: UUID) -> Project | None:
    """The project with this id."""
    return _first(connection, projects.c.id == project_id)


def by_secret_key(connection: Connection, key: str) -> Project | None:
    """The project that this key belongs to, with its scopes; None for a wrong or revoked key."""
    row = connection.execute(
        select(secret_keys.c.project_id, secret_keys.c.scopes, secret_keys.c.id).where(
            secret_keys.c.hash == digest(key), secret_keys.c.revoked_at.is_(None)
        )
    ).first()
    project = by_id(connection, row.project_id) if row else None
    if row is None or project is None:
        return None
    return replace(project, scopes=frozenset(row.scopes), key_id=row.id)


def locked(connection: Connection, project_id: UUID) -> Project | None:
    """The project, locked until the transaction ends."""
    connection.execute(select(projects.c.id).where(projects.c.id == project_id).with_for_update())
    return by_id(connection, project_id)


def change(connection: Connection, project_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of the project, and notify open pages."""
    connection.execute(update(projects).where(projects.c.id == project_id).values(values))
    raise_rules_version(connection, project_id)


def rules_versions(connection: Connection, project_ids: Collection[UUID]) -> dict[UUID, int]:
    """The version of each project's page rules."""
    rows = connection.execute(
        select(projects.c.id, projects.c.rules_version).where(
            NOT_DELETED, projects.c.id.in_(project_ids)
        )
    )
    return {row.id: row.rules_version for row in rows}


def raise_rules_version(connection: Connection, project_id: UUID) -> int:
    """Increment the rules version, so that open pages notice a change. Returns the new version."""
    raised: int = connection.execute(
        update(projects)
        .where(projects.c.id == project_id)
        .values(rules_version=projects.c.rules_version + 1)
        .returning(projects.c.rules_version)
    ).scalar_one()
    return raised


def _first(connection: Connection, condition: ColumnElement[bool]) -> Project | None:
    row = connection.execute(select(projects).where(NOT_DELETED, condition)).first()
    if row is None:
        return None
    return _project(row, {key.kid for key in identity_keys.of_project(connection, row.id)})


def _project(row: Row[Any], kids: Collection[str]) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        public_key=row.public_key,
        origins=frozenset(row.origins),
        tracked=tuple(row.tracked),
        policy=row.policy,
        paused=row.paused,
        rules_version=row.rules_version,
        language=row.language,
        created_at=row.created_at,
        kids=frozenset(kids),
    )
