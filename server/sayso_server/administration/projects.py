"""Create, find, change and delete projects."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sayso_server.administration.checks import (
    checked_events,
    checked_language,
    checked_name,
    checked_origins,
)
from sayso_server.administration.ids import id_in
from sayso_server.administration.lock_project import lock_project
from sayso_server.administration.stranded import stranded
from sayso_server.errors import Invalid, NotFound
from sayso_server.storage.database.store import Store
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects import audit, deleting, keys, projects
from sayso_server.storage.projects.audit import Action, Entry
from sayso_server.storage.projects.projects import COOL_DOWN_DAYS, LANGUAGE, Project


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """The fields to change; None leaves a field unchanged. Lists are replaced, not merged."""

    name: str | None = None
    origins: Collection[str] | None = None
    tracked: Collection[str] | None = None
    paused: bool | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The changed project, and warnings about URL rules that stopped matching any page."""

    project: Project
    warnings: list[str]


def create(
    store: Store,
    name: str,
    origins: Sequence[str],
    actor: str,
    now: datetime,
    *,
    cool_down_days: int = COOL_DOWN_DAYS,
    language: str = LANGUAGE,
) -> tuple[Project, str]:
    """Create a project, and a first secret key with all scopes. Returns the key's secret. Raises
    Invalid."""
    name, allowed = checked_name(name), _not_empty(checked_origins(origins))
    language = checked_language(language)

    def work(connection: Any) -> tuple[Project, str]:
        project = projects.create(
            connection, name, allowed, now, cool_down_days=cool_down_days, language=language
        )
        key, secret = keys.add(connection, project.id, keys.SCOPES, now)
        details = {"origins": allowed, "key": str(key.id)}
        entry = Entry(Action.PROJECT_CREATED, actor, name, project.id, details)
        audit.record(connection, entry, now)
        return project, secret

    return store.write(work)


def find(store: Store, text: str) -> Project:
    """The project with this id, or the only one with this name. Raises NotFound, Invalid."""
    text = text.strip()
    with store.read() as connection:
        project_id = id_in(text)
        ids = [project_id] if project_id else projects.named(connection, text)
        project = projects.by_id(connection, ids[0]) if len(ids) == 1 else None
    if len(ids) > 1:
        listed = ", ".join(map(str, ids))
        raise Invalid(f"{len(ids)} projects are called {text!r}; name one by its id: {listed}.")
    if project is None:
        raise NotFound(f"There is no project {text!r}; `sayso projects` lists them all.")
    return project


def change(
    store: Store,
    project_id: UUID,
    wanted: Callable[[Project], ProjectChange],
    actor: str,
    now: datetime,
) -> Changed:
    """Change a project. `wanted` computes the change from the locked project. Open pages are
    updated within a second. Raises Invalid, NotFound."""

    def work(tx: Transaction) -> Changed:
        before = lock_project(tx.connection, project_id)
        values = _different(before, _checked(wanted(before)))
        if not values:
            return Changed(before, [])
        projects.change(tx.connection, project_id, values)
        entry = Entry(Action.PROJECT_CHANGED, actor, before.name, project_id, values)
        audit.record(tx.connection, entry, now)
        after = lock_project(tx.connection, project_id)
        return Changed(after, stranded(tx, before, after.origins))

    return store.transact(project_id, now, work)


def set_policy(
    store: Store,
    project_id: UUID,
    policy: Mapping[str, Any],
    actor: str,
    now: datetime,
    *,
    check: Callable[[Mapping[str, Any]], None],
) -> Mapping[str, Any]:
    """Replace the whole policy, and return it as stored. Open pages are updated within a second.
    `check` gets the old policy and may refuse the change. Raises NotFound."""

    def work(connection: Any) -> Mapping[str, Any]:
        before = lock_project(connection, project_id)
        check(before.policy)
        projects.change(connection, project_id, {"policy": dict(policy)})
        details = {"fields": _changed_fields(before.policy, policy)}
        entry = Entry(Action.POLICY_CHANGED, actor, before.name, project_id, details)
        audit.record(connection, entry, now)
        return lock_project(connection, project_id).policy

    return store.write(work)


def delete(store: Store, project: Project, confirmed: str, actor: str, now: datetime) -> None:
    """Delete a project, confirmed by its name. Its pages and keys are refused from now on; its rows
    are removed later in batches (`deletion.py`). Raises Invalid, NotFound."""
    if confirmed.strip() != project.name:
        error = f"Confirm with the project's name, which is {project.name!r}; nothing was deleted."
        raise Invalid(error, errors={"name": [error]})

    def work(connection: Any) -> None:
        lock_project(connection, project.id)
        deleting.mark(connection, project.id, now)
        audit.record(
            connection, Entry(Action.PROJECT_DELETED, actor, project.name, project.id), now
        )

    store.write(work)


def _checked(wanted: ProjectChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.name is not None:
        values["name"] = checked_name(wanted.name)
    if wanted.origins is not None:
        values["origins"] = _not_empty(checked_origins(wanted.origins))
    if wanted.tracked is not None:
        values["tracked"] = checked_events(wanted.tracked)
    if wanted.paused is not None:
        values["paused"] = wanted.paused
    if wanted.language is not None:
        values["language"] = checked_language(wanted.language)
    return values


def _not_empty(origins: list[str]) -> list[str]:
    if not origins:
        error = "A project needs at least one origin, where its pages are; name another one first."
        raise Invalid(error, errors={"origins": [error]})
    return origins


def _changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _different(before: Project, values: dict[str, Any]) -> dict[str, Any]:
    current = {
        "name": before.name,
        "origins": sorted(before.origins),
        "tracked": list(before.tracked),
        "paused": before.paused,
        "language": before.language,
    }
    return {name: value for name, value in values.items() if current[name] != value}
