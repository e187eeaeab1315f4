"""Refused log-ins for the audit trail, counted by address and hour.

They are gathered in memory and written behind the requests, at most ADDRESSES + 1 rows an hour, so
that guessing costs the database no write each and cannot fill it.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from sayso_server.storage import audit
from sayso_server.storage.audit import Action, Entry
from sayso_server.storage.columns import new_id
from sayso_server.storage.store import Store

ADDRESSES = 100  # of each hour; log-ins from further ones are counted together
OTHERS = "other addresses"
STRANGER = "stranger"


@dataclass(slots=True)
class _Count:
    """How often one address was refused in one hour, and how much of that is written."""

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
        """Write what has gathered; kept for the next time when the database is away."""
        with self._lock:
            changed = [(one, one.times) for one in self._counts.values() if one.times > one.written]
        if changed:
            store.write(lambda connection: _write(connection, changed))
        with self._lock:
            for one, times in changed:
                one.written = times
            self._counts = {
                key: one
                for key, one in self._counts.items()
                if key[0] == _hour(now) or one.times > one.written
            }


def _write(connection: Connection, changed: list[tuple[_Count, int]]) -> None:
    for one, times in changed:
        details = {"times": times}
        if one.written:
            audit.amend(connection, one.id, details)
        else:
            entry = Entry(Action.LOGIN_REFUSED, STRANGER, one.address, None, details)
            audit.record(connection, entry, one.first_at, one.id)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
