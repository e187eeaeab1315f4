"""A consistent copy of an SQLite database while it is in use."""

from pathlib import Path

from sqlalchemy.exc import DBAPIError

from sayso_server.errors import SaysoError
from sayso_server.storage.database.refusals import refusal
from sayso_server.storage.database.store import Store


def copy_to(store: Store, file: Path) -> None:
    """Write a snapshot of the database into a new file, without blocking writers. It omits free
    pages, so it contains no deleted data. Raises SaysoError."""
    try:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(file),))
    except DBAPIError as error:
        raise SaysoError(f"No backup was made. {refusal(store.engine, error).message}") from error
    _check(store, file)


def _check(store: Store, file: Path) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ATTACH ? AS copy", (str(file),))
        outcome = connection.exec_driver_sql("PRAGMA copy.quick_check").scalar()
        connection.exec_driver_sql("DETACH copy")
    if outcome != "ok":
        raise SaysoError(f"The copy is not sound ({outcome}); check the disk, and try again.")
