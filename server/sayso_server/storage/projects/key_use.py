"""When each secret key was last used: buffered in memory, written in the background."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, or_, update

from sayso_server.storage.database.store import Store
from sayso_server.storage.database.tables import secret_keys
from sayso_server.storage.projects.projects import Project

WRITTEN_EVERY = timedelta(minutes=1)

KeyId = tuple[UUID, UUID | None]  # project and key

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
        self._used: dict[KeyId, datetime] = {}
        self._written: dict[KeyId, datetime] = {}

    def note(self, project: Project, now: datetime) -> None:
        """Note that the project's secret key was used now."""
        key = (project.id, project.key_id)
        written = self._written.get(key)
        if written is None or now - written >= WRITTEN_EVERY:
            with self._lock:
                self._used[key] = now

    def flush(self, store: Store, now: datetime) -> None:
        """Write the buffered uses. They stay buffered when the database is unavailable."""
        with self._lock:
            used = dict(self._used)
        if not used:
            return
        store.write(lambda connection: _write(connection, used))
        with self._lock:
            recent = {k: at for k, at in self._written.items() if now - at < WRITTEN_EVERY}
            self._written = {**recent, **used}
            self._used = {k: at for k, at in self._used.items() if used.get(k) != at}


def _write(connection: Connection, used: dict[KeyId, datetime]) -> None:
    for (project, key), at in sorted(used.items(), key=str):  # fixed order, to avoid deadlocks
        values = {"project": project, "key": key, "at": at, "before": at - WRITTEN_EVERY}
        connection.execute(_WRITE, values)
