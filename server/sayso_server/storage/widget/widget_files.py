"""The widget's lazily loaded files, from this build and earlier builds.

A page opened before an upgrade still loads the files of its own build. Each server stores its
build's files at start and renews them once a day. So every node has the files of the last months'
builds, even if each deploy starts with an empty disk.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from sayso_server.storage.database.tables import widget_files
from sayso_server.storage.database.transaction import insert_into

KEPT_FOR = timedelta(days=90)  # after the build's last server stopped; no tab stays open longer


def keep(connection: Connection, files: Mapping[str, str], now: datetime) -> None:
    """Upsert files in use, and delete files that no server has renewed for KEPT_FOR."""
    statement = insert_into(connection.dialect.name, widget_files)
    # Sorted, so that two servers that start at once cannot deadlock.
    rows = [{"name": name, "content": files[name], "used_at": now} for name in sorted(files)]
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"used_at": now}), rows
    )
    connection.execute(delete(widget_files).where(widget_files.c.used_at < now - KEPT_FOR))


def get(connection: Connection, name: str) -> str | None:
    """A file's content; None when it is not stored."""
    statement = select(widget_files.c.content).where(widget_files.c.name == name)
    content: str | None = connection.execute(statement).scalar()
    return content
