"""Removing many rows, a batch a transaction: SQLite takes no other write meanwhile, and PostgreSQL
ends a statement that takes too long."""

from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, Connection, Table, delete, select, tuple_

from sayso_server.storage.store import Store

BATCH = 1_000  # rows; some 10 ms


def remove_batch(
    connection: Connection,
    table: Table,
    *which: ColumnElement[bool],
    order: Iterable[ColumnElement[object]] | None = None,
    most: int | None = None,
) -> int:
    """Remove up to `most` of the rows (by default BATCH), the first by `order` (columns of an index
    that finds them; by default the key), and return how many there were."""
    key = table.primary_key.columns
    first = select(*key).where(*which).order_by(*(key if order is None else order))
    some = first.limit(BATCH if most is None else most)
    return connection.execute(delete(table).where(*which, tuple_(*key).in_(some))).rowcount


def remove_all(
    store: Store, remove: Callable[[Connection], int], stopped: Callable[[], bool]
) -> None:
    """Call `remove`, which removes a batch, until nothing is left or this process is to end."""
    while store.write(remove) and not stopped():
        pass
