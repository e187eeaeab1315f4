"""Identity keys. Earlier ones stay valid until they are retired, so keys can be rotated."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sayso_server.administration.lock_project import lock_project
from sayso_server.errors import Conflict, NotFound
from sayso_server.storage.database.store import Store
from sayso_server.storage.projects import audit, identity_keys
from sayso_server.storage.projects.audit import Action, Entry
from sayso_server.storage.projects.identity_keys import IdentityKey

AT_MOST = 20  # identity keys of one project that are not retired
LAST = "It is the project's only identity key; make a new one before you retire it."


def of_project(store: Store, project_id: UUID) -> list[IdentityKey]:
    """The identity keys of a project that are not retired, oldest first."""
    with store.read() as connection:
        return identity_keys.of_project(connection, project_id)


def make(store: Store, project_id: UUID, actor: str, now: datetime) -> IdentityKey:
    """Make an identity key. Raises NotFound, Conflict."""

    def work(connection: Any) -> IdentityKey:
        lock_project(connection, project_id)
        if len(identity_keys.of_project(connection, project_id)) >= AT_MOST:
            raise Conflict(f"The project has {AT_MOST} identity keys; retire one first.")
        key = identity_keys.add(connection, project_id, now)
        _record(connection, project_id, {"made": key.kid}, actor, now)
        return key

    return store.write(work)


def retire(store: Store, project_id: UUID, kid: str, actor: str, now: datetime) -> None:
    """Retire a key: its tokens are refused from now on. Raises NotFound, Conflict for the last."""

    def work(connection: Any) -> None:
        lock_project(connection, project_id)  # two concurrent calls must leave one key
        kids = [key.kid for key in identity_keys.of_project(connection, project_id)]
        if kid not in kids:
            raise NotFound(f"There is no identity key {kid!r}, or it was retired before.")
        if kids == [kid]:
            raise Conflict(LAST, code="last_key")
        identity_keys.retire(connection, project_id, kid, now)
        _record(connection, project_id, {"retired": kid}, actor, now)

    store.write(work)


def _record(
    connection: Any, project_id: UUID, details: dict[str, str], actor: str, now: datetime
) -> None:
    (kid,) = details.values()
    entry = Entry(Action.IDENTITY_ROTATED, actor, kid, project_id, details)
    audit.record(connection, entry, now)
