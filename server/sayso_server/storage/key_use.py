"""When each secret key was used last: gathered in memory, written behind the requests."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, or_, update

from sayso_server.storage.projects import Project
from sayso_server.storage.store import Store
from sayso_server.storage.tables import secret_keys

WRITTEN_EVERY = timedelta(minutes=1)

Used = tuple[UUID, UUID | None]  # project and key

# Another process may have written within the minute.
_WRITE = (
    update(secret_keys)
    .where(
        secret_keys.c.project_id == bindparam("project"),
        secret_keys.c.id == bindparam("key"),
        or_(
            secret_keys.c.last_used_at.is_(None),
            secret_keys.c.last_used_at <= bindparam("before"),
        ),
    )
    .values(last_used_at=bindparam("at"))
)


class KeyUse:
    """Writes the last use of each key at most once a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[Used, datetime] = {}
        self._written: dict[Used, datetime] = {}

    def note(self, project: Project, now: datetime) -> None:
        """The key that opened the project was used now."""
        key = (project.id, project.key_id)
        written = self._written.get(key)
        if written is None or now - written >= WRITTEN_EVERY:
            with self._lock:
                self._used[key] = now

    def flush(self, store: Store, now: datetime) -> None:
        """Write what has gathered. While the database is away it is kept for the next time."""
        with self._lock:
            used = dict(self._used)
        if not used:
            return
        store.write(lambda connection: _write(connection, used))
        with self._lock:
            recent = {k: at for k, at in self._written.items() if now - at < WRITTEN_EVERY}
            self._written = {**recent, **used}
            self._used = {k: at for k, at in self._used.items() if used.get(k) != at}


def _write(connection: Connection, used: dict[Used, datetime]) -> None:
    for (project, key), at in sorted(used.items(), key=str):  # in one order, against deadlocks
        values = {"project": project, "key": key, "at": at, "before": at - WRITTEN_EVERY}
        connection.execute(_WRITE, values)
