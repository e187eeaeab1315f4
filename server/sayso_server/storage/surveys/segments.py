"""Named groups of people, defined once and used by many surveys."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, delete, select

from sayso_server.storage.database.tables import segments
from sayso_server.storage.database.transaction import Transaction, in_project, insert_into


def all_of(tx: Transaction) -> dict[str, Mapping[str, Any]]:
    """All segments of the project by name, sorted by name."""
    rows = tx.run(select(segments).where(in_project(segments)).order_by(segments.c.name))
    return {row.name: row.definition for row in rows}


def get(tx: Transaction, name: str, *, locked: bool = False) -> Mapping[str, Any] | None:
    """One segment, or None. With `locked`, its row is locked until the transaction ends."""
    query = select(segments.c.definition).where(in_project(segments), segments.c.name == name)
    definition: Mapping[str, Any] | None = tx.run(
        query.with_for_update() if locked else query
    ).scalar()
    return definition


def put(tx: Transaction, name: str, definition: Mapping[str, Any]) -> None:
    """Upsert a segment."""
    tx.put_one(_upsert(tx.dialect), name=name, definition=dict(definition), updated_at=tx.now)


def remove(tx: Transaction, name: str) -> bool:
    """Delete a segment. Returns whether it existed."""
    deleted = tx.run(
        delete(segments)
        .where(in_project(segments), segments.c.name == name)
        .returning(segments.c.name)
    )
    return deleted.first() is not None


@cache
def _upsert(dialect: str) -> Insert:
    statement = insert_into(dialect, segments)
    new = statement.excluded
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "name"],
        set_={"definition": new.definition, "updated_at": new.updated_at},
    )
    return upsert
