"""The files that pages load when they need them, of this build and of earlier ones.

A page that was opened before an upgrade goes on with the names of its own build. Each server puts
the files of its build here when it starts and says once a day that they are in use, so that every
node, also one whose own disk is new at each deploy, has those of all builds of the last months.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from sayso_server.storage.tables import widget_files
from sayso_server.storage.transaction import insert_into

KEPT_FOR = timedelta(days=90)  # after the last server of the build has stopped; no tab is older


def keep(connection: Connection, files: Mapping[str, str], now: datetime) -> None:
    """These are in use. Forgets files that no server had for a long time."""
    statement = insert_into(connection.dialect.name, widget_files)
    # In one order, so that two servers that start at once cannot deadlock.
    rows = [{"name": name, "content": files[name], "used_at": now} for name in sorted(files)]
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"used_at": now}), rows
    )
    connection.execute(delete(widget_files).where(widget_files.c.used_at < now - KEPT_FOR))


def get(connection: Connection, name: str) -> str | None:
    """A file's content; None when it is not kept."""
    statement = select(widget_files.c.content).where(widget_files.c.name == name)
    found: str | None = connection.execute(statement).scalar()
    return found
