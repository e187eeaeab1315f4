"""Events. Storing is idempotent: an event sent twice is stored once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, select

from sayso_server.decision.facts import Moment, Source
from sayso_server.storage.database.rows import encode, insert_rows
from sayso_server.storage.database.tables import event_counts, events
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.events import counting


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did. `at` is corrected to the server's clock. Ids are unique per sender
    (the backend, or one `visitor`), so a page cannot use up the ids of other senders."""

    id: str
    person: UUID
    name: str
    source: Source
    proven: bool
    at: datetime
    properties: Mapping[str, Any]
    visitor: str = ""

    @classmethod
    def of_page(
        cls, event_id: str, person: UUID, moment: Moment, *, visitor: str, proven: bool
    ) -> "Event":
        return cls(
            event_id,
            person,
            moment.name or "",
            "page",
            proven,
            moment.at,
            moment.properties,
            visitor,
        )


def seen(tx: Transaction, names: Sequence[str]) -> set[str]:
    """The names for which any event was ever received."""
    rows = tx.run(
        select(event_counts.c.name)
        .where(in_project(event_counts), event_counts.c.name.in_(names))
        .distinct()
    )
    return {row.name for row in rows}


def add(tx: Transaction, sent: Sequence[Event]) -> set[str]:
    """Store and count events from one sender; the caller has locked their people. Returns the ids
    of new events; stored ids are skipped."""
    if not sent:
        return set()
    rows = [
        {
            "id": event.id,
            "person_id": event.person,
            "name": event.name,
            "source": event.source,
            "visitor": event.visitor,
            "proven": event.proven,
            "at": event.at,
            "received_at": tx.now,
            "properties": event.properties,
        }
        for event in sent
    ]
    new = {row.id for row in tx.run(_insert(tx.dialect), rows=encode(tx, rows))}
    _count(tx, [event for event in sent if event.id in new])
    return new


def _count(tx: Transaction, new: Sequence[Event]) -> None:
    counts: dict[tuple[UUID, str], dict[str, Any]] = {}
    for event in new:
        row = counts.setdefault(
            (event.person, event.name),
            {"person_id": event.person, "name": event.name, "count": 0, "last_at": event.at},
        )
        row.update(count=row["count"] + 1, last_at=max(row["last_at"], event.at))
    if counts:
        counting.add(tx, [*counts.values()])


@cache
def _insert(dialect: str) -> Insert:
    statement: Insert = (
        insert_rows(dialect, events, "rows").on_conflict_do_nothing().returning(events.c.id)
    )
    return statement
