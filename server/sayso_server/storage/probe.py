"""Whether the database can be written, asked by writing.

A read succeeds on a full disk and on a standby, so a row is put and taken away again in one
transaction that is committed as every other write is. Nobody ever sees the row. However many ask,
there is one such write in `FRESH_FOR` seconds.
"""

import logging
import math
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete

from sayso_server.errors import Unavailable
from sayso_server.storage.columns import new_id
from sayso_server.storage.failures import RETRY_AFTER
from sayso_server.storage.store import AWAY, Store
from sayso_server.storage.tables import due_work

log = logging.getLogger("sayso.storage")

FRESH_FOR = 1.0  # seconds that an outcome is told to others who ask
PATIENCE = 5.0  # seconds that another's attempt may take until it counts as failed

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
NOBODY = UUID(int=0)

_PUT = due_work.insert()
_TAKE = delete(due_work).where(due_work.c.id == bindparam("row"))


class Probe:
    """Remembers how the last attempt went."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._at = -math.inf
        self._wrote = False

    def check(self) -> None:
        """Raises Unavailable when the database cannot be written."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise Unavailable(AWAY, retry_after=RETRY_AFTER)
        try:
            if time.monotonic() - self._at >= FRESH_FOR:
                self._wrote = self._write()
                self._at = time.monotonic()
        finally:
            self._lock.release()
        if not self._wrote:
            raise Unavailable(AWAY, retry_after=RETRY_AFTER)

    def _write(self) -> bool:
        try:
            self._store.write(_put_and_take)
        except Unavailable:  # the store has said why
            return False
        except Exception:
            log.exception("The database refuses to be written")
            return False
        return True


def _put_and_take(connection: Connection) -> None:
    row = new_id()
    connection.execute(
        _PUT, {"id": row, "due_at": NEVER, "project_id": NOBODY, "kind": "probe", "subject_id": row}
    )
    connection.execute(_TAKE, {"row": row})
