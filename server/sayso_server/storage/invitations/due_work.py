"""A queue of scheduled work. Rows are added in the transaction that causes the work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select

from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.tables import due_work
from sayso_server.storage.database.transaction import Transaction, in_project

LOOK = "offer"  # check an invitation that became available or expired
BATCH = 200

_INSERT = due_work.insert()
_DUE = due_work.c.due_at <= bindparam("now")
_ANY = select(due_work.c.id).where(_DUE).limit(1)


@dataclass(frozen=True, slots=True)
class Due:
    """One piece of work that is due."""

    project_id: UUID
    kind: str
    subject_id: UUID


def add(tx: Transaction, kind: str, subject_id: UUID, due_at: datetime) -> None:
    """Schedule work for a time."""
    tx.put_one(_INSERT, id=new_id(), due_at=due_at, kind=kind, subject_id=subject_id)


def cancel(tx: Transaction, subjects: Collection[UUID], moments: Collection[datetime]) -> None:
    """Delete the work on these subjects. `moments` are the times at which it may be scheduled: the
    index is on time, so without them the query would read every row."""
    tx.run(
        delete(due_work).where(
            in_project(due_work),
            due_work.c.due_at.in_(moments),
            due_work.c.subject_id.in_(subjects),
        )
    )


def take(connection: Connection, now: datetime) -> list[Due]:
    """Take and delete a batch of due work, oldest first. Concurrent workers get other rows."""
    rows = connection.execute(
        select(due_work)
        .where(due_work.c.due_at <= now)
        .order_by(due_work.c.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    if rows:
        connection.execute(delete(due_work).where(due_work.c.id.in_([row.id for row in rows])))
    return [Due(row.project_id, row.kind, row.subject_id) for row in rows]


def anything(connection: Connection, now: datetime) -> bool:
    """Whether any work is due; takes no write lock."""
    return connection.execute(_ANY, {"now": now}).first() is not None
