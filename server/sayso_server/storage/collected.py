"""Events that a page has collected: they are stored, and ask nothing by themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sayso_server.storage import events, people, tombstones
from sayso_server.storage.events import Event
from sayso_server.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Collected:
    """One event, with its time by the server's clock."""

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
    """Store each once; what waits of the surveys that an event cancels is over. Returns the ids of
    new events, and of those that came late, after their person was erased."""
    if not sent:
        return set(), set()
    erased_at = tombstones.latest(tx, [(None, visitor), (user_id, None)])
    late = {event.id for event in sent if erased_at is not None and event.at <= erased_at}
    once = {event.id: event for event in sent if event.id not in late}
    if not once:
        return set(), late
    person = people.page_person(tx, visitor, user_id).id
    proven = user_id is not None
    stored = events.add(
        tx,
        [
            Event(one.id, person, one.name, "page", proven, one.at, one.properties, visitor)
            for one in once.values()
        ],
        cancelled_by,
    )
    return stored, late
