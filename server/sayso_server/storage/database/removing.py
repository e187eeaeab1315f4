"""Remove many rows in batches, one transaction each: on SQLite a transaction blocks other writes,
and on PostgreSQL a long statement runs into the timeout."""

from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, Connection, Table, delete, select, tuple_

from sayso_server.storage.database.store import Store

BATCH = 1_000  # rows; takes about 10 ms


def remove_batch(
    connection: Connection,
    table: Table,
    *which: ColumnElement[bool],
    order: Iterable[ColumnElement[object]] | None = None,
    most: int | None = None,
) -> int:
    """Remove up to `most` rows (default: BATCH), sorted by `order`: columns of an index that finds
    them (default: the primary key). Returns how many were removed."""
    key = table.primary_key.columns
    ordered = select(*key).where(*which).order_by(*(key if order is None else order))
    batch = ordered.limit(BATCH if most is None else most)
    return connection.execute(delete(table).where(*which, tuple_(*key).in_(batch))).rowcount


def remove_all(
    store: Store, remove: Callable[[Connection], int], stopped: Callable[[], bool]
) -> None:
    """Call `remove`, which removes a batch, until nothing is left or this process stops."""
    while store.write(remove) and not stopped():
        pass
