"""Refused log-ins for the audit trail, counted per address and hour.

They are buffered in memory and written in the background. Each process writes at most ADDRESSES + 1
rows an hour, so guessing cannot cause a write per attempt or fill the database.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.store import Store
from sayso_server.storage.projects import audit
from sayso_server.storage.projects.audit import Action, Entry

ADDRESSES = 100  # per hour; further addresses are counted together
OTHERS = "other addresses"
STRANGER = "stranger"


@dataclass(slots=True)
class _Count:
    """Log-ins refused from one address in one hour, and how many of them are written."""

    address: str
    first_at: datetime
    id: UUID = field(default_factory=new_id)
    times: int = 0
    written: int = 0


class RefusedLogins:
    """Refusals waiting to be written; `flush` writes them in one transaction."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[datetime, str], _Count] = {}

    def note(self, address: str, now: datetime) -> None:
        """Count one refused log-in."""
        hour = _hour(now)
        with self._lock:
            known = [key[1] for key in self._counts if key[0] == hour]
            if address not in known and len(known) >= ADDRESSES:
                address = OTHERS
            self._counts.setdefault((hour, address), _Count(address, now)).times += 1

    def flush(self, store: Store, now: datetime) -> None:
        """Write the buffered refusals. They stay buffered when the database is unavailable."""
        with self._lock:
            changed = [
                (count, count.times)
                for count in self._counts.values()
                if count.times > count.written
            ]
        if changed:
            store.write(lambda connection: _write(connection, changed))
        with self._lock:
            for count, times in changed:
                count.written = times
            self._counts = {
                key: count
                for key, count in self._counts.items()
                if key[0] == _hour(now) or count.times > count.written
            }


def _write(connection: Connection, changed: list[tuple[_Count, int]]) -> None:
    for count, times in changed:
        details = {"times": times}
        if count.written:
            audit.amend(connection, count.id, details)
        else:
            entry = Entry(Action.LOGIN_REFUSED, STRANGER, count.address, None, details)
            audit.record(connection, entry, count.first_at, count.id)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
