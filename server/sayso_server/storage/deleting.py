"""Deleting a project: it is marked at once, and found no more; its rows go in batches behind it.

No table is named here: whatever has a `project_id` goes, so that a new table cannot be forgotten.
Only the audit trail stays.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table, delete, exists, select, tuple_, update

from sayso_server.storage.tables import audit, metadata, projects

BATCH = 1_000  # rows removed in one transaction: some 10 ms in which SQLite takes no other write


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
        most -= _remove(connection, table, project_id, most)
        if most <= 0:
            return
    connection.execute(delete(projects).where(*its_row))


def tables_in_order() -> Iterator[Table]:
    """The tables that hold rows of projects, in reverse order of definition: `tail` before
    `rollups`, so that nothing is folded into rollups that are empty already."""
    for table in reversed([*metadata.tables.values()]):
        if "project_id" in table.columns and table is not audit:
            yield table


def _remove(connection: Connection, table: Table, project_id: UUID, most: int) -> int:
    """By the order of the key, so that a batch reads an index and not the table."""
    key = table.primary_key.columns
    its = table.c.project_id == project_id
    some = select(*key).where(its).order_by(*key).limit(most)
    return connection.execute(delete(table).where(its, tuple_(*key).in_(some))).rowcount
