"""Delete a project: it is marked at once, so no query finds it; its rows are deleted in batches.

Every table with a `project_id` is covered, so a new table cannot be forgotten. Only the audit trail
is kept.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table, delete, exists, select, update

from sayso_server.storage.database import removing
from sayso_server.storage.database.removing import BATCH
from sayso_server.storage.database.tables import audit, metadata, projects

_MARKED = (
    select(projects.c.id, projects.c.deleted_at)
    .where(projects.c.deleted_at.is_not(None))
    .order_by(projects.c.deleted_at)
)


def mark(connection: Connection, project_id: UUID, now: datetime) -> None:
    """Mark the project as deleted."""
    connection.execute(update(projects).where(projects.c.id == project_id).values(deleted_at=now))


def marked(connection: Connection) -> list[tuple[UUID, datetime]]:
    """The marked projects that still have rows, and when each was marked."""
    rows = connection.execute(_MARKED)
    return [(row.id, row.deleted_at) for row in rows]


def project_exists(connection: Connection, project_id: UUID) -> bool:
    """Whether the project exists and is not marked."""
    query = select(exists().where(projects.c.id == project_id, projects.c.deleted_at.is_(None)))
    return bool(connection.execute(query).scalar())


def remove_batch(connection: Connection, project_id: UUID, most: int = BATCH) -> None:
    """Remove up to `most` rows of a marked project, its own row last. Locks that row, so two
    processes take turns."""
    project = (projects.c.id == project_id, projects.c.deleted_at.is_not(None))
    if connection.execute(select(projects.c.id).where(*project).with_for_update()).first() is None:
        return
    for table in tables_in_order():
        in_project = table.c.project_id == project_id
        most -= removing.remove_batch(connection, table, in_project, most=most)
        if most <= 0:
            return
    connection.execute(delete(projects).where(*project))


def tables_in_order() -> Iterator[Table]:
    """The tables with rows of projects, in reverse order of definition: `tail` before `rollups`, so
    that no count delta is folded into rollups that are already deleted."""
    for table in reversed([*metadata.tables.values()]):
        if "project_id" in table.columns and table is not audit:
            yield table
