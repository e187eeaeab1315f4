"""A health check that writes to the database.

A read would succeed on a full disk and on a standby, so the check inserts a row and deletes it in
one transaction, committed like every other write. The result is cached for `FRESH_FOR` seconds.
"""

import logging
import math
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete

from sayso_server.errors import Unavailable
from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.failures import RETRY_AFTER
from sayso_server.storage.database.store import UNAVAILABLE, Store
from sayso_server.storage.database.tables import due_work

log = logging.getLogger("sayso.storage")

FRESH_FOR = 1.0  # seconds
TIMEOUT = 5.0  # seconds to wait for another thread's check before it counts as failed

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
NO_PROJECT = UUID(int=0)

_INSERT = due_work.insert()
_DELETE = delete(due_work).where(due_work.c.id == bindparam("row"))


class Probe:
    """Caches the result of the last check."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._at = -math.inf
        self._wrote = False

    def check(self) -> None:
        """Raises Unavailable when the database cannot be written."""
        if not self._lock.acquire(timeout=TIMEOUT):
            raise Unavailable(UNAVAILABLE, retry_after=RETRY_AFTER)
        try:
            if time.monotonic() - self._at >= FRESH_FOR:
                self._wrote = self._write()
                self._at = time.monotonic()
        finally:
            self._lock.release()
        if not self._wrote:
            raise Unavailable(UNAVAILABLE, retry_after=RETRY_AFTER)

    def _write(self) -> bool:
        try:
            self._store.write(_insert_and_delete)
        except Unavailable:  # the store has logged why
            return False
        except Exception:
            log.exception("The health check cannot write to the database")
            return False
        return True


def _insert_and_delete(connection: Connection) -> None:
    row = {"id": new_id(), "due_at": NEVER, "project_id": NO_PROJECT, "kind": "probe"}
    connection.execute(_INSERT, {**row, "subject_id": row["id"]})
    connection.execute(_DELETE, {"row": row["id"]})
