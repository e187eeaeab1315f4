"""List, make and revoke secret keys."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sayso_server.administration.ids import id_in
from sayso_server.administration.lock_project import lock_project
from sayso_server.errors import Conflict, Invalid, NotFound
from sayso_server.storage.database.store import Store
from sayso_server.storage.projects import audit, keys
from sayso_server.storage.projects.audit import Action, Entry
from sayso_server.storage.projects.keys import SCOPES, Key

AT_MOST = 100  # keys of one project that are not revoked
UNKNOWN = "There is no secret key with this id, or it was revoked before."
LAST = (
    "This is the last key of the project with the scope `manage`: without it the project can be "
    "changed by `sayso` commands on the server only. Make another one first, or confirm that you "
    "mean it with `?last=true`."
)


def of_project(store: Store, project_id: UUID) -> list[Key]:
    """The secret keys of a project that are not revoked, oldest first."""
    with store.read() as connection:
        return keys.of_project(connection, project_id)


def find(store: Store, text: str) -> Key:
    """The key with this id. Raises NotFound."""
    key_id = id_in(text)
    with store.read() as connection:
        key = keys.by_id(connection, key_id) if key_id else None
    if key is None:
        raise NotFound(UNKNOWN)
    return key


def make(
    store: Store,
    project_id: UUID,
    scopes: Collection[str],
    actor: str,
    now: datetime,
    *,
    granting: Collection[str] = SCOPES,
) -> tuple[Key, str]:
    """Make a secret key. Returns it with its secret, which cannot be read again. `granting` are the
    scopes that the caller may grant. Raises Invalid, Conflict, NotFound."""
    wanted = [scope for scope in SCOPES if scope in scopes]
    if not wanted:
        raise Invalid("Name at least one scope.", errors={"scopes": ["Name at least one."]})
    lacking = [scope for scope in wanted if scope not in granting]
    if lacking:
        error = f"The calling key lacks the scope `{lacking[0]}`, so it cannot grant it."
        raise Invalid(error, errors={"scopes": [error]})

    def work(connection: Any) -> tuple[Key, str]:
        lock_project(connection, project_id)
        if len(keys.of_project(connection, project_id)) >= AT_MOST:
            raise Conflict(f"The project has {AT_MOST} secret keys; revoke one that is not used.")
        key, secret = keys.add(connection, project_id, wanted, now)
        details = {"scopes": wanted}
        entry = Entry(Action.KEY_MADE, actor, str(key.id), project_id, details)
        audit.record(connection, entry, now)
        return key, secret

    return store.write(work)


def revoke(
    store: Store,
    project_id: UUID,
    key_id: UUID,
    actor: str,
    now: datetime,
    *,
    also_the_last: bool = False,
) -> Key:
    """Revoke a key of the project. Raises NotFound, or Conflict for the last key with the scope
    `manage`, unless `also_the_last`."""

    def work(connection: Any) -> Key:
        lock_project(connection, project_id)  # so that two keys cannot revoke each other
        existing = keys.of_project(connection, project_id)
        key = next((key for key in existing if key.id == key_id), None)
        if key is None:
            raise NotFound(UNKNOWN)
        if not also_the_last and _is_last(key, existing):
            raise Conflict(LAST, code="last_key")
        keys.revoke(connection, key, now)
        audit.record(connection, Entry(Action.KEY_REVOKED, actor, str(key.id), project_id), now)
        return key

    return store.write(work)


def _is_last(key: Key, existing: Collection[Key]) -> bool:
    return [other.id for other in existing if "manage" in other.scopes] == [key.id]
