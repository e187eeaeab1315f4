"""A consistent copy of an SQLite database while it is in use."""

from pathlib import Path

from sqlalchemy.exc import DBAPIError

from sayso_server.errors import SaysoError
from sayso_server.storage.refusals import refusal
from sayso_server.storage.store import Store


def copy_to(store: Store, file: Path) -> None:
    """Write the database as it is at this moment into a new file; writers go on meanwhile. Nothing
    deleted travels along: free pages are left out. Raises SaysoError."""
    try:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(file),))
    except DBAPIError as error:
        raise SaysoError(f"No backup was made. {refusal(store.engine, error).message}") from error
    _must_be_complete(store, file)


def _must_be_complete(store: Store, file: Path) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ATTACH ? AS copy", (str(file),))
        said = connection.exec_driver_sql("PRAGMA copy.quick_check").scalar()
        connection.exec_driver_sql("DETACH copy")
    if said != "ok":
        raise SaysoError(f"The copy is not sound ({said}); check the disk, and try again.")
