"""Events: each stored once, whoever sends it how often."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, select

from sayso_server.decision.facts import Moment, Source
from sayso_server.storage import counting, ending
from sayso_server.storage.rows import encode, insert_rows
from sayso_server.storage.tables import event_counts, events
from sayso_server.storage.transaction import Transaction, mine


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did. `at` is corrected to the server's clock. An id is unique among those
    of one sender: of the backend, or of one `visitor`, so that nobody uses up another's ids."""

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
    """Which of these names were ever received."""
    rows = tx.run(
        select(event_counts.c.name)
        .where(mine(event_counts), event_counts.c.name.in_(names))
        .distinct()
    )
    return {row.name for row in rows}


def add(
    tx: Transaction, added: Sequence[Event], cancelled_by: Mapping[str, Collection[UUID]]
) -> set[str]:
    """Store events of one sender, whose people are held; those whose id is already there are left
    alone. What waits of the surveys that an event cancels (`cancelled_by`) is over. Returns the new
    ids."""
    if not added:
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
        for event in added
    ]
    new = {row.id for row in tx.run(_insert(tx.dialect), rows=encode(tx, rows))}
    fresh = [event for event in added if event.id in new]
    _count(tx, fresh)
    for event in fresh:
        if event.name in cancelled_by:
            ending.cancel(tx, event.person, cancelled_by[event.name], event.name, event.at)
    return new


def _count(tx: Transaction, new: Sequence[Event]) -> None:
    """How often each person has done each thing, so that no rule counts events one by one."""
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
