"""Store events once, and end the invitations that they cancel."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sayso_server.asking import end_invitation
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.events import events
from sayso_server.storage.events.events import Event


def store_events(
    tx: Transaction, sent: Sequence[Event], cancelled_by: Mapping[str, Collection[UUID]]
) -> set[str]:
    """Store events from one sender and return the ids of the new ones; stored ids are skipped. The
    caller has locked the people. `cancelled_by` maps an event's name to the surveys whose waiting
    invitations it cancels."""
    new = events.add(tx, sent)
    for event in sent:
        if event.id in new and event.name in cancelled_by:
            surveys = cancelled_by[event.name]
            end_invitation.cancel(tx, event.person, surveys, event.name, event.at)
    return new
