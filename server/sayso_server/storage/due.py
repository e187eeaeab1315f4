"""Due work: rows written in the transaction that causes them, done by whoever leases them first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select

from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import due_work
from sayso_server.storage.transaction import Transaction, mine

LOOK = "offer"  # an invitation may be claimed from now on, or its time to ask is over
BATCH = 200

_INSERT = due_work.insert()
_DUE = due_work.c.due_at <= bindparam("now")
_ANY = select(due_work.c.id).where(_DUE).limit(1)


@dataclass(frozen=True, slots=True)
class Due:
    """One piece of work whose time has come."""

    project_id: UUID
    kind: str
    subject_id: UUID


def add(tx: Transaction, kind: str, subject_id: UUID, due_at: datetime) -> None:
    """Do this then."""
    tx.put_one(_INSERT, id=new_id(), due_at=due_at, kind=kind, subject_id=subject_id)


def call_off(tx: Transaction, subjects: Collection[UUID], moments: Collection[datetime]) -> None:
    """Delete what is due about these subjects. `moments` are when it could be due: by these it is
    found without reading everything that is due."""
    tx.run(
        delete(due_work).where(
            mine(due_work), due_work.c.due_at.in_(moments), due_work.c.subject_id.in_(subjects)
        )
    )


def take(connection: Connection, now: datetime) -> list[Due]:
    """Take what is due, oldest first; nobody else gets the same."""
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
    """Whether anything is due, asked without taking a write lock."""
    return connection.execute(_ANY, {"now": now}).first() is not None
