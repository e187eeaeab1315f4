"""Deleting a project: it is marked at once, and found no more; its rows go in batches behind it.

No table is named here: whatever has a `project_id` goes, so that a new table cannot be forgotten.
Only the audit trail stays.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table, delete, exists, select, update

from sayso_server.storage import removing
from sayso_server.storage.removing import BATCH
from sayso_server.storage.tables import audit, metadata, projects

_MARKED = (
    select(projects.c.id, projects.c.deleted_at)
    .where(projects.c.deleted_at.is_not(None))
    .order_by(projects.c.deleted_at)
)


def mark(connection: Connection, project_id: UUID, now: datetime) -> None:
    """From now on the project is found no more."""
    connection.execute(update(projects).where(projects.c.id == project_id).values(deleted_at=now))


def marked(connection: Connection) -> list[tuple[UUID, datetime]]:
    """The marked projects of which rows are left, and when each was marked."""
    rows = connection.execute(_MARKED)
    return [(row.id, row.deleted_at) for row in rows]


def there(connection: Connection, project_id: UUID) -> bool:
    """Whether the project exists and is not marked."""
    query = select(exists().where(projects.c.id == project_id, projects.c.deleted_at.is_(None)))
    return bool(connection.execute(query).scalar())


def remove_batch(connection: Connection, project_id: UUID, most: int = BATCH) -> None:
    """Remove up to `most` rows of a marked project, itself last. Two processes take turns."""
    its_row = (projects.c.id == project_id, projects.c.deleted_at.is_not(None))
    if connection.execute(select(projects.c.id).where(*its_row).with_for_update()).first() is None:
        return
    for table in tables_in_order():
        its = table.c.project_id == project_id
        most -= removing.remove_batch(connection, table, its, most=most)
        if most <= 0:
            return
    connection.execute(delete(projects).where(*its_row))


def tables_in_order() -> Iterator[Table]:
    """The tables that hold rows of projects, in reverse order of definition: `tail` before
    `rollups`, so that nothing is folded into rollups that are empty already."""
    for table in reversed([*metadata.tables.values()]):
        if "project_id" in table.columns and table is not audit:
            yield table
