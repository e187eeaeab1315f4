"""Event counts per person and name, so that rules need not count event rows."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, func

from sayso_server.storage.database.rows import encode, insert_rows
from sayso_server.storage.database.tables import event_counts
from sayso_server.storage.database.transaction import Transaction


def add(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add counts (`person_id`, `name`, `count`, `last_at`) to the stored ones. Rows are upserted in
    a fixed order, so two batches cannot deadlock."""
    ordered = sorted(rows, key=lambda row: (row["person_id"], row["name"]))
    tx.run(_add(tx.dialect), rows=encode(tx, ordered))


@cache
def _add(dialect: str) -> Insert:
    statement = insert_rows(dialect, event_counts, "rows")
    new, old = statement.excluded, event_counts.c
    later = func.max if dialect == "sqlite" else func.greatest
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "person_id", "name"],
        set_={"count": old.count + new.count, "last_at": later(old.last_at, new.last_at)},
    )
    return upsert
