"""`sayso backup`: copies the database and its key into a directory that a server can start with."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from sayso_server.atomic_file import PRIVATE, sync, sync_folder, write_atomically
from sayso_server.cli.database import store_of, tell
from sayso_server.cli.output import say
from sayso_server.data_directory import DATABASE, KEY
from sayso_server.errors import SaysoError
from sayso_server.settings import from_environment, sqlite_file
from sayso_server.storage.database import backup as copies
from sayso_server.storage.database.opening import open_as_it_is

OF_POSTGRESQL = (
    "The database is PostgreSQL, which has its own backups: use pg_dump (or your provider's), and "
    "keep SAYSO_SECRET_KEY with it; nothing else is needed to restore."
)


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def back_up(folder: Path) -> None:
    """Copy the database and its secret key into DIR, which must be new or empty. The server may be
    running. To restore, start a server with DIR (or a copy of it) as SAYSO_DATA_DIR."""
    settings = from_environment()
    if not settings.embedded:
        raise SaysoError(OF_POSTGRESQL)
    _must_exist(sqlite_file(settings.database_url))
    store = store_of(settings)
    open_as_it_is(store, settings.secret_key.encode(), tell)
    with _atomic_folder(folder) as draft:
        copies.copy_to(store, draft / DATABASE)
        (draft / DATABASE).chmod(PRIVATE)
        sync(draft / DATABASE)
        write_atomically(draft / KEY, f"{settings.secret_key}\n".encode())
    say(
        f"{folder} holds the database and its secret key; keep it as safe as both. To restore, "
        "start a server with a copy of it as SAYSO_DATA_DIR."
    )


def _must_exist(database: Path) -> None:
    if not database.exists() or not database.stat().st_size:
        raise SaysoError(
            f"There is no database at {database}, so there is nothing to back up; name the "
            "server's SAYSO_DATA_DIR (or SAYSO_DATABASE_URL)."
        )


@contextmanager
def _atomic_folder(folder: Path) -> Iterator[Path]:
    """A temporary directory that is renamed to `folder` once it is complete."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SaysoError(
                f"DIR {folder} is there and not empty; name a new one. A backup is never mixed "
                "with another."
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            yield draft
            sync_folder(draft)
            draft.rename(folder)
        except BaseException:
            shutil.rmtree(draft)
            raise
        sync_folder(folder.parent)
    except OSError as error:
        raise SaysoError(
            f"DIR {folder} cannot be written ({error.strerror}); name one that is not there yet, "
            "inside of a directory that this user may write to and that has room"
        ) from error
