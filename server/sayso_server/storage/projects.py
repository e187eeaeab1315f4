"""Projects and the keys that stand for them."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import identity_keys, projects, secret_keys

SCOPES = ("events", "read", "manage")
LANGUAGE = "en"  # of texts that name none, where the project names none
COOL_DOWN_DAYS = 7  # between two surveys to one person; the market's shortest common wait


@dataclass(frozen=True, slots=True)
class Project:
    """The tenant, as every request needs it. `scopes` are those of the secret key used; `language`
    is the one of texts that name none."""

    id: UUID
    name: str
    public_key: str
    origins: frozenset[str]
    tracked: tuple[str, ...]
    policy: Mapping[str, Any]
    paused: bool
    rules_version: int
    language: str
    kids: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()


def create(
    connection: Connection,
    name: str,
    origins: Sequence[str],
    now: datetime,
    *,
    cool_down_days: int = COOL_DOWN_DAYS,
    language: str = LANGUAGE,
) -> Project:
    """A new project with a first identity key; its secret keys are made apart."""
    row = {
        "id": new_id(),
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
    kid = add_identity_key(connection, row["id"], now)  # type: ignore[arg-type]  # a UUID
    created = connection.execute(select(projects).where(projects.c.id == row["id"])).one()
    return _project(created, {kid})


def create_with_key(
    connection: Connection,
    name: str,
    origins: Sequence[str],
    now: datetime,
    *,
    cool_down_days: int = COOL_DOWN_DAYS,
    language: str = LANGUAGE,
) -> tuple[Project, str]:
    """A new project and its first secret key, which may do everything."""
    project = create(
        connection, name, origins, now, cool_down_days=cool_down_days, language=language
    )
    return project, add_secret_key(connection, project.id, SCOPES, now)


def add_secret_key(
    connection: Connection, project_id: UUID, scopes: Sequence[str], now: datetime
) -> str:
    """A new secret key, returned this once; only its hash is kept."""
    key = f"sk_{secrets.token_urlsafe(32)}"
    connection.execute(
        secret_keys.insert().values(
            hash=digest(key),
            project_id=project_id,
            hint=key[-4:],
            scopes=list(scopes),
            created_at=now,
        )
    )
    return key


def revoke_secret_key(connection: Connection, key: str, now: datetime) -> None:
    """From now on the key opens nothing."""
    connection.execute(
        update(secret_keys).where(secret_keys.c.hash == digest(key)).values(revoked_at=now)
    )


def add_identity_key(connection: Connection, project_id: UUID, now: datetime) -> str:
    """A new identity key id; earlier ones stay valid until retired, so that tokens roll over."""
    kid = secrets.token_hex(4)
    connection.execute(
        identity_keys.insert().values(project_id=project_id, kid=kid, created_at=now)
    )
    return kid


def retire_identity_key(connection: Connection, project_id: UUID, kid: str, now: datetime) -> None:
    """Tokens signed with this key id are refused from now on."""
    connection.execute(
        update(identity_keys)
        .where(identity_keys.c.project_id == project_id, identity_keys.c.kid == kid)
        .values(retired_at=now)
    )


def created_at(connection: Connection, project_id: UUID) -> datetime:
    """Since when the project exists."""
    found: datetime = connection.execute(
        select(projects.c.created_at).where(projects.c.id == project_id)
    ).scalar_one()
    return found


def all_of(connection: Connection) -> list[Project]:
    """Every project of this server, in order of creation."""
    rows = connection.execute(select(projects).order_by(projects.c.id))
    return [_project(row, ()) for row in rows]


def by_public_key(connection: Connection, public_key: str) -> Project | None:
    """The project whose pages carry this key."""
    row = connection.execute(select(projects).where(projects.c.public_key == public_key)).first()
    return _with_identity_keys(connection, row)


def by_id(connection: Connection, project_id: UUID) -> Project | None:
    """The project with this id."""
    row = connection.execute(select(projects).where(projects.c.id == project_id)).first()
    return _with_identity_keys(connection, row)


def by_secret_key(connection: Connection, key: str) -> Project | None:
    """The project and scopes that this secret key opens; None for a wrong or revoked one."""
    row = connection.execute(
        select(secret_keys.c.project_id, secret_keys.c.scopes).where(
            secret_keys.c.hash == digest(key), secret_keys.c.revoked_at.is_(None)
        )
    ).first()
    project = by_id(connection, row.project_id) if row else None
    return replace(project, scopes=frozenset(row.scopes)) if row and project else None


def extend(
    connection: Connection, project_id: UUID, *, origins: Sequence[str], tracked: Sequence[str]
) -> None:
    """Allow further origins, and collect further events of pages that no trigger names."""
    row = connection.execute(
        select(projects).where(projects.c.id == project_id).with_for_update()
    ).one()
    connection.execute(
        update(projects)
        .where(projects.c.id == project_id)
        .values(origins=sorted({*row.origins, *origins}), tracked=sorted({*row.tracked, *tracked}))
    )
    raise_rules_version(connection, project_id)


def set_policy(
    connection: Connection,
    project_id: UUID,
    policy: Mapping[str, Any],
    check: Callable[[Mapping[str, Any]], None],
) -> Mapping[str, Any]:
    """What the project says of all its surveys from now on, as it is kept. `check` may refuse by
    what it said before."""
    ours = projects.c.id == project_id
    before = select(projects.c.policy).where(ours).with_for_update()
    check(connection.execute(before).scalar_one())
    kept: Mapping[str, Any] = connection.execute(
        update(projects).where(ours).values(policy=dict(policy)).returning(projects.c.policy)
    ).scalar_one()
    raise_rules_version(connection, project_id)
    return kept


def rules_versions(connection: Connection, project_ids: Collection[UUID]) -> dict[UUID, int]:
    """The version of each project's page rules."""
    rows = connection.execute(
        select(projects.c.id, projects.c.rules_version).where(projects.c.id.in_(project_ids))
    )
    return {row.id: row.rules_version for row in rows}


def set_paused(connection: Connection, project_id: UUID, *, paused: bool) -> int:
    """The project's kill switch. Returns the new version of the page rules."""
    connection.execute(update(projects).where(projects.c.id == project_id).values(paused=paused))
    return raise_rules_version(connection, project_id)


def raise_rules_version(connection: Connection, project_id: UUID) -> int:
    """Open pages learn by this number that the rules have changed."""
    raised: int = connection.execute(
        update(projects)
        .where(projects.c.id == project_id)
        .values(rules_version=projects.c.rules_version + 1)
        .returning(projects.c.rules_version)
    ).scalar_one()
    return raised


def digest(secret: str) -> bytes:
    """What is kept of a random secret. It has too much entropy to need a slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def _with_identity_keys(connection: Connection, row: Row[Any] | None) -> Project | None:
    if row is None:
        return None
    kids = connection.scalars(
        select(identity_keys.c.kid).where(
            identity_keys.c.project_id == row.id, identity_keys.c.retired_at.is_(None)
        )
    ).all()
    return _project(row, kids)


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
        kids=frozenset(kids),
    )
