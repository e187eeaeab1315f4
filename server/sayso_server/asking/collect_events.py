"""Store events that a page has collected. They do not start a survey."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sayso_server.asking.store_events import store_events
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.events.events import Event
from sayso_server.storage.people import people, tombstones


@dataclass(frozen=True, slots=True)
class Collected:
    """One event. `at` is corrected to the server's clock."""

    id: str
    name: str
    at: datetime
    properties: Mapping[str, Any]


def store(
    tx: Transaction,
    visitor: str,
    user_id: str | None,
    sent: Sequence[Collected],
    cancelled_by: Mapping[str, Collection[UUID]],
) -> tuple[set[str], set[str]]:
    """Store each event once, and end the waiting invitations that it cancels. Returns the ids of
    new events, and the ids of events dropped because they happened before their person was
    erased."""
    if not sent:
        return set(), set()
    erased_at = tombstones.latest(tx, [(None, visitor), (user_id, None)])
    late = {event.id for event in sent if erased_at is not None and event.at <= erased_at}
    by_id = {event.id: event for event in sent if event.id not in late}
    if not by_id:
        return set(), late
    person = people.page_person(tx, visitor, user_id).id
    proven = user_id is not None
    stored = store_events(
        tx,
        [
            Event(event.id, person, event.name, "page", proven, event.at, event.properties, visitor)
            for event in by_id.values()
        ],
        cancelled_by,
    )
    return stored, late
